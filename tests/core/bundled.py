"""A conversation with an answer on a document, to be bundled."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import Engine, update

from rag_core.bundle.check import Report, Shelf
from rag_core.bundle.collect import Collected, collect
from rag_core.page_codec import encode_page
from rag_core.parse.digital.pdf import PdfFile
from rag_core.store.conversations import add_turn, create_conversation
from rag_core.store.files import FileStore
from rag_core.store.libraries import create_library
from rag_core.store.pages import load_page, locate
from rag_core.store.schema import pages
from rag_core.types import (
    Answer,
    Citation,
    Document,
    Evidence,
    Hit,
    Passage,
    Sentence,
    Shortfall,
    Timings,
    Turn,
)
from tests.builders import digital_pdf
from tests.ui.room import read_in

LINES = ("Rules of the <b>Northgate</b> club.", "The annual fee is 84 euros.", "The workshop opens at 18:30.")
SAID = "The annual fee is 84 euros. It is cheap."


@dataclass(frozen=True)
class Desk:
    engine: Engine
    files: FileStore
    document: Document
    conversation_id: int

    def draw(self, sha256: str, number: int) -> bytes:
        pixels = PdfFile(self.files.path(sha256)).picture(number, 60)
        written = io.BytesIO()
        Image.fromarray(pixels[:, :, ::-1]).save(written, "PNG")
        return written.getvalue()

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.engine, self.files, self.draw)

    def collect(self) -> Collected:
        return collect(self.engine, self.draw, self.conversation_id, 1_700_000_000.0)


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    files = FileStore(tmp_path / "files")
    library = create_library(engine, "Club", "fake", 1.0)
    document = read_in(engine, files, library.id, "rules <x>.pdf", digital_pdf([LINES]))
    page = load_page(engine, document.id, 1)
    assert page is not None
    start = page.text.index(LINES[1])
    end = start + len(LINES[1])
    regions = locate(engine, document.id, start, end)
    citation = Citation(1, document.id, document.filename, LINES[1], start, end, regions, "supported", "")
    sentences = (
        Sentence(0, len(LINES[1]), (1,), "supported", ""),
        Sentence(len(LINES[1]) + 1, len(SAID), (), "unsupported", "not in the source: <cheap>"),
    )
    answer = Answer(
        "What's the <fee>?",
        "annual fee",
        SAID,
        sentences,
        (citation,),
        (),
        False,
        False,
        "quote",
        (9,),
        Timings(),
    )
    conversation = create_conversation(engine, "The <fee>", (library.id,), 1.0)
    add_turn(engine, conversation.id, Turn(answer.question, answer), 1_600_000_000.0)
    return Desk(engine, files, document, conversation.id)


def saved(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "bundle"
    path.write_bytes(content)
    return path


def blamed(report: Report) -> list[str]:
    return [finding.part for finding in report.findings]


def read_anew(desk: Desk, before: str, after: str) -> None:
    page = load_page(desk.engine, desk.document.id, 1)
    assert page is not None
    blocks = tuple(
        replace(
            block, lines=tuple(replace(line, text=line.text.replace(before, after)) for line in block.lines)
        )
        for block in page.blocks
    )
    with desk.engine.begin() as connection:
        connection.execute(
            update(pages)
            .where(pages.c.document_id == desk.document.id)
            .values(content=encode_page(replace(page, blocks=blocks)))
        )


def refused(desk: Desk) -> Desk:
    """The desk with a conversation of one refused answer: its only evidence is the line on the workshop."""
    page = load_page(desk.engine, desk.document.id, 1)
    assert page is not None
    start = page.text.index(LINES[2])
    end = start + len(LINES[2])
    passage = Passage(1, desk.document.id, 1, desk.document.filename, 0, start, end, LINES[2], "", 1, 1)
    answer = Answer(
        question="Who runs the <workshop>?",
        searched="",
        text="The documents do not answer this question.",
        sentences=(),
        citations=(),
        evidence=(Evidence(1, Hit(passage, 0.5, 0.8, 0.4, 1, 1), (passage,)),),
        refused=True,
        stopped=False,
        model_id="quote",
        generations=(),
        timings=Timings(),
        shortfalls=(Shortfall(1, ("workshop",), ("<runs>",), "person"),),
    )
    conversation = create_conversation(desk.engine, "Refused", (1,), 1.0)
    add_turn(desk.engine, conversation.id, Turn(answer.question, answer), 1_600_000_000.0)
    return replace(desk, conversation_id=conversation.id)
