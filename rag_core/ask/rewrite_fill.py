"""What a fragment ("and in 2019?", 那第二大股东呢) takes the place of in the question before it."""

from __future__ import annotations

import re

from rag_core.ask.figures import figures
from rag_core.ask.topic import segments, topic
from rag_core.text import is_cjk

_PERIOD = re.compile(
    r"(?<!\d)(?:1\d|20)\d\d(?:年度?)?(?!\d)|第?[一二三四1-4]季度|[一二三四五六七八九十\d]+月份?|[上下]半年|[去今明前]年|\bQ[1-4]\b"
)
_ORDINAL = re.compile(
    r"第[一二三四五六七八九十百\d]+|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|next|"
    r"\d+(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_PLACE_EN = re.compile(r"^(in|for|on|at|of|by|from|to|with|during|after|before|under)\s+(.+)$", re.IGNORECASE)
_DETERMINERS = re.compile(r"^(?:the|a|an|their|its|his|her|this|that)\s+", re.IGNORECASE)
_TOKEN = re.compile(r"[\w'’$%.-]*\w%?")
_LEAST_SHARED = 2


def fill(last: str, fragment: str) -> str:
    """The last question with the fragment in the place of what is like it: a period for a period, a third
    for a second, a thing for what ends in the same noun, else for the subject."""
    fragment = fragment.strip(" ?？,，.。!！")
    kept = _DETERMINERS.sub("", fragment)
    for attempt in (_period, _alike_zh if is_cjk(fragment) else _alike_en, _ordinal, _subject):
        filled = attempt(last, kept)
        if filled and filled != last:
            return filled
    return f"{fragment} {last}" if is_cjk(last) else f"{last.rstrip('?.! ')}, {fragment}?"


def _period(last: str, fragment: str) -> str:
    new, old = _PERIOD.search(fragment), _PERIOD.search(last)
    if new is None:
        return ""
    rest = (fragment[: new.start()] + fragment[new.end() :]).strip(" 的")
    if len(_TOKEN.findall(rest)) > 1 or (is_cjk(rest) and len(rest) > 1):
        return ""
    if old is None:
        return f"{fragment}{last}" if is_cjk(last) else f"{last.rstrip('?.! ')} {_within(fragment)}?"
    written = new.group()
    if old.group().endswith("年") and not written.endswith(("年", "度", "月", "份")):
        written += "年"
    return last[: old.start()] + written + last[old.end() :]


def _within(period: str) -> str:
    return period if _PLACE_EN.match(period) else f"in {period}"


def _alike_zh(last: str, fragment: str) -> str:
    """第二大股东 for 第一大股东: from where both begin alike to where both end alike."""
    best: tuple[int, int, int] | None = None
    for segment in segments(last):
        begin = last.find(segment)
        for start in range(len(segment)):
            for end in range(start + 1, len(segment) + 1):
                shared = _shared(segment[start:end], fragment)
                if shared >= _LEAST_SHARED and (
                    best is None or (shared, start - end) > (best[0], best[1] - best[2])
                ):
                    best = (shared, begin + start, begin + end)
    if best is None:
        return ""
    _, start, end = best
    old = last[start:end]
    if old[0] != fragment[0]:
        # Only the ends are alike: what stands before the shared end names the old thing.
        start = max((last.find(one) for one in segments(last) if old in one), default=start)
    if old[-1] != fragment[-1]:
        end = max((last.find(one) + len(one) for one in segments(last) if old in one), default=end)
    return last[:start] + fragment + last[end:]


def _shared(one: str, other: str) -> int:
    """How many characters both begin and end with, together; 0 where neither ends, or begins, them alike."""
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return head + tail if head + tail < max(len(one), len(other)) else 0


def _alike_en(last: str, fragment: str) -> str:
    """ "the second largest shareholder" for "the largest shareholder", "in Norwick" for "in Freeland"."""
    placed = _PLACE_EN.match(fragment)
    if placed:
        place = rf"\b(?i:{placed[1]})\s+(?:the\s+)?"
        named = list(re.finditer(rf"{place}[A-Z0-9][\w'’-]*(?:[ .][A-Z0-9][\w'’-]*)*\.?(?=[^\w]|$)", last))
        olds = named or list(re.finditer(rf"{place}[\w'’-]+", last))
        if not olds:
            return ""
        end = olds[-1].end() - (
            1 if olds[-1].group().endswith(".") and "." not in olds[-1].group()[:-1] else 0
        )
        return last[: olds[-1].start()] + fragment + last[end:]
    tokens = [match.group().casefold() for match in _TOKEN.finditer(fragment)]
    spans = [match.span() for match in _TOKEN.finditer(last)]
    there = [last[start:end].casefold() for start, end in spans]
    if not tokens or tokens[-1] not in there:
        return ""
    at = len(there) - 1 - there[::-1].index(tokens[-1])
    begin = at
    while begin > 0 and (there[begin - 1] in tokens or _describes(last, spans, begin)):
        begin -= 1
    return last[: spans[begin][0]] + fragment + last[spans[at][1] :]


def _describes(last: str, spans: list[tuple[int, int]], at: int) -> bool:
    """Whether the word before `at` is part of the same name: an ordinal, a superlative, a capitalised word."""
    word = last[slice(*spans[at - 1])]
    return bool(_ORDINAL.fullmatch(word)) or word.endswith("est") or (at > 1 and word[0].isupper())


def _ordinal(last: str, fragment: str) -> str:
    new, old = _ORDINAL.search(fragment), _ORDINAL.search(last)
    if new is None or old is None:
        return ""
    rest = (fragment[: new.start()] + fragment[new.end() :]).strip(" 的个")
    if rest and rest.casefold() not in ("one", "ones", "种", "条", "位", "项", "章"):
        return ""
    return last[: old.start()] + new.group() + last[old.end() :]


def _subject(last: str, fragment: str) -> str:
    about = topic(last)
    if not about or about not in last or (figures(fragment) and not figures(about)):
        return ""
    return last.replace(about, fragment, 1)
