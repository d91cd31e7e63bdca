"""The chunks around a stretch of a document's text that changed: where they begin and end now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from rag_core.errors import InputError
from rag_core.headings import LONGEST_TITLE, PATH_MARK
from rag_core.store.amend import Place, moved
from rag_core.store.schema import chunks
from rag_core.types import LINE_BREAK, Block, Line, Page


@dataclass(frozen=True, slots=True)
class Stretch:
    """The document's text from `start` on, which said `before` and says `after` now. `line` is the changed
    line as it was, `own` where its text is now (start, end). `names` is what the line's title or table
    header is called in headings, before and after, "" where the line belongs to none."""

    page_start: int
    start: int
    before: str
    after: str
    line: Line
    own: tuple[int, int]
    names: tuple[str, str]

    @property
    def end(self) -> int:
        """Where it ended."""
        return self.start + len(self.before)

    @property
    def shift(self) -> int:
        """How far later text moves."""
        return len(self.after) - len(self.before)


def stretch_between(before: Page, after: Page, place: Place, page_start: int) -> Stretch:
    """What a changed line makes of its page's text: the line, more than it where what stands beside it
    depends on it, as in a table, and what stands around it where it said nothing."""
    at, index = place.place
    block = after.blocks[at]
    old, new = before.text, after.text
    low = min(place.start, _in_common(old, new))
    tail = min(len(old) - place.end, len(new) - low, _in_common(old[::-1], new[::-1]))
    if place.start == place.end:
        low = max(len(old[:low].rstrip()) - 1, 0)
        tail = max(len(old[len(old) - tail :].lstrip()) - 1, 0)
    own = page_start + place.start - place.block.starts[index] + block.starts[index]
    return Stretch(
        page_start,
        page_start + low,
        old[low : len(old) - tail],
        new[low : len(new) - tail],
        place.line,
        (own, own + len(block.lines[index].text)),
        (_name(place.block, index), _name(block, index)),
    )


@dataclass(frozen=True, slots=True)
class Recut:
    """A chunk as it becomes; `id` is that of the stored one."""

    id: int
    ordinal: int
    start: int
    end: int
    text: str
    heading: str
    first_page: int
    last_page: int


def cut_again(connection: Connection, document_id: int, stretch: Stretch) -> tuple[Recut, ...]:
    """The chunks that hold some of the stretch, with its new text; none where nothing changed or it stands
    in no chunk. Raises InputError line_empty where nothing would be left of one."""
    if stretch.before == stretch.after:
        return ()
    mine = (
        chunks.c.document_id == document_id,
        chunks.c.start < stretch.end,
        chunks.c.end > stretch.start,
    )
    stored = [
        _recut(row) for row in connection.execute(select(chunks).where(*mine).order_by(chunks.c.ordinal))
    ]
    if not stored:
        return ()
    starts = [_moved(one.start, stretch) for one in stored]
    ends = [_moved(one.end, stretch) for one in stored]
    # All of the line belongs to them, and what was added between two to the first.
    starts[0], ends[-1] = min(starts[0], stretch.own[0]), max(ends[-1], stretch.own[1])
    ends[:-1] = starts[1:]
    cut = zip(stored, starts, ends, strict=True)
    return tuple(_renamed(_slice(one, start, end, stretch), stretch) for one, start, end in cut)


def headings_again(
    connection: Connection, document_id: int, stretch: Stretch, left_out: Collection[int]
) -> tuple[Recut, ...]:
    """The chunks from the stretch on that stand under the title or table header it belongs to, with their
    new heading. They keep id and vector: their own text is as it was."""
    old, new = stretch.names
    if old == new or not old:
        return ()
    statement = select(chunks).where(chunks.c.document_id == document_id, chunks.c.end > stretch.start)
    found: list[Recut] = []
    for row in connection.execute(statement.order_by(chunks.c.ordinal)):
        one = _recut(row)
        if one.id in left_out:
            continue
        named = _renamed(one, stretch)
        if named.heading == one.heading:
            break
        found.append(named)
    return tuple(found)


def _slice(one: Recut, start: int, end: int, stretch: Stretch) -> Recut:
    """The chunk with the new text from start to end, without white space around it."""
    head = one.text[: max(stretch.start - one.start, 0)]
    tail = one.text[stretch.end - one.start :] if one.end > stretch.end else ""
    middle = stretch.after[max(start - stretch.start, 0) : end - stretch.start]
    whole = head + middle + tail
    text = whole.strip()
    if not text:
        raise InputError("line_empty")
    start += len(whole) - len(whole.lstrip())
    return replace(one, start=start, end=start + len(text), text=text)


def _moved(place: int, stretch: Stretch) -> int:
    if place <= stretch.start:
        return place
    if place >= stretch.end:
        return place + stretch.shift
    return stretch.start + moved(stretch.before, stretch.after, place - stretch.start)


def _in_common(one: str, other: str) -> int:
    """How many characters both begin with."""
    same = (a == b for a, b in zip(one, other, strict=False))
    return next((at for at, is_same in enumerate(same) if not is_same), min(len(one), len(other)))


def _name(block: Block, index: int) -> str:
    """What the line's block is called in the headings of chunks, as far as the line has a part in it."""
    if block.kind == "title":
        return " ".join(block.text.split())
    if any(cell.row < block.header_rows and cell.first <= index < cell.last for cell in block.cells):
        return " ".join(" ".join(block.text.split(LINE_BREAK)[: block.header_rows]).split())
    return ""


def _renamed(one: Recut, stretch: Stretch) -> Recut:
    old, new = stretch.names
    if not old or old == new:
        return one
    parts = [
        new[: max(len(part), LONGEST_TITLE)] if _is(part, old) else part
        for part in one.heading.split(PATH_MARK)
    ]
    return replace(one, heading=PATH_MARK.join(part for part in parts if part))


def _is(part: str, name: str) -> bool:
    """Whether the part of a heading is the name, cut off where it is long: a title's at the length of the
    longest, a table header's at a greater one."""
    return part == name or (len(part) >= LONGEST_TITLE and name.startswith(part))


def _recut(row: Row[*tuple[Any, ...]]) -> Recut:
    return Recut(
        row.id, row.ordinal, row.start, row.end, row.text, row.heading, row.first_page, row.last_page
    )
