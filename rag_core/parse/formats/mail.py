"""A stored e-mail: its headers, its words, e-mails in it and the names of what else is attached, which is never
opened."""

from __future__ import annotations

import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser

from rag_core.errors import InputError
from rag_core.parse.formats.tags import tree, words_of
from rag_core.parse.formats.texts import decode, visible
from rag_core.text import is_cjk

_HEADERS = ("Subject", "From", "To", "Cc", "Date")
_ATTACHMENTS = "Attachments"
# What a reader of the mail asks for, in the mail's own language.
_NAMES = {"Date": "Sent: "}
_CHINESE_NAMES = {
    "Subject": "主题：",
    "From": "发件人：",
    "To": "收件人：",
    "Cc": "抄送：",
    "Date": "日期：",
    # With its bare name it would be read as the title of an annex.
    _ATTACHMENTS: "附件名称：",
}
_LOOKED_AT = 4000
_MOST_SOURCE = 2**17
_MOST_ENCLOSED = 20
_DEEPEST = 5
_MOST_PARTS = 1000
_MOST_ATTACHMENTS = 200
_MOST_HEADER = 4000
# What the library's parser has been seen to raise on headers and parts that were made to confuse it.
_DAMAGE = (MessageError, ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)


@dataclass(frozen=True, slots=True)
class Mail:
    """`body` is HTML when `is_html`. `enclosed` are e-mails that it forwards."""

    headers: tuple[tuple[str, str], ...]
    body: str
    is_html: bool
    attachments: tuple[str, ...]
    enclosed: tuple[Mail, ...] = ()


def read_mail(data: bytes) -> Mail:
    """The e-mail. Raises InputError file_damaged."""
    try:
        message = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(data)
        return _mail(message, _DEEPEST)
    except _DAMAGE as error:
        raise InputError("file_damaged") from error


def _mail(message: EmailMessage, depth: int) -> Mail:
    parts = _parts(message)
    headers = tuple((name, value) for name in _HEADERS if (value := _header(message, name)))
    written = [part for part in parts if _is_body(part)]
    chosen = next(
        (part for kind in ("text/plain", "text/html") for part in written if _kind(part) == kind), None
    )
    body = _words(chosen) if chosen is not None else ""
    read = [part for part in parts if depth and _enclosed(part) is not None][:_MOST_ENCLOSED]
    names = [_name(part) for part in parts if part not in written and part not in read]
    is_html = chosen is not None and _kind(chosen) == "text/html"
    enclosed = tuple(_mail(one, depth - 1) for part in read if (one := _enclosed(part)) is not None)
    return Mail(headers, body, is_html, tuple(names[:_MOST_ATTACHMENTS]), enclosed)


def _enclosed(part: EmailMessage) -> EmailMessage | None:
    """The e-mail that the part is."""
    held = part.get_payload() if _kind(part) == "message/rfc822" else None
    return held[0] if isinstance(held, list) and held and isinstance(held[0], EmailMessage) else None


def _parts(message: EmailMessage) -> list[EmailMessage]:
    """The parts that hold something, in order; an e-mail in the e-mail is one part."""
    found: list[EmailMessage] = []
    waiting: list[EmailMessage] = [message]
    while waiting and len(found) < _MOST_PARTS:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting += reversed([one for one in part.get_payload() if isinstance(one, EmailMessage)])
        else:
            found.append(part)
    return found


def _is_body(part: EmailMessage) -> bool:
    return _kind(part) in ("text/plain", "text/html") and not _filename(part) and not _is_attached(part)


def _is_attached(part: EmailMessage) -> bool:
    try:
        return part.is_attachment()
    except _DAMAGE:
        return True


def _words(part: EmailMessage) -> str:
    try:
        data = part.get_payload(decode=True)
        charset = part.get_content_charset("")
    except _DAMAGE:
        return ""
    if not isinstance(data, bytes):
        return ""
    try:
        return decode(data, charset)
    except InputError:
        return ""


def _header(message: EmailMessage, name: str) -> str:
    try:
        values = [str(value) for value in message.get_all(name, [])]
    except _DAMAGE:
        return ""
    return visible(" ".join(", ".join(values).split()))[:_MOST_HEADER]


def _kind(part: EmailMessage) -> str:
    try:
        return part.get_content_type()
    except _DAMAGE:
        return ""


def _filename(part: EmailMessage) -> str:
    try:
        return visible(part.get_filename("") or "")
    except _DAMAGE:
        return ""


def _name(part: EmailMessage) -> str:
    """What the part is called; an e-mail that has no name of its own by its subject."""
    enclosed = None if _filename(part) else _enclosed(part)
    subject = _header(enclosed, "Subject") if enclosed is not None else ""
    return _filename(part) or subject or _kind(part)


def lines_of(mail: Mail) -> Iterator[str]:
    """What stands above the body, named in the mail's language."""
    subject = dict(mail.headers).get("Subject", "")
    chinese = is_cjk(subject) or is_cjk(_seen(mail)[:_LOOKED_AT])
    attached = ((_ATTACHMENTS, ", ".join(mail.attachments)),) if mail.attachments else ()
    for name, value in (*mail.headers, *attached):
        yield (_CHINESE_NAMES[name] if chinese else _NAMES.get(name, f"{name}: ")) + value


def _seen(mail: Mail) -> str:
    """What of the body's beginning is seen."""
    body = mail.body[:_MOST_SOURCE]
    return words_of(tree(body)) if mail.is_html else body
