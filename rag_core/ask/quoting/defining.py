"""Questions for what something is, and sentences that say so: "A buoy is a float", "LayoutParser, an open library"."""

from __future__ import annotations

import functools
import re

from rag_core.text import CJK

_ASKED_EN = re.compile(
    r"^\W*(?:so |and )?(?:what(?:['’]s| is| are| was| were)|define|explain) (?:an? |the )?(?P<term>[\w'’./+-]+(?: [\w'’./+-]+){0,3}?)(?: (?:mean|stand) for)?\s*[?.]*$",
    re.IGNORECASE,
)
_ASKED_ZH = re.compile(
    rf"^(?:请问|請問)?(?:什么|什麼|何)(?:是|叫做?|谓|謂)(?P<behind>[{CJK}\w-]{{2,16}})[？?。]*$|^(?:请问|請問)?(?P<before>[{CJK}\w-]{{2,16}}?)(?:是什么|是什麼|是啥|指的?是什么|指的?是什麼|是什么意思|是什麼意思)[？?。]*$"
)
_EXPANDED_EN = re.compile(
    r"^\W*(?:so |and )?(?:what (?:does|do|did) (?:an? |the )?(?P<means>[\w'’./+-]+(?: [\w'’./+-]+){0,3}?) (?:mean|stand for)"
    r"|how (?:is|are) (?:an? |the )?(?P<how>[\w'’./+-]+(?: [\w'’./+-]+){0,2}?) defined"
    r"|what is the (?:full (?:name|form)|definition|meaning) of (?:an? |the )?(?P<full>[\w'’./+-]+(?: [\w'’./+-]+){0,2}?))\s*[?.]*$",
    re.IGNORECASE,
)
_EXPANDED_ZH = re.compile(
    rf"^(?:请问|請問)?(?P<short>[{CJK}\w-]{{2,16}}?)(?:是(?:什么|什麼|啥|谁|誰)的(?:缩写|縮寫|简称|簡稱)|的(?:全称|全稱|全名|定义|定義|含义|含義)(?:是(?:什么|什麼|啥))?|(?:是)?(?:怎么|怎麼|如何|怎样|怎樣)定[义義]的?)[？?。]*$"
)
# "What is the name of the mill?" asks for a name, "What is Harwick's motto?" for the motto.
_OF_SOMETHING = re.compile(r"\b(?:of|in|for|to|at|on|with|called|named)\b|['’]s\b|的", re.IGNORECASE)

_ASKED = (_EXPANDED_EN, _EXPANDED_ZH, _ASKED_EN, _ASKED_ZH)
# Initials, as an abbreviation of them has them: ECMWF, F1, dB.
_INITIALS = re.compile(r"(?=.*[A-Z])[A-Za-z\d]{2,8}")
# What only says where it is said.
_ELSEWHERE = re.compile(
    r"\b(?:stated|set out|set forth|specified|defined|described|given|listed|provided|referred to) (?:in|by|under) (?:the )?(?:Section|Clause|Article|Paragraph|Schedule|Annex|Appendix|Exhibit|Part)s?\b"
    r"|[见見](?:本合同|本协议)?(?:第[〇零一二三四五六七八九十百\d]+[条條章款]|附[件表录錄])|第[〇零一二三四五六七八九十百\d.]+[条條款]所?(?:[约約]定|[规規]定|[述列称稱示]|[载載]明)的"
)
_BRACKETED = re.compile(r"\s?[（(](?P<inside>[^（()）]{2,90})[)）]")


def defined(question: str) -> str:
    """The term that the question wants to have explained; "" where it asks for something else."""
    found = next(filter(None, (one.match(question) for one in _ASKED)), None)
    if found is None:
        return ""
    term = next(one for one in found.groups() if one).rstrip(".")
    return "" if _OF_SOMETHING.search(term) else term


def defines(term: str, sentence: str) -> bool:
    """Whether the sentence says what the term is, or what it is short for, and not only where that is said."""
    if _ELSEWHERE.search(sentence):
        return False
    return bool(_defining(term).search(sentence)) or _expands(term, sentence)


def _expands(term: str, sentence: str) -> bool:
    """Whether the term stands in brackets behind what it is short for, or that in brackets behind the term."""
    if not _INITIALS.fullmatch(term):
        return False
    for found in _BRACKETED.finditer(sentence):
        before = sentence[: found.start()]
        if re.search(rf"(?<!\w){re.escape(term)}$", before) and _is_long_form(term, found["inside"]):
            return True
        if re.match(rf"{re.escape(term)}s?(?!\w)", found["inside"]) and _is_long_form(term, before[-90:]):
            return True
    return False


def _is_long_form(term: str, text: str) -> bool:
    """Whether the text may be what the term is short for: Chinese, or with its letters in their order, the first of
    them at the beginning of a word ("coarctation of the aorta": CoA)."""
    letters = re.findall(r"[a-z]", term.lower())
    in_order = rf"(?<![a-z]){'.*?'.join(letters)}"
    return bool(re.search(rf"[{CJK}]{{3}}", text)) or bool(re.search(in_order, text.lower()))


@functools.lru_cache(maxsize=64)
def _defining(term: str) -> re.Pattern[str]:
    it = re.escape(term)
    aside = r"(?:\s?[（(][^）)]{1,60}[）)])?"
    return re.compile(
        rf"(?<!\w)(?<!\bIn )(?<!\bFor )(?<!\bWith )(?<!\bNo )(?<!\bEach )(?<!\bThe ){it}s?[”\"’']?{aside}"
        rf"(?:,? (?:(?:is|are|was|were)(?: \w+ly)? (?:an?|the|any|one of)\b|(?:shall )?means?\b|refers? to|denotes?)"
        rf"|,? are (?!also|not|very|more|most|often|\w+(?:ed|ing|ly|able|ible)\b)[a-z]|, an? \w)"
        rf"|^\W*(?:\d[\d.]*\s*)?{it}\s?[：:](?=\s*\S)"
        rf"|(?<!\w)(?:The|the) {it}[”\"’']? (?:is|are|was|were) (?:an?|the|any|one of)\b"
        rf"|{it}[”\"’」》]?{aside}，?(?:就?是指|指的?是|系指|指(?![定示出派导導挥揮])|是(?:一[种種个個项項款類类门門套]|用|对|對|為|为)|即(?![将將日可使便刻时時])|，?(?:又|也)?[称稱]为?)",
        re.IGNORECASE,
    )
