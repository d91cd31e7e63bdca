"""Parts of a document that each say when, or by whom, they were written: a diary's entries, a chat's messages, a mail and
the mails that it quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag_core.ask.language.days import DAY, Day, days_of
from rag_core.text import CJK, begins_entry, flow, is_row

# A diary or a chat has several; one date alone is that of a letter.
_FEWEST = 2
_WEEKDAY = (
    r"(?:星期|周|週|礼拜)[一二三四五六日天]|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
)
_CLOCK = r"(?:at\s+)?(?:[上下]午|凌晨|早上|晚上|中午)?\s?\d{1,2}[:：]\d\d(?:[:：]\d\d)?(?:\s?[ap]\.?m\.?)?"
_FILLING = re.compile(rf"^[\s,，()（）\[\]【】#*·|-]*(?:{_WEEKDAY})?[\s,，()（）\[\]]*", re.IGNORECASE)
_BEHIND = re.compile(
    rf"[\s,，()（）\[\]【】]*(?:(?:{_WEEKDAY}|{_CLOCK})[\s,，()（）\[\]【】]*)*", re.IGNORECASE
)
_NAME = rf"(?:[{CJK}A-Za-z·]{{1,12}}|[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){{0,3}})"
# "Josie: Has anyone …", behind the time; "妈妈" on a line of its own.
_SPEAKS = re.compile(rf"[-–—]?\s*(?P<author>{_NAME})\s*[:：]\s*(?=\S)")
_ALONE = re.compile(rf"[-–—]?\s*(?P<author>{_NAME})\s*[:：]?")
_TELLS = re.compile(r"\s*[:：–—]\s*(?=\S)")
_WEATHER = re.compile(
    r"(?:[晴阴雨雪风云雾霾]|多云|阵雨|小雨|中雨|大雨|暴雨|雷雨|小雪|大雪|转|到|间|天气|心情)+|sunny|cloudy|rain(?:y)?|snow(?:y)?|fog(?:gy)?|windy",
    re.IGNORECASE,
)
_MAILS = re.compile(
    r"(?:on|在|于|於|le|am)\s*.{4,80}?(?P<author>[^\s,，<>\d][^,，<>\d]{1,40}?)\s*(?:<[^<>]*>)?\s*(?:wrote|写道|寫道|a écrit|schrieb)\s*[:：]",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:from|发件人|發件人|寄件者)\s*[:：]\s*(?P<author>[^<>@\n]*?)\s*(?:<|$|\n|\S+@)", re.IGNORECASE
)
_FIELD = re.compile(
    r"(?P<subject>subject|主题|主旨|主題)\s*[:：]|(?P<from>from|发件人|發件人|寄件者)\s*[:：]|(?P<to>to|收件人|收件者)\s*[:：]|(?P<cc>cc|抄送|副本)\s*[:：]"
    r"|(?P<sent>sent|date|日期|发送时间|時間|寄件日期)\s*[:：]|(?P<attached>attachments?|附件名称|附件)\s*[:：]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, as places among a document's texts: `heads` say when and by whom, `told` is what it says; of a message on one
    line both are that line. `author` is "" where nothing says it; `days` are several where it is not sure which is meant."""

    heads: tuple[int, ...]
    told: tuple[int, ...]
    author: str
    days: frozenset[Day]
    is_mail: bool = False


@dataclass(frozen=True, slots=True)
class _Head:
    author: str
    days: frozenset[Day]
    tells: bool
    is_mail: bool = False


def stamped(texts: Sequence[str]) -> list[Entry]:
    """The entries that the document's texts (sentences, rows, in their order) make up; none where they make up no diary, no
    chat and no mail."""
    said = [flow(text) for text in texts]
    found: list[Entry] = []
    at = 0
    while at < len(said):
        fields = _mail_at(said, at)
        head = _head(said[at]) if not fields else None
        if fields or head:
            end = at + max(len(fields), 1)
            after = next((i for i in range(end, len(said)) if _head(said[i]) or _mail_at(said, i)), len(said))
            told = range(at if head and head.tells else end, after)
            found.append(_made(said, fields or (at,), tuple(told), head))
            at = after
        else:
            at += 1
    mails = any(one.is_mail for one in found)
    several = len({one.days for one in found}) >= _FEWEST or len(found) > _FEWEST
    return _in_one_order(found) if mails or several else []


