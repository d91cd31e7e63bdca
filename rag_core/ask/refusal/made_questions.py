"""Questions made by rule from a library's own sentences: ones it answers, and near misses that it does not.

A figure, a place or a name is taken out of a sentence and asked for. In Chinese the asking word stands where the
answer stood; in English it does as well, as in "The wall was built in which year?".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag_core.ask.evidence.gather import context_of
from rag_core.ask.language.topic import names
from rag_core.ask.language.words import coverage, keys, question_words, rarity
from rag_core.text import CJK, flow, is_cjk, is_row, sentence_spans
from rag_core.types import Passage

Origin = Literal["made", "held out", "swapped"]

SHORTEST, LONGEST = 10, 90
SHORTEST_EN, LONGEST_EN = 40, 220
# A Chinese question says about this much; clauses further from what is asked for are left out.
QUESTION_CHARACTERS = 34
QUESTION_WORDS = 18
# A text that holds such a share of a question's words may answer it.
MAY_ANSWER_FROM = 0.9
_YEAR = re.compile(
    r"(?<![\d.-])(?:1[0-9]|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?|\b(?:in|since|until|by) (?P<en>(?:1[0-9]|20)\d\d)\b(?![-–/%.]\d)"
)
_COUNT_ZH = re.compile(
    r"(?:约|大约|近|超过)?(?P<value>\d[\d,.]*|[一二三四五六七八九十百千]{2,})(?P<unit>万|亿)?(?P<measure>个|名|人|米|公里|平方公里|平方米|公斤|吨|元|美元|家|座|次|种|所|层|岁|天|小时|分钟|篇|部|场|条|项|户|册|张|台|辆|公顷|亩|度|毫米|厘米)(?![一-龥]?日)"
)
_COUNT_EN = re.compile(
    r"\b(?P<value>\d[\d,.]*\d|\d)(?: (?:million|billion|thousand))? (?P<measure>[a-z]{3,}s)\b"
)
_PLACE_ZH = re.compile(rf"(?P<verb>位于|坐落于|坐落在|地处)(?P<place>[{CJK}]{{2,14}})")
_LEANS = re.compile(
    r"^(?:此|该|这|那|其|他|她|它|并|而|但|也|同时|此外|后|因此|不过)|^(?:He|She|It|They|This|These|Those|His|Her|Its|Their|Such|However|But|And)\b"
)
_CLAUSE_ZH = re.compile(r"[，；：,;（(]")
_CLAUSE_EN = re.compile(r"[,;:]\s")
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question and what answers it (`answer`, in the passage `chunk_id` of `document_id`). `origin` "held out":
    the same, to be asked without its document; "swapped": it names something else, so nothing answers it."""

    question: str
    answer: str
    chunk_id: int
    document_id: int
    origin: Origin

    @property
    def answerable(self) -> bool:
        return self.origin == "made"


def make_questions(passages: Iterable[Passage]) -> tuple[MadeQuestion, ...]:
    """At most one question for each passage; none for a passage whose sentences allow none."""
    found = (_first(passage) for passage in passages)
    return tuple(one for one in found if one is not None)


def hold_out(made: Sequence[MadeQuestion]) -> tuple[MadeQuestion, ...]:
    """The same questions, to be asked without the documents they are from."""
    return tuple(replace(one, origin="held out") for one in made)


def swap(made: Sequence[MadeQuestion], texts: Sequence[str]) -> tuple[MadeQuestion, ...]:
    """The questions with a name or figure of another of them in place of their own. `texts` are the library's:
    where one holds most of the new question's words, it may be answered, and is left out."""
    held = [keys(text) for text in texts]
    rare = rarity(texts)
    swapped: list[MadeQuestion] = []
    for at, one in enumerate(made):
        others = [made[(at + step) % len(made)] for step in range(1, min(len(made), 9))]
        new = next((said for other in others if (said := _with_other(one.question, other.question))), "")
        asked = question_words(new)
        if new and max((coverage(asked, text, rare) for text in held), default=0.0) < MAY_ANSWER_FROM:
            swapped.append(replace(one, question=new, answer="", origin="swapped"))
    return tuple(swapped)


