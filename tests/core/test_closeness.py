"""How closely a passage follows a question's words."""

from __future__ import annotations

import pytest

from rag_core.ask.retrieval.closeness import WINDOW, Closeness, closeness, wanted
from rag_core.index.terms import asked_terms


def close(question: str, text: str) -> Closeness:
    return closeness(wanted(question, asked_terms(question)), text)


def test_the_question_itself_follows_wholly() -> None:
    for question in ("the harbour wall of 1931", "水库1998年建成"):
        found = close(question, question)
        assert (found.held, found.together, found.in_order, found.numbers) == pytest.approx((1, 1, 1, 1))


def test_words_count_as_together_within_one_window() -> None:
    near = close("harbour wall", "The harbour has a wall.")
    far = close("harbour wall", "The harbour" + " is there" * WINDOW + " a wall.")
    assert near.together == 1.0 and far.together == 0.5 and near.held == far.held == 1.0
    assert near.in_order == far.in_order == 0.0


def test_order_counts() -> None:
    assert close("harbour wall", "a harbour wall").in_order == 1.0
    assert close("harbour wall", "a wall harbour").in_order == 0.0


def test_numbers_are_counted_whole() -> None:
    assert close("rent of 4,151,000 in 2021", "4151000 was paid in 2020").numbers == 0.5
    assert close("rent", "4151000 was paid").numbers == 0.0


def test_rare_words_weigh_more() -> None:
    terms = wanted("harbour wall", {"harbour": 0.1, "wall": 1.9})
    assert closeness(terms, "wall").together > closeness(terms, "harbour").together


def test_scripts_are_told_apart() -> None:
    assert not close("水库", "The reservoir.").same_script
    assert close("", "") == Closeness(0.0, 0.0, 0.0, 0.0, same_script=True)


def test_a_line_that_begins_with_the_number_asked_for_is_seen() -> None:
    assert close("What does Figure 2 show?", "Kilns are warm.\nFigure 2: Bees by roof").opened
    assert not close(
        "What does Figure 2 show?", "As figure 2 shows, bees like roofs.\nFigure 3: Kilns"
    ).opened
    assert not close("bees by roof", "Figure 2: Bees by roof").opened
