"""Documents kept in entries (diaries, chats, mails) that a question may mean, and who wrote what in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag_core.ask.asked import Work
from rag_core.ask.documents.meant import shown_of
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.pieces import joined_text, sentence_pieces
from rag_core.ask.evidence.stamped import Entry, stamped
from rag_core.ask.language.words import keys
from rag_core.ask.pointing.pointed import pointed
from rag_core.text import CJK, flow, is_cjk
from rag_core.types import Passage

# Documents looked at, those found first; passages that one may have; mails gone through; what is shown of an entry.
_LOOKED_AT, _PASSAGES, _MOST_MAILS = 6, 400, 50
_MOST_SENTENCES, _MOST_CHARACTERS = 12, 1200
_TITLED = "老师|老師|经理|經理|总|總|主任|医生|醫生|大夫|律师|律師|教授|校长|先生|女士|小姐|师傅|師傅|同学|阿姨|叔叔|工"


@dataclass(frozen=True, slots=True)
class Journal:
    """A document kept in entries; `spans` are the (start, end) of its texts in that of its passages."""

    passages: Sequence[Passage]
    spans: Sequence[tuple[int, int]]
    texts: Sequence[str]
    entries: Sequence[Entry]

    @property
    def filename(self) -> str:
        """The document's name."""
        return self.passages[0].filename

    def said_in(self, entry: Entry) -> str:
        """All that the entry says, its heads too."""
        return "\n".join(self.texts[at] for at in dict.fromkeys((*entry.heads, *entry.told)))

    def shown(self, question: str, places: Iterable[int]) -> Gathered:
        """The texts at these places, shown as far as an answer has room, in their order."""
        found: list[tuple[int, int]] = []
        room = _MOST_CHARACTERS
        for at in sorted(set(places)):
            room -= len(self.texts[at])
            if found and (room < 0 or len(found) == _MOST_SENTENCES):
                break
            found.append(self.spans[at])
        return shown_of(question, self.passages, found)

    def nothing(self, question: str) -> Gathered:
        """The document as what was looked in, none of it shown."""
        gathered = shown_of(question, self.passages, self.spans[:1])
        return replace(gathered, sentences=tuple(replace(one, shown=False) for one in gathered.sentences))


def journals(work: Work, question: str) -> list[Journal]:
    """Those among the documents that the question points to, else among those found first for it."""
    place = pointed(question, work.means.files(work.asked))
    if place is not None:
        ids: Sequence[int] = place.document_ids
    else:
        ids = [hit.passage.document_id for hit in work.means.search(question, work.asked).hits]
    found = (journal(work.means.whole(one)) for one in list(dict.fromkeys(ids))[:_LOOKED_AT])
    return [one for one in found if one is not None]


def mails(work: Work, question: str) -> list[Journal]:
    """The journals, behind them all that are mails by their files' names: a question for who sent one when may share no word
    with it."""
    found = journals(work, question)
    known = {one.passages[0].document_id for one in found}
    files = [one for one in work.means.files(work.asked) if one.filename.lower().endswith((".eml", ".msg"))]
    more = (
        journal(work.means.whole(one.document_id))
        for one in (files if len(files) <= _MOST_MAILS else ())
        if one.document_id not in known
    )
    return [*found, *(one for one in more if one is not None)]


def journal(passages: Sequence[Passage]) -> Journal | None:
    """The document, if it is kept in entries."""
    if not passages or len(passages) > _PASSAGES:
        return None
    text = joined_text(passages)
    spans = sentence_pieces(text)
    texts = [flow(text[start:end]) for start, end in spans]
    entries = stamped(texts)
    return Journal(passages, spans, texts, entries) if entries else None


def names_author(question: str, author: str) -> bool:
    """Whether the question names who wrote something: by one of their names, or by their surname and what they are (李老师)."""
    if not author:
        return False
    if is_cjk(author):
        named = re.search(rf"{re.escape(author[0])}(?:{_TITLED})", question) if len(author) > 1 else None
        return author in question or (named is not None and _is_person(author))
    return bool(keys(author) & keys(question))


def _is_person(author: str) -> bool:
    return re.fullmatch(f"[{CJK}]{{2,4}}", author) is not None
