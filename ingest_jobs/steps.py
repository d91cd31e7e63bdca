"""The steps of reading one document. Each can be killed at any instruction and done again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest_jobs.bench import Bench, PageReader
from rag_core.chunk import chunk_parsed
from rag_core.errors import InputError, ParserFailure, PasswordNeeded, Problem
from rag_core.index.publish import publish_document
from rag_core.parse.read import hopeless, outcome
from rag_core.parse.results import PARSER_VERSION, PICTURE, TEXT_LAYER, PageResult, failed
from rag_core.store import chunks, documents, libraries, pages
from rag_core.types import Document, DocumentState, PageRecord, PageState

EMBEDDING_BATCH = 32


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a document. Every step returns a value that survives a restart; what is already
    done is left out, so a repeated step does no work twice."""

    bench: Bench
    document_id: int
    number: int

    def is_wanted(self) -> bool:
        """Whether the attempt is still to go on."""
        return documents.is_wanted(self.bench.database, self.document_id, self.number)

    def advance(self, state: DocumentState, problem: Problem | None = None) -> bool:
        """Sets the document's state; False when the attempt is no longer wanted."""
        return documents.advance(self.bench.database, self.document_id, self.number, state, problem)

    def give_up(self, problem: Problem) -> None:
        """Ends the attempt for good. Whatever went wrong, a file that is gone is the reason to name."""
        document = documents.get_document(self.bench.database, self.document_id)
        gone = not self.bench.files.exists(document.readable_sha256)
        self.advance("rejected", Problem("file_missing") if gone else problem)

    def open(self) -> bool:
        """Looks at the file and opens its ledger. False when a password has to be given first.
        Raises InputError for a file that can't be read."""
        self.advance("reading")
        document = documents.get_document(self.bench.database, self.document_id)
        path = self._path()
        try:
            with self.bench.readers.borrow() as reader:
                inspection = reader.inspect(path, document.filename)
        except PasswordNeeded:
            self.advance("needs_password", Problem("password_needed"))
            return False
        if inspection.page_count > self.bench.settings.page_limit:
            raise InputError("file_too_many_pages", str(self.bench.settings.page_limit))
        pages.begin_pages(self.bench.database, self.document_id, inspection.page_count)
        return True

    def unread(self) -> tuple[int, ...]:
        """The pages that no reader has looked at yet, for this document or for another of the same bytes."""
        pages.reuse_pages(
            self.bench.database,
            self.document_id,
            lambda sha256, record: record.fingerprint == fingerprint(sha256, record.number, record.engine),
        )
        return self._numbers("waiting")

    def read_text(self, numbers: Sequence[int]) -> bool:
        """Reads the text layer of these pages, as far as they are still waiting."""
        waiting = set(self._numbers("waiting"))
        todo = [number for number in numbers if number in waiting]
        if todo:
            path, reason = self._path(), self._hopeless(todo[0], recognised=False)
            if reason:
                self._save([failed(number, TEXT_LAYER, 0.0, reason) for number in todo])
                return True
            with self.bench.readers.borrow() as reader:
                results = _read_text(reader, path, todo)
            self._save(results)
        return True

    def scans(self) -> tuple[int, ...]:
        """The pages that wait for recognition."""
        return self._numbers("needs_ocr")

    def read_scan(self, number: int) -> bool:
        """Recognises the page, if it still waits for that."""
        if number in self._numbers("needs_ocr"):
            path, begun, reason = self._path(), time.monotonic(), self._hopeless(number, recognised=True)
            if reason:
                self._save([failed(number, "", 0.0, reason)])
                return True
            anew = pages.page_engine(self.bench.database, self.document_id, number) == PICTURE
            with self.bench.readers.borrow() as reader:
                try:
                    result = reader.read_scan(path, number, anew)
                except ParserFailure as error:
                    result = failed(number, "", time.monotonic() - begun, error.problem)
            self._save([result])
        return True

    def cut(self) -> bool:
        """Cuts what was read into chunks."""
        self.advance("indexing")
        database = self.bench.database
        parsed = pages.load_parsed(database, self.document_id)
        with self.bench.embedders.borrow(self._embedder_id()) as embedder:
            cut = chunk_parsed(parsed, embedder)
        chunks.replace_chunks(database, self.document_id, cut, parsed)
        return True

    def embed(self) -> int:
        """Embeds the next batch of chunks; returns how many that were."""
        database, embedder_id = self.bench.database, self._embedder_id()
        pending = chunks.pending_embeddings(database, self.document_id, embedder_id, EMBEDDING_BATCH)
        if pending:
            with self.bench.embedders.borrow(embedder_id) as embedder:
                vectors = embedder.embed_passages([text for _, text in pending])
            chunks.save_embeddings(database, embedder_id, [one for one, _ in pending], vectors)
        return len(pending)

    def publish(self) -> bool:
        """Makes the document searchable and says how the reading went."""
        records = pages.page_records(self.bench.database, self.document_id)
        state, problem = outcome(records)
        if state == "rejected":
            return self.advance(state, problem)
        return publish_document(self.bench.database, self.document_id, state, problem, self.number)

    def _path(self) -> Path:
        document = documents.get_document(self.bench.database, self.document_id)
        if not self.bench.files.exists(document.readable_sha256):
            raise InputError("file_missing")
        return self.bench.files.path(document.readable_sha256)

    def _numbers(self, state: PageState) -> tuple[int, ...]:
        return pages.page_numbers(self.bench.database, self.document_id, state)

    def _hopeless(self, number: int, recognised: bool) -> Problem | None:
        """Why the pages from this one on are failed untried, if they are."""
        records = pages.page_records(self.bench.database, self.document_id)
        return hopeless(
            [
                record
                for record in records
                if record.number < number
                and record.state in ("read", "empty", "failed")
                and (record.engine != TEXT_LAYER) == recognised
            ]
        )

    def _embedder_id(self) -> str:
        database = self.bench.database
        document = documents.get_document(database, self.document_id)
        return libraries.get_library(database, document.library_id).embedder_id

    def _save(self, results: Sequence[PageResult]) -> None:
        document = documents.get_document(self.bench.database, self.document_id)
        read = [(_record(document, result), result.page) for result in results]
        pages.save_pages(self.bench.database, read)


def _record(document: Document, result: PageResult) -> PageRecord:
    return PageRecord(
        document_id=document.id,
        number=result.number,
        state=result.state,
        engine=result.engine,
        seconds=result.seconds,
        confidence=result.confidence,
        characters=len(result.page.text) if result.page else 0,
        problem=result.problem,
        fingerprint=fingerprint(document.readable_sha256, result.number, result.engine),
    )


def fingerprint(sha256: str, number: int, engine: str) -> str:
    """What a page's content depends on: the file's bytes, the page, and what read it."""
    return hashlib.sha256(f"{sha256}/{number}/{PARSER_VERSION}/{engine}".encode()).hexdigest()


def _read_text(reader: PageReader, path: Path, numbers: Sequence[int]) -> tuple[PageResult, ...]:
    """The pages; when a run of them takes the reader down, they are tried one by one, so that only the
    guilty one fails."""
    begun = time.monotonic()
    try:
        return reader.read_text(path, numbers)
    except ParserFailure as error:
        if len(numbers) == 1:
            return (failed(numbers[0], TEXT_LAYER, time.monotonic() - begun, error.problem),)
    return tuple(result for number in numbers for result in _read_text(reader, path, [number]))
