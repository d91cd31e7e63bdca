"""What an English conversation is about: its subject, the names and words it said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import zip_longest

from rag_core.ask.language.topic import names
from rag_core.ask.language.words import keys
from rag_core.ask.rewriting.past import REACH, Exchange
from rag_core.ask.rewriting.phrases_en import Phrase, does_last, phrases
from rag_core.ask.rewriting.words_en import naming, runs

# The word that begins a sentence is capitalised whether it is a name or not.
_OPENING = re.compile(r"(?:^|[.!?]\s)\s*([A-Z][\w-]*)")
_CONTRACTED = re.compile(r"n['’]t$")
_DESCRIBING = re.compile(r"(?:[ei]an|can|ish|ese|nch|ic)$")
_NAME_BONUS = 2.0
_BONUS = 1.5
_ARTICLE = re.compile(r"^(?:the|a|an|my|our|your|this|that)\s+", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
# How many; what it is like, unless that names it (the quickest).
_COUNTED = re.compile("two|three|both|others?|ones?", re.IGNORECASE)
_NO_THING = re.compile(
    r"expensive|popular|recent|urgent|(?:cheap|quick|fast|long|short|high|low|bigg|small|larg|old|new|great|late|earli|easi|near|clos|loud|quiet|strong|heavi|light|warm|cold|hott)e(?:r|st)",
    re.IGNORECASE,
)
# Where it is to stand is not what is asked about.
_SOURCE = re.compile(r"(?<=\w),?\s*\baccording to\b[^?,]*|^according to [^,]*,\s*", re.IGNORECASE)
_ARTICLES = frozenset({"the", "a", "an", "this", "these", "those"})
_OWNERS = frozenset({"my", "our", "your"})
# An error code is no thing that has anything.
_CODE = re.compile(r"[A-Z]{1,2}\d{1,3}")
# How long does the chicken roast: what follows the thing is done by it.
_ASKED_OF = re.compile(r"\b(?:do|does|did) (?P<thing>(?:the|my|our|your) [a-z][\w-]+)(?= [a-z])")


def subject_en(history: Sequence[Exchange]) -> str:
    """What the latest question is about; "" where nothing is seen. A name counts most, then what the answer and
    the questions before speak of, too; of the budget of a project it is the project."""
    past = history[-1]
    said = keys(past.answer)
    before = frozenset[str]().union(*(keys(f"{one.question} {one.answer}") for one in history[:-1]))
    best, most = "", 0.0
    for thing, weight in _things(_SOURCE.sub("", past.question)):
        parts = keys(_ARTICLE.sub("", thing))
        if not parts:
            continue
        told = (len(parts & said) + len(parts & before)) / len(parts)
        if weight + told + 0.25 * min(len(parts), 3) > most:
            best, most = thing, weight + told + 0.25 * min(len(parts), 3)
    return best


def surely_named(thing: str, history: Sequence[Exchange]) -> bool:
    """Whether it is a name, or one of the latest questions names it as nothing but a thing."""
    bare = _ARTICLE.sub("", thing)
    asked = [past.question for past in list(history)[-REACH:]]
    return bool(names(bare)) or any(
        bare == text[one.named : one.end] for text in asked for one in phrases(text)
    )


def _things(question: str) -> list[tuple[str, float]]:
    """What the question names, and how much that it is of this kind says for its being the subject."""
    openings = frozenset(_OPENING.findall(question))
    found = [
        (_described(name, question), 0.0 if _CODE.fullmatch(name) else _NAME_BONUS)
        for name in names(question)
        if name not in openings and not _CONTRACTED.search(name)
    ]
    named = [
        one
        for one in phrases(question)
        if _LETTER.search(question[one.named : one.end])
        and not _COUNTED.fullmatch(question[one.named : one.end])
        and not (not one.determiner and _NO_THING.fullmatch(question[one.named : one.end]))
    ]
    for one, then in zip_longest(named, named[1:]):
        found.append((_with_article(one, question), _bonus(one, then)))
    if asked := _ASKED_OF.search(question):
        found.append((asked["thing"], 0.0))
    return (
        found
        if named or asked
        else [*found, *((run, 0.0) for run in map(partial(_without_verb, question), runs(question)))]
    )


def _with_article(one: Phrase, question: str) -> str:
    chosen = question[: one.start].rstrip().lower().endswith(("which", "what"))
    article = "the " if chosen or one.determiner in _ARTICLES else ""
    owner = f"{one.determiner} " if one.determiner in _OWNERS else article
    return f"{owner}{question[one.named : one.end]}"


def _bonus(one: Phrase, then: Phrase | None) -> float:
    """More for what is asked about by itself than for where, when or for whom; of the budget of a project, for the
    project."""
    if one.preposition:
        return _BONUS if one.preposition == "of" else 0.0
    return (
        _BONUS if one.determiner in _ARTICLES | _OWNERS and not (then and then.preposition == "of") else 0.0
    )


def _described(name: str, question: str) -> str:
    """The name with the noun it belongs to: English cuisine; the Harwick mill, article and all."""
    owned = re.search(rf"\b{re.escape(name)}['’]s(?: [a-z][\w-]+)+", question)
    if owned and (thing := next(iter(runs(owned.group().removeprefix(name)[2:])), "")):
        return f"{name}{owned.group()[len(name) : len(name) + 2]} {thing}"
    noun = re.search(rf"(?P<the>\b[Tt]he\s+)?\b{re.escape(name)}\s+(?P<noun>[a-z][\w-]+)", question)
    if noun is None or not naming(noun["noun"]) or noun["noun"].endswith(("ed", "ing")):
        return name
    if noun["the"]:
        return f"the {name} {noun['noun']}"
    return f"{name} {noun['noun']}" if _DESCRIBING.search(name) else name


def _without_verb(question: str, run: str) -> str:
    at = question.find(run)
    return run.rpartition(" ")[0] if does_last(question, at, at + len(run)) else run


def named_like(noun: str, history: Sequence[Exchange]) -> str:
    """The latest name that ends in the noun: museum finds Maritime Museum. "" for none."""
    key = keys(noun)
    for past in reversed(list(history)[-REACH:]):
        for said in (past.question, past.answer):
            for name in names(said):
                last = name.rsplit(" ", 1)
                if len(last) == 2 and keys(last[1]) == key:
                    return name
    return ""
