"""Answers that are being written: kept once, whoever watches, and stopped when somebody says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from pages.parts.running import RunningAnswer, RunningAnswers
from rag_core.errors import InputError, NotFound, Problem
from rag_core.types import Answer, Checked, Done, Event, Found, Searching, Sentence, Timings, Token

DONE = Answer("Q", "Q", "A b.", (), (), (), False, False, "quote", (), Timings())


def events(cancelled: Callable[[], bool]) -> Iterator[Event]:
    yield Searching("Q")
    yield Found(())
    yield Token("A ")
    yield Token("b.")
    yield Checked(Sentence(0, 4, (), "unsupported", ""), ())
    yield Done(DONE)


def finished(running: RunningAnswer) -> RunningAnswer:
    until = time.monotonic() + 5
    while not running.progress.finished and time.monotonic() < until:
        running.wait(running.progress.version, 0.1)
    assert running.progress.finished
    return running


def test_an_answer_is_followed_and_kept_once() -> None:
    kept: list[Answer] = []
    answers = RunningAnswers()
    progress = finished(answers.start(1, "Q", events, kept.append)).progress
    assert kept == [DONE]
    assert (progress.searched, progress.found, progress.text) == ("Q", 0, "A b.")
    assert len(progress.sentences) == 1 and progress.problem is None
    assert answers.of(1) is None


def test_a_second_question_waits_for_the_first() -> None:
    go = threading.Event()

    def slow(cancelled: Callable[[], bool]) -> Iterator[Event]:
        go.wait(5)
        yield Done(DONE)

    answers, kept = RunningAnswers(), list[Answer]()
    first = answers.start(1, "Q", slow, kept.append)
    assert answers.start(1, "Q again", slow, kept.append) is first
    assert answers.start(2, "Elsewhere", events, kept.append) is not first
    go.set()
    finished(first)
    assert kept.count(DONE) == 2


def test_stopping_keeps_what_was_said() -> None:
    def endless(cancelled: Callable[[], bool]) -> Iterator[Event]:
        yield Token("So far")
        while not cancelled():
            time.sleep(0.01)

    kept: list[Answer] = []
    running = RunningAnswers().start(1, "Q", endless, kept.append)
    while not running.progress.text:
        running.wait(running.progress.version, 0.1)
    running.cancel()
    finished(running)
    assert kept[0].stopped and kept[0].text == "So far" and kept[0].question == "Q"


def test_stopping_does_not_wait_for_a_model_that_cannot_hear() -> None:
    loaded = threading.Event()

    def loading(cancelled: Callable[[], bool]) -> Iterator[Event]:
        loaded.wait(20)
        yield Done(DONE)

    kept: list[Answer] = []
    running = RunningAnswers().start(1, "Q", loading, kept.append)
    running.cancel()
    finished(running)
    loaded.set()
    time.sleep(0.1)
    assert [answer.stopped for answer in kept] == [True]


def test_a_conversation_that_is_gone_is_said() -> None:
    def gone(answer: Answer) -> None:
        raise NotFound("conversation_missing")

    running = finished(RunningAnswers().start(1, "Q", events, gone))
    assert running.progress.problem == Problem("conversation_missing")


def test_a_problem_is_kept_to_be_said() -> None:
    def refuses(cancelled: Callable[[], bool]) -> Iterator[Event]:
        raise InputError("no_documents")

    answers = RunningAnswers()
    running = finished(answers.start(1, "Q", refuses, lambda answer: None))
    assert running.progress.problem == Problem("no_documents")
    assert answers.of(1) is running


def test_a_bug_ends_the_answer_with_a_sentence() -> None:
    def broken(cancelled: Callable[[], bool]) -> Iterator[Event]:
        yield Token("A")
        raise RuntimeError("bug")

    running = RunningAnswer("Q", lambda answer: None)
    with pytest.raises(RuntimeError):
        running.run(broken)
    assert running.progress.finished and running.progress.problem == Problem("answer_failed")


def test_a_failed_answer_gives_way_to_the_next_question() -> None:
    def refuses(cancelled: Callable[[], bool]) -> Iterator[Event]:
        raise InputError("no_documents")

    answers, kept = RunningAnswers(), list[Answer]()
    finished(answers.start(1, "Q", refuses, kept.append))
    finished(answers.start(1, "Q2", events, kept.append))
    assert kept == [replace(DONE)]
