"""Corrections of recognised lines: exact, found at once, safe from what happens beside them, and for good."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from rag_core.ask.retrieval.retrieve import Retriever
from rag_core.chunk import chunk_parsed
from rag_core.engine import open_asking
from rag_core.errors import InputError, NotFound
from rag_core.index.build import build_generation
from rag_core.index.lexical import search_lexical, write_rows
from rag_core.index.publish import publish_document
from rag_core.models.catalogue import find_card
from rag_core.models.defaults import default_ids
from rag_core.models.embed import load_embedder
from rag_core.models.folders import require
from rag_core.protocols import Embedder, FloatArray
from rag_core.settings import Settings
from rag_core.store.amend import places, rewritten
from rag_core.store.chunk_rows import page_starts
from rag_core.store.chunks import (
    document_passages,
    pending_embeddings,
    replace_chunks,
    save_embeddings,
)
from rag_core.store.correcting import correct_line
from rag_core.store.corrections import (
    Correction,
    apply_corrections,
    carry_corrections,
    lost_corrections,
    page_corrections,
)
from rag_core.store.db import open_database, write
from rag_core.store.documents import add_document, delete_documents, set_state
from rag_core.store.files import Stored
from rag_core.store.libraries import create_library, get_library
from rag_core.store.pages import begin_pages, load_page, load_parsed, locate, page_records, save_page
from rag_core.store.schema import pages as page_rows
from rag_core.types import Block, BlockKind, Box, Cell, Done, Line, Page, PageRecord
from tests.fakes import FakeEmbedder

EMBEDDER = FakeEmbedder()


def line(text: str, at: int, confidence: float = 0.6) -> Line:
    """A recognised line in its own row of the page."""
    box = Box(0.1, at / 50, 0.9, (at + 0.8) / 50)
    edges = tuple(round(0.1 + 0.8 * step / max(len(text), 1), 5) for step in range(len(text) + 1))
    return Line(text, box, "ocr", confidence, edges)


def page_of(number: int, blocks: Sequence[tuple[BlockKind, Sequence[str]]]) -> Page:
    made: list[Block] = []
    at = 1
    for kind, texts in blocks:
        lines = tuple(line(text, at + index) for index, text in enumerate(texts))
        made.append(Block(kind, Box(0.1, at / 50, 0.9, (at + len(texts)) / 50), lines))
        at += len(texts) + 1
    return Page(number, 600.0, 800.0, tuple(made))


def text_page(number: int, *paragraphs: Sequence[str]) -> Page:
    return page_of(number, [("text", paragraph) for paragraph in paragraphs])


class Desk:
    """A library whose documents are recognised, and what corrects them."""

    def __init__(self, engine: Engine, home: Path, embedder: Embedder = EMBEDDER) -> None:
        self.engine = engine
        self.embedder = embedder
        self.indexes = home / "indexes"
        self.library_id = create_library(engine, "library", embedder.id, 1.0).id
        self.embedded: list[str] = []

    def add(self, *pages: Page, name: str = "scan.pdf") -> int:
        stored = Stored(f"{name:a<64}".replace(".", "0"), 1)
        document, _ = add_document(self.engine, self.library_id, name, stored, 1.0)
        begin_pages(self.engine, document.id, len(pages))
        for page in pages:
            self.enter(document.id, page)
        self.index(document.id)
        return document.id

    def enter(self, document_id: int, page: Page) -> None:
        record = PageRecord(document_id, page.number, "read", "ocr", 1.0, 0.6, len(page.text), None, "")
        save_page(self.engine, record, page)

    def index(self, document_id: int) -> None:
        parsed = load_parsed(self.engine, document_id)
        replace_chunks(self.engine, document_id, chunk_parsed(parsed, self.embedder), parsed)
        while pending := pending_embeddings(self.engine, document_id, self.embedder.id, 100):
            vectors = self.embedder.embed_passages([text for _, text in pending])
            save_embeddings(self.engine, self.embedder.id, [chunk_id for chunk_id, _ in pending], vectors)
        assert publish_document(self.engine, document_id, "indexed")

    def embed(self, embedder_id: str, texts: Sequence[str]) -> FloatArray | None:
        assert embedder_id == self.embedder.id
        self.embedded += texts
        return self.embedder.embed_passages(texts)

    def correct(self, document_id: int, number: int, now: str, then: str) -> None:
        page = load_page(self.engine, document_id, number)
        assert page is not None
        box = next(one.line.box for one in places(page) if one.line.text == now)
        correction = Correction(document_id, number, box, now, then)
        correct_line(self.engine, correction, self.embed, write_rows, 2.0)

    def line(self, document_id: int, number: int, text: str) -> Line:
        page = load_page(self.engine, document_id, number)
        assert page is not None
        return next(one.line for one in places(page) if one.line.text == text)

    def first(self, question: str) -> str:
        """The text of the passage that search puts first."""
        retriever = Retriever(self.engine, self.indexes, lambda _: self.embedder)
        found = retriever.search(question, [self.library_id], 3)
        assert found.hits and found.dense[0].passage.id in {hit.passage.id for hit in found.hits}
        return found.dense[0].passage.text

    def by_words(self, question: str) -> list[int]:
        ids, _ = search_lexical(self.engine, [self.library_id], question, 10)
        return [int(one) for one in ids]

    def check(self, document_id: int) -> None:
        """Everything that is stored about the document's text fits together, and nothing of it is lost."""
        parsed = load_parsed(self.engine, document_id)
        stored = document_passages(self.engine, document_id)
        end = 0
        for passage in stored:
            assert parsed.text[passage.start : passage.end] == passage.text == passage.text.strip()
            assert not parsed.text[end : passage.start].strip()
            end = passage.end
        assert not parsed.text[end:].strip()
        with self.engine.connect() as connection:
            mine = page_rows.c.document_id == document_id
            starts = connection.scalars(
                select(page_rows.c.text_start).where(mine).order_by(page_rows.c.number)
            )
            assert list(starts) == page_starts(parsed)
        for record, page in zip(page_records(self.engine, document_id), parsed.pages, strict=True):
            assert record.characters == len(page.text)


