"""Running heads, running feet and page numbers: text that stands on the page but belongs to no paragraph.

Left in, they are found for every question that names the document, and they cut sentences that run over
a page's end. A running head's first appearance is kept, for it may hold what stands nowhere else.
"""

from __future__ import annotations

import re
from collections import Counter

from rag_core.types import PAGE_BREAK, Block, Page, ParsedDocument

# How far from the top or bottom edge, in page heights, furniture may reach.
MARGIN = 0.1
# Text is running text when it recurs on this many pages at least, and on this share of them.
FEWEST_PAGES = 3
SHARE = 0.3

_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_PAGE_NUMBER = re.compile(
    r"(?:page|第|p\.?)?[-–—·•|/]*(?:#|(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3}))(?:(?:/|of|共|，共|,共)?#)?(?:页|頁)?[-–—·•|/]*(?:共#[页頁])?"
)


def furniture_spans(document: ParsedDocument) -> tuple[tuple[int, int], ...]:
    """The (start, end) spans of page numbers, and of running heads and feet from their second appearance
    on, in document.text, in order."""
    pages_with = Counter(shape for page in document.pages for shape in _shapes(page))
    least = max(FEWEST_PAGES, SHARE * len(document.pages))
    running = {shape for shape, count in pages_with.items() if count >= least}
    spans: list[tuple[int, int]] = []
    seen: set[tuple[str, str]] = set()
    offset = 0
    for page in document.pages:
        for start, end, block in page.block_spans():
            shape = (_side(block), _shape(block))
            if shape in seen or (shape[0] and _PAGE_NUMBER.fullmatch(shape[1])):
                spans.append((offset + start, offset + end))
            elif shape in running:
                seen.add(shape)
        offset += len(page.text) + len(PAGE_BREAK)
    return tuple(spans)


def _shapes(page: Page) -> set[tuple[str, str]]:
    return {(side, _shape(block)) for block in page.blocks if (side := _side(block)) and block.lines}


def _side(block: Block) -> str:
    if block.box.y1 <= MARGIN:
        return "top"
    return "bottom" if block.box.y0 >= 1 - MARGIN else ""


def _shape(block: Block) -> str:
    """The block's text without what differs from page to page: numbers and white space."""
    return _DIGITS.sub("#", _SPACE.sub("", block.text.casefold()))
