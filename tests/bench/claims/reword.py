"""Claims that say the same as their sentence, in slightly other words: what a checker must let through."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.bench.claims.sentences import Place

_PARTICLES_ZH = (
    ("位于", "坐落于"), ("但是", "但"), ("因为", "由于"), ("由于", "因为"), ("目前", "现在"), ("约", "大约"), ("一共", "总共"), ("共有", "一共有"),
    ("以及", "和"), ("与", "和"), ("及", "和"), ("称为", "叫做"), ("被称为", "叫做"), ("其中", "当中"), ("于", "在"), ("是", "为"),
    ("并且", "而且"), ("因此", "所以"), ("例如", "比如"), ("开始", "起"), ("成为", "变成"), ("曾经", "曾"), ("如果", "若"), ("该", "这个"),
    ("之后", "以后"), ("认为", "觉得"), ("获得", "得到"), ("使用", "采用"), ("建立", "创建"), ("主要", "主要是"),
)  # fmt: skip
_PARTICLES_EN = (
    ("because", "since"), ("however", "but"), ("about", "approximately"), ("such as", "like"), ("in order to", "to"), ("also", "too"),
    ("began", "started"), ("large", "big"), ("many", "numerous"), ("although", "though"), ("usually", "generally"), ("while", "whereas"),
    ("located", "situated"), ("including", "among them"), ("therefore", "so"), ("people", "persons"), ("which", "that"), ("upon", "on"),
    ("within", "inside"), ("often", "frequently"), ("called", "named"), ("used", "employed"), ("became", "turned into"), ("main", "chief"),
    ("several", "some"), ("during", "in"), ("nearly", "almost"), ("toward", "towards"), ("begins", "starts"), ("built", "constructed"),
)  # fmt: skip
_BRACKET = re.compile(r"（[^（）]*）|\([^()]*\)")
_PRONOUN_ZH = re.compile(r"^(?:他|她|它|该片|该书|该站|该校|本片|本书|本站)(?!们|的)")
_PRONOUN_EN = re.compile(r"^(?:He|She|It) (?=was|is|has|had|became|wrote|won|played|served|died|moved)")
_TIME_EN = re.compile(r"^((?:In|On|By|During|After|Since) [^,]{3,40}), (.+)\.$")
_QUOTE_WITH_COMMA = re.compile(r"[“「《（(][^”」》）)]*，")
_DIGITS = re.compile(r"\d")


def rewordings(place: Place, chance: random.Random) -> dict[str, str]:
    """Claims by how they were made; those whose way does not fit the sentence are left out."""
    made: dict[str, str] = {}
    for name, way in _WAYS.items():
        claim = way(place, chance)
        if claim and claim != place.sentence:
            made[name] = claim
    return {"as it is": place.sentence, **made}


def _dropped(place: Place, chance: random.Random) -> str:
    bare = _BRACKET.sub("", place.sentence)
    if place.chinese:
        clauses = bare.rstrip("。！").split("，")
        if len(clauses) < 3:
            return bare
        gone = chance.randrange(1, len(clauses))
        return "，".join(clauses[:gone] + clauses[gone + 1 :]) + "。"
    clauses = bare.rstrip(".!").split(", ")
    return f"{', '.join(clauses[:-1])}." if len(clauses) > 1 and len(clauses[0].split()) > 5 else bare


def _reordered(place: Place, chance: random.Random) -> str:
    if not place.chinese:
        match = _TIME_EN.match(place.sentence)
        if match is None:
            return ""
        when, rest = match.groups()
        if re.search(r"\d", when) and re.match(r"\d{4}\b", rest):
            return ""
        lowered = when[0].lower() + when[1:]
        return f"{rest[0].upper()}{rest[1:]} {lowered}."
    clauses = place.sentence.rstrip("。！").split("，")
    if len(clauses) < 3 or _QUOTE_WITH_COMMA.search(place.sentence):
        return ""
    at = chance.randrange(1, len(clauses) - 1)
    clauses[at], clauses[at + 1] = clauses[at + 1], clauses[at]
    return "，".join(clauses) + "。"


def _merged(place: Place, _chance: random.Random) -> str:
    if not place.after:
        return ""
    if place.chinese:
        return place.sentence.rstrip("。！") + "，" + place.after
    return f"{place.sentence.rstrip('.!')}, and {place.after[0].lower() if place.after.split()[0] in _LOW else place.after[0]}{place.after[1:]}"


_LOW_WORDS = """
    The This These It He She They In On A An By At For Its His Her Their Some Many Most
"""
_LOW = frozenset(_LOW_WORDS.split())


def _particles(place: Place, chance: random.Random) -> str:
    claim = place.sentence
    pairs = list(_PARTICLES_ZH if place.chinese else _PARTICLES_EN)
    chance.shuffle(pairs)
    changed = 0
    for one, other in pairs:
        pattern = re.escape(one) if place.chinese else rf"\b{one}\b"
        if place.chinese and len(one) == 1:
            pattern = {"于": r"(?<=[年月日])于|(?<!位)(?<!由)(?<!属)(?<!对)(?<!关)(?<!至)(?<!高)(?<!低)(?<!大)(?<!小)于(?=\d)", "是": r"(?<!不)(?<!还)(?<!就)(?<!但)(?<!只)(?<!也)是(?=[一中美日由在])", "与": r"(?<!参)(?<!给)与", "约": r"(?<!条)(?<!合)(?<!签)(?<!公)约(?=\d)", "该": r"^该(?=[一-龥]{2})", "及": r"(?<!以)(?<!涉)(?<!普)(?<!埃)及(?!时|其|格)"}.get(one, one)  # fmt: skip
        new = re.sub(pattern, other, claim, count=1)
        if new != claim:
            claim, changed = new, changed + 1
        if changed == 2:
            break
    return claim


def _width(place: Place, chance: random.Random) -> str:
    if not _DIGITS.search(place.sentence):
        return ""
    if chance.random() < 0.5 or not re.search(r"\d{4,}|\d,\d{3}", place.sentence):
        return (
            re.sub(r"[0-9A-Za-z%]", lambda m: chr(ord(m.group()) + 0xFEE0), place.sentence)
            if place.chinese
            else ""
        )
    return re.sub(r"(?<=\d),(?=\d{3})", "", place.sentence)


def _resolved(place: Place, _chance: random.Random) -> str:
    title = place.document.title.replace("_", " ")
    if not title or title not in place.source or len(title) > 30:
        return ""
    claim = (
        _PRONOUN_ZH.sub(title, place.sentence)
        if place.chinese
        else _PRONOUN_EN.sub(f"{title} ", place.sentence)
    )
    return claim if claim != place.sentence else ""


_WAYS: dict[str, Callable[[Place, random.Random], str]] = {
    "dropped clause": _dropped,
    "reordered": _reordered,
    "merged": _merged,
    "particles": _particles,
    "width": _width,
    "resolved": _resolved,
}
