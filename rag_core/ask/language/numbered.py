"""What a question asks for by its number ("图3画的是什么", "step 2", "clause 5.3.2"), and the lines that such a number opens."""

from __future__ import annotations

import functools
import re

from rag_core.ask.language.figures import figures
from rag_core.ask.language.sought import EXACT_KINDS, sought
from rag_core.text import CJK

_NUMBER = r"[A-Z]?\d{1,3}(?:[.\-–—]\d{1,3})*"
_COUNTED = "一二三四五六七八九"
_HAN = f"[{_COUNTED}十百零〇]{{1,6}}"
_ASKED = re.compile(
    rf"(?:(?P<table>(?<![代发發仪儀手外])表|\btable\b)|(?P<figure>(?<![试試意地企])[图圖]|\bfig(?:ure\b|\.))|(?P<annex>附[录錄]|\b(?:annex|appendix)\b)"
    rf"|(?P<clause>§|\b(?:sub)?(?:section|clause|article)\b)|(?P<chapter>\bchapter\b)|(?P<step>\bstep\b)|(?P<entry>\b(?:exercise|problem|item)\b)"
    rf"|(?P<reference>文[献獻]|\b(?:reference|ref\.|citation)))\s?[\[第]?\s?(?P<number>{_NUMBER}|[A-Z](?![A-Za-z]))"
    rf"|第\s?(?P<counted>{_NUMBER}|{_HAN})\s?(?P<of>[步条條章节節题題])|\b(?P<ordinal>first|second|third|fourth|fifth) step\b"
    r"|(?<![\w.])(?P<dotted>\d{1,2}(?:\.\d{1,2}){2,3})(?![\d.]*\d)|(?<![A-Za-z\d.])(?P<short>\d{1,2}\.\d{1,2}(?=\s?[条條节節款]|是?(?:怎么|如何|怎样)(?:规定|约定|说|写)|规定了|约定了))|\[(?P<cited>\d{1,3})\]",
    re.IGNORECASE,
)
# What is asked for stands in what is numbered, and need not be its first sentence or its title.
_WITHIN = re.compile(
    r"(?:\b(?:from|under|below|above|beside|to|on|by|per|see)|(?<!\bis )(?<!\bare )(?<!\bsay )(?<!\bshown )(?<!\blisted )\bin) (?:the )?$|(?:根据|根據|依据|依據|按照?|依照)$",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"\s?[条條]?[中里裡内內](?!(?:都|主要)?[是有列画畫写寫说說给給显顯规規])")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_KIND_OF = {
    "步": "step",
    "题": "entry",
    "題": "entry",
    "条": "article",
    "條": "article",
    "章": "chapter",
    "节": "chapter",
    "節": "chapter",
}
_ENDS = r"(?!\d|[.\-–—]\d)"
_NUMBERED_CLAUSE = rf"(?:(?:Sub)?(?:Section|Clause|Article|Chapter) |§ ?)?{{n}}{_ENDS}[.:、．)）]?\s{{{{0,2}}}}(?-i:[A-Z{CJK}“\"(（])|第\s?{{n}}\s?[条條章节節]"
_OPENS = {
    "table": rf"(?:附?表|Table|Tab\.)\s?{{n}}{_ENDS}",
    "figure": rf"(?:附?[图圖]|Fig(?:ure|\.)?)\s?{{n}}{_ENDS}",
    "annex": rf"(?:附[录錄]|Annex|Appendix)\s?{{n}}{_ENDS}",
    "clause": _NUMBERED_CLAUSE,
    "chapter": _NUMBERED_CLAUSE,
    "article": rf"{{n}}{_ENDS}[.:、．)）]?\s{{{{0,2}}}}(?-i:[A-Z{CJK}“\"(（])|第\s?{{n}}\s?[条條]",
    "step": rf"(?:Step )?[(（]?{{n}}[)）.、．:：]{_ENDS}|第{{n}}步",
    "entry": rf"(?:(?:Exercise|Problem|Item) )?[(（]?{{n}}[)）.、．:：]{_ENDS}|第{{n}}[题題]",
    "reference": r"\[{n}\]",
}
_CAPTIONS = ("table", "figure")
_CLAUSES = ("clause", "article")
# Behind a clause's number, which paragraph or entry of it is meant.
_PART = re.compile(
    rf"(?:\s?的?第?\s?[（(]?(?:{_HAN}|\d{{1,3}})[)）]?\s?[款项項])|\s?\([a-z\d]{{1,4}}\)", re.IGNORECASE
)


