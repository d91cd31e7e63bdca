"""Parts of a document that are asked for as a whole: its abstract, its conclusion, its limitations."""

from __future__ import annotations

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.documents.sections import asked_section, section_span
from rag_core.types import Answer, Done, Turn
from tests.core.asking import World, passages

ROOFS = passages(
    "Flowering Roofs and Wild Bees\n\nAbstract. Green roofs are habitat for bees. Height reduced their number.",
    "4 Discussion\n\nThe conclusion that height matters is not new.",
    "5 Conclusions\n\nNative flowers help bees. Roofs should be sown with them.\n\nSubstrates of 12 cm are enough.",
    "Acknowledgements\n\nWe thank the owners of the roofs.\n\nReferences\n\n[1] Moreau, C. Bees above the city.",
    filename="p1.pdf",
    document_id=1,
)
ALGAE = passages(
    "湖泊藻华预测方法研究\n\n摘要：本文提出一种藻华预测方法，它利用风速。\n关键词：藻华；预测",
    "5 结论\n\n（1）藻华预测的准确率达到九成；\n（2）风速是最重要的因子。\n致谢：感谢湖泊管理局提供的数据。",
    filename="p2.pdf",
    document_id=2,
)
WORLD = World(*ROOFS, *ALGAE)


def given(question: str, *turns: Turn, world: World = WORLD) -> Answer:
    last = list(answer(Asked(question, turns, (1,)), world.means()))[-1]
    assert isinstance(last, Done)
    return last.answer


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What are the main conclusions of the study on bees?", "bees"), ("What did the authors conclude?", ""), ("What is the abstract?", ""),
        ("What limitations are mentioned?", ""), ("What future work is planned?", ""), ("Who is thanked in the acknowledgements?", ""),
        ("本文的结论有哪些？", ""), ("藻华预测的结论是什么？", "藻华预测"), ("论文的局限性是什么", ""), ("引言讲了什么？", ""), ("今后的工作是什么？", ""),
    ],
)  # fmt: skip
def test_what_asks_for_a_part_of_a_document(question: str, about: str) -> None:
    found = asked_section(question)
    assert found is not None and found[1] == about


def test_what_asks_for_something_else() -> None:
    assert asked_section("How many bees were counted?") is None and asked_section("风速是多少？") is None
    assert asked_section("When was the introduction of the euro?") is None
    assert asked_section("With whom was the contract concluded?") is None
    assert asked_section("为什么得出这个结论？") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("T\n\nAbstract\n\nRoofs are habitat for bees.\n\n1. Introduction\n\nBees fly.", "Roofs are habitat for bees."),
        ("T\n\nABSTRACT: Roofs are habitat for bees.\n\nBees fly.", "Roofs are habitat for bees."),
        ("Abstract\nRoofs are habitat for bees.\nKeywords: bees\n\nBees fly.", "Roofs are habitat for bees."),
        ("Abstract\n\nRoofs are habitat for bees.\n\nGreen Roofs\n\nBees fly.", "Roofs are habitat for bees."),
        ("摘 要\n\n屋顶是许多种野生蜜蜂重要的栖息地，需要保护。\n\n第一章 绪论\n\n蜜蜂。", "屋顶是许多种野生蜜蜂重要的栖息地，需要保护。"),
        ("Abstract\n\nShort.\n\nReferences\n\nMoreau, C. Bees above the city.", None),
        ("An abstract is needed of every one of the talks.", None),
        ("Contents\n\nAbstract 3\n\nIntroduction 5", None),
    ],
)  # fmt: skip
def test_where_a_part_begins_and_ends(text: str, said: str | None) -> None:
    asked = asked_section("What is the abstract?")
    assert asked is not None
    span = section_span(asked[0], text, {"Green Roofs"})
    assert (text[slice(*span)].strip() if span else None) == said


def test_a_part_that_is_asked_for_is_quoted_from_its_first_sentence() -> None:
    found = given("What are the conclusions of the study on wild bees?")
    assert (
        found.text
        == "Native flowers help bees. Roofs should be sown with them. Substrates of 12 cm are enough."
    )
    assert [one.support for one in found.sentences] == ["supported"] * 3 and not found.overview
    assert (
        given("藻华预测的结论是什么？").text == "（1）藻华预测的准确率达到九成；\n（2）风速是最重要的因子。"
    )


def test_the_document_is_the_one_spoken_of_or_the_only_one_with_such_a_part() -> None:
    asked = "藻华预测利用什么？"
    first = Turn(asked, given(asked))
    assert given("结论是什么？", first).text.startswith("（1）")
    assert given("What does it conclude?", world=World(*ROOFS)).text.startswith("Native flowers")
    assert given("Who is thanked in the acknowledgements?").text == "We thank the owners of the roofs."
    assert not given("What did the authors conclude?").text.startswith(("Native", "（1）"))


def test_a_part_that_no_document_has_is_looked_for_in_the_text() -> None:
    assert "Native flowers" not in given("What are the limitations of the study on wild bees?").text
