"""Pages and the text that stands on them: the sets that say how well a page was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag_core.evaluate.common import FormError, Row, read_rows
from rag_core.evaluate.printed import markup_text

TRUTH = "gt.jsonl"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page and what stands on it: the `text` that must be read, and `others` (running heads, cells of
    tables, formulas by themselves) that may be. `degradation` and `language` are "" where they aren't told."""

    path: Path
    page: int
    degradation: str
    text: str
    language: str = ""
    others: tuple[str, ...] = ()


def read_sheets(folder: Path) -> tuple[Sheet, ...]:
    """The folder's pages with their text. A row names a `file` with one page, or a `doc` with a
    `page_in_raster`, of which there may be a clean copy and a degraded one. Raises FormError."""
    found = [sheet for row in read_rows(folder / TRUTH) for sheet in _sheets(folder, row)]
    if not found:
        raise FormError(folder / TRUTH, 0, "holds no rows")
    return tuple(found)


def _sheets(folder: Path, row: Row) -> Iterator[Sheet]:
    if row.has("file"):
        yield _sheet(folder, row, row.text("file"), "")
        return
    name, page = Path(row.text("doc")), row.value("page_in_raster")
    if not isinstance(page, int) or page < 1:
        raise row.wrong('"page_in_raster" is not a page number')
    kinds = {"clean": "clean", "degraded": row.text("degradation", "degraded")}
    copies = [(f"{name.stem}.{kind}{name.suffix}", how) for kind, how in kinds.items()]
    there = [(file, how) for file, how in copies if (folder / file).is_file()]
    for file, how in there or [(str(name), row.text("degradation", ""))]:
        yield _sheet(folder, row, file, how, page)


def _sheet(folder: Path, row: Row, file: str, degradation: str, page: int = 1) -> Sheet:
    path = folder / file
    if not path.is_file():
        raise row.wrong(f"there is no file {file}")
    return Sheet(path, page, degradation, _truth(row), _language(row), tuple(_others(row)))


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


def _language(row: Row) -> str:
    """The page's language: of the row itself, or among its "attr"."""
    attributes = row.value("attr")
    named = attributes.get("language") if isinstance(attributes, dict) else None
    return row.text("language", named if isinstance(named, str) else "")


def _others(row: Row) -> Iterator[str]:
    """What stands beside the text: "other_text", and blocks given as a table or formula alone."""
    yield from row.texts("other_text", ())
    blocks = row.value("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, dict) or block.get("t"):
            continue
        table, formula = block.get("html"), block.get("latex")
        if isinstance(table, str):
            yield markup_text(table)
        elif isinstance(formula, str):
            yield formula if "$" in formula else f"${formula}$"
