"""What a question says of its answer is told to the model, and not searched for."""

from __future__ import annotations

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.rewriting.instructions import instructions, without_instructions
from rag_core.types import Done
from tests.core.asking import ScriptedChat, World, passages

WORLD = World(
    *passages(
        "Inventories of Aurelia were 540 in 2022.",
        "Base salaries in USD rose by 4 percent.",
        filename="aurelia.pdf",
    )
)


@pytest.mark.parametrize(
    ("question", "asked", "told"),
    [
        (
            "What were Aurelia's inventories in 2022? Answer in USD millions.",
            "What were Aurelia's inventories in 2022?",
            "Answer in USD millions.",
        ),
        (
            "What is the ratio? It is costs by stock. Round your answer to two decimal places.",
            "What is the ratio? It is costs by stock.",
            "Round your answer to two decimal places.",
        ),
        (
            "Based on the statement of income, what was net income in 2019?",
            "what was net income in 2019?",
            "Based on the statement of income",
        ),
        ("2022年的存货是多少？请用百万元回答。", "2022年的存货是多少", "请用百万元回答"),
        ("毛利率是多少（保留两位小数）", "毛利率是多少", "（保留两位小数）"),
    ],
)
def test_it_is_parted_from_the_question(question: str, asked: str, told: str) -> None:
    assert (without_instructions(question), instructions(question)) == (asked, told)


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital? Give its population.",
        "Round the corner, what is there?",
        "According to the staff handbook, how long is the notice?",
        "Answer in English.",
        "请用中文回答。",
        "报价按什么表示？",
    ],
)
def test_what_asks_for_something_stays(question: str) -> None:
    assert (without_instructions(question), instructions(question)) == (question, "")


def test_the_model_is_told_and_the_search_is_not() -> None:
    chat = ScriptedChat("Inventories of Aurelia were 540 in 2022.")
    question = "What were Aurelia's inventories in 2022? Answer in USD millions."
    last = list(answer(Asked(question, (), (1,)), WORLD.means(chat)))[-1]
    assert isinstance(last, Done)
    assert last.answer.searched == "What were Aurelia's inventories in 2022?"
    assert "Answer in USD millions." in chat.shown[0][-1].text
