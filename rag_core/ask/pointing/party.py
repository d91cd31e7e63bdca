"""Which contracts a question points to by the name of a party, and the question with what the contract calls them: it says
"the Employee" or 乙方 throughout, and the name once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag_core.ask.language.sides import PARTIES
from rag_core.text import flow, is_cjk
from rag_core.types import Hit, Passage

# Contracts that are looked in; a document of more passages is not gone through.
_MOST, _MOST_PASSAGES = 3, 400
# A role that is said less often is not what the document calls somebody.
_SAID_LEAST = 3
_EN, _ZH = (
    "|".join(sorted((one for one in PARTIES if one.isascii() is latin), key=len, reverse=True))
    for latin in (True, False)
)
_HAN = "\u4e00-\u9fff"
_WORD = r"[A-Z][\w'’&-]*\.?"
_NAME_EN = rf"{_WORD}(?: (?:(?:of|de|van|von|&) )?{_WORD}){{1,5}}"
_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? )?"
_CALLED_EN = re.compile(
    r"[(（](?:hereinafter|hereafter|referred to as|called|the|as|,|\s)*[\"“](?:the )?(?P<role>[A-Z][A-Za-z]{2,20}(?: [A-Z][a-z]{2,20})?)[\"”][)）]"
)
# What leads up to the name of a party: "made between", "and", "(1)".
_LEADS_UP = re.compile(r"^.*\b(?:between|BETWEEN|Between)\b|^[\s,;.:]*(?:and|AND|&)?\s+", re.DOTALL)
_FIRST_NAME = re.compile(rf"\W*(?:\d+\W+)?{_TITLE}(?P<name>{_NAME_EN})")
_LABEL_EN = re.compile(
    rf"(?:^|\n)\W*(?:the )?(?P<role>{_EN})(?:\(s\)|s)?(?: name)?\s*[:：|]\s*{_TITLE}(?P<name>(?-i:{_NAME_EN}))",
    re.IGNORECASE,
)
_COMPANY = re.compile(r",? (?:Ltd|Limited|Inc|LLC|LLP|GmbH|AG|plc|PLC|Co|Corp|Corporation|Company)\.?$")
_CALLED = r"[（(]以下(?:简称|簡稱|称|稱)[：:]?[“\"「]?"
_CALLED_ZH = re.compile(rf"(?P<name>[{_HAN}·]{{2,30}})\s?{_CALLED}(?P<role>[{_HAN}]{{2,8}})")
_LABEL_ZH = re.compile(
    rf"(?P<role>[甲乙丙丁]方|{_ZH})(?:\s?(?:{_CALLED}|[（(])(?P<short>[{_HAN}]{{2,8}})[”\"」]?[）)])?\s*(?:姓名|名称|名稱)?\s*[:：|]\s*"
    rf"(?P<name>[{_HAN}·]{{2,30}})"
)
_SHORTEST_ZH = 2


@dataclass(frozen=True, slots=True)
class Party:
    """A contract, and what the question is with the party's name exchanged for what this contract calls them."""

    document_id: int
    filename: str
    question: str


def parties_named(
    question: str, hits: Sequence[Hit], whole: Callable[[int], Sequence[Passage]]
) -> tuple[Party, ...]:
    """The contracts among the hits that say which party somebody of the question's is, best hit first."""
    found: dict[int, Party] = {}
    for passage in (hit.passage for hit in hits):
        if passage.document_id in found or len(found) == _MOST:
            continue
        renamed = next(_renamed(question, passage.text, passage.document_id, whole), None)
        if renamed is not None:
            found[passage.document_id] = Party(passage.document_id, passage.filename, renamed)
    return tuple(found.values())


def _renamed(
    question: str, text: str, document_id: int, whole: Callable[[int], Sequence[Passage]]
) -> Iterator[str]:
    for name, role in _zh(text) if is_cjk(question) else _en(text):
        said = _said(question, name)
        if said and _is_used(role, whole(document_id)):
            yield _exchanged(question, said, role)


def _en(text: str) -> Iterator[tuple[str, str]]:
    """Names with the parties they are: "Ingrid Berg of 4 Elm Road (the "Tenant")", "Tenant: Ingrid Berg"."""
    last, whole = 0, flow(text)
    for called in _CALLED_EN.finditer(whole):
        before = _LEADS_UP.sub("", whole[last : called.start()], count=1)
        last = called.end()
        name = _FIRST_NAME.match(before)
        if name:
            yield name["name"], called["role"]
    for label in _LABEL_EN.finditer(text):
        yield label["name"], label["role"].title()


def _zh(text: str) -> Iterator[tuple[str, str]]:
    """Names with the parties they are: 出租方（以下简称甲方）：沈立群, 乙方（劳动者）：顾念, 沈立群（以下简称甲方）."""
    for label in _LABEL_ZH.finditer(text):
        yield from ((label["name"], role) for role in (label["role"], label["short"]) if role)
    for called in _CALLED_ZH.finditer(text):
        yield called["name"], called["role"]


def _said(question: str, name: str) -> str:
    """How the question says the name: whole, or a company's without its kind; of Chinese text that runs up to a name, its
    end; "" where it does not."""
    if is_cjk(name):
        ends = (name[start:] for start in range(len(name) - _SHORTEST_ZH + 1))
        return next((end for end in ends if end in question), "")
    for one in (name, _COMPANY.sub("", name)):
        if re.search(rf"\b{re.escape(one)}(?!\w)", question):
            return one
    return ""


def _is_used(role: str, passages: Sequence[Passage]) -> bool:
    """Whether the document goes on to call somebody so."""
    said = rf"\b{role}\b" if role.isascii() else role
    if len(passages) > _MOST_PASSAGES:
        return False
    return sum(len(re.findall(said, passage.text)) for passage in passages) >= _SAID_LEAST


def _exchanged(question: str, name: str, role: str) -> str:
    if is_cjk(role):
        return question.replace(name, role)
    return re.sub(rf"(?:\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? )?\b{re.escape(name)}", f"the {role}", question)
