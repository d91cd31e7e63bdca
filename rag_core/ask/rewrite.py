"""Follow-up questions made whole from the conversation, without losing a name or a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag_core.ask.figures import figures
from rag_core.ask.topic import names, topic
from rag_core.ask.words import coverage, keys, question_words, rarity
from rag_core.protocols import ChatModel, Message
from rag_core.text import CJK, is_cjk, normalise
from rag_core.types import Hit, Turn

_POLITE_ZH = re.compile(
    r"^(?:请问|那么|那(?!个|些|里|种|位|家|款|年|时)|还有|然后|另外|好的?|嗯|哦|所以|而且|对了)[，,\s]*"
)
_PRONOUN_ZH = re.compile(
    r"他们|她们|它们|(?<!其)他(?!人|国|乡)|她|(?<!其)它|其(?![他它中实余次后间])|(?:这|那|此|该)(?:个|种|家|款|位|部|本|座|项|次|一|些)?(?:人|书|片|院|校|公司|企业|机构|国|市|省|县|城市|国家|学校|学院|组织|电影|作品|产品|政策|制度|地区|地方|事件|比赛|活动|项目|系统|方法|模型|论文|报告|文件|合同|法律|规定|标准|专业|课程|里|儿)?(?!么|样|边|天|时候|年)"
)
_BARE_ZH = re.compile(r"^(?P<rest>[^，,。？?]{1,16})呢[？?。]?$")
_PERSONAL = frozenset("他她")
_PERSONAL_EN = frozenset({"he", "him", "his", "she", "her", "hers"})
_POSSESSIVE_EN = frozenset({"its", "their", "his", "her", "theirs", "hers"})
_PRONOUN_EN = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|(?:this|that|these|those)(?=\s*[?.!,]|\s+(?:company|person|man|woman|"
    r"book|film|movie|city|country|team|group|event|movement|place|one|year|period|war|battle|school|university|product|"
    r"method|system|model|paper|report|law|policy|happen|work|mean|called|be|is|was|do|does|affect)\b))\b",
    re.IGNORECASE,
)
_EMPTY_IT = re.compile(
    r"\b(?:is|was|be|will be)\s+it\s+(?:true|possible|necessary|legal|important|safe|common|correct|allowed)\b"
    r"|\bdoes it (?:take|cost|mean) to\b|\bit (?:is|was) (?:true|possible|said)\b|\btime is it\b",
    re.IGNORECASE,
)
_BARE_EN = re.compile(
    r"^(?:and|so|ok|okay|then|but|also|or)?[,\s]*(?:what|how)\s+about\s+(?P<about>.+?)[?.!]*$"
    r"|^(?:and|or|but)[,\s]+(?P<and>(?:(?:in|for|on|at|of|by|from|to|the|their|its)\s+)?[\w'’$%.,-]+(?:\s+[\w'’$%.,-]+){0,4}?)[?.!]*$",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"(?<!\d)(?:1\d|20)\d\d年?(?!\d)|第[一二三四五六七八九十\d]+[年季章条期届次]度?|[一二三四五六七八九十\d]+月份?"
)
_ANTECEDENT_WORDS = 3
# The share of the question's own words that the rewrite's best passage must hold.
OWN_WORDS = 0.25


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question to search for beside the raw one. `certain`: the raw one can't stand alone; else retrieval
    decides. `searched` equals the raw question where there is nothing to add."""

    searched: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question, made whole, and what was answered."""

    question: str
    answer: str


def exchanges(turns: Sequence[Turn]) -> tuple[Exchange, ...]:
    """What the conversation held, the oldest first; a refusal answers nothing."""
    return tuple(
        Exchange(turn.answer.searched or turn.question, "" if turn.answer.refused else turn.answer.text)
        for turn in turns
    )


def propose(question: str, history: Sequence[Exchange]) -> Proposal:
    """Make the question whole from the conversation, by rule. Self-contained questions stay as they are."""
    untouched = Proposal(question, False)
    if not history:
        return untouched
    proposal = (_propose_zh if is_cjk(question) else _propose_en)(question, history)
    if proposal.searched != question and not keeps(question, proposal.searched):
        return untouched
    return proposal


def keeps(question: str, rewritten: str) -> bool:
    """Whether every name and number of the question is still in the rewrite."""
    there = figures(rewritten)
    plain = normalise(rewritten)
    return all(any(figure.agrees(other) for other in there) for figure in figures(question)) and all(
        normalise(name) in plain for name in names(question)
    )


def _subject(history: Sequence[Exchange]) -> str:
    return next((found for past in reversed(history) if (found := topic(past.question))), "")


def _person(history: Sequence[Exchange]) -> str:
    """Whom "he" or "she" means: the answer to a question that asked who, else the subject."""
    last = history[-1]
    if re.search(r"谁|哪位|何人|\bwho\b", last.question, re.IGNORECASE):
        named = names(last.answer)
        if named:
            return named[0]
        short = re.match(rf"^[{CJK}·]{{2,12}}(?=[。，]?$)", last.answer.strip())
        if short:
            return short.group()
    return _subject(history)


def _propose_zh(question: str, history: Sequence[Exchange]) -> Proposal:
    bare = _POLITE_ZH.sub("", question.strip())
    fragment = _BARE_ZH.match(bare)
    last = history[-1].question
    if fragment and len(bare) <= 14:
        return Proposal(_fill(last, _PRONOUN_ZH.sub("", fragment["rest"]) or fragment["rest"]), True)
    pronoun = _PRONOUN_ZH.search(bare)
    if pronoun and _leans_back_zh(bare, pronoun) and pronoun.group() not in ("这", "那", "此", "该", "其中"):
        who = _person(history) if pronoun.group()[0] in _PERSONAL else _match_kind(pronoun.group(), history)
        if who and who not in question:
            return Proposal(
                bare[: pronoun.start()] + who + _link(bare, pronoun.end()) + bare[pronoun.end() :], True
            )
        return Proposal(question, False)
    return Proposal(_with_topic(bare, question, _subject(history)), False)


def _leans_back_zh(question: str, pronoun: re.Match[str]) -> bool:
    return pronoun.start() <= 6 and not names(question[: pronoun.start()])


def _link(question: str, end: int) -> str:
    """ "其" and "该公司" stand for "its": a 的 reads well before a noun, and does no harm before a verb."""
    return "的" if question[:end].endswith("其") and not question[end:].startswith("的") else ""


def _match_kind(pronoun: str, history: Sequence[Exchange]) -> str:
    """该院 → 国学院: the latest phrase that ends in the same noun, else the subject."""
    noun = re.sub(r"^[这那此该它其](?:们|个|种|家|款|位|部|本|座|项|次|一|些)?", "", pronoun)
    if noun and noun not in ("里", "儿"):
        for past in reversed(history):
            for text in (topic(past.question), *re.split(r"[，。、；\s]", past.answer)[:20]):
                if text.endswith(noun) and len(noun) < len(text) <= 20:
                    return text
    return _subject(history)


def _with_topic(bare: str, question: str, subject: str) -> str:
    """A short question without a name of its own may lean on the subject of the conversation."""
    content = [word for word in question_words(bare) if word.weight >= 0.6]
    if not subject or not content or len(bare) > 20 or names(question):
        return question
    if keys(subject) & {word.key for word in content}:
        own = topic(bare)
        return (
            question.replace(own, subject, 1)
            if own and subject.endswith(own) and own != subject
            else question
        )
    return f"{subject} {bare}" if is_cjk(bare) else f"{bare.rstrip('?.! ')} {subject}?"


def _fill(last: str, fragment: str) -> str:
    """The last question with the fragment in the place of what is of its kind: a period for a period, else
    the subject."""
    fragment = fragment.strip(" ?？,，.。")
    new, old = _YEAR.search(fragment), _YEAR.search(last)
    if new and old:
        return last[: old.start()] + new.group() + last[old.end() :]
    if new or figures(fragment):
        return f"{fragment} {last}" if is_cjk(last) else f"{last.rstrip('?.! ')} {fragment}?"
    subject = topic(last)
    if subject and subject in last:
        kept = re.sub(r"^(?:the|their|its)\s+", "", fragment, flags=re.IGNORECASE)
        return last.replace(subject, kept, 1)
    return f"{fragment} {last}" if is_cjk(last) else f"{last.rstrip('?.! ')} {fragment}?"


def _propose_en(question: str, history: Sequence[Exchange]) -> Proposal:
    last = history[-1].question
    fragment = _BARE_EN.match(question.strip())
    if fragment:
        rest = fragment["about"] or fragment["and"]
        if not _PRONOUN_EN.search(rest):
            return Proposal(_fill(last, rest), True)
    pronoun = _PRONOUN_EN.search(question)
    if pronoun and _leans_back(question, pronoun.start()):
        word = pronoun.group().split()[0].lower()
        who = _person(history) if word in _PERSONAL_EN else _subject(history)
        if not who or normalise(who) in normalise(question):
            return Proposal(question, False)
        possessive = word in _POSSESSIVE_EN and not re.match(r"\s*[?.!,]|\s*$", question[pronoun.end() :])
        said = f"{who}'s" if possessive else who
        return Proposal(question[: pronoun.start()] + said + question[pronoun.end() :], True)
    content = [word for word in question_words(question) if word.weight >= 0.6]
    if len(content) > 4:
        return Proposal(question, False)
    return Proposal(_with_topic(question, question, _subject(history)), False)


def _leans_back(question: str, start: int) -> bool:
    """Whether nothing before the pronoun, within the question, could be what it stands for."""
    if _EMPTY_IT.search(question):
        return False
    before = question[:start]
    content = [word for word in question_words(before) if word.weight >= 0.6] if before.strip() else []
    return not names(before) and len(content) < _ANTECEDENT_WORDS


def choose(question: str, proposal: Proposal, raw: Sequence[Hit], rewritten: Sequence[Hit]) -> bool:
    """Whether the rewrite searched better: its best passage holds what the rewrite added, and as much of the
    question as the raw search's best one does."""
    if not rewritten or proposal.certain:
        return bool(rewritten)
    rare = rarity(hit.passage.text for hit in (*raw, *rewritten))
    asked = question_words(question)
    added = [word for word in question_words(proposal.searched) if word.key not in keys(question)]
    first, other = _held(raw[0]) if raw else frozenset(), _held(rewritten[0])
    gains = coverage(added, other, rare) > max(0.5, coverage(added, first, rare) - 0.01)
    # A question on something new finds nothing either way; the old subject must not answer it.
    own = coverage(asked, other, rare)
    return gains and own >= max(OWN_WORDS, coverage(asked, first, rare) - 0.05)


