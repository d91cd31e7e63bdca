"""The elements of an HTML text as a tree, without any that loads, runs or hides."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from rag_core.parse.formats.texts import visible

# Deeper elements belong to the one this deep: whoever draws them would run out of stack.
_DEEPEST = 60
# Neither these nor what is in them is shown.
_UNSEEN = frozenset(
    (
        "script",
        "style",
        "template",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "noframes",
        "select",
        "datalist",
        "map",
        "head",
    )
)
_VOID = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    )
)
INLINE = {
    "b": "b",
    "strong": "b",
    "i": "i",
    "em": "i",
    "cite": "i",
    "u": "u",
    "sub": "sub",
    "sup": "sup",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
PASSED = frozenset(
    (
        "a",
        "abbr",
        "span",
        "font",
        "label",
        "small",
        "big",
        "mark",
        "s",
        "del",
        "ins",
        "q",
        "time",
        "dfn",
        "var",
        "bdi",
        "bdo",
        "ruby",
        "rb",
        "button",
    )
)
# An element that begins ends these before it, up to the element named.
_ENDED_BY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), frozenset(("ul", "ol"))),
    "tr": (frozenset(("tr",)), frozenset(("table",))),
    "td": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "th": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "dt": (frozenset(("dt", "dd")), frozenset(("dl",))),
    "dd": (frozenset(("dt", "dd")), frozenset(("dl",))),
    "option": (frozenset(("option",)), frozenset(("select",))),
}
# What stands around a page's text on every page of its site: menus, consent, related pages, notes of rights.
_MENU_ROLES = frozenset(("navigation", "menubar", "search"))
_TEXT = frozenset(("main", "article"))
_NAMED = frozenset(("div", "ul", "ol", "form", "aside"))
_MENU_NAME = re.compile(
    r"(?:site|main|top)?[-_]?nav(?:bar|igation)?|breadcrumbs?|"
    r"(?:cookies?|gdpr|consent)[-_]?(?:bar|banner|notice|consent|popup|dialog|overlay)"
)
_ASIDE_NAME = re.compile(
    r"(?:side|main)?[-_]?menu|ads?|advert(?:s|isements?)?|sponsored|"
    r"related(?:[-_]?(?:posts?|articles?|pages?|links?|content))?"
)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])"
)


@dataclass(slots=True)
class Node:
    """An element and what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)


def tree(source: str) -> Node:
    """The document's body, without menus and what else surrounds its text, unless these hold text, too. Never
    fails: what is wrong is taken as it comes."""
    bare = _read(source, with_menus=False)
    return (_read(source, with_menus=True) if bare.may_miss_text() else bare).root


def words_of(node: Node) -> str:
    """The node's words as they stand."""
    return "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br" else words_of(child)
        for child in node.children
    )


def _read(source: str, with_menus: bool) -> _Reader:
    reader = _Reader(with_menus)
    reader.feed(source)
    reader.close()
    return reader


class _Reader(HTMLParser):
    """Makes the tree. What is not closed is closed by what follows."""

    def __init__(self, with_menus: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._with_menus = with_menus
        self.root = Node("body")
        self._open = [self.root]
        self._unseen = 0
        self._unseen_tag = ""
        # Of what stands around the text: whether it is being passed over, how much was, and whether text was in it.
        self._around = False
        self._left, self._kept = 0, 0
        self._passed_text = False

    def may_miss_text(self) -> bool:
        """Whether what was passed over is more than the rest, holds a text's element or was never closed."""
        return self._passed_text or self._left > self._kept or (self._around and self._unseen > 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen:
            self._unseen += tag == self._unseen_tag and tag not in _VOID
            self._passed_text |= self._around and tag in _TEXT
            return
        attributes = {name: value or "" for name, value in attrs}
        self._around = self._is_around(tag, attributes)
        if self._around or tag in _UNSEEN or _is_hidden(tag, attributes):
            self._unseen, self._unseen_tag = int(tag not in _VOID), tag
            return
        if tag == "body":
            return
        self._end_before(tag)
        node = Node(tag, attributes)
        self._open[-1].children.append(node)
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            self._unseen -= tag == self._unseen_tag
            return
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        signs = len(data) - sum(map(str.isspace, data))
        if not self._unseen and data:
            self._open[-1].children.append(visible(data))
            self._kept += signs
        elif self._around and self.cdata_elem is None:
            self._left += signs

    def _is_around(self, tag: str, attributes: dict[str, str]) -> bool:
        """Whether the element stands around the text and is to be passed over. Nothing within the text is."""
        if self._with_menus or tag in _UNSEEN or any(map(_is_text, self._open)):
            return False
        role = attributes.get("role", "").lower()
        if tag in ("nav", "footer") or role in _MENU_ROLES or role == "contentinfo":
            return True
        names = f"{attributes.get('id', '')} {attributes.get('class', '')}".lower().split()
        return (tag in _NAMED and any(map(_MENU_NAME.fullmatch, names))) or (
            tag == "aside" and any(map(_ASIDE_NAME.fullmatch, names))
        )

    def _end_before(self, tag: str) -> None:
        ended, limit = _ENDED_BY.get(tag, (frozenset(), frozenset()))
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag in limit:
                return
            if self._open[depth].tag in ended:
                del self._open[depth:]
                return
        # A paragraph ends where a block begins.
        if self._open[-1].tag == "p" and tag not in INLINE and tag not in PASSED and tag not in _VOID:
            self._open.pop()


def _is_text(node: Node) -> bool:
    return node.tag in _TEXT or node.attributes.get("role", "").lower() in _TEXT


def _is_hidden(tag: str, attributes: dict[str, str]) -> bool:
    style = attributes.get("style", "").lower()
    return "hidden" in attributes or (tag == "input") or bool(style and _HIDING.search(style))
