"""How well citations on scans are outlined: python -m tests.bench.rectangles RASTER ORIGINALS [--scan FILE.pdf]… [--sentences N]

RASTER holds scans made of digital PDFs, with a gt.jsonl of rows {doc, page_in_raster, source_page, degradation};
ORIGINALS holds those PDFs. Sentences are drawn from the text layers; where their lines stand there is the truth, carried
over to the scan by laying one picture on the other (ORB features, a similarity). Each PDF given as --scan is drawn here
as a skewed scan of its first pages, where the way of the lines is known. The scan is read through the product; the
sentence is looked for in what was read (a fifth of its characters may differ), located as a citation is, and compared:
intersection over union of the areas of its boxes and of the true ones. Prints the share of sentences at 0.5 and more,
by degradation; asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray

from rag_core.errors import UserError
from rag_core.evaluate.characters import nearest_ends
from rag_core.pages import Box, Page
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.settings import read_settings
from rag_core.text import normalise, sentence_spans

DPI = 110
SKEW_DEGREES = 1.5
SCANNED_PAGES = 3
# The side of the raster on which areas are compared.
SIDE = 1000
ENOUGH = 0.5
_LEAST_MATCHES = 25

Picture = NDArray[np.uint8]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scan:
    """A page of a scan, the page of the PDF it was made of, and the way from there to here in fractions of the pages,
    None where it is to be found."""

    path: Path
    page: int
    original: Path
    source_page: int
    degradation: str
    way: Matrix | None = None


@dataclass(frozen=True, slots=True)
class Outlined:
    """A sentence with the intersection over union of its boxes; `found`: it was read."""

    degradation: str
    sentence: str
    found: bool
    share: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("raster", type=Path, metavar="RASTER")
    parser.add_argument("originals", type=Path, metavar="ORIGINALS")
    parser.add_argument("--scan", type=Path, action="append", default=[], metavar="FILE.pdf")
    parser.add_argument("--sentences", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="also write each sentence's figure here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scans = [*_given(given.raster, given.originals), *_drawn(given.scan, Path(folder))]
        reader = IsolatedReader(read_settings())
        try:
            outlined = [one for scan in scans for one in outline(reader, scan)]
        finally:
            reader.close()
    random.Random(given.seed).shuffle(outlined)
    taken = _spread(outlined, given.sentences)
    _print(taken)
    if given.out:
        rows = [[one.degradation, round(one.share, 3), one.found, one.sentence] for one in taken]
        given.out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")


def _given(raster: Path, originals: Path) -> Iterator[Scan]:
    for line in (raster / "gt.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        doc = Path(row["doc"])
        place = row["page_in_raster"], originals / doc, row["source_page"]
        yield Scan(raster / f"{doc.stem}.degraded.pdf", *place, row["degradation"])
        yield Scan(raster / f"{doc.stem}.clean.pdf", *place, "clean")


def _drawn(files: Sequence[Path], folder: Path) -> Iterator[Scan]:
    """The first pages of each file as scans that lie askew."""
    for path in files:
        with pymupdf.open(path) as pdf:
            for number in range(min(SCANNED_PAGES, len(pdf))):
                picture = _picture(path, number + 1, 200)
                height, width = picture.shape
                turn = cv2.getRotationMatrix2D((width / 2, height / 2), SKEW_DEGREES, 1.0)
                askew = cv2.warpAffine(picture, turn, (width, height), borderValue=255)
                target = folder / f"{path.stem}-{number + 1}.png"
                cv2.imwrite(str(target), askew)
                scale = np.diag([width, height, 1.0])
                way = np.linalg.inv(scale) @ np.vstack([turn, [0, 0, 1]]) @ scale
                yield Scan(target, 1, path, number + 1, f"drawn askew ({path.stem[:20]})", way)


def outline(reader: IsolatedReader, scan: Scan) -> Iterator[Outlined]:
    """Each sentence of the page with how well it is outlined on its scan."""
    try:
        (original,) = reader.read_text(scan.original, [scan.source_page])
        page = reader.read_scan(scan.path, scan.page).page
    except UserError as error:
        print(f"{scan.path.name} page {scan.page}: {error.problem.code}")
        return
    way = scan.way if scan.way is not None else registered(scan)
    if way is None or original.page is None or page is None:
        print(f"{scan.path.name} page {scan.page}: not comparable")
        return
    read, places = _letters(page.text)
    for start, end in sentence_spans(original.page.text):
        sentence = original.page.text[start:end]
        letters, _ = _letters(sentence)
        if not 10 <= len(letters) <= 120 or sentence.startswith("| ") or _repeats(letters, original.page):
            continue
        span = _span(letters, read, places)
        truth = [_carried(box, way) for box in original.page.locate(start, end)]
        boxes = page.locate(*span) if span else ()
        yield Outlined(scan.degradation, sentence, span is not None, overlap(boxes, truth))


def _letters(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, letters and digits alone, and the place of each in the text."""
    found = [
        (plain, at) for at, character in enumerate(text) for plain in normalise(character) if plain.isalnum()
    ]
    return "".join(letter for letter, _ in found), [at for _, at in found]


