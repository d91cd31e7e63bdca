"""The steps of reading one document. Each can be killed at any instruction and done again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ingest_jobs.bench import Bench, PageReader
from ingest_jobs.reading import Patience, read_at_once
from rag_core.chunk import chunk_parsed
from rag_core.errors import InputError, ParserFailure, PasswordNeeded, Problem
from rag_core.index.publish import publish_document
from rag_core.parse.read import HOPELESS_PAGES, outcome
from rag_core.parse.results import PARSER_VERSION, PICTURE, TEXT_LAYER, Inspection, PageResult, failed
from rag_core.store import chunks, documents, libraries, page_reuse, pages, versions
from rag_core.store.pages import WaitingPage
from rag_core.types import DocumentState, PageRecord, PageState

EMBEDDING_BATCH = 32
# Pages of each kind that a reader is given at a time: few, so that others get their turn soon.
LOOK_PAGES = 64
TEXT_PAGES = 8
# So many portions for each reader make a step.
AT_ONCE = 4

T = TypeVar("T")
ReadPortion = Callable[[PageReader, Path, Sequence[WaitingPage]], Sequence[PageResult]]


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
        try:
            inspection = self._inspect()
            if not inspection.paged:
                self._convert()
                inspection = self._inspect()
        except PasswordNeeded:
            self.advance("needs_password", Problem("password_needed"))
            return False
        if inspection.page_count > self.bench.settings.page_limit:
            raise InputError("file_too_many_pages", str(self.bench.settings.page_limit))
        pages.begin_pages(self.bench.database, self.document_id, inspection.page_count)
        return True

    def look(self) -> int:
        """Finds out what the next pages show; returns how many are left to look at."""
        database, readers = self.bench.database, self.bench.readers
        numbers = page_reuse.unlooked_pages(database, self.document_id, LOOK_PAGES * AT_ONCE * readers.count)
        if not numbers:
            return 0
        path = self._path()
        given_up: list[ParserFailure] = []

        def look_at(reader: PageReader, some: Sequence[int]) -> tuple[str, ...]:
            try:
                return reader.page_hashes(path, some) if not given_up else ()
            except ParserFailure as error:
                given_up.append(error)
                return ()

        def keep(some: Sequence[int], hashes: Sequence[str]) -> None:
            # There are none once it was given up.
            if hashes:
                page_reuse.save_hashes(database, self.document_id, dict(zip(some, hashes, strict=True)))

        read_at_once(readers, _portions(numbers, LOOK_PAGES), look_at, keep, self._goes_on)
        if given_up:
            page_reuse.give_up_looking(database, self.document_id)
        return page_reuse.count_unlooked(database, self.document_id)

    def reuse(self) -> int:
        """Takes over the pages that were read before, in whatever document, as they would be read now;
        returns how many."""
        recogniser = self.bench.recogniser()
        current = {TEXT_LAYER, recogniser, f"{TEXT_LAYER}+{recogniser}"}
        return page_reuse.reuse_pages(
            self.bench.database,
            self.document_id,
            lambda key, record: (
                record.engine in current and record.fingerprint == fingerprint(key, record.engine)
            ),
        )

    def read_text(self) -> int:
        """Reads the text layer of the next pages; returns how many still wait for that."""
        self._read("waiting", TEXT_PAGES, _read_text)
        return pages.count_pages(self.bench.database, self.document_id, "waiting")

    def read_scans(self) -> int:
        """Recognises the next pages; returns how many still wait for that."""
        self._read("needs_ocr", 1, _read_scans)
        return pages.count_pages(self.bench.database, self.document_id, "needs_ocr")

    def cut(self) -> bool:
        """Cuts what was read into chunks."""
        self.advance("indexing")
        database = self.bench.database
        parsed = pages.load_parsed(database, self.document_id, edges=False)
        embedder_id = self._embedder_id()
        with self.bench.embedders.borrow(embedder_id) as embedder:
            cut = chunk_parsed(parsed, embedder)
        chunks.replace_chunks(database, self.document_id, cut, parsed)
        chunks.reuse_embeddings(database, self.document_id, embedder_id)
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
        done = publish_document(self.bench.database, self.document_id, state, problem, self.number)
        versions.retire_replaced(self.bench.database, time.time())
        return done

    def _inspect(self) -> Inspection:
        document = documents.get_document(self.bench.database, self.document_id)
        with self.bench.readers.borrow() as reader:
            return reader.inspect(self._path(), document.filename)

    def _convert(self) -> None:
        """Has the document read from a copy of it in PDF, made once."""
        document = documents.get_document(self.bench.database, self.document_id)
        path, copy = self._path(), self.bench.files.incoming()
        try:
            with self.bench.readers.borrow() as reader:
                reader.convert(path, document.filename, copy)
            stored = self.bench.files.put_file(copy)
        finally:
            copy.unlink(missing_ok=True)
        documents.set_readable(self.bench.database, self.document_id, stored.sha256)

    def _path(self) -> Path:
        document = documents.get_document(self.bench.database, self.document_id)
        if not self.bench.files.exists(document.readable_sha256):
            raise InputError("file_missing")
        return self.bench.files.path(document.readable_sha256)

    def _goes_on(self) -> bool:
        """Whether another page is to be begun."""
        return not self.bench.readers.stopped and self.is_wanted()

    def _read(self, state: PageState, portion: int, read: ReadPortion) -> None:
        """Reads the next pages in that state, in portions, each of which is kept as soon as it is done."""
        database, readers = self.bench.database, self.bench.readers
        todo = pages.next_pages(database, self.document_id, state, portion * AT_ONCE * readers.count)
        if not todo:
            return
        path = self._path()
        recognised = state == "needs_ocr"
        patience = Patience(
            pages.last_done(database, self.document_id, todo[0].number, recognised, HOPELESS_PAGES)
        )

        def read_some(reader: PageReader, some: Sequence[WaitingPage]) -> Sequence[PageResult]:
            end = patience.end()
            if end:
                return [failed(page.number, "" if recognised else TEXT_LAYER, 0.0, end) for page in some]
            results = read(reader, path, some)
            patience.note(results)
            return results

        read_at_once(readers, _portions(todo, portion), read_some, self._save, self._goes_on)

    def _embedder_id(self) -> str:
        database = self.bench.database
        document = documents.get_document(database, self.document_id)
        return libraries.get_library(database, document.library_id).embedder_id

    def _save(self, some: Sequence[WaitingPage], results: Sequence[PageResult]) -> None:
        sha256 = documents.get_document(self.bench.database, self.document_id).readable_sha256
        read = [
            (self._record(page_reuse.page_key(page.content_hash, sha256, page.number), result), result.page)
            for page, result in zip(some, results, strict=True)
        ]
        pages.save_pages(self.bench.database, read)

    def _record(self, key: str, result: PageResult) -> PageRecord:
        return PageRecord(
            document_id=self.document_id,
            number=result.number,
            state=result.state,
            engine=result.engine,
            seconds=result.seconds,
            confidence=result.confidence,
            characters=result.characters,
            problem=result.problem,
            fingerprint=fingerprint(key, result.engine),
        )


def fingerprint(key: str, engine: str) -> str:
    """What a page's content depends on: what it is known by, and what read it."""
    return hashlib.sha256(f"{key}/{PARSER_VERSION}/{engine}".encode()).hexdigest()


def _portions(todo: Sequence[T], size: int) -> list[Sequence[T]]:
    return [todo[start : start + size] for start in range(0, len(todo), size)]


def _read_text(reader: PageReader, path: Path, some: Sequence[WaitingPage]) -> Sequence[PageResult]:
    """The pages; when a run of them takes the reader down, they are tried one by one, so that only the
    guilty one fails."""
    begun = time.monotonic()
    try:
        return reader.read_text(path, [page.number for page in some])
    except ParserFailure as error:
        if len(some) == 1:
            return (failed(some[0].number, TEXT_LAYER, time.monotonic() - begun, error.problem),)
    return [result for page in some for result in _read_text(reader, path, [page])]


def _read_scans(reader: PageReader, path: Path, some: Sequence[WaitingPage]) -> Sequence[PageResult]:
    """The pages by recognition; those that a reader of the document asked to have recognised, without
    their text layer."""
    results: list[PageResult] = []
    for page in some:
        begun = time.monotonic()
        try:
            results.append(reader.read_scan(path, page.number, page.engine == PICTURE))
        except ParserFailure as error:
            results.append(failed(page.number, "", time.monotonic() - begun, error.problem))
    return results
