"""What a question says of how it wants to be answered ("Answer in USD millions."): no words to search by."""

from __future__ import annotations

import re

_DO_EN = "Answer|Base|Round|Address|Calculate|Give|State|Use|Express|Provide|Respond|Reply|Explain|Show|Write|Keep|Limit|Present|Format"
_STATEMENT = r"(?:income statement|balance sheet|cash flow statement|statements? of (?:income|operations|earnings|financial position|cash flows?)|P&L)"
# "Give its population" asks for more; "give two decimals" does not.
_FORM = (
    r"\b(?:USD|EUR|dollars|euros|millions?|thousands?|billions?|decimals?|per ?cent|percentage|units?|sentences?|words|bullets?|bullet points|table|English|Chinese|"
    r"line items|statements?|balance sheet|round(?:ed)?|briefly|concise(?:ly)?|short|yes or no|format|step by step)\b"
)
_TOLD = re.compile(
    rf"(?<=[?？.。])\s*(?=[^?？]*{_FORM})(?:(?:Please )?(?:{_DO_EN})\b[^?？]*)$"
    r"|[，。；？?\s]*[（(]?(?:请|請)?(?:用|以|按|精确到|四舍五入|保留)[^，。；？?]{0,16}(?:回答|作答|表示|表述|为单位|為單位|小数|小數)[^，。；？?]{0,6}[)）]?[。！]?$"
)
# Of which statement the figure is to be, said before the question: rows of all of them are looked at anyway.
_FROM = re.compile(
    rf"^(?:By drawing (?:conclusions )?(?:from|on)|When (?:primarily )?referencing|Referencing|Based on|Using|From|Relying on)\b[^?]{{0,120}}{_STATEMENT}[^,?]{{0,80}}, (?=\S)",
    re.IGNORECASE,
)


def without_instructions(question: str) -> str:
    """The question without what it says of its answer; as it is where nothing else would be left."""
    return _parted(question)[0]


def instructions(question: str) -> str:
    """What the question says of its answer; "" for nothing."""
    return _parted(question)[1]


def _parted(question: str) -> tuple[str, str]:
    told = _TOLD.search(question)
    if told and told.group().isascii() and "?" not in question[: told.start()]:
        told = None
    asked = question[: told.start()].rstrip() if told else question
    lead = _FROM.match(asked)
    rest = asked[lead.end() :] if lead else asked
    if not rest.strip("？? "):
        return question, ""
    parts = (lead.group() if lead else "", told.group() if told else "")
    return rest, " ".join(part.strip(" ，。；,?？") for part in parts if part)
