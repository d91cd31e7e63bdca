"""Spaces where characters stand far apart on a line that was recognised as one."""

from __future__ import annotations

import itertools

import pytest

from rag_core.parse.recognition.spaces import bounds, spaced


def places(text: str, gaps: dict[int, float]) -> tuple[str, tuple[float, ...]]:
    """The text, and centres in rooms of a Chinese character: half of one a figure; before character number n stands a
    gap besides."""
    rooms = [0.5 if one.isascii() else 1.0 for one in text]
    ends = itertools.accumulate(room + gaps.get(at, 0.0) for at, room in enumerate(rooms))
    return text, tuple(end - room / 2 for end, room in zip(ends, rooms, strict=True))


@pytest.mark.parametrize(
    ("text", "gaps", "read"),
    [
        ("联系人何国强联系电话", {6: 1.0}, "联系人何国强 联系电话"),
        ("收款人：周敏复核：林海涛", {6: 2.0}, "收款人：周敏 复核：林海涛"),
        ("本次积分187累计积分", {7: 1.0}, "本次积分187 累计积分"),
        ("112.50", {1: 1.2}, "1 12.50"),
        ("1,2001,150", {5: 1.2}, "1,200 1,150"),
    ],
)
def test_what_stands_apart_is_read_apart(text: str, gaps: dict[int, float], read: str) -> None:
    found, centres = spaced(*places(text, gaps))
    assert found == read
    assert len(centres) == len(found)
    assert list(centres) == sorted(centres)


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("共有2025年3月18日", {2: 0.25, 6: 0.25}),
        ("收据", {1: 3.0}),
        ("会议记录会议", {1: 0.8, 2: 0.8, 3: 0.8, 4: 0.8, 5: 0.8}),
        ("1234567", {3: 0.6}),
        ("我们同意，请于下午", {5: 0.9}),
        ("5,699,227.63", {7: 1.2}),
        ("Reading room", {}),
        ("", {}),
    ],
)
def test_little_room_and_room_everywhere_are_no_spaces(text: str, gaps: dict[int, float]) -> None:
    assert spaced(*places(text, gaps)) == (text, list(places(text, gaps)[1]))


def test_what_stands_beside_a_space_takes_its_own_room() -> None:
    found, centres = spaced(*places("单价数量", {2: 4.0}))
    assert found == "单价 数量"
    assert bounds(found, centres) == pytest.approx([1, 2, 6, 7])
    assert bounds("a bc", (0.5, 1.5, 2.5, 3.5)) == [1, 2, 3]
