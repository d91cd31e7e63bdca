"""Every table that the parse stage finds in a folder of PDFs, as cells, to be scored by any tool.

python -m tests.bench.tables PDF_DIR --out OUT.jsonl [--by NAME] [--ocr FOLDER] [--limit N]

Writes a line a table: {"pdf", "page" (from 1), "cells": [{"row", "col", "row_end", "col_end", "text"}]}, counted
from 0, ends included. By default the product's own parse stage finds them: by the text layer where that can be
trusted, and with the recogniser whose models lie in FOLDER where it can't; without FOLDER by what the text layer
has. `--by scans` has every page recognised as the picture it shows; `--by pymupdf4llm`, `pdfplumber` and `camelot`
ask those, where they can be imported.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rag_core.errors import UserError
from rag_core.parse.recognition.ocr import PaddleOcrEngine
from rag_core.parse.source import Source, open_source, read_scan, read_text
from rag_core.protocols import ImageArray, OcrEngine
from rag_core.types import Block, Line, Page

Cell = dict[str, Any]
Found = Iterator[tuple[int, list[Cell]]]


class NoEngine:
    """Recognises nothing: what the text layer has is all there is."""

    id = "none"

    def read(self, image: ImageArray) -> tuple[Line, ...]:
        return ()


def parse_stage(path: Path, engine: OcrEngine, scans: bool = False) -> Found:
    """The tables that the product's own parse stage finds."""
    source, _ = open_source(path)
    try:
        for number in range(1, source.page_count + 1):
            page = _page(source, number, engine, scans)
            for block in page.blocks if page else ():
                if block.cells:
                    yield number, cells_of(block)
    finally:
        source.close()


def cells_of(table: Block) -> list[Cell]:
    return [
        {
            "row": cell.row,
            "col": cell.column,
            "row_end": cell.row_end,
            "col_end": cell.column_end,
            "text": " ".join(line.text for line in table.lines[cell.first : cell.last]),
        }
        for cell in table.cells
    ]


def pymupdf4llm_tables(path: Path) -> Found:
    import pymupdf4llm

    for page in json.loads(pymupdf4llm.to_json(str(path), use_ocr=False))["pages"]:
        for box in page["boxes"]:
            table = box.get("table")
            if table and table.get("extract"):
                yield page["page_number"], _from_rows(table["extract"])


def pdfplumber_tables(path: Path) -> Found:
    import pdfplumber

    with pdfplumber.open(path) as document:
        for number, page in enumerate(document.pages, 1):
            for table in page.extract_tables():
                yield number, _from_rows(table)


def camelot_tables(path: Path) -> Found:
    """Lattice where it finds tables on a page, else stream."""
    import camelot

    seen: set[int] = set()
    for flavor in ("lattice", "stream"):
        found = [table for table in camelot.read_pdf(str(path), pages="all", flavor=flavor)]
        for table in found:
            if int(table.page) not in seen:
                yield int(table.page), _from_rows(table.df.values.tolist())
        seen |= {int(table.page) for table in found}


def _page(source: Source, number: int, engine: OcrEngine, scans: bool) -> Page | None:
    if scans:
        return read_scan(source, number, engine, anew=True).page
    result = read_text(source, number)
    return read_scan(source, number, engine).page if result.state == "needs_ocr" else result.page


def _from_rows(rows: Sequence[Sequence[str | None]]) -> list[Cell]:
    return [
        {"row": row, "row_end": row, "col": column, "col_end": column, "text": text or ""}
        for row, line in enumerate(rows)
        for column, text in enumerate(line)
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--by", default="ours", choices=("ours", "scans", *PEERS))
    parser.add_argument("--ocr", type=Path)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args(arguments)
    engine: OcrEngine = PaddleOcrEngine(options.ocr) if options.ocr else NoEngine()
    find = PEERS.get(options.by, lambda path: parse_stage(path, engine, options.by == "scans"))
    began, count = time.monotonic(), 0
    with options.out.open("w", encoding="utf-8") as out:
        for path in sorted(options.folder.glob("*.pdf"))[: options.limit]:
            try:
                for page, cells in find(path):
                    out.write(
                        json.dumps({"pdf": path.name, "page": page, "cells": cells}, ensure_ascii=False)
                        + "\n"
                    )
                    count += 1
            except UserError as error:
                print(f"{path.name}: {error}")
    print(f"{count} tables, {time.monotonic() - began:.1f} s")


PEERS: dict[str, Callable[[Path], Found]] = {
    "pymupdf4llm": pymupdf4llm_tables,
    "pdfplumber": pdfplumber_tables,
    "camelot": camelot_tables,
}

if __name__ == "__main__":
    main()
