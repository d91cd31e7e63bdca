"""Refusal measured on a library's own text: questions made by rule, both error rates, and the chance chosen."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from rag_core.ask.refusal.calibrate import (
    FARTHEST_SHIFT,
    FEWEST,
    USUAL_EVEN,
    Ground,
    Trial,
    calibrate,
    choose,
    even_point,
    is_due,
    rates,
)
from rag_core.ask.refusal.calibration import (
    FILE,
    Calibration,
    Rate,
    answer_from,
    chance_of,
    load_calibration,
    log_odds,
    save_calibration,
)
from rag_core.ask.refusal.made_questions import MadeQuestion, hold_out, make_questions, swap
from rag_core.ask.refusal.refuse import ANSWER_FROM
from rag_core.evaluate.common import Source
from rag_core.evaluate.corpus import load_corpus, retriever
from rag_core.settings import Settings
from rag_core.store.libraries import create_library
from rag_core.types import Passage
from tests.fakes import FakeEmbedder

TOWNS = [
    "Ardwell",
    "Brenham",
    "Colmere",
    "Dunford",
    "Eastley",
    "Farlow",
    "Gransby",
    "Holbeck",
    "Ilkeston",
    "Jarrow",
    "Kelsall",
    "Ludworth",
    "Marston",
    "Norley",
    "Oakham",
]
NONE = np.zeros(0, np.float32)
KEPT = Calibration(1, "fake", 30, 0.62, Rate(3, 40), Rate(2, 20), 5.0)


def passage(text: str, filename: str = "notes.pdf", number: int = 1) -> Passage:
    return Passage(number, number, 1, filename, 0, 0, len(text), text, "", 1, 1)


def ground(engine: Engine, settings: Settings, count: int) -> Ground:
    embedder = FakeEmbedder()
    sources = [
        Source(
            f"s{number}",
            f"{town} records",
            f"The old {town} granary was moved to the {town} market in {1801 + number}, say the records kept there. "
            f"Its keeper sold {number + 3} barrels every week to the people of {town} and the hills around it.",
        )
        for number, town in enumerate(TOWNS[:count])
    ]
    if not sources:
        library = create_library(engine, "empty", embedder.id, 1.0)
        return Ground(
            engine, library.id, embedder.id, lambda question, limit: (), lambda question, texts: NONE
        )
    loaded = load_corpus(engine, settings, embedder, sources)
    search = retriever(engine, settings, embedder, None)
    return Ground(
        engine,
        loaded.library_id,
        embedder.id,
        lambda question, limit: search.search(question, (loaded.library_id,), limit).hits,
        lambda question, texts: embedder.embed_passages(texts) @ embedder.embed_questions([question])[0],
    )


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("青石展览馆始建于1987年，位置靠近老码头。", "青石展览馆始建于哪一年？", "1987年"),
        ("青石水库位于云岭县西北部，库容三千万立方米。", "青石水库位于哪里？", "云岭县西北部"),
        ("青石小学共有教职工46人，学生来自六个村。", "青石小学共有教职工多少人？", "46人"),
        (
            "The granary of the old town was moved to the market square in 1811.",
            "The granary of the old town was moved to the market square in which year?",
            "1811",
        ),
    ],
)
def test_a_question_asks_for_what_the_sentence_tells(text: str, question: str, answer: str) -> None:
    made = make_questions([passage(text, filename="")])
    assert made == (MadeQuestion(question, answer, 1, 1, "made"),)


@pytest.mark.parametrize(
    "text", ["他很高兴。", "No figure is in this sentence at all, however long it may be.", "| 1 | 2 |"]
)
def test_a_sentence_that_tells_nothing_of_the_kind_gives_no_question(text: str) -> None:
    assert make_questions([passage(text)]) == ()


def test_a_sentence_that_leans_back_is_asked_with_what_its_file_is_called() -> None:
    (made,) = make_questions([passage("它在1987年迁到了新的码头附近。", filename="展览馆.pdf")])
    assert made.question.startswith("展览馆")


def test_near_misses_ask_of_one_thing_what_is_told_of_another() -> None:
    texts = [
        "The Ardwell granary was moved to the market square of the old town in 1811.",
        "The Brenham chapel was rebuilt by monks from the northern hills in 1840.",
    ]
    made = make_questions([passage(text, number=n) for n, text in enumerate(texts, 1)])
    swapped = swap(made, texts)
    assert {one.question for one in swapped} == {
        "The Brenham granary was moved to the market square of the old town in which year?",
        "The Ardwell chapel was rebuilt by monks from the northern hills in which year?",
    }
    assert not any(one.answerable for one in [*swapped, *hold_out(made)])


def test_a_near_miss_that_a_text_answers_is_left_out() -> None:
    made = [
        MadeQuestion("Who saw the Red House?", "", 1, 1, "made"),
        MadeQuestion("Who saw the Blue House?", "", 2, 2, "made"),
    ]
    assert swap(made, ["Anna saw the Red House and the Blue House."]) == ()


def test_the_interval_of_a_rate_is_wilsons() -> None:
    low, high = Rate(5, 40).interval
    assert low == pytest.approx(0.0546, abs=1e-3)
    assert high == pytest.approx(0.2611, abs=1e-3)
    assert Rate(0, 0).interval == (0.0, 1.0)
    assert Rate(0, 20).interval[0] == 0.0


def test_both_errors_are_even_at_the_even_point() -> None:
    right, wrong = [0.0, 1.0, 2.0, 3.0], [-1.0, 0.5, -2.0, -3.0]
    point = even_point(right, wrong)
    assert sum(one < point for one in right) == sum(one >= point for one in wrong) == 1


def test_few_trials_leave_the_usual_chance() -> None:
    few = [Trial(0.9, True)] * (FEWEST - 1) + [Trial(0.8, False)] * 50
    assert choose(few) == ANSWER_FROM


def test_many_trials_move_the_chance_towards_their_even_point() -> None:
    trials = [Trial(chance_of(5 - i / 100), True) for i in range(40)] + [
        Trial(chance_of(3 + i / 100), False) for i in range(40)
    ]
    fewer = trials[::4]
    assert ANSWER_FROM < choose(fewer) < choose(trials) < 0.8


def test_a_library_like_others_keeps_the_usual_chance() -> None:
    right = [Trial(chance_of(USUAL_EVEN + 0.5 + i / 50), True) for i in range(40)]
    wrong = [Trial(chance_of(USUAL_EVEN - 0.5 - i / 50), False) for i in range(40)]
    assert choose([*right, *wrong]) == pytest.approx(ANSWER_FROM)


def test_made_questions_move_the_chance_only_so_far() -> None:
    sure = [Trial(0.999 - i / 10000, True) for i in range(40)] + [Trial(0.98, False)] * 40
    assert log_odds(choose(sure * 5)) == pytest.approx(FARTHEST_SHIFT)


def test_rates_count_what_the_other_half_would_have_decided() -> None:
    trials = [Trial(0.9, True)] * 40 + [Trial(0.1, False)] * 38 + [Trial(0.95, False)] * 2
    false_answers, false_refusals = rates(trials)
    assert false_answers == Rate(2, 40)
    assert false_refusals == Rate(0, 40)


def test_a_library_is_measured_on_questions_from_its_text(engine: Engine, settings: Settings) -> None:
    found = calibrate(ground(engine, settings, len(TOWNS)), now=7.0)
    assert found.false_refusals.asked >= FEWEST
    assert found.false_answers.asked >= FEWEST
    assert found.chunks >= len(TOWNS) and found.made_at == 7.0
    assert 0 < found.answer_from < 1


def test_an_empty_library_keeps_the_usual_chance(engine: Engine, settings: Settings) -> None:
    found = calibrate(ground(engine, settings, 0), now=7.0)
    assert (found.answer_from, found.false_answers, found.false_refusals) == (
        ANSWER_FROM,
        Rate(0, 0),
        Rate(0, 0),
    )


def test_what_was_measured_is_kept(tmp_path: Path) -> None:
    save_calibration(tmp_path, KEPT)
    assert load_calibration(tmp_path, 1) == KEPT
    assert [path.name for path in (tmp_path / "1").iterdir()] == [FILE]


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"library_id": 1}', "null"])
def test_what_cannot_be_read_counts_as_unmeasured(tmp_path: Path, kept: str) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / FILE).write_text(kept)
    assert load_calibration(tmp_path, 1) is None


def test_strictness_moves_the_chance(tmp_path: Path) -> None:
    save_calibration(tmp_path, KEPT)
    assert answer_from(tmp_path, (1,)) == pytest.approx(KEPT.answer_from)
    assert answer_from(tmp_path, (2,)) == pytest.approx(ANSWER_FROM)
    middle = answer_from(tmp_path, (1, 2))
    assert log_odds(middle) == pytest.approx((log_odds(KEPT.answer_from) + log_odds(ANSWER_FROM)) / 2)
    lenient, strict = answer_from(tmp_path, (1,), 0), answer_from(tmp_path, (1,), 100)
    assert lenient < KEPT.answer_from < strict
    assert answer_from(tmp_path, (1,), 1000) == strict
    assert math.isfinite(strict) and strict < 1


def test_a_library_is_measured_again_when_it_has_changed_much() -> None:
    assert is_due(None, "fake", 1)
    assert not is_due(None, "fake", 0)
    assert not is_due(KEPT, "fake", 40)
    assert is_due(KEPT, "fake", 46) and is_due(KEPT, "fake", 19)
    assert is_due(KEPT, "other", 30)
