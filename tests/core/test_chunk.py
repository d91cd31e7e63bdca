"""Chunks are exact slices of the document, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from rag_core.chunk import chunk_document
from rag_core.outline import Outline, Table

PIECES = (
    *(
        "同一句话。",
        "对。",
        "对。",
        "合同总价为100元,",
        "见附件一；",
        "The-cat-sat.",
        "No.5",
        "1.2.3",
        "e.g.",
    ),
    *("\u200b", "😀", "表格|列\n", "\n", "\n\n", "\n\n\n", "\f", " ", "\u3000", "\x1c", ". ", "x" * 90),
)
REPEATING = st.lists(st.sampled_from(PIECES), max_size=120).map("".join)


@settings(max_examples=80, deadline=None)
@given(text=REPEATING, chunk_tokens=st.sampled_from([20, 60, 300]))
def test_chunks_tile_a_repeating_text(text: str, chunk_tokens: int) -> None:
    end = 0
    for ordinal, chunk in enumerate(chunk_document(text, len, chunk_tokens)):
        assert chunk.ordinal == ordinal
        assert text[chunk.start : chunk.end] == chunk.text
        assert chunk.text == chunk.text.strip() != ""
        assert len(chunk.text) <= chunk_tokens
        assert text[end : chunk.start].strip() == ""
        end = chunk.end
    assert text[end:].strip() == ""


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=400), chunk_tokens=st.integers(10, 100))
def test_chunks_tile_any_text(text: str, chunk_tokens: int) -> None:
    chunks = chunk_document(text, lambda piece: len(piece.encode("utf-8", "replace")) // 2, chunk_tokens)
    assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(text.split())
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)


def test_what_is_left_out_is_in_no_chunk_and_no_chunk_reaches_over_it() -> None:
    text = "甲方应当在\n\n- 3 -\f运行标题\n\n三十日内付款。\n\n- 4 -"
    left_out = [(text.index(part), text.index(part) + len(part)) for part in ("- 3 -", "运行标题", "- 4 -")]
    chunks = chunk_document(text, len, 100, Outline(left_out=tuple(left_out)))
    assert [chunk.text for chunk in chunks] == ["甲方应当在", "三十日内付款。"]
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)


def test_chinese_is_cut_after_full_stops() -> None:
    chunks = chunk_document("第一句在这里。第二句也在这里！第三句呢？", len, 10)
    assert [chunk.text for chunk in chunks] == ["第一句在这里。", "第二句也在这里！", "第三句呢？"]


def test_paragraphs_stay_whole_where_they_fit() -> None:
    text = "First one. With two sentences.\n\nSecond one. Also with two."
    assert [chunk.text for chunk in chunk_document(text, len, 32)] == text.split("\n\n")


def test_a_long_sentence_is_cut_after_a_comma_not_in_a_word() -> None:
    text = (
        "the lessee shall pay the rent, the deposit, the charges and the taxes that fall due in the year " * 3
    )
    for chunk in chunk_document(text, len, 90):
        assert chunk.start == 0 or text[chunk.start - 1] in " ,"


@pytest.mark.parametrize("piece", ["中", "x", " ", ",", "。", "\n", "是。", "word "])
def test_one_endless_line_takes_time_in_proportion(piece: str) -> None:
    """Ten times the text takes about ten times the calls of the counter, not a hundred."""

    def calls(characters: int) -> int:
        count = 0

        def counter(text: str) -> int:
            nonlocal count
            count += 1
            return len(text)

        chunk_document(piece * (characters // len(piece)), counter, 320)
        return count

    assert calls(200_000) <= 12 * calls(20_000) + 20


TABLE = "| 项目 | 2019 | 2020 |\n| 收入 | 12 | 15 |\n| 成本 | 7 | 8 |\n| 利润 | 5 | 7 |"


def test_a_table_is_cut_between_rows_and_every_piece_is_under_its_header() -> None:
    text = f"上文说明。\n\n表 1 收支\n\n{TABLE}\n\n下文说明。"
    start = text.index("| 项目")
    header = "| 项目 | 2019 | 2020 |"
    table = Table(text.index("表 1"), start, start + len(TABLE), header)
    chunks = chunk_document(text, len, 50, Outline(tables=(table,)))
    assert [chunk.text for chunk in chunks] == [
        "上文说明。",
        "表 1 收支\n\n| 项目 | 2019 | 2020 |\n| 收入 | 12 | 15 |",
        "| 成本 | 7 | 8 |\n| 利润 | 5 | 7 |",
        "下文说明。",
    ]
    assert [chunk.heading for chunk in chunks] == ["", header, header, ""]
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)


def test_a_row_longer_than_a_chunk_is_cut_all_the_same() -> None:
    text = "| a |\n| " + "很长的一格，" * 30 + " |\n| b |"
    chunks = chunk_document(text, len, 50, Outline(tables=(Table(0, 0, len(text), ""),)))
    assert max(len(chunk.text) for chunk in chunks) <= 50
    assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(text.split())


def test_no_chunk_reaches_over_a_cut() -> None:
    text = "第一页。\f第二页上的话说到一半\f说完了。第三页。"
    cuts = (text.index("\f"), text.index("第三页"))
    chunks = chunk_document(text, len, 100, Outline(cuts=cuts))
    assert [chunk.text for chunk in chunks] == ["第一页。", "第二页上的话说到一半\f说完了。", "第三页。"]


def test_text_without_words_has_no_chunks() -> None:
    assert chunk_document("", len, 100) == ()
    assert chunk_document(" \n\n\f\u3000", len, 100) == ()
