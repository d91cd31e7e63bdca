"""Small real parts and one fake for the pages' tests: documents read without a worker, answers without models."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag_core.ask.asked import Asked
from rag_core.chunk import chunk_document
from rag_core.engine import Status
from rag_core.errors import InputError, Problem
from rag_core.index.lexical import write_rows
from rag_core.index.publish import publish_document
from rag_core.parse.digital.pdf import PdfFile
from rag_core.parse.order.reading_order import blocks_of
from rag_core.store.chunks import passages, replace_chunks, searchable_ids
from rag_core.store.correcting import correct_line
from rag_core.store.corrections import Correction
from rag_core.store.db import Database
from rag_core.store.documents import add_document
from rag_core.store.files import FileStore
from rag_core.store.generations import published
from rag_core.store.pages import begin_pages, load_parsed, locate, save_page
from rag_core.text import flow, sentence_spans
from rag_core.types import (
    Answer,
    Block,
    Box,
    Checked,
    Citation,
    Document,
    Done,
    Event,
    Evidence,
    Found,
    Hit,
    Line,
    Page,
    PageRecord,
    PageState,
    Passage,
    Searching,
    Sentence,
    Timings,
    Token,
    Turn,
)
from tests.builders import A4, LEADING, LEFT, SIZE, TOP, digital_pdf

ANSWERED_FROM = 0.2
SLOW = "slowly"


def read_in(database: Database, files: FileStore, library_id: int, filename: str, content: bytes) -> Document:
    """Stores a PDF with a text layer and reads it at once, as a worker would."""
    stored = files.put(io.BytesIO(content), 2**26)
    document, _ = add_document(database, library_id, filename, stored, time.time())
    pdf = PdfFile(files.path(stored.sha256))
    begin_pages(database, document.id, pdf.page_count)
    for number in range(1, pdf.page_count + 1):
        width, height = pdf.size(number)
        page = Page(number, width, height, blocks_of(pdf.look(number).segments, width, height))
        record = PageRecord(document.id, number, "read", "text", 0.01, 1.0, len(page.text), None, "")
        save_page(database, record, page)
    parsed = load_parsed(database, document.id)
    replace_chunks(database, document.id, chunk_document(parsed.text, len, 200), parsed)
    publish_document(database, document.id, "indexed")
    return document


def read_scan(
    database: Database,
    files: FileStore,
    library_id: int,
    filename: str,
    pages: Sequence[Sequence[tuple[str, float]]],
) -> Document:
    """A document of recognised pages, read: each a sequence of lines with their confidence, no lines for a
    page without text."""
    content = digital_pdf([[text for text, _ in lines] for lines in pages])
    document, _ = add_document(
        database, library_id, filename, files.put(io.BytesIO(content), 2**26), time.time()
    )
    begin_pages(database, document.id, len(pages))
    for number, lines in enumerate(pages, 1):
        made = tuple(_recognised(text, at, confidence) for at, (text, confidence) in enumerate(lines))
        blocks = (Block("text", Box(0.1, 0.1, 0.9, 0.9), made),) if made else ()
        page = Page(number, 595.0, 842.0, blocks)
        trust = sum(confidence for _, confidence in lines) / len(lines) if lines else 1.0
        state: PageState = "read" if lines else "empty"
        record = PageRecord(document.id, number, state, "PP-OCR", 3.5, trust, len(page.text), None, "")
        save_page(database, record, page)
    parsed = load_parsed(database, document.id)
    replace_chunks(database, document.id, chunk_document(parsed.text, len, 200), parsed)
    publish_document(database, document.id, "indexed")
    return document


def _recognised(text: str, at: int, confidence: float) -> Line:
    """A line where builders.digital_pdf writes its line number `at`, counted from 0."""
    top = (TOP + at * LEADING - SIZE) / A4[1]
    left, right = LEFT / A4[0], (LEFT + 0.5 * SIZE * len(text)) / A4[0]
    edges = tuple(left + (right - left) * step / len(text) for step in range(len(text) + 1))
    return Line(text, Box(left, top, right, top + 1.3 * SIZE / A4[1]), "ocr", confidence, edges)


def grams(text: str) -> set[str]:
    """What two texts are compared by here."""
    words = set(re.findall(r"[a-z]{4,}", text.lower()))
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    return words | {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


@dataclass(frozen=True)
class FoundByWords:
    """What a search comes to, as far as a trial looks at it."""

    hits: tuple[Hit, ...]
    generations: tuple[int, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class FakeAsking:
    """Answers with the sentence that shares the most with the question. A question with "slowly" in it is
    answered one word a tenth of a second."""

    database: Database

    def warm(self) -> None:
        return

    def close(self) -> None:
        self.database.dispose()

    def status(self) -> Status:
        return Status("fake-embedder", "", "quote", ())

    def correct(self, correction: Correction) -> None:
        correct_line(self.database, correction, lambda _, __: None, write_rows, time.time())

    def ask(
        self,
        question: str,
        turns: Sequence[Turn],
        library_ids: Sequence[int],
        document_ids: Sequence[int] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        insist: bool = False,
    ) -> Iterator[Event]:
        searched = f"{turns[-1].question} {question}" if turns and len(question) < 6 else question
        found = self._search(searched, library_ids)
        if not found:
            raise InputError("no_documents")
        return self._events(Asked(question, turns, library_ids, insist=insist), searched, found, cancelled)

    def search(self, question: str, library_ids: Sequence[int], limit: int) -> FoundByWords:
        found = {passage.id: (score, passage) for score, passage, _, _ in self._search(question, library_ids)}
        hits = tuple(
            Hit(passage, score, score, score, rank, rank)
            for rank, (score, passage) in enumerate(found.values(), 1)
        )
        used = [published(self.database, library_id) for library_id in library_ids]
        return FoundByWords(hits[:limit], tuple(one.id for one in used if one is not None))

    def pace(self, embedder_id: str, texts: Sequence[str]) -> float:
        return 10.0

    def _search(self, searched: str, library_ids: Sequence[int]) -> list[tuple[float, Passage, int, int]]:
        wanted = grams(searched)
        ids = [int(one) for library in library_ids for one in searchable_ids(self.database, library)]
        scored = [
            (len(wanted & grams(passage.text[start:end])) / max(len(wanted), 1), passage, start, end)
            for passage in passages(self.database, ids)
            for start, end in sentence_spans(passage.text)
        ]
        return sorted(scored, key=lambda one: -one[0])[:5]

    def _events(
        self,
        asked: Asked,
        searched: str,
        found: list[tuple[float, Passage, int, int]],
        cancelled: Callable[[], bool],
    ) -> Iterator[Event]:
        question = asked.question
        yield Searching(searched)
        evidence = tuple(
            Evidence(number, Hit(passage, score, score, score, number, number), (passage,))
            for number, (score, passage, _, _) in enumerate(found, start=1)
        )
        yield Found(evidence)
        weak = found[0][0] < ANSWERED_FROM
        if weak and not asked.insist:
            text = "The documents don't hold the answer."
            yield Token(text)
            yield Done(self._answer(question, searched, text, (), (), evidence, refused=True))
            return
        citation = self._citation(found[0])
        text = flow(citation.quote) + " "
        for piece in re.findall(r"\S+\s*|\s+", text) if SLOW in question else [text]:
            if cancelled():
                yield Done(self._answer(question, searched, "…", (), (), evidence, stopped=True))
                return
            yield Token(piece)
            time.sleep(0.1 if SLOW in question else 0)
        said = Sentence(0, len(text) - 1, (1,), "supported", "")
        extra = "And a sentence that nothing supports."
        yield Token(extra)
        doubt = Sentence(len(text), len(text) + len(extra), (), "unsupported", "")
        yield Checked(said, (citation,))
        yield Checked(doubt, ())
        whole = self._answer(question, searched, text + extra, (said, doubt), (citation,), evidence)
        yield Done(replace(whole, insisted=weak))

    def _citation(self, found: tuple[float, Passage, int, int]) -> Citation:
        _, passage, low, high = found
        start, end = passage.start + low, passage.start + high
        regions = locate(self.database, passage.document_id, start, end)
        quote = passage.text[low:high]
        return Citation(1, passage.document_id, passage.filename, quote, start, end, regions, "supported", "")

    @staticmethod
    def _answer(
        question: str,
        searched: str,
        text: str,
        sentences: tuple[Sentence, ...],
        citations: tuple[Citation, ...],
        evidence: tuple[Evidence, ...],
        refused: bool = False,
        stopped: bool = False,
    ) -> Answer:
        return Answer(
            question,
            searched,
            text,
            sentences,
            citations,
            evidence,
            refused,
            stopped,
            "quote",
            (),
            Timings(total=0.1),
        )
