"""Conversations from end to end in quote mode: each follow-up finds and says what it asks for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag_core.engine import Asking, open_asking
from rag_core.evaluate.common import Source
from rag_core.evaluate.corpus import load_corpus
from rag_core.evaluate.models import open_models
from rag_core.settings import Settings
from rag_core.store.db import open_database
from rag_core.types import Answer, Done, Turn
from tests.fakes import FakeEmbedder

SOURCES = (
    Source("report", "海鸿股份年度报告", "截至报告期末，公司第一大股东为远川投资集团，持股比例为31.5%。\n\n公司第二大股东为海鸿源合伙企业，持股比例为12.8%。\n\n其他应收款增加主要是因为支付了项目投标保证金。\n\n公司董事长为陈立新，他于2016年加入公司。"),
    Source("guoxue", "国学院", "国学院成立于2005年，设有古典语言系。\n\n国学院的保研率高达80%。\n\n国学院院长为林敬之教授。"),
    Source("economics", "经管学院", "经管学院成立于1988年，设有会计系。\n\n经管学院的保研率为35%。\n\n经管学院院长为高云。"),
    Source("travel", "差旅制度", "员工出差住宿费的上限为每晚六百元。"),
    Source("mill", "Harwick mill", "The Harwick mill was opened in 1921. It employs 140 people and grinds oats.\n\nThe mill is owned by Mira Kovac."),
    Source("ferry", "Kestrel ferry", "The Kestrel ferry first sailed to Norwick harbour in 1974. It carries 60 cars.\n\nThe captain of the Kestrel ferry is Tom Ardal."),
)  # fmt: skip

# (question, what it is searched as, what the answer holds; "" for a refusal)
Step = tuple[str, str, str]
CONVERSATIONS: dict[str, tuple[Step, ...]] = {
    "shareholders": (
        ("第一大股东是谁？", "第一大股东是谁？", "远川投资集团"),
        ("那第二大股东呢？", "第二大股东是谁？", "海鸿源合伙企业"),
        ("它的持股比例是多少？", "第二大股东的持股比例是多少？", "12.8%"),
    ),
    "a word that holds a pronoun": (
        ("海鸿股份的董事长是谁？", "海鸿股份的董事长是谁？", "陈立新"),
        ("其他应收款为什么增加？", "", "投标保证金"),
    ),
    "schools": (
        ("国学院的院长是谁？", "国学院的院长是谁？", "林敬之"),
        ("经管学院呢？", "经管学院的院长是谁？", "高云"),
        ("那保研率呢？", "经管学院的保研率是多少？", "35%"),
    ),
    "a new subject": (
        ("国学院的保研率是多少？", "国学院的保研率是多少？", "80%"),
        ("出差住宿费的上限是多少？", "出差住宿费的上限是多少？", "六百元"),
        ("火星的半径有多大？", "", ""),
    ),
    "mill": (
        ("When was the Harwick mill opened?", "When was the Harwick mill opened?", "1921"),
        ("How many people does it employ?", "How many people does the Harwick mill employ?", "140"),
        ("When did the Kestrel ferry first sail?", "When did the Kestrel ferry first sail?", "1974"),
        ("How many cars does it carry?", "How many cars does the Kestrel ferry carry?", "60"),
        ("Who is its captain?", "Who is the Kestrel ferry's captain?", "Tom Ardal"),
        ("What is the radius of Mars?", "", ""),
    ),
}


@pytest.fixture
def by_words(settings: Settings, tmp_path: Path) -> Iterator[tuple[Asking, int]]:
    yield from shelf(dataclasses.replace(settings, models_dir=tmp_path / "none"), FakeEmbedder())


@pytest.fixture
def by_meaning(settings: Settings) -> Iterator[tuple[Asking, int]]:
    yield from shelf(dataclasses.replace(settings, chat="quote"), open_models(settings).embedder)


def shelf(settings: Settings, embedder: object) -> Iterator[tuple[Asking, int]]:
    database = open_database(settings.database)
    corpus = load_corpus(database, settings, embedder, SOURCES)  # type: ignore[arg-type]
    database.dispose()
    asking = open_asking(settings)
    yield asking, corpus.library_id
    asking.close()


def hold(asking: Asking, library_id: int, steps: tuple[Step, ...]) -> None:
    turns: list[Turn] = []
    for question, searched, held in steps:
        answer = ask(asking, library_id, question, turns)
        assert not searched or answer.searched == searched
        assert answer.refused == (not held), (question, answer.text)
        assert held in answer.text
        turns.append(Turn(question, answer))


def ask(asking: Asking, library_id: int, question: str, turns: list[Turn]) -> Answer:
    last = list(asking.ask(question, turns, (library_id,)))[-1]
    assert isinstance(last, Done)
    return last.answer


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_follow_ups_by_words_alone(by_words: tuple[Asking, int], name: str) -> None:
    hold(*by_words, CONVERSATIONS[name])


@pytest.mark.weights
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_follow_ups_by_meaning(by_meaning: tuple[Asking, int], name: str) -> None:
    hold(*by_meaning, CONVERSATIONS[name])
