"""A question on its way to an answer: what was asked, what answering needs, and what is there so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from rag_core.ask.checking.cite import Locate
from rag_core.ask.checking.doubt import Doubts
from rag_core.ask.evidence.fold import Neighbours
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.similar import Similarity
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.prompt import messages
from rag_core.ask.refusal.refuse import ANSWER_FROM
from rag_core.ask.retrieval.scale import USUAL_SCALES, Scales
from rag_core.protocols import ChatModel, Message
from rag_core.store.census import File
from rag_core.types import Hit, Passage, Sentence, Timings, Turn


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search gave, best first, and the index generations it read."""

    hits: tuple[Hit, ...]
    generations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its conversation and where to look; `document_ids` None means everywhere. `insist`: an
    answer is wanted although the evidence may be too weak for one."""

    question: str
    turns: Sequence[Turn]
    library_ids: Sequence[int]
    document_ids: Sequence[int] | None = None
    insist: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """What answering needs. `chat` None is quote mode; `rewriter` None rewrites by rule; `scales` are those of the
    embedder whose cosines the hits hold; `answer_from` is the chance below which an answer is refused; `files` are the documents that can be searched, by their names, `whole` all passages of one, in its order; `prompt` makes
    of the evidence what the chat model is told; `strict` leaves out the sentences that no source bears; `doubts` None leaves the check to the rules."""

    search: Callable[[str, Asked], Searched]
    neighbours: Neighbours
    locate: Locate
    chat: ChatModel | None
    similarity: Similarity | None = None
    rewriter: ChatModel | None = None
    scales: Callable[[], Scales] = lambda: USUAL_SCALES
    answer_from: Callable[[], float] = lambda: ANSWER_FROM
    question_characters: int = 2000
    files: Callable[[Asked], Sequence[File]] = lambda _: ()
    whole: Callable[[int], Sequence[Passage]] = lambda _: ()
    prompt: Callable[[Gathered], Sequence[Message]] = messages
    strict: bool = False
    doubts: Doubts | None = None


@dataclass(slots=True)
class Work:
    """One answer in the making: its sentences so far, and the sources that they are cited to."""

    asked: Asked
    means: Means
    cancelled: Callable[[], bool]
    started: float = field(default_factory=perf_counter)
    timings: Timings = field(default_factory=Timings)
    sentences: list[Sentence] = field(default_factory=list)
    sources: list[SourceSentence] = field(default_factory=list)

    def spent(self, **seconds: float) -> None:
        """Add to the timings named."""
        added = {name: getattr(self.timings, name) + value for name, value in seconds.items()}
        self.timings = replace(self.timings, **added)

    def first_token(self) -> None:
        """Note when the first words came."""
        if not self.timings.first_token:
            self.timings = replace(self.timings, first_token=perf_counter() - self.started)
