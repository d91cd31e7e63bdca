"""What documents are about: their titles and the sentences, spread over them, that come closest to these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePath

from rag_core.ask.evidence.gather import Gathered, sentences_in
from rag_core.ask.evidence.similar import Similarity
from rag_core.ask.language.lists import is_entry
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import rarity
from rag_core.ask.quoting.quoted import Part, Quoted, as_quoted
from rag_core.text import ends_sentence, is_cjk, is_row
from rag_core.types import Evidence, Hit, Passage

# Of a document so many passages are looked at, spread over it, its first among them.
PASSAGES, _FEWEST = 20, 3
# So many parts of one document give a sentence each; of several documents each gives one.
PARTS = 5
_LEANING = 1.5
# What opens a part tells more often what it is about.
_OPENS = 0.02
# Characters of a sentence that says something and can be read at a glance.
_GLANCE_ZH, _GLANCE_EN = (8, 90), (25, 260)
# A title is among so many of the first lines; a date, a page's number and what heads a list of contents are none.
_TITLE_AMONG = 4
_NO_TITLE = re.compile(
    r"(?:[\W\d_]|年|月|日|第|页|(?:jan|febr)(?:uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|(?:sept|nov|dec)(?:ember)?|oct(?:ober)?|page|of)*"
    r"|(?:table of )?contents|目\s*[录錄次]",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(r"[:：]\W*$|_{3}")


def overview(
    question: str, documents: Sequence[Sequence[Passage]], similarity: Similarity | None
) -> Gathered:
    """The documents as evidence, a piece for each passage looked at; shown are the title of each and sentences of its parts."""
    looked = [
        passage for one in documents for passage in _spread(one, max(_FEWEST, PASSAGES // len(documents)))
    ]
    evidence = tuple(
        Evidence(number, Hit(passage, 1.0, 0.0, 0.0, 0, 0), (passage,))
        for number, passage in enumerate(looked, 1)
    )
    rare = rarity(passage.text for passage in looked)
    found = sentences_in(question, evidence, rare)
    shown: set[SourceSentence] = set()
    for document_id in dict.fromkeys(passage.document_id for passage in looked):
        own = [sentence for sentence in found if sentence.document_id == document_id]
        shown.update(_chosen(own, PARTS if len(documents) == 1 else 1, similarity))
    return Gathered(question, evidence, tuple(replace(one, shown=one in shown) for one in found), rare)


def told(gathered: Gathered) -> Quoted:
    """The sentences shown, a line each; with several documents each under its name."""
    several = len({sentence.document_id for sentence in gathered.shown}) > 1
    text, last = "", 0
    pieces: list[Part] = []
    for sentence in gathered.shown:
        if several and sentence.document_id != last:
            text += f"\n\n{sentence.filename}" if text else sentence.filename
            last = sentence.document_id
        text += "\n" if text else ""
        reading, part = as_quoted(gathered, sentence, "")
        pieces.append(part.moved(len(text)))
        text += reading
    return Quoted(text, tuple(pieces))


def _spread(passages: Sequence[Passage], most: int) -> list[Passage]:
    """At most so many of the passages, the first among them and more from the beginning: there a document says what it is."""
    if len(passages) <= most:
        return list(passages)
    return [passages[at] for at in sorted({int(len(passages) * (i / most) ** _LEANING) for i in range(most)})]


def _chosen(own: Sequence[SourceSentence], parts: int, similarity: Similarity | None) -> list[SourceSentence]:
    """The document's title, and of each part of it the sentence that comes closest to what it is called."""
    if not own:
        return []
    title = next((one for one in own[:_TITLE_AMONG] if not _NO_TITLE.fullmatch(one.text)), own[0])
    rest = own[own.index(title) + 1 :]
    able = [one for one in rest if _reads(one)] or [one for one in rest if not one.title]
    name = f"{PurePath(title.filename).stem} {title.text}".replace("_", " ")
    near = similarity(name, [one.text for one in able]) if similarity and able else [0.0] * len(able)
    edges = [len(able) * place // parts for place in range(parts + 1)]
    best = [
        max(range(low, high), key=lambda i: float(near[i]) - _OPENS * (i - low) / (high - low))
        for low, high in pairwise(edges)
        if low < high
    ]
    return [title, *(able[i] for i in best)]


def _reads(sentence: SourceSentence) -> bool:
    """Whether it is a sentence that can be read at a glance by itself: no title, no row, no entry of a list."""
    if sentence.title or is_row(sentence.raw) or is_entry(sentence.text) or _ANNOUNCES.search(sentence.text):
        return False
    if sentence.text[:1].islower():
        return False
    shortest, longest = _GLANCE_ZH if is_cjk(sentence.text) else _GLANCE_EN
    return ends_sentence(sentence.text) and shortest <= len(sentence.text) <= longest
