"""Whether a claim takes in what its source makes an exception of: "even if", where that says "unless"."""

from __future__ import annotations

import re

from rag_core.ask.language.words import words

_REST = r"(?P<rest>[^,，.。;；\n]{3,60})"
_EVEN = re.compile(
    rf"\b(?:even (?:if|when|where|though)|regardless of|including|whether or not|no matter (?:if|whether|how|who))\b{_REST}"
    rf"|(?:即使|即便|哪怕|无论|不论|不管|(?<!不)包括|(?<!不)包含){_REST.replace('rest', 'zh')}"
)
_EXCEPT = re.compile(
    rf"\b(?:unless|except(?: for| where| when| if| that)?|other than|excluding|only if|apart from|not including)\b{_REST}"
    rf"|除非?(?P<zh>[^，。；\n]{{2,40}}?)(?=以外|之外|外|[，。；\n]|$)|(?P<out>[^，。；、\n]{{2,20}}?)的?除外|不包括(?P<not>[^，。；\n]{{2,40}})"
)
# So much of what a claim takes in must the exception name.
_NAMED = 0.3


def turned_exception(said: str, held: str) -> str:
    """The exception of the source (`held`) that what is said takes in; "" for none. Both in the form in which texts are
    compared."""
    if _EXCEPT.search(said):
        return ""
    for own in _EVEN.finditer(said):
        taken_in = _weighing(own["rest"] or own["zh"])
        for other in _EXCEPT.finditer(held):
            left_out = _weighing(next(filter(None, other.groups())))
            if taken_in and len(taken_in & left_out) >= _NAMED * len(taken_in):
                return other.group().strip()
    return ""


def _weighing(text: str) -> frozenset[str]:
    return frozenset(word.key for word in words(text) if word.weight > 0.5)
