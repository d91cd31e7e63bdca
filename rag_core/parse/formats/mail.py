"""A stored e-mail: its headers, its words and the names of what is attached, which is never opened."""

from __future__ import annotations

import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser

from rag_core.errors import InputError
from rag_core.parse.formats.texts import decode, visible

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MOST_PARTS = 1000
_MOST_ATTACHMENTS = 200
_MOST_HEADER = 4000
# What the library's parser has been seen to raise on headers and parts that were made to confuse it.
_DAMAGE = (MessageError, ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)


@dataclass(frozen=True, slots=True)
class Mail:
    """`body` is HTML when `is_html`."""

    headers: tuple[tuple[str, str], ...]
    body: str
    is_html: bool
    attachments: tuple[str, ...]


def read_mail(data: bytes) -> Mail:
    """The e-mail. Raises InputError file_damaged."""
    try:
        message = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(data)
        parts = _parts(message)
    except _DAMAGE as error:
        raise InputError("file_damaged") from error
    headers = tuple((name, value) for name in _HEADERS if (value := _header(message, name)))
    written = [part for part in parts if _is_body(part)]
    chosen = next(
        (part for kind in ("text/plain", "text/html") for part in written if _kind(part) == kind), None
    )
    body = _words(chosen) if chosen is not None else ""
    names = [_name(part) for part in parts if part not in written]
    is_html = chosen is not None and _kind(chosen) == "text/html"
    return Mail(headers, body, is_html, tuple(names[:_MOST_ATTACHMENTS]))


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
    return _filename(part) or _kind(part)


def lines_of(mail: Mail) -> Iterator[tuple[str, str]]:
    """What stands above the body, as name and value."""
    yield from mail.headers
    if mail.attachments:
        yield "Attachments", ", ".join(mail.attachments)
