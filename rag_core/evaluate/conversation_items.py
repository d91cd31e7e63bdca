"""The form of conversation sets: turns with what was said before them, read or refused with file and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rag_core.ask.rewriting.past import Exchange
from rag_core.evaluate.common import FormError, Row, folder_name, read_rows


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """A question with the exchanges before it, the oldest first. `rewrite`: the question as people made it
    whole, "" where nobody did. `gold`: the documents that answer it."""

    id: str
    question: str
    history: tuple[Exchange, ...]
    rewrite: str
    gold: frozenset[str]

    @property
    def stands_alone(self) -> bool:
        """Whether nothing of the conversation is needed."""
        return not self.history or self.rewrite == self.question


@dataclass(frozen=True, slots=True)
class ConversationSet:
    """The turns of a conversation folder."""

    name: str
    turns: tuple[ConversationTurn, ...]


def read_conversation_set(
    folder: Path, limit: int | None = None, known: frozenset[str] | None = None
) -> ConversationSet:
    """The first `limit` turns of the folder's .jsonl files, by name. Raises FormError: also for a folder
    without turns, and for a gold document that is not `known` where those are given."""
    files = sorted(folder.glob("*.jsonl")) if folder.is_dir() else []
    if not files:
        raise FormError(folder, 0, "holds no .jsonl file")
    turns: list[ConversationTurn] = []
    ids: set[str] = set()
    for path in files:
        for row in read_rows(path):
            turn = _turn(row, known)
            if turn.id in ids:
                raise row.wrong(f"the id {turn.id} occurs twice")
            ids.add(turn.id)
            turns.append(turn)
    if not turns:
        raise FormError(files[0], 0, "holds no rows")
    return ConversationSet(folder_name(folder), tuple(turns[:limit]))


def _turn(row: Row, known: frozenset[str] | None) -> ConversationTurn:
    question = row.text("question").strip()
    if not question:
        raise row.wrong('"question" is empty')
    gold = frozenset(row.texts("gold_docs", ()))
    if known is not None and (strange := sorted(gold - known)):
        raise row.wrong(f"the document {strange[0]} is not in the corpus")
    return ConversationTurn(
        row.text("id"), question, _history(row, question), row.text("rewrite", "").strip(), gold
    )


def _history(row: Row, question: str) -> tuple[Exchange, ...]:
    """ "history" holds {user, assistant} objects, both sides in one or each in its own; "user_turns" holds the
    user's questions alone, this one the last."""
    if row.has("history"):
        return _exchanges(row, row.value("history"))
    asked = row.texts("user_turns")
    if not asked or asked[-1].strip() != question:
        raise row.wrong('"user_turns" does not end with the question')
    return tuple(Exchange(one, "") for one in asked[:-1])


def _exchanges(row: Row, said: object) -> tuple[Exchange, ...]:
    if not isinstance(said, list):
        raise row.wrong('"history" is not a list')
    found: list[Exchange] = []
    for one in said:
        if not isinstance(one, dict) or not one or not one.keys() <= {"user", "assistant"}:
            raise row.wrong('"history" holds something other than user and assistant')
        user, assistant = one.get("user"), one.get("assistant")
        if not all(part is None or isinstance(part, str) for part in (user, assistant)):
            raise row.wrong('"history" holds words that are not strings')
        if user is not None:
            found.append(Exchange(str(user), str(assistant or "")))
        elif not found:
            raise row.wrong('"history" begins with the assistant')
        else:
            before = found[-1]
            found[-1] = Exchange(before.question, f"{before.answer} {assistant}".strip())
    return tuple(found)
