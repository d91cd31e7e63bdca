"""What minutes of a meeting tell: who came and who did not, and what was decided on a matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag_core.ask.asked import Work
from rag_core.ask.documents.opened import found_whole, laid_open, showing
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.days import DAY, days
from rag_core.ask.language.figures import figures
from rag_core.ask.language.lists import is_entry
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import Word, coverage, file_words, keys, question_words
from rag_core.text import CJK, begins_entry, ends_sentence, is_row

_CAME_EN = r"present|attend(?:ed|ees|ance|ants|ing)?|participa(?:nts?|ted)|took part|came|there at"
_CAME = re.compile(
    rf"\b(?:who(?: all)?|how many (?:people|members|persons)|list|name|which people|what)\b.*\b(?:{_CAME_EN})\b|\bwho was (?:at|in)\b.*\bmeeting\b|^(?:participants|attendees)\b"
    r"|(?:参会|參會|与会|與會|到会|出席|参加).*(?:谁|誰|哪些|几|幾|多少|名单|人员)|(?:谁|誰|哪些人|几个人|多少人).*(?:参会|參會|与会|到会|出席|参加)",
    re.IGNORECASE,
)
_MISSED = re.compile(
    r"\bwho\b.*\b(?:absent|excused|apologi[sz]ed|apologies|missing|missed|not (?:present|there|attend|come))\b|\bapologies\b"
    r"|缺席|请假|請假|(?:没|沒|未)(?:有)?(?:来|來|参加|參加|到|出席)",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\W*(?:present|in attendance|attend(?:ees|ance|ing)|participants|members present|(?:参会|參會|与会|與會|出席|到会|参加)(?:人员|人員|人|者|名单)?)\s*(?:[(（][^()（）]*[)）])?\s*(?:[:：].*)?",
    re.IGNORECASE | re.DOTALL,
)
_ABSENT = re.compile(
    r"\W*(?:apologies|absent|excused|regrets|(?:缺席|请假|請假|未到)(?:人员|人員|人|者)?)\b\s*(?:[(（][^()（）]*[)）])?\s*(?:[:：].*)?",
    re.IGNORECASE | re.DOTALL,
)
_DECIDE = re.compile(
    r"\b(?:what|which|did|was|were|has|have)\b.*\b(?:decide[d]?|decisions?|resolved?|agreed?)\b|(?:决定|決定|决议|決議|表决|怎么定)",
    re.IGNORECASE,
)
_DECISION = re.compile(
    r"\W*(?:decisions?|decided|resolved|resolution|agreed|决定|決定|决议|決議|结论|議決)\s*[:：]|(?:会议|委员会|大会|董事会)(?:一致)?(?:决定|同意|通过)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\bno decision\b|\b(?:left open|put off|postponed|deferred|adjourned)\b|未作决定|未作出?决定|没有决定|再议|暂缓|搁置|待定|延期讨论",
    re.IGNORECASE,
)
_FRAME = re.compile(
    rf"\b(?:who|whom|what|which|how|many|people|members|persons|was|were|is|are|did|do|does|have|has|had|we|they|i|all|list|name|the|a|an|at|to|in|of|on|for|about|any(?:thing)?|"
    rf"there|decide[d]?|decisions?|resolved?|agreed?|agree|not|meetings?|minutes|absent|excused|apologi[sz]ed|apologies|sent|missing|missed|committee|board|get|be|{_CAME_EN})\b"
    r"|参会|與會|与会|到会|出席|参加|缺席|请假|没来|没参加|人员|名单|哪些人?|几个?人|多少人?|谁|什么|怎么定|[作做]?(?:出|了)?(?:哪些)?(?:决定|决议)|表决|关于|我们|是否|[的了吗有是在个没对要]|会议|开会|纪要",
    re.IGNORECASE,
)
# What was decided to do with the matter may be told with another verb: to buy a roof, 装充电桩.
_DONE = re.compile(
    rf"\bdecide[d]? to [a-z]+\b|(?:决定|同意)(?:了|要|是否)*[{CJK}](?=[{CJK}]{{2}})", re.IGNORECASE
)
_TELLING, _HEAD_CHARACTERS, _OPENING = 0.6, 60, 12
_ON_MATTER = 0.6
_MOST_DECISIONS = 10


def attended(work: Work, question: str) -> Gathered | None:
    """Who was present, or absent, as the minutes say it below that name or behind it; None where something else is asked,
    or no document tells it of the meeting that is meant."""
    missed = bool(_MISSED.search(question))
    if not missed and not _CAME.search(question):
        return None
    told = _ABSENT if missed else _PRESENT
    for gathered, sentences in _meetings(work, question):
        for at, one in enumerate(sentences):
            if (
                told.fullmatch(one.text)
                and not is_row(one.raw)
                and not (not missed and _ABSENT.fullmatch(one.text))
            ):
                return showing(gathered, [one, *_below(sentences, at)])
    return None


def decided_on(work: Work, question: str) -> Gathered | None:
    """What minutes say was decided on the matter that the question names, or that it was left open, below the matter's title;
    all decisions where it names none. None where something else is asked, or minutes tell nothing of it."""
    if not _DECIDE.search(question):
        return None
    matter = _rest(question)
    found: list[tuple[float, Gathered, list[SourceSentence]]] = []
    for gathered, sentences in _meetings(work, question):
        sections = list(_sections(sentences))
        if not matter:
            every = [one for section in sections for one in section if _DECISION.match(one.text)]
            if every:
                return showing(gathered, every[:_MOST_DECISIONS])
        for section in sections:
            told = [one for one in section if _DECISION.match(one.text)]
            said = coverage(
                matter, keys(f"{section[0].text}\n" + "\n".join(one.text for one in section)), gathered.rare
            )
            own = told or [one for one in section if _OPEN.search(one.text)]
            if own and said >= _ON_MATTER:
                found.append((said + bool(told), gathered, [section[0], *own]))
    best = max(found, key=lambda one: one[0], default=None)
    return showing(best[1], best[2]) if best is not None else None


def _meetings(work: Work, question: str) -> Iterator[tuple[Gathered, list[SourceSentence]]]:
    """Documents of meetings that the question may mean, those that it names best first: of the day or the month that it names,
    if any, and of its other words."""
    rest = _rest(question)
    found: list[tuple[float, Gathered, list[SourceSentence]]] = []
    for passages in found_whole(work, question):
        gathered = laid_open(question, [passages])
        sentences = list(gathered.sentences)
        opening = "\n".join([passages[0].filename, *(one.text for one in sentences[:_OPENING])])
        if _is_of(question, opening):
            said = coverage(rest, keys(f"{file_words(passages[0].filename)}\n{opening}"), gathered.rare)
            found.append((said, gathered, sentences))
    found.sort(key=lambda one: -one[0])
    return ((gathered, sentences) for _, gathered, sentences in found)


def _is_of(question: str, opening: str) -> bool:
    """Whether the opening names the day, else the month, that the question names; so does one that names no day."""
    asked, told = days(question), days(opening)
    if asked:
        return any(one.may_be(other) for one in asked for other in told)
    months = {figure.value for figure in figures(question) if figure.unit == "month"}
    return not months or not told or any(one.month in months for one in told)


def _rest(question: str) -> list[Word]:
    bare = _FRAME.sub(" ", _DONE.sub(" ", DAY.sub(" ", question)))
    return [word for word in question_words(bare) if word.weight >= _TELLING]


def _below(sentences: Sequence[SourceSentence], at: int) -> list[SourceSentence]:
    """The entries right below a title; none where what it names stands behind it."""
    if "：" in sentences[at].text or ":" in sentences[at].text:
        return []
    found: list[SourceSentence] = []
    for one in sentences[at + 1 :]:
        if not begins_entry(one.text) or (found and is_entry(found[0].text) != is_entry(one.text)):
            break
        found.append(one)
    return found


def _sections(sentences: Sequence[SourceSentence]) -> Iterator[list[SourceSentence]]:
    """What stands below each title, with it."""
    section: list[SourceSentence] = []
    for one in sentences:
        if _heads(one):
            if len(section) > 1:
                yield section
            section = []
        section.append(one)
    if len(section) > 1:
        yield section


def _heads(one: SourceSentence) -> bool:
    """Whether it is a title; a numbered one may give a year, too (2. Rents for 2025/26)."""
    short = len(one.text) <= _HEAD_CHARACTERS and not ends_sentence(one.text) and not is_row(one.raw)
    return one.title or (short and begins_entry(one.text) and not is_entry(one.text))
