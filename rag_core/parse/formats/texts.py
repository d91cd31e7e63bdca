"""Files of letters: whether bytes are a text, in which encoding, and which kind of text it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from pathlib import PurePath

from charset_normalizer import from_bytes

from rag_core.errors import InputError
from rag_core.parse.results import TextType

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Encodings from before Unicode, the likelier first: where a short text fits two equally, the order decides.
_LEGACY = (
    "gb18030",
    "big5",
    "cp1252",
    "cp932",
    "euc_jp",
    "cp949",
    "cp1251",
    "koi8_r",
    "cp1250",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
)
_GUESS_BYTES = 2**15
_LONGEST_CHARACTER = 4
# A UTF-8 text may be damaged in one of so many of its longer characters.
_DAMAGE = 20
# Every other byte of Latin text in UTF-16 is zero.
_WIDE_SHARE = 0.3
_RUBBISH_SHARE = 0.01
_RUBBISH = re.compile(r"[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd-\uffff\ue000-\uf8ff]")
# Signs that nobody sees, which serve to hide text from readers or from search, and the tints of emoji.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff"
    r"\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|h[1-6]|div|p|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):")
_MAIL_HEADERS = frozenset(
    ("from", "to", "subject", "date", "message-id", "mime-version", "received", "return-path", "delivered-to")
)
_MAIL_PROOF = frozenset(("message-id", "mime-version", "received", "return-path", "delivered-to"))
_ENDINGS: dict[str, TextType] = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/csv",
}


def sample_text(data: bytes, whole: bool) -> str | None:
    """The text that the bytes are, or begin with; None when they are none."""
    encoding = _encoding(data, whole)
    if encoding is None:
        return None
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    if not whole:
        text = text.rstrip("\ufffd")  # a character cut in two
    return None if len(_RUBBISH.findall(text)) > _RUBBISH_SHARE * len(text) else text


def decode(data: bytes, declared: str = "") -> str:
    """The text, with line ends made equal and without characters that nobody sees. The encoding that the
    text declares is taken where it fits. Raises InputError file_binary."""
    try:
        text = data.decode(declared) if declared else sample_text(data, whole=True)
    except (LookupError, ValueError):
        text = sample_text(data, whole=True)
    if text is None:
        raise InputError("file_binary")
    return visible(text)


def declared_encoding(data: bytes) -> str:
    """The encoding that a web page names in its head; empty where it names none."""
    if data.startswith(tuple(mark for mark, _ in _BOMS)) or not (found := _CHARSET.search(data[:2048])):
        return ""
    name = found[1].decode().lower()
    # What calls itself GB2312 holds characters of its successors.
    return "gb18030" if name in ("gb2312", "gbk") else name


def visible(text: str) -> str:
    """The text without colour codes and invisible characters, its lines ended by a line feed alone."""
    text = _COLOUR.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return _INVISIBLE.sub("", text)


def text_type(text: str, filename: str) -> TextType:
    """Which kind of text this is: by what it says of itself, else by the ending of its name."""
    ending = PurePath(filename).suffix.lower()
    if _is_mail(text, ending == ".eml"):
        return "message/rfc822"
    if _HTML.match(text[:4000]):
        return "text/html"
    return _ENDINGS.get(ending, "text/plain")


def _is_mail(text: str, called_so: bool) -> bool:
    head = text.lstrip("\r\n").replace("\r\n", "\n").partition("\n\n")[0].split("\n")
    named = [_HEADER.match(line) for line in head if line and not line[0].isspace()]
    if not named or named[0] is None:
        return False
    names = {match[1].lower() for match in named if match}
    known = names & _MAIL_HEADERS
    return bool(known) if called_so else len(known) > 2 and bool(names & _MAIL_PROOF)


def _encoding(data: bytes, whole: bool) -> str | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if data[first::2].count(0) > _WIDE_SHARE * len(data) / 2 and not data[1 - first :: 2].count(0):
            return encoding
    if _is_utf8(data, whole):
        return "utf-8"
    if b"\0" in data:
        return None
    telling = b"\n".join(line for line in data.split(b"\n") if not line.isascii())
    if len(telling) <= _GUESS_BYTES:
        return _legacy([telling])
    whole_lines = telling[: telling.rfind(b"\n", 0, _GUESS_BYTES) + 1]
    # Within a line only one of so many ends is between two characters, of which no decoder forgives a half.
    ends = range(_GUESS_BYTES, _GUESS_BYTES - _LONGEST_CHARACTER, -1)
    return _legacy([whole_lines] if whole_lines else [telling[:end] for end in ends])


def _legacy(samples: Sequence[bytes]) -> str | None:
    """The encoding from before Unicode that fits one of the samples best; None where none does."""
    ranked = sorted(
        (round(match.chaos, 2), -round(match.coherence, 2), _LEGACY.index(match.encoding))
        for sample in samples
        for match in from_bytes(sample, cp_isolation=list(_LEGACY))
        if match.encoding in _LEGACY
    )
    return _LEGACY[ranked[0][2]] if ranked else None


def _is_utf8(data: bytes, whole: bool) -> bool:
    """Whether this is UTF-8, here and there damaged at most."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
        broken = text.count("\ufffd")
        return broken * _DAMAGE < sum(not character.isascii() for character in text)
    return True
