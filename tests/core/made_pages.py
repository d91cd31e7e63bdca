"""Pages of any text in any places, and tables of given cells."""

from __future__ import annotations

from hypothesis import strategies as st

from rag_core.types import Block, Box, Cell, Line, Page

UNITS = 100_000
fraction = st.integers(0, UNITS).map(lambda units: units / UNITS)
text = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    words = draw(text)
    edges = tuple(draw(st.lists(fraction, min_size=len(words) + 1, max_size=len(words) + 1)))
    box = Box(*(draw(fraction) for _ in range(4)))
    source = draw(st.sampled_from(["text", "ocr", "corrected"]))
    return Line(words, box, source, draw(st.integers(0, 10_000)) / 10_000, edges, draw(st.booleans()))


@st.composite
def pages(draw: st.DrawFn) -> Page:
    blocks = tuple(
        Block(draw(st.sampled_from(["title", "text", "table"])), Box(0.0, 0.1, 0.2, 0.3), tuple(found))
        for found in draw(st.lists(st.lists(lines(), max_size=4), max_size=4))
    )
    return Page(draw(st.integers(1, 5000)), 595.28, 841.89, blocks)


SIDE = Box(0.1, 0.1, 0.2, 0.2)


def line_of(words: str) -> Line:
    return Line(words, SIDE, "text", 1.0, tuple(index / UNITS for index in range(len(words) + 1)))


def table(*cells: Cell) -> Page:
    return Page(1, 595.0, 842.0, (Block("table", SIDE, (line_of("ab"), line_of("cd")), cells, 1),))