def _repeats(letters: str, page: Page) -> bool:
    return _letters(page.text)[0].count(letters) != 1


def _span(letters: str, read: str, places: Sequence[int]) -> tuple[int, int] | None:
    """Where the sentence stands in what was read: from the start of the best match to its end."""
    for most in sorted({0, len(letters) // 20, len(letters) // 10, len(letters) // 5}):
        ends = nearest_ends(letters, read, most)
        if ends:
            starts = nearest_ends(letters[::-1], read[: ends[-1]][::-1], most)
            start = ends[-1] - min(starts, key=lambda size: abs(size - len(letters)))
            return places[start], places[ends[-1] - 1] + 1
    return None


def registered(scan: Scan) -> Matrix | None:
    """The way from the original page to the scan, in fractions; None where too little of them is alike."""
    one, other = _picture(scan.original, scan.source_page, DPI), _picture(scan.path, scan.page, DPI)
    orb = cv2.ORB.create(nfeatures=6000)
    (near, first), (far, second) = orb.detectAndCompute(one, None), orb.detectAndCompute(other, None)
    if first is None or second is None:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(first, second)
    if len(pairs) < _LEAST_MATCHES:
        return None
    start = np.array([near[pair.queryIdx].pt for pair in pairs])
    target = np.array([far[pair.trainIdx].pt for pair in pairs])
    found, kept = cv2.estimateAffinePartial2D(start, target, ransacReprojThreshold=2.0, maxIters=5000)
    if found is None or int(kept.sum()) < _LEAST_MATCHES:
        return None
    there = np.diag([other.shape[1], other.shape[0], 1.0])
    way: Matrix = (
        np.linalg.inv(there) @ np.vstack([found, [0, 0, 1]]) @ np.diag([one.shape[1], one.shape[0], 1.0])
    )
    return way


def _picture(path: Path, number: int, dpi: int) -> Picture:
    with pymupdf.open(path) as pdf:
        drawn = pdf[number - 1].get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False)
    return np.frombuffer(drawn.samples, np.uint8).reshape(drawn.height, drawn.stride)[:, : drawn.width].copy()


def _carried(box: Box, way: Matrix) -> Box:
    """The upright box around what the box becomes."""
    corners = np.array([[x, y, 1.0] for x in (box.x0, box.x1) for y in (box.y0, box.y1)]) @ way.T
    (x0, y0), (x1, y1) = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
    return Box(float(x0), float(y0), float(x1), float(y1))


def overlap(boxes: Sequence[Box], truth: Sequence[Box]) -> float:
    """Intersection over union of the two areas."""
    one, other = _area(boxes), _area(truth)
    union = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / union) if union else 0.0


def _area(boxes: Sequence[Box]) -> NDArray[np.bool_]:
    area = np.zeros((SIDE * 2, SIDE), bool)
    for box in boxes:
        area[
            max(round(box.y0 * 2 * SIDE), 0) : max(round(box.y1 * 2 * SIDE), 0),
            max(round(box.x0 * SIDE), 0) : max(round(box.x1 * SIDE), 0),
        ] = True
    return area


def _spread(outlined: Sequence[Outlined], count: int) -> list[Outlined]:
    """`count` sentences, of each degradation in turn."""
    groups: defaultdict[str, list[Outlined]] = defaultdict(list)
    for one in outlined:
        groups[one.degradation].append(one)
    taken: list[Outlined] = []
    while len(taken) < count and any(groups.values()):
        taken += [group.pop() for group in groups.values() if group]
    return taken[:count]


def _print(taken: Sequence[Outlined]) -> None:
    kinds = sorted({one.degradation for one in taken})
    for name, group in [
        *((kind, [one for one in taken if one.degradation == kind]) for kind in kinds),
        ("all", list(taken)),
    ]:
        good = statistics.fmean(one.share >= ENOUGH for one in group)
        read = statistics.fmean(one.found for one in group)
        middle = statistics.median(one.share for one in group)
        print(
            f"{name:40} {len(group):4} sentences  read {read:.3f}  median {middle:.2f}  at {ENOUGH} or more {good:.3f}"
        )


if __name__ == "__main__":
    main()
