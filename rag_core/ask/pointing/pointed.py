"""Which documents a question points to ("according to the staff handbook", 2025年合同里), and what it asks of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rag_core.ask.language.words import question_words
from rag_core.ask.pointing.chinese import pointing_zh
from rag_core.ask.pointing.english import pointing_en
from rag_core.ask.pointing.phrase import Pointing
from rag_core.ask.refusal.calibration import chance_of, log_odds
from rag_core.store.census import File
from rag_core.text import is_cjk

# Documents that one phrase points to: of more than this it is too general to look there alone.
_MOST = 8
_TELLING = 0.6
# A longer question, in characters, is a pasted text.
_LONGEST = 400
# A name that looks like no words: scan_0034, 10-K.
_NO_WORDS = re.compile(r"^(?=.*\d)(?=.*[_A-Za-z-]).{4,}$")
# Who names a document takes it to hold the answer: the odds (as a logarithm) from which on it is answered are so much less.
_NAMED_ODDS = 0.5


@dataclass(frozen=True, slots=True)
class Pointed:
    """The documents that a question points to, the words that do, and the question without them; the whole question where
    they can't be left out. `loose` as Pointing has it."""

    files: tuple[File, ...]
    said: str
    question: str
    loose: bool = False

    @property
    def document_ids(self) -> tuple[int, ...]:
        """The documents to look in."""
        return tuple(one.document_id for one in self.files)

    @property
    def filenames(self) -> tuple[str, ...]:
        """Their names, each once."""
        return tuple(dict.fromkeys(one.filename for one in self.files))


def lowered(answer_from: float) -> float:
    """The chance from which on to answer from documents that the question points to, where it is `answer_from` elsewhere."""
    return chance_of(log_odds(answer_from) - _NAMED_ODDS)


def pointed(question: str, files: Sequence[File]) -> Pointed | None:
    """Where the question itself says to look; None where it does not, names several places, or all of the files."""
    stems = list(dict.fromkeys(PurePath(one.filename).stem for one in files))
    if len(stems) < 2 or len(question) > _LONGEST:
        return None
    found = _in_full(question, files) or (pointing_zh if is_cjk(question) else pointing_en)(question, stems)
    if found is None:
        return None
    meant = tuple(one for one in files if PurePath(one.filename).stem in found.stems)
    if len(meant) > _MOST or len(meant) == len(files):
        return None
    rest = found.rest.strip()
    asks = any(word.weight >= _TELLING for word in question_words(rest)) if rest else False
    return Pointed(meant, found.said, rest if asks else question, found.loose)


def _in_full(question: str, files: Sequence[File]) -> Pointing | None:
    """The files whose whole name the question has, with its ending or such as looks like no words."""
    asked = question.casefold()
    for one in sorted(files, key=lambda file: -len(file.filename)):
        stem = PurePath(one.filename).stem
        for name in (one.filename, stem if _NO_WORDS.search(stem) else ""):
            at = asked.find(name.casefold()) if name else -1
            if at >= 0 and _stands_apart(asked, at, at + len(name)):
                # Without its ending it may be a topic, too: covid-19.
                return Pointing(frozenset({stem}), question[at : at + len(name)], "", loose=name == stem)
    return None


def _stands_apart(asked: str, start: int, end: int) -> bool:
    """Whether no Latin letter or digit touches it."""
    touching = (asked[max(start - 1, 0) : start], asked[end : end + 1])
    return not any(one.isascii() and one.isalnum() for one in touching)
