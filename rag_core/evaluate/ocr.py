"""How well pages without a text layer are read: the product's reader against known text."""

from __future__ import annotations

import argparse
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rag_core.errors import UserError
from rag_core.evaluate.common import FormError, Row, folder_name, progress, read_rows, table, versions
from rag_core.parse.isolated import IsolatedReader
from rag_core.settings import Settings, read_settings

TRUTH = "gt.jsonl"
RATES = ("character_recall", "character_precision", "cer", "seconds_per_page", "peak_mb")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page and the text that stands on it."""

    path: Path
    page: int
    degradation: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How well a page was read; rates are fractions."""

    file: str
    page: int
    degradation: str
    state: str
    character_recall: float
    character_precision: float
    cer: float
    seconds_per_page: float
    peak_mb: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command alone."""
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="images or PDFs with gt.jsonl")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """The figures by folder. Raises FormError."""
    settings = read_settings()
    figures: dict[str, object] = {}
    sets = [(folder, read_sheets(folder)[: arguments.limit]) for folder in arguments.folders]
    reader = IsolatedReader(settings)
    try:
        for folder, sheets in sets:
            readings = [_read(reader, sheet) for sheet in _told(folder_name(folder), sheets)]
            figures[folder_name(folder)] = _figures(readings, settings)
            print(_table(folder_name(folder), readings))
    finally:
        reader.close()
    return figures


def read_sheets(folder: Path) -> tuple[Sheet, ...]:
    """The folder's pages with their text. A row names a `file` with one page, or a `doc` with a
    `page_in_raster`, of which there may be a clean copy and a degraded one. Raises FormError."""
    found = [sheet for row in read_rows(folder / TRUTH) for sheet in _sheets(folder, row)]
    if not found:
        raise FormError(folder / TRUTH, 0, "holds no rows")
    return tuple(found)


def _sheets(folder: Path, row: Row) -> Iterator[Sheet]:
    text = _truth(row)
    if row.has("file"):
        yield _sheet(folder, row, row.text("file"), "", text)
        return
    name, page = Path(row.text("doc")), row.value("page_in_raster")
    if not isinstance(page, int) or page < 1:
        raise row.wrong('"page_in_raster" is not a page number')
    kinds = {"clean": "clean", "degraded": row.text("degradation", "degraded")}
    copies = [(f"{name.stem}.{kind}{name.suffix}", how) for kind, how in kinds.items()]
    there = [(file, how) for file, how in copies if (folder / file).is_file()]
    for file, how in there or [(str(name), row.text("degradation", ""))]:
        yield _sheet(folder, row, file, how, text, page)


def _sheet(folder: Path, row: Row, file: str, degradation: str, text: str, page: int = 1) -> Sheet:
    path = folder / file
    if not path.is_file():
        raise row.wrong(f"there is no file {file}")
    return Sheet(path, page, degradation, text)


def _truth(row: Row) -> str:
    if row.has("text"):
        return row.text("text")
    words = row.value("words")
    if not isinstance(words, list):
        raise row.wrong('neither "text" nor "words" is there')
    return " ".join(_word(row, word) for word in words)


def _word(row: Row, word: object) -> str:
    if isinstance(word, str):
        return word
    if isinstance(word, dict):
        text = word.get("t", word.get("text"))
        if isinstance(text, str):
            return text
    raise row.wrong('"words" is not a list of words')


def _told(name: str, sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    tell = progress(name, len(sheets))
    for done, sheet in enumerate(sheets, 1):
        yield sheet
        tell(done)


def _read(reader: IsolatedReader, sheet: Sheet) -> Reading:
    reader.peak_mb = 0.0
    state, text, seconds = "failed", "", 0.0
    try:
        (result,) = reader.read_text(sheet.path, [sheet.page])
        if result.state == "needs_ocr":
            result = reader.read_scan(sheet.path, sheet.page)
        state, seconds = result.state, result.seconds
        text = result.page.text if result.page else ""
    except UserError as error:
        state = error.problem.code
    return Reading(
        sheet.path.name,
        sheet.page,
        sheet.degradation,
        state,
        *compare(sheet.text, text),
        round(seconds, 3),
        round(reader.peak_mb, 1),
    )


def compare(truth: str, text: str) -> tuple[float, float, float]:
    """Recall and precision of characters without regard to order, and the character error rate."""
    wanted, given = _plain(truth), _plain(text)
    shared = (Counter(wanted) & Counter(given)).total()
    recall = shared / len(wanted) if wanted else 1.0
    precision = shared / len(given) if given else 1.0
    errors = edit_distance(wanted, given)
    return recall, precision, errors / len(wanted) if wanted else float(bool(given))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def edit_distance(one: str, other: str) -> int:
    """Insertions, deletions and substitutions from one text to the other (Myers 1999, a row as one
    number): 10,000 characters against 10,000 take a fraction of a second."""
    if not one or not other:
        return max(len(one), len(other))
    places: dict[str, int] = {}
    for index, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << index
    whole, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    up, down, distance = whole, 0, len(one)
    for character in other:
        match = places.get(character, 0)
        carry = (((match & up) + up) ^ up) | match
        rise = down | ~(carry | up) & whole
        fall = up & carry
        distance += bool(rise & last) - bool(fall & last)
        rise = (rise << 1 | 1) & whole
        fall = fall << 1 & whole
        match |= down
        up = fall | ~(match | rise) & whole
        down = rise & match
    return distance


def _figures(readings: Sequence[Reading], settings: Settings) -> dict[str, object]:
    return {
        "mean": _mean(readings),
        "by_degradation": {
            name: _mean([one for one in readings if one.degradation == name])
            for name in sorted({one.degradation for one in readings} - {""})
        },
        "files": [asdict(one) for one in readings],
        "settings": {"page_memory_mb": settings.page_memory_mb, "page_seconds": settings.page_seconds},
        "versions": versions(),
    }


def _mean(readings: Sequence[Reading]) -> dict[str, float]:
    return {name: round(statistics.fmean(getattr(one, name) for one in readings), 4) for name in RATES}


def _table(name: str, readings: Sequence[Reading]) -> str:
    rows: list[list[str | float]] = [
        [f"{one.file} p{one.page} {one.degradation}", *(float(getattr(one, rate)) for rate in RATES)]
        for one in readings
    ]
    rows.append(["mean", *_mean(readings).values()])
    return table([name, *RATES], rows)
