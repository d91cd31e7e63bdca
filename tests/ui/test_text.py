"""The catalogue of strings: complete in both languages, and neither more nor less than the pages say."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from pages.parts.text import TEXT, Voice, language_of
from rag_core.messages import SENTENCES

PAGES = Path(__file__).resolve().parents[2] / "pages"
SOURCE = "\n".join(
    path.read_text("utf-8")
    for path in [*PAGES.rglob("*.py"), PAGES.parent / "app.py"]
    if not path.name.startswith("text")
)


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXT)
def test_a_string_is_there_in_both_languages_with_the_same_gaps(key: str) -> None:
    english, chinese = TEXT[key]
    assert english.strip() and chinese.strip()
    assert gaps(english) == gaps(chinese) or key.endswith("_one")
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert re.search(r"[\u4e00-\u9fff]", chinese) or not re.search(
        r"[A-Za-z]{4,}", re.sub(r"\{\w+\}", "", english)
    )


@pytest.mark.parametrize("key", TEXT)
def test_a_string_is_used(key: str) -> None:
    prefixes = tuple(re.findall(r'f"([a-z]+_(?:[a-z]+_)?)\{', SOURCE))
    assert f'"{key.removesuffix("_one")}"' in SOURCE or (prefixes and key.startswith(prefixes))


def test_what_the_pages_say_is_in_the_catalogue() -> None:
    used = set(re.findall(r'voice\(\s*"(\w+)"', SOURCE)) | set(
        re.findall(r'voice\.count\(\s*"(\w+)"', SOURCE)
    )
    assert used and used <= TEXT.keys()


def test_no_page_holds_chinese_or_a_sentence_of_its_own() -> None:
    assert set(re.findall(r"[\u4e00-\u9fff]+", SOURCE)) <= {"中文"}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_problem_is_said_in_both_languages(code: str) -> None:
    english, chinese = SENTENCES[code]
    assert gaps(english) == gaps(chinese) <= {"detail"}


@pytest.mark.parametrize("key", [key for key in TEXT if not key.endswith("_one")])
def test_a_number_of_things_has_words_for_one(key: str) -> None:
    counts = re.search(r"\{count(?::,)?\} (?:[a-z]+ )?[a-z]+s\b", TEXT[key][0])
    assert not counts or f"{key}_one" in TEXT
    assert (
        "{count" not in TEXT[key][0]
        or f"{key}_one" not in TEXT
        or not re.search(rf'voice\(\s*"{key}"', SOURCE)
    )


def test_one_thing_has_its_own_words_in_english() -> None:
    assert Voice("en").count("documents_count", 1) == "1 document"
    assert Voice("en").count("documents_count", 2) == "2 documents"
    assert Voice("zh").count("documents_count", 1) == "1 份文档"
    assert Voice("en").count("index_vectors", 1) == "1 vector"
    assert Voice("en").count("index_vectors", 12_000) == "12,000 vectors"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh", "zh"),
        ("zh-Hans-CN", "zh"),
        ("ZH-TW", "zh"),
        ("en-GB", "en"),
        ("de", "en"),
        (None, "en"),
        ("", "en"),
    ],
)
def test_the_browser_decides_the_language(locale: str | None, language: str) -> None:
    assert language_of(locale) == language
