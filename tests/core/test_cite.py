"""Each answer sentence is led to the exact span that supports it."""

from __future__ import annotations

from rag_core.ask.checking.cite import Numbering, align, hints
from tests.core.asking import WHERE, World, passages

WORLD = World(
    *passages(
        "海棠桥全长310米，宽18米。大桥于2016年9月通车，总投资4.5亿元。",
        "大桥由林向东设计。施工单位为南屿路桥公司。",
        filename="海棠桥.pdf",
    ),
    *passages("The Kestrel ferry carries 60 cars. It sails twice a day, except in winter.", filename="ferry.pdf", document_id=2),
)  # fmt: skip


def test_finds_the_sentence() -> None:
    gathered = WORLD.gathered("海棠桥有多长？谁设计？")
    aligned = align("海棠桥全长310米。", gathered)
    assert [span.raw for span in aligned.spans] == ["海棠桥全长310米，宽18米。"]
    assert aligned.verdict.support == "supported"
    span = aligned.spans[0]
    passage = WORLD.held[0]
    assert passage.text[span.start - passage.start : span.end - passage.start] == span.raw


def test_a_claim_over_two_sentences_cites_both() -> None:
    gathered = WORLD.gathered("海棠桥大桥由谁设计，何时通车？")
    aligned = align("大桥由林向东设计，2016年9月通车。", gathered)
    assert {span.raw for span in aligned.spans} == {
        "大桥由林向东设计。",
        "大桥于2016年9月通车，总投资4.5亿元。",
    }
    assert aligned.verdict.support == "supported"


def test_a_claim_without_support_cites_nothing() -> None:
    gathered = WORLD.gathered("海棠桥有多长？")
    for claim in ("海棠桥全长410米。", "海棠桥的收费标准由市政府每年公布。", "。"):
        aligned = align(claim, gathered)
        assert aligned.spans == ()
        assert aligned.verdict.support == "unsupported"


def test_what_the_model_cites_is_only_a_hint() -> None:
    gathered = WORLD.gathered("Kestrel ferry cars 海棠桥")
    wrong = frozenset({99, 1})
    assert [span.raw for span in align("The Kestrel ferry carries 60 cars.", gathered, wrong).spans] == [
        "The Kestrel ferry carries 60 cars."
    ]


def test_hints_are_taken_out_of_the_text() -> None:
    assert hints("全长310米[1][2]。宽18米【3】。") == ("全长310米。宽18米。", frozenset({1, 2, 3}))
    assert hints("It sails [1, 2] twice.") == ("It sails twice.", frozenset({1, 2}))
    assert hints("array[x] of [2019 items]") == ("array[x] of [2019 items]", frozenset())


def test_a_long_sentence_is_narrowed_to_the_clauses_that_say_it() -> None:
    long = (
        "The harbour authority, which was set up after the flood and moved twice, reported in its yearly review that "
        "the eastern pier will be closed for 14 months, that the lighthouse stays open, and that fees do not change."
    )
    world = World(*passages(long))
    aligned = align(
        "The eastern pier will be closed for 14 months.", world.gathered("eastern pier closed months")
    )
    assert [span.raw for span in aligned.spans] == [
        "reported in its yearly review that the eastern pier will be closed for 14 months,"
    ]


def test_one_span_has_one_number() -> None:
    numbering = Numbering(lambda document, start, end: (WHERE,))
    gathered = WORLD.gathered("海棠桥有多长？")
    first = numbering.cite(align("海棠桥全长310米。", gathered))
    again = numbering.cite(align("海棠桥宽18米。", gathered))
    other = numbering.cite(align("大桥于2016年9月通车。", gathered))
    assert [c.number for c in (*first, *again, *other)] == [1, 1, 2]
    assert first[0].quote == "海棠桥全长310米，宽18米。"
    assert first[0].regions == (WHERE,)
    assert [c.number for c in numbering.citations] == [1, 2]