@pytest.fixture
def desk(engine: Engine, home: Path) -> Desk:
    return Desk(engine, home)


# Long enough that a page is a few chunks under the fake embedder, which counts characters.
FILLER = "The quick brown fox jumps over the lazy dog while nobody looks at the gate."


def three_pages() -> tuple[Page, Page, Page]:
    def page(number: int, word: str) -> Page:
        filler = [f"{FILLER} Row {at} of sheet {number}." for at in range(11)]
        return text_page(number, filler[:5], [f"Here the {word} stands alone.", FILLER], filler[5:])

    return page(1, "lemcn"), page(2, "0range"), page(3, "cherry")


def test_a_corrected_line_is_found_and_the_wrong_one_is_not(desk: Desk) -> None:
    document_id = desk.add(*three_pages())
    build_generation(desk.engine, desk.library_id, desk.indexes, 1.0)
    before = {one.id: one for one in document_passages(desk.engine, document_id)}
    third = load_page(desk.engine, document_id, 3)
    revision = get_library(desk.engine, desk.library_id).revision
    assert desk.by_words("lemcn") and not desk.by_words("lemonade")
    desk.correct(document_id, 1, "Here the lemcn stands alone.", "Here the lemonade stands alone.")
    desk.check(document_id)
    after = {one.id: one for one in document_passages(desk.engine, document_id)}
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    assert len(gone) == len(come) == len(desk.embedded) == 1
    assert min(come) > max(before)
    assert desk.by_words("lemonade") == list(come) and not desk.by_words("lemcn")
    assert "lemonade" in desk.first("lemonade stands alone")
    assert get_library(desk.engine, desk.library_id).revision > revision
    # What comes later has kept its chunks and moved.
    last = max(before.keys() & after.keys())
    assert after[last].start == before[last].start + len("lemonade") - len("lemcn")
    assert load_page(desk.engine, document_id, 3) == third


