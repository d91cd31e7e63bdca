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
# "What is the name of the mill?" asks for a name, "What is Harwick's motto?" for the motto.
_OF_SOMETHING = re.compile(r"\b(?:of|in|for|to|at|on|with|called|named)\b|['’]s\b|的", re.IGNORECASE)


def defined(question: str) -> str:
    """The term that the question wants to have explained; "" where it asks for something else."""
    found = _ASKED_EN.match(question) or _ASKED_ZH.match(question)
    if found is None:
        return ""
    term = next(one for one in found.groups() if one).rstrip(".")
    return "" if _OF_SOMETHING.search(term) else term


def defines(term: str, sentence: str) -> bool:
    """Whether the sentence says what the term is."""
    return bool(_defining(term).search(sentence))


@functools.lru_cache(maxsize=64)
def _defining(term: str) -> re.Pattern[str]:
    it = re.escape(term)
    aside = r"(?:\s?[（(][^）)]{1,60}[）)])?"
    return re.compile(
        rf"(?<!\w)(?<!\bIn )(?<!\bFor )(?<!\bWith )(?<!\bNo )(?<!\bEach )(?<!\bThe ){it}s?[”\"’']?{aside}"
        rf"(?:,? (?:(?:is|are|was|were)(?: \w+ly)? (?:an?|the|any|one of)\b|(?:shall )?means?\b|refers? to|denotes?)"
        rf"|,? are (?!also|not|very|more|most|often|\w+(?:ed|ing|ly|able|ible)\b)[a-z]|, an? \w)"
        rf"|(?<!\w)(?:The|the) {it}[”\"’']? (?:is|are|was|were) (?:an?|the|any|one of)\b"
        rf"|{it}[”\"’」》]?{aside}，?(?:就?是指|指的?是|系指|指(?![定示出派导導挥揮])|是(?:一[种種个個项項款類类门門套]|用|对|對|為|为)|即(?![将將日可使便刻时時])|，?(?:又|也)?[称稱]为?)",
        re.IGNORECASE,
    )
