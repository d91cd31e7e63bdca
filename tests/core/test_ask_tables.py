"""Questions to a table: rows are read under their header, and a citation points at the cells that were said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.checking.cite import Numbering, align
from rag_core.ask.evidence.pieces import joined_text
from rag_core.ask.prompt import sources_text
from rag_core.ask.quoting.quote import quote
from rag_core.types import Box, Passage, Region
from tests.core.asking import World, passages

HEADER = "| 项目 | 2019年 | 2020年 |"
ROWS = "| 营业收入 | 1,200 | 1,500 |\n| 营业成本 | 700 | 820 |\n| 研发费用 | 90 | 130 |"


def table(text: str) -> Passage:
    (passage,) = passages(text, filename="年报.pdf")
    return replace(passage, heading=f"财务数据 › {HEADER}")


def test_a_figure_is_supported_by_its_row_under_the_header() -> None:
    gathered = World(table(ROWS)).gathered("2020年研发费用是多少？")
    aligned = align("2020年研发费用为130。", gathered)
    assert aligned.verdict.support == "supported"
    assert [span.quote for span in aligned.spans] == ["研发费用 · 130"]
    assert align("2020年研发费用为131。", gathered).spans == ()


def test_the_citation_points_at_the_cells() -> None:
    asked: list[tuple[int, int]] = []

    def locate(document_id: int, start: int, end: int) -> tuple[Region, ...]:
        asked.append((start, end))
        return (Region(1, (Box(start / 1000, 0.0, end / 1000, 0.1),)),)

    gathered = World(table(ROWS)).gathered("2020年研发费用是多少？")
    (citation,) = Numbering(locate).cite(align("2020年研发费用为130。", gathered))
    assert [ROWS[start:end] for start, end in asked] == ["研发费用", "130"]
    assert [len(region.boxes) for region in citation.regions] == [2]


def test_a_rows_name_is_cited_in_other_words_too() -> None:
    (row,) = passages("| Weight | 8.6 kg | 14.2 kg |", filename="kestrel.pdf")
    world = World(replace(row, heading="Technical data › | Property | K40 | K40-Pro |"))
    aligned = align("The K40-Pro weighs 14.2 kg.", world.gathered("What is the weight of the K40-Pro?"))
    assert [span.quote for span in aligned.spans] == ["Weight · 14.2 kg"]


def test_the_header_is_printed_once_above_its_rows() -> None:
    printed = sources_text(World(table(ROWS)).gathered("2020年营业收入、营业成本和研发费用各是多少？"))
    assert printed.count(HEADER) == 1
    assert printed.index(HEADER) < printed.index("| 营业收入 | 1,200 | 1,500 |")
    assert printed.splitlines()[0] == "[1] 年报 · 财务数据"


def test_a_quoted_row_names_its_columns() -> None:
    quoted = quote(World(table(ROWS)).gathered("2020年研发费用是多少？"))
    assert "研发费用 · 2020年：130" in quoted.text


def test_the_header_is_no_answer() -> None:
    names = ("股东名称", "股东性质", "持股比例", "持股数量", "持有有限售条件的股份数量", "质押或冻结情况")
    rows = f"| {' | '.join(names)} | |\n| 香港中央结算的股东 | 境外法人 | 29.43% | 257,055 | | 无 | |"
    (passage,) = passages(rows, filename="季报.pdf")
    merged = replace(passage, heading=f"股东情况 › | {' | '.join(names)} | 质押或冻结情况 |")
    quoted = quote(World(merged).gathered("持股比例最高的股东名称和股东性质是什么？"))
    assert quoted.text.startswith("香港中央结算的股东")


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    before, after = passages("甲方应当在收到发票后", "三十日内付清全部款项。乙方开具收据。")
    gap = 20
    after = replace(
        after, start=before.end + gap, end=before.end + gap + len(after.text), first_page=2, last_page=2
    )
    assert len(joined_text([before, after])) == after.end
    aligned = align("甲方收到发票后三十日内付清款项。", World(before, after).gathered("甲方何时付清款项？"))
    (span,) = aligned.spans
    assert span.quote == "甲方应当在收到发票后三十日内付清全部款项。"
    assert span.parts == ((before.start, before.end), (after.start, after.start + 11))


@pytest.mark.parametrize("last", ["Lift supplier Norvane in administration", "| Lift | supplier | Norvane |"])
def test_what_begins_a_page_under_a_title_does_not_go_on_with_the_page_before(last: str) -> None:
    before, after = passages(last, "Next steps\n\nOrder the windows.")
    before = replace(before, heading="Risks")
    start = before.end + 1
    after = replace(
        after, start=start, end=start + len(after.text), first_page=2, last_page=2, heading="Next steps"
    )
    gathered = World(before, after).gathered("Which lift supplier is in administration?")
    assert before.text in [one.text for one in gathered.sentences]


def test_a_row_that_says_by_its_columns_what_another_sentence_says_is_kept() -> None:
    header = "| Method | F1 at day 3 | F1 at day 5 |"
    (rows,) = passages(f"{header}\n| LakeNet | 0.86 | 0.74 |\n| ConvNet | 0.79 | 0.61 |")
    (prose,) = passages("LakeNet is slower at day 5.")
    far = replace(prose, id=999, ordinal=7, start=5000, end=5027)
    world = World(replace(rows, heading=f"Results › {header}"), far)
    assert "0.74" in quote(world.gathered("LakeNet F1 at day 5")).text
