"""Whether questions about long files are led to the right page: files are read as uploads are, every question
is asked of all of them together, and the pages found and cited are compared with the known ones."""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag_core.ask.answer import HITS
from rag_core.engine import Asking, open_asking
from rag_core.errors import UserError
from rag_core.evaluate.answer_scores import f1
from rag_core.evaluate.common import (
    FormError,
    Row,
    folder_name,
    percentiles,
    progress,
    read_rows,
    table,
    versions,
)
from rag_core.evaluate.corpus import embed_library, publish_read, temporary_home
from rag_core.evaluate.models import open_models
from rag_core.index.build import build_generation
from rag_core.models.defaults import AUTO, QUOTE
from rag_core.parse.read import read_pages
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.protocols import Embedder
from rag_core.settings import Settings, read_settings
from rag_core.store.db import Database
from rag_core.store.documents import add_document
from rag_core.store.files import FileStore
from rag_core.store.libraries import create_library
from rag_core.store.pages import begin_pages, save_page
from rag_core.types import Answer, Done, Hit, PageRecord

QUESTIONS = "questions.jsonl"
_SHOWN = ("page_recall@1", "page_recall@5", "page_citation_accuracy", "answer_f1", "false_refusal_rate")

Place = tuple[str, int]
"""A file's name and a page, from 1."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one file, the pages that hold its answer, and the answer where it is given."""

    text: str
    file: str
    pages: frozenset[Place]
    answer: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found for a question, best page first, and its answer."""

    question: Question
    found: tuple[Place, ...]
    cited: tuple[Place, ...]
    answer: Answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help=f"PDF files and {QUESTIONS}")
    parser.add_argument(
        "--chat", default=AUTO, metavar="NAME", help=f"a chat model, or {QUOTE} (default: the product's)"
    )


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """The figures of each folder; prints a table of them. Raises FormError."""
    sets = [(folder, read_questions(folder)[: arguments.limit]) for folder in arguments.folders]
    settings = dataclasses.replace(read_settings(), chat=arguments.chat)
    figures: dict[str, object] = {}
    rows: list[list[str | float]] = []
    for folder, questions in sets:
        name = folder_name(folder)
        outcomes, read = _answer_all(folder, questions, settings)
        measured = measure(outcomes)
        settled = {"chat": arguments.chat, "limit": arguments.limit or 0}
        figures[name] = {**read, **measured, "settings": settled, "versions": versions()}
        cells = [value if isinstance(value := measured.get(one), float) else "-" for one in _SHOWN]
        rows.append([name, len(outcomes), *cells])
    print(table(["set", "questions", *_SHOWN], rows))
    return figures


def read_questions(folder: Path) -> tuple[Question, ...]:
    """questions.jsonl: {file, question, answer?, evidence: [{page} or {page0}]}. Raises FormError."""
    path = folder / QUESTIONS
    questions = tuple(_question(folder, row) for row in read_rows(path))
    if not questions:
        raise FormError(path, 0, "holds no questions")
    return questions


def _question(folder: Path, row: Row) -> Question:
    file = row.text("file")
    if Path(file).name != file or not (folder / file).is_file():
        raise row.wrong(f"there is no file {file}")
    evidence = row.value("evidence")
    if not isinstance(evidence, list) or not evidence:
        raise row.wrong('"evidence" is not a list of pages')
    return Question(
        row.text("question"),
        file,
        frozenset((file, _page(row, one)) for one in evidence),
        row.text("answer", ""),
    )


def _page(row: Row, evidence: object) -> int:
    """Pages count from 1 as "page", from 0 as "page0"."""
    fields = evidence if isinstance(evidence, Mapping) else {}
    for name, first in (("page", 0), ("page0", 1)):
        value = fields.get(name)
        if type(value) is int and value + first >= 1:
            return value + first
    raise row.wrong('"evidence" holds no "page"')


def _answer_all(
    folder: Path, questions: Sequence[Question], settings: Settings
) -> tuple[list[Outcome], dict[str, object]]:
    embedder = open_models(settings).embedder
    with temporary_home(settings) as (own, engine):
        library = create_library(engine, folder_name(folder), embedder.id, time.time())
        names, read = _load(engine, own, embedder, (library.id, sorted(folder.glob("*.pdf"))))
        build_generation(engine, library.id, own.indexes, time.time())
        asking = open_asking(own)
        tell = progress("questions", len(questions))
        outcomes: list[Outcome] = []
        try:
            for done, question in enumerate(questions, start=1):
                outcomes.append(_ask(asking, library.id, names, question))
                tell(done)
        finally:
            asking.close()
    return outcomes, read


def _load(
    engine: Database, settings: Settings, embedder: Embedder, corpus: tuple[int, Sequence[Path]]
) -> tuple[dict[int, str], dict[str, object]]:
    """The files as searchable documents of the library: their names by document id, and figures."""
    library_id, paths = corpus
    files = FileStore(settings.files)
    reader = IsolatedReader(settings)
    names: dict[int, str] = {}
    pages = chunks = 0
    tell = progress("files", len(paths))
    started = time.monotonic()
    try:
        for done, path in enumerate(paths, start=1):
            with path.open("rb") as stream:
                stored = files.put(stream, 1 << 32)
            document, _ = add_document(engine, library_id, path.name, stored, time.time())
            names[document.id] = path.name
            pages += _read(engine, reader, document.id, path)
            chunks += publish_read(engine, document.id, embedder)[0]
            tell(done)
    finally:
        reader.close()
    read_seconds = time.monotonic() - started
    embed_seconds = embed_library(engine, library_id, embedder, chunks)
    seconds = {"read": read_seconds, "embed": embed_seconds}
    return names, {"files": len(paths), "pages": pages, "chunks": chunks, "seconds": seconds}


def _read(engine: Database, reader: IsolatedReader, document_id: int, path: Path) -> int:
    try:
        count = reader.inspect(path, path.name).page_count
    except UserError:
        return 0
    begin_pages(engine, document_id, count)
    for result in read_pages(reader, path, count):
        record = PageRecord(
            document_id, result.number, result.state, result.engine, result.seconds, result.confidence,
            result.characters, result.problem, "",
        )  # fmt: skip
        save_page(engine, record, result.page)
    return count


def _ask(asking: Asking, library_id: int, names: Mapping[int, str], question: Question) -> Outcome:
    hits = asking.search(question.text, (library_id,), HITS).hits
    given: Answer | None = None
    for event in asking.ask(question.text, (), (library_id,)):
        if isinstance(event, Done):
            given = event.answer
    if given is None:
        raise AssertionError("an answer ends with Done")
    cited = tuple(
        dict.fromkeys(
            (names[citation.document_id], region.page_number)
            for citation in given.citations
            for region in citation.regions
        )
    )
    return Outcome(question, tuple(dict.fromkeys(_places(hits, names))), cited, given)


def _places(hits: Sequence[Hit], names: Mapping[int, str]) -> Iterator[Place]:
    for hit in hits:
        passage = hit.passage
        for number in range(passage.first_page, passage.last_page + 1):
            yield names[passage.document_id], number


def measure(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The figures over all outcomes. A refused question has no citations and an answer F1 of 0."""
    cited = [one for one in outcomes if one.cited]
    known = [one for one in outcomes if one.question.answer]
    return {
        "questions": len(outcomes),
        "page_recall@1": _share(outcomes, lambda one: bool(one.question.pages & set(one.found[:1]))),
        "page_recall@5": _share(outcomes, lambda one: bool(one.question.pages & set(one.found[:5]))),
        "file_recall@1": _share(
            outcomes, lambda one: one.found[:1] != () and one.found[0][0] == one.question.file
        ),
        "page_citation_accuracy": _share(cited, lambda one: bool(one.question.pages & set(one.cited))),
        "answer_f1": _share(known, _answer_f1),
        "false_refusal_rate": _share(outcomes, lambda one: one.answer.refused),
        "ms": {"total": percentiles([one.answer.timings.total for one in outcomes])},
    }


def _share(outcomes: Sequence[Outcome], score: Callable[[Outcome], float]) -> float | None:
    return sum(score(one) for one in outcomes) / len(outcomes) if outcomes else None


def _answer_f1(one: Outcome) -> float:
    return 0.0 if one.answer.refused else f1(one.answer.text, [one.question.answer])
