"""The composition root of asking: the only place that names the concrete adapters of answering."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from rag_core.ask.answer import HITS, QUOTE_MODEL, answer
from rag_core.ask.asked import Asked, Means, Searched
from rag_core.ask.checking.doubt import Doubts, doubts_of
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.similar import Similarity
from rag_core.ask.prompt import language_of, messages
from rag_core.ask.refusal.calibration import answer_from
from rag_core.ask.retrieval.retrieve import Retrieval, Retriever
from rag_core.ask.retrieval.scale import USUAL_SCALES, Scales, measure_scales
from rag_core.errors import InputError, ModelUnavailable, NotFound
from rag_core.index.lexical import write_rows
from rag_core.models.catalogue import find_card
from rag_core.models.defaults import Defaults, default_ids
from rag_core.models.folders import require
from rag_core.protocols import ChatModel, Embedder, FloatArray, Message, Reranker
from rag_core.settings import Settings
from rag_core.store.census import nothing_to_search, searchable_files
from rag_core.store.chunks import document_passages, neighbours
from rag_core.store.correcting import correct_line
from rag_core.store.corrections import Correction
from rag_core.store.db import Database, open_database
from rag_core.store.libraries import find_library, get_library
from rag_core.store.pages import locate
from rag_core.store.prompts import prompt_in_use
from rag_core.types import Event, Passage, Region, Turn


@dataclass(frozen=True, slots=True)
class Status:
    """The models that answering uses ("" for no reranker, "quote" for no chat model) and which are loaded."""

    embedder: str
    reranker: str
    chat: str
    loaded: tuple[str, ...]


class Asking:
    """Answers questions over the libraries of one database. Safe for concurrent use. Models load on first use."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        models = self._models = _Models(settings)
        reranker = _LateReranker(models) if models.ids.reranker else None
        self.retriever = Retriever(database, settings.indexes, models.embedder, reranker, models.scales)

    def ask(
        self,
        question: str,
        turns: Sequence[Turn],
        library_ids: Sequence[int],
        document_ids: Sequence[int] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        insist: bool = False,
    ) -> Iterator[Event]:
        """The answer as a stream of events, see ask.answer; with `insist` it comes, marked, where it would be
        refused. Raises InputError for a question that can't be
        asked (also those of census.nothing_to_search), NotFound for a library that is gone; during the stream ModelUnavailable."""
        asked = Asked(question, turns, library_ids, document_ids, insist)
        return answer(asked, self.means(library_ids), cancelled)

    def means(self, library_ids: Sequence[int]) -> Means:
        """What answering one question over these libraries works with."""
        chat = self._models.chat()
        return Means(
            search=self._search,
            neighbours=self._neighbours,
            # Several look through the same documents for one question.
            whole=lru_cache(16)(partial(document_passages, self._database)),
            locate=self._locate,
            chat=chat,
            similarity=self._similarity(library_ids),
            rewriter=chat if chat is not None and self._models.fast_chat else None,
            scales=lambda: self._models.scales(get_library(self._database, library_ids[0]).embedder_id),
            answer_from=lambda: self._answer_from(library_ids),
            question_characters=self._settings.question_characters,
            files=lambda asked: searchable_files(self._database, asked.library_ids, asked.document_ids),
            prompt=partial(self._messages, library_ids),
            strict=self._settings.strict_answers,
            doubts=self._models.doubts(),
        )

    def _messages(self, library_ids: Sequence[int], gathered: Gathered) -> tuple[Message, ...]:
        """The prompt that the first of the libraries has for the question's language."""
        own = prompt_in_use(self._database, library_ids[0], language_of(gathered.question))
        return messages(gathered, own.template if own else None)

    def search(self, question: str, library_ids: Sequence[int], limit: int) -> Retrieval:
        """What a search finds, stage by stage, without answering."""
        return self.retriever.search(question, library_ids, limit)

    def correct(self, correction: Correction) -> None:
        """Makes a recognised line say what it should; the next search sees it. Errors as
        store.correcting.correct_line."""
        correct_line(self._database, correction, self._embed, write_rows, time.time())

    def pace(self, embedder_id: str, texts: Sequence[str]) -> float:
        """How many such passages the embedder does in a second here, tried on them. Raises ModelUnavailable."""
        embedder = self._models.embedder(embedder_id)
        embedder.embed_passages(texts[:1])
        started = time.perf_counter()
        embedder.embed_passages(texts)
        return len(texts) / max(time.perf_counter() - started, 1e-9)

    def embedder_id(self, library_id: int) -> str:
        """The library's embedder. Raises NotFound."""
        return get_library(self._database, library_id).embedder_id

    def library_ids(self, names: Sequence[str]) -> tuple[int, ...]:
        """The ids of the libraries of these names. Raises NotFound for one that does not exist."""
        ids: list[int] = []
        for name in names:
            library = find_library(self._database, name)
            if library is None:
                raise NotFound("library_missing", name)
            ids.append(library.id)
        return tuple(ids)

    def status(self) -> Status:
        """Which models answering uses, and which are loaded."""
        ids = self._models.ids
        return Status(ids.embedder, ids.reranker, ids.chat or QUOTE_MODEL, self._models.loaded())

    def warm(self) -> threading.Thread:
        """Load the embedder in the background, so that the first question need not wait for it. A model that
        is missing is left to the first question to report."""
        thread = threading.Thread(target=self._models.warm, name="warm", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Let the models and the database go."""
        self._models.close()
        self._database.dispose()

    def _embed(self, embedder_id: str, texts: Sequence[str]) -> FloatArray | None:
        try:
            return self._models.embedder(embedder_id).embed_passages(texts)
        except ModelUnavailable:
            return None

    def _search(self, question: str, asked: Asked) -> Searched:
        found = self.retriever.search(question, asked.library_ids, HITS, asked.document_ids)
        problem = None if found.hits else nothing_to_search(self._database, asked.library_ids)
        if problem is not None:
            raise InputError(problem.code, problem.detail)
        return Searched(found.hits, found.generations)

    def _neighbours(self, passage: Passage, before: int, after: int) -> tuple[Passage, ...]:
        return neighbours(self._database, passage, before, after)

    def _locate(self, document_id: int, start: int, end: int) -> tuple[Region, ...]:
        return locate(self._database, document_id, start, end)

    def _answer_from(self, library_ids: Sequence[int]) -> float:
        """The chance from which on questions to these libraries are answered."""
        return answer_from(self._settings.indexes, library_ids, self._settings.strictness)

    def _similarity(self, library_ids: Sequence[int]) -> Similarity | None:
        if not library_ids:
            return None
        embedder_id = get_library(self._database, library_ids[0]).embedder_id

        def similarity(question: str, texts: Sequence[str]) -> FloatArray:
            try:
                embedder = self._models.embedder(embedder_id)
            except ModelUnavailable:
                return _no_similarity(len(texts))
            vector = embedder.embed_questions([question])[0]
            cosines: FloatArray = embedder.embed_passages(list(texts)) @ vector
            return cosines

        return similarity


def open_asking(settings: Settings) -> Asking:
    """Open the database and get ready to answer. Cheap: no model is loaded. Raises UserError as open_database."""
    return Asking(settings, open_database(settings.database))


def _no_similarity(count: int) -> FloatArray:
    return np.zeros(count, np.float32)


class _Models:
    """The models of answering, each loaded once, on first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.ids: Defaults = default_ids(settings)
        self._lock = threading.Lock()
        self._embedders: dict[str, Embedder] = {}
        self._scales: dict[str, Scales] = {}
        self._reranker: Reranker | None = None
        self._chat: ChatModel | None = None

    def embedder(self, model_id: str) -> Embedder:
        """The embedder of that id. Raises ModelUnavailable."""
        with self._lock:
            if model_id not in self._embedders:
                from rag_core.models.embed import load_embedder  # noqa: PLC0415 (loads torch)

                card = find_card(model_id)
                if card is None:
                    raise ModelUnavailable("model_unknown", model_id)
                path = require(self._settings, model_id)
                self._embedders[model_id] = load_embedder(path, card, self._settings.device)
            return self._embedders[model_id]

    def scales(self, model_id: str) -> Scales:
        """What that embedder's cosines mean, measured once; the usual scale where it can't be loaded."""
        if model_id not in self._scales:
            try:
                self._scales[model_id] = measure_scales(self.embedder(model_id))
            except ModelUnavailable:
                return USUAL_SCALES
        return self._scales[model_id]

    def reranker(self) -> Reranker:
        """The reranker. Raises ModelUnavailable."""
        with self._lock:
            if self._reranker is None:
                from rag_core.models.rerank import load_reranker  # noqa: PLC0415 (loads torch)

                card = find_card(self.ids.reranker)
                if card is None:
                    raise ModelUnavailable("model_unknown", self.ids.reranker)
                path = require(self._settings, self.ids.reranker)
                self._reranker = load_reranker(path, card, self._settings.device)
            return self._reranker

    def chat(self) -> ChatModel | None:
        """The chat model, loaded when its first word is asked for; None in quote mode."""
        with self._lock:
            if self._chat is None and self.ids.chat:
                self._chat = self._make_chat()
            return self._chat

    def _make_chat(self) -> ChatModel:
        settings = self._settings
        if settings.chat_url:
            from rag_core.models.chat_api import ServerChat  # noqa: PLC0415 (loads openai)

            return ServerChat(settings.chat_url, settings.chat_key, self.ids.chat)
        from rag_core.models.resident import ResidentChat  # noqa: PLC0415 (not needed for a server)

        return ResidentChat(settings, self.ids.chat)

    def doubts(self) -> Doubts | None:
        """Who doubts what the chat model wrote: itself where it runs here and is fit to, else the reranker."""
        from rag_core.models.resident import ResidentChat  # noqa: PLC0415 (not needed for a server)

        chat = self.chat()
        local = chat if isinstance(chat, ResidentChat) else None
        return doubts_of(local, _LateReranker(self) if self.ids.reranker else None) if chat else None

    @property
    def fast_chat(self) -> bool:
        """Whether the chat model is quick enough to rewrite a question before the search: one on a server."""
        return bool(self._settings.chat_url)

    def loaded(self) -> tuple[str, ...]:
        """The ids of the models in memory."""
        models = [*self._embedders.values(), self._reranker, self._chat]
        return tuple(model.id for model in models if model is not None)

    def warm(self) -> None:
        """Load the embedder and measure its scale; a missing one is reported by the first question."""
        self.scales(self.ids.embedder)

    def close(self) -> None:
        """Forget every model."""
        with self._lock:
            self._embedders.clear()
            self._reranker = None
            self._chat = None


class _LateReranker:
    """The reranker of the settings, loaded when it is first needed."""

    def __init__(self, models: _Models) -> None:
        self._models = models
        self.id = models.ids.reranker

    def score(self, question: str, passages: Sequence[str]) -> FloatArray:
        return self._models.reranker().score(question, passages)
