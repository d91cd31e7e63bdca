"""The messages between a reader and its child process: a JSON header and bytes, both with their lengths.

The child's side may be in the hands of a hostile file. Nothing that it sends is run or unpickled; lengths
are bounded, and every field is checked where it is taken out.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from rag_core.errors import InputError, ParserFailure, PasswordNeeded, Problem, UserError
from rag_core.messages import SENTENCES
from rag_core.parse.reader.page_wire import page_bytes, page_from
from rag_core.parse.results import MEDIA, PAGED, Inspection, PageResult
from rag_core.types import PageState

Fields = Mapping[str, object]
MAX_HEADER_BYTES = 2**20
MAX_BODY_BYTES = 2**28
MAX_DETAIL = 200
_HASH = re.compile("[0-9a-f]{64}")
_LENGTHS = struct.Struct(">II")
_ERRORS: dict[str, type[UserError]] = {
    kind.__name__: kind for kind in (InputError, PasswordNeeded, ParserFailure)
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `kind` says which, the rest is in the fields and the body."""

    kind: str
    fields: Fields
    body: bytes = b""


def pack(message: Message) -> bytes:
    """The message as bytes."""
    header = json.dumps({"kind": message.kind, **message.fields}).encode()
    return _LENGTHS.pack(len(header), len(message.body)) + header + message.body


def unpack(read: Callable[[int], bytes]) -> Message:
    """The next message; `read(n)` gives exactly n bytes or raises. Raises ValueError for what is none."""
    header_bytes, body_bytes = _LENGTHS.unpack(read(_LENGTHS.size))
    if header_bytes > MAX_HEADER_BYTES or body_bytes > MAX_BODY_BYTES:
        raise ValueError("message too long")
    try:
        fields = json.loads(read(header_bytes))
    except RecursionError as error:
        raise ValueError("not a message") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("kind"), str):
        raise ValueError("not a message")
    return Message(str(fields["kind"]), fields, read(body_bytes))


def page_message(result: PageResult) -> Message:
    """A page's result on its way to the parent."""
    problem = result.problem
    return Message(
        "page",
        {
            "number": result.number,
            "state": result.state,
            "engine": result.engine,
            "seconds": result.seconds,
            "confidence": result.confidence,
            "problem": [problem.code, problem.detail] if problem else None,
        },
        page_bytes(result.page) if result.page else b"",
    )


def page_result(message: Message, number: int) -> PageResult:
    """The result of the page that was asked for. Raises ValueError for anything else."""
    fields = message.fields
    state = fields.get("state")
    if message.kind != "page" or fields.get("number") != number or state not in get_args(PageState):
        raise ValueError("not the page asked for")
    page = page_from(message.body) if message.body else None
    if (page is not None) != (state in ("read", "empty")) or (page and page.number != number):
        raise ValueError("not a page's result")
    raw = fields.get("problem")
    problem = _problem(raw) if raw is not None else None
    if (problem is not None) != (state == "failed"):
        raise ValueError("not a page's result")
    engine = text_field(fields, "engine", 100)
    seconds, confidence = number_field(fields, "seconds"), number_field(fields, "confidence")
    return PageResult(number, page, state, engine, seconds, min(confidence, 1.0), problem)  # type: ignore[arg-type]


def inspection_message(inspection: Inspection) -> Message:
    """An inspection on its way to the parent."""
    fields = {
        "page_count": inspection.page_count,
        "media_type": inspection.media_type,
        "encrypted": inspection.encrypted,
    }
    return Message("inspection", fields)


def inspection_of(message: Message) -> Inspection:
    """The inspection that was asked for. Raises ValueError for anything else."""
    count, media = message.fields.get("page_count"), message.fields.get("media_type")
    if message.kind != "inspection" or media not in MEDIA:
        raise ValueError("not an inspection")
    if type(count) is not int or not 0 <= count <= 10**7 or (count == 0) == (media in PAGED):
        raise ValueError("not a page count")
    return Inspection(count, media, message.fields.get("encrypted") is True)  # type: ignore[arg-type]


def hashes_message(hashes: Sequence[str]) -> Message:
    """The hashes of pages on their way to the parent."""
    return Message("hashes", {"hashes": list(hashes)})


def hashes_of(message: Message, count: int) -> tuple[str, ...]:
    """The hashes of the pages that were asked for, "" for one without. Raises ValueError for anything else."""
    hashes = message.fields.get("hashes")
    if message.kind != "hashes" or not isinstance(hashes, list) or len(hashes) != count:
        raise ValueError("not the pages' hashes")
    if not all(isinstance(one, str) and (one == "" or _HASH.fullmatch(one)) for one in hashes):
        raise ValueError("not a hash")
    return tuple(hashes)


def error_message(error: UserError) -> Message:
    """An error on its way to the parent."""
    fields = {"error": type(error).__name__, "problem": [error.problem.code, error.problem.detail]}
    return Message("error", fields)


def error_of(message: Message) -> UserError:
    """The error that the message tells. Raises ValueError for anything else."""
    kind = _ERRORS.get(str(message.fields.get("error")), ParserFailure)
    problem = _problem(message.fields.get("problem"))
    return kind(problem.code, problem.detail)


def text_field(fields: Fields, name: str, most: int = 10_000) -> str:
    """A string of at most `most` characters. Raises ValueError."""
    value = fields.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise ValueError(f"not a text: {name}")
    return value


def number_field(fields: Fields, name: str) -> float:
    """A finite number of at least 0. Raises ValueError."""
    value = fields.get(name)
    if type(value) not in (int, float) or not 0 <= value < 1e9:  # type: ignore[operator]
        raise ValueError(f"not a number: {name}")
    return float(value)  # type: ignore[arg-type]


def _problem(raw: object) -> Problem:
    if not isinstance(raw, list) or len(raw) != 2 or not all(isinstance(part, str) for part in raw):
        raise ValueError("not a problem")
    code, detail = raw
    if code not in SENTENCES:
        raise ValueError("not a problem's code")
    return Problem(code, detail[:MAX_DETAIL])
