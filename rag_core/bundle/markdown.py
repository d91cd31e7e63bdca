"""Answers as Markdown: sentences with footnotes, each footnote a source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag_core.bundle.page import made_by, pages_of
from rag_core.bundle.record import Record
from rag_core.bundle.words import say, shortfall_of
from rag_core.messages import Language
from rag_core.text import flow, readable_rows
from rag_core.types import Answer

# What Markdown would read as its own, and what HTML would: the words of documents stay words. A colon is kept
# from making an address a link.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$!&])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d{1,9}[.)])(?=\s|$|=)", re.MULTILINE)
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|www)(?=[:.])")


def plain(text: str) -> str:
    """The text so that Markdown shows it as it is written."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    escaped = _LINE_START.sub(lambda match: f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", escaped)
    return _ADDRESS.sub(lambda match: f"{match[1]}\u2060", escaped)


def answer_text(answer: Answer, language: Language, turn: int = 0) -> str:
    """The answer with footnotes for its sources; `turn` keeps those of several answers apart."""
    prefix = f"{turn}-" if turn else ""
    pieces: list[str] = []
    position = 0
    for sentence in sorted(answer.sentences, key=lambda one: one.start):
        pieces.append(plain(answer.text[position : sentence.start]))
        pieces.append(plain(answer.text[sentence.start : sentence.end]))
        if sentence.support != "supported":
            pieces.append(f" *({say(sentence.support, language)})*")
        pieces.extend(f"[^{prefix}{number}]" for number in sentence.citations)
        position = sentence.end
    pieces.append(plain(answer.text[position:]))
    notes = [
        f"[^{prefix}{one.number}]: {plain(one.filename)}, {pages_of(one, language)}: {plain(flow(one.quote))}"
        for one in answer.citations
    ]
    return "".join(pieces).strip() + ("\n\n" + "\n".join(notes) if notes else "")


def conversation_text(record: Record, language: Language) -> str:
    """The conversation, its documents with their hashes at the end."""
    parts = [f"# {plain(_line(record.title))}"]
    for number, turn in enumerate(record.turns, 1):
        answer = turn.answer
        parts.append(f"## {plain(_line(answer.question))}")
        if answer.searched.strip() not in ("", answer.question.strip()):
            parts.append(f"*{plain(say('searched', language, text=_line(answer.searched)))}*")
        if answer.looked_in:
            files = " · ".join(answer.looked_in)
            parts.append(f"*{plain(say('looked_in', language, files=_line(files)))}*")
        if answer.insisted:
            parts.append(f"*{say('anyway', language)}*")
        parts.append(answer_text(answer, language, number))
        if answer.stopped:
            parts.append(f"*{say('stopped', language)}*")
        if answer.refused:
            parts.extend(_closest(answer, language))
        parts.append(f"*{plain(made_by(record, turn, language))}*")
    if record.documents:
        parts.append(f"## {say('documents', language)}")
        parts.append(
            "\n".join(
                f"- {plain(one.filename)}: `{one.sha256 or say('gone', language)}`"
                for one in record.documents
            )
        )
    return "\n\n".join(parts) + "\n"


def _closest(answer: Answer, language: Language) -> Iterator[str]:
    """The passages that came closest, each with why it was not enough."""
    if answer.evidence:
        yield f"**{say('closest', language)}**"
    for one in answer.evidence:
        passage = one.hit.passage
        why = shortfall_of(answer, one.number, language)
        yield (
            f"- {plain(passage.filename)}, {say('page', language, page=passage.first_page)}: "
            f"{plain(flow(readable_rows(passage.text)))}" + (f" *{plain(why)}*" if why else "")
        )


def _line(text: str) -> str:
    return " ".join(text.split())
