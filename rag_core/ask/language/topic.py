"""What a question is about: its names, quoted titles and leading subject, in Chinese and English."""

from __future__ import annotations

import re

from rag_core.ask.language.figures import figures
from rag_core.ask.language.words import words
from rag_core.text import CJK, is_cjk

ASKING_ZH = (
    "请问|请告诉我|告诉我|你知道|知道|为什么|为何|什么时候|何时|什么地方|有什么|是什么|什么|有哪些|是哪些|哪些|有哪|是哪|哪一|哪个|哪里|哪儿|哪|"
    "是谁|有谁|谁|有多少|是多少|多少|有几|第几|几|怎么样|怎么|怎样|如何|是否|能否|有没有|多大|多高|多长|多久|多远|呢|吗|吧"
)
_SPLIT_ZH = re.compile(
    rf"{ASKING_ZH}|的|是|在|由|被|于|和|与|对|把|从|以及|主要|一共|共有|[，,。？?！!、；;：:\s]"
)
_ADDRESS_ZH = re.compile(
    r"^(?:您好|你好|你们|你|您|我们|我|咱们)*(?:认识|认不认识|喜欢|觉得|打算|听说过|想了解|想问|推荐)?(?:一下|一些)?"
)
_TITLE = re.compile(r"《[^》]{1,40}》|“[^”]{1,30}”|「[^」]{1,30}」|\"[^\"]{1,40}\"")
_NAME_EN = re.compile(
    r"\b[A-Z][\w'’.-]*(?:\s+(?:(?:of|the|de|von|van|and|for)\s+)*(?:[A-Z][\w'’.-]*|\d{4}\b))*"
)
_STARTERS = (
    "what when where which who whom whose why how is are was were do does did can could will would should has have "
    "had in on at the a an yes no ok okay thank thanks sure hello hi so well my your our their its his her this that these those there also now then tell give name list describe explain and or but according please if i"
)
_STARTING = frozenset(_STARTERS.split())
_LATIN_IN_ZH = re.compile(rf"[A-Za-z][A-Za-z0-9.+-]*[{CJK}]{{0,4}}")


def names(text: str) -> tuple[str, ...]:
    """The names in the text: quoted titles and, in Latin script, capitalised words put together."""
    found = [match.group() for match in _TITLE.finditer(text)]
    for match in _NAME_EN.finditer(text):
        name = match.group().rstrip(".'’-")
        head, _, rest = name.partition(" ")
        if head.lower() in _STARTING:
            name = rest
        if len(name) > 1 and name[0].isupper():
            found.append(name.removesuffix("'s").removesuffix("’s"))
    return tuple(dict.fromkeys(found))


def topic(question: str) -> str:
    """The subject of the question, "" where none is seen."""
    named = names(question)
    if not is_cjk(question):
        return named[0] if named else _longest_run(question)
    titles = [name for name in named if name[0] in "《“「"]
    if titles:
        return titles[0]
    for segment in _SPLIT_ZH.split(question):
        bare = _ADDRESS_ZH.sub("", segment.strip())
        if len(bare) >= 2 and not _only_figure(bare):
            return bare
    return named[0] if named else ""


def segments(question: str) -> list[str]:
    """The pieces of a Chinese question between its asking and function words."""
    return [piece for piece in _SPLIT_ZH.split(question) if piece.strip()]


def _only_figure(text: str) -> bool:
    found = figures(text)
    return bool(found) and len(text) <= sum(len(figure.written) for figure in found) + 1


def _longest_run(question: str) -> str:
    """The longest run of words that say something, for a question written without capitals."""
    runs: list[list[str]] = [[]]
    for word in words(question):
        if word.weight >= 0.6:
            runs[-1].append(question[word.start : word.end])
        elif runs[-1]:
            runs.append([])
    return " ".join(sorted(runs, key=len)[-1])
