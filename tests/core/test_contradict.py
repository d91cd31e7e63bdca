"""What another document says otherwise is told beside the answer."""

from __future__ import annotations

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.evidence.contradict import LEAD, contradicting
from rag_core.types import Answer, Done
from tests.core.asking import ScriptedChat, World, passages

OLD = "房屋的月租金为8600元，每月1日前支付。押金为两个月租金。"
NEW = "房屋的月租金为9100元，每月1日前支付。押金为三个月租金。"
PLAIN = "The monthly rent is 1,450 pounds. Cats may be kept. The fee of Tom Ardal is 300 pounds."
LATER = "The monthly rent is 1,520 pounds. Cats may be kept. The fee of Ann Reil is 400 pounds."


def world(*texts: str) -> World:
    """Each text in a document of its own."""
    return World(
        *(
            one
            for number, text in enumerate(texts, start=1)
            for one in passages(text, filename=f"{number}.pdf", document_id=number)
        )
    )


def given(question: str, held: World, chat: ScriptedChat | None = None) -> Answer:
    *_, last = answer(Asked(question, (), (1,)), held.means(chat))
    assert isinstance(last, Done)
    return last.answer


@pytest.mark.parametrize(
    ("question", "texts", "first", "second", "language"),
    [
        ("房屋的月租金是多少？", (OLD, NEW), "8600", "9100", "zh"),
        ("押金是几个月租金？", (OLD, NEW), "两个月", "三个月", "zh"),
        ("How much is the monthly rent?", (PLAIN, LATER), "1,450", "1,520", "en"),
    ],
)
def test_both_figures_are_quoted_each_from_its_document(
    question: str, texts: tuple[str, str], first: str, second: str, language: str
) -> None:
    said = given(question, world(*texts))
    before, lead, after = said.text.partition(LEAD["zh" if language == "zh" else "en"]["another"])
    assert lead
    assert {first, second} == {one for one in (first, second) if (one in before) != (one in after)}
    assert {citation.document_id for citation in said.citations} == {1, 2}
    last = said.sentences[-1]
    assert said.text[last.start : last.end] == after
    assert last.support == "supported" and last.citations == (2,)
    assert said.citations[1].quote == after


def test_what_a_model_wrote_is_followed_by_the_other_document() -> None:
    said = given("房屋的月租金是多少？", world(OLD, NEW), ScriptedChat("月租金为8600元。"))
    assert said.text == f"月租金为8600元。\n\n{LEAD['zh']['another']}房屋的月租金为9100元，每月1日前支付。"
    assert [citation.document_id for citation in said.citations] == [1, 2]
    assert said.model_id == "scripted"


def test_an_answer_that_gives_both_is_left_as_it_is() -> None:
    both = "房屋的月租金为8600元。房屋的月租金为9100元。"
    assert given("房屋的月租金是多少？", world(OLD, NEW), ScriptedChat(both)).text == both


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("房屋的月租金是多少？", (OLD, OLD.replace("押金", "保证金"))),
        ("房屋的月租金是多少？", (OLD,)),
        ("What is the fee of Tom Ardal in pounds?", (PLAIN, LATER)),
        (
            "How much is the monthly rent?",
            (PLAIN, "The monthly rent of 1,520 dollars was paid by all in May."),
        ),
        ("Is the monthly rent 1,450 pounds or 1,520 pounds?", (PLAIN, LATER)),
    ],
)
def test_the_same_another_matter_or_another_unit_contradicts_nothing(
    question: str, texts: tuple[str, ...]
) -> None:
    said = given(question, world(*texts))
    assert not said.refused
    assert not any(lead in said.text for leads in LEAD.values() for lead in leads.values())


def test_a_third_document_that_agrees_with_one_of_them_is_not_told() -> None:
    gathered = world(OLD, NEW, NEW).gathered("房屋的月租金是多少？")
    first = {number: next(s for s in gathered.sentences if s.document_id == number) for number in (1, 2)}
    assert contradicting(gathered, [first[1]]) is not None
    assert contradicting(gathered, [first[1], first[2]]) is None


@pytest.mark.parametrize(("first", "which"), [(1, "later"), (2, "earlier")])
def test_of_two_files_of_one_name_it_is_said_which_came_later(first: int, which: str) -> None:
    held = World(
        *passages(OLD, filename="lease.pdf", document_id=1),
        *passages(NEW, filename="lease.pdf", document_id=2),
    )
    gathered = held.gathered("房屋的月租金是多少？")
    source = next(one for one in gathered.sentences if one.document_id == first and "月租金为" in one.text)
    found = contradicting(gathered, [source])
    assert found is not None and found.which == which and found.sentence.document_id == 3 - first


def test_the_telephone_of_another_party_is_no_other_figure_for_it() -> None:
    parties = (
        "Landlord: Harwick Ltd\n\nPhone: +44 117 555 0101\n\nTenant: Anna Reil\n\nPhone: +44 117 555 0202"
    )
    held = world(f"{parties}\n\nRent: 1,450 pounds", f"{parties}\n\nRent: 1,525 pounds")
    for name, number in (("Harwick Ltd", "0101"), ("Anna Reil", "0202")):
        gathered = held.gathered(f"What is the phone number of {name}?")
        sources = [one for one in gathered.sentences if one.document_id == 1 and number in one.text]
        assert [one.above.split(": ")[1] for one in sources] == [name]
        assert contradicting(gathered, sources) is None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How much was the net pay in August?", False),
        ("How much was the net pay in 2025?", True),
        ("How much was the net pay?", True),
    ],
)
def test_what_was_so_in_another_month_is_told_only_where_no_month_is_asked_for(
    question: str, told: bool
) -> None:
    slips = (f"Pay slip for {month} 2025. The net pay was {net} pounds." for month, net in
             (("August", "1,900"), ("September", "2,050")))  # fmt: skip
    said = given(question, world(*slips))
    assert (LEAD["en"]["another"] in said.text) == told
    assert told or "1,900" in said.text


def test_a_month_is_told_apart_in_chinese_too() -> None:
    held = world("2025年8月水费单。本月应付水费为86元。", "2025年9月水费单。本月应付水费为91元。")
    assert LEAD["zh"]["another"] not in given("8月应付水费是多少？", held).text
    assert LEAD["zh"]["another"] in given("本月应付水费是多少？", held).text
