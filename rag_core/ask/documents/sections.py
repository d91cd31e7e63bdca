"""Parts that documents have by custom (abstract, conclusion, limitations): which of them a question asks for, and where it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag_core.ask.documents.bylines import without_kind
from rag_core.ask.language.sought import sought
from rag_core.text import CJK, flow, is_cjk


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document: how a question asks for it, and what its title reads, as patterns."""

    asked: str
    title: str


_ABSTRACT = Section(r"摘要|\babstract\b", r"摘\s*要|内容提要|abstract")
_CONCLUSION = Section(
    r"结论|結論|\bconclusions?\b|(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )\bconclude[sd]?\b",
    r"(?:结|結)\s?(?:论|論|语|語)(?:与|和|及)?(?:展望|建议|建議|讨论)?|总结(?:与展望)?|(?:summary and |discussion and )?conclusions?(?: and [a-z ]{3,30})?|concluding remarks",
)
_LIMITATION = Section(
    r"局限性?|不足之处|\blimitations?\b",
    r"(?:研究)?(?:的)?(?:局限性?|不足(?:之处)?)(?:与展望)?|(?:strengths and )?limitations?(?: of [a-z ]{3,30}| and [a-z ]{3,30})?",
)
_FUTURE = Section(
    r"(?:今后|未来|下一步|后续)的?(?:研究)?工作|展望|\bfuture (?:work|research|directions?)\b",
    r"(?:结论与|总结与)?展望|(?:今后|未来|后续)(?:的)?(?:研究)?工作|(?:conclusions? and )?future (?:work|research|directions?)",
)
_INTRODUCTION = Section(
    r"引言|绪论|緒論|前言|\bintroduction\b", r"引\s*言|绪\s*论|緒\s*論|前\s*言|introduction"
)
_ACKNOWLEDGEMENT = Section(
    r"致谢|致謝|\backnowledg(?:e?ments?|es?|ed)\b", r"致\s*谢|致\s*謝|acknowledge?ments?"
)
_SECTIONS = (_ABSTRACT, _CONCLUSION, _LIMITATION, _FUTURE, _INTRODUCTION, _ACKNOWLEDGEMENT)

_TO_SAY_EN = r"(?:is|are|was|were|says?|said|about|in|main|key|the|what|which|does|do|did|tell me|summari[sz]e|study|authors?|reach(?:ed|es)?|draw[ns]?|drew|its|any|there|contains?|mentioned|stated|discussed|and|identified|reported|acknowledged|who|thanked|proposed|suggested|planned)"
_TO_SAY_ZH = r"(?:请问|作者|得出|得到|提出|主要|都?有|哪些|是什么|什么|怎么|怎样|如何|说了?|讲了?|写了?|是|的|了|里|中|部分|一节|内容|总结|概括|一下|感谢了?|谁|研究|存在)"
_NUMBER = r"(?:第\s?[\d一二三四五六七八九十]+\s?[章节節部]\s*|[\dIVX]+(?:\.\d+)*[.、．)]?\s+|[一二三四五六七八九十]+[、.．]\s*)?"
_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_NEXT = re.compile(
    rf"{_NUMBER}(?:references|bibliography|appendix.{{0,40}}|funding|disclosure.{{0,40}}|conflicts? of interest.{{0,30}}|参\s*考\s*文\s*献|參\s*考\s*文\s*獻|附\s*录.{{0,20}})\s*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"(?:\d+(?:\.\d+)*\.?\s+(?=[A-Z{CJK}])|第[\d一二三四五六七八九十]+[章节節])[^\n。；;:：,，]{{1,60}}"
)
# What stands on a line of its own behind a part's text, in the same paragraph.
_LABEL = re.compile(
    r"\n(?=\s*(?:致谢|致謝|关键词|關鍵詞|中图分类号|基金项目|参考文献|key ?words|funding|acknowledge?ments?|references)\s*(?:[:：.—]|\n))",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"\d+[.)、]\s")
_SAYS_SOMETHING = 20


def asked_section(question: str) -> tuple[Section, str] | None:
    """The part of a document that the question asks for as a whole, and the words in it that name the document; None where
    it asks for something else."""
    kind = sought(question)
    for section in _SECTIONS:
        match = re.search(section.asked, question, re.IGNORECASE)
        # When the euro's introduction was is no question for what a part says; who is thanked is.
        if match is None or not (kind == "other" or (kind == "person" and section is _ACKNOWLEDGEMENT)):
            continue
        rest = f"{question[: match.start()]} {question[match.end() :]}"
        to_say = _TO_SAY_ZH if is_cjk(question) else rf"\b{_TO_SAY_EN}\b"
        return section, without_kind(re.sub(to_say, " ", rest, flags=re.IGNORECASE).strip(" '’?？"))
    return None


def section_span(section: Section, text: str, headings: Collection[str]) -> tuple[int, int] | None:
    """The (start, end) of what the last part of the text under such a title says, up to the next title; `headings` are
    titles of the document. None where there is none."""
    title = re.compile(rf"{_NUMBER}(?:{section.title})(?P<end>\s*(?:[:：.．。—–]\s*|$))", re.IGNORECASE)
    blocks = [match.span() for match in _BLOCK.finditer(text)]
    found: tuple[int, int] | None = None
    for place, (start, end) in enumerate(blocks):
        match = title.match(text, start, end)
        first = text[start:end].split("\n", 1)[0]
        lone = match is None and title.fullmatch(first)
        if not match and not lone:
            continue
        begins = start + len(first) if lone else match.end() if match else end
        said = text[begins:end].strip()
        last = end if len(said) >= _SAYS_SOMETHING else _end(text, blocks[place + 1 :], headings)
        if last is not None and len(text[begins:last].strip()) >= _SAYS_SOMETHING:
            label = _LABEL.search(text, begins + _SAYS_SOMETHING, last)
            found = begins, label.start() if label else last
    return found


def _end(text: str, below: Sequence[tuple[int, int]], headings: Collection[str]) -> int | None:
    """Where the last of the paragraphs below ends that stands before the next title."""
    last: int | None = None
    for start, end in below:
        said = flow(text[start:end])
        heads = (
            said in headings
            or _NEXT.fullmatch(said)
            or (_NUMBERED.fullmatch(said) and not _ENTRY.match(said))
        )
        if heads or any(_opens(one, said) for one in _SECTIONS):
            break
        last = end
    return last


def _opens(section: Section, said: str) -> bool:
    return re.fullmatch(rf"{_NUMBER}(?:{section.title})", said, re.IGNORECASE) is not None
