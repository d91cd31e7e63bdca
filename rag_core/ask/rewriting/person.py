"""Whom "he", "she", 他 or 她 means: a person that the conversation named, the last one first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag_core.ask.language.sought import SURNAMES
from rag_core.ask.language.topic import names
from rag_core.ask.language.words import question_words, words
from rag_core.ask.rewriting.past import REACH, WHO, Exchange
from rag_core.text import CJK, is_cjk, normalise

_WHO_IS = re.compile(
    r"(?:[Ww]ho|WHO)\s+(?:is|was)\s+(?P<name>[A-Z][\w'’.-]*+(?:\s[A-Z][\w'’.-]*+)*+)\s?[?!]*$"
)
_CAPITALISED = r"[^\W\d_][^\W\d_A-Z]+(?:['’-][^\W\d_]+)*"
_FULL_NAME = re.compile(rf"{_CAPITALISED}(?:\s(?:[A-Z]\.?|de|von|van|{_CAPITALISED})){{0,3}}\s{_CAPITALISED}")
_ONE_NAME = re.compile(_CAPITALISED)
# What ends the name of something else, or is written with a capital and no name of anybody.
_THINGS = """
    street road avenue lane square place park bridge station airport terminal house hall tower building city county island
    river lake bay museum library university college school institute academy hospital church bank company corporation
    limited ltd inc plc llc gmbh group holdings association society union council committee court ministry department
    office agency trust fund insurance policy agreement contract act law report edition version section article schedule
    clause chapter part table figure project system service services manager director officer tenant tenants landlord
    employee employer buyer seller client customer phone monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december english french german spanish chinese
    the this that a an