def opened(question: str, text: str) -> bool:
    """Whether the text begins with the number of what the question asks for: a table's or a figure's caption, a clause,
    a step, an entry of the references. What only stands somewhere in it ("in table 2") is not asked for by its number."""
    return any(one.match(text) for _, one in _openings(question))


def asks_for_clause(question: str) -> bool:
    """Whether the question asks for a clause, an article or a section by its number."""
    return any(kind in _CLAUSES for kind, _ in _openings(question))


def opens_caption(question: str, text: str) -> bool:
    """Whether the text is the caption of the table or the figure whose number the question asks for."""
    return any(kind in _CAPTIONS and one.match(text) for kind, one in _openings(question))


@functools.lru_cache(maxsize=64)
def _openings(question: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What begins with each of the numbers that the question asks for, behind the kind of thing that has it."""
    return tuple(
        (kind, re.compile(_OPENS[kind].format(n=_written(kind, number)), re.IGNORECASE))
        for kind, number in map(_named, _ASKED.finditer(question))
        if number
    )


def _named(found: re.Match[str]) -> tuple[str, str]:
    """The kind of what is numbered, and its number; that is "" where it is not asked for itself."""
    kind = next((kind for kind in _OPENS if found.groupdict().get(kind)), "")
    number = found["number"] or found["counted"] or found["dotted"] or found["short"] or found["cited"]
    if found["ordinal"]:
        kind, number = "step", str(_ORDINALS.index(found["ordinal"].lower()) + 1)
    kind = kind or ("reference" if found["cited"] else _KIND_OF.get(found["of"] or "", "clause"))
    question = found.string
    inside = _WITHIN.search(question[: found.start()]) or _INSIDE.match(question, found.end())
    figure = kind in (*_CAPTIONS, *_CLAUSES, "chapter", "annex") and sought(question) in EXACT_KINDS
    part = kind in _CLAUSES and _PART.match(question, found.end())
    return kind, "" if inside or (figure and not part) else number


def _written(kind: str, number: str) -> str:
    """The ways to write the number, as a pattern: 5 and 五, of a step b for 2, dashes of any length."""
    ways = [r"[.\-–—－]".join(map(re.escape, re.split(r"[.\-–—]", number)))]
    count = int(number) if number.isdigit() else _counted(number)
    if count:
        ways += [str(count), _in_han(count)]
    if kind == "step" and 0 < count <= 26:
        ways.append(chr(ord("a") + count - 1))
    return f"(?:{'|'.join(dict.fromkeys(ways))})"


def _counted(number: str) -> int:
    found = figures(f"第{number}") if re.fullmatch(_HAN, number) else ()
    return int(found[0].value) if found else 0


def _in_han(count: int) -> str:
    """The number up to 999 as clauses are counted: 23 is 二十三, 105 is 一百零五."""
    hundreds, rest = divmod(count, 100)
    tens, ones = divmod(rest, 10)
    head = f"{_COUNTED[hundreds - 1]}百" if hundreds else ""
    ten = (
        f"{_COUNTED[tens - 1] if tens > 1 or hundreds else ''}十"
        if tens
        else "零"
        if hundreds and ones
        else ""
    )
    return head + ten + (_COUNTED[ones - 1] if ones else "")