def _held(hit: Hit) -> frozenset[str]:
    return keys(f"{hit.passage.filename} {hit.passage.heading} {hit.passage.text}")


def rewrite_with_model(
    question: str, history: Sequence[Exchange], chat: ChatModel, cancelled: Callable[[], bool]
) -> Proposal:
    """Let the chat model make the question whole; what loses a name or number, or runs long, is rejected in
    favour of the rules'. Raises ModelUnavailable as the model does."""
    ruled = propose(question, history)
    if not history or (ruled.searched == question and names(question)):
        return ruled
    said = "\n".join(f"问：{past.question}\n答：{past.answer[:200]}" for past in history[-3:])
    chinese = (
        "把最后的问题改写成不依赖上文也能看懂的完整问题，补全代词和省略的主语，不要回答，只输出改写后的问题。"
    )
    english = (
        "Rewrite the last question so that it can be understood without the conversation: resolve pronouns and "
        "fill in what is left out. Do not answer. Output the rewritten question only."
    )
    system = Message("system", chinese if is_cjk(question) else english)
    ask = Message("user", f"{said}\n\n{'最后的问题' if is_cjk(question) else 'Last question'}：{question}")
    text = "".join(chat.stream((system, ask), 80, cancelled)).strip()
    line = text.splitlines()[0].strip(' "“”') if text else ""
    if (
        line
        and keeps(question, line)
        and len(line) <= 3 * len(question) + 60
        and is_cjk(line) == is_cjk(question)
    ):
        return Proposal(line, ruled.certain)
    return ruled
