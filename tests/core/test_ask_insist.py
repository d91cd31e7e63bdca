"""What a refusal says about the passages, and an answer given all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.language.sought import Kind, offers, sought
from rag_core.ask.language.words import keys, question_words, rarity
from rag_core.ask.refusal.shortfall import shortfalls, speaking_part, told_apart
from rag_core.types import Answer, Done
from tests.core.asking import ScriptedChat, World, passages

BRIDGE = World(
    *passages(
        "The Harlow bridge is made of iron. It crosses the river at the old mill.",
        "哈罗桥由铁制成，在老磨坊旁跨过河流。",
    )
)
NEAR = "What did the Harlow bridge cost?"
NOTHING = "Which opera premiered in Leipzig during the drought?"


def given(question: str, insist: bool, chat: ScriptedChat | None = None) -> Answer:
    means = replace(BRIDGE.means(chat), answer_from=lambda: 0.6)
    last = list(answer(Asked(question, (), (1,), insist=insist), means))[-1]
    assert isinstance(last, Done)
    return last.answer


def test_a_refusal_tells_of_each_passage_why_it_was_not_enough() -> None:
    refused = given(NEAR, insist=False)
    assert refused.refused and not refused.insisted
    assert [one.number for one in refused.shortfalls] == [one.number for one in refused.evidence]
    assert any("cost" in " ".join(one.lacks) for one in refused.shortfalls)


def test_who_insists_gets_a_marked_answer() -> None:
    answered = given(NEAR, insist=True)
    assert answered.insisted and not answered.refused
    assert answered.text and answered.citations and not answered.shortfalls


def test_without_any_passage_there_is_nothing_to_insist_on() -> None:
    refused = given(NOTHING, insist=True)
    assert refused.refused and not refused.insisted and not refused.shortfalls


def test_a_model_that_gives_up_is_quoted_against_when_the_user_insists() -> None:
    chat = ScriptedChat("The sources do not mention this.")
    answered = given(NEAR, insist=True, chat=chat)
    assert answered.insisted and not answered.refused and answered.citations


def test_insisting_marks_nothing_where_the_evidence_is_good() -> None:
    answered = given("What is the Harlow bridge made of?", insist=True)
    assert not answered.insisted and not answered.refused


@pytest.mark.parametrize(
    ("question", "text", "holds", "lacks"),
    [
        (
            "What did the Harlow bridge cost?",
            "The Harlow bridge is made of iron.",
            ("Harlow bridge",),
            ("cost",),
        ),
        ("2012年台湾电影总票房多少？", "台湾电影的新片", ("台湾电影",), ("总票房", "2012年")),
    ],
)
def test_the_words_held_and_lacking_are_named_as_asked(
    question: str, text: str, holds: tuple[str, ...], lacks: tuple[str, ...]
) -> None:
    asked = [word for word in question_words(question) if word.weight >= 0.5]
    held, missing = told_apart(question, asked, keys(text), rarity([text]))
    assert held == holds
    assert set(lacks) <= set(missing)


def test_a_passage_without_a_date_is_said_to_lack_one() -> None:
    gathered = BRIDGE.gathered("When was the Harlow bridge built?")
    assert {one.kind for one in shortfalls(gathered)} == {"date"}


def test_of_a_passage_in_another_language_nothing_is_said() -> None:
    world = World(
        *passages("The Harlow shop in Seitz Street lends bicycles by the day.", filename="shop.pdf"),
        *passages("Harlow 商店出售自行车的铃铛。", filename="商店.pdf", document_id=2),
    )
    gathered = world.gathered("Harlow 的自行车租一天多少钱？")
    names = {one.number: one.hit.passage.filename for one in gathered.evidence}
    told = {names[one.number]: (one.holds, one.lacks, one.kind) for one in shortfalls(gathered)}
    assert told["shop.pdf"] == ((), (), "")
    assert "自行车" in "".join(told["商店.pdf"][0])


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was it built?", "date"), ("它建于哪一年？", "date"), ("How many pages are there?", "number"),
        ("一共有多少页？", "number"), ("Who built it?", "person"), ("由谁建造？", "person"), ("Where is it?", "place"),
        ("它位于哪里？", "place"), ("Why did it fail?", "reason"), ("为什么失败？", "reason"), ("Describe it.", "other"),
        ("What is the landlord's phone number?", "number"), ("What was the net income of the mill in 2019?", "number"),
        ("What is the deposit?", "number"), ("房东的电话是什么？", "number"), ("月租金为？", "number"),
        ("What is the deposit for?", "other"), ("What is the name of the fee?", "other"), ("What is the price list?", "other"),
        ("What is the order number used for?", "other"), ("What is my tracking number?", "number"),
        ("the policy number of the Reils", "number"), ("订单编号是什么？", "number"), ("林青的学号", "other"),
        ("How heavy is the parcel?", "number"), ("How do I change my account number?", "other"), ("怎么修改订单号", "other"), ("信号是什么？", "other"),
    ],
)  # fmt: skip
def test_what_a_question_asks_for(question: str, kind: Kind) -> None:
    assert sought(question) == kind


@pytest.mark.parametrize(
    ("text", "kind", "question", "expected"),
    [
        ("It was built in 1904.", "date", "When was it built?", True),
        ("In 1904 it was old.", "date", "When after 1904 was it built?", False),
        ("It has 30 pages.", "number", "How many pages are there?", True),
        ("It has pages.", "number", "How many pages are there?", False),
        (
            "Results of May 24, 2023 were published.",
            "number",
            "How much did the mill spend on research?",
            False,
        ),
        ("In 2021 it spent 1500 on research.", "number", "How much did the mill spend on research?", True),
        ("The goods are sold in 1500 shops.", "number", "How many shops sell the goods?", True),
        ("本报告于2023年1月24日公布。", "number", "公司有多少员工？", False),
        ("2023年有员工300人。", "number", "公司有多少员工？", True),
        ("This replaces the lease of May 5, 2024.", "number", "What is the rent in the lease?", False),
        ("2024年5月5日签订。", "number", "合同的月租金是多少？", False),
        ("Return it by May 5.", "number", "How many days is it lent?", True),
        ("It was designed by Mira Kovač.", "person", "Who designed the lamp?", True),
        ("The lamp was designed well.", "person", "Who designed the lamp?", False),
        ("由王大海设计。", "person", "谁设计了它？", True),
        ("它位于北京市。", "place", "它在哪里？", True),
        ("It fell because of rust.", "reason", "Why did it fall?", True),
        ("It fell.", "reason", "Why did it fall?", False),
    ],
)
def test_whether_a_text_offers_the_kind(text: str, kind: Kind, question: str, expected: bool) -> None:
    assert offers(text, kind, question) is expected


def test_a_passage_is_shown_from_where_it_speaks_of_what_was_asked() -> None:
    text = "The house is old. Heating is included. Dogs need a permit; cats need none."
    assert speaking_part(text, ("dogs", "cats")) == "… Dogs need a permit; cats need none."
    assert speaking_part(text, ("house", "dogs")) == text
    assert speaking_part(text, ()) == text and speaking_part("", ("dogs",)) == ""
    assert speaking_part("房屋较旧。押金为一万元。", ("押金",)) == "… 押金为一万元。"
