"""What somebody wrote or said, in mails and chats: "What did Ana write about the chimney?", 张伟关于灯具写了什么."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag_core.ask.asked import Work
from rag_core.ask.documents.journals import Journal, journals, names_author
from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.evidence.stamped import Entry, is_head
from rag_core.ask.language.days import DAY, Day, days
from rag_core.ask.language.words import Word, coverage, file_words, keys, question_words, rarity
from rag_core.text import CJK, flow, is_cjk, sentence_spans
from rag_core.types import Hit

_SAYS_EN = r"(?:write|wrote|written|say|said|tell|told|reply|replied|answer(?:ed)?|suggest(?:ed)?|propose[d]?|ask(?:ed)?|mention(?:ed)?|report(?:ed)?)"
_SAYS_ZH = "(?:回复|答复|提到|表示|建议|提出|[说說讲講写寫问問])"
_ASKS_EN = re.compile(
    rf"\bwhat (?:did|does|has|had) (?P<who>(?!(?:I|we|you|the|it|this|that|they|he|she|my|our)\b)[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){{0,2}}?) {_SAYS_EN}\b(?P<rest>.*)",
    re.IGNORECASE,
)
_ASKS_ZH = re.compile(
    rf"(?P<who>[{CJK}]{{1,6}}?)(?P<rest>(?:[在对對就给給跟向关關].*?)?)(?:是)?(?:怎么|怎麼|如何)?{_SAYS_ZH}(?:了|的|过|是)?(?:些)?(?:什么|什麼|啥|哪些|的)"
)
_FRAME = re.compile(
    r"\b(?:to|me|us|him|her|them|about|on|of|in|regarding|concerning|the|a|an|his|her|their|my|our|e-?mails?|mails?|messages?|chats?|thread|letter|group|back|and|for)\b"
    r"|邮件|郵件|信|聊天|微信|[群家]里|群|记录|回复|关于|關於|[在对對就给給跟向里中的这那个我]|一下",
    re.IGNORECASE,
)
# To whom it was written, or said.
_TO = re.compile(
    rf"^\s*(?:back )?to (?:[A-Z][\w.'’-]*(?: |\b))+|[给給跟向][{CJK}]{{1,4}}?(?=[说說讲講写寫回])"
)
_QUOTED_SAYING = re.compile(rf"\b{_SAYS_EN}\b|{_SAYS_ZH}|认为|介绍", re.IGNORECASE)
_TELLING, _SAID, _MEANT = 0.6, 0.6, 0.7
_MOST_ENTRIES = 2


def worded(work: Work, question: str) -> Gathered | None:
    """What the author that the question names wrote on the matter it names, below what says when; none of it shown where
    mails and chats were found, and nobody of that name wrote on it in them, nor is said anywhere to have. None where
    something else is asked."""
    found = (_ASKS_ZH if is_cjk(question) else _ASKS_EN).search(question)
    if found is None:
        return None
    kept = [one for one in journals(work, question) if any(entry.author for entry in one.entries)]
    who, about = found["who"], _about(found["rest"])
    for one in kept:
        places = _on_matter(one, who, about, days(question))
        if places:
            return one.shown(question, places)
    # Of whom no mail or chat knows may be told in other documents.
    known = any(names_author(who, entry.author) for one in kept for entry in one.entries)
    hits = work.means.search(question, work.asked).hits
    first = bool(kept) and hits[0].passage.document_id == kept[0].passages[0].document_id
    return kept[0].nothing(question) if (known or first) and not _is_quoted(hits, who) else None


def _about(rest: str) -> list[Word]:
    bare = _FRAME.sub(" ", _TO.sub(" ", DAY.sub(" ", rest)))
    return [word for word in question_words(bare) if word.weight >= _TELLING]


def _on_matter(journal: Journal, who: str, about: Sequence[Word], asked: frozenset[Day]) -> list[int]:
    """The places of what they wrote on the matter: the sentences that name it, else all of the entries that are about it."""
    mine = [one for one in journal.entries if names_author(who, one.author) and _on_day(one, asked)]
    rare = rarity(journal.texts)
    if about:
        own = [
            (one, at)
            for one in mine
            for at in one.told
            if coverage(about, keys(journal.texts[at]), rare) >= _SAID
        ]
        if own:
            return [place for one, at in own for place in (*_dating(one, journal), at)]
        mine = [one for one in mine if coverage(about, _matter(journal, one), rare) >= _MEANT]
    most = len(mine) if not about else _MOST_ENTRIES
    return [place for one in mine[:most] for place in (*_dating(one, journal), *one.told)]


def _matter(journal: Journal, entry: Entry) -> frozenset[str]:
    return keys(f"{file_words(journal.filename)} {journal.said_in(entry)}")


def _on_day(entry: Entry, asked: frozenset[Day]) -> bool:
    return not asked or any(one.may_be(other) for one in asked for other in entry.days)


def _dating(entry: Entry, journal: Journal) -> Iterator[int]:
    """Of the entry's heads those that say when."""
    return (at for at in entry.heads if days(journal.texts[at]))


def _is_quoted(hits: Sequence[Hit], who: str) -> bool:
    """Whether a sentence that was found tells that they said something."""
    named = keys(who)
    texts = (hit.passage.text for hit in hits)
    said = (flow(text[start:end]) for text in texts for start, end in sentence_spans(text))
    return any(_QUOTED_SAYING.search(one) and named & keys(one) and not is_head(one) for one in said)
