"""English phrases that point to a document: "according to the staff handbook", "under the 2026 agreement"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.words import Word, keys, words
from rag_core.ask.pointing.phrase import Pointing, Run, one_place

# What documents are called. A name without such a word (a person's, a product's) may well be what is asked about.
KINDS = """
    agreement contract lease handbook manual guide instructions policy minutes report itinerary cv resume recipe letter
    invoice statement plan schedule timetable brochure paper article thesis dissertation book form receipt specification
    specifications datasheet notes slides presentation memo email filing prospectus survey transcript certificate license
    licence permit catalogue catalog log budget quotation deed regulations bylaws charter syllabus curriculum newsletter
    bulletin announcement notice proposal protocol appendix annex addendum amendment file document pdf diary booklet
    leaflet warranty menu checklist inventory questionnaire contracts reports letters invoices statements documents files
"""
_KIND = keys(KINDS)
# Whoever looks for the one means the other.
_ALIKE = (keys("agreement contract lease"), keys("cv resume"))
_OLDER, _NEWER = (
    r"old|older|oldest|previous|former|earlier|original|first",
    r"new|newer|newest|current|latest|present|renewed",
)
_DETERMINER = rf"(?:(?:the|my|our|your|his|her|their|this|that|these|those)\s+)(?:(?:{_OLDER}|{_NEWER})\s+)?"
_OF_AGE = re.compile(rf"\b(?:(?P<older>{_OLDER})|(?:{_NEWER}))\s+$", re.IGNORECASE)
# What is said of several documents is looked for in all of them.
_COMPARES = re.compile(
    r"\b(?:both|two|three|either|versus|vs|compar\w+|differ\w*|between|than|other|another|each|all)\b",
    re.IGNORECASE,
)
_JOINING = frozenset({"of", "for", "from", "the", "and", "on", "in"})
_WITHIN = re.compile(
    rf"\s*(?:\b(?:according to|as per|as stated in|in accordance with|in terms of|as in|in|under|from|per|of|inside|within|on)\s+)"
    rf"{_DETERMINER}?$",
    re.IGNORECASE,
)
_DETERMINED = re.compile(rf"\b{_DETERMINER}$", re.IGNORECASE)
_WHAT_DOES = re.compile(rf"\bwhat\s+(?:does|do|did)\s+{_DETERMINER}?$", re.IGNORECASE)
_OVERVIEW_OF = re.compile(
    rf"\b(?:summari[sz]e|tl;?dr|(?:tl;?dr|summary|overview|outline|gist|contents?|points|topics) (?:of|from|in))\s+{_DETERMINER}?$",
    re.IGNORECASE,
)
_SAY_ABOUT = re.compile(
    r"\s+(?:say|state|mention|tell (?:me|us)|provide|specify|write)s?\s+(?:about|on|regarding|concerning)\s+",
    re.IGNORECASE,
)
# Kinds of documents that mean something else by themselves, and what says that this one is not looked into (the policy on AI).
_MEANT_OTHERWISE = keys("form plan notes schedule notice permit log budget guide order")
_OF_WHAT = re.compile(r"\s+(?:of|on|for|to|with|between)\b", re.IGNORECASE)
_TELLING, _LEAST_TELLING = 0.6, 2
# What is left of a question that leaned on the words taken out.
_BROKEN = re.compile(
    r"\b(?:is|are|was|were|in|of|to|be|there|fill|sign|read|find)\W*$|\b(?:is|are) about\b", re.IGNORECASE
)
_HEADED = re.compile(r"\s*(?::|,|\s[-–—])\s*")
# What may follow the name of a document, as against the rest of a longer name ("the insurance policy holder").
_GOES_ON = re.compile(
    r"\s*(?:$|[^\w\s]|(?:is|are|was|were|be|do|does|did|has|have|had|can|could|will|would|should|may|must|to|in|on|at|for|of|by|with|"
    r"from|and|or|but|if|when|where|who|what|which|how|why|that|say|state|mention|allow|permit|require|provide|specify|cover|"
    r"include|contain|list|define|describe|give|begin|start|end|expire|run|last|come|enter|apply|we|i|you|they|he|she|it|about)(?:s|ed)?\b)",
    re.IGNORECASE,
)


def pointing_en(question: str, stems: Sequence[str]) -> Pointing | None:
    """The documents that one phrase of the question points to; None for no phrase, or several that differ."""
    if _COMPARES.search(question):
        return None
    names = {stem: _said_of(stem) for stem in stems}
    runs = _runs(question, names)
    place = one_place(question, runs, _OF_AGE, stems)
    if place is None:
        return None
    run, aged = place
    rest = _without(question, run) if len(runs) == 1 else ""
    loose = run.loose and not aged
    return Pointing(run.stems, question[run.start : run.end], "" if _BROKEN.search(rest) else rest, loose)


def _said_of(stem: str) -> frozenset[str]:
    own = keys(stem.replace("_", " "))
    return own.union(*(alike for alike in _ALIKE if alike & own))


def _runs(question: str, names: dict[str, frozenset[str]]) -> list[Run]:
    tokens = words(question)
    found: list[Run] = []
    at = 0
    while at < len(tokens):
        last, fitting = _longest(tokens, at, names)
        run = _bare(tokens[at:last], question)
        if run and _is_name(question, run):
            found.append(Run(run[0].start, run[-1].end, fitting, _is_loose(run, question)))
        at = max(last, at + 1)
    return found


def _longest(tokens: Sequence[Word], at: int, names: dict[str, frozenset[str]]) -> tuple[int, frozenset[str]]:
    """The end of the longest run of tokens from there that one name holds, and the names that do; (at, none) for none."""
    fitting = frozenset(stem for stem, name in names.items() if tokens[at].key in name)
    last = at + bool(fitting)
    reach = last
    while fitting and reach < len(tokens):
        closer = frozenset(stem for stem in fitting if tokens[reach].key in names[stem])
        if closer:
            fitting, last = closer, reach + 1
        elif tokens[reach].key not in _JOINING:
            break
        reach += 1
    return last, fitting


def _is_name(question: str, run: Sequence[Word]) -> bool:
    """Whether the run names documents: a kind of document with what tells it apart, or a kind that is looked into."""
    if not any(word.key in _KIND for word in run) or not _GOES_ON.match(question[run[-1].end :]):
        return False
    return not _is_loose(run, question) or _is_looked_into(question, run)


def _is_loose(run: Sequence[Word], question: str) -> bool:
    return sum(not _is_small(word, question) for word in run) < _LEAST_TELLING


def _is_looked_into(question: str, run: Sequence[Word]) -> bool:
    before, behind = question[: run[0].start], question[run[-1].end :]
    led = any(leading.search(before) for leading in (_WITHIN, _WHAT_DOES, _OVERVIEW_OF))
    other = run[-1].key in _MEANT_OTHERWISE or _OF_WHAT.match(behind)
    return bool(led and _DETERMINED.search(before) and not other)


def _bare(run: Sequence[Word], question: str) -> Sequence[Word]:
    """The run without the small words at its ends."""
    low, high = 0, len(run)
    while low < high and _is_small(run[low], question):
        low += 1
    while low < high and _is_small(run[high - 1], question):
        high -= 1
    return run[low:high]


def _is_small(word: Word, question: str) -> bool:
    """Whether it says nothing by itself; a month does."""
    return word.weight < _TELLING and question[word.start : word.end] != "May"


def _without(question: str, run: Run) -> str:
    """The question without the phrase; "" where it can't be left out."""
    before, behind = question[: run.start], question[run.end :]
    if asking := _WHAT_DOES.search(before):
        said = _SAY_ABOUT.match(behind)
        return f"{before[: asking.start()]}What about {behind[said.end() :]}" if said else ""
    if within := _WITHIN.search(before):
        rest = f"{before[: within.start()]} {behind.lstrip(' ,')}".strip()
        return re.sub(r"\s+(?=[?.!,])", "", rest)
    headed = _HEADED.match(behind)
    return behind[headed.end() :] if headed and not _DETERMINED.sub("", before).strip() else ""
