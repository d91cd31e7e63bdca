"""A party of a contract is asked about by name, where the contract says "the Employee" or 乙方."""

from __future__ import annotations

import pytest

from rag_core.ask.asked import Searched
from rag_core.ask.looking import likelier
from rag_core.ask.pointing.party import parties_named
from rag_core.ask.refusal.refuse import NO_SIGNS
from rag_core.ask.viewing import View
from tests.core.asking import World, passages

HIRED = passages(
    "This Agreement is made between Fernhill Robotics Ltd, of 8 Tanner Row (the “Company”) and Ines Berg, of 14 Elm Street "
    "(hereinafter the “Employee”).",
    "The first six months are a probationary period of the Employee. The Company may extend it once.",
    "During the probationary period the Employee may leave by one week's notice.",
    "Signed by Ines Berg, the Employee, and for the Company.",
    filename="agreement-7.pdf",
    document_id=1,
)
LET = passages(
    "出租方（以下简称甲方）：沈立群\n承租方（以下简称乙方）：顾念\n\n签订日期：2024年3月1日",
    "押金为3,000元，乙方退租后甲方应在七日内退还。",
    "乙方逾期支付租金超过30日的，甲方可以解除合同。",
    filename="合同12.pdf",
    document_id=2,
)
STAFF = passages(
    "Ines Berg flies to Oslo on Monday at 9:40.",
    "The canteen opens at noon.",
    filename="travel.pdf",
    document_id=3,
)
WORLD = World(*HIRED, *LET, *STAFF)


def asked(question: str) -> list[tuple[int, str]]:
    found = parties_named(question, WORLD.search(question).hits, WORLD.means().whole)
    return [(one.document_id, one.question) for one in found]


@pytest.mark.parametrize(
    ("question", "renamed"),
    [
        ("How long is Ines Berg's probationary period?", (1, "How long is the Employee's probationary period?")),
        ("When may Ms Ines Berg leave?", (1, "When may the Employee leave?")),
        ("May Fernhill Robotics extend it?", (1, "May the Company extend it?")),
        ("沈立群什么时候可以解除合同？", (2, "甲方什么时候可以解除合同？")),
        ("顾念的押金是多少？", (2, "乙方的押金是多少？")),
    ],
)  # fmt: skip
def test_a_name_stands_for_the_party_that_the_contract_makes_of_it(
    question: str, renamed: tuple[int, str]
) -> None:
    assert asked(question) == [renamed]


@pytest.mark.parametrize(
    "question", ["Where is Elm Street?", "When does the canteen open?", "租金什么时候支付？"]
)
def test_nobody_is_named(question: str) -> None:
    assert asked(question) == []


def test_a_role_that_the_document_says_once_is_no_party() -> None:
    world = World(*passages("The quote is from Ada Holm (the “Painter”).", "The wall is white."))
    assert parties_named("What did Ada Holm say?", world.search("Ada Holm").hits, world.means().whole) == ()


def test_the_contract_answers_for_the_party() -> None:
    told = WORLD.answered("How long is Ines Berg's probationary period?")
    assert (told.looked_in, "six months" in told.text) == (("agreement-7.pdf",), True)


def test_where_another_document_says_more_it_is_not_looked_in_alone() -> None:
    assert WORLD.answered("When does Ines Berg fly to Oslo on Monday?").looked_in == ()


@pytest.mark.parametrize(
    ("own", "role", "at_home", "taken"),
    [(0.7, 0.6, True, 0.6), (0.7, 0.1, True, 0.7), (0.7, 0.6, False, 0.7), (0.3, 0.6, False, 0.6)],
)
def test_the_role_goes_first_where_it_is_answered(
    own: float, role: float, at_home: bool, taken: float
) -> None:
    gathered = WORLD.gathered("When does the canteen open?")
    by_name, by_role = (View(Searched(()), gathered, NO_SIGNS, chance, 0.5) for chance in (own, role))
    assert likelier(by_name, by_role, at_home).chance == taken
