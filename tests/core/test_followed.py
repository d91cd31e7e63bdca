"""Follow-ups that name nothing, or ask about the answer, are answered from beside what it quotes, or from its documents."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.language.bare import bare
from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.rewrite import propose
from rag_core.ask.rewriting.two import two_named
from rag_core.types import Answer, Done, Turn
from tests.core.asking import World, passages

DOCUMENTS = World(
    *passages(
        "The barge carries oats to Norwick.\n\nThe hull is repaired by Mira Kovac in dock 3 by 12 June. Painting it costs €240 and takes four days.",
        "Lamps are checked every two weeks. Ropes are replaced by the harbour office.",
        filename="barge.pdf",
    ),
    *passages(
        "The ferry leaves on 4 May at 9:40. A ticket for the ferry costs €12. A dog for the ferry costs €5.", filename="ferry.pdf", document_id=2
    ),
    *passages(
        "灯塔由罗茜负责维修，分两批进行，6月12日前完成。灯塔的维修费用为18万元。",
        "灯泡每两年更换一次。参观时间为9:00至17:00，咨询电话020-8800-1122。成人票80元，儿童票40元。",
        filename="灯塔.pdf",
        document_id=3,
    ),
    *passages("渡轮的修理由秦小曼安排，10月3日前结束。渡轮的价格为7万元。船员由戴文斌安排。名单在3号码头领取。", filename="渡轮.pdf", document_id=4),
)  # fmt: skip


def talk(*questions: str) -> Answer:
    """The answer to the last of the questions, asked one after the other."""
    turns: list[Turn] = []
    for question in questions:
        last = list(answer(Asked(question, tuple(turns), (1,)), DOCUMENTS.means()))[-1]
        assert isinstance(last, Done)
        turns.append(Turn(question, last.answer))
    return turns[-1].answer


@pytest.mark.parametrize(
    ("asked", "question", "wanted"),
    [
        ("Who repairs the hull?", "By when?", "12 June"),
        ("Who repairs the hull?", "Where?", "dock 3"),
        ("Who repairs the hull?", "How much is it?", "€240"),
        ("Who repairs the hull?", "how long does that take", "four days"),
        ("Which lamps are checked?", "How often?", "every two weeks"),
        ("Who repairs the hull?", "where is that?", "dock 3"),
        ("船员由谁安排？", "那在哪里？", "3号码头"),
        ("When does the ferry leave?", "how much?", "€12"),
        ("灯塔的维修由谁负责？", "什么时候完成？", "6月12日"),
        ("灯塔的维修由谁负责？", "多少钱", "18万元"),
        ("灯塔的维修由谁负责？", "費用多少？", "18万元"),
        ("灯塔的维修由谁负责？", "要多少", "18万元"),
        ("灯泡多久更换？", "电话是多少？", "020-8800-1122"),
        ("灯塔的参观时间是什么？", "几点到几点？", "9:00至17:00"),
    ],
)
def test_what_names_nothing_is_told_beside_what_was_quoted(asked: str, question: str, wanted: str) -> None:
    given = talk(asked, question)
    assert wanted in given.text and not given.refused
    assert {one.filename for one in given.citations} == {one.filename for one in talk(asked).citations}


@pytest.mark.parametrize(
    ("asked", "question"),
    [("Who repairs the hull?", "What share?"), ("When does the ferry leave?", "how often?"), ("船员名单在哪里？", "几点？")],
)  # fmt: skip
def test_what_stands_nowhere_beside_it_is_not_made_up(asked: str, question: str) -> None:
    assert not any(mark in talk(asked, question).text for mark in ("every", "%", ":"))


@pytest.mark.parametrize(
    "question", ["are you sure?", "Where is that written?", "show me the page", "Really?", "原文在哪", "確定嗎？", "第几页？"]
)  # fmt: skip
def test_who_doubts_an_answer_is_shown_its_lines_again(question: str) -> None:
    before = talk("When does the ferry leave?")
    again = talk("When does the ferry leave?", question)
    assert not before.refused
    assert (again.text, again.citations[0].quote) == (before.text, before.citations[0].quote)


@pytest.mark.parametrize(
    ("questions", "wanted"),
    [
        (("What does a ticket for the ferry cost?", "What does a dog for the ferry cost?", "Which is cheaper?"), ("€12", "€5")),
        (("灯塔的维修费用多少钱？", "渡轮的价格多少钱？", "哪个更贵？"), ("18万元", "7万元")),
    ],
)  # fmt: skip
def test_two_things_are_compared_by_what_was_quoted_of_them(
    questions: Sequence[str], wanted: Sequence[str]
) -> None:
    assert all(one in talk(*questions).text for one in wanted)


@pytest.mark.parametrize(
    "question",
    ["Where is Norwick?", "Who is Mira?", "How is bread baked?", "什么时候放假？", "国学院的院长是谁？", "火星在哪里？", "押金多少钱"],
)  # fmt: skip
def test_a_question_with_words_of_its_own_is_not_wordless(question: str) -> None:
    found = bare(question)
    assert found is None or not found.wordless


@pytest.mark.parametrize(
    ("turns", "question", "wanted"),
    [
        (["How much is the Sweepo S1?", "How much is the Dustly Max?"], "Which of the two is quieter?", "Which of Sweepo S1 and Dustly Max is quieter?"),
        (["暖行A5多少钱？", "清泉Q8多少钱？"], "这两个哪个噪音小？", "暖行A5和清泉Q8哪个噪音小？"),
        (["成人票多少钱？"], "不是，我问的是儿童票", "儿童票多少钱？"),
        (["How much is the monthly plan?"], "No, I meant the annual plan.", "How much is the annual plan?"),
        (["I want the monthly plan. How much is it?"], "I meant can I pay yearly?", "can I pay yearly (monthly plan)"),
        (["How long does the midterm exam last?"], "and the final?", "How long does the final exam last?"),
        (["When is the midterm exam?"], "and the final?", "When is the final exam?"),
        (["What share does the exam have?"], "and homework?", "What share does the homework have?"),
        (["Is that covered by the warranty?"], "How long is it?", "How long is the warranty?"),
        (["Which pump is most expensive?"], "What does it weigh?", "What does the pump weigh?"),
        (["How much is the rent?"], "什么时候交？", "什么时候交？"),
        (["How much is the rent?"], "押金呢？", "押金呢？"),
        (["How much is the rent?"], "by when?", "How much is the rent? (by when)"),
        (["灯塔由谁维修？"], "什么时候完成？", "灯塔什么时候完成？"),
    ],
)  # fmt: skip
def test_what_a_follow_up_leaves_out_is_put_in(turns: list[str], question: str, wanted: str) -> None:
    assert propose(question, [Exchange(one, "") for one in turns]).searched == wanted


def test_two_things_are_only_told_where_the_same_was_asked_of_them() -> None:
    assert (
        two_named([Exchange("Who built the mill?", ""), Exchange("When does the ferry leave?", "")]) is None
    )
    assert two_named([Exchange("速沸X1多少钱", ""), Exchange("速沸X8多少钱", "")]) == ("X1", "X8")


SHOP = World(
    *passages("The lamp holds one bulb of 40 watts. The warranty of all parts is five years.", filename="lamp.pdf"),
    *passages("The kettle holds two litres. The warranty is three years. It is made of steel.", filename="kettle.pdf", document_id=2),
    *passages("Tickets for the museum are sold at the gate.", filename="museum.pdf", document_id=3),
)  # fmt: skip


def shop(*questions: str) -> Answer:
    turns: list[Turn] = []
    for question in questions:
        last = list(answer(Asked(question, tuple(turns), (1,)), SHOP.means()))[-1]
        assert isinstance(last, Done)
        turns.append(Turn(question, last.answer))
    return turns[-1].answer


@pytest.mark.parametrize("before", [(), ("Where is the harbour of Norwick painted?",), ("thanks!",)])
def test_a_short_follow_up_stays_in_the_document_spoken_of(before: Sequence[str]) -> None:
    given = shop("How many litres does the kettle hold?", *before, "How many years is the warranty?")
    assert "three years" in given.text and "five" not in given.text
    other = shop("How many watts does the bulb of the lamp have?", *before, "How many years is the warranty?")
    assert "five years" in other.text and "three" not in other.text


def test_another_subject_leaves_the_document() -> None:
    given = shop("How many litres does the kettle hold?", "Where are tickets for the museum sold?")
    assert "gate" in given.text and given.looked_in == ()
