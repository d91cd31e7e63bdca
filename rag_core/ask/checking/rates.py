"""Whether a claim gives per week what its source gives per day."""

from __future__ import annotations

import re

from rag_core.simplified import simplify
from rag_core.text import normalise

_NO_RATE = (
    r"(?<!half )(?<!such )(?<!in )(?<!for )(?<!within )(?<!after )(?<!about )(?<!than )(?<!over )(?<!of )"
)
_LATER = r"(?! (?:later|earlier|after|before|ago|or|off|in advance))"


def _english(noun: str, adverb: str) -> str:
    return rf"\b(?:per|each|every) {noun}\b|{_NO_RATE}\ban? {noun}\b{_LATER}|\b{adverb}\b"


# What each is per, in both languages.
_PER = {
    "minute": re.compile(rf"{_english('minute', 'a minute')}|每分钟"),
    "hour": re.compile(rf"{_english('hour', 'hourly')}|每(?:个)?小时"),
    "day": re.compile(rf"{_english('day', 'daily')}|\bin 24 hours\b|每(?:逾期)?一?[日天]|按[日天]|[日天]均"),
    "week": re.compile(rf"{_english('week', 'weekly')}|每(?:逾期)?一?(?:周|星期|个星期)|周均"),
    "month": re.compile(rf"{_english('month', 'monthly')}|每(?:逾期)?一?个?月|按月|月[租薪均供]|一个月里?"),
    "quarter": re.compile(rf"{_english('quarter', 'quarterly')}|每(?:个)?季|按季"),
    "two years": re.compile(r"\bevery (?:two|2|other|second) years?\b|\bbiennial(?:ly)?\b|每?[两2二]年(?=[评一召举]|$)|每[两2二隔]年"),
    "year": re.compile(
        rf"{_english('(?:calendar |financial )?year', '(?:yearly|annual|annually)')}|每(?:个)?年|按年|[全一]年|年(?=[租薪均费])|年度"
    ),
    "share": re.compile(r"\b(?:per|a|each) share\b|每股"),
    "ten shares": re.compile(r"每(?:10|十)股"),
}  # fmt: skip
# In a claim these do not say that something is per so much.
_NOT_SAID = re.compile(r"[全一]年|年度|(?<!每)(?<!逾期)一个月|\bannual\b")


def other_rate(claim: str, source: str) -> str:
    """What the claim gives something per, where the source gives it per something else only; "" for none."""
    own, held = _rates(_NOT_SAID.sub(" ", _plain(claim))), _rates(_plain(source))
    strange = [written for per, written in own.items() if per not in held]
    return strange[0] if strange and held.keys() - own.keys() else ""


def _rates(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for per, pattern in _PER.items():
        match = pattern.search(text)
        if match:
            found[per] = match.group()
    if "two years" in found:
        found.pop("year", None)
    return found


def _plain(text: str) -> str:
    return simplify(normalise(text))
