"""English follow-ups by rule: pronouns, fragments ("and in 2019?"), questions that name too little."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.bare import bare as bare_asking
from rag_core.ask.language.topic import names
from rag_core.ask.language.words import question_words
from rag_core.ask.rewriting.fill_en import asked_again, fill_en
from rag_core.ask.rewriting.like import is_period
from rag_core.ask.rewriting.past import REACH, Exchange
from rag_core.ask.rewriting.person import person
from rag_core.ask.rewriting.phrases_en import preposition
from rag_core.ask.rewriting.subject import subject
from rag_core.ask.rewriting.subject_en import named_like, surely_named
from rag_core.ask.rewriting.whole_en import whole_thing
from rag_core.ask.rewriting.words_en import content_keys, naming
from rag_core.text import is_cjk, normalise

_PERSONAL = frozenset({"he", "him", "his", "she", "her", "hers"})
_POSSESSIVE = frozenset({"its", "their", "his", "her", "theirs", "hers"})
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|(?:this|that|these|those)(?=\s*[?.!,]|\s*$|\s+(?:company|person|man|woman|"
    r"book|film|movie|city|country|team|group|event|movement|place|one|year|period|war|battle|school|university|product|"
    r"method|system|model|paper|report|law|policy|contract|fund|bridge|project|rule|drug|device|plan|programme|program|"
    r"happen|work|mean|called|be|is|was|do|does|did|affect)\b))\b",
    re.IGNORECASE,
)
_EMPTY_IT = re.compile(
    r"\b(?:is|was|be|will be|would be|it's)\s+(?:it\s+)?(?:not\s+)?(?:true|possible|necessary|legal|important|safe|common|correct|allowed)\s+(?:to|that|for|if)\b"
    r"|^\W*(?:that|this|it)(?: is|['’]s| was| sounds) (?:fine|ok|okay|right|correct|good|great|true|interesting|nice|cool|all)\b"
    r"|\bdoes it (?:take|cost|mean) to\b|\bit (?:is|was) (?:true|possible|said)\b|\btime is it\b",
    re.IGNORECASE,
)
_LED = r"(?:(?:and|so|ok|okay|then|but|also|or|well|now)[,\s]+)*"
_FRAGMENT = re.compile(
    rf"^{_LED}(?:what|how)\s+about\s+(?P<about>[^?]+?)[?.!]*$"
    r"|^(?:and|or|but)[,\s]+(?P<and>(?:(?:in|for|on|at|of|by|from|to|with|during|after|before|the|their|its)\s+)*[\w'’$%.,-]+"
    r"(?:\s+[\w'’$%.,-]+){0,4}?)[?.!]*$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|what|when|where|who|why|how|which)\b|n['’]t\b",
    re.IGNORECASE,
)
# Nothing in it can be searched for.
_BARE_ASKING = re.compile(
    rf"{_LED}(?P<asking>why(?: not)?|how (?:so|come)|since when|until when|for how long)\W*$", re.IGNORECASE
)
# A month, in a fragment.
_MAY = re.compile(r"(?<=\s)May\b(?! (?:I|we|you)\b)|^May$")
_BEFORE_THAT = re.compile(r"(?:before|after|besides) (?:that|this)", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[,;]|(?<=\w)\s+(?:and|when|if|because|while|that|who|which|after|before|once|until|since|as)\s",
    re.IGNORECASE,
)
_LEADING = frozenset({"kind", "sort", "type"})
_THE_NOUN = re.compile(r"\b(?:the|this|that|these|those)\s+(?P<noun>[a-z][\w-]{2,})\b(?!\s+of\b)")
_ARTICLE = re.compile(r"^(?:the|my|our|your|this|that) ")
_CONTENT = 0.6
_ANTECEDENT_WORDS = 3
_LONGEST_FRAGMENT = 6
_LEANING_WORDS = 6


def propose_en(question: str, history: Sequence[Exchange]) -> tuple[str, bool]:
    """The question made whole and whether it can't stand alone; the question itself where nothing is to add."""
    if bare := _BARE_ASKING.match(question.strip()):
        return asked_again(bare["asking"], history), True
    if (wordless := bare_asking(question)) and wordless.wordless:
        return asked_again(wordless.asking, history), True
    rest = _fragment(question)
    if rest:
        return fill_en(rest, history), True
    pronoun = _PRONOUN.search(question)
    if pronoun and _leans_back(question, pronoun):
        word = pronoun.group().split()[0].lower()
        who = _meant(word, _possessive(question, pronoun), history)
        if not who or content_keys(who) & content_keys(question):
            return question, False
        said = f"{who}'s" if _possessive(question, pronoun) else who
        # "That was ..." may speak of what was just said.
        opening = word in ("that", "this") and not question[: pronoun.start()].strip()
        sure = word in _PERSONAL or (surely_named(who, history) and not opening)
        return question[: pronoun.start()] + said + question[pronoun.end() :], sure
    return _with_subject(question, history)


def _meant(word: str, possessive: bool, history: Sequence[Exchange]) -> str:
    """Whom or what the pronoun means. What a thing of another has is asked of the other."""
    if word in _PERSONAL:
        return person(history)
    whole = "" if possessive else whole_thing(history[-1].question)
    return whole or subject(history)


def _fragment(question: str) -> str:
    found = _FRAGMENT.match(question.strip())
    if found is None:
        bare = question.strip(" ?.!")
        opening = bare[:1].lower() if preposition(bare) else bare[:1]
        return opening + bare[1:] if is_period(bare) else ""
    rest = found["about"] or found["and"]
    if _BEFORE_THAT.fullmatch(rest):
        return rest
    if _PRONOUN.search(rest) or _VERB.search(_MAY.sub("", rest)) or len(rest.split()) > _LONGEST_FRAGMENT:
        return ""
    return rest


def _leans_back(question: str, pronoun: re.Match[str]) -> bool:
    """Whether nothing before the pronoun, within the question, could be what it stands for."""
    if _EMPTY_IT.search(question):
        return False
    before = question[: pronoun.start()]
    held = [word for word in naming(before) if normalise(word) not in _LEADING]
    near = _possessive(question, pronoun) or bool(_CLAUSE.search(before))
    return not names(before) and len(held) < (1 if near else _ANTECEDENT_WORDS)


def _possessive(question: str, pronoun: re.Match[str]) -> bool:
    word = pronoun.group().lower()
    return word in _POSSESSIVE and not re.match(r"\s*[?.!,]|\s*$", question[pronoun.end() :])


def _with_subject(question: str, history: Sequence[Exchange]) -> tuple[str, bool]:
    """A question that says nothing that was said before, and names nothing, may lean on the subject; that of a Chinese
    question says nothing in an English one, unless it is a name in Latin letters."""
    content = {word.key for word in question_words(question) if word.weight >= _CONTENT}
    definite = _definite(question, history)
    if definite:
        return definite, False
    said = frozenset[str]().union(*(content_keys(past.question) for past in history[-REACH:]))
    about = subject(history)
    if not about or is_cjk(about) or content & said or len(content) > _LEANING_WORDS or names(question):
        return question, False
    return f"{question.rstrip()} ({_ARTICLE.sub('', about)})", False


def _definite(question: str, history: Sequence[Exchange]) -> str:
    """ "the museum", said after "the Maritime Museum", by its name; "" where nothing of the kind was named."""
    for match in _THE_NOUN.finditer(question):
        name = named_like(match["noun"], history)
        if name and normalise(name) not in normalise(question):
            return f"{question[: match.start('noun')]}{name}{question[match.end('noun') :]}"
    return ""
