"""Titles of chapters in plain text."""

from __future__ import annotations

from rag_core.parse.formats.chapters import by_chapters


def titles(text: str) -> list[str]:
    pieces = list(by_chapters(text))
    assert "\n".join(words for words, _ in pieces) == text
    return [words for words, is_title in pieces if is_title]


def test_lines_that_call_themselves_chapters_are_titles() -> None:
    text = "书名\n\n第一章 鸥岩\n灯亮了。\n　　第二回　安德\n雾来了。\n第三章说的是灯，\n楔子\n从前。"
    assert titles(text) == ["第一章 鸥岩", "　　第二回　安德", "楔子"]
    text = "CHAPTER 1\nHow it began\n\nIt rained.\n\nChapter Two: The Lamp\n\nIt shone.\n\nPart of it went.\n\nEpilogue\n\nEnd."
    assert titles(text) == ["CHAPTER 1\nHow it began", "Chapter Two: The Lamp", "Epilogue"]


def test_a_table_of_contents_and_sentences_are_none() -> None:
    text = "第一章 鸥岩\n第二章 信\n\n第一章 鸥岩\n灯亮了。\n第二章里说过这件事。\n"
    assert titles(text) == ["第一章 鸥岩"]
    assert titles("Chapter 3 was the one that she liked.\nAct now.\n") == []


def test_the_first_sentence_below_a_chapter_is_not_its_name() -> None:
    assert titles("Chapter 4\nShe left.\n\nNobody saw it.") == ["Chapter 4"]
    assert titles("Chapter 4\nShe left when the tide\nhad turned.") == ["Chapter 4"]