def fields_of(texts: Sequence[str], entry: Entry) -> dict[str, int]:
    """Of a mail, which text gives its subject, from, to, cc, sent and attached."""
    return {
        str(match.lastgroup): at for at in entry.heads if (match := _FIELD.match(flow(texts[at]))) is not None
    }


def is_head(text: str) -> bool:
    """Whether the text says when or by whom an entry or a mail was written."""
    return bool(_field(text)) or _head(text) is not None


def opens_message(text: str) -> bool:
    """Whether the text is no more than when and by whom a message was written."""
    head = _head(text) if text[-1:].isalpha() else None
    return head is not None and bool(head.author) and not head.tells and not head.is_mail


def _in_one_order(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, of days that may be two (12/04) the one in a month that a sure one (13/04) is in."""
    months = {(day.year, day.month) for one in entries if len(one.days) == 1 for day in one.days}
    found = []
    for one in entries:
        sure = frozenset(day for day in one.days if (day.year, day.month) in months)
        found.append(replace(one, days=sure if len(sure) == 1 else one.days))
    return found


def _made(said: Sequence[str], heads: tuple[int, ...], told: tuple[int, ...], head: _Head | None) -> Entry:
    if head is not None:
        return Entry(heads, told, head.author, head.days, head.is_mail)
    author = next((found["author"] for at in heads if (found := _FROM.match(said[at]))), "")
    sent = next((said[at] for at in heads if _field(said[at]) == "sent"), "")
    days = frozenset(day for match in DAY.finditer(sent) for day in days_of(match))
    return Entry(heads, told, author.strip(" \"'"), days, is_mail=True)


def _mail_at(said: Sequence[str], at: int) -> tuple[int, ...]:
    """The places of the lines of a mail's head that begins there: who sent it is among them, and two more."""
    if not _field(said[at]):
        return ()
    end = next((i for i in range(at, len(said)) if not _field(said[i])), len(said))
    kinds = {_field(one) for one in said[at:end]}
    return tuple(range(at, end)) if "from" in kinds and len(kinds) > _FEWEST else ()


def _field(text: str) -> str:
    found = _FIELD.match(text)
    return str(found.lastgroup) if found else ""


def _head(text: str) -> _Head | None:
    """What the text says of when and by whom the entry was written that begins with it."""
    mailed = _MAILS.fullmatch(text)
    if mailed:
        days = frozenset(day for match in DAY.finditer(text) for day in days_of(match))
        return _Head(mailed["author"].strip(), days, tells=False, is_mail=True) if days else None
    led = _FILLING.match(text)
    found = DAY.match(text, led.end() if led else 0)
    if found is None or is_row(text) or begins_entry(text):
        return None
    behind = _BEHIND.match(text, found.end())
    rest = text[behind.end() if behind else found.end() :]
    timed = bool(re.search(_CLOCK, text[found.end() : len(text) - len(rest)]))
    return _led(rest, frozenset(days_of(found)), timed)


def _led(rest: str, days: frozenset[Day], timed: bool) -> _Head | None:
    """The head whose day, and time if `timed`, stand before the rest of its text."""
    if not rest or (not timed and _WEATHER.fullmatch(rest.strip())):
        return _Head("", days, tells=False)
    rules: tuple[tuple[Callable[[str], re.Match[str] | None], bool], ...] = (
        ((_SPEAKS.match, True), (_ALONE.fullmatch, False)) if timed else ()
    )
    for match, tells in rules:
        named = match(rest)
        if named:
            return _Head(named["author"], days, tells)
    return _Head("", days, tells=True) if _TELLS.match(rest) else None
