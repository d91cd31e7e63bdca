"""Which sentences of a passage are titles: a title names what is asked about, but answers nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rag_core.ask.evidence.stamped import opens_message
from rag_core.ask.language.figures import Figure, beyond, figures
from rag_core.ask.language.lists import is_entry
from rag_core.ask.language.numbered import opens_caption
from rag_core.ask.language.periods import without_periods
from rag_core.ask.language.words import ENDS, keys, words
from rag_core.headings import PATH_MARK
from rag_core.outline import split_heading
from rag_core.text import CJK, begins_entry, cell_spans, clause_number, flow, is_row

TITLE_CHARACTERS = 40
# What ends so is an entry of a list, however short.
_GOES_ON = (";", ",", "，", "、")
# So many short lines below one another are a list: each says something.
_LIST_LINES = 3
_CAPTION = re.compile(
    r"(?:Table|Figure|Fig\.|Exhibit)\s?[A-Z]?\d|(?:附?表|图)\s?[A-Z]?[\d一二三四五六七八九十]"
)
# "Colour: green" gives what it names.
_GIVEN = re.compile(r"[^:：]{1,28}[:：]\s*[^\s:：]")
# So does an e-mail address.
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Words that weigh so much say something by themselves.
_TELLING = 0.6
# "5 Conclusion", "5 结论": what a bare number stands before is no unit of it.
_SECTION = re.compile(rf"(?:[1-9]|1\d)\s{{1,3}}(?=[A-Z][a-z]|[{CJK}]{{2}})")
# A mail's subject says no more of it than a title; nor does to whom it is, where nobody and no address is asked for.
_SUBJECT = re.compile(r"(?:subject|主题|主題|主旨)\s*[:：]", re.IGNORECASE)
_ADDRESSED = re.compile(r"(?:from|to|cc|发件人|發件人|收件人|抄送)\s*[:：][^@]{0,80}@", re.IGNORECASE)
_ASKS_ADDRESS = re.compile(
    r"\b(?:who|whom|whose|e?-?mails?|address|contact|reach|sen[dt]|cc)\b|谁|誰|邮|郵|地址|联系|[发發]",
    re.IGNORECASE,
)
_FIRM = re.compile(r"(?P<name>[A-Z][\w&'’.-]*(?: [A-Z&][\w'’.-]*){0,4}),? (?:Inc|Ltd|LLC|Corp|Co|S\.A)\.")


@dataclass(frozen=True, slots=True)
class Known:
    """A question, with its figures and its words."""

    question: str
    figures: tuple[Figure, ...]
    words: frozenset[str]


def known_from(question: str) -> Known:
    """The question, with its figures and its words."""
    return Known(question, figures(question), keys(question))


def titles_among(texts: Sequence[str], headings: Sequence[str], known: Known) -> list[bool]:
    """Which of a passage's sentences are titles. `headings` are those they stand under, one each. A short line with
    figures that the question does not name says something, and so do a table's row below its header and the caption whose
    number the question asks for; a name with a full stop says no more than one without."""
    said = [flow(text) for text in texts]
    sure = [
        (_is_named(one, heading) and not opens_caption(known.question, one))
        or _names_only(one, known)
        or _heads_mail(one, known)
        or opens_message(one)
        for one, heading in zip(said, headings, strict=True)
    ]
    short = [
        _is_short(one) and not certain and not is_record(one) and not opens_caption(known.question, one)
        for one, certain in zip(said, sure, strict=True)
    ]
    listed: list[bool] = []
    for is_short, run in groupby(short):
        count = len(list(run))
        listed += [is_short and count >= _LIST_LINES] * count
    # What stands without a mark right above entries with one is no line of their list: "Ingredients" above "• 2 carrots".
    listed = [
        in_list and (begins_entry(one) or not is_entry(below))
        for in_list, one, below in zip(listed, said, [*said[1:], ""], strict=True)
    ]
    return [
        certain or (is_short and not (in_list and not is_row(one)) and not _gives(one, known))
        for one, certain, is_short, in_list in zip(said, sure, short, listed, strict=True)
    ]


def is_header(said: str, header: str) -> bool:
    """Whether a table's row only says what its columns are called."""
    return is_row(said) and bool(header) and all(said[low:high] in header for low, high in cell_spans(said))


def is_record(said: str) -> bool:
    """Whether it is a table's row of more than one cell: its first names what the others say."""
    return is_row(said) and len(cell_spans(said)) > 1


def _is_named(said: str, heading: str) -> bool:
    path, header = split_heading(heading)
    return said in path.split(PATH_MARK) or _CAPTION.match(said) is not None or is_header(said, header)


def _heads_mail(said: str, known: Known) -> bool:
    addressed = _ADDRESSED.match(said) is not None and not _ASKS_ADDRESS.search(known.question)
    return addressed or _SUBJECT.match(said) is not None


def _is_short(said: str) -> bool:
    return len(said) <= TITLE_CHARACTERS and not ENDS.search(said) and not said.endswith(_GOES_ON)


def _section_number(said: str) -> int:
    """How many characters at a title's beginning are the bare number of a section; 0 for none."""
    found = _SECTION.match(said)
    counted = found and any(figure.unit for figure in figures(said)[:1])
    return found.end() if found and not counted else 0


def _names_only(said: str, known: Known) -> bool:
    """Whether it is a firm's name whose full stop belongs to its legal form, and the question has the name."""
    name = _FIRM.fullmatch(said)
    if name is None or len(said) > TITLE_CHARACTERS:
        return False
    told = {word.key for word in words(name["name"]) if word.weight >= _TELLING}
    return bool(told) and told <= known.words


def _gives(said: str, known: Known) -> bool:
    number = clause_number(said) or _section_number(said)
    return bool(beyond(figures(without_periods(said[number:])), known.figures)) or (
        not number and (_GIVEN.match(said) or EMAIL.search(said)) is not None
    )
