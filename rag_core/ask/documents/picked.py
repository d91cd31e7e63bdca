"""Rows of tables and entries of lists picked by what the question says of them: those of a month, those of a person, those
that are done or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag_core.ask.asked import Work
from rag_core.ask.documents.opened import found_whole, laid_open, showing
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.days import days
from rag_core.ask.language.figures import figures
from rag_core.ask.language.lists import is_entry
from rag_core.ask.language.spans import SourceSentence, all_cells
from rag_core.ask.language.words import Word, coverage, file_words, keys, question_words
from rag_core.headings import PATH_MARK
from rag_core.text import begins_entry, is_cjk, is_row, shares_script
from rag_core.types import Passage

_LISTS = re.compile(
    r"\b(?:which|what|whose|list|show|all)\b|哪些|什么|什麼|谁的|誰的|有谁|列出|哪几", re.IGNORECASE
)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = re.compile(
    rf"\b(?P<word>{'|'.join(_MONTHS)})\b(?:\s+(?P<year>(?:19|20)\d\d))?|(?:(?P<nian>(?:19|20)\d\d)\s?年)?\s?(?<!\d)(?P<yue>\d{{1,2}})\s?月份?(?!\s?\d)",
    re.IGNORECASE,
)
# Who is to do what: how a question asks for it, and what tables and lists of it are called.
_TASKS = re.compile(
    r"\baction items?\b|\btasks?\b|\bto-?dos?\b|\b(?:have|has|need|needs|supposed|asked) to do\b|\bresponsible for\b|待办|待辦|任务|任務|行动项|要做|该做|负责|負責",
    re.IGNORECASE,
)
_TASK_LISTS = re.compile(
    r"\b(?:action items?|actions|tasks?|to-?dos?|owner|assignee|responsible)\b|\| who \||待办|待辦|任务|任務|行动项|负责人|負責人|责任人",
    re.IGNORECASE,
)
_DONE_ZH, _OPEN_ZH = (
    r"已(?:经)?(?:完成|做完|办完|做好)|完成了|做完了",
    r"(?:未|没|沒|没有|尚未|还没)(?:有)?(?:完成|做|办)|还要做|还剩|待完成",
)
_DONE = re.compile(
    rf"(?<!not )(?<!not yet )\b(?:done|finished|completed|ticked off)\b|{_DONE_ZH}", re.IGNORECASE
)
_OPEN = re.compile(
    rf"\b(?:still|not (?:yet )?(?:done|finished|completed)|outstanding|pending|undone|unfinished|left to do)\b|{_OPEN_ZH}",
    re.IGNORECASE,
)
# "Which flights do I have?", 有哪些航班: all there are, without a condition.
_WHOLE = re.compile(
    r"^\W*(?:which|what) \w+(?: \w+)? (?:do (?:i|we) have|are there|have (?:i|we) got)\W*$|^\W*(?:list|show)(?: me)? (?:all )?(?:the |my |our )?\w+(?: \w+)?\W*$|^(?:我们?|都|一共)*有哪些\S{2,6}[？?]?$",
    re.IGNORECASE,
)
_TO_DO = re.compile(r"\b(?:to-?dos?|to do|tasks?|errands?)\b|待办|待辦|任务|任務|事", re.IGNORECASE)
_TICKED, _UNTICKED = re.compile(r"\W*(?:\[[xX✓✔]\]|[☑✓✔✅])"), re.compile(r"\W*(?:\[\s?\]|[☐□])")
_FRAME = re.compile(
    r"\b(?:to-?dos?|which|what|whose|list|show|all|who|is|are|was|were|do|does|did|have|has|had|i|we|my|our|me|the|a|an|in|on|at|for|of|to|from|with|and|there|any|this|be|get|got|"
    r"done|finished|completed|still|left|outstanding|pending|not|yet|things?|items?|tasks?)\b"
    r"|哪些|什么|谁的?|有谁|列出|我们?|有|要|还|没有?|已经?|完成|做完|办完|做|事情?|待办|任务|清单|未|[的了在里个份是]",
    re.IGNORECASE,
)
_LIST_NAMED, _MOST_LISTS = re.compile(r"\bto-? ?dos?\b|\btasks?\b|待办|待辦|任务清单", re.IGNORECASE), 4
_NAMED = re.compile(r"\W*(?:\d{1,2}[.、)]\s*)?(?P<name>[^:：|]{2,24})[:：]")
_TELLING, _HELD, _MOST = 0.6, 0.6, 20


@dataclass(frozen=True, slots=True)
class _Line:
    """A row or an entry, and what stands above it: the name of its file, its title and the names of its columns."""

    sentence: SourceSentence
    above: str

    @property
    def owner(self) -> str:
        """Whom it begins with; "" for nobody."""
        if is_row(self.sentence.raw):
            return next(iter(all_cells(self.sentence.raw)), "")
        named = _NAMED.match(self.sentence.text)
        return named["name"].strip() if named else ""


def picked(work: Work, question: str) -> Gathered | None:
    """All rows and entries that fit what the question says, in the documents and below the titles that its other words name;
    None where it asks for no such thing, or nothing fits."""
    month, tasks = _month(question), bool(_TASKS.search(question))
    listed = bool(_LISTS.search(question))
    ticks = (
        listed and bool(_TO_DO.search(question)) and bool(_DONE.search(question) or _OPEN.search(question))
    )
    whole = bool(_WHOLE.search(question)) and not month and not days(question)
    if not (tasks or ticks or whole or (listed and month)):
        return None
    gathered = laid_open(question, [*found_whole(work, question), *(_called_lists(work) if ticks else ())])
    lines = _lines(gathered.sentences)
    found = _owned(question, lines) if tasks else []
    if not found and ticks:
        found = [one for one in _in_state(question, lines) if _speaks_of(gathered, one, _rest(question))]
    if not found and whole:
        found = _titled(question, lines)
    if month and found:
        found = [one for one in found if _is_in(one, month)]
    elif month and listed and _rest(question):
        found = [one for one in lines if _is_in(one, month) and _speaks_of(gathered, one, _rest(question))]
    found = list({(one.sentence.document_id, one.sentence.start): one for one in found}.values())
    own = [one for one in found if shares_script(question, one.sentence.text)] or found
    return showing(gathered, [one.sentence for one in own][:_MOST]) if found else None


def _called_lists(work: Work) -> Iterator[Sequence[Passage]]:
    """Documents that are called lists of what is to do: their entries hold no word of a question for what is done."""
    named = [one for one in work.means.files(work.asked) if _LIST_NAMED.search(file_words(one.filename))]
    return filter(None, (work.means.whole(one.document_id) for one in named[:_MOST_LISTS]))


def _lines(sentences: Sequence[SourceSentence]) -> list[_Line]:
    found: list[_Line] = []
    title, number = "", 0
    for one in sentences:
        if one.number != number:
            title, number = "", one.number
        row = is_row(one.raw)
        if (row and one.header) or (begins_entry(one.text) and (is_entry(one.text) or not one.title)):
            above = one.heading if row else title or one.heading
            found.append(_Line(one, f"{file_words(one.filename)}\n{above}\n{one.header}"))
        elif not row and (one.title or one.text.startswith("【") or begins_entry(one.text)):
            title = one.text
    return found


def _month(question: str) -> tuple[int, int] | None:
    """The month that the question names, and its year or 0; None where it names a day, or none or several months."""
    found = list(_MONTH.finditer(question))
    named = {int(one["yue"]) if one["yue"] else _MONTHS.index(one["word"].lower()) + 1 for one in found}
    if len(named) != 1 or days(question):
        return None
    return named.pop(), max(int(one["year"] or one["nian"] or 0) for one in found)


def _is_in(line: _Line, month: tuple[int, int]) -> bool:
    """Whether the line names a day of that month, else the month."""
    named = days(line.sentence.text)
    if named:
        return any(
            one.month == month[0] and (not month[1] or not one.year or one.year == month[1]) for one in named
        )
    return any(one.unit == "month" and one.value == month[0] for one in figures(line.sentence.text))


def _owned(question: str, lines: Sequence[_Line]) -> list[_Line]:
    """The lines of lists of tasks that begin with somebody whom the question names."""
    return [
        one for one in lines if _TASK_LISTS.search(one.above) and one.owner and _names(question, one.owner)
    ]


def _titled(question: str, lines: Sequence[_Line]) -> list[_Line]:
    """The rows of tables whose title is just what the question asks for all of ("Which flights do I have?", "Flights")."""
    wanted = {word.key for word in _rest(question)}
    return [
        one
        for one in lines
        if wanted
        and is_row(one.sentence.raw)
        and wanted == {word.key for word in _rest(one.sentence.heading.rsplit(PATH_MARK, 1)[-1])}
    ]


def _names(question: str, owner: str) -> bool:
    """Whether the question names them, by one of their names."""
    if is_cjk(owner):
        return owner in question
    own = {word.key for word in question_words(owner) if word.weight >= _TELLING}
    return bool(own & keys(question)) and owner[:1].isupper()


def _in_state(question: str, lines: Sequence[_Line]) -> list[_Line]:
    """The lines that are ticked off, or are not, by their marks or by the title above them."""
    is_open = bool(_OPEN.search(question))
    mark, title, other = (_UNTICKED, _OPEN, _DONE) if is_open else (_TICKED, _DONE, _OPEN)
    return [
        one
        for one in lines
        if mark.match(_after_mark(one.sentence.text))
        or (_TO_DO.search(one.above) and title.search(one.above) and not other.search(one.above))
    ]


def _after_mark(text: str) -> str:
    return re.sub(r"^(?:[•·*-]|\d{1,2}[.、)])\s*", "", text)


def _rest(question: str) -> list[Word]:
    bare = _FRAME.sub(" ", _MONTH.sub(" ", question))
    return [word for word in question_words(bare) if word.weight >= _TELLING]


def _speaks_of(gathered: Gathered, line: _Line, rest: Sequence[Word]) -> bool:
    return not rest or coverage(rest, keys(f"{line.above}\n{line.sentence.text}"), gathered.rare) >= _HELD
