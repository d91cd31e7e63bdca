"""Rows of tables whose name is what the question asks for: "What was net income in 2019?", "| Net income | 10,073 | 11,588 |".
A passage of rows is about too many things to be found by what one of them says."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag_core.ask.evidence.gather import Gathered, context_of
from rag_core.ask.evidence.labelled import asked_name
from rag_core.ask.language.figures import figures
from rag_core.ask.language.periods import without_periods
from rag_core.ask.language.sought import is_time, sought
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import keys, question_words
from rag_core.outline import split_heading
from rag_core.simplified import simplify
from rag_core.text import CJK, is_cjk, is_row, normalise, shares_script
from rag_core.types import Hit, Passage

# Documents whose tables are gone through, those found first; passages that one may have; passages taken.
_DOCUMENTS, _PASSAGES, _TAKEN = 3, 5000, 2
# A name that is asked for has all its words in the question, and this share of what the question asks for.
_SHARE = 0.5
# Which years a table's columns are of, or its words name, and what its title says tell rows of one name apart.
_SAME_YEAR, _YEAR_SAID, _SAME_TITLE = 0.3, 0.15, 0.2
# What tells of other times, or of what changed meanwhile, counts for so much.
_MISFIT = 0.6
# So many passages of a document are looked through for a name.
_OPENING = 60
_SHORTEST_ZH = 2
# What a name of a figure stands behind, and names that say of which figures they are only by their column.
_BEHIND_ZH = re.compile(r"[的年月日末底度期间内，、。\s\dA-Za-z]$|公司$|全年$")
_SUMS = frozenset(("合计", "总计", "小计", "总数", "平均", "平均值", "其他", "其它"))
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w&.’'-]+(?: [A-Z][\w&.’'-]+)*")
_ON_A_DAY = re.compile(r"\b(?:as of|end of|year[ -]end|at|on) |截至|[年月期]末", re.IGNORECASE)
_OF_A_PART = re.compile(r"\bquarters?\b|\bmonths?\b|\bweeks?\b|\bQ[1-4]\b|季度|半年|月份", re.IGNORECASE)
_OVER_TIME = re.compile(r"\bended\b|\bcash flows?\b|现金流量|本期|发生额", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:what|how much|how many)\b|多少|几|是什么", re.IGNORECASE)
# Words of a question for a figure that name none.
_PLAIN = keys(
    "total amount value figure number end year years fiscal full annual ended quarter month company much many million millions thousand billion usd dollars "
    "have had has hold held spend spent earn earned make made pay paid owe owed generate generated report reported record recorded post posted as of "
    "january february march april may june july august september october november december"
)
_NOTE = re.compile(
    r"[（(][^（()）]*[)）]|[:：]\s*$|^(?:其中|加|减|減|一|二|三|四|五|六|七|八|九|十)+[：:、.]|^\W*\d+[.、]"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks a figure of: its words, those that name a figure, those written as names are (Netflix), the years,
    and the Chinese text before the asking word; `on_a_day`, `of_a_part`: whether it asks for what there is on a day, and for
    less than a year."""

    words: frozenset[str]
    naming: frozenset[str]
    names: frozenset[str]
    years: frozenset[str]
    said: str
    on_a_day: bool
    of_a_part: bool


@functools.lru_cache(maxsize=64)
def wanted_row(question: str) -> Wanted | None:
    """What rows are looked for by; None for a question that asks for no figure."""
    if sought(question) != "number" and not (_YEAR.search(question) and _ASKS.search(question)):
        return None
    bare = _undated(question)
    asked = frozenset(word.key for word in question_words(bare))
    asked = frozenset(key for key in asked if not key.isdecimal())
    names = frozenset() if is_cjk(question) else _keys(" ".join(_NAME.findall(bare))) & asked - _PLAIN
    said = asked_name(question) if is_cjk(question) else ""
    years, day = frozenset(_YEAR.findall(question)), bool(_ON_A_DAY.search(question))
    return Wanted(asked, asked - _PLAIN, names, years, said, day, bool(_OF_A_PART.search(question)))


def within(wanted: Wanted, texts: Iterable[str]) -> Wanted:
    """What rows of a document with these texts are looked for by: names that it says need not be in a row's."""
    left = set(wanted.names)
    for text in texts:
        if not left:
            break
        left -= keys(text)
    naming = wanted.naming - wanted.names
    return wanted if left or not naming else replace(wanted, naming=naming, names=frozenset())


def _undated(question: str) -> str:
    """The question without the periods and days that it names."""
    bare = without_periods(question)
    for figure in figures(bare):
        bare = bare.replace(figure.written, " ") if is_time(figure) else bare
    return bare


def named_so(wanted: Wanted, sentence: SourceSentence) -> float:
    """How far (0 to 1) the sentence is a row whose name is what is asked for, in no table of other years."""
    years = set(_YEAR.findall(sentence.header))
    if years and wanted.years and not wanted.years & years:
        return 0.0
    context = context_of(sentence.filename, sentence.heading)
    fit = _MISFIT if _is_misfit(wanted, sentence.heading) else 1.0
    return fit * _named(wanted, sentence.raw, context) if is_row(sentence.raw) else 0.0


def _is_misfit(wanted: Wanted, heading: str) -> bool:
    """Whether the table tells changes over time where the question asks for what there is on a day, or of parts of a year
    where it asks for the whole."""
    over_time = wanted.on_a_day and _OVER_TIME.search(heading)
    return bool(over_time or (_OF_A_PART.search(heading) and not wanted.of_a_part))


