"""What stands in the head of a mail: when it was sent, by whom and to whom, what was attached."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag_core.ask.asked import Work
from rag_core.ask.documents.journals import Journal, mails, names_author
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.stamped import Entry, fields_of
from rag_core.ask.language.words import Word, coverage, file_words, keys, question_words, rarity
from rag_core.text import is_cjk

_MAIL = re.compile(
    r"\b(?:e-?mails?|mails?|mailed|e-?mailed|messages?)\b|邮件|郵件|来信|回信|发件|收件|抄送", re.IGNORECASE
)
_ASKED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("attached", re.compile(r"\battach(?:ed|ments?)\b|附件", re.IGNORECASE)),
    ("cc", re.compile(r"\bcc\b|\bcopied\b|\bcopy of\b|抄送", re.IGNORECASE)),
    ("subject", re.compile(r"\bsubject\b|主题|主題|标题", re.IGNORECASE)),
    (
        "to",
        re.compile(
            r"\bwhom?\b.*\b(?:sent|addressed|written|wrote|write|send) to\b|\bto whom\b|\bwho (?:got|received|gets)\b|\brecipients?\b|[发寄写發寫]给了?(?:谁|哪些)|收件人",
            re.IGNORECASE,
        ),
    ),
    (
        "sent",
        re.compile(
            r"\bwhen (?:did|was|were)\b.*\b(?:send|sent|e?-?mail(?:ed)?|write|wrote|written|reply|replied|answer(?:ed)?)\b|\bdate of\b"
            r"|(?:什么时候|什麼時候|何时|哪天|哪一天|几号|几点|幾點).*[发發寄写寫回]|[发發寄写寫回].*(?:什么时候|什麼時候|何时|哪天|几号|几点)",
            re.IGNORECASE,
        ),
    ),
    (
        "from",
        re.compile(
            r"\bwho (?:sent|wrote|mailed|e-?mailed)\b|\bwho (?:is|was) .*\bfrom\b|\bsender\b|谁[发發寄写寫回]|誰[发發寄写寫回]|发件人",
            re.IGNORECASE,
        ),
    ),
)
_FRAME = re.compile(
    r"\b(?:who|whom|whose|when|what|which|did|does|do|was|were|is|are|has|have|the|a|an|her|his|their|my|our|me|us|e?-?mails?|mails?|messages?|mailed|send|sent|sender|write|wrote|written|"
    r"reply|replied|answer(?:ed)?|attach(?:ed|ments?)|cc|copied|copy|of|subject|to|on|about|in|for|from|date|got|received|addressed|recipients?|with|there|called|titled|entitled)\b"
    r"|什么时候|什麼時候|何时|哪天|哪一天|几号|几点|邮件|郵件|附件|抄送|主题|标题|收件人|发件人|[发發寄写寫](?:给|的|了)?|回复|关于|关于|什么|哪些|谁|誰|[给的了是有在里中那这封个]",
    re.IGNORECASE,
)
_TELLING, _MEANT = 0.6, 0.6


def mailed(work: Work, question: str) -> Gathered | None:
    """The line of a mail's head that the question asks for, of the mail that it means by who wrote it and what it is about;
    none shown where that has no such line. None where something else is asked, or no mail is meant."""
    field = next((name for name, asks in _ASKED if asks.search(question)), "")
    if not field or not _MAIL.search(question):
        return None
    found = [pair for one in mails(work, question) for pair in _mails(one, question, field)]
    best = max(found, key=lambda one: one[0], default=None)
    if best is None:
        return None
    _, journal, entry = best
    at = fields_of(journal.texts, entry).get(field)
    if at is None and field in ("sent", "from"):
        at = entry.heads[0]
    return journal.nothing(question) if at is None else journal.shown(question, [at])


def _mails(journal: Journal, question: str, field: str) -> Iterator[tuple[float, Journal, Entry]]:
    """Mails that the question may mean, with how well it fits each: of those by an author whom it names, if any is, the
    mails that are about what it names."""
    written = [one for one in journal.entries if one.is_mail]
    # Who a mail is to may be asked by whoever got it, not by who sent it.
    named = [one for one in written if field != "from" and names_author(question, one.author)]
    rare = rarity(journal.texts)
    for one in named or written:
        about = _about(question, one.author if named else "")
        said = keys(f"{file_words(journal.filename)} {journal.said_in(one)}")
        share = coverage(about, said, rare) if about else float(bool(named))
        if share >= _MEANT:
            yield share + bool(named), journal, one


def _about(question: str, author: str) -> list[Word]:
    """What the question says of the mail beside who wrote it."""
    own = keys(author)
    bare = _FRAME.sub(" ", question)
    if is_cjk(question) and author:
        bare = re.sub(
            rf"{re.escape(author)}|{re.escape(author[0])}(?:老师|经理|总|主任|医生|先生|女士)", " ", bare
        )
    return [word for word in question_words(bare) if word.weight >= _TELLING and word.key not in own]
