"""Who wrote a document: whether a question asks for that, and the lines of its opening that name its authors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rag_core.ask.language.sought import SURNAMES
from rag_core.text import CJK, flow, is_cjk

_KIND_EN = r"(?:paper|article|study|report|thesis|dissertation|document|book|text|essay|memo|manual|guide|file|pdf|letter|e-?mail|mail|message)s?"
_ASKS_EN = re.compile(
    r"\bwho(?:['’]s| (?:is|are|was|were))? (?:the )?(?:(?:lead|first|main|co-?) ?)?(?:author(?:s|ed)?|written|writes?|wrote|writers?)\b(?: (?:of|by))?"
    r"|\bby whom (?:is|was|were)\b|\bwritten by whom\b"
    r"|\b(?:what|which) (?:is|are|was|were) (?:the )?(?:names? of )?(?:the )?(?:author|writer)s?(?:['’]s? names?\b|(?!['’]))(?: of)?",
    re.IGNORECASE,
)
_ASKS_ZH = re.compile(
    r"(?:是|由)?(?:谁|誰|何人)(?:写|寫|著|撰写|撰寫|编写|編寫|创作|創作|所?作)的?|(?:的|是)?(?:第一|主要|通讯|通訊)?(?:作者|著者)(?:的)?(?:是|有|叫|都|名|姓|为|為)*(?:谁|誰|什么|什麼|哪|何)\S*$"
    r"|^(?:谁|誰)是(?=.*(?:作者|著者))|(?:的)?(?:作者|著者)(?=[？?]*$)",
)
_PLAIN = re.compile(
    rf"\b(?:the|this|that|it|its|an?|on|about|of|in|for|entitled|titled|called|{_KIND_EN})\b|[这那][份个個篇本]?|[该該本此全]文(?!章|件)|[该該本此]|(?:论文|論文|文章|报告|報告|文件|文档|文檔|资料|資料|书|書)",
    re.IGNORECASE,
)
_AUTHOR_ZH = re.compile("作者|著者")
_EDGE = ' ?？.。的是了"“”《》'
# An opening ends where the text itself begins.
_TEXT_BEGINS = re.compile(
    r"^\W*(?:[\dIVX]+[.、]?\s*)?(?:abstract|summary|keywords?|key words|introduction|contents|table of contents|摘\s*要|内容提要|关键词|關鍵詞|目\s*[录錄]|引\s*言|前\s*言|绪\s*论|緒\s*論)\b",
    re.IGNORECASE,
)
# Words of a paragraph that is text, those written small, and Chinese characters; paragraphs of an opening.
_PROSE, _LONG, _OPENING = re.compile(rf"\b[a-z]+\b|[{CJK}]"), 60, 40
# Words that a document writes small are hardly names of people; in addresses of mail all are.
_SMALL, _ADDRESS = re.compile(r"(?<![A-Za-z'’-])[a-z]{3,}"), re.compile(r"\{[^}]*\}\S*|\S*@\S*")
_LABEL = re.compile(
    r"^\W*(?:(?:(?:written|prepared|compiled|edited)\s+by|authors?(?:\(s\))?|by|from)\s*[:：]?\s+(?-i:(?=[^a-z\s]))"
    r"|(?:论文)?作\s*者(?:姓名|信息)?\s*[:：]|(?:著|撰稿|编写|編寫|报告|報告|发件|發件)人\s*[:：]|[文撰]\s*[/／])",
    re.IGNORECASE,
)
_BY = re.compile(r"^\W*(?:by|from)\b", re.IGNORECASE)
# What marks a name as somebody's of some institution, and is no part of it.
_MARKS = re.compile(r"[\d*†‡§¶∗⋆°®⁰¹²³⁴-⁹ω#]+(?=\s|[,，;；、]|$)|[⁰¹²³⁴-⁹†‡§¶∗⋆]|\([a-z\d]\)|[（(]\d+[)）]")
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;，；、·•|&]|\band\b)\s*")
_PARTICLES = "de del della der den di da dos du la le van von zu bin ibn al el ter ten y"
_PARTICLE = frozenset(_PARTICLES.split())
_WORD_OF_NAME = re.compile(r"[^\W\d_][^\s\d:/()\[\]{}<>@=+|]*(?<!-)")
_INSTITUTION = re.compile(
    r"\b(?:univ\w*|institut\w*|departments?|dept|school|college|laborator\w+|labs?|hospital|faculty|centers?|centres?|inc|ltd|llc|corp\w*|company|"
    r"academy|society|association|foundation|group|journal|press|archive|volume|vol|proceedings|conference|street|road|avenue|"
    r"new zealand|united (?:states|kingdom)|hong kong|south korea|saudi arabia|january|february|march|april|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_COMPOUND = "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|东方|東方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|宇文|长孙|端木"
_NAME_ZH = re.compile(
    rf"(?:(?:{_COMPOUND})[{CJK}]{{1,2}}|[{SURNAMES}][{CJK}]{{1,2}}|[{SURNAMES}]\s{{1,2}}[{CJK}])"
)
_TITLES = re.compile(r"^(?:dr|prof|professor|mr|mrs|ms|sir|ph\.?d|m\.?d)\.?$", re.IGNORECASE)


def asks_author(question: str) -> str | None:
    """What the question names whose author it asks for, in its own words; None where it asks for something else."""
    found = (_ASKS_ZH if is_cjk(question) else _ASKS_EN).search(question)
    if found is None:
        return None
    rest = f"{question[: found.start()]} {question[found.end() :]}"
    return (_AUTHOR_ZH.sub(" ", rest) if is_cjk(question) else rest).strip(_EDGE)


def without_kind(named: str) -> str:
    """What is named without words that only say that it is a paper or a book; "" where nothing is left (this paper)."""
    return " ".join(_PLAIN.sub(" ", named).split()).strip(_EDGE)


def bylines(text: str) -> list[tuple[int, int]]:
    """The (start, end) of what names a document's authors in its text, before its first section: the line that says so
    (Author: …, 作者：…), else the beginnings of paragraphs that hold nothing but names."""
    blocks = list(_opening(text))
    lines = [line for block in blocks for line in block]
    labelled = [line for line in lines if _is_labelled(text[slice(*line)])]
    if labelled:
        return labelled[:1]
    common = frozenset(_SMALL.findall(_ADDRESS.sub(" ", text)))
    found = (_named(text, block, common) for block in blocks[1:])
    return [span for span in found if span and not _is_word(text, span)]


def _is_word(text: str, span: tuple[int, int]) -> bool:
    """Whether two Chinese characters are a word that the document has elsewhere, too (方法), not somebody's name."""
    name = text[slice(*span)].strip()
    return len(name) == 2 and is_cjk(name) and text.count(name) > 1