def test_a_corrected_word_is_located_where_it_stands(desk: Desk) -> None:
    document_id = desk.add(*three_pages())
    wrong = desk.line(document_id, 2, "Here the 0range stands alone.")
    desk.correct(document_id, 2, wrong.text, "Here the orange stands alone.")
    right = desk.line(document_id, 2, "Here the orange stands alone.")
    assert right.edges == wrong.edges and right.box == wrong.box
    assert (right.source, right.confidence) == ("corrected", 1.0)
    parsed = load_parsed(desk.engine, document_id)
    start = parsed.text.index("orange")
    (region,) = locate(desk.engine, document_id, start, start + len("orange"))
    assert region.page_number == 2 and region.boxes == (wrong.span_box(9, 15),)


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("abcdef", "abXdef", {0: 0, 1: 1, 2: 2, 3: 3, 6: 6}),
        ("abcdef", "abcXYdef", {0: 0, 2: 2, 6: 4, 8: 6}),
        ("abcdef", "Xabcdef", {0: 0, 2: 1, 7: 6}),
        ("abcdef", "abcdefX", {0: 0, 5: 5, 7: 6}),
        ("abcdef", "ade", {0: 0, 2: 4, 3: 5}),
        ("abcdef", "", {0: 0}),
        ("", "abc", {0: 0}),
    ],
)
def test_edges_stay_where_both_texts_agree(before: str, after: str, kept: dict[int, int]) -> None:
    old = line(before, 1)
    new = rewritten(old, after)
    assert new.text == after and len(new.edges) == len(after) + 1
    for mine, its in kept.items():
        assert new.edges[mine] == pytest.approx(old.edges[its])
    assert list(new.edges) == sorted(new.edges)
    if before and after:
        assert all(high > low for low, high in zip(new.edges, new.edges[1:], strict=False))


def test_taking_a_correction_back_restores_what_was_recognised(desk: Desk) -> None:
    document_id = desk.add(*three_pages())
    wrong, right = "Here the lemcn stands alone.", "Here the lemon stands alone."
    original = load_page(desk.engine, document_id, 1)
    desk.correct(document_id, 1, wrong, "Here the lemons stand alone.")
    desk.correct(document_id, 1, "Here the lemons stand alone.", right)
    (entry,) = page_corrections(desk.engine, document_id, 1)
    assert (entry.recognised, entry.corrected) == (wrong, right)
    desk.correct(document_id, 1, right, wrong)
    assert page_corrections(desk.engine, document_id, 1) == ()
    restored = desk.line(document_id, 1, wrong)
    assert (restored.source, restored.confidence) == ("ocr", 0.6)
    now = load_page(desk.engine, document_id, 1)
    assert original is not None and now is not None and original.text == now.text
    desk.check(document_id)


def test_a_line_is_confirmed_as_it_is(desk: Desk) -> None:
    document_id = desk.add(*three_pages())
    before = document_passages(desk.engine, document_id)
    text = "Here the cherry stands alone."
    desk.correct(document_id, 3, text, text)
    assert desk.line(document_id, 3, text).confidence == 1.0
    assert document_passages(desk.engine, document_id) == before and not desk.embedded
    desk.correct(document_id, 3, text, text)
    assert desk.line(document_id, 3, text).confidence == 0.6


def test_a_correction_survives_another_reading(desk: Desk) -> None:
    document_id = desk.add(*three_pages())
    desk.correct(document_id, 1, "Here the lemcn stands alone.", "Here the lemon stands alone.")
    fresh = three_pages()[0]
    moved = Box(0.11, 7.1 / 50, 0.91, 7.9 / 50)
    block = fresh.blocks[1]
    again = replace(
        block.lines[0], text="Here the lem0n stands alone", edges=block.lines[0].edges[:-1], box=moved
    )
    fresh = replace(
        fresh,
        blocks=(fresh.blocks[0], replace(block, lines=(again, *block.lines[1:])), *fresh.blocks[2:]),
    )
    with write(desk.engine) as connection:
        page = apply_corrections(connection, document_id, fresh)
        other = apply_corrections(connection, document_id, three_pages()[1])
    assert "Here the lemon stands alone." in page.text and "lem0n" not in page.text
    assert other == three_pages()[1]
    desk.enter(document_id, page)
    desk.index(document_id)
    desk.check(document_id)
    assert desk.by_words("lemon")
    # What the line says now can be taken back to what was recognised at first.
    desk.correct(document_id, 1, "Here the lemon stands alone.", "Here the lemcn stands alone.")
    assert page_corrections(desk.engine, document_id, 1) == ()


