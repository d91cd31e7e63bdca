"""Titles of chapters in plain text: lines that say so by their words, since nothing else tells them there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_ZH = re.compile(
    r"(?:第\s{0,2}[〇零一二三四五六七八九十百千两\d]{1,7}\s{0,2}[章回节節卷部集幕篇话話](?:[\s:：、.·].{0,40}|.{0,24})"
    r"|(?:序[章言]|楔子|引子|尾声|尾聲|后记|後記|番外)(?:[\s:：].{0,30})?)"
)
_EN = re.compile(
    r"(?:(?:CHAPTER|Chapter|PART|Part|BOOK|Book|ACT|Act)\s+"
    r"(?:[IVXLC]{1,7}|\d{1,3}|[A-Z][A-Za-z]{2,8}(?:[- ](?:[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine))?)"
    r"(?:\s*[.:—–-].{0,60})?|PROLOGUE|Prologue|EPILOGUE|Epilogue)"
)
_SENTENCE_END = re.compile(r"[。！？；，,;]$")
_LONGEST_NAME = 70


def by_chapters(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is a chapter's title; joined by line feeds they are the text again. The
    lines of a table of contents are none, since they stand one below the other."""
    lines = text.split("\n")
    marked = [at for at, line in enumerate(lines) if _is_title(line)]
    begun = 0
    for at, after in pairwise([*marked, len(lines)]):
        if at < begun or not any(line.strip() for line in lines[at + 1 : after]):
            continue
        end = at + 1 + _has_name(lines, at)
        if at > begun:
            yield "\n".join(lines[begun:at]), False
        yield "\n".join(lines[at:end]), True
        begun = end
    if begun < len(lines):
        yield "\n".join(lines[begun:]), False


def _is_title(line: str) -> bool:
    bare = line.strip()
    return bool(_ZH.fullmatch(bare) or _EN.fullmatch(bare)) and not _SENTENCE_END.search(bare)


def _has_name(lines: Sequence[str], at: int) -> bool:
    """Whether the line below only gives the chapter's name: a short one between it and an empty line."""
    if at + 2 >= len(lines) or lines[at + 2].strip():
        return False
    name = lines[at + 1].strip()
    return (
        bool(_EN.fullmatch(lines[at].strip()))
        and 0 < len(name) <= _LONGEST_NAME
        and name[-1] not in '.!?…,;:”"'
    )
