"""PaddleOCR, run by onnxruntime on models from a local folder. The only file that imports paddleocr.

Its three models are called one by one, so that a line can be read again from another side without
finding all of them anew, and each character's place is taken from where the recogniser saw it.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag_core.errors import ModelUnavailable
from rag_core.parse.order.reading_order import ordered
from rag_core.parse.order.rows import agreed_lean
from rag_core.parse.recognition.bands import enlargement, find_in_bands
from rag_core.parse.recognition.level import LEAST_LEAN, Levelling
from rag_core.parse.recognition.seals import Found, is_touched, red_ink, uncovered, without
from rag_core.parse.recognition.upright import Frame, Reading, Sighting, cut, framed, segment, sighting
from rag_core.protocols import ImageArray
from rag_core.types import Line

ENDINGS = ("_det", "_rec", "_doc_ori")
# At 1536 the same is found in a tenth more of the page's time; small print is looked for again in any case.
DETECTION_SIDE = 1152
_LEAST_SIDE = 12
_MARGIN = 16
_LEAST_SCORE = 0.4
_SPECK_SCORE = 0.6
_SPECK_CHARACTERS = 2
# Below this the orientation model is guessing: of about 80 pages each way up, no wrong guess was surer.
_SURE_WAY_UP = 0.75
_DOUBTFUL_SCORE = 0.75
_CLEARLY_BETTER = 0.1
# One digit is read about as well lying as upright, and hardly ever lies.
_EITHER_WAY = 0.3
_SAMPLE_LINES = 4
_SAMPLE_WIDTH = 12.0
_SAMPLE_LEAST_WIDTH = 2.0
_SHORT = 2.5
# In heights: the lean of what is shorter is chance.
_LONG = 4.0
# A line read from the wrong side scores 0.3 to 0.7; no page has many such lines.
_MOST_REREAD = 24


class PaddleOcrEngine:
    """Reads text off an image, whichever way up it stands. `folder` holds the three model folders.

    Raises ModelUnavailable where they are missing or damaged.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.id = folder.name
        self._models = _Models(folder, threads)

    def read(self, image: ImageArray) -> tuple[Line, ...]:
        """The lines in reading order; see protocols.OcrEngine."""
        height, width = image.shape[:2]
        if min(height, width) < _LEAST_SIDE:
            return ()
        sheet, certain = self._upright(image)
        lines = self._lines(sheet)
        if lines and not certain and _trust(lines) < _DOUBTFUL_SCORE:
            other = self._sheet(image, sheet.frame.angle + 180)
            lines, sheet = max(
                (lines, sheet), (self._lines(other), other), key=lambda found: _trust(found[0])
            )
        found = (segment(place, reading, sheet.frame) for place, reading in lines)
        return ordered([one for one in found if one is not None], width, height)

    def _upright(self, image: ImageArray) -> tuple[_Sheet, bool]:
        """The picture with its text upright, and whether that was made sure of: on a page with little
        text the orientation model guesses."""
        angle, certainty = self._models.way_up(image)
        sheet = self._sheet(image, angle)
        if _stands(sheet.places):
            quarters = 90 if self._sides(sheet, 0) >= self._sides(sheet, 2) else 270
            return self._sheet(image, angle + quarters), True
        if certainty >= _SURE_WAY_UP:
            return sheet, False
        if self._sides(sheet, 2) > self._sides(sheet, 0) + _CLEARLY_BETTER:
            return self._sheet(image, angle + 180), True
        return sheet, True

    def _sheet(self, image: ImageArray, angle: int) -> _Sheet:
        pixels, frame = framed(image, angle % 360, _MARGIN)
        places = self._models.find(pixels)
        long = [one for one in places if one.width >= _LONG * one.height]
        lean = agreed_lean([one.lean for one in long], [one.width for one in long], LEAST_LEAN)
        if lean:
            # Long lines that lean are found too high, and as one with what stands beside them.
            levelling = Levelling(pixels.shape[1], pixels.shape[0], math.atan(lean))
            pixels, frame = levelling.picture(pixels), replace(frame, levelling=levelling)
            places = self._models.find(pixels)
        return _Sheet(pixels, frame, tuple(places))

    def _sides(self, sheet: _Sheet, quarters: int) -> float:
        """How well some of the lines can be read when they are turned so far."""
        some = [one for one in sheet.places if one.width >= _SAMPLE_LEAST_WIDTH * one.height]
        some = sorted(some, key=lambda one: -one.width)[:_SAMPLE_LINES]
        readings = self._models.read([cut(sheet.pixels, one.turned(quarters), _SAMPLE_WIDTH) for one in some])
        return _trust(list(zip(some, readings, strict=True)))

    def _lines(self, sheet: _Sheet) -> list[tuple[Sighting, Reading]]:
        """What stands on the sheet, without what is only dirt."""
        readings = self._models.read([cut(sheet.pixels, one) for one in sheet.places])
        lines = self._under_seals(sheet, list(zip(sheet.places, readings, strict=True)))
        for index, place, gain in _second_looks(lines):
            (reading,) = self._models.read([cut(sheet.pixels, place)])
            if reading.score > lines[index][1].score + gain:
                lines[index] = (place, reading)
        return [line for line in lines if _is_believable(line[1])]

    def _under_seals(self, sheet: _Sheet, lines: list[Found]) -> list[Found]:
        """The lines, with those that a red seal covers read once more without it."""
        red = red_ink(sheet.pixels)
        if red is None:
            return lines
        bare = without(sheet.pixels, red)
        places = [one for one in self._models.find(bare) if is_touched(one, red)]
        readings = self._models.read([cut(bare, one) for one in places])
        return uncovered(lines, list(zip(places, readings, strict=True)), red)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A picture ready to be read, and where text was found on it."""

    pixels: ImageArray
    frame: Frame
    places: tuple[Sighting, ...]


class _Models:
    """The orientation, detection and recognition models."""

    def __init__(self, folder: Path, threads: int) -> None:
        detection, recognition, orientation = (_model(folder, ending) for ending in ENDINGS)
        paddle = paddleocr()
        options: dict[str, Any] = {
            "device": "cpu",
            "engine": "onnxruntime",
            "engine_config": {"intra_op_num_threads": threads, "inter_op_num_threads": 1},
        }
        try:
            self._orientation = paddle.DocImgOrientationClassification(
                model_name=orientation.name, model_dir=str(orientation), **options
            )
            self._detection = paddle.TextDetection(
                model_name=detection.name,
                model_dir=str(detection),
                limit_type="max",
                limit_side_len=DETECTION_SIDE,
                **options,
            )
            self._recognition = paddle.TextRecognition(
                model_name=recognition.name, model_dir=str(recognition), **options
            )
        except (RuntimeError, ValueError, OSError, KeyError) as error:
            raise ModelUnavailable("model_damaged", folder.name) from error

    def way_up(self, image: ImageArray) -> tuple[int, float]:
        """How many degrees the picture must be turned counterclockwise, and how sure that is."""
        (result,) = self._orientation.predict(image)
        return int(result["label_names"][0]), float(result["scores"][0])

    def find(self, pixels: ImageArray) -> list[Sighting]:
        """Where text stands; small print is looked for again in the picture enlarged."""
        places = self._find(pixels, DETECTION_SIDE)
        height, width = pixels.shape[:2]
        scale = enlargement(places, width, height, DETECTION_SIDE)
        if not scale:
            return places
        return find_in_bands(pixels, places, scale, lambda part: self._find(part, max(part.shape)))

    def _find(self, pixels: ImageArray, side: int) -> list[Sighting]:
        (result,) = self._detection.predict(pixels, limit_side_len=side)
        return [sighting(np.asarray(corners, np.float64)) for corners in result["dt_polys"]]

    def read(self, pictures: Sequence[ImageArray]) -> list[Reading]:
        """The text of pictures of one line each."""
        if not pictures:
            return []
        results = self._recognition.predict(list(pictures), batch_size=1, return_word_box=True)
        return [_reading(result) for result in results]


def _reading(result: Any) -> Reading:
    """The recogniser looks at the line column by column; `columns` tells in which it saw each character."""
    text, (width, _, columns, _) = result["rec_text"]
    places = [column for word in columns for column in word]
    centres = tuple(min((place + 0.5) / max(width, 1.0), 1.0) for place in places)
    return Reading(text, float(result["rec_score"]), centres)


def _model(folder: Path, ending: str) -> Path:
    found = sorted(path.parent for path in folder.glob(f"*{ending}/inference.onnx"))
    if not found:
        raise ModelUnavailable("model_unavailable", folder.name)
    return found[0]


def paddleocr() -> Any:
    """The paddleocr package, without the start-up costs it can do without."""
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    os.environ.setdefault(
        "PADDLE_PDX_CACHE_HOME", str(Path(tempfile.gettempdir()) / f"wenju-paddlex-{os.getuid()}")
    )
    # paddlex imports modelscope only to download models, and modelscope brings torch and transformers
    # with it: nine seconds and 300 MB that no page needs.
    stand_in = "modelscope" not in sys.modules
    if stand_in:
        sys.modules["modelscope"] = types.ModuleType("modelscope")
    try:
        import paddleocr  # noqa: PLC0415
    finally:
        if stand_in:
            del sys.modules["modelscope"]
    return paddleocr


def _is_believable(reading: Reading) -> bool:
    """Specks of dirt are read as one or two characters of middling score."""
    return reading.score >= (_SPECK_SCORE if len(reading.text) <= _SPECK_CHARACTERS else _LEAST_SCORE)


def _second_looks(lines: Sequence[tuple[Sighting, Reading]]) -> Iterator[tuple[int, Sighting, float]]:
    """Which lines may have been read from the wrong side, the side to try, and how much better it must be.
    One digit alone is as tall as a word that lies; stamps and notes in the margin stand on their heads."""
    tries = 0
    for index, (place, reading) in enumerate(lines):
        if tries == _MOST_REREAD:
            return
        if place.lying and place.width < _SHORT * place.height:
            yield index, place.turned(3), 0.0 if len(reading.text) > 1 else -_EITHER_WAY
        elif reading.score < _DOUBTFUL_SCORE and place.width >= _SAMPLE_LEAST_WIDTH * place.height:
            yield index, place.turned(2), _CLEARLY_BETTER
        else:
            continue
        tries += 1


def _stands(places: Sequence[Sighting]) -> bool:
    """Whether most text runs up or down the page."""
    return sum(one.width for one in places if one.lying) > sum(one.width for one in places) / 2


def _trust(lines: Sequence[tuple[Sighting, Reading]]) -> float:
    """The mean confidence of the characters."""
    characters = sum(len(reading.text) for _, reading in lines)
    return sum(reading.score * len(reading.text) for _, reading in lines) / max(characters, 1)
