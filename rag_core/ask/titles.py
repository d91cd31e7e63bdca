"""Sentences that name what is asked about and say nothing of it: titles, captions, headers of tables, bare names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag_core.ask.figures import Figure, beyond, figures
from rag_core.ask.fold import ENDS
from rag_core.ask.words import keys, words
from rag_core.headings import PATH_MARK
from rag_core.outline import split_heading
from rag_core.text import cell_spans, clause_number, flow, is_row

TITLE_CHARACTERS = 40
# Words that weigh so much say something by themselves.
_TELLING = 0.6
_CAPTION = re.compile(
    r"(?:Table|Figure|Fig\.|Exhibit)\s?[A-Z]?\d|(?:附?表|图)\s?[A-Z]?[\d一二三四五六七八九十]"
)
_LEGAL_FORM = re.compile(r"\b(?:Inc|Ltd|LLC|PLC|plc|Corp|Co|GmbH|AG|S\.A)\b\.?")


@dataclass(frozen=True, slots=True)
class Known:
    """What a question says itself: its figures and its words."""

    figures: tuple[Figure, ...]
    words: frozenset[str]


def known_from(question: str) -> Known:
    """What the question says itself."""
    return Known(figures(question), keys(question))


def is_title(text: str, heading: str, known: Known) -> bool:
    """A title names what is asked about, but answers nothing; the figures in it are the question's own. `heading` is
    the passage's. A name with a full stop behind it says no more than one without."""
    said = flow(text)
    path, header = split_heading(heading)
    if said in path.split(PATH_MARK) or _CAPTION.match(said) or is_header(said, header):
        return True
    named = figures(said[clause_number(said) :])
    if len(said) > TITLE_CHARACTERS or beyond(named, known.figures):
        return False
    return not ENDS.search(said) or _names_only(said, known)


def is_header(said: str, header: str) -> bool:
    """Whether a table's row only says what its columns are called."""
    return is_row(said) and bool(header) and all(said[low:high] in header for low, high in cell_spans(said))


def _names_only(said: str, known: Known) -> bool:
    told = {word.key for word in words(_LEGAL_FORM.sub("", said)) if word.weight >= _TELLING}
    return bool(told) and told <= known.words
