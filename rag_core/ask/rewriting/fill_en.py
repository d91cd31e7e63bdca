"""What an English fragment ("and in 2019?") takes the place of in the question before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from rag_core.ask.language.figures import figures
from rag_core.ask.language.periods import found_in
from rag_core.ask.language.topic import names
from rag_core.ask.language.words import keys
from rag_core.ask.rewriting.like import ORDINAL, holds_period, other_ordinal, other_period
from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.phrases_en import DETERMINERS, PREPOSITIONS, Phrase, phrases, preposition
from rag_core.ask.rewriting.subject import subject
from rag_core.ask.rewriting.words_en import content_keys, naming

_AROUND = " \t\n?,.!"
_WORD = re.compile(r"\w")
_DETERMINED = re.compile(rf"^(?:{'|'.join(DETERMINERS)})\s+", re.IGNORECASE)
_ADDED = re.compile(r"\s*\(([^()]*)\)\s*$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
# "Back to the flat: ..." leads over to the question and is no part of it.
_LED = re.compile(
    r"^(?:[A-Za-z'’, ]{1,40}:\s+|(?:and|so|ok|okay|then|but|also|well|now)\b[,\s]+)", re.IGNORECASE
)
# Earnings per share are a thing of their own.
_BROUGHT_IN = re.compile(rf"\s(?={'|'.join(f'{word} ' for word in sorted(PREPOSITIONS - {'per'}))})")
# Prepositions that say where: one may stand for another.
_WHERE = frozenset({"in", "on", "at", "for", "inside", "outside", "under", "to"})
# A code or a number, behind what it is of: error E1.
_NUMBERED = re.compile(r"[\w-]*\d[\w-]*")
# What is asked for, of the thing: what share, which plan.
_CHOSEN = re.compile(r"\b(?:what|which)\s+$", re.IGNORECASE)
_KIND = re.compile(r"(?:the|my|our|your) (?:[\w-]+ )+(?P<head>[\w-]+)", re.IGNORECASE)
_KIND_DOING = re.compile(r"\bthe [a-z-]+ (?P<head>[a-z-]+)(?=\s+[a-z]+\W*$)")
_OWNED = re.compile(r"['’]s\b")


def fill_en(fragment: str, history: Sequence[Exchange]) -> str:
    """The last question with the fragment in the place of what is like it: a period for a period, a thing for what
    ends in the same noun, a name for a name, what a preposition brings in for what the same one did. A bare "since
    when?" is passed over. Where nothing is surely like it, the fragment is added in brackets: nothing is lost, and nothing garbled.
    A fragment that names nothing asks the last question again."""
    last, fragment = _asked(_spoken(history)), fragment.strip(_AROUND)
    if not _WORD.search(fragment) or fragment.lower() in DETERMINERS:
        return last
    filled = _filled(last, fragment) or _named(last, fragment, history)
    if not filled or filled == last:
        return f"{_ADDED.sub('', last)} ({fragment})"
    added = _ADDED.search(last)
    kept = added and not _ADDED.search(filled) and content_keys(added[1])
    return f"{filled} {added.group().strip()}" if added and kept else filled


def asked_again(asking: str, history: Sequence[Exchange]) -> str:
    """The last question, of which a bare "why?" asks more."""
    return f"{_ADDED.sub('', _spoken(history))} ({asking.lower()})"


def _spoken(history: Sequence[Exchange]) -> str:
    said = [past.question for past in history if content_keys(past.question)]
    return (said or [history[-1].question])[-1]


def _asked(question: str) -> str:
    """What was asked last: of several sentences the last, with those before it that name something."""
    *before, last = _SENTENCE.split(question.strip())
    kept = [one for one in before if names(one[1:])]
    return " ".join([*kept, _LED.sub("", last)])


def _filled(last: str, fragment: str) -> str:
    bare = _DETERMINED.sub("", fragment)
    asked = _ADDED.sub("", last)
    if filled := other_period(asked, bare):
        return filled
    if preposition(fragment):
        return _brought(asked, fragment)
    noun, *brought = _BROUGHT_IN.split(fragment, maxsplit=1)
    if brought and bare.split()[0] in ("one", "ones"):
        return _brought(asked, brought[0])
    filled = _alike(asked, noun) or other_ordinal(asked, _DETERMINED.sub("", noun))
    filled = filled or _other_of_kind(asked, _DETERMINED.sub("", noun)) or _thing(asked, noun)
    return _brought(filled, brought[0]) if filled and brought else filled


def _brought(last: str, fragment: str) -> str:
    """What the fragment's preposition brings in, for what the same one did, or one like it; else at the end."""
    new = next(iter(phrases(fragment)), None)
    olds = [one for one in phrases(last) if one.preposition] if new and new.preposition else []
    like = [one for one in olds if new and _like(last, one, fragment, new)]
    same = [one for one in like if new and one.preposition == new.preposition]
    old = same[-1] if same else like[0] if len(like) == 1 else None
    if old is None:
        return f"{last.rstrip('?.! ')} {fragment}?"
    return last[: old.start] + fragment + last[old.end :]


