"""What cosines mean is measured within and across languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from rag_core.ask.retrieval.scale import measure_scales
from rag_core.protocols import FloatArray
from rag_core.text import is_cjk


@dataclass(frozen=True)
class Meaning:
    """An embedder whose questions lie at `far` from other texts, nearer by `within` to texts that answer them in their
    own language and by `across` in the other."""

    far: float
    within: float
    across: float
    id: str = "meaning"
    dimension: int = 64
    max_tokens: int = 512

    def count_tokens(self, text: str) -> int:
        return len(text)

    def embed_questions(self, texts: Sequence[str]) -> FloatArray:
        return self._rows(texts, question=True)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        return self._rows(texts, question=False)

    def _rows(self, texts: Sequence[str], question: bool) -> FloatArray:
        """A column all share, one of each matter in each language for the texts, and both of them for a question."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for at, text in enumerate(texts):
            own, other = (20 + at, 40 + at) if is_cjk(text) else (40 + at, 20 + at)
            rows[at, 0] = self.far if question else 1.0
            rows[at, own] = self.within if question else 1.0
            rows[at, other] = self.across if question else 0.0
        return rows


def test_each_pair_of_languages_has_its_own_scale() -> None:
    scales = measure_scales(Meaning(far=0.5, within=0.4, across=0.3))
    for scale, answering in (
        (scales.english, 0.9),
        (scales.chinese, 0.9),
        (scales.english_to_chinese, 0.8),
        (scales.chinese_to_english, 0.8),
    ):
        assert scale.unrelated == pytest.approx(0.5)
        assert scale.answering == pytest.approx(answering)
        assert scale.place(0.5) == pytest.approx(0.0, abs=1e-5)
        assert scale.place(answering) == pytest.approx(1.0)


def test_the_scale_is_chosen_by_question_and_text() -> None:
    scales = measure_scales(Meaning(far=0.5, within=0.4, across=0.3))
    assert scales.of("Who?", "He did.") is scales.english
    assert scales.of("Who?", "是他做的。") is scales.english_to_chinese
    assert scales.of("是谁？", "是他做的。") is scales.chinese
    assert scales.of("是谁？", "He did.") is scales.chinese_to_english
    assert scales.of("是谁？", "5 · × · type12 小概率 type12 type311 x y") is scales.chinese
    assert scales.of("是谁？", "5 · 12") is scales.chinese


def test_an_embedder_of_one_language_does_not_take_the_other_for_an_answer() -> None:
    scales = measure_scales(Meaning(far=0.5, within=0.4, across=0.01))
    assert scales.chinese_to_english.place(0.51) < 0.1


def test_the_lift_is_what_texts_in_the_other_language_lack() -> None:
    scales = measure_scales(Meaning(far=0.5, within=0.4, across=0.3))
    assert scales.lift("是谁？") == pytest.approx(0.75 * 0.1, abs=1e-5)
    assert scales.lift("Who?") == pytest.approx(0.75 * 0.1, abs=1e-5)
