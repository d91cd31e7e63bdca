"""A reader's child that a hostile file has taken over. The file's text says what it does at page 2;
what is "overdrawn" breaks it only when it is to be recognised."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rag_core.parse.reader import wire
from rag_core.parse.results import PageResult
from rag_core.types import Page, PageState

BAD_PAGE = 2


def answer(request: wire.Message) -> Iterator[bytes]:
    behaviour = Path(str(request.fields["path"])).read_text()
    numbers = request.fields["numbers"]
    assert isinstance(numbers, list)
    if request.kind == "read_scan":
        yield wire.pack(wire.Message("ready", {}))
    for number in numbers:
        if number == BAD_PAGE and (behaviour != "overdrawn" or request.fields.get("ocr_folder")):
            yield from misbehave(behaviour)
        page = Page(number, 10.0, 10.0, ())
        state: PageState = "read" if behaviour == "overdrawn" else "empty"
        yield wire.pack(wire.page_message(PageResult(number, page, state, "unruly", 0.0, 1.0)))
    yield wire.pack(wire.Message("end", {}))


def misbehave(behaviour: str) -> Iterator[bytes]:
    match behaviour:
        case "hang":
            time.sleep(600)
        case "crash" | "overdrawn":
            os.abort()
        case "eat":
            held = bytearray()
            while True:
                held += os.urandom(1) * 2**24
                time.sleep(0.002)
        case "lie":
            yield wire.pack(wire.Message("page", {"number": 77, "state": "read"}, b"not a page"))
        case "babble":
            yield b"\xff" * 5000
        case "pickle":
            yield b"\x80\x04cos\nsystem\n(S'touch /tmp/owned'\ntR."
        case "code":
            fields = {"error": "InputError", "problem": ["no_such_code", ""]}
            yield wire.pack(wire.Message("error", fields))


def main() -> None:
    sys.stdout.buffer.write(wire.pack(wire.Message("hello", {})))
    sys.stdout.buffer.flush()
    while True:
        request = wire.unpack(exactly)
        for piece in answer(request):
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()


def exactly(count: int) -> bytes:
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        sys.exit(0)
    return data


if __name__ == "__main__":
    main()
