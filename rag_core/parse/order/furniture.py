"""Running heads, running feet and page numbers: text that stands on the page but belongs to no paragraph.

Left in, they are found for every question that names the document, and they cut sentences that run over
a page's end. A running head's first appearance is kept, for it may hold what stands nowhere else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise

from rag_core.types import PAGE_BREAK, Block, ParsedDocument

# How far from the top or bottom edge, in page heights, furniture may reach.
MARGIN = 0.1
# Heads and feet that were told from their place may reach further.
TOLD_MARGIN = 0.15
# Text is running text when it recurs on this many pages at least: on this share of them, or, as the head of a
# chapter does, on pages that follow one another (a facing page may lie between).
FEWEST_PAGES = 3
SHARE = 0.3
STEP = 2
# Of two pages: how far apart what is one running head may stand, in page fractions.
_SAME_PLACE = 0.006
# Longer text that differs in its numbers only tells something on each page.
_HEAD_LINES = 3
_HEAD_CHARACTERS = 160

_EDGES = ("top", "bottom")
# White space between a page's number and the signs beside it.
_AROUND_NUMBER = re.compile(r"(?<=[第/\-–—·|])\s+(?=\d)|(?<=\d)\s+(?=[页頁共/\-–—·|])")
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_PAGE_NUMBER = re.compile(
    r"(?:page|第|p\.?|[a-z]-)?[-–—·•|/~]*(?:#|(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})|[〇零一二三四五六七八九十百]{1,5})"
    r"(?:(?:/|of|共|，共|,共)?#)?(?:页|頁)?[-–—·•|/~]*(?:共#[页頁])?"
)
# A number at the end of a row that has words too.
_NUMBER_BESIDE = re.compile(r"\d{1,5}\s+\D.*[^\d\s.。;；]|[^\d\s].*\s[-–—|]?\s?\d{1,5}", re.DOTALL)
_FOOTNOTE = re.compile(r"[*†‡§¹²³①-⑩]|\d{1,2}\s?[^\W\d]")
_SENTENCE = re.compile(r"[.。!！?？;；:：,，、][\"'”’」』）)]*$")


def furniture_spans(document: ParsedDocument) -> tuple[tuple[int, int], ...]:
    """The (start, end) spans of page numbers, and of running heads and feet from their second appearance
    on, in document.text, in order."""
    running = _running(document)
    twice = _twice(document)
    spans: list[tuple[int, int]] = []
    seen: set[tuple[str, str]] = set()
    offset = 0
    for page in document.pages:
        for start, end, block in page.block_spans():
            shapes = _shapes(block)
            numbered = _side(block) in _EDGES and is_page_number(block.text)
            if shapes & seen or numbered or any(block is one for one in twice):
                spans.append((offset + start, offset + end))
            seen |= shapes & running
        offset += len(page.text) + len(PAGE_BREAK)
    return tuple(spans)


def is_page_number(text: str) -> bool:
    """Whether the text says which page this is, and nothing else."""
    return _PAGE_NUMBER.fullmatch(_bare(text)) is not None


def is_furniture(text: str, small: bool) -> bool:
    """Whether text that stands apart at the head or foot of a page is likely to be there on every page. `small`
    tells that its type is smaller than the page's."""
    if is_page_number(text):
        return True
    if _SENTENCE.search(text) or (small and _FOOTNOTE.match(text)):
        return False
    return small or _NUMBER_BESIDE.fullmatch(text) is not None


def _running(document: ParsedDocument) -> set[tuple[str, str]]:
    pages_with: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at, page in enumerate(document.pages):
        for shape in set[tuple[str, str]]().union(*map(_shapes, page.blocks)):
            pages_with[shape].append(at)
    least = max(FEWEST_PAGES, SHARE * len(document.pages))
    return {shape for shape, pages in pages_with.items() if len(pages) >= least or _follow(pages)}


def _twice(document: ParsedDocument) -> list[Block]:
    """What stands on the second of two pages as it does on the first: less is not enough to tell a running head of so
    few pages from a line that happens to come again."""
    if len(document.pages) != 2:
        return []
    first, second = document.pages
    return [
        block
        for block in second.blocks
        if _side(block) and not block.cells and len(block.text) <= _HEAD_CHARACTERS
        if any(_is_same(one, first.number, block, second.number) for one in first.blocks)
    ]


def _is_same(one: Block, number: int, other: Block, other_number: int) -> bool:
    """Whether two blocks are alike in text, but for their pages' numbers, in place and in size. Titles are not."""
    ours, theirs = one.box, other.box
    apart = (ours.y0 - theirs.y0, ours.y1 - theirs.y1)
    aside = (ours.x0 - theirs.x0, ours.x1 - theirs.x1, (ours.x0 + ours.x1 - theirs.x0 - theirs.x1) / 2)
    return (
        "title" not in (one.kind, other.kind)
        and max(map(abs, apart)) <= _SAME_PLACE
        and min(map(abs, aside)) <= _SAME_PLACE
        and _numbered(one.text, number) == _numbered(other.text, other_number)
    )


def _numbered(text: str, number: int) -> str:
    """The text, but for white space and the page's number where it stands as one."""
    stands = re.compile(
        rf"(?<![^\W\d_])(?:page|sheet|p\.?)\s*{number}(?!\d)|(?:第|(?<![\w第])){number}(?=[页頁])"
        rf"|第{number}(?=$|[/,，共])|[-–—·|]{number}(?=[-–—·|]$)|^{number}$"
        rf"|(?<![\w.,/]){number}(?=(?:/|\s+of\s+)2$)"
    )
    spaced = _AROUND_NUMBER.sub("", _SPACE.sub(" ", text.casefold()).strip())
    return _SPACE.sub("", stands.sub("#", spaced))


def _follow(pages: list[int]) -> bool:
    """Whether enough of the pages, in order, follow one another."""
    run = 1
    for before, after in pairwise(pages):
        run = run + 1 if after - before <= STEP else 1
        if run >= FEWEST_PAGES:
            return True
    return False


def _shapes(block: Block) -> set[tuple[str, str]]:
    """What the block must have in common with others to be the same running head: its place and its text, but
    for white space; or, if it is short and no title, the same without numbers."""
    side = _side(block)
    if not side or not block.lines:
        return set()
    exact = (side, _SPACE.sub("", block.text.casefold()))
    long = len(block.lines) > _HEAD_LINES or len(block.text) > _HEAD_CHARACTERS
    return {exact} if block.kind == "title" or long else {exact, (side, _bare(block.text))}


def _side(block: Block) -> str:
    """Where furniture would be: further from the edge it must stand in one place on all its pages."""
    box = block.box
    told = block.kind in ("header", "footer")
    if box.y1 <= TOLD_MARGIN:
        return "top" if told or box.y1 <= MARGIN else f"top {box.y0:.2f} {box.x0:.2f}"
    if box.y0 >= 1 - TOLD_MARGIN:
        return "bottom" if told or box.y0 >= 1 - MARGIN else f"bottom {box.y0:.2f} {box.x0:.2f}"
    return ""


def _bare(text: str) -> str:
    return _DIGITS.sub("#", _SPACE.sub("", text.casefold()))
