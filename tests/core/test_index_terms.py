"""What passages are found by, and how much each term of a question says."""

from __future__ import annotations

import pytest

from rag_core.index.terms import asked_terms, placed_terms, terms


@pytest.mark.parametrize(("traditional", "simplified"), [("臺灣鐵路", "台湾铁路"), ("門檻發展", "门槛发展")])
def test_both_ways_of_writing_give_the_same_terms(traditional: str, simplified: str) -> None:
    assert terms(traditional) == terms(simplified)


def test_what_asks_says_less_than_what_is_asked_about() -> None:
    weights = asked_terms("水库什么时候建成？")
    assert weights["水库"] > weights["什么"] and weights["建成"] > weights["时候"]
    assert weights["水库"] > weights["水"]
    english = asked_terms("when was the dam of the valley built")
    assert english["dam"] == english["built"] == 1.0
    assert english["when"] == english["the"] == english["of"] < 0.5


def test_a_question_of_asking_words_alone_still_has_weight() -> None:
    assert asked_terms("什么")["什么"] == 1.0
    assert asked_terms("猫") == {"猫": 1.0}
    assert asked_terms("？") == {}


def test_places_count_characters_and_words() -> None:
    assert list(placed_terms("猫坐 on 3,000")) == [("猫坐", 0), ("猫", 0), ("坐", 1), ("on", 2), ("3000", 3)]
