"""What a conversation is about: its latest subject, the person it named, the thing of a kind."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.ask.topic import names, segments, topic
from rag_core.ask.words import keys, words
from rag_core.text import CJK, is_cjk, normalise
from rag_core.types import Turn

# The last exchanges that a follow-up may lean on.
REACH = 4
_KIND_ZH = re.compile(
    "大学|学院|学校|中学|小学|公司|集团|银行|医院|法院|研究所|委员会|中心|专业|课程|项目|计划|条例|办法|规定|合同|协议|系统|平台|"
    "基金|大厦|图书馆|博物馆|(?<=..)[院校系局厅署县市省镇村区国河江山湖岛桥厂馆所法]"
)
_POINTING_ZH = re.compile("^(?:这|那|该|此|本|贵|我|各|哪|某|几|其|每|多少|全|有|到|在|对|从|和|与)+")
_PARTICLE_ZH = re.compile("[啊嘛吧呀呢哦啦哈都]+$")
_TALK_ZH = re.compile(
    "^(?:我们|我|你|您|想|要|再|先|来|喜欢|说说|聊聊|谈谈|讲讲|看看|介绍|了解|认识|关于|对于)+"
)
_SHORTEST_ZH = 2
_PERSON_ZH = re.compile(rf"^[{CJK}·]{{2,12}}(?=[。，,（(]|$)")
_WHO = re.compile(r"谁|哪位|何人|\bwhom?\b", re.IGNORECASE)
# Words that ask, do and point, but name nothing; most of them verbs.
_PLAIN = """
    get gets got getting come comes came coming go goes going went gone make makes made making take takes took taking give
    given gives use used uses using work works working find found know known see seen say said says mean means meant want
    wants need needs needed like liked look looks try tried help helps happen happens happened become became begin began
    start starts started end ended ends keep keeps kept let put set show shows shown call called calls ask asked think
    believe talk talks talking speak speaking tell told explain describe summarize list name learn hear heard understand
    interested interesting curious first last next new old many much more most less least other others another different
    same several various certain possible available able good bad better best big large small long short high low main
    major important popular common general typical usually often always never still yet already ever even only just really
    very quite too besides instead except between after before during while since until within without through across
    against about above below under over into onto out off up down again once here there now then today currently example
    examples kind kinds type types sort sorts way ways thing things part parts lot number amount bit one ones something
    anything everything someone anyone people person information details detail question questions reason reasons purpose
    difference differences advantage advantages disadvantages benefit benefits procedure procedures step steps time times
    year years day days month months week weeks i'm i'd i'll i've don't doesn't didn't isn't can't won't let's sorry thank
    thanks please hello help yes no ok okay sure wow great fine nice sound sounds appear seem seems not never although though however whenever
    together back also wonder wondering mention mentioned mean view choose chosen hire idea ideas else well
"""
_NAMING_NOTHING = frozenset(_PLAIN.split())
_WORD_EN = re.compile(r"[\w'’.+#-]*\w")
# The word that begins a sentence is capitalised whether it is a name or not.
_OPENING_EN = re.compile(r"(?:^|[.!?]\s)\s*([A-Z][\w-]*)")
_DESCRIBING = re.compile(r"(?:[ei]an|can|ish|ese|nch|ic)$")
_LONGEST_RUN = 4
_CONTENT = 0.6


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question, made whole, and what was answered."""

    question: str
    answer: str


def exchanges(turns: Sequence[Turn]) -> tuple[Exchange, ...]:
    """What the conversation held, the oldest first; a refusal answers nothing."""
    return tuple(
        Exchange(turn.answer.searched or turn.question, "" if turn.answer.refused else turn.answer.text)
        for turn in turns
    )


def subject(history: Sequence[Exchange], chinese: bool) -> str:
    """What the conversation is about now, "" where nothing is seen: of the latest exchanges, the first one
    to name something."""
    recent = list(history)[-REACH:]
    find = _subject_zh if chinese else _subject_en
    return next((found for at in range(len(recent), 0, -1) if (found := find(recent[:at]))), "")


def person(history: Sequence[Exchange], chinese: bool) -> str:
    """Whom "he" or "she" means: the answer to a question that asked who, else the subject."""
    for past in reversed(list(history)[-2:]):
        if _WHO.search(past.question) and past.answer:
            short = _PERSON_ZH.match(past.answer.strip())
            if short and chinese:
                return short.group()
            if named := names(past.answer):
                return named[0]
    return subject(history, chinese)