def _named(wanted: Wanted, row: str, context: str) -> float:
    """How far (0 to 1) the name of the row is what is asked for in the table of this context."""
    name, gives = _parts(row)
    if not gives:
        return 0.0
    if wanted.said:
        # A Chinese name is told from what surrounds it by where the asking word stands.
        return _named_zh(wanted.said, name, context)
    own = _content(name)
    naming = wanted.naming - _keys(context)
    if not own or not own <= wanted.words | _PLAIN or not naming & own:
        return 0.0
    share = len(naming & own) / len(naming)
    return share if share >= _SHARE else 0.0


def wanted_rows(gathered: Gathered, question: str) -> dict[int, Wanted]:
    """What rows of each of the evidence's documents are looked for by; none where the question asks for no figure."""
    wanted = wanted_row(question)
    if wanted is None:
        return {}
    texts: dict[int, list[str]] = {}
    for one in gathered.sentences:
        texts.setdefault(one.document_id, [context_of(one.filename, one.heading)]).append(one.text)
    return {document_id: within(wanted, said) for document_id, said in texts.items()}


def has_row(gathered: Gathered, hits: Sequence[Hit]) -> bool:
    """Whether one of the hits has a row of just the name that is asked for, in a document that has the other names."""
    wanted = wanted_rows(gathered, gathered.question)
    return any(
        _named(here, line, _context(hit.passage)) == 1.0
        for hit in hits
        if (here := wanted.get(hit.passage.document_id)) is not None and not here.names
        for line in hit.passage.text.split("\n")
        if is_row(line)
    )


def with_rows(
    question: str, hits: Sequence[Hit], whole: Callable[[int], Sequence[Passage]]
) -> tuple[Hit, ...]:
    """The hits, before them the passages of the documents found first that have a row of the name asked for."""
    wanted = wanted_row(question)
    if wanted is None or not hits:
        return tuple(hits)
    found: list[tuple[float, Passage]] = []
    for document_id in list(dict.fromkeys(hit.passage.document_id for hit in hits))[:_DOCUMENTS]:
        passages = whole(document_id)
        here = within(wanted, (f"{_context(one)} {one.text}" for one in passages[:_OPENING]))
        # Another company's income is no answer.
        if len(passages) <= _PASSAGES and not here.names:
            found += _found(here, passages)
    best = [passage for _, passage in sorted(found, key=lambda one: -one[0])[:_TAKEN]]
    known = {hit.passage.id: hit for hit in hits}
    first = [replace(known.get(one.id) or Hit(one, 0.0, 0.0, 0.0, 0, 0), score=hits[0].score) for one in best]
    taken = {one.id for one in best}
    return (*first, *(hit for hit in hits if hit.passage.id not in taken))


def names_nobody(question: str, hits: Sequence[Hit], whole: Callable[[int], Sequence[Passage]]) -> bool:
    """Whether a figure is asked of somebody (Tesla's income) whose name none of the documents found first has, where a row
    gives that of others. Of documents in another script that can't be told."""
    wanted = wanted_row(question)
    if wanted is None or not wanted.names or not _gives(wanted, hits):
        return False
    documents = dict.fromkeys(hit.passage.document_id for hit in hits)
    texts = (
        f"{_context(one)} {one.text}".casefold() for each in documents for one in whole(each)[:_PASSAGES]
    )
    return not any(
        any(name in text for name in wanted.names) or not shares_script(question, text) for text in texts
    )


def _gives(wanted: Wanted, hits: Sequence[Hit]) -> bool:
    """Whether one of the hits has a row of the name asked for, whoever it is of."""
    anyones = replace(wanted, naming=wanted.naming - wanted.names, names=frozenset())
    return any(
        _named(anyones, line, _context(hit.passage)) == 1.0
        for hit in hits
        for line in hit.passage.text.split("\n")
        if is_row(line)
    )


def _found(wanted: Wanted, passages: Sequence[Passage]) -> Iterator[tuple[float, Passage]]:
    for passage in passages:
        rows = [line for line in passage.text.split("\n") if is_row(line)]
        context = _context(passage)
        best = max((_named(wanted, row, context) for row in rows), default=0.0)
        if best:
            same = _same_years(wanted, passage)
            titled = len(_keys(passage.heading) & wanted.naming) / max(len(wanted.naming), 1)
            fit = _MISFIT if _is_misfit(wanted, passage.heading) else 1.0
            yield fit * best + same + _SAME_TITLE * titled, passage


def _context(passage: Passage) -> str:
    return context_of(passage.filename, passage.heading)


def _same_years(wanted: Wanted, passage: Passage) -> float:
    columns, said = (set(_YEAR.findall(text)) for text in (split_heading(passage.heading)[1], passage.text))
    if not wanted.years:
        return 0.0
    return _SAME_YEAR if wanted.years <= columns else _YEAR_SAID if wanted.years <= said else 0.0


def _parts(row: str) -> tuple[str, bool]:
    """The row's name and whether it gives figures beside it."""
    cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
    name = _NOTE.sub("", cells[0]).strip() if cells else ""
    return name, bool(name) and any(any(map(str.isdigit, cell)) for cell in cells[1:])


def _named_zh(said: str, name: str, context: str) -> float:
    """1 for a name that the question ends on, behind whose or of when it is: of 平均开花数 a row 开花数 says nothing."""
    bare = re.sub(rf"[^{CJK}A-Za-z]", "", simplify(normalise(name)))
    if len(bare) < _SHORTEST_ZH or bare in _SUMS or not said.endswith(bare):
        return 0.0
    before = said.removesuffix(bare)
    return float(not before or bool(_BEHIND_ZH.search(before)) or before[-2:] in simplify(context))


@functools.lru_cache(maxsize=20_000)
def _content(name: str) -> frozenset[str]:
    return frozenset(word.key for word in question_words(name))


@functools.lru_cache(maxsize=20_000)
def _keys(text: str) -> frozenset[str]:
    return keys(text)
