"""What a page's layout model sees: regions, and tables with the lines between their columns and rows.

The model is PyMuPDF's own. It costs half a second a page, so it is asked only about pages worth it; it is
loaded when it is first asked. Everything leaves here as the page's reader sees it, text upright.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymupdf

from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.tables.blocks import SeenPage, TableGuess
from rag_core.parse.tables.rulings import Drawn, rulings_of
from rag_core.parse.tables.words import Frame, Rect
from rag_core.types import BlockKind

# What a page may have for the model to be asked: beyond, it takes minutes or gigabytes.
MOST_DRAWN = 1500
MOST_POINTS = 8_000_000
# What a page may have for its drawings to be looked at.
MOST_PATHS = 6000
MOST_BYTES = 4_000_000
_KINDS: dict[str, BlockKind] = {
    "title": "title",
    "section-header": "title",
    "text": "text",
    "caption": "text",
    "footnote": "text",
    "formula": "text",
    "list-item": "list",
    "table": "table",
    "picture": "figure",
    "page-header": "header",
    "page-footer": "footer",
}
_DAMAGE = (
    *(pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, TypeError, AttributeError),
    *(IndexError, KeyError, ZeroDivisionError),
)


def page_seen(page: Any, frame: Frame) -> SeenPage:
    """The layout of a pymupdf page whose text is turned as the frame is. The model is not asked about a page
    that has too much on it; what it fails on can be read without."""
    try:
        if len(page.get_bboxlog()) > MOST_PATHS or len(page.read_contents()) > MOST_BYTES:
            return SeenPage()
        with _upright(page, frame.turn) as upright:
            drawn = list(itertools.islice(_drawn(upright), MOST_PATHS))
            if len(drawn) > MOST_DRAWN or page.rect.width * page.rect.height > MOST_POINTS:
                return SeenPage(rulings=rulings_of(drawn))
            seen = _seen(upright)
    except _DAMAGE:
        return SeenPage()
    regions = tuple(
        LayoutRegion(_KINDS[group["class_name"]], frame.box(tuple(group["group_bbox"][:4])), 1.0)
        for group in seen
        if group["class_name"] in _KINDS
    )
    tables = tuple(_guess(group, frame) for group in seen if group["class_name"] == "table")
    return SeenPage(regions, tables, rulings_of(drawn), asked=True)


@contextmanager
def _upright(page: Any, turn: int) -> Iterator[Any]:
    """The page, or a copy on which its text stands upright without being rotated by the viewer."""
    if page.rotation == 0 and turn == 0:
        yield page
        return
    with pymupdf.open() as document:
        document.insert_pdf(
            page.parent, from_page=page.number, to_page=page.number, annots=False, links=False
        )
        copy = document[0]
        copy.set_rotation((page.rotation - turn) % 360)
        copy.remove_rotation()
        yield copy


def _seen(page: Any) -> list[dict[str, Any]]:
    with _one_thread():
        import pymupdf.layout  # noqa: PLC0415, F401  # loads the model, and makes get_layout work
    page.get_layout(return_raw=True)
    return list(page.layout_information or ())


@contextmanager
def _one_thread() -> Iterator[None]:
    """What is loaded in here runs on one thread: readers are as many as there are cores, and idle threads
    that wait for work would take those from one another."""
    import onnxruntime  # noqa: PLC0415 - takes a while, and is rarely needed

    usual = onnxruntime.SessionOptions

    def single() -> Any:
        options = usual()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return options

    onnxruntime.SessionOptions = single
    try:
        yield
    finally:
        onnxruntime.SessionOptions = usual


def _guess(group: dict[str, Any], frame: Frame) -> TableGuess:
    x0, y0, x1, y1 = (float(value) for value in group["group_bbox"][:4])
    grid = group.get("table_grid")
    columns = [] if grid is None else [x0 + float(value) for value in grid.v_lines]
    rows = [] if grid is None else [y0 + float(value) for value in grid.h_lines]
    return TableGuess(
        frame.box((x0, y0, x1, y1)),
        tuple(frame.box((x, y0, x, y1)) for x in columns),
        tuple(frame.box((x0, y, x1, y)) for y in rows),
    )


def _drawn(page: Any) -> Iterator[Drawn]:
    """The straight strokes and the rectangles of a page that is not rotated."""
    for path in page.get_cdrawings():
        kind = path["type"]
        if kind not in ("f", "s", "fs"):
            continue
        fill = tuple(path.get("fill") or ()) if "f" in kind else ()
        outline = tuple(path.get("color") or ()) if "s" in kind else ()
        for name, *values in path["items"]:
            rect = _rect(name, values)
            if rect is not None:
                yield Drawn(rect, fill or None, outline or None)


def _rect(name: str, values: list[Any]) -> Rect | None:
    match name:
        case "l":
            (x0, y0), (x1, y1) = values
        case "re":
            x0, y0, x1, y1 = values[0][:4]
        case "qu":
            xs, ys = zip(*values[0], strict=True)
            x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
        case _:
            return None
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
