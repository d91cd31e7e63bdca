"""Clauses under numbered headings: the text answers, not the heading, and a clause's number is no figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.evidence.gather import gather
from rag_core.ask.language.sought import offers
from rag_core.ask.quoting.quote import quote
from rag_core.ask.refusal.refuse import ANSWER_FROM, answerable, signs
from rag_core.ask.retrieval.scale import USUAL_SCALES
from rag_core.text import clause_number
from rag_core.types import Hit
from tests.core.asking import World, passages

ENGLISH = (
    "Article 2 Term of the lease\n\nIt begins in spring and runs for eighteen months.\n\n"
    "Article 3 Deposit\n\nThe customer pays 300 euros before moving in."
)
CHINESE = "第二条 租赁期限\n\n自五月起，共十八个月。\n\n第三条 押金\n\n乙方入驻前须支付三百元。"
PLAIN = "2. Term of the lease\n\nIt begins in spring and runs for eighteen months.\n\n3. Deposit\n\nThe customer pays 300 euros."


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (ENGLISH, "How long is the term of the lease?", "It begins in spring and runs for eighteen months."),
        (ENGLISH, "How much is the deposit?", "The customer pays 300 euros before moving in."),
        (CHINESE, "租赁期限多长？", "自五月起，共十八个月。"),
        (CHINESE, "押金是多少？", "乙方入驻前须支付三百元。"),
        (PLAIN, "How much is the deposit?", "The customer pays 300 euros."),
    ],
)
def test_what_stands_under_the_heading_is_quoted(text: str, question: str, said: str) -> None:
    assert quote(World(*passages(text)).gathered(question)).text == said


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("第二条 租赁期限", "第二条 "),
        ("三、押金", "三、"),
        ("（四）其他", "（四）"),
        ("Article 3 Deposit", "Article 3 "),
        ("4.2 Late fees", "4.2 "),
        ("3. Deposit", "3. "),
        ("3 people were hurt.", ""),
        ("4.2 metres long", ""),
        ("2026年5月1日起", ""),
        ("Part of it", ""),
    ],
)
def test_the_number_of_a_clause(text: str, number: str) -> None:
    assert text[: clause_number(text)] == number


def test_the_number_of_a_clause_answers_nothing() -> None:
    assert not offers("第三条 押金", "number", "押金是多少？")
    assert offers("第三条 押金为三百元", "number", "押金是多少？")


def test_the_marked_words_stand_where_they_are_in_a_numbered_sentence() -> None:
    quoted = quote(
        World(*passages("Article 3 The deposit is 300 euros.")).gathered("How much is the deposit?")
    )
    (part,) = quoted.parts
    assert part.marked is not None
    assert quoted.text[slice(*part.marked)].startswith("300")
    (low, high), *_ = part.sources
    assert part.span.sentence.raw[
        low - part.span.sentence.start : high - part.span.sentence.start
    ].startswith("300")


def test_passages_in_the_other_language_take_nothing_from_those_in_the_questions() -> None:
    chinese = passages("押金为三百元，乙方入驻前支付。", filename="合同.pdf")
    english = passages("The deposit covers damage to the unit.", filename="en.pdf", document_id=2)
    question = "押金是多少？"
    held = World(*chinese, *english)
    hits = tuple(
        Hit(one, 1.0 - place / 10, 0.8, 0.0, place, 0)
        for place, one in enumerate((*english, *chinese), start=1)
    )
    gathered = gather(question, hits, held.neighbours)
    near = USUAL_SCALES.chinese.answering
    told = tuple(replace(one, cosine=near if "押金" in one.text else 0.72) for one in gathered.sentences)
    found = signs(replace(gathered, sentences=told), hits)
    assert (found.foreign, found.near) == (0.0, pytest.approx(1.0))
    assert answerable(found) >= ANSWER_FROM
