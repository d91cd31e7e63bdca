"""An Answer as JSON and back. Reading is tolerant: a conversation outlives the version that wrote it."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from typing import Any

from rag_core.types import Answer

VERSION = 1
_BLANKS: dict[object, object] = {str: "", int: 0, float: 0.0, bool: False}


def encode_answer(answer: Answer) -> str:
    """The answer as JSON text with a version number."""
    return json.dumps({"version": VERSION, "answer": dataclasses.asdict(answer)}, ensure_ascii=False)


def decode_answer(text: str) -> Answer:
    """The answer. What an older version did not write is blank; what a newer one added is left out.
    Raises ValueError for text that encode_answer of no version wrote."""
    outer = json.loads(text)
    if not isinstance(outer, dict) or not isinstance(outer.get("answer"), dict):
        raise ValueError("not an answer")
    answer = decode_value(Answer, outer["answer"])
    assert isinstance(answer, Answer)  # noqa: S101  (for the type checker)
    return answer


def decode_value(kind: Any, value: object) -> object:
    """A value of that kind (a dataclass, or what its fields are made of) from what JSON holds, as tolerant
    as decode_answer."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        given = value if isinstance(value, dict) else {}
        return kind(**{name: decode_value(inner, given.get(name)) for name, inner in _fields(kind).items()})
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return tuple(decode_value(inner[0], item) for item in (value if isinstance(value, list) else ()))
    if origin is typing.Literal:
        # An unknown word reads as the last of the list, which is the most careful one.
        return value if value in inner else inner[-1]
    if origin in (typing.Union, types.UnionType):
        return None if value is None else decode_value(inner[0], value)
    if kind is float and type(value) is int:
        return float(value)
    return value if type(value) is kind else _BLANKS[kind]


@functools.cache
def _fields(kind: type) -> dict[str, object]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
