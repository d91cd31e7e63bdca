"""Whether a question asks for a member of a series (exit code 7, a type B visa, the X30, 4号线) that a document lists without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag_core.ask.language.figures import figures
from rag_core.ask.language.spans import all_cells
from rag_core.outline import split_heading
from rag_core.simplified import simplify
from rag_core.text import CJK, is_row
from rag_core.types import Passage

# So many other members make a series; what has one word of letters before its number (X10, E5) is one by itself.
_SERIES, _CODES = 2, 1
_HAN = "一二三四五六七八九十"
_ID = rf"(?:[A-Z](?![A-Za-z])|\d{{1,3}}(?![\d%]|[.,:：]\d)|[{_HAN}]{{1,2}}(?![{_HAN}]))"
_CODE = re.compile(
    r"(?<![A-Za-z\d.-])(?P<kind>[A-Z]{1,4})[-‐‑–]?(?P<id>\d{1,4})(?![A-Za-z\d]|[-‐‑–.]\d|\s?[年月日:：])"
)
# Periods, currencies and the like: their number makes them no member of a series.
_NO_CODE = frozenset(("FY", "Q", "H", "CO", "PM", "GB", "US", "NO", "ISO", "RMB", "USD", "EUR", "GBP", "CNY"))
# What stands before a number without naming its kind.
_NO_KIND = """
    the and for with from than over under about only least most next last first every each all any are is was were has have had
    does did can may must not but per via who how when what which least after before until since within during between into onto
    takes take took pay paid pays cost costs hold holds lasts last age aged
    january february march april june july august september october november december
"""
_ASKED_EN = re.compile(
    r"\b(?P<kind>[A-Za-z]{3,}) (?:no\.? |number )?(?P<id>[A-Z](?![\w.'’])|\d{1,3}(?![\w.,:%]\d|[\w%]))"
    r"(?=\s*(?:[?.,;]|$)|\s+(?:of|in|for|on|at|to|from|mean|means|stand|stands|say|says|visas?|is|are|was|do|does|did|stop|stops|light|about|cover|covers|apply)\b|\s+[a-z]+\?*$)"
)
# 4号线, 四类城市, 第3期; 早班4, 附件3, 签证B.
_ASKED_ZH = (
    re.compile(
        rf"(?:第|(?<![\d{_HAN}.年月]))(?P<id>{_ID})(?P<kind>号[线楼门机仓]|[类期批轮届档型班栋幢](?!型|间|学|人|次|比|目|在|高))"
    ),
    re.compile(
        rf"(?P<kind>[{CJK}]{{2}}(?<![第每约共于为达到满超个后前内近过有]))(?P<id>[A-Z](?![A-Za-z\d])|\d{{1,2}})(?![\d.,，:：/年月日号天次个人元块%岁周小分秒米公千万克升折楼层])"
    ),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A member as the question names it: as it is written, the patterns of its kind (each with an `id`), its own number or
    letter, the word for its kind that a column may have, and how many others make a series."""

    written: str
    patterns: tuple[re.Pattern[str], ...]
    own: str
    kind: str
    least: int


def missing_member(question: str, home: Sequence[Passage], others: Iterable[Passage] = ()) -> str:
    """The member of a series that the question names, of which the document at `home` (the one that would answer) has
    others, and neither it nor the `others` have this one; "" for none. What a text has only as a range (1–9) is there."""
    for asked in _asked(simplify(question)):
        found = _members(asked, home)
        if asked.own in found or len(found) < asked.least:
            continue
        if not any(asked.own in _members(asked, (one,)) for one in others):
            return asked.written
    return ""


def _asked(question: str) -> Iterator[_Asked]:
    for one in _CODE.finditer(question):
        if one["kind"] not in _NO_CODE:
            # "a 3-year lease" is no A3.
            apart = r"\s?[-‐‑–]?\s?" if len(one["kind"]) > 1 else "[-‐‑–]?"
            same = re.compile(
                rf"(?<![A-Za-z\d]){one['kind']}{apart}(?P<id>\d{{1,4}})(?:(?:\s?[-‐‑–~～至到]| to)\s?(?:{one['kind']})?(?P<to>\d{{1,4}}))?(?!\d)",
                re.IGNORECASE,
            )
            yield _Asked(one.group(), (same,), _plain(one["id"]), "", _CODES)
    for one in _ASKED_EN.finditer(question):
        if one["kind"].lower() not in _NO_KIND.split():
            same = re.compile(
                rf"\b(?i:{re.escape(one['kind'])})s?\s(?:no\.?\s)?(?P<id>[A-Z](?![\w.'’])|\d{{1,3}})(?:\s?(?:[-–~]|to)\s?(?P<to>\d{{1,3}}))?(?!\w)"
            )
            yield _Asked(one.group(), (same,), _plain(one["id"]), one["kind"].lower(), _SERIES)
    for at, pattern in enumerate(_ASKED_ZH):
        for one in pattern.finditer(question):
            kind = re.escape(one["kind"])
            to = rf"(?:\s?[-–~～至到、]\s?(?P<to>{_ID}))?"
            same = re.compile(
                rf"(?<![\d{_HAN}.])(?P<id>{_ID}){to}{kind}" if not at else rf"{kind}(?P<id>{_ID}){to}"
            )
            yield _Asked(one.group(), (same,), _plain(one["id"]), one["kind"] if at else "", _SERIES)


def _members(asked: _Asked, passages: Iterable[Passage]) -> set[str]:
    """The numbers and letters of what the passages have of the kind, each as it is compared."""
    found: set[str] = set()
    for passage in passages:
        text = simplify(f"{passage.filename}\n{passage.heading}\n{passage.text}")
        for one in (one for pattern in asked.patterns for one in pattern.finditer(text)):
            found |= _between(_plain(one["id"]), _plain(one["to"] or one["id"]))
        found |= _in_column(asked.kind, passage) if asked.kind else set()
    return found


def _in_column(kind: str, passage: Passage) -> set[str]:
    """What stands below a column's name that ends on the kind: the codes of a table of exit codes."""
    names = [simplify(name).lower() for name in all_cells(split_heading(passage.heading)[1])]
    at = next((at for at, name in enumerate(names) if name.endswith(kind)), None)
    rows = [all_cells(line) for line in passage.text.split("\n") if is_row(line)] if at is not None else []
    cells = [simplify(row[at]) for row in rows if at is not None and len(row) == len(names)]
    return {_plain(cell) for cell in cells if re.fullmatch(rf"{_ID}|[A-Z]?\d{{1,4}}", cell)}


def _between(first: str, last: str) -> set[str]:
    """Both, and the numbers from the first up to the last."""
    if first.isdecimal() and last.isdecimal() and 0 <= int(last) - int(first) < 1000:
        return {str(number) for number in range(int(first), int(last) + 1)}
    return {first, last}


def _plain(written: str) -> str:
    """The number or letter as it is compared: 07 and 7 are one, and so are 四 and 4."""
    if written.isdecimal():
        return str(int(written))
    if written and all(one in _HAN for one in written):
        return str(int(figures(f"第{written}")[0].value))
    return written.upper()
