"""What an embedder's cosines mean: how near it puts questions to texts that answer them, and to others.

Embedders differ: one puts everything above 0.7, another unrelated texts near 0.2; and a question lies farther from
a text that answers it in another language than from one in its own. A few pairs of our own tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.protocols import Embedder, FloatArray
from rag_core.text import is_cjk, shares_script

# Question and text, in each language the same.
_ENGLISH = (
    ("How long is the harbour wall?", "The harbour wall is 420 metres long and was built of granite."),
    (
        "Who founded the pottery school?",
        "The pottery school was founded by Anna Reil, a teacher from the north.",
    ),
    ("When does the museum close on Sundays?", "On Sundays the museum closes at five in the afternoon."),
    ("What causes rust on iron?", "Iron rusts when water and oxygen reach its surface."),
    (
        "How much water does the reservoir hold?",
        "The reservoir holds 32 million cubic metres in all and serves mainly for irrigation.",
    ),
    (
        "Who can apply for the housing allowance?",
        "Employees who have worked in the city for two years without a break can apply for the housing allowance.",
    ),
    ("When does the exhibition end?", "The exhibition ends on 20 October and is closed on Mondays."),
    ("How should tea be stored?", "Keep tea sealed in a cool and dry place, out of direct sunlight."),
)
_CHINESE = (
    ("港口的防波堤有多长？", "港口的防波堤全长四百二十米，用花岗岩砌成。"),
    ("陶艺学校是谁创办的？", "陶艺学校由来自北方的教师安娜·赖尔创办。"),
    ("博物馆星期天几点关门？", "博物馆星期天下午五点关门。"),
    ("铁为什么会生锈？", "铁的表面接触到水和氧气就会生锈。"),
    ("水库的蓄水量是多少？", "该水库的总蓄水量为三千二百万立方米，主要用于灌溉。"),
    ("谁可以申请住房补贴？", "在本市连续工作满两年的职工可以申请住房补贴。"),
    ("展览什么时候结束？", "本次展览于十月二十日结束，周一闭馆。"),
    ("茶叶应该怎样保存？", "茶叶应密封后放在阴凉干燥处，避免阳光直射。"),
)
# The weights that decide on a refusal were fitted with each language measured on these.
_ENGLISH_ALONE, _CHINESE_ALONE = slice(0, 4), slice(4, 8)
# An embedder that knows but one of the languages hardly tells texts in the other apart: what little it tells is
# not stretched over the whole scale.
_LEAST_ACROSS = 0.4
# Chosen on questions to libraries in both languages: more would put unrelated texts of the other one first.
_ANSWERING_SHARE = 0.75


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
    """An embedder's scale for questions and texts in English, for both in Chinese, for English questions to Chinese
    texts and for Chinese questions to English ones."""

    english: Scale
    chinese: Scale
    english_to_chinese: Scale
    chinese_to_english: Scale

    def of(self, question: str, text: str) -> Scale:
        """The scale of the question's cosine with that text."""
        same = shares_script(question, text)
        if is_cjk(question):
            return self.chinese if same else self.chinese_to_english
        return self.english if same else self.english_to_chinese

    def lift(self, question: str) -> float:
        """How much lower cosines with texts in the other language lie than with texts in the question's. Mostly that
        of answering ones: unrelated ones lie less far apart, and are to stay behind."""
        if is_cjk(question):
            own, other = self.chinese, self.chinese_to_english
        else:
            own, other = self.english, self.english_to_chinese
        return _ANSWERING_SHARE * (own.answering - other.answering) + (1 - _ANSWERING_SHARE) * (
            own.unrelated - other.unrelated
        )


# multilingual-e5-small's.
USUAL_SCALES = Scales(Scale(0.731, 0.889), Scale(0.811, 0.929), Scale(0.717, 0.800), Scale(0.711, 0.800))


def measure_scales(embedder: Embedder) -> Scales:
    """The embedder's scales, from pairs of question and text."""
    english, chinese = (_Embedded(embedder, pairs) for pairs in (_ENGLISH, _CHINESE))
    own = (
        _scale((english.questions @ english.texts.T)[_ENGLISH_ALONE, _ENGLISH_ALONE]),
        _scale((chinese.questions @ chinese.texts.T)[_CHINESE_ALONE, _CHINESE_ALONE]),
    )
    across = (
        _scale(english.questions @ chinese.texts.T),
        _scale(chinese.questions @ english.texts.T),
    )
    return Scales(*own, *(_widened(scale, alone) for scale, alone in zip(across, own, strict=True)))


class _Embedded:
    """The vectors of questions and texts, a row each."""

    def __init__(self, embedder: Embedder, pairs: Sequence[tuple[str, str]]) -> None:
        self.questions = embedder.embed_questions([question for question, _ in pairs])
        self.texts = embedder.embed_passages([text for _, text in pairs])


def _scale(cosines: FloatArray) -> Scale:
    answering = float(cosines.diagonal().mean())
    unrelated = (float(cosines.sum()) - float(cosines.trace())) / (cosines.size - len(cosines))
    return Scale(unrelated, answering)


def _widened(scale: Scale, alone: Scale) -> Scale:
    """The scale, at least `_LEAST_ACROSS` as wide as the one within the question's language."""
    least = scale.unrelated + _LEAST_ACROSS * (alone.answering - alone.unrelated)
    return Scale(scale.unrelated, max(scale.answering, least))
