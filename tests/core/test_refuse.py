"""Whether the evidence can answer is decided before anything is written."""

from __future__ import annotations

import pytest

from rag_core.ask.evidence import Gathered
from rag_core.ask.refuse import ANSWER_FROM, NO_SIGNS, Signs, answerable, refusal_text, signs
from tests.core.asking import World, passages

WORLD = World(
    *passages(
        "The Meridian pump lifts 40 litres a minute. Its filter must be changed every 6 months.",
        "子午线水泵每分钟抽水40升。滤芯应每六个月更换一次。",
        "The garden is open from April to October.",
    )
)


def chance(question: str) -> float:
    gathered = WORLD.gathered(question)
    return answerable(signs(gathered, WORLD.search(question).hits))


@pytest.mark.parametrize("question", ["How often must the filter be changed?", "水泵的滤芯多久更换一次？"])
def test_answers_what_the_documents_hold(question: str) -> None:
    assert chance(question) >= ANSWER_FROM


@pytest.mark.parametrize(
    "question", ["Which opera premiered in Leipzig during the drought?", "哪位作家获得了文学奖金？"]
)
def test_refuses_what_they_do_not_hold(question: str) -> None:
    assert chance(question) < ANSWER_FROM


def test_nothing_found_is_refused() -> None:
    empty = World()
    assert signs(empty.gathered("Why?"), ()) == NO_SIGNS
    assert answerable(NO_SIGNS) < ANSWER_FROM


def test_better_evidence_never_lowers_the_chance() -> None:
    poor = Signs(dense=0.2, near=0.2, sentence=0.2, passage=0.3, lacking=0.9, kind=0.0)
    rich = Signs(dense=0.9, near=0.9, sentence=0.8, passage=0.9, lacking=0.0, kind=1.0)
    assert 0 < answerable(poor) < answerable(rich) < 1


def test_refuses_in_the_language_of_the_question() -> None:
    assert "资料" in refusal_text("谁设计了它？")
    assert "documents" in refusal_text("Who designed it?")


def test_evidence_without_sentences_has_no_signs() -> None:
    gathered = WORLD.gathered("How often must the filter be changed?")
    bare = Gathered(gathered.question, gathered.evidence, (), gathered.rare)
    assert signs(bare, WORLD.search(gathered.question).hits) == NO_SIGNS