def test_a_correction_without_its_line_changes_nothing_and_is_kept(desk: Desk) -> None:
    document_id = desk.add(*three_pages())
    desk.correct(document_id, 1, "Here the lemcn stands alone.", "Here the lemon stands alone.")
    other = text_page(1, [FILLER])
    with write(desk.engine) as connection:
        assert apply_corrections(connection, document_id, other) == other
    assert len(page_corrections(desk.engine, document_id, 1)) == 1
    assert [one.corrected for one in lost_corrections(desk.engine, document_id, other)] == [
        "Here the lemon stands alone."
    ]
    page = load_page(desk.engine, document_id, 1)
    assert page is not None and lost_corrections(desk.engine, document_id, page) == ()


def test_corrections_go_with_a_page_that_another_document_shows(desk: Desk) -> None:
    document_id = desk.add(*three_pages())
    desk.correct(document_id, 1, "Here the lemcn stands alone.", "Here the lemon stands alone.")
    other = desk.add(text_page(1, [FILLER]), three_pages()[0], name="other.pdf")
    with write(desk.engine) as connection:
        carry_corrections(connection, (document_id, 1), (other, 2))
        carry_corrections(connection, (document_id, 1), (other, 2))
        page = apply_corrections(connection, other, replace(three_pages()[0], number=2))
    assert "lemon" in page.text
    assert len(page_corrections(desk.engine, other, 2)) == 1


