"""Fields of a form, a label or a receipt whose name is what the question asks for: 净含量：128克, Net weight: 128 g."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag_core.ask.evidence.headed import EMAIL
from rag_core.ask.language.asking import ASKING_WORD
from rag_core.ask.language.words import Rarity, coverage, keys, question_words
from rag_core.simplified import simplify
from rag_core.text import CJK, is_cjk, normalise

_LABEL_ZH = re.compile(
    rf"(?<![{CJK}A-Za-z])([{CJK}]{{2,8}})(?:[（(][^（()）]{{1,8}}[)）])?\s*[:：]\s*(?=[^\s:：])"
)
_ENDING_ZH = re.compile("(?:金额|号码|名称|日期|时间|地址)$")
_BEFORE_ASKING_ZH = re.compile("(?:一共|总共|大概|大约|具体|要|应|需要|得|的|是|为|有|在|由|叫)*$")
_LABEL_EN = re.compile(r"(?:^|[\n|·;])\s*([A-Za-z][A-Za-z .'/-]{2,30}?)\s*:\s*(?=\S)", re.MULTILINE)
_ASKED_EN = re.compile(
    r"^(?:what(?: is|['’]s| are| was)|who(?: is|['’]s| was)|when(?: is|['’]s| was)|where(?: is|['’]s)|how much(?: is| was))\s+"
    r"(?:the|my|our|your|his|her|their)\s+(?P<name>[a-z][a-z .'/-]{2,30}?)(?:\s+(?:of|for|on|in|at)\s+(?P<owner>.+?))?\s*[?.]*$",
    re.IGNORECASE,
)
_OWNERS_EN = re.compile(
    r"^(?:what(?: is|['’]s| are| was)|who(?: is|['’]s| was)|when(?: is|['’]s| was)|where(?: is|['’]s)|how much(?: is| was))\s+"
    r"(?P<owner>[A-Z][\w .-]{1,60}?)['’]s? (?P<name>[a-z][a-z .'/-]{2,30}?)\s*[?.]*$",
    re.IGNORECASE,
)
_EMAIL_ASKED = re.compile(r"\be-?mail\b|邮箱|郵箱|电子邮件|電子郵件|电邮|電郵", re.IGNORECASE)
_BRACKETED = re.compile(r"[（(][^（()）]*[)）]")
_OWNER_HELD = 0.5


def has_field(question: str, text: str, context: str, rare: Rarity) -> bool:
    """Whether the text has a field of the name that the question asks for. Of whom or what it is asked must stand in the
    text or its `context`, too: another's telephone is no answer."""
    for name, owner in _asked(question, text):
        said = keys(f"{context} {text}")
        if name and (not owner or coverage(question_words(owner), said, rare) >= _OWNER_HELD):
            return True
    return False


def asked_name(question: str) -> str:
    """What a Chinese question says before its asking word: it ends on the name of what is asked for."""
    # The last one: 何 may begin a name.
    asking = [found.start() for found in ASKING_WORD.finditer(question)]
    before = question[: asking[-1]] if asking else question.rstrip("？?。 ")
    return _BEFORE_ASKING_ZH.sub("", simplify(before))


def _asked(question: str, text: str) -> list[tuple[str, str]]:
    """The names of the text's fields that the question asks for, each with whose it is to be ("" for nobody's)."""
    labels = (_LABEL_ZH if is_cjk(question) else _LABEL_EN).findall(text)
    return _called(question, labels)


def _called(question: str, labels: Iterable[str]) -> list[tuple[str, str]]:
    """Which of the names the question asks for, each with whose it is to be."""
    if not is_cjk(question):
        found = _OWNERS_EN.match(question.strip()) or _ASKED_EN.match(question.strip())
        if found is None:
            return []
        name = normalise(found["name"])
        return [(name, found["owner"] or "")] if name in {normalise(label) for label in labels} else []
    said = asked_name(question)
    known = {simplify(label) for label in labels}
    names = known | {bare for label in known if len(bare := _ENDING_ZH.sub("", label)) > 1}
    return [(name, said.removesuffix(name).removesuffix("的")) for name in names if said.endswith(name)]


def asks_for(question: str, names: Iterable[str]) -> bool:
    """Whether the question asks for something of one of these names: those of a table's rows, what they have in brackets left out."""
    bare = [_BRACKETED.sub("", name).strip() for name in names]
    return bool(_called(question, [name for name in bare if len(name) > 1]))


def gives_field(question: str, text: str) -> bool:
    """Whether the text has a field of the name that the question asks for, whoever's it is; of an e-mail address, whether
    it has one."""
    return bool(_asked(question, text)) or bool(_EMAIL_ASKED.search(question) and EMAIL.search(text))