"""
_OF_THINGS = frozenset(_THINGS.split())
# What is named behind these is a thing or a place.
_OF_PLACE = re.compile(r"\b(?:the|in|at|near|into|across|through|around)\s+$", re.IGNORECASE)
_TO_PLACE = re.compile(r"\b(?:to|from|via|outside|inside|on)\s+$", re.IGNORECASE)
_OPENING = re.compile(r"(?:^|[.!?:]\s)\s*$")
_HAN_NAME = re.compile(
    rf"(?:^|[\s，。、；：:！!？?（(“《]|知道|认识|认得|喜欢|讨厌|请问|那|和|与|跟|及|由|为|是|叫|给|找|想|爱)(?P<name>[{SURNAMES}][{CJK}]{{1,2}}?)"
    r"(?=$|[\s，。、；：:！!？?）)”》A-Za-z\d]|的|是|在|和|与|跟|有|谁|哪|什么|怎么|为什么|多|几|[吗呢吧啊呀嘛么不没]|可以|能|会|要|应|今|去|上|负责|担任|管|教|做|"
    r"先生|女士|老师|教授|博士|经理|总监|主任|医生|同学)"
)
_WRITTEN_ON = re.compile(f"(?<=[a-z])[{CJK}].*$")
# With one character more these are words: 金额, 周五, 文件.
_IN_WORDS = frozenset("高金石钱錢余毛夏段叶葉常易文方白江万萬马馬黄黃龙龍汤湯康何程许許曾周于乔喬孔史")
# Names of things end in these, given names hardly ever: 许可证, 江苏省; in the others, behind a surname that begins words.
_ENDS_THING = frozenset("证證面夹夾部省市区區县縣表号號盖蓋价價药藥费費机機款期率")
_MAY_END_THING = frozenset("宝寶书書品")
_ASKING_WHO = re.compile(
    "(?:你们?)?(?:知道|认识)?(?P<who>.+?)(?:是|由)?(?:谁|哪一?位|何人)(?:来)?[啊呀吗嘛]?[？?]?$"
)
_TITLES = "教授|先生|女士|博士|同志|院士|老师"
_TOLD = re.compile(
    rf"(?:为|是|叫|名叫|[:：])\s*(?P<name>[{CJK}·]{{2,12}}?)(?:{_TITLES})?(?=[，。、；,;（(\s]|$)"
)
_BARE = re.compile(rf"^(?P<name>[{CJK}·]{{2,6}}?)(?:{_TITLES})?[。，]?$")
_ROLE = re.compile("[长人者员师家手官席理东]$|导演$|主任$|书记$|教授$|冠军$|编剧$|主编$|总统$|校董$")
_CHOICE = re.compile(r"谁|哪|\bwh(?:o|ich)\b", re.IGNORECASE)
_LONGEST_NAME = 4
_TELLING = 0.6


def person(history: Sequence[Exchange]) -> str:
    """Whom "he", "she", 他 or 她 means: who was asked for or named in the latest questions, else named in their
    answers; "" where nobody was."""
    recent = list(history)[-REACH:][::-1]
    found = (_asked_for(past) or _asked_about(past) for past in recent)
    answered = (next(iter([*_people(past.answer, asked=False)][::-1]), "") for past in recent)
    return next(filter(None, found), "") or next(filter(None, answered), "")


def person_named(text: str) -> str:
    """The Chinese name of a person of whom the text begins to ask; "" for none."""
    begun = next(_han_names(text), "")
    return begun if begun and text.startswith(begun) and len(text) > len(begun) + 1 else ""


def _asked_about(past: Exchange) -> str:
    """The person that the question names: of several the one that the answer speaks of, else the last."""
    named = [*_people(past.question, asked=True)]
    told = [name for name in named if name in past.answer]
    if len(told) == 1 or (len(named) > 1 and _CHOICE.search(past.question)):
        return told[0] if len(told) == 1 else ""
    return named[-1] if named else ""


def _people(text: str, asked: bool) -> Iterator[str]:
    if is_cjk(text):
        yield from _han_names(text)
    for found in names(text):
        before = text[: text.find(found)]
        name = _WRITTEN_ON.sub("", found)
        if _OF_PLACE.search(before) or _OF_THINGS & set(name.lower().split()):
            continue
        single = asked and _ONE_NAME.fullmatch(name) and not _TO_PLACE.search(before)
        if _FULL_NAME.fullmatch(name) or (single and (is_cjk(text) or not _OPENING.search(before))):
            yield name


def _han_names(text: str) -> Iterator[str]:
    for match in _HAN_NAME.finditer(text.strip()):
        name = match["name"]
        in_words = name[0] in _IN_WORDS and (len(name) == 2 or name[-1] in _MAY_END_THING)
        if not in_words and name[-1] not in _ENDS_THING:
            yield name


def _asked_for(past: Exchange) -> str:
    """Who answered who; where no name did, the part they play (国学院的院长)."""
    if not WHO.search(past.question):
        return ""
    return _asked_for_zh(past) if is_cjk(past.question) else _asked_for_en(past)


def _asked_for_en(past: Exchange) -> str:
    if known := _WHO_IS.match(past.question.strip()):
        return known["name"]
    asked = normalise(past.question)
    told = [one for one in _people(past.answer, asked=False) if normalise(one) not in asked]
    return _nearest(told, past)


def _asked_for_zh(past: Exchange) -> str:
    found = _ASKING_WHO.match(past.question.strip())
    asked = found["who"] if found else ""
    if 1 < len(asked) <= _LONGEST_NAME and not _ROLE.search(asked):
        return asked
    bare = _BARE.match(past.answer.strip())
    told = [bare["name"]] if bare else [match["name"] for match in _TOLD.finditer(past.answer)]
    known = [name for name in told if "·" in name or len(name) <= _LONGEST_NAME]
    known = known or [name for name in _han_names(past.answer) if name not in past.question]
    return _nearest(known, past) if known else asked if _ROLE.search(asked) else ""


def _nearest(told: Sequence[str], past: Exchange) -> str:
    """Of those whom the answer names, the one nearest to the question's words in it: of chair and treasurer the one asked
    for; "" for nobody."""
    answer = past.answer.casefold()
    asked = {word.key for word in question_words(past.question) if word.weight >= _TELLING}
    at = [one.start for one in words(past.answer) if one.key in asked]

    def away(name: str) -> int:
        start = answer.find(name.casefold())
        return min((max(place - start - len(name), start - place) for place in at), default=0)

    return min(told, key=away, default="")
