"""A small world to ask in: a document cut into passages, a word search over it, and a scripted chat model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked, Means, Searched
from rag_core.ask.evidence.gather import Gathered, gather
from rag_core.ask.language.words import coverage, keys, question_words, rarity
from rag_core.protocols import Message
from rag_core.store.census import File
from rag_core.types import Answer, Box, Done, Hit, Passage, Region

WHERE = Region(1, (Box(0.1, 0.1, 0.9, 0.2),))


def passages(*texts: str, filename: str = "handbook.pdf", document_id: int = 1) -> tuple[Passage, ...]:
    """The texts as consecutive passages of one document, a blank line between them."""
    made: list[Passage] = []
    start = 0
    for ordinal, text in enumerate(texts):
        made.append(
            Passage(
                document_id * 100 + ordinal,
                document_id,
                1,
                filename,
                ordinal,
                start,
                start + len(text),
                text,
                "",
                1,
                1,
            )
        )
        start += len(text) + 2
    return tuple(made)


class World:
    """Passages, searched by the share of the question's words that they hold."""

    def __init__(self, *held: Passage) -> None:
        self.held = held
        self.asked: list[str] = []

    def search(self, question: str, asked: Asked | None = None) -> Searched:
        self.asked.append(question)
        rare = rarity(passage.text for passage in self.held)
        wanted = question_words(question)
        within = asked.document_ids if asked else None
        here = [p for p in self.held if within is None or p.document_id in within]
        scored = sorted(((coverage(wanted, keys(p.text), rare), p) for p in here), key=lambda pair: -pair[0])
        return Searched(
            tuple(
                Hit(p, score, 0.75 + 0.15 * score, score, rank, rank)
                for rank, (score, p) in enumerate(scored, start=1)
                if score > 0
            ),
            (7,),
        )

    def neighbours(self, passage: Passage, before: int, after: int) -> Sequence[Passage]:
        return [
            p
            for p in self.held
            if p.document_id == passage.document_id
            and passage.ordinal - before <= p.ordinal <= passage.ordinal + after
            and p.id != passage.id
        ]

    def gathered(self, question: str) -> Gathered:
        return gather(question, self.search(question).hits, self.neighbours)

    def answered(self, question: str) -> Answer:
        """What is answered without a chat model."""
        last = list(answer(Asked(question, (), (1,)), self.means()))[-1]
        assert isinstance(last, Done)
        return last.answer

    def means(self, chat: ScriptedChat | None = None) -> Means:
        files = tuple(dict.fromkeys(File(p.document_id, p.filename) for p in self.held))
        return Means(
            self.search,
            self.neighbours,
            lambda document, start, end: (WHERE,),
            chat,
            files=lambda _: files,
            whole=lambda document_id: [p for p in self.held if p.document_id == document_id],
        )


class ScriptedChat:
    """Says what it was told to say, piece by piece, and remembers what it was shown and whether it was closed."""

    id = "scripted"
    context_tokens = 4096

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self.shown: list[Sequence[Message]] = []
        self.closed = 0
        self.given = 0

    def count_tokens(self, text: str) -> int:
        return len(text)

    def stream(
        self, messages: Sequence[Message], max_tokens: int, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        self.shown.append(messages)
        try:
            for piece in self.pieces:
                if cancelled():
                    return
                self.given += 1
                yield piece
        finally:
            self.closed += 1
