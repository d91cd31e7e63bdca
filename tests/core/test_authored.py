"""Who wrote a document, told by the lines of its opening that name its authors."""

from __future__ import annotations

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.documents.bylines import asks_author, bylines, without_kind
from rag_core.types import Answer, Done, Turn
from tests.core.asking import ScriptedChat, World, passages

BEES = passages(
    "Flowering Roofs and\nWild Bee Diversity\n\nIngrid Solheim¹, Tomas Varga² and Priya\nRaman¹\n\n¹Institute of Ecology, Norhaven University.\n\n"
    "Abstract. Green roofs are promoted as habitat for pollinators above the city.",
    "Roofs sown with native flowers held 2.4 times as many species as sedum roofs.",
    "[3] Moreau, C. (2014). Bees above the city. Journal of Applied Greening 3, 5-18.",
    filename="p1.pdf",
    document_id=1,
)
ALGAE = passages(
    "湖泊藻华预测方法研究\n\n沈知秋¹ 方以宁¹ 罗承业²\n\n摘要：本文提出一种藻华预测方法。",
    "藻华预测的准确率为92%。",
    filename="藻华.pdf",
    document_id=2,
)
MANUAL = passages(
    "Kettle K2\n\nNew Zealand\n\nFill it with water up to the mark.", filename="kettle.pdf", document_id=3
)
WORLD = World(*BEES, *ALGAE, *MANUAL)


def given(question: str, *turns: Turn, world: World = WORLD, chat: ScriptedChat | None = None) -> Answer:
    last = list(answer(Asked(question, turns, (1,)), world.means(chat)))[-1]
    assert isinstance(last, Done)
    return last.answer


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Who wrote the paper on bees?", "bees"), ("Who is the author of this paper?", ""), ("Who are the authors of Dolma?", "Dolma"),
        ("By whom was the report written?", "written"), ("who's the main author?", ""), ("What is the author's name?", ""),
        ("这篇论文的作者是谁？", ""), ("藻华预测是谁写的？", "藻华预测"), ("谁是《藻华预测》的作者？", "藻华预测"), ("论文的第一作者是谁？", ""),
    ],
)  # fmt: skip
def test_what_asks_for_an_author(question: str, named: str) -> None:
    found = asks_author(question)
    assert found is not None and without_kind(found) == named


@pytest.mark.parametrize(
    "question",
    [
        "What is the author's opinion?", "Who signed it?", "What did the authors find?", "作者单位有哪些？", "作者认为原因是什么？",
        "Who is authorised to sign?", "作者简历怎么写？",
    ],
)  # fmt: skip
def test_what_asks_for_something_else(question: str) -> None:
    assert asks_author(question) is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Tall Towers\n\nJane van der Berg*, A. Lee† and Ÿann O’Neil\nUniversity of Calder\n{berg, lee}@c.edu\n\nAbstract", ["Jane van der Berg*, A. Lee† and Ÿann O’Neil"]),
        ("Tall Towers\n\nJane Berg\n\nThe University of Calder, Calder\n\nTom Lee and\nEva Poe\n\n1. Introduction\n\nMax Moe", ["Jane Berg", "Tom Lee and\nEva Poe"]),
        ("Minutes\n\nPrepared by: Jane Berg\n\nKai Lee\n\nTowers are tall.", ["Prepared by: Jane Berg"]),
        ("By the sea\n\nA novel\n\nBy Jane Berg\n\nIt rained.", ["By Jane Berg"]),
        ("学位论文\n\n作者姓名： 沈知秋\n指导教师：方以宁", ["作者姓名： 沈知秋"]),
        ("藻华研究\n\n欧阳明，沈 秋，方以宁\n\n关键词：藻华", ["欧阳明，沈 秋，方以宁"]),
        ("Second Grade\n\nEmployee Relations\n\nWe look at employee relations and the relations of grades.", []),
        ("Towers\n\nSPACER TEXT\n\nNew Zealand\n\nThe Great Hall\n\nGPT-4 Base\n\nCalder, Norhaven", []),
        ("Jane Berg\n\nShe was born in Calder.", []),
        ("藻华研究方法\n\n方法\n\n水质监测\n\n本文研究藻华。", []),
    ],
)  # fmt: skip
def test_lines_that_name_who_wrote_it(text: str, lines: list[str]) -> None:
    assert [text[start:end] for start, end in bylines(text)] == lines


def test_who_wrote_a_document_is_answered_by_the_names_below_its_title() -> None:
    found = given("Who wrote the paper on bee diversity?")
    assert found.text == "Ingrid Solheim¹, Tomas Varga² and Priya Raman¹" and not found.overview
    assert [one.support for one in found.sentences] == ["supported"]
    assert [citation.document_id for citation in found.citations] == [1]
    assert given("藻华预测方法是谁写的？").text == "沈知秋¹ 方以宁¹ 罗承业²"


def test_the_author_of_this_paper_is_that_of_the_one_spoken_of() -> None:
    asked = "藻华预测的准确率是多少？"
    first = Turn(asked, given(asked))
    assert given("作者是谁？", first).text == "沈知秋¹ 方以宁¹ 罗承业²"
    assert given("Who wrote it?", world=World(*BEES)).text.startswith("Ingrid Solheim")


def test_who_wrote_a_work_that_is_only_cited_is_no_question_for_a_documents_authors() -> None:
    assert "Ingrid" not in given("Who wrote Bees above the city?").text


def test_a_document_that_names_no_author_leaves_the_question_to_what_is_found() -> None:
    assert "Zealand" not in given("Who wrote the manual of the kettle K2?").text


def test_a_chat_model_is_shown_the_names() -> None:
    chat = ScriptedChat("It was written by Ingrid Solheim, Tomas Varga and Priya Raman.")
    found = given("Who wrote the paper on bee diversity?", chat=chat)
    assert found.citations and "Ingrid Solheim" in chat.shown[-1][-1].text
