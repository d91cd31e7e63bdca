"""Reranking through FlagEmbedding's cross-encoders."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag_core.errors import ModelUnavailable
from rag_core.models.cards import ModelCard
from rag_core.models.devices import torch_device
from rag_core.protocols import FloatArray, Reranker

MAX_TOKENS = 512
# Passages in one batch. The batches are made here: FlagReranker's own loop runs its first batch twice.
BATCH = {"cpu": 8, "cuda": 64}


def load_reranker(path: Path, card: ModelCard, device: str) -> Reranker:
    """The reranker in the folder at `path`. `device` is the setting: auto, cpu, cuda or cuda:N. Raises
    ModelUnavailable when the folder holds no such model."""
    return FlagCrossEncoder(path, card.id, torch_device(device))


class FlagCrossEncoder:
    """Scores each passage together with the question."""

    def __init__(self, path: Path, model_id: str, device: str) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        from FlagEmbedding import FlagReranker

        on_gpu = device != "cpu"
        try:
            flag = FlagReranker(str(path), use_fp16=on_gpu, devices=device)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelUnavailable("model_damaged", model_id) from error
        self.id = model_id
        self._device = device
        self._lock = threading.Lock()
        self._tokenizer = flag.tokenizer
        self._model = (flag.model.half() if on_gpu else flag.model.float()).to(device).eval()
        self._batch = BATCH["cuda" if on_gpu else "cpu"]

    def score(self, question: str, passages: Sequence[str]) -> FloatArray:
        """Shape (len(passages),), float32, 0 to 1. Of a pair longer than 512 tokens, the end of the
        longer text is not seen."""
        import torch

        scores = np.zeros(len(passages), np.float32)
        order = sorted(range(len(passages)), key=lambda place: len(passages[place]))
        with torch.inference_mode():
            for start in range(0, len(order), self._batch):
                places = order[start : start + self._batch]
                # The tokenizer holds how to cut and pad as state: one thread at a time.
                with self._lock:
                    inputs = self._tokenizer(
                        [question] * len(places),
                        [passages[place] for place in places],
                        truncation="longest_first",
                        max_length=MAX_TOKENS,
                        padding=True,
                        return_tensors="pt",
                    ).to(self._device)
                logits = self._model(**inputs, return_dict=True).logits.view(-1).float()
                scores[places] = torch.sigmoid(logits).cpu().numpy()
        return scores
