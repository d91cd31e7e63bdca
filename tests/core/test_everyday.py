"""What people ask with everyday words stands in documents in others."""

from __future__ import annotations

import pytest

from rag_core.ask.evidence.gather import gather
from rag_core.ask.language.everyday import other_words, share_said
from rag_core.ask.language.words import keys, question_words, rarity
from tests.core.asking import World, passages


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Can my kid come with a fever?", "Pupils who are ill stay at home."),
        ("Who is the boss?", "Ada Holm is the director."),
        ("When do I get my money back?", "The fee is reimbursed within a week."),
        ("什么情况会被开除？", "公司可以解除劳动合同。"),
        ("要交多少押金？", "投标保证金为八万元。"),
        ("老板是谁？", "创始人為陸景行。"),
    ],
)
def test_what_is_asked_is_said_in_other_words(question: str, text: str) -> None:
    asked, rare = question_words(question), rarity([text, "nothing of it", "无关"])
    others = other_words(question)
    assert share_said(asked, text, keys(text), rare, others) > 0.2
    assert share_said(asked, "A stone wall. 一堵墙。", keys("A stone wall. 一堵墙。"), rare, others) == 0.0


def test_other_words_say_less_than_the_questions_own() -> None:
    asked, others = question_words("Are dogs allowed?"), other_words("Are dogs allowed?")
    own, other = "Dogs are welcome.", "Pets are welcome."
    rare = rarity([own, other, "Nothing of it."])
    said = [share_said(asked, one, keys(one), rare, others) for one in (own, other)]
    assert said[0] > said[1] > 0


def test_words_that_no_group_holds_are_left_alone() -> None:
    assert other_words("Which gneiss?").of == () and other_words("桂花呢？").of == ()


def test_the_sentence_that_says_it_otherwise_goes_first() -> None:
    world = World(
        *passages(
            "The handbook applies to all. Whoever is sick twice is asked to call. Serious misconduct leads to dismissal. "
            "Whoever wins a prize is thanked."
        )
    )
    question = "Can I get sacked by the handbook?"
    gathered = gather(question, world.search(question).hits, world.neighbours)
    best = max(gathered.sentences[1:], key=lambda one: one.score)
    assert best.text == "Serious misconduct leads to dismissal."
