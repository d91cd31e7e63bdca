"""Clauses asked for by their number: in which document, how far each reaches, and which part of it is meant
(第十二条第三项, section 4(b)(ii))."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.named import named
from rag_core.ask.language.figures import figures
from rag_core.ask.language.lists import ANNOUNCES
from rag_core.ask.language.numbered import asks_for_clause, opened
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import rough_tokens
from rag_core.text import entry_mark

# A clause is quoted up to so many sentences and characters; what belongs to one stands no farther apart.
MOST_SENTENCES, MOST_CHARACTERS, NEAR = 12, 1000, 12
MOST_DOCUMENTS, TITLE_SHORT = 3, 9
# Of several documents that are named alike, each is meant.
NAMED_ALIKE = 0.9
# Paragraphs of a clause (款) are parted by an empty line.
_EMPTY_LINE = 2
_HAN = "一二三四五六七八九十百零〇"
_COUNT = rf"[（(]?(?:[{_HAN}]{{1,4}}|\d{{1,3}})[)）]?"
_ZH_PARTS = re.compile(
    rf"第\s?(?:[{_HAN}]{{1,5}}|\d{{1,3}})\s?[条條](?:\s?第\s?(?P<paragraph>{_COUNT})\s?款)?(?:\s?的?第?\s?(?P<entry>{_COUNT})\s?[项項])?"
)
_EN_PARTS = re.compile(
    r"(?:§|\b(?:section|clause|article)\b)\s?[A-Z]?\d[\d.]*(?P<inner>(?:\s?\((?:[a-z]{1,4}|\d{1,2})\))+)"
    r"|\b(?:paragraph|subsection|item|point|limb) \(?(?P<entry>[a-z]|[ivx]{1,4}|\d{1,2})\)? of (?=section|clause|article)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\(([a-z]{1,4}|\d{1,2})\)", re.IGNORECASE)
_WITHIN = re.compile(
    r"(?<!section)(?<!paragraph)(?<!clause)(?<!article)\s\(([a-z]{1,4}|\d{1,2})\)\s", re.IGNORECASE
)
# 2.1.3 may be a version, too.
_NAMED = re.compile(r"[条條]|§|\b(?:section|clause|article)\b", re.IGNORECASE)
_MARK = re.compile(rf"\s*[（(]?(?P<label>[{_HAN}]{{1,4}}|\d{{1,2}}|[a-z]{{1,4}})(?:[)）]|[.、．](?!\d))")
_DIVISION = re.compile(
    rf"\s*(?:第\s?(?:[{_HAN}]{{1,5}}|\d{{1,3}})\s?[条條章节節编編]"
    r"|(?:Section|Clause|Article|Chapter|Part|Annex|Schedule|SECTION|ARTICLE|CHAPTER|PART) (?:\d{1,3}|[IVXL]+|[A-Z])\b(?! applies))"
)
_DOTTED = re.compile(r"\s*(?P<letter>[A-Z]?)(?P<parts>\d{1,3}(?:\.\d{1,3})*)(?:[.、．:：)）]|(?=\s))")


def openings(gathered: Gathered) -> list[SourceSentence]:
    """The sentences that begin with the number of what the question asks for, in the documents that it names, if any."""
    found = [one for one in gathered.sentences if opened(gathered.question, one.text)]
    if not found or not asks_for_clause(gathered.question):
        return found
    shares = named(gathered.question, gathered.sentences, gathered.rare)
    least = NAMED_ALIKE * max(shares.values())
    return [one for one in found if shares[one.document_id] >= least]


def lacks_clause(gathered: Gathered) -> bool:
    """Whether the question asks for a clause by its number and the documents that it means have none of it."""
    by_name = bool(_NAMED.search(gathered.question))
    return by_name and asks_for_clause(gathered.question) and not openings(gathered)


def has_clause(gathered: Gathered) -> bool:
    """Whether the clause whose number the question asks for is at hand."""
    return asks_for_clause(gathered.question) and bool(openings(gathered))


def clause_asked(gathered: Gathered) -> list[SourceSentence]:
    """The clause whose number the question asks for, or the part of it; none where it asks for none, or none is at hand.
    Of several documents, those whose clause has such a part; where no part is asked for, only how each clause begins."""
    first: dict[int, SourceSentence] = {}
    for one in (
        sorted(openings(gathered), key=lambda one: -one.score) if asks_for_clause(gathered.question) else ()
    ):
        first.setdefault(one.document_id, one)
    whole = [_clause(gathered, one) for one in first.values()][:MOST_DOCUMENTS]
    wanted = _labels(gathered.question)
    parts = [part for clause in whole if wanted and (part := _part(clause, *wanted))]
    if parts or len(whole) > 1:
        return [one for part in parts or [_opening(clause) for clause in whole] for one in part]
    return _up_to_limit(whole[0]) if whole else []


def _opening(clause: Sequence[SourceSentence]) -> list[SourceSentence]:
    """How the clause begins: its title with the sentence below it."""
    only_titled = clause[0].title or rough_tokens(clause[0].text) < TITLE_SHORT
    return list(clause[: 2 if only_titled and not ANNOUNCES.search(clause[0].text) else 1])


def _labels(question: str) -> tuple[int, tuple[str, ...]] | None:
    """Which paragraph of a clause is asked for (0 for none), and the labels of the entry in it, one within the other."""
    zh = _ZH_PARTS.search(question)
    if zh and (zh["paragraph"] or zh["entry"]):
        entry = (_plain(zh["entry"]),) if zh["entry"] else ()
        return int(_plain(zh["paragraph"])) if zh["paragraph"] else 0, entry
    en = _EN_PARTS.search(question)
    if en is None:
        return None
    return 0, tuple(map(_plain, _LABEL.findall(en["inner"]))) if en["inner"] else (_plain(en["entry"]),)


def _plain(label: str) -> str:
    """The label as it is compared: 三, （三） and 3 are one, and so are B and b."""
    bare = label.strip("（()） ").lower()
    counted = figures(f"第{bare}") if bare[0] in _HAN else ()
    return str(int(counted[0].value)) if counted else bare


def _clause(gathered: Gathered, first: SourceSentence) -> list[SourceSentence]:
    """The sentences of the clause that begins with the first, up to the next one."""
    found = [first]
    for one in gathered.sentences[gathered.sentences.index(first) + 1 :]:
        apart = one.number != first.number or one.start - found[-1].end > NEAR
        if apart or _ends(first.text, one):
            break
        found.append(one)
    return found


def _ends(clause: str, one: SourceSentence) -> bool:
    """Whether what begins with the sentence is no longer the clause that begins with the text."""
    if _DIVISION.match(one.text):
        return True
    number, mine = _number(one.text), _number(clause)
    if number and mine and not _DIVISION.match(clause):
        return _is_next(number, mine)
    announces = bool(ANNOUNCES.search(one.text))
    return one.title and not number and not announces and entry_mark(one.text) in ("", "一")


def _is_next(number: tuple[str, tuple[int, ...]], mine: tuple[str, tuple[int, ...]]) -> bool:
    """Whether the number is that of a clause behind mine, and no entry of it: "1." within 6.2 is one, 6.2.1 belongs to it,
    and 7 or 6.3 is the next."""
    (letter, parts), (my_letter, my_parts) = number, mine
    if letter != my_letter:
        return bool(letter)
    if len(parts) < len(my_parts) or len(parts) == 1:
        return parts == (*my_parts[: len(parts) - 1], my_parts[len(parts) - 1] + 1)
    return parts[: len(my_parts)] > my_parts


def _number(text: str) -> tuple[str, tuple[int, ...]] | None:
    """The letter ("" for none) and the parts of the number that the text begins with."""
    found = _DOTTED.match(text)
    return (found["letter"], tuple(map(int, found["parts"].split(".")))) if found else None


def _part(clause: Sequence[SourceSentence], paragraph: int, labels: Sequence[str]) -> list[SourceSentence]:
    """The paragraph, or the entry in it with what announces it; none where the clause has no such part."""
    scope = _paragraph(clause, paragraph) if paragraph else list(clause)
    led: list[SourceSentence] = []
    for label in labels:
        at = next((i for i, one in enumerate(scope) if _labelled(one.text, label)), None)
        if at is None:
            return []
        own = entry_mark(scope[at].text)
        heads = (one for one in reversed(scope[:at]) if ANNOUNCES.search(one.text))
        head = next((one for one in heads if entry_mark(one.text) != own), None)
        led += [head] if head is not None and head not in led else []
        led += [scope[at]]
        scope = _entry(scope[at:], label)
    return list(dict.fromkeys((*led, *scope)))


def _paragraph(clause: Sequence[SourceSentence], number: int) -> list[SourceSentence]:
    found = [[clause[0]]]
    for before, one in pairwise(clause):
        if one.start - before.end >= _EMPTY_LINE and not entry_mark(one.text):
            found.append([])
        found[-1].append(one)
    return found[number - 1] if number <= len(found) else list(clause)


def _labelled(text: str, label: str) -> bool:
    """Whether the text is the entry with the label, or holds it behind the clause's own number."""
    mark = _MARK.match(text)
    if mark and _plain(mark["label"]) == label and not _DIVISION.match(text):
        return True
    return any(_plain(one[1]) == label for one in _WITHIN.finditer(text))


def _entry(scope: Sequence[SourceSentence], label: str) -> list[SourceSentence]:
    """The first sentence, the entry with the label, and what still belongs to it: up to the next entry, or an empty line
    without one."""
    mark = entry_mark(scope[0].text)
    found = [scope[0]]
    for before, one in pairwise(scope):
        own = entry_mark(one.text)
        lettered = own == "(a)" and re.fullmatch("[a-z]", label) is not None
        # (i) stands within (b), not beside it.
        beside = _labelled(one.text, chr(ord(label) + 1)) if lettered else own == mark
        if beside or (not own and one.start - before.end >= _EMPTY_LINE):
            break
        found.append(one)
    return found


def _up_to_limit(clause: Sequence[SourceSentence]) -> list[SourceSentence]:
    found: list[SourceSentence] = []
    room = MOST_CHARACTERS
    for one in clause[:MOST_SENTENCES]:
        room -= len(one.text)
        if found and room < 0:
            break
        found.append(one)
    return found
