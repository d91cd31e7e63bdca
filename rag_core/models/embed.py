"""Embedding through FlagEmbedding's models."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag_core.errors import ModelUnavailable
from rag_core.models.cards import EmbedderFacts, ModelCard
from rag_core.models.devices import cpu_multiplies_bfloat16, torch_device
from rag_core.protocols import Embedder, FloatArray

if TYPE_CHECKING:
    import torch

# Tokens in one batch, padding counted: enough to keep the cores busy, little enough to stay in their caches.
BATCH_TOKENS = {"cpu": 2048, "cuda": 65536}
# A question is embedded for the search and again beside its evidence: the last ones are remembered.
REMEMBERED_QUESTIONS = 64


def load_embedder(path: Path, card: ModelCard, device: str) -> Embedder:
    """The embedder in the folder at `path`. `device` is the setting: auto, cpu, cuda or cuda:N. Raises
    ModelUnavailable when the folder holds no such model."""
    if card.embedder is None:
        raise ModelUnavailable("model_unknown", card.id)
    return FlagEmbedder(path, card.id, card.embedder, torch_device(device))


class FlagEmbedder:
    """Runs a FlagEmbedding model in batches of like length.

    The batches are made here and not by FlagModel.encode, which runs its first batch twice (a single question costs
    double), and truncates through state that threads can't share."""

    def __init__(self, path: Path, model_id: str, facts: EmbedderFacts, device: str) -> None:
        # Set before the tokenizer is first used: its threads and a later fork don't go together.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import transformers

        # The pooler that the loader misses is not used, and its progress bar is noise.
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        from FlagEmbedding import FlagModel

        on_gpu = device != "cpu"
        try:
            flag = FlagModel(str(path), pooling_method=facts.pooling, use_fp16=on_gpu, devices=device)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelUnavailable("model_damaged", model_id) from error
        self.id = model_id
        self.dimension = facts.dimension
        self.max_tokens = facts.max_tokens
        self._facts = facts
        self._device = device
        self._flag = flag
        self._model = flag.model.to(device).eval()
        if not on_gpu and cpu_multiplies_bfloat16():
            # Half the time and half the memory, at a cosine of 0.9999 with float32.
            self._model = self._model.bfloat16()
        self._batch_tokens = BATCH_TOKENS["cuda" if on_gpu else "cpu"]
        self._padding = int(flag.tokenizer.pad_token_id or 0)
        self._tokenizer = flag.tokenizer.backend_tokenizer
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._remembered = functools.lru_cache(REMEMBERED_QUESTIONS)(self._embed_question)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Shape (len(texts), dimension), float32, L2-normalised. Text beyond max_tokens is not seen."""
        return self._embed([self._facts.passage_prefix + text for text in texts])

    def embed_questions(self, texts: Sequence[str]) -> FloatArray:
        """Shape (len(texts), dimension), float32, L2-normalised. Text beyond max_tokens is not seen."""
        if len(texts) == 1:
            return self._remembered(texts[0]).copy()
        return self._embed([self._facts.question_prefix + text for text in texts])

    def count_tokens(self, text: str) -> int:
        """Tokens of the text itself: without prefix, start and end."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _embed_question(self, text: str) -> FloatArray:
        return self._embed([self._facts.question_prefix + text])

    def _embed(self, texts: list[str]) -> FloatArray:
        import torch

        rows = [self._cut(encoding.ids) for encoding in self._tokenizer.encode_batch(texts)]
        vectors = np.zeros((len(rows), self.dimension), np.float32)
        with torch.inference_mode():
            for batch in _batches([len(row) for row in rows], self._batch_tokens):
                vectors[batch] = self._forward([rows[place] for place in batch]).cpu().numpy()
        return vectors

    def _cut(self, ids: list[int]) -> list[int]:
        """At most max_tokens, the end mark kept."""
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]

    def _forward(self, rows: list[list[int]]) -> torch.Tensor:
        import torch

        width = max(len(row) for row in rows)
        ids = torch.tensor([row + [self._padding] * (width - len(row)) for row in rows], device=self._device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=self._device)
        hidden = self._model(input_ids=ids, attention_mask=mask, return_dict=True).last_hidden_state
        pooled = self._flag.pooling(hidden.float(), mask)
        return torch.nn.functional.normalize(pooled, dim=-1)


def _batches(lengths: list[int], batch_tokens: int) -> Iterator[list[int]]:
    """Places of like length together, longest first, at most batch_tokens a batch with its padding."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > batch_tokens:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
