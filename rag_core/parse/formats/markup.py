"""HTML and Markdown as plain blocks of HTML: words and their structure, and nothing that loads, runs or hides.
No attribute of the original survives but the spans of cells; no address is ever looked up."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag_core.parse.formats.tags import INLINE, PASSED, Node, tree, words_of
from rag_core.parse.formats.texts import visible

# No page breaks within a row: what is longer might not find room on one.
MOST_CELL = 1500
_MOST_SPAN = 100
_SHORT_CELL = 16
_LAST_LATIN = "\u2e7f"
_ROWS_A_PIECE = 200
_MOST_HEAD_ROWS = 5
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# A sign, or its escape, in ASCII; elsewhere lines break anyway.
_LONG = re.compile(r"(?:&[a-z]{2,5};|[!-%'-;=?-~]){41,}")
_PIECE = re.compile(r"(?:&[a-z]{2,5};|.){1,40}")
_ENDLESS = re.compile(r"(?:&[a-z]{2,5};|[^\s<>&]){2000}")
# What draws the HTML resolves entities twice, unless an element stands in between.
_ENTITY = re.compile(r"&amp;(?=#?[A-Za-z0-9]+;)")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Table:
    """The HTML of the rows that name a table's columns, and of the others: in groups that no page may part, for a
    cell of theirs fills them all."""

    head: str
    groups: tuple[str, ...]

    def html(self, first: int = 0, end: int | None = None) -> str:
        """The groups from the first up to the end as a table under the head."""
        return f"<table>{self.head}{''.join(self.groups[first:end])}</table>"


_Block = str | Table


def escape(text: str) -> str:
    """The text as HTML."""
    return _ENTITY.sub("&amp;<span></span>", html.escape(text, quote=False))


def breakable(words: str) -> str:
    """The HTML of a cell, whose words no column can hold broken: cells break between words alone."""
    return _LONG.sub(lambda match: "<br/>".join(_PIECE.findall(match[0])), words)


def unbroken(text: str) -> str:
    """The attribute of a cell that is not broken: the engine parts short Chinese words at the figures in them, though
    their column has room."""
    return ' class="short"' if len(text) <= _SHORT_CELL and max(text, default="") > _LAST_LATIN else ""


def _endless(words: str, mark: str) -> str:
    """The HTML with marks in what is not broken for so long that to find room for it takes ever longer."""
    return _ENDLESS.sub(lambda match: match[0] + mark, words)


def html_blocks(source: str) -> Iterator[_Block]:
    """The document's blocks, one after another: headings, paragraphs, lists, tables."""
    if (title := _TITLE.search(source[:20_000])) and "<h1" not in source.lower():
        yield f"<h1>{escape(_SPACE.sub(' ', html.unescape(visible(title[1]))).strip())}</h1>"
    yield from _blocks(tree(source))


def markdown_blocks(source: str) -> Iterator[_Block]:
    """The same of a Markdown text; HTML in it is shown as written."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - few files need it

    rules = MarkdownIt("commonmark", {"html": False, "maxNesting": 50}).enable(["table", "strikethrough"])
    yield from html_blocks(rules.render(source))


def _blocks(node: Node) -> Iterator[_Block]:
    """The node's content as blocks; runs of words between blocks are paragraphs."""
    run: list[str] = []
    for child in node.children:
        if isinstance(child, str) or _is_inline(child):
            run.append(_inline(child))
            continue
        yield from _paragraph(run)
        run = []
        yield from _block(child)
    yield from _paragraph(run)


def _paragraph(run: list[str], tag: str = "p") -> Iterator[str]:
    words = _SPACE.sub(" ", "".join(run)).strip()
    if re.sub(r"<[^>]*>", "", words).strip():
        yield f"<{tag}>{_endless(words, '<br/>')}</{tag}>"


def _block(node: Node) -> Iterator[_Block]:
    if node.tag in _HEADINGS:
        yield from _paragraph([_inline(node)], node.tag)
    elif node.tag == "pre":
        words = words_of(node).strip("\n")
        lines = words.split("\n")
        for start in range(0, len(lines), _ROWS_A_PIECE):
            piece = "\n".join(line.expandtabs() for line in lines[start : start + _ROWS_A_PIECE])
            yield f"<pre>{_endless(escape(piece), chr(10))}</pre>"
    elif node.tag in ("ul", "ol"):
        yield from _list(node)
    elif node.tag == "table":
        yield from _table(node)
    elif node.tag == "hr":
        yield "<hr/>"
    else:
        yield from _blocks(node)


