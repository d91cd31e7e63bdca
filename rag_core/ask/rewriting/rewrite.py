"""Follow-up questions made whole from the conversation, without losing a name, a number or a negation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.ask.language.bare import bare
from rag_core.ask.language.topic import names
from rag_core.ask.language.words import keys
from rag_core.ask.rewriting.back import led_back
from rag_core.ask.rewriting.chinese import propose_zh
from rag_core.ask.rewriting.english import propose_en
from rag_core.ask.rewriting.keep import keeps
from rag_core.ask.rewriting.other import fill_one
from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.two import fill_two
from rag_core.ask.rewriting.words_en import content_keys
from rag_core.text import CJK, is_cjk

# A question put in Chinese although a foreign word makes up most of it: WiFi呢？
_PUT_IN_CHINESE = re.compile(rf"[{CJK}][{CJK}\s]*[?？。]?\s*$")

# A question of which nothing is left to ask, or to put anything to.
_SAYS_NOTHING = re.compile(r"(?:[\W_]|\b(?:and|or|but|so|then)\b|[那么呢吗嘛啊呀吧])*", re.IGNORECASE)

# What is set right: its own negation denies what was answered, not what is asked.
_CORRECTS_ZH = re.compile(
    r"^\s*(?:(?:不是?|不对|错了?|搞错了|抱歉|对不起)[这那]?个?[，,。.!！\s]*)*我(?:是|刚才)*(?:想?[问說说指]|意思)的?是?(?:关于)?(?P<meant>[^，,。？?是]{1,18}?)(?:的?呢)?[。？?！!\s]*$"
)
_CORRECTS_EN = re.compile(
    r"^\s*(?:(?:no|nope|sorry|wrong|not that(?: one)?|actually)\b[,.!;\s]*)*i(?: actually)? (?:mean|meant|was asking about|am asking about|asked about|was talking about)\s+(?:the one (?:for|of) )?(?P<meant>[^?.!,]{1,60}?)[?.!\s]*$",
    re.IGNORECASE,
)
_NAMED_EN = re.compile(
    r"^\s*(?:(?:ok|okay|so|well|then)[,\s]+)*(?:(?:and|or|but)(?: (?:what|how) about)?|(?:what|how) about)\s+(?:(?:for|with|of|on|in) )?(?:the )?"
    r"(?P<named>(?-i:[A-Z][\w.-]*(?: [A-Z\d][\w.-]*)*))\W*$",
    re.IGNORECASE,
)
# A fragment, of which the last question is still to be asked.
_NAMES_ONLY = re.compile(r"^\W*(?:and|but|or|what about|how about)\b|呢\W*$", re.IGNORECASE)
# Which takes the place of nothing in an English question.
_FRAGMENT_ZH = re.compile("呢[？?。！!]*$")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question to search for beside the raw one. `certain`: the raw one can't stand alone; else retrieval
    decides. `searched` equals the raw question where there is nothing to add."""

    searched: str
    certain: bool


def propose(question: str, history: Sequence[Exchange]) -> Proposal:
    """Make the question whole from the conversation, by rule. Self-contained questions stay as they are."""
    if not history or _SAYS_NOTHING.fullmatch(question):
        return Proposal(question, False)
    return _of_named(question, history) or _leaning(question, history)


def _of_named(question: str, history: Sequence[Exchange]) -> Proposal | None:
    """The question of what the conversation named before: two things, one of them, what it goes back to; None where it
    speaks of no such thing."""
    if two := fill_two(question, history):
        return Proposal(two, True)
    topic, rest = led_back(question)
    if topic:
        return _of_topic(topic, rest)
    if named := fill_one(question, history):
        return Proposal(_whole(named, history)[0] if _NAMES_ONLY.search(named) else named, True)
    return None


def _leaning(question: str, history: Sequence[Exchange]) -> Proposal:
    meant = _meant(question)
    asked = question if not meant else f"{meant}呢？" if is_cjk(meant) else f"What about {meant}?"
    asked = _put_in_chinese(asked, history[-1].question)
    if _in_chinese(asked, history[-1].question) and not is_cjk(history[-1].question) and _fills(asked):
        return Proposal(meant or question, False)
    searched, certain = _whole(asked, history)
    if meant and searched.startswith(asked.rstrip("?？")):
        # What was meant is a question by itself.
        asked = meant
        searched, certain = _whole(meant, history)
    if searched == question or not keeps(asked, searched):
        return Proposal(meant or question, False)
    return Proposal(searched, certain)


def _whole(asked: str, history: Sequence[Exchange]) -> tuple[str, bool]:
    way = propose_zh if _in_chinese(asked, history[-1].question) else propose_en
    return way(asked, history)


def _of_topic(topic: str, asked: str) -> Proposal:
    """The question of the topic that it goes back to, whatever was spoken of in between."""
    past = Exchange(f"{topic}呢？" if is_cjk(topic) else f"What about {topic}?", "")
    searched, _ = _whole(asked, (past,))
    named = content_keys(topic) if not is_cjk(topic) else keys(topic)
    if not named & keys(searched):
        searched = f"{topic}{asked}" if is_cjk(asked) else f"{asked} ({topic})"
    return Proposal(searched, True)


def _put_in_chinese(question: str, last: str) -> str:
    """An English fragment that only names something, after a Chinese question, as a Chinese one: and the R9?"""
    found = _NAMED_EN.match(question) if is_cjk(last) else None
    return f"{found['named']}呢？" if found and names(found["named"]) == (found["named"],) else question


def _fills(question: str) -> bool:
    """Whether a Chinese question takes the place of something in the one before, or names nothing."""
    wordless = bare(question)
    return bool(_FRAGMENT_ZH.search(question)) or (wordless is not None and wordless.wordless)


def _meant(question: str) -> str:
    """What is asked for where it sets right what was understood (不是，我问的是儿童票; no, I meant the annual plan), else ""."""
    found = _CORRECTS_ZH.match(question) or _CORRECTS_EN.match(question)
    return found["meant"] if found else ""


def _in_chinese(question: str, last: str) -> bool:
    """Whether the Chinese rules fit; after a Chinese question, a foreign word with a Chinese ending is Chinese."""
    return is_cjk(question) or (is_cjk(last) and bool(_PUT_IN_CHINESE.search(question)))