def _like(last: str, old: Phrase, fragment: str, new: Phrase) -> bool:
    """Whether one can stand for the other: the same preposition, and neither or both a period, a name, a number; or
    the same noun; or both say where, in the same form."""
    one, other = last[old.named : old.end], fragment[new.named :]
    if keys(one.rsplit(maxsplit=1)[-1]) == keys(other.rsplit(maxsplit=1)[-1]):
        return True
    if holds_period(one) != holds_period(other):
        return False
    if old.preposition == new.preposition:
        return bool(figures(one)) == bool(figures(other)) or old.preposition == "of"
    where = {old.preposition, new.preposition} <= _WHERE
    form = bool(names(one)) == bool(names(other)) and (
        bool(names(one)) or bool(old.determiner) == bool(new.determiner)
    )
    return where and form


def _alike(last: str, noun: str) -> str:
    """ "the second largest shareholder" for "the largest shareholder": what ends in the same noun."""
    head = keys(noun.rsplit(maxsplit=1)[-1])
    for old in reversed(phrases(last)):
        if head and keys(last[old.named : old.end].rsplit(maxsplit=1)[-1]) == head:
            return _put(last, old, noun)
    return ""


def _other_of_kind(last: str, ordinal: str) -> str:
    """ "the final", after "the midterm exam": another of its kind."""
    if not ORDINAL.fullmatch(ordinal):
        return ""
    named = (last[one.start : one.end] for one in phrases(last) if one.determiner)
    found = next(filter(None, map(_KIND.fullmatch, named)), None) or _KIND_DOING.search(last)
    return last.replace(found.group(), f"the {ordinal} {found['head']}", 1) if found else ""


def _thing(last: str, noun: str) -> str:
    """A thing that is no name for the first such thing of the question that has an article like its own."""
    if names(noun) or any(letter.isdigit() for letter in noun) or not naming(noun):
        return ""
    named = map(partial(_owned, last), phrases(last))
    olds = [one for one in named if _is_thing(last, one) and not _CHOSEN.search(last[: one.start])]
    with_article = bool(_DETERMINED.match(noun))
    olds.sort(key=lambda one: (bool(one.determiner) != with_article, bool(one.preposition)))
    return _put(last, olds[0], noun) if olds else ""


def _owned(last: str, one: Phrase) -> Phrase:
    """Of a phrase with its owner's name (the firm's net income), what is owned, where the question is of some period."""
    owners = list(_OWNED.finditer(last, one.named, one.end)) if found_in(last) else []
    named = owners[-1].end() + 1 if owners else one.named
    return replace(one, named=named) if named < one.end else one


def _is_thing(last: str, one: Phrase) -> bool:
    """Whether the phrase is no name, though one may tell which it is (the Harwick mill), and does not end in a period."""
    named = last[one.named : one.end]
    if one.determiner and named.rpartition(" ")[2].islower():
        named = named.rpartition(" ")[2]
    within = any(found.start() < one.end <= found.end() for found in found_in(last))
    return not names(named) and not figures(named) and not within


def _put(last: str, old: Phrase, noun: str) -> str:
    """The noun in the place of the old one, with one article, and behind the old one's preposition."""
    article = old.start if not old.preposition else old.start + len(old.preposition) + 1
    begin = article if _DETERMINED.match(noun) and old.determiner else old.named
    if _OWNED.search(last[:begin].rstrip()[-2:]):
        noun = _DETERMINED.sub("", noun)
    return last[:begin] + noun + last[old.end :]


def _named(last: str, fragment: str, history: Sequence[Exchange]) -> str:
    """A name for the name that the last question was about."""
    bare = _DETERMINED.sub("", fragment)
    if not names(bare) and not any(letter.isdigit() for letter in bare):
        return ""
    old = _OWNED.split(_DETERMINED.sub("", subject([history[-1]])))[0]
    if not old or old not in last or not (names(old) or figures(old)) or (figures(bare) and not figures(old)):
        return ""
    code = old.rsplit(maxsplit=1)[-1]
    if _NUMBERED.fullmatch(bare) and _NUMBERED.fullmatch(code):
        old = code
    return last.replace(
        old, _OWNED.sub("", bare) if _OWNED.match(last, last.find(old) + len(old)) else bare, 1
    )
