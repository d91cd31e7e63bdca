"""What an embedder's cosines mean: how near it puts questions to texts that answer them, and to others.

Embedders differ: one puts everything above 0.7, another unrelated texts near 0.2. A few pairs of our own tell.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag_core.protocols import Embedder, FloatArray
from rag_core.text import is_cjk

_PAIRS = (
    ("How long is the harbour wall?", "The harbour wall is 420 metres long and was built of granite."),
    (
        "Who founded the pottery school?",
        "The pottery school was founded by Anna Reil, a teacher from the north.",
    ),
    ("When does the museum close on Sundays?", "On Sundays the museum closes at five in the afternoon."),
    ("What causes rust on iron?", "Iron rusts when water and oxygen reach its surface."),
    ("水库的蓄水量是多少？", "该水库的总蓄水量为三千二百万立方米，主要用于灌溉。"),
    ("谁可以申请住房补贴？", "在本市连续工作满两年的职工可以申请住房补贴。"),
    ("展览什么时候结束？", "本次展览于十月二十日结束，周一闭馆。"),
    ("茶叶应该怎样保存？", "茶叶应密封后放在阴凉干燥处，避免阳光直射。"),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """The mean cosine of questions with unrelated texts, and with texts that answer them."""

    unrelated: float
    answering: float

    def place(self, cosine: float) -> float:
        """Where the cosine lies: 0 as with unrelated texts, 1 as with answering ones; it may pass both ends."""
        return (cosine - self.unrelated) / max(self.answering - self.unrelated, 1e-6)


@dataclass(frozen=True, slots=True)
class Scales:
    """An embedder's scale for each language of the questions: one embedder differs between them, too."""

    english: Scale
    chinese: Scale

    def of(self, question: str) -> Scale:
        return self.chinese if is_cjk(question) else self.english


# multilingual-e5-small's.
USUAL_SCALES = Scales(Scale(0.731, 0.888), Scale(0.811, 0.929))


def measure_scales(embedder: Embedder) -> Scales:
    """The embedder's scales, from pairs of question and text."""
    questions = embedder.embed_questions([question for question, _ in _PAIRS])
    texts = embedder.embed_passages([text for _, text in _PAIRS])
    cosines = questions @ texts.T
    half = len(_PAIRS) // 2
    return Scales(_scale(cosines[:half, :half]), _scale(cosines[half:, half:]))


def _scale(cosines: FloatArray) -> Scale:
    answering = float(cosines.diagonal().mean())
    unrelated = (float(cosines.sum()) - float(cosines.trace())) / (cosines.size - len(cosines))
    return Scale(unrelated, answering)