def test_a_cell_of_a_table_is_corrected_with_its_row(desk: Desk) -> None:
    texts = ("City", "Trees", "年", "Oslc", "12", "底")
    lines = tuple(
        replace(
            line(text, 2 + at // 3),
            box=Box(0.1 + at % 3 / 4, at // 3 / 9, 0.3 + at % 3 / 4, (at // 3 + 1) / 9),
        )
        for at, text in enumerate(texts)
    )
    cells = tuple(Cell(at // 3, at % 3, at // 3, at % 3, one.box, at, at + 1) for at, one in enumerate(lines))
    table = Block("table", Box(0.1, 0.0, 0.9, 0.3), lines, cells, header_rows=1)
    document_id = desk.add(Page(1, 600.0, 800.0, (table,)), three_pages()[1])
    desk.correct(document_id, 1, "Oslc", "Oslo")
    desk.correct(document_id, 1, "12", "1,200")
    desk.check(document_id)
    row = document_passages(desk.engine, document_id)[0]
    assert "| Oslo | 1,200 | 底 |" in row.text
    desk.correct(document_id, 1, "Trees", "Bushes")
    desk.check(document_id)
    assert all("Trees" not in one.heading for one in document_passages(desk.engine, document_id))
    assert desk.by_words("bushes") and not desk.by_words("trees")


def test_a_corrected_title_heads_the_passages_under_it(desk: Desk) -> None:
    def page(number: int, title: str) -> Page:
        return page_of(number, [("title", [title]), ("text", [FILLER] * 8)])

    document_id = desk.add(page(1, "1. Warrantv"), page(2, "2. Returns"))
    before = document_passages(desk.engine, document_id)
    under = [one for one in before if "Warrantv" in one.heading]
    assert len(under) > 1 and len(under) < len(before)
    desk.correct(document_id, 1, "1. Warrantv", "1. Warranty")
    after = document_passages(desk.engine, document_id)
    assert [one.heading for one in after] == [one.heading.replace("tv", "ty") for one in before]
    assert len(desk.by_words("warranty")) == len(under) and not desk.by_words("warrantv")
    # Only the title's own passage is embedded again.
    assert [one.id for one in after][1:] == [one.id for one in before][1:]
    assert len(desk.embedded) == 1
    desk.check(document_id)


def test_running_heads_change_only_the_page(desk: Desk) -> None:
    pages = [
        page_of(number, [("header", ["Annual repcrt"]), ("text", [f"{FILLER} {number}"] * 3)])
        for number in range(1, 5)
    ]
    document_id = desk.add(*pages)
    before = [one.id for one in document_passages(desk.engine, document_id)]
    desk.correct(document_id, 2, "Annual repcrt", "The annual report")
    after = document_passages(desk.engine, document_id)
    assert [one.id for one in after] == before and not desk.embedded
    parsed = load_parsed(desk.engine, document_id)
    assert all(parsed.text[one.start : one.end] == one.text for one in after)


def test_a_line_of_noise_is_emptied_and_comes_back(desk: Desk) -> None:
    document_id = desk.add(text_page(1, [FILLER, "~~; .", FILLER], ["|"], [FILLER]))
    for noise in ("~~; .", "|"):
        desk.correct(document_id, 1, noise, "  ")
        desk.check(document_id)
        assert all(noise not in one.text for one in document_passages(desk.engine, document_id))
    page = load_page(desk.engine, document_id, 1)
    assert page is not None
    for emptied in [one.line for one in places(page) if not one.line.text]:
        box = emptied.box
        said = next(one.recognised for one in page_corrections(desk.engine, document_id, 1) if one.box == box)
        back = Correction(document_id, 1, box, emptied.text, said)
        correct_line(desk.engine, back, desk.embed, write_rows, 3.0)
        desk.check(document_id)
    assert [desk.line(document_id, 1, noise).confidence for noise in ("~~; .", "|")] == [0.6, 0.6]
    back_again = desk.line(document_id, 1, "|")
    assert back_again.span_box(0, 1) == back_again.box


def test_the_last_words_of_a_passage_cannot_be_emptied(desk: Desk) -> None:
    document_id = desk.add(text_page(1, ["alone"]))
    with pytest.raises(InputError) as caught:
        desk.correct(document_id, 1, "alone", "")
    assert caught.value.problem.code == "line_empty"
    assert "alone" in desk.first("alone")


@pytest.mark.parametrize("state", ["waiting", "reading", "indexing", "cancelled"])
def test_a_document_that_is_being_read_is_left_alone(desk: Desk, state: str) -> None:
    document_id = desk.add(*three_pages())
    set_state(desk.engine, document_id, state)  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        desk.correct(document_id, 1, "Here the lemcn stands alone.", "Here the lemon stands alone.")
    assert caught.value.problem.code == "line_reading"
    assert page_corrections(desk.engine, document_id, 1) == ()


def test_a_deleted_document_or_another_text_is_told(desk: Desk) -> None:
    document_id = desk.add(*three_pages())
    box = desk.line(document_id, 1, "Here the lemcn stands alone.").box
    stale = Correction(document_id, 1, box, "Here the melon stands alone.", "x")
    with pytest.raises(InputError) as caught:
        correct_line(desk.engine, stale, desk.embed, write_rows, 2.0)
    assert caught.value.problem.code == "line_changed"
    with pytest.raises(InputError) as caught:
        desk.correct(document_id, 1, "Here the lemcn stands alone.", "x" * 1001)
    assert caught.value.problem.code == "line_too_long"
    delete_documents(desk.engine, [document_id], 2.0)
    with pytest.raises(NotFound):
        desk.correct(document_id, 1, "Here the lemcn stands alone.", "Here the lemon stands alone.")


def test_a_text_layer_is_not_corrected(desk: Desk) -> None:
    page = text_page(1, [FILLER, "printed"])
    block = page.blocks[0]
    printed = replace(block, lines=tuple(replace(one, source="text") for one in block.lines))
    document_id = desk.add(replace(page, blocks=(printed,)))
    with pytest.raises(InputError):
        desk.correct(document_id, 1, "printed", "painted")


def test_corrections_at_the_same_time_all_count(desk: Desk) -> None:
    texts = [f"Line number {at} says wrcng." for at in range(12)]
    document_id = desk.add(text_page(1, *[[text] for text in texts]), three_pages()[1])
    ready = threading.Barrier(6)
    problems: list[InputError] = []

    def correct(mine: Sequence[str]) -> None:
        ready.wait()
        for text in mine:
            while True:
                try:
                    desk.correct(document_id, 1, text, text.replace("wrcng", "something right"))
                    break
                except InputError as error:
                    assert error.problem.code == "line_busy"
                    problems.append(error)

    threads = [threading.Thread(target=correct, args=(texts[at::6],)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.check(document_id)
    text = load_parsed(desk.engine, document_id).text
    assert text.count("something right") == 12 and "wrcng" not in text
    assert len(page_corrections(desk.engine, document_id, 1)) == 12


def test_without_the_embedder_words_find_the_line(desk: Desk) -> None:
    document_id = desk.add(*three_pages())
    box = desk.line(document_id, 1, "Here the lemcn stands alone.").box
    correction = Correction(
        document_id, 1, box, "Here the lemcn stands alone.", "Here the lemon stands alone."
    )
    correct_line(desk.engine, correction, lambda _, __: None, write_rows, 2.0)
    (found,) = desk.by_words("lemon")
    assert pending_embeddings(desk.engine, document_id, EMBEDDER.id, 10)[0][0] == found


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_corrected_everything_fits_together(desk: Desk, seed: int) -> None:
    draw = random.Random(seed)

    def words(most: int) -> str:
        return " ".join(
            draw.choice(["ab", "cde。", "第三条", "f.", "ghi", "12%"]) for _ in range(draw.randint(1, most))
        )

    pages = [
        text_page(
            number, *[[words(60) for _ in range(draw.randint(1, 4))] for _ in range(draw.randint(1, 4))]
        )
        for number in range(1, 5)
    ]
    document_id = desk.add(*pages)
    for _ in range(15):
        number = draw.randint(1, 4)
        page = load_page(desk.engine, document_id, number)
        assert page is not None
        chosen = draw.choice([one.line for one in places(page)])
        text = list(chosen.text)
        for _ in range(draw.randint(0, 5)):
            at = draw.randint(0, len(text))
            text[at : at + draw.randint(0, 8)] = draw.choice(["", " ", "zz ", "句。", "longer words here"])
        correction = Correction(document_id, number, chosen.box, chosen.text, "".join(text))
        try:
            correct_line(desk.engine, correction, desk.embed, write_rows, 2.0)
        except InputError as error:
            assert error.problem.code == "line_empty"
        desk.check(document_id)


@pytest.mark.weights
def test_the_real_embedder_finds_a_corrected_line_and_the_answer_cites_it(settings: Settings) -> None:
    model_id = default_ids(settings).embedder
    card = find_card(model_id)
    assert card is not None, "no embedder is installed"
    embedder = load_embedder(require(settings, model_id), card, "cpu")
    asking = open_asking(replace(settings, chat="quote"))
    engine = open_database(settings.database)
    desk = Desk(engine, settings.home, embedder)
    wrong, right = "The cellar key carries the nvmber 2T.", "The cellar key carries the number 27."
    document_id = desk.add(text_page(1, [FILLER, wrong], ["租客每月五日之前支付租金。"]), three_pages()[1])
    build_generation(engine, desk.library_id, settings.indexes, 1.0)
    line = desk.line(document_id, 1, wrong)
    asking.correct(Correction(document_id, 1, line.box, wrong, right))
    events = list(asking.ask("Which number does the cellar key carry?", (), [desk.library_id]))
    done = events[-1]
    assert isinstance(done, Done)
    assert not done.answer.refused and "number 27" in done.answer.text
    (region,) = done.answer.citations[0].regions
    assert region.page_number == 1 and line.box in region.boxes
    desk.check(document_id)
    asking.close()
    engine.dispose()
