"""A document's text cut into chunks, each an exact slice of it.

llama-index's SentenceSplitter decides where to cut; its own offsets are wrong on text that repeats, so
the pieces are laid back on the text here. Chunks don't overlap: what stands around a hit is fetched
when the question is answered.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise

from rag_core.parse.furniture import furniture_spans
from rag_core.protocols import Embedder
from rag_core.text import sentence_spans
from rag_core.types import BLOCK_BREAK, LINE_BREAK, PAGE_BREAK, Chunk, ParsedDocument

CHUNK_TOKENS = 320
# Of what an embedder reads: the rest is left to the heading and the embedder's own marks.
_SHARE = 5 / 8
HEADING_CHARACTERS = 200

# A sentence too long for a chunk is cut after a comma or a space, at the latest after this many characters:
# the splitter would go on to single characters, which takes minutes on one endless line.
_PHRASE = r"[^,，;；:：、\n]{0,80}[,，;；:：、\s]+|[^,，;；:：、\n]{1,80}"
# The splitter's work grows faster than its input.
_WINDOW = 20_000
_NOT_SPACE = re.compile(r"\S")


def chunk_parsed(document: ParsedDocument, embedder: Embedder) -> tuple[Chunk, ...]:
    """The chunks of a document as its library's embedder reads them: under its titles, without running
    heads and page numbers."""
    size = chunk_size(embedder.max_tokens)
    left_out = furniture_spans(document)
    return chunk_document(document.text, embedder.count_tokens, size, title_spans(document), left_out)


def chunk_size(max_tokens: int) -> int:
    """How many tokens a chunk may have for an embedder that reads `max_tokens`."""
    return min(CHUNK_TOKENS, int(max_tokens * _SHARE))


def chunk_document(
    text: str,
    count_tokens: Callable[[str], int],
    chunk_tokens: int = CHUNK_TOKENS,
    titles: Sequence[tuple[int, int]] = (),
    left_out: Sequence[tuple[int, int]] = (),
) -> tuple[Chunk, ...]:
    """The chunks of a document's text, in order, with text[chunk.start:chunk.end] == chunk.text, each about
    `chunk_tokens` long at most as `count_tokens` counts. They leave out nothing but white space and `left_out`.

    `titles` are the (start, end) spans of the titles in the text, in order; a chunk's heading is the last
    title at or before its start. `left_out` are the spans, in order, that belong into no chunk (running
    heads, page numbers); no chunk reaches over one.
    """
    starts = [start for start, _ in titles]
    chunks: list[Chunk] = []
    for start, end in _spans(text, count_tokens, chunk_tokens, left_out):
        place = bisect_right(starts, start) - 1
        heading = " ".join(text[slice(*titles[place])].split()) if place >= 0 else ""
        chunks.append(Chunk(len(chunks), start, end, text[start:end], heading[:HEADING_CHARACTERS]))
    return tuple(chunks)


def title_spans(document: ParsedDocument) -> tuple[tuple[int, int], ...]:
    """The (start, end) spans of the title blocks in document.text, in order."""
    spans: list[tuple[int, int]] = []
    offset = 0
    for page in document.pages:
        for start, end, block in page.block_spans():
            if block.kind == "title" and end > start:
                spans.append((offset + start, offset + end))
        offset += len(page.text) + len(PAGE_BREAK)
    return tuple(spans)


def _spans(
    text: str, count_tokens: Callable[[str], int], chunk_tokens: int, left_out: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    from llama_index.core.node_parser import SentenceSplitter  # noqa: PLC0415 (takes a second to import)

    splitter = SentenceSplitter(
        chunk_size=chunk_tokens,
        chunk_overlap=0,
        tokenizer=lambda piece: range(count_tokens(piece)),
        paragraph_separator=BLOCK_BREAK,
        chunking_tokenizer_fn=_sentences,
        secondary_chunking_regex=_PHRASE,
    )
    kept = pairwise([0, *(edge for span in left_out for edge in span), len(text)])
    windows = (window for low, high in islice(kept, 0, None, 2) for window in _windows(text, low, high))
    for low, high in windows:
        end = low
        for piece in splitter.split_text(text[low:high]):
            found = _NOT_SPACE.search(text, end, high)
            if found is None:
                break
            # The pieces come in order and nothing but white space is lost between them.
            end = found.start() + len(piece.strip())
            yield found.start(), end


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
