"""Questions about a chapter of a book by its number ("what happens in chapter 4", 第四十二回讲了什么)."""

from __future__ import annotations

import functools
import re

from rag_core.headings import PATH_MARK

_NUMERALS = "零一二三四五六七八九"
_CHAPTER = re.compile(
    r"\b(?P<part>chapter|part|book|act)\s+(?P<number>\d{1,3})\b"
    rf"|第\s{{0,2}}(?P<counted>\d{{1,3}}|[{_NUMERALS}〇十百]{{1,5}})\s{{0,2}}(?P<unit>[章回卷部幕篇话話])",
    re.IGNORECASE,
)


def stands_in(question: str, heading: str) -> bool:
    """Whether one of the heading's titles begins with the chapter that the question names by its number."""
    asked = _named(question)
    return bool(asked) and any(
        (found := _CHAPTER.match(title.strip())) and _chapter(found) in asked
        for title in heading.split(PATH_MARK)
    )


@functools.lru_cache(maxsize=64)
def _named(question: str) -> frozenset[tuple[str, int]]:
    return frozenset(map(_chapter, _CHAPTER.finditer(question)))


def _chapter(found: re.Match[str]) -> tuple[str, int]:
    """What the chapter is called, and its number."""
    if found["number"]:
        return found["part"].lower(), int(found["number"])
    counted = found["counted"].replace("〇", "零")
    return found["unit"].replace("話", "话"), int(counted) if counted.isdigit() else _counted(counted)


def _counted(numeral: str) -> int:
    """Of a number up to 999 in Chinese."""
    whole = digit = 0
    for sign in numeral:
        if sign in _NUMERALS:
            digit = _NUMERALS.index(sign)
        else:
            whole += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
    return whole + digit