def _first(passage: Passage) -> MadeQuestion | None:
    if is_row(passage.text):
        return None
    for start, end in sentence_spans(passage.text):
        sentence = flow(passage.text[start:end])
        low, high = (SHORTEST, LONGEST) if is_cjk(sentence) else (SHORTEST_EN, LONGEST_EN)
        asked = _ask(sentence) if low <= len(sentence) <= high else None
        if asked is not None:
            question, answer = asked
            if _LEANS.search(sentence):
                subject = _subject(passage)
                question = f"{subject}{'' if is_cjk(question) else ': '}{question}" if subject else ""
            if question:
                return MadeQuestion(question, answer, passage.id, passage.document_id, "made")
    return None


def _subject(passage: Passage) -> str:
    title = context_of(passage.filename, "").strip()
    return re.sub(r"\s*[(（].*?[)）]", "", title) if len(title) <= 30 else ""


def _ask(sentence: str) -> tuple[str, str] | None:
    """(question, answer) from the sentence."""
    return _ask_zh(sentence) if is_cjk(sentence) else _ask_en(sentence)


def _ask_zh(sentence: str) -> tuple[str, str] | None:
    if match := _PLACE_ZH.search(sentence):
        return _in_place_zh(sentence, match.span("place"), "哪里")
    if match := _YEAR.search(sentence):
        return _in_place_zh(sentence, match.span(), "哪一年")
    if match := _COUNT_ZH.search(sentence):
        return _in_place_zh(sentence, match.span(), f"多少{match['measure']}")
    return None


def _in_place_zh(sentence: str, span: tuple[int, int], asking: str) -> tuple[str, str] | None:
    before, after = sentence[: span[0]], sentence[span[1] :]
    after = _CLAUSE_ZH.split(after, maxsplit=1)[0].rstrip("。！？；")
    clauses = [one for one in re.split(r"(?<=[，；：,;])", before) if one]
    kept = ""
    while clauses and len(kept) + len(clauses[-1]) + len(after) <= QUESTION_CHARACTERS:
        kept = clauses.pop() + kept
    kept = kept or (clauses[-1] if clauses else "")
    question = f"{kept}{asking}{after}？"
    said = len(re.findall(f"[{CJK}]", question)) - len(asking)
    return (
        (question, sentence[slice(*span)]) if said >= 6 and len(question) <= 2 * QUESTION_CHARACTERS else None
    )


def _ask_en(sentence: str) -> tuple[str, str] | None:
    if match := _YEAR.search(sentence):
        span = match.span("en")
        return _in_place_en(sentence, span, "which year") if span[0] >= 0 else None
    if match := _COUNT_EN.search(sentence):
        return _in_place_en(sentence, match.span(), f"how many {match['measure']}")
    return None


def _in_place_en(sentence: str, span: tuple[int, int], asking: str) -> tuple[str, str] | None:
    before = _CLAUSE_EN.split(sentence[: span[0]])
    after = _CLAUSE_EN.split(sentence[span[1] :])[0].rstrip(".!?")
    kept = before[-1] if len(before[-1].split()) >= 4 else sentence[: span[0]]
    question = f"{kept.strip()} {asking}{after}?"
    count = len(question.split())
    return (question, sentence[slice(*span)]) if 6 <= count <= QUESTION_WORDS + 6 else None


def _with_other(question: str, other: str) -> str:
    """The question with a name or figure of the other one's; "" where they do not fit each other."""
    for own, new in (
        (_swappable(question), _swappable(other)),
        (_FIGURE.findall(question), _FIGURE.findall(other)),
    ):
        fresh = [mark for mark in new if mark not in question]
        if own and fresh:
            return question.replace(own[0], fresh[0])
    return ""


def _swappable(question: str) -> list[str]:
    """Its names; a single word that begins an English sentence need not be one."""
    return [name for name in names(question) if " " in name or is_cjk(name) or not question.startswith(name)]
