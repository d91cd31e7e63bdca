"""Where a follow-up is looked for: in the documents spoken of, not in whatever is found elsewhere."""

from __future__ import annotations

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked, Searched, Work
from rag_core.ask.following.nearer import asks_anew, names_nothing
from rag_core.ask.following.spoken import of_conversation
from rag_core.ask.language.bare import asked_of
from rag_core.types import Answer, Done, Hit, Turn
from tests.core.asking import World, passages

DOCUMENTS = World(
    *passages("灯塔由罗茜负责维修。灯塔的门票为80元。每人限带行李两件，每件23公斤。", filename="灯塔.pdf"),
    *passages("渡轮由秦小曼驾驶。渡轮于9:00开船。", filename="渡轮.pdf", document_id=2),
    *passages("Hold the key of the mast for 8 seconds. E7 means that the mast is loose.", filename="mast.pdf", document_id=3),
)  # fmt: skip


def talk(*questions: str) -> tuple[Turn, ...]:
    """The questions, asked one after the other, with their answers."""
    turns: tuple[Turn, ...] = ()
    for question in questions:
        last = list(answer(Asked(question, turns, (1,)), DOCUMENTS.means()))[-1]
        assert isinstance(last, Done)
        turns = (*turns, Turn(question, last.answer))
    return turns


def last_of(*questions: str) -> Answer:
    return talk(*questions)[-1].answer


@pytest.mark.parametrize(
    ("before", "question", "stays"),
    [
        ("灯塔的门票多少钱？", "要带什么？", False),
        ("灯塔的门票多少钱？", "E7是什么意思？", True),
        ("How long do I hold the key of the mast?", "要带什么？", True),
        ("", "要带什么？", True),
    ],
)
def test_another_language_is_not_searched_for_what_names_nothing(
    before: str, question: str, stays: bool
) -> None:
    turns = talk(before) if before else ()
    work = Work(Asked(question, turns, (1,)), DOCUMENTS.means(), lambda: False)
    hits = tuple(Hit(one, 0.9, 0.9, 0.9, 1, 1) for one in DOCUMENTS.held)
    kept = of_conversation(work, Searched(hits)).hits
    assert (hits[-1] in kept) is stays
    assert set(hits[:2]) <= set(kept)


@pytest.mark.parametrize(
    ("question", "anew"),
    [
        ("空气净化器的滤网多久换一次？", True),
        ("它怎么清洗？", False),
        ("滤网呢？", False),
        ("多少钱？", False),
    ],
)
def test_only_a_question_with_words_of_its_own_may_ask_something_new(question: str, anew: bool) -> None:
    work = Work(Asked(question, talk("灯塔的门票多少钱？"), (1,)), DOCUMENTS.means(), lambda: False)
    assert asks_anew(work) is anew


def test_a_code_is_no_name_that_leaves_the_document() -> None:
    assert names_nothing("E1呢？")
    assert names_nothing("What does E1 mean?")
    assert not names_nothing("What does the Kestrel mean?")


def test_what_tells_just_what_is_asked_of_what_is_named_is_told_however_unlikely() -> None:
    told = last_of("灯塔的门票多少钱？", "行李能带多重？")
    assert not told.refused
    assert "23公斤" in told.text
    assert last_of("灯塔的门票多少钱？", "雨伞能带多重？").refused


def test_a_refused_follow_up_leaves_the_conversation_where_it_was() -> None:
    told = last_of("渡轮由谁驾驶？", "有食堂吗？", "几点开船？")
    assert "9:00" in told.text


@pytest.mark.parametrize(
    ("question", "of", "told"),
    [
        ("行李能带多重？", "行李", "每件23公斤"),
        ("报告多久出？", "报告", "五个工作日"),
        ("How long does it keep?", " does it keep?", "for four days"),
    ],
)
def test_what_a_question_for_a_figure_asks_and_of_what(question: str, of: str, told: str) -> None:
    asked = asked_of(question)
    assert asked is not None
    assert asked[1] == of
    assert asked[0].search(told)


@pytest.mark.parametrize("question", ["怎么办？", "谁负责灯塔？", "多重？", "Who is it?"])
def test_nearly_every_sentence_seems_to_say_who_how_and_where(question: str) -> None:
    assert asked_of(question) is None
