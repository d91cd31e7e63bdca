"""Which documents a question points to ("according to the staff handbook", 2025年合同里), and what it asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rag_core.ask.pointed_en import pointing_en
from rag_core.ask.pointed_zh import pointing_zh
from rag_core.ask.words import question_words
from rag_core.store.census import File
from rag_core.text import is_cjk

# Documents that one phrase points to: of more than this it is too general to look there alone.
_MOST = 8
_TELLING = 0.6


@dataclass(frozen=True, slots=True)
class Pointed:
    """The documents that a question points to, and the question without the words that do; the whole question where they
    can't be left out."""

    files: tuple[File, ...]
    question: str


def pointed(question: str, files: Sequence[File]) -> Pointed | None:
    """Where the question itself says to look; None where it does not, names several places, or all of the files."""
    stems = list(dict.fromkeys(PurePath(one.filename).stem for one in files))
    if len(stems) < 2:
        return None
    found = (pointing_zh if is_cjk(question) else pointing_en)(question, stems)
    if found is None:
        return None
    meant = tuple(one for one in files if PurePath(one.filename).stem in found.stems)
    if len(meant) > _MOST or len(meant) == len(files):
        return None
    rest = found.rest.strip()
    asks = any(word.weight >= _TELLING for word in question_words(rest)) if rest else False
    return Pointed(meant, rest if asks else question)
