"""PaddleOCR, run by onnxruntime on models from a local folder. The only file that imports paddleocr.

PaddleOCR reports boxes in the frame it turned the page to; everything leaves here as fractions of the
image as given, with an edge for every character.
"""

from __future__ import annotations

import os
import sys
import tempfile
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag_core.errors import ModelUnavailable
from rag_core.parse.glyphs import Segment, clean_text
from rag_core.parse.reading_order import ordered
from rag_core.protocols import ImageArray
from rag_core.types import Box, Line

ENDINGS = ("_det", "_rec", "_doc_ori")
DETECTION_SIDE = 1536
_LEAST_SIDE = 12
_LEAST_SCORE = 0.4
_SPECK_SCORE = 0.6
_SPECK_CHARACTERS = 2
_DOUBTFUL_SCORE = 0.75
_TALL = 1.5
_STANDING_COST = 0.05
_CERTAIN = 0.9

Points = npt.NDArray[np.float64]


class PaddleOcrEngine:
    """Reads text off an image, whichever way up it stands. `folder` holds the three model folders.

    Raises ModelUnavailable where they are missing or damaged.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.id = folder.name
        detection, recognition, orientation = (_model(folder, ending) for ending in ENDINGS)
        try:
            self._paddle = _paddleocr()(
                text_detection_model_name=detection.name,
                text_detection_model_dir=str(detection),
                text_recognition_model_name=recognition.name,
                text_recognition_model_dir=str(recognition),
                doc_orientation_classify_model_name=orientation.name,
                doc_orientation_classify_model_dir=str(orientation),
                use_doc_orientation_classify=True,
                use_doc_unwarping=False,
                use_textline_orientation=False,
                device="cpu",
                engine="onnxruntime",
                engine_config={"intra_op_num_threads": threads, "inter_op_num_threads": 1},
                text_det_limit_type="max",
                text_det_limit_side_len=DETECTION_SIDE,
                text_recognition_batch_size=1,
            )
        except (RuntimeError, ValueError, OSError, KeyError) as error:
            raise ModelUnavailable("model_damaged", self.id) from error

    def read(self, image: ImageArray) -> tuple[Line, ...]:
        """The lines in reading order; see protocols.OcrEngine."""
        height, width = image.shape[:2]
        if min(height, width) < _LEAST_SIDE:
            return ()
        found = self._predict(image)
        for angle in _other_angles(found):
            found = max(found, self._predict(image, angle), key=_plausibility)
            if _plausibility(found) > _CERTAIN:
                break
        segments = [_segment(line, found.angle, width, height) for line in found.lines]
        return ordered([one for one in segments if one is not None], width, height)

    def _predict(self, image: ImageArray, angle: int | None = None) -> _Found:
        """The lines of the image turned by the angle, or by the one that the page seems to need."""
        turned = image if angle is None else np.ascontiguousarray(np.rot90(image, angle // 90))
        result = self._paddle.predict(
            turned, return_word_box=True, use_doc_orientation_classify=angle is None
        )[0]
        if angle is None:
            angle = max(int(result["doc_preprocessor_res"]["angle"]), 0)
        return _Found(angle % 360, tuple(_raw_lines(result)))


@dataclass(frozen=True, slots=True)
class _RawLine:
    """A line in the frame PaddleOCR turned the page to: corners and word boxes in pixels."""

    text: str
    score: float
    corners: Points
    words: tuple[tuple[str, float, float], ...]

    @property
    def tall(self) -> bool:
        """Whether the line was read downwards."""
        width, height = (self.corners.max(axis=0) - self.corners.min(axis=0)).tolist()
        return bool(height > _TALL * width) and len(self.text) > 1


@dataclass(frozen=True, slots=True)
class _Found:
    """The lines of a page that was turned by `angle` degrees counterclockwise before it was read."""

    angle: int
    lines: tuple[_RawLine, ...]


def _model(folder: Path, ending: str) -> Path:
    found = sorted(path.parent for path in folder.glob(f"*{ending}/inference.onnx"))
    if not found:
        raise ModelUnavailable("model_unavailable", folder.name)
    return found[0]


def _paddleocr() -> Any:
    """The PaddleOCR class, without the start-up costs it can do without."""
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
        from paddleocr import PaddleOCR  # noqa: PLC0415
    finally:
        if stand_in:
            del sys.modules["modelscope"]
    return PaddleOCR


def _raw_lines(result: Any) -> Iterator[_RawLine]:
    rows = zip(
        result["rec_texts"],
        result["rec_scores"],
        result["rec_polys"],
        result["text_word"],
        result["text_word_boxes"],
        strict=True,
    )
    for text, score, corners, words, boxes in rows:
        kept = clean_text(text)
        if not kept or not _is_believable(kept, float(score)):
            continue
        spans = tuple(
            (str(word), float(box[0]), float(box[2])) for word, box in zip(words, boxes, strict=False)
        )
        yield _RawLine(kept, float(score), np.asarray(corners, np.float64).reshape(-1, 2), spans)


def _is_believable(text: str, score: float) -> bool:
    """Specks of dirt are read as one or two characters of middling score."""
    return score >= (_SPECK_SCORE if len(text) <= _SPECK_CHARACTERS else _LEAST_SCORE)


def _other_angles(found: _Found) -> tuple[int, ...]:
    """The ways up to try when the page does not look right: on a sparse page the orientation is a guess."""
    angle = found.angle
    if _stands(found):
        return ((angle + 90) % 360, (angle + 270) % 360)
    if found.lines and _trust(found) < _DOUBTFUL_SCORE:
        return tuple(dict.fromkeys(one for one in ((angle + 180) % 360, 0) if one != angle))
    return ()


def _stands(found: _Found) -> bool:
    """Whether most text runs up or down the page."""
    tall = sum(len(line.text) for line in found.lines if line.tall)
    return tall > sum(len(line.text) for line in found.lines) / 2


def _plausibility(found: _Found) -> float:
    return _trust(found) - (_STANDING_COST if _stands(found) else 0.0)


def _trust(found: _Found) -> float:
    characters = sum(len(line.text) for line in found.lines)
    return sum(line.score * len(line.text) for line in found.lines) / max(characters, 1)


def _segment(line: _RawLine, angle: int, width: int, height: int) -> Segment | None:
    """The line in fractions of the image as given."""
    low, high = line.corners.min(axis=0), line.corners.max(axis=0)
    if line.tall:
        along = np.linspace(low[1], high[1], len(line.text) + 1)
        axis = np.column_stack([np.full_like(along, (low[0] + high[0]) / 2), along])
    else:
        along = _edges(line, float(low[0]), float(high[0]))
        axis = np.column_stack([along, np.full_like(along, (low[1] + high[1]) / 2)])
    size = np.array([width, height], np.float64)
    corners = np.clip(_turned_back(line.corners, angle, width, height) / size, 0, 1)
    edges = np.clip(_turned_back(axis, angle, width, height) / size, 0, 1)
    turn = (angle + (90 if line.tall else 0)) % 360
    vertical = turn in (90, 270)
    (x0, y0), (x1, y1) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    if x1 <= x0 or y1 <= y0:
        return None
    kept = tuple(edges[:, 1 if vertical else 0].tolist())
    return Segment(Line(line.text, Box(x0, y0, x1, y1), "ocr", min(line.score, 1.0), kept, vertical), turn)


def _edges(line: _RawLine, low: float, high: float) -> Points:
    """Where each character of the line begins, and where the last one ends, in pixels along x."""
    starts: list[float | None] = [None] * (len(line.text) + 1)
    at = 0
    for word, x0, x1 in line.words:
        place = line.text.find(word, at) if word else -1
        if place < 0:
            continue
        step = (x1 - x0) / len(word)
        for index in range(len(word) + 1):
            starts[place + index] = x0 + index * step
        at = place + len(word)
    starts[0] = low
    starts[-1] = high
    known = [index for index, start in enumerate(starts) if start is not None]
    values = [float(start) for start in starts if start is not None]
    edges = np.interp(np.arange(len(starts)), known, values)
    return np.maximum.accumulate(np.clip(edges, low, high))


def _turned_back(points: Points, angle: int, width: int, height: int) -> Points:
    """Points of the turned page as points of the image as given (width × height)."""
    x, y = points[:, 0], points[:, 1]
    match angle:
        case 90:
            return np.column_stack([width - y, x])
        case 180:
            return np.column_stack([width - x, height - y])
        case 270:
            return np.column_stack([y, height - x])
        case _:
            return points
