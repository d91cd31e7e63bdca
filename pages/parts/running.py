"""Answers that are being written. Each runs in its own thread, so that a reload or a click elsewhere
neither loses nor repeats it; the pages only watch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rag_core.errors import Problem, UserError
from rag_core.types import (
    Answer,
    Checked,
    Citation,
    Done,
    Event,
    Found,
    Searching,
    Sentence,
    Timings,
    Token,
)

# How long a model may take to hear that it is to stop.
_PATIENCE_SECONDS = 1.0

Ask = Callable[[Callable[[], bool]], Iterator[Event]]
Keep = Callable[[Answer], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an answer is. `version` grows with every change."""

    version: int = 0
    searched: str = ""
    found: int | None = None
    text: str = ""
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    problem: Problem | None = None
    finished: bool = False


class RunningAnswer:
    """One answer being written. `instead_of` is the id of the turn whose place it will take."""

    def __init__(self, question: str, keep: Keep, instead_of: int | None = None) -> None:
        self.question = question
        self.instead_of = instead_of
        self._keep = keep
        self._settling = threading.Lock()
        self.started = time.monotonic()
        self._change = threading.Condition()
        self._cancelled = threading.Event()
        self._progress = Progress()

    @property
    def progress(self) -> Progress:
        return self._progress

    def wait(self, version: int, seconds: float) -> Progress:
        """The progress as soon as it is newer than the version, or after the seconds."""
        with self._change:
            self._change.wait_for(lambda: self._progress.version != version, timeout=seconds)
        return self._progress

    def cancel(self) -> None:
        """Asks the model to stop. What it said so far is kept, at once where it is too busy to hear."""
        self._cancelled.set()
        patience = threading.Timer(_PATIENCE_SECONDS, lambda: self._settle(self._broken_off(), None))
        patience.daemon = True
        patience.start()

    def run(self, ask: Ask) -> None:
        """Follows the events to the end, then keeps the answer. Body of the thread."""
        answer: Answer | None = None
        problem: Problem | None = Problem("answer_failed")
        try:
            answer, problem = self._follow(ask(self._cancelled.is_set)), None
        except UserError as error:
            problem = error.problem
        finally:
            self._settle(answer, problem)

    def _settle(self, answer: Answer | None, problem: Problem | None) -> None:
        """Keeps how it ended. What is said first counts."""
        with self._settling:
            if self._progress.finished:
                return
            outcome: Problem | None = Problem("answer_failed")
            try:
                if answer is not None:
                    self._keep(answer)
                outcome = problem
            except UserError as error:
                outcome = error.problem
            finally:
                self._set(problem=outcome, finished=True)

    def _follow(self, events: Iterator[Event]) -> Answer:
        for event in events:
            if self._progress.finished:
                break
            match event:
                case Searching(searched):
                    self._set(searched=searched)
                case Found(evidence):
                    self._set(found=len(evidence))
                case Token(text):
                    self._set(text=self._progress.text + text)
                case Checked(sentence, citations):
                    self._add(sentence, citations)
                case Done(answer):
                    return answer
        return self._broken_off()

    def _add(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
        known = {each.number for each in self._progress.citations}
        fresh = tuple(each for each in citations if each.number not in known)
        self._set(
            sentences=(*self._progress.sentences, sentence), citations=(*self._progress.citations, *fresh)
        )

    def _broken_off(self) -> Answer:
        seen = self._progress
        return Answer(
            question=self.question,
            searched=seen.searched,
            text=seen.text,
            sentences=seen.sentences,
            citations=seen.citations,
            evidence=(),
            refused=False,
            stopped=True,
            model_id="",
            generations=(),
            timings=Timings(),
        )

    def _set(self, **changes: object) -> None:
        with self._change:
            self._progress = replace(
                self._progress,
                version=self._progress.version + 1,
                **changes,  # type: ignore[arg-type]
            )
            self._change.notify_all()


class RunningAnswers:
    """The running answer of each conversation; at most one each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, RunningAnswer] = {}

    def start(
        self, conversation_id: int, question: str, ask: Ask, keep: Keep, instead_of: int | None = None
    ) -> RunningAnswer:
        """Starts an answer, unless one is being written in this conversation: then that one."""
        with self._lock:
            before = self._running.get(conversation_id)
            if before is not None and not before.progress.finished:
                return before
            answer = RunningAnswer(question, keep, instead_of)
            self._running[conversation_id] = answer
            threading.Thread(target=answer.run, args=(ask,), name="answer", daemon=True).start()
            return answer

    def of(self, conversation_id: int) -> RunningAnswer | None:
        """The conversation's answer that is being written, or that failed; one that is kept is forgotten."""
        with self._lock:
            answer = self._running.get(conversation_id)
            if answer is None:
                return None
            if answer.progress.finished and answer.progress.problem is None:
                del self._running[conversation_id]
                return None
            return answer
