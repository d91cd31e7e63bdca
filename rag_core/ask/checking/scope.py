"""Whether a claim says of all, or only of some, what its source says of some, or of more."""

from __future__ import annotations

import re

_ALL = re.compile(
    r"\b(?:all|every|everybody|everyone|always|whole|entire|entirely|unanimous(?:ly)?|any|both|no one|nobody|none|never)\b|全部|所有|全体|一律|一致|完全|任何|总是|[均都]"
)
_SOME = re.compile(
    r"\b(?:most|some|half|part of|partly|mostly|usually|generally|often|normally|many|several|few|only|one of|except|unless)\b|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|half|each|none) of (?:the |its |their |\d)"
    r"|大部分|多数|部分(?!门)|大多|一些|有些|其中|通常|一般|仅|原则上|除|(?<![共总])有[\d一二两三四五六七八九十]+[人名家位](?![以之]上)|率(?:为|达|是)?\d{1,2}(?:\.\d+)?%"
)
_ONLY = re.compile(
    r"\b(?<!not )(?:only|solely|exclusively)\b(?! (?:then|after|when|if|once|from))|仅仅?|(?<!不)只(?![读要有好])|唯一"
)
_ALSO_ONLY = re.compile(
    r"\b(?:only|sole|solely|alone|exclusive(?:ly)?|other than|except|no other|just|nothing but|unless|limited to)\b|仅|只|唯一|除|限于|单独"
)


_SECOND = re.compile(
    r"\b(?:second|third|fourth|fifth|2nd|3rd)[- ](?P<en>most [a-z]+|[a-z]+est)\b|第[二三四五](?P<zh>[大高长多重强小低短])"
)


def promoted(said: str, held: str) -> str:
    """The rank that the source gives what is said to be the first of all; "" for none. What it comes after there is
    named by who says so of that."""
    for match in _SECOND.finditer(held):
        first = rf"\b{match['en']}\b" if match["en"] else f"最{match['zh']}"
        others = held.replace(match.group(), " ")
        behind = re.search(r"^[^,.;]*?\b(?:after|behind) (?:the )?(\w+)", held[match.end() :])
        before = re.search(r"(?:仅?次于|排在)(\w{2})", held)
        ahead = next((one[1] for one in (behind, before) if one), "")
        if re.search(first, said) and not _SECOND.search(said) and not re.search(first, others):
            return "" if ahead and ahead in said else match.group()
    return ""


def widened(said: str, held: str, beside: str) -> str:
    """The word with which what is said speaks of all where the source speaks of some `beside` it, or of some only where the
    source (`held`) does not; "" for none. All in the form in which texts are compared."""
    whole = _ALL.search(said)
    if whole and _SOME.search(beside) and not _SOME.search(said) and not _ALL.search(beside):
        return whole.group()
    alone = _ONLY.search(said)
    return alone.group() if alone and not _ALSO_ONLY.search(held) else ""