def entity(text: str) -> str:
    """What a Chinese question names by its kind (国学院, 海鸿公司) or in quotation marks; "" for none."""
    titles = [name for name in names(text) if name[0] in "《“「"]
    if titles:
        return titles[0]
    for segment in segments(text):
        ends = [match.end() for match in _KIND_ZH.finditer(segment)]
        named = segment[: ends[-1]].strip() if ends else ""
        bare = _POINTING_ZH.sub("", named)
        if bare == named and bare and not _KIND_ZH.fullmatch(bare) and len(bare) > 2:
            return bare
    return ""


def of_kind(noun: str, history: Sequence[Exchange]) -> str:
    """The latest thing named whose name ends in the noun: 学院 finds 国学院. "" for none."""
    ends = re.compile(rf"[{CJK}A-Za-z0-9·]{{1,18}}{re.escape(noun)}")
    for past in reversed(list(history)[-REACH:]):
        for said in (past.question, past.answer[:400]):
            for segment in segments(said):
                match = ends.match(_POINTING_ZH.sub("", segment.strip()))
                if match and len(match.group()) > len(noun):
                    return match.group()
    return ""


def _subject_zh(history: Sequence[Exchange]) -> str:
    question = history[-1].question
    if not is_cjk(question):
        return _subject_en(history)
    found = entity(question) or topic(question)
    bare = _TALK_ZH.sub("", _PARTICLE_ZH.sub("", found))
    return "" if len(bare) < _SHORTEST_ZH or _POINTING_ZH.match(bare) else bare


def _subject_en(history: Sequence[Exchange]) -> str:
    past = history[-1]
    if is_cjk(past.question):
        return _subject_zh(history)
    openings = frozenset(_OPENING_EN.findall(past.question))
    named = [_described(name, past.question) for name in names(past.question) if name not in openings]
    said = keys(past.answer)
    before = frozenset[str]().union(*(keys(f"{one.question} {one.answer}") for one in history[:-1]))
    best, most = "", 0.0
    for phrase in (*named, *_runs(past.question)):
        parts = keys(phrase)
        if not parts:
            continue
        weight = (
            (1.0 if phrase in named else 0.0)
            + len(parts & said) / len(parts)
            + len(parts & before) / len(parts)
            + 0.25 * min(len(parts), 3)
        )
        if weight > most:
            best, most = phrase, weight
    return best


def _described(name: str, question: str) -> str:
    """English cuisine, where English alone describes."""
    noun = re.search(rf"\b{re.escape(name)}\s+([a-z][\w-]+)", question)
    if noun and _DESCRIBING.search(name) and noun[1] in naming(noun[1]):
        return f"{name} {noun[1]}"
    return name


def naming(text: str) -> list[str]:
    """The words of an English text that name something."""
    telling = {word.start for word in words(text) if word.weight >= _CONTENT}
    return [
        match.group()
        for match in _WORD_EN.finditer(text)
        if match.start() in telling and _names_something(match.group())
    ]


def content_keys(text: str) -> frozenset[str]:
    """The words of a text that say something by themselves."""
    return frozenset(word.key for word in words(text) if word.weight >= _CONTENT) - _nothing()


def named_like(noun: str, history: Sequence[Exchange]) -> str:
    """The latest name that ends in the noun: museum finds Maritime Museum. "" for none."""
    key = keys(noun)
    for past in reversed(list(history)[-REACH:]):
        for said in (past.question, past.answer):
            for name in names(said):
                last = name.rsplit(" ", 1)
                if len(last) == 2 and keys(last[1]) == key:
                    return name
    return ""


@functools.cache
def _nothing() -> frozenset[str]:
    return keys(_PLAIN)


def _names_something(word: str) -> bool:
    return normalise(word).replace("’", "'") not in _NAMING_NOTHING


def _runs(question: str) -> list[str]:
    """The runs of words that name something."""
    telling = {word.start for word in words(question) if word.weight >= _CONTENT}
    runs: list[list[tuple[int, int]]] = [[]]
    for match in _WORD_EN.finditer(question):
        if match.start() in telling and _names_something(match.group()):
            gap = question[runs[-1][-1][1] : match.start()] if runs[-1] else ""
            if gap.strip():
                runs.append([])
            runs[-1].append(match.span())
        elif runs[-1]:
            runs.append([])
    return [question[run[0][0] : run[-1][1]] for run in (one[-_LONGEST_RUN:] for one in runs) if run]
