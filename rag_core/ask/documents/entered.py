"""What stands under a day in a diary or a chat: "What did I do on 12 March?", 3月12日我去了哪里."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.asked import Work
from rag_core.ask.documents.journals import Journal, journals
from rag_core.ask.documents.opened import found_whole, laid_open, showing
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.stamped import Entry, is_head
from rag_core.ask.language.days import DAY, Day, days
from rag_core.ask.language.spans import SourceSentence, all_cells
from rag_core.ask.language.words import Word, coverage, file_words, keys, question_words, rarity
from rag_core.text import is_row, shares_script

_ASKS = re.compile(
    r"\b(?:what|where|who(?:m)?)\b.*\b(?:I|we)\b|\bwhat happened\b|\bwhat (?:is|was|stands|does).*\b(?:diary|journal|chat)\b"
    r"|(?:我|咱).*(?:什么|什麼|啥|哪|谁|誰|干嘛)|(?:做|干|发生|發生|写|寫)(?:了|过)?(?:什么|什麼|啥|哪些)|去了?哪",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\b(?:what|where|whom?|with|did|do|does|done|doing|was|were|is|have|has|had|i|we|my|our|me|on|in|at|to|the|of|a|happen(?:ed)?|write|wrote|written|"
    r"go|went|gone|diary|journal|entry|chat|say|says|said|there|it|been|day|that|up|about|for|tell)\b"
    r"|我们?|咱们?|[做干去写](?:了|过)?|什么|什麼|啥|哪里|哪裡|哪儿|发生|發生|日记|日記|聊天|记录|记了|[的了过是在里中有这那天]|事情?|干嘛|谁|安排|行程|住|去",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:what|where|which)\b|什么|什麼|啥|哪里|哪裡|哪儿|去哪|住哪|安排|行程", re.IGNORECASE
)
_TELLING, _HELD = 0.6, 0.5
# A plan has so many rows of days, each in a short cell.
_FEWEST_ROWS, _LONGEST_DAY = 3, 24


def entered(work: Work, question: str) -> Gathered | None:
    """What an entry of the day says that the question asks about; shown is none of it where diaries have no such day, and
    nothing that was found names it. None where something else is asked."""
    asked = days(question)
    if not asked or not _ASKS.search(question):
        return None
    found = [one for one in journals(work, question) if shares_script(question, one.texts[0])]
    # Who asks what they did means their diary rather than a chat.
    found.sort(key=lambda one: any(entry.author for entry in one.entries))
    rest = _rest(question)
    for one in found:
        places = [
            at
            for entry in one.entries
            if not entry.is_mail and _is_of(entry, asked)
            for at in _told(one, entry, rest)
        ]
        if places:
            return one.shown(question, places)
    diary = next((one for one in found if not any(entry.author for entry in one.entries)), None)
    if diary is None or rest or _is_named(work, question, asked):
        return None
    return diary.nothing(question)


def timetabled(work: Work, question: str) -> Gathered | None:
    """The rows of a table that begin with the day of which the question asks what or where something is; none shown where a table
    has rows of days of its month, but not of that one, and nothing that was found names it. None where something else is
    asked, or no such table is found."""
    asked = days(question)
    if not asked or not _PLANNED.search(question):
        return None
    gathered = laid_open(question, found_whole(work, question))
    rest = _rest(question)
    dated = [(one, named) for one in gathered.sentences if (named := _day_of_row(one))]
    found = [
        one
        for one, named in dated
        if any(day.may_be(other) for day in asked for other in named)
        and coverage(rest, keys(f"{file_words(one.filename)}\n{one.heading}\n{one.led}"), gathered.rare)
        >= _HELD * bool(rest)
    ]
    if found:
        return showing(gathered, found)
    months = {day.month for day in asked}
    near = [one.document_id for one, named in dated if any(day.month in months for day in named)]
    planned = any(near.count(one) >= _FEWEST_ROWS for one in near)
    missing = planned and not rest and not _is_named(work, question, asked)
    return showing(gathered, []) if missing else None


def _day_of_row(one: SourceSentence) -> frozenset[Day]:
    """The day that a table's row begins with; none where it begins with something else."""
    cells = all_cells(one.raw) if is_row(one.raw) and one.header else []
    return days(cells[0]) if cells and len(cells[0]) <= _LONGEST_DAY else frozenset()


def _rest(question: str) -> list[Word]:
    bare = _FRAME.sub(" ", DAY.sub(" ", question))
    return [word for word in question_words(bare) if word.weight >= _TELLING]


def _is_of(entry: Entry, asked: frozenset[Day]) -> bool:
    return any(one.may_be(other) for one in asked for other in entry.days)


def _told(journal: Journal, entry: Entry, rest: Sequence[Word]) -> list[int]:
    """What the entry says, with its heads: all of it, or what holds the rest of the question's words."""
    if not rest:
        return [*entry.heads, *entry.told]
    rare = rarity(journal.texts)
    held = {at: coverage(rest, keys(journal.texts[at]), rare) for at in entry.told}
    best = max(held.values(), default=0.0)
    chosen = [at for at, share in held.items() if share == best]
    return [*entry.heads, *chosen] if best >= _HELD else []


def _is_named(work: Work, question: str, asked: frozenset[Day]) -> bool:
    """Whether something that was found names the day elsewhere than where an entry or a mail says when it was written."""
    texts = (
        line for hit in work.means.search(question, work.asked).hits for line in hit.passage.text.split("\n")
    )
    named = (line for line in texts if any(one.may_be(day) for one in asked for day in days(line)))
    return any(not is_head(line) and shares_script(question, line) for line in named)
