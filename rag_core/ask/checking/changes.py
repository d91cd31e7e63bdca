"""Whether a claim says that something rose by a figure where its source says that it rose to it, or from it."""

from __future__ import annotations

import re
from typing import Literal

from rag_core.ask.checking.limits import amounts

Part = Literal["by", "to", "from", ""]

_ZH = r"(?:增加|增长|上升|提高|上涨|提升|扩大|减少|下降|降低|下跌|下滑|缩小|上调|下调)"
_TO_ZH = re.compile(rf"(?:{_ZH}|[升降增减涨调跌提])(?:到|至|为)[^\d，。；]{{0,3}}$")
_BY_ZH = re.compile(rf"{_ZH}了?[^\d，。；]{{0,2}}$")
_FROM_ZH = re.compile(r"[由从][^\d，。；]{0,3}$")
_ZH_PARTS: tuple[tuple[Part, re.Pattern[str]], ...] = (("to", _TO_ZH), ("by", _BY_ZH), ("from", _FROM_ZH))
_EN_PARTS: dict[str, Part] = {"by": "by", "to": "to", "from": "from"}
_EN_CHANGES = (
    r"\b(?:ris(?:e|es|en|ing)|rose|increas\w*|gr[eo]w\w*|fell|fall\w*|declin\w*|drop\w*|decreas\w*|reduc\w*|rais\w*|climb\w*|slip\w*"
    r"|gain\w*|lengthen\w*|go(?:es)? (?:up|down)|gone (?:up|down)|went (?:up|down)|cut)"
)
_EN = re.compile(rf"{_EN_CHANGES}(?P<rest>(?:[\s,]+[\w.'$£€¥%,]+){{0,9}}?)\s*[$£€¥]?\s*$")
_CHANGES = re.compile(rf"{_ZH}|[升降增减涨跌]|\b(?:by|up|down|more|less|chang\w*|differ\w*)\b|{_EN_CHANGES}")
_LAST = re.compile(
    r"\b(by|to|from)(?:\s(?:about|around|nearly|almost|over|more than|less than|roughly|up to|a record|some))*$"
)
_CLAUSE = re.compile(r"[;；。！？，]|[.,!?]\s")


def misread_change(claim: str, source: str) -> str:
    """A figure of the claim that its source gives for another part of a change: by how much, to what, from what; ""
    for none."""
    there = [(one, _part(one.before)) for one in amounts(source)]
    for own in amounts(claim):
        part, others = _part(own.before), [(one, other) for one, other in there if own.equals(one)]
        if _differ(part, {other for _, other in others}):
            return own.written
        levels = [not other and not _CHANGES.search(_clause_of(one.before)) for one, other in others]
        if part == "by" and levels and all(levels) and any(other == "by" for _, other in there):
            return own.written
    return ""


def _differ(part: Part, others: set[Part]) -> bool:
    if part == "by":
        return "by" not in others and bool(others & {"to", "from"})
    return part == "to" and bool(others) and others <= {"by", "from"}


def _clause_of(before: str) -> str:
    return _CLAUSE.split(before)[-1]


def _part(before: str) -> Part:
    """Of which part of a change a figure tells, by what stands before it."""
    clause = _clause_of(before)
    for part, pattern in _ZH_PARTS:
        if pattern.search(clause):
            return part
    changed = _EN.search(clause)
    if not changed:
        return ""
    rest = changed["rest"].strip(" ,$£€¥")
    last = _LAST.search(rest)
    if last:
        return _EN_PARTS[last[1]]
    return "" if rest else "by"
