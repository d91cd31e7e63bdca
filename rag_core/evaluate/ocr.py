"""How well pages are read: the product's reader against known text, or against what must be found on them."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from rag_core.errors import UserError
from rag_core.evaluate import demands
from rag_core.evaluate.characters import error_rate, recall
from rag_core.evaluate.common import folder_name, progress, table, versions
from rag_core.evaluate.printed import plain, printed
from rag_core.evaluate.sheets import Sheet, read_sheets
from rag_core.pages import Page
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.settings import Settings, read_settings

RATES = (
    "character_recall",
    "character_precision",
    "cer",
    "printed_recall",
    "printed_precision",
    "printed_cer",
    "seconds_per_page",
    "peak_mb",
)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Reading:
    """How well a page was read; rates are fractions. `character_…` compare with the truth as it is
    written, `printed_…` with what it shows on paper (see printed.py). Recall and the error rate are of
    the text that must be read, precision is of all that is known to stand on the page."""

    file: str
    page: int
    degradation: str
    language: str
    state: str
    character_recall: float
    character_precision: float
    cer: float
    printed_recall: float
    printed_precision: float
    printed_cer: float
    seconds_per_page: float
    peak_mb: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command alone."""
    kinds = "images or PDFs with gt.jsonl, or PDFs with tests.jsonl"
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help=kinds)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """The figures by folder. Raises FormError."""
    settings = read_settings()
    measures = [_measure(folder, settings, arguments.limit) for folder in arguments.folders]
    reader = IsolatedReader(settings)
    try:
        return {name: measure(reader) for name, measure in measures}
    finally:
        reader.close()


def _measure(
    folder: Path, settings: Settings, limit: int | None
) -> tuple[str, Callable[[IsolatedReader], dict[str, object]]]:
    """The folder's name and what measures it, by the form of its files; the form is checked at once."""
    name = folder_name(folder)
    if (folder / demands.TESTS).is_file():
        wanted = demands.read_demands(folder)[:limit]
        return name, lambda reader: _demanded(name, wanted, reader)
    sheets = read_sheets(folder)[:limit]
    return name, lambda reader: _compared(name, sheets, reader, settings)


def _compared(
    name: str, sheets: Sequence[Sheet], reader: IsolatedReader, settings: Settings
) -> dict[str, object]:
    readings = [_reading(reader, sheet) for sheet in _told(name, sheets)]
    print(_table(name, readings))
    return {
        "mean": _mean(readings),
        "by_degradation": _means(readings, lambda one: one.degradation),
        "by_language": _means(readings, lambda one: one.language),
        "files": [asdict(one) for one in readings],
        "settings": {"page_memory_mb": settings.page_memory_mb, "page_seconds": settings.page_seconds},
        "versions": versions(),
    }


def _demanded(name: str, wanted: Sequence[demands.Demand], reader: IsolatedReader) -> dict[str, object]:
    """Which of the demands their pages meet; each page is read once."""
    places = list(dict.fromkeys((one.path, one.page) for one in wanted))
    pages = {place: _page(reader, *place)[1] for place in _told(name, places)}
    passed = {one.id: demands.is_met(one, pages[one.path, one.page]) for one in wanted}
    shares = {
        kind: statistics.fmean(passed[one.id] for one in wanted if one.kind == kind)
        for kind in sorted({one.kind for one in wanted})
    }
    shares["all"] = statistics.fmean(passed.values())
    counts = [sum(kind in (one.kind, "all") for one in wanted) for kind in shares]
    print(
        table(
            [name, "share passed", "tests"],
            [[*row, str(n)] for row, n in zip(shares.items(), counts, strict=True)],
        )
    )
    return {
        "passed": {kind: round(share, 4) for kind, share in shares.items()},
        "tests": [
            {"id": one.id, "kind": one.kind, "file": one.path.name, "passed": passed[one.id]}
            for one in wanted
        ],
        "versions": versions(),
    }


def _told(name: str, items: Sequence[Item]) -> Iterator[Item]:
    tell = progress(name, len(items))
    for done, item in enumerate(items, 1):
        yield item
        tell(done)


def _reading(reader: IsolatedReader, sheet: Sheet) -> Reading:
    reader.peak_mb = 0.0
    state, page, seconds = _page(reader, sheet.path, sheet.page)
    return Reading(
        sheet.path.name,
        sheet.page,
        sheet.degradation,
        sheet.language,
        state,
        *compare(sheet.text, _text(page) if page else "", sheet.others),
        round(seconds, 3),
        round(reader.peak_mb, 1),
    )


def _page(reader: IsolatedReader, path: Path, number: int) -> tuple[str, Page | None, float]:
    """The page as the product reads it: its state, what stands on it, and the seconds it took."""
    try:
        (result,) = reader.read_text(path, [number])
        if result.state == "needs_ocr":
            result = reader.read_scan(path, number)
    except UserError as error:
        return error.problem.code, None, 0.0
    return result.state, result.page, result.seconds


def _text(page: Page) -> str:
    """The page's lines, without the marks that part the cells of its tables: nobody read those."""
    return "\n".join(line.text for block in page.blocks for line in block.lines)


def compare(
    truth: str, text: str, others: Sequence[str] = ()
) -> tuple[float, float, float, float, float, float]:
    """Recall, precision and error rate of the characters: as written, then as printed. `others` may
    stand in the text too."""
    return (*_rates(plain, truth, text, others), *_rates(printed, truth, text, others))


def _rates(
    seen: Callable[[str], str], truth: str, text: str, others: Sequence[str]
) -> tuple[float, float, float]:
    wanted, given = seen(truth), seen(text)
    known = wanted + "".join(map(seen, others))
    return recall(wanted, given), recall(given, known), error_rate(wanted, given)


def _means(readings: Sequence[Reading], key: Callable[[Reading], str]) -> dict[str, dict[str, float]]:
    """The means of the readings that have the same key; none for those without."""
    return {
        name: _mean([one for one in readings if key(one) == name])
        for name in sorted({key(one) for one in readings} - {""})
    }


def _mean(readings: Sequence[Reading]) -> dict[str, float]:
    return {name: round(statistics.fmean(getattr(one, name) for one in readings), 4) for name in RATES}


def _table(name: str, readings: Sequence[Reading]) -> str:
    rows: list[list[str | float]] = [
        [f"{one.file} p{one.page} {one.degradation}", *(float(getattr(one, rate)) for rate in RATES)]
        for one in readings
    ]
    groups = _means(readings, lambda one: one.degradation) | _means(readings, lambda one: one.language)
    rows += [[f"mean of {group}", *means.values()] for group, means in groups.items()]
    rows.append(["mean", *_mean(readings).values()])
    return table([name, *RATES], rows)