def _list(node: Node) -> Iterator[str]:
    """A list, in pieces; items that hold blocks other than lists hold their words."""
    items = [child for child in node.children if isinstance(child, Node)]
    numbered, start = node.tag == "ol", node.attributes.get("start", "")
    number = int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1
    for first in range(0, len(items), _ROWS_A_PIECE):
        some = items[first : first + _ROWS_A_PIECE]
        inner = ""
        for item in some:
            if item.tag != "li":
                inner += _joined(_block(item))
                continue
            inner += f"<li>{_item(item, f'{number}. ' if numbered else '')}</li>"
            number += 1
        yield f'<ul class="numbered">{inner}</ul>' if numbered else f"<ul>{inner}</ul>"


def _item(node: Node, mark: str) -> str:
    """What an item holds, after its mark: on one line with it where a paragraph comes first."""
    if not any(map(_is_block, node.children)):
        return mark + _SPACE.sub(" ", _content(node)).strip()
    held = _joined(_blocks(node))
    return f"<p>{mark}{held.removeprefix('<p>')}" if held.startswith("<p>") else mark + held


def _joined(blocks: Iterable[_Block]) -> str:
    return "".join(block if isinstance(block, str) else block.html() for block in blocks)


def _table(node: Node) -> Iterator[_Block]:
    """A table; one that only arranges a page is taken apart."""
    rows = list(_rows(node))
    widest = max((len(row) for row in rows), default=0)
    if widest < 2 or any(
        _holds_table(cell) or len(words_of(cell)) > MOST_CELL for row in rows for cell in row
    ):
        yield from _blocks(Node("div", {}, [child for child in node.children if isinstance(child, Node)]))
        return
    for child in node.children:
        if isinstance(child, Node) and child.tag == "caption":
            yield from _paragraph([_content(child)])
    groups = list(_groups(rows))
    head = _head_groups(groups)
    lines = ["".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in group) for group in groups]
    yield Table("".join(lines[:head]), tuple(lines[head:]))


def _groups(rows: Sequence[list[Node]]) -> Iterator[list[list[Node]]]:
    """The rows, those together that a cell of theirs fills."""
    group: list[list[Node]] = []
    reach = 0
    for number, row in enumerate(rows):
        group.append(row)
        reach = max([reach, *(number + _span(cell, "rowspan") for cell in row)])
        if number + 1 >= reach:
            yield group
            group = []
    if group:
        yield group


def _head_groups(groups: Sequence[list[list[Node]]]) -> int:
    """How many groups at the top name the columns: those of header cells, else the first row, unless it may
    as well be the first of a list of captions and what they stand for."""
    head = next((at for at, group in enumerate(groups) if not _is_head(group)), 0)
    if head:
        return head if sum(map(len, groups[:head])) <= _MOST_HEAD_ROWS else 0
    return int(len(groups[0]) == 1 and len(groups[0][0]) > 2)


def _is_head(group: Sequence[list[Node]]) -> bool:
    return all(cell.tag == "th" for row in group for cell in row)


def _rows(node: Node) -> Iterator[list[Node]]:
    for child in node.children:
        if isinstance(child, Node) and child.tag == "tr":
            yield [cell for cell in child.children if isinstance(cell, Node) and cell.tag in ("td", "th")]
        elif isinstance(child, Node) and child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _holds_table(node: Node) -> bool:
    return any(
        isinstance(child, Node) and (child.tag == "table" or _holds_table(child)) for child in node.children
    )


def _cell(node: Node) -> str:
    spans = "".join(f' {name}="{span}"' for name in ("colspan", "rowspan") if (span := _span(node, name)) > 1)
    return f"<{node.tag}{spans}{unbroken(words_of(node).strip())}>{breakable(_SPACE.sub(' ', _content(node)).strip())}</{node.tag}>"


def _span(cell: Node, name: str) -> int:
    value = cell.attributes.get(name, "")
    return max(min(int(value), _MOST_SPAN), 1) if re.fullmatch(r"[0-9]{1,4}", value) else 1


def _is_inline(node: Node) -> bool:
    return (
        node.tag in INLINE
        or node.tag in ("br", "img")
        or (node.tag in PASSED and not any(map(_is_block, node.children)))
    )


def _is_block(node: Node | str) -> bool:
    return isinstance(node, Node) and not _is_inline(node)


def _inline(node: Node | str) -> str:
    if isinstance(node, str):
        return escape(node)
    if node.tag == "br":
        return "<br/>"
    if node.tag == "img":
        alternative = _SPACE.sub(" ", visible(node.attributes.get("alt", ""))).strip()
        return f"[{escape(alternative)}]" if alternative else ""
    tag = INLINE.get(node.tag)
    return f"<{tag}>{_content(node)}</{tag}>" if tag else _content(node)


def _content(node: Node) -> str:
    """The node's words on one run, blocks in it parted by line breaks."""
    pieces: list[str] = []
    for child in node.children:
        if _is_block(child) and pieces and pieces[-1] != "<br/>":
            pieces.append("<br/>")
        pieces.append(_inline(child))
    return "".join(pieces)