def _opening(text: str) -> Iterator[list[tuple[int, int]]]:
    """The paragraphs before the text itself begins, each as the (start, end) of its lines."""
    for count, block in enumerate(re.finditer(r"[^\n]+(?:\n[^\n]+)*", text)):
        begins = _TEXT_BEGINS.match(block.group()) or len(_PROSE.findall(block.group())) > _LONG
        if count and (begins or count == _OPENING):
            return
        base = block.start()
        yield [
            (base + line.start(), base + line.end()) for line in re.finditer(r"[^\n]*\S[^\n]*", block.group())
        ]


def _named(text: str, lines: Sequence[tuple[int, int]], common: frozenset[str]) -> tuple[int, int] | None:
    """The (start, end) of the most of the lines, from the first on, that hold nothing but names together; None where
    the first does not."""
    start = lines[0][0]
    ends = (end for _, end in reversed(lines))
    return next(((start, end) for end in ends if _are_names(flow(text[start:end]), common)), None)


def _is_labelled(line: str) -> bool:
    found = _LABEL.match(line)
    return found is not None and (not _BY.match(line) or _are_names(line[found.end() :], frozenset()))


def _are_names(line: str, common: frozenset[str]) -> bool:
    """Whether the line holds nothing but names of people; `common`: words that the document writes small somewhere."""
    bare = _MARKS.sub(" ", line)
    parts = [part.strip(" .") for part in _BETWEEN_NAMES.split(bare) if part.strip(" .")]
    if not parts or "|" in line or _INSTITUTION.search(line) or (len(parts) == 1 and bare.isupper()):
        return False
    return _are_chinese(parts) if is_cjk(line) else all(_is_name(part, common) for part in parts)


def _are_chinese(parts: Iterable[str]) -> bool:
    names = [name for part in parts for name in re.split(r"\s{2,}|(?<=[^\s]{2}) (?=\S)", part)]
    return all(_NAME_ZH.fullmatch(name) for name in names)


def _is_name(part: str, common: frozenset[str]) -> bool:
    """Whether it is one name, or several with nothing between them."""
    tokens = [token for token in part.split() if not _TITLES.match(token)]
    if tokens[:1] in (["The"], ["A"], ["An"]):
        return False
    proper = [token for token in tokens if token not in _PARTICLE]
    if len(proper) < 2 or not all(token[0].isupper() and _WORD_OF_NAME.fullmatch(token) for token in proper):
        return False
    strange = [token for token in proper if len(token) > 2 and token.lower() in common]
    return len(strange) * 3 <= len(proper) and any(len(token.strip(".")) > 1 for token in proper)
