"""A document's text cut into chunks, each an exact slice of it.

llama-index's SentenceSplitter decides where to cut; its own offsets are wrong on text that repeats, so
the pieces are laid back on the text here. Chunks don't overlap: what stands around a hit is fetched
when the question is answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from rag_core.outline import Outline, Table, read_outline, table_heading
from rag_core.protocols import Embedder
from rag_core.text import sentence_spans
from rag_core.types import BLOCK_BREAK, LINE_BREAK, PAGE_BREAK, Chunk, ParsedDocument

CHUNK_TOKENS = 320
# Of what an embedder reads: the rest is left to the heading and the embedder's own marks.
_SHARE = 5 / 8
_PLAIN = Outline()
_ROW = re.compile(r"[^\n]+")

# A sentence too long for a chunk is cut after a comma or a space, at the latest after this many characters:
# the splitter would go on to single characters, which takes minutes on one endless line.
_PHRASE = r"[^,，;；:：、\n]{0,80}[,，;；:：、\s]+|[^,，;；:：、\n]{1,80}"
# The splitter's work grows faster than its input.
_WINDOW = 20_000
_NOT_SPACE = re.compile(r"\S")


def chunk_parsed(document: ParsedDocument, embedder: Embedder) -> tuple[Chunk, ...]:
    """The chunks of a document as its library's embedder reads them: under its titles, tables by rows under
    the names of their columns, without running heads and page numbers."""
    size = chunk_size(embedder.max_tokens)
    return chunk_document(document.text, embedder.count_tokens, size, read_outline(document))


def chunk_size(max_tokens: int) -> int:
    """How many tokens a chunk may have for an embedder that reads `max_tokens`."""
    return min(CHUNK_TOKENS, int(max_tokens * _SHARE))


def chunk_document(
    text: str,
    count_tokens: Callable[[str], int],
    chunk_tokens: int = CHUNK_TOKENS,
    outline: Outline = _PLAIN,
) -> tuple[Chunk, ...]:
    """The chunks of a document's text, in order, with text[chunk.start:chunk.end] == chunk.text, each about
    `chunk_tokens` long at most as `count_tokens` counts. They leave out nothing but white space and
    `outline.left_out`; none reaches over what is left out, into or out of a table, or over one of
    `outline.cuts`, so that a change on one page leaves the chunks of the others as they are.

    A chunk's heading is the path of titles at or before its start; of a table's chunk, the nearest title
    and the table's header.
    """
    splitter = _Splitter(count_tokens, chunk_tokens)
    chunks: list[Chunk] = []
    for low, high, table in _sections(text, outline):
        pieces = splitter.prose(text, low, high) if table is None else splitter.table(text, low, high)
        for start, end in pieces:
            path = outline.headings.above(start if table is None else max(start, table.start))
            heading = path if table is None else table_heading(path, table.header)
            chunks.append(Chunk(len(chunks), start, end, text[start:end], heading))
    return tuple(chunks)


def _sections(text: str, outline: Outline) -> Iterator[tuple[int, int, Table | None]]:
    """Slices of the text that are cut into chunks one by one: tables with their captions, and what stands
    between tables, cuts and what is left out."""
    edges = {0, len(text), *outline.cuts}
    edges.update(edge for span in outline.left_out for edge in span)
    edges.update(edge for table in outline.tables for edge in (table.caption, table.end))
    gone = {start for start, _ in outline.left_out}
    tables = {table.caption: table for table in outline.tables}
    end = 0
    for low, high in pairwise(sorted(edges)):
        table = tables.get(low)
        if table is not None:
            yield low, table.end, table
            end = table.end
        elif low >= end and low not in gone:
            yield low, high, None


class _Splitter:
    """Cuts slices of a text where llama-index's splitter does."""

    def __init__(self, count_tokens: Callable[[str], int], chunk_tokens: int) -> None:
        from llama_index.core.node_parser import SentenceSplitter  # noqa: PLC0415 (takes a second to import)

        self._count_tokens = count_tokens
        self._chunk_tokens = chunk_tokens
        self._splitter = SentenceSplitter(
            chunk_size=chunk_tokens,
            chunk_overlap=0,
            tokenizer=lambda piece: range(count_tokens(piece)),
            paragraph_separator=BLOCK_BREAK,
            chunking_tokenizer_fn=_sentences,
            secondary_chunking_regex=_PHRASE,
        )

    def prose(self, text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        """The (start, end) of the pieces of text[low:high]."""
        for first, last in _windows(text, low, high):
            end = first
            for piece in self._splitter.split_text(text[first:last]):
                found = _NOT_SPACE.search(text, end, last)
                if found is None:
                    break
                # The pieces come in order and nothing but white space is lost between them.
                end = found.start() + len(piece.strip())
                yield found.start(), end

    def table(self, text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        """The same for a table: as many whole rows together as there is room for."""
        start, end = low, low
        for row in _ROW.finditer(text, low, high):
            if end > start and not self._fits(text[start : row.end()]):
                yield from self._rows(text, start, end)
                start = row.start()
            end = row.end()
        yield from self._rows(text, start, end)

    def _rows(self, text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        piece = text[low:high]
        if not self._fits(piece):
            yield from self.prose(text, low, high)
        elif piece.strip():
            start = low + len(piece) - len(piece.lstrip())
            yield start, low + len(piece.rstrip())

    def _fits(self, piece: str) -> bool:
        return self._count_tokens(piece) <= self._chunk_tokens


def _sentences(text: str) -> list[str]:
    """The sentences with the white space after them: joined they are the text again."""
    cuts = [0, *(start for start, _ in sentence_spans(text)[1:]), len(text)]
    return [text[low:high] for low, high in pairwise(cuts)]


def _windows(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Slices of text[low:high] that are split one by one: up to a page break where one is in reach, else
    up to the end of a block, of a line, of a word, or anywhere."""
    start = low
    while start < high:
        end = min(start + _WINDOW, high)
        if end < high:
            breaks = (text.rfind(mark, start + 1, end) for mark in (PAGE_BREAK, BLOCK_BREAK, LINE_BREAK, " "))
            end = next((place + 1 for place in breaks if place > start), end)
        yield start, end
        start = end
