"""Questions about a chapter by its number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.quoting.chaptered import stands_in
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages


@pytest.mark.parametrize(
    ("question", "heading", "stands"),
    [
        ("What happens in chapter 4?", "The Keeper › Chapter 4: The Wreck", True),
        ("What happens in chapter 4?", "The Keeper › Chapter 14: The End", False),
        ("What happens in chapter 4?", "Part 4 › Chapter 1", False),
        ("第四十二回讲了什么？", "第42回 阿秀卖狗", True),
        ("第12章讲了什么？", "第十二章 信", True),
        ("第二章讲了什么？", "第十二章 信", False),
        ("这本书讲了什么？", "第二章 信", False),
    ],
)
def test_a_heading_is_the_chapter_that_a_question_names(question: str, heading: str, stands: bool) -> None:
    assert stands_in(question, heading) is stands


def test_what_stands_in_the_chapter_is_quoted_before_what_only_names_the_book() -> None:
    first, second = passages(
        "Marta kept the lamp on Gull Rock.", "The brig struck the reef in fog.", filename="Gull Rock.epub"
    )
    world = World(
        replace(first, heading="Chapter 1: The Lamp"), replace(second, heading="Chapter 4: The Wreck")
    )
    assert "brig" in quote(world.gathered("What happens in chapter 4 of Gull Rock?")).text
