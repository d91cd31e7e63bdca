"""What only leads to the steps that follow is no claim, and needs no source."""

from __future__ import annotations

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.checking.leads import only_leads
from rag_core.types import Done
from tests.core.asking import ScriptedChat, World, passages

EN, ZH = "How do I clean the filters of the D400?", "怎么清洗滤网？"


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("To clean the filters of the Aqualine D400, follow these steps:", EN),
        ("Here are the steps:", EN),
        ("清洗滤网的步骤如下：", ZH),
        ("请按照以下步骤操作：", ZH),
    ],
)
def test_it_only_leads(claim: str, question: str) -> None:
    assert only_leads(claim, question, ["Aqualine D400 User manual"])


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("To clean the filters of the D400 every week, follow these steps:", EN),
        ("Do not clean the filters as follows:", EN),
        ("Follow these 6 steps with bleach:", EN),
        ("Clean the filters of the D400.", EN),
        ("每周清洗滤网的步骤如下：", ZH),
    ],
)
def test_it_says_something(claim: str, question: str) -> None:
    assert not only_leads(claim, question, ["Aqualine D400 User manual"])


def test_it_is_not_marked_as_without_support() -> None:
    world = World(
        *passages(
            "Cleaning the filters\n1. Pull the plug.\n2. Rinse the filters under water.",
            filename="Aqualine D400.pdf",
        )
    )
    chat = ScriptedChat(
        "To clean the filters, follow these steps:\n1. Pull the plug.\n2. Rinse the filters under water."
    )
    last = list(answer(Asked(EN, (), (1,)), world.means(chat)))[-1]
    assert isinstance(last, Done)
    told = [last.answer.text[one.start : one.end] for one in last.answer.sentences]
    assert last.answer.text.startswith("To clean the filters") and not any("follow" in one for one in told)
    assert {one.support for one in last.answer.sentences} == {"supported"}
