"""Of a card whose lines answer without the question's words, several lines are quoted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rag_core.ask.quoting.quote import quote
from rag_core.protocols import FloatArray
from tests.core.asking import World, passages

CARD = "Product Talo kettle K4\n\nCustomer Anna Reil\n\nService line 0117 555 0140\n\nColour moss green\n\nDealer Harbour Stores"
CARD_ZH = "产品名称 塔洛电水壶\n\n顾客 林青\n\n服务热线 400-555-0140\n\n颜色 苔绿\n\n经销商 海港商店"
PROSE = (
    "The Talo kettle is made by hand in a mill by the river. Its lid is cut from one piece of copper. "
    "Two people finish four of them in a week. Most are sold in the shop at the harbour."
)
HELP = "When may I use the sauna?\n\nEvery day from 6 to 22, with your card.\n\nMay I bring guests?\n\nTwo at a time, with a day ticket."


def _near_dealers(question: str, texts: Sequence[str]) -> FloatArray:
    return np.array([0.9 if "Dealer" in text or "经销商" in text else 0.8 for text in texts], np.float32)


def _lines(text: str, question: str) -> list[str]:
    return quote(World(*passages(text)).gathered(question), _near_dealers).text.split("\n")


@pytest.mark.parametrize(
    ("text", "question", "named", "answer"),
    [
        (CARD, "Who sold the Talo kettle?", "Product Talo kettle K4", "Dealer Harbour Stores"),
        (CARD_ZH, "塔洛电水壶在哪买的？", "产品名称 塔洛电水壶", "经销商 海港商店"),
    ],
)
def test_a_line_that_only_names_is_quoted_with_others_of_its_card(
    text: str, question: str, named: str, answer: str
) -> None:
    lines = _lines(text, question)
    assert (lines[0], lines[-1]) == (named, answer)
    assert len(lines) == 3


def test_where_no_line_is_sure_to_answer_no_words_are_marked() -> None:
    quoted = quote(World(*passages(CARD)).gathered("Who sold the Talo kettle?"))
    assert [part.marked for part in quoted.parts] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "question", "lines"),
    [
        (
            CARD,
            "How many people serve the Talo kettle?",
            ["Product Talo kettle K4", "Service line 0117 555 0140"],
        ),
        (CARD_ZH, "塔洛电水壶的客服电话是多少？", ["产品名称 塔洛电水壶", "服务热线 400-555-0140"]),
    ],
)
def test_where_a_figure_is_asked_for_only_lines_with_one_are_added(
    text: str, question: str, lines: list[str]
) -> None:
    assert _lines(text, question) == lines


def test_an_addressee_is_quoted_with_the_date_that_is_sought() -> None:
    text = (
        "Anna Reil\n\nFlat 9, Mill House\n\nHarwick\n\nWe write to let you know of repairs. All new panes are of clear glass. "
        "They are put in on Thursday 10 April. Please leave us your keys."
    )
    assert _lines(text, "When is Flat 9, Mill House, worked on?") == [
        "Flat 9, Mill House",
        "They are put in on Thursday 10 April.",
    ]


def test_a_line_that_says_what_is_asked_stands_alone() -> None:
    assert _lines(CARD, "What colour is the Talo kettle?")[-1] == "Colour moss green"
    assert _lines(CARD, "Who is the customer?") == ["Customer Anna Reil"]


def test_running_text_is_no_card() -> None:
    assert _lines(PROSE, "Who designed the Talo kettle of 1970?") == [PROSE.split(". ", maxsplit=1)[0] + "."]


def test_a_long_card_is_not_quoted_whole() -> None:
    card = CARD + "".join(f"\n\nPart {'abcdefgh'[n]} {'of steel ' * 5}" for n in range(8))
    assert sum(map(len, _lines(card, "Who sold the Talo kettle?"))) <= 300


def test_what_stands_below_a_question_is_quoted() -> None:
    assert _lines(HELP, "When may I use the sauna?") == ["Every day from 6 to 22, with your card."]
    assert _lines(HELP, "May I bring guests?") == ["Two at a time, with a day ticket."]
