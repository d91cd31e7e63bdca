"""How long until an answer begins: python -m tests.bench.first_token DIR [--chunks 10000] [--questions 20] [--chat NAME]

Puts a question set's corpus into a library, fills another with made-up passages up to so many chunks, and asks
the set's questions over both. Prints, in milliseconds, what comes before the model (rewriting, search,
evidence); the first words of the product beside a bare call of transformers on the same prompt, in turn; and how
long the prompt is beside one of whole passages. Asserts nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag_core.ask.evidence.fold import EVIDENCE_LIMIT
from rag_core.engine import Asking, open_asking
from rag_core.evaluate.answer_items import Noise, read_answer_set
from rag_core.evaluate.corpus import load_corpus, temporary_home
from rag_core.evaluate.models import open_models
from rag_core.models.catalogue import find_card
from rag_core.models.chat_local import load_chat
from rag_core.models.defaults import QUOTE, default_ids
from rag_core.models.folders import require
from rag_core.protocols import Message
from rag_core.settings import Settings, read_settings
from rag_core.types import Answer, Done
from tests.bench.search import RandomEmbedder, fill


class NotedChat:
    """The chat model, which remembers what it was asked, and stops after its first words."""

    def __init__(self, chat: Any) -> None:
        self.chat = chat
        self.id = chat.id
        self.context_tokens = chat.context_tokens
        self.asked: Sequence[Message] = ()
        self.seconds = 0.0

    def count_tokens(self, text: str) -> int:
        return int(self.chat.count_tokens(text))

    def stream(
        self, messages: Sequence[Message], max_tokens: int, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        self.asked = messages
        started = time.perf_counter()
        for piece in self.chat.stream(messages, 8, cancelled):
            self.seconds = self.seconds or time.perf_counter() - started
            yield piece

    def bare(self) -> float:
        """Seconds that transformers' own generate takes for one token after the same prompt."""
        rows = [{"role": message.role, "content": message.text} for message in self.asked]
        tokens = self.chat._tokenizer.apply_chat_template(
            rows, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        started = time.perf_counter()
        self.chat._model.generate(**tokens, max_new_tokens=1, do_sample=False)
        return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--chat", default="auto", help=f"a chat model, or {QUOTE}: only what comes before it")
    arguments = parser.parse_args()
    settings = dataclasses.replace(read_settings(), chat=arguments.chat)
    chat = None if arguments.chat == QUOTE else noted_chat(settings)
    one = read_answer_set(arguments.folder, Noise(None, False), arguments.questions)
    embedder = open_models(settings).embedder
    with temporary_home(settings) as (own, database):
        corpus = load_corpus(database, own, embedder, one.corpus)
        filler = RandomEmbedder(embedder.id, embedder.dimension)
        libraries = [corpus.library_id, fill(database, filler, arguments.chunks - corpus.chunks)]
        asking = open_asking(dataclasses.replace(own, chat=QUOTE))
        asking._models._chat = chat  # so that one model is in memory, and its prompts are known
        questions = [item.question for item in one.items]
        ask(asking, questions[0], libraries)
        told = [measure(asking, chat, question, libraries) for question in questions]
        asking.close()
    show(told)


def noted_chat(settings: Settings) -> NotedChat:
    model_id = default_ids(settings).chat
    card = find_card(model_id)
    if card is None:
        raise SystemExit(f"no chat model {model_id}")
    return NotedChat(load_chat(require(settings, model_id), card, settings.device))


def ask(asking: Asking, question: str, libraries: Sequence[int]) -> Answer:
    *_, last = asking.ask(question, (), libraries)
    if not isinstance(last, Done):
        raise AssertionError("an answer ends with Done")
    return last.answer


def measure(
    asking: Asking, chat: NotedChat | None, question: str, libraries: Sequence[int]
) -> dict[str, float]:
    """Figures of one question; those of the model only where it was asked."""
    if chat:
        chat.asked, chat.seconds = (), 0.0
    answer = ask(asking, question, libraries)
    timings = answer.timings
    before = {name: 1000 * getattr(timings, name) for name in ("rewrite", "search", "evidence")}
    told = {**before, "before the model": sum(before.values())}
    if chat and chat.asked:
        prompt = sum(chat.count_tokens(message.text) for message in chat.asked)
        hits = asking.search(question, libraries, EVIDENCE_LIMIT).hits
        whole = sum(chat.count_tokens(hit.passage.text) for hit in hits)
        sources = chat.count_tokens(chat.asked[-1].text)
        told |= {"first words": 1000 * chat.seconds, "bare": 1000 * chat.bare(), "prompt": float(prompt)}
        told |= {"of whole passages": float(prompt - sources + whole)}
    return told


def show(told: Sequence[dict[str, float]]) -> None:
    names = dict.fromkeys(name for one in told for name in one)
    for name in names:
        p50, p95 = np.percentile([one[name] for one in told if name in one], [50, 95])
        print(f"{name:18} p50 {p50:8.1f}   p95 {p95:8.1f}   ({sum(name in one for one in told)} questions)")
    asked = [one for one in told if "bare" in one]
    if asked:
        for left, right in (("first words", "bare"), ("prompt", "of whole passages")):
            print(f"{left} / {right}: {np.median([one[left] / one[right] for one in asked]):.2f}")


if __name__ == "__main__":
    main()
