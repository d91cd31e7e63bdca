"""A clause that is asked for by its number is quoted whole, its part alone, and from the document that is named."""

from __future__ import annotations

import pytest

from rag_core.ask.language.numbered import opened
from rag_core.ask.language.words import question_words, words
from rag_core.ask.quoting.quote import quote
from rag_core.ask.refusal.refuse import ANSWER_FROM, answerable, signs
from rag_core.ask.retrieval.scale import USUAL_SCALES
from rag_core.text import sentence_spans
from tests.core.asking import World, passages

RULES = (
    "第六条 迟到的，扣款二十元。",
    "第七条 下列车辆应当登记：\n（一）新购买的；\n（二）转让的；\n（三）改装的。\n\n登记机关应当在三日内办结；不予办结的，说明理由。",
    "第八条 停放 8.1 车辆应当停放在车棚。\n8.2 车棚由物业管理。",
    "第二十三条 违反本规则第七条规定的，罚款五十元。\n\n第二十四条 本规则自五月起施行。",
)
DEED = (
    "Section 4. (a) The normal place of work is the office. (b) The Clerk may work from home, provided that:\n"
    "(i) the manager has agreed; and\n(ii) the Clerk attends on Tuesdays.\n(c) The Clerk shall travel.\n\n"
    "Section 5. Hours are nine to five. No overtime is paid."
)
LEASE = "4.1 The rent of this lease is due on the first day. Late rent bears interest.\n\n4.2 The deposit is 300 euros."


def _world() -> World:
    return World(
        *passages(*RULES, filename="车辆规则.pdf"),
        *passages("第七条 租赁合同的租金每月三百元。", filename="租赁合同.pdf", document_id=2),
        *passages(DEED, filename="deed.pdf", document_id=3),
        *passages(LEASE, filename="lease.pdf", document_id=4),
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("租赁合同第七条规定了什么？", "第七条 租赁合同的租金每月三百元。"),
        ("车辆规则第七条第二项是什么？", "第七条 下列车辆应当登记：\n（二）转让的；"),
        ("车辆规则第7条第（三）项是什么？", "第七条 下列车辆应当登记：\n（三）改装的。"),
        ("车辆规则第七条第二款怎么规定？", "登记机关应当在三日内办结；不予办结的，说明理由。"),
        ("车辆规则第八条规定了什么？", "第八条 停放 8.1 车辆应当停放在车棚。8.2 车棚由物业管理。"),
        ("第23条是什么？", "第二十三条 违反本规则第七条规定的，罚款五十元。"),
        (
            "What does Section 4(b)(ii) of the deed say?",
            "(b) The Clerk may work from home, provided that:\n(ii) the Clerk attends on Tuesdays.",
        ),
        ("What does Section 4(c) say?", "(c) The Clerk shall travel."),
        ("What does section 5 of the deed say?", "Section 5. Hours are nine to five. No overtime is paid."),
        (
            "What does clause 4.1 of the lease say?",
            "4.1 The rent of this lease is due on the first day. Late rent bears interest.",
        ),
    ],
)
def test_the_clause_or_its_part_is_quoted(question: str, answer: str) -> None:
    assert quote(_world().gathered(question)).text == answer


def test_where_no_document_is_named_each_one_shows_how_its_clause_begins() -> None:
    said = quote(_world().gathered("第七条规定了什么？")).text
    assert "第七条 下列车辆应当登记" in said and "第七条 租赁合同的租金每月三百元" in said
    assert "（一）" not in said


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("租赁合同第七条规定了什么？", True),
        ("租赁合同第二十三条规定了什么？", False),
        ("What does section 5 of the deed say?", True),
        ("What does section 5 of the lease say?", False),
    ],
)
def test_a_clause_that_the_document_named_lacks_is_not_answered(question: str, answered: bool) -> None:
    world = _world()
    found = answerable(signs(world.gathered(question), world.search(question).hits, USUAL_SCALES))
    assert (found >= ANSWER_FROM) == answered


def test_the_number_of_a_clause_is_one_word_however_it_is_written() -> None:
    assert [word.key for word in words("第十二条第三款")] == ["§12"] == [word.key for word in words("第12条")]
    assert "§7" in {word.key for word in question_words("违反第七条罚多少？")}
    assert "§7" not in {word.key for word in words("第十七条")}


def test_numbers_beyond_ten_are_read_in_both_ways() -> None:
    assert opened("第105条规定了什么？", "第一百零五条 本法自公布之日起施行。")
    assert opened("第二十条规定了什么？", "第20条 施行")
    assert not opened("第二条规定了什么？", "第十二条 施行")


def test_the_number_of_a_section_is_no_sentence() -> None:
    text = "Section 4. (a) The Clerk works here. Section 5. Hours are long."
    assert [text[low:high] for low, high in sentence_spans(text)] == [
        "Section 4. (a) The Clerk works here.",
        "Section 5. Hours are long.",
    ]
