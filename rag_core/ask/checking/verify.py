"""Whether a source supports a claim: figures, names and negation must agree; then shared words decide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.ask.checking.asides import swapped_aside
from rag_core.ask.checking.exchanges import exchanged, one_character
from rag_core.ask.checking.limits import bounded_against, bounded_alike
from rag_core.ask.checking.polarity import denied, turned
from rag_core.ask.checking.roles import displaced, misplaced_figure
from rag_core.ask.checking.speakers import other_speaker
from rag_core.ask.checking.wording import reworded
from rag_core.ask.language.figures import Figure, figures
from rag_core.ask.language.synonyms import also_said, in_other_words
from rag_core.ask.language.tiles import Laid, lay
from rag_core.ask.language.words import Rarity, Word, coverage, keys, question_words, words
from rag_core.errors import Problem
from rag_core.messages import sentence
from rag_core.simplified import simplify
from rag_core.text import CJK, is_cjk, normalise, without_raised
from rag_core.types import Support

# A claim is supported when its source holds this share of its words (rare words count more); partly from the second.
SUPPORTED_FROM = 0.62
PARTLY_FROM = 0.4
# Fewer words than this (by weight) make no statement of their own.
SAID_ALONE = 1.0

_HAN = re.compile(f"[{CJK}]")
# Characters and words with which a sentence is put together; they may differ between claim and source.
_PLAIN_CHARACTERS = frozenset(
    "的是在有和与於于被由及或也都就还了这那其之以为對对从到将并而但则个该此所会可能共约"
)
_COMMON_ZH = re.compile(
    "如果|提出|期间|最多|至多|至少|最少|最迟|最高|最低|开始|一起|共同|提前|形式|先行|剩下|剩余|余下|其余|其他|每天|每日|每月|每年|每次|要求|参加|范围|单位|公司|"
    "根据|依据|资料|文档|文中|因此|所以|因为|由于|以及|并且|包括|分别|位于|成为|称为|属于|表示|说明|显示|提到|需要|可以|应该|应当|必须|"
    "进行|目前|主要|其中|具体|总共|一共|大约|左右|如下|例如|此外|同时|然后|之一|答案|问题|问的|指的|名为|叫做|负责|具有|拥有|担任|导致|通过|来自|"
    "内容|情况|相关|没有|不是|存在|一个|一种|第一|方面|之间|以上|以下|时间|地点|人物|年份|日期|数量|名称|作者|这个|那个|是否|"
    "坐落|地处|处于|认为|觉得|变成|变为|得到|采用|利用|使用|当中|现在|如今|现今|大概|总计|合计|于是|从而|并非|即是|也就是"
)
_NAME_EN = re.compile(r"(?<![\w.])[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*")
_TITLE_ZH = re.compile(r"《([^》]{1,40})》|“([^”]{1,20})”|「([^」]{1,20})」")
_COMMON = """
    the a an in on at of and or for to by from with it its he she they this that these those there as is was were are
    when where what who which how why yes no according based however therefore i we you his her their our some all each
    most many both during after before since while also if although because then now today later other another such thus
    here once several between under over within despite unlike only even still first second third last part one two
    three about above across along among around besides beyond instead meanwhile moreover next together until upon
"""
_COMMON_CAPITALS = frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a source bears a claim. `score` is 0 to 1, for ranking; `why` says in the claim's language what is amiss and
    `reason` is its code in messages, both "" where nothing is."""

    support: Support
    score: float
    why: str
    reason: str = ""


def judge(
    claim: str, source: str, context: str, rare: Rarity, question: str = "", beside: str = ""
) -> Verdict:
    """Judge the claim against the source text. `context` (file name, heading) and `question` may supply names
    and words, never figures; `beside`, what stands around the source, only names, for a source may say "it". Hard
    disagreements (figure, name, negation, opposite) can't be outweighed by words."""
    conflict = disagreement(claim, source, f"{context} {question} {beside}")
    bare = without_figures(claim)
    wanted = words(bare)
    if sum(word.weight for word in wanted) < SAID_ALONE:
        # A bare name or number says what it says only as the answer to its question.
        wanted = (*wanted, *question_words(question))
        bare += question
    own = f"{source}\n{context}"
    own = f"{own}\n{in_other_words(own)}\n{bounded_alike(claim, source)}"
    around = f"{own} {question}"
    grounded = _share(wanted, bare, own, rare)
    share = _share(wanted, bare, around, rare)
    score = 0.5 * share + 0.5 * grounded
    if conflict is not None:
        return _verdict("unsupported", score * 0.3, claim, conflict)
    strange = strange_runs(without_figures(claim), around)
    held = keys(around)
    missing = strange or _missing_words(claim, held | also_said(held), rare)
    lacking = Problem("claim_words", missing) if missing else None
    if share >= SUPPORTED_FROM and grounded >= PARTLY_FROM and not strange:
        other = reworded(lay(claim, source), claim, source, question)
        return _verdict("partly" if other else "supported", score, claim, other)
    if share >= PARTLY_FROM and grounded >= PARTLY_FROM / 2:
        return _verdict("partly", score, claim, lacking)
    return _verdict("unsupported", score * 0.6, claim, lacking)


def contradicted(claim: str, amiss: Problem) -> Verdict:
    """The verdict on a claim that its source is at odds with in a way that only its place in the document shows."""
    return _verdict("unsupported", 0.0, claim, amiss)


def _verdict(support: Support, score: float, claim: str, amiss: Problem | None) -> Verdict:
    if amiss is None:
        return Verdict(support, score, "")
    return Verdict(support, score, sentence(amiss, "zh" if is_cjk(claim) else "en"), amiss.code)


def without_figures(text: str) -> str:
    """The text, NFKC and lower case, without its figures, which are compared by value."""
    plain = unicodedata.normalize("NFKC", without_raised(text)).lower()
    for figure in figures(text):
        plain = plain.replace(figure.written, " ", 1)
    return plain


def _share(wanted: Sequence[Word], said: str, source: str, rare: Rarity) -> float:
    """The share of the wanted words in the source; for Chinese half of it by single characters, since word
    order moves pairs apart."""
    held = keys(source)
    pairs = coverage(wanted, held | also_said(held), rare)
    characters = [c for c in simplify(normalise(said)) if _HAN.match(c) and c not in _PLAIN_CHARACTERS]
    if not is_cjk(said) or not characters:
        return pairs
    known = set(simplify(normalise(source)))
    return 0.5 * pairs + 0.5 * sum(c in known for c in characters) / len(characters)


def strange_runs(claim: str, source: str) -> str:
    """Two or more Chinese characters in a row that the source holds nowhere, the common ones aside: most
    likely a name or a fact from elsewhere; "" for none."""
    held = set(simplify(normalise(source)))
    plain = _COMMON_ZH.sub(lambda match: " " * len(match.group()), claim)
    run = ""
    for character in plain + " ":
        if _HAN.match(character) and simplify(character) not in held and character not in _PLAIN_CHARACTERS:
            run += character
        elif len(run) >= 2:
            return run
        else:
            run = ""
    return ""


def disagreement(claim: str, source: str, context: str) -> Problem | None:
    """What in the claim the source contradicts or lacks: a figure, a name, a negation, an opposite, a name in another's
    place; None for nothing."""
    for lacking in lacking_figures(claim, source):
        return Problem("claim_figure", lacking.written)
    for name in lacking_names(claim, source + "\n" + context):
        return Problem("claim_name", name)
    against = bounded_against(claim, source)
    if against:
        return Problem("claim_bound", against)
    return _at_odds(lay(claim, source), claim, source)


def _at_odds(laid: Laid, claim: str, source: str) -> Problem | None:
    figure = misplaced_figure(laid)
    if figure:
        return Problem("claim_elsewhere", figure)
    if denied(laid, claim, source):
        return Problem("claim_negation")
    word = turned(laid, claim, source)
    if word:
        return Problem("claim_opposite", word)
    name = other_speaker(claim, source) or displaced(laid, claim) or swapped_aside(laid)
    name = name or one_character(laid, claim, source) or exchanged(laid)
    return Problem("claim_elsewhere", name) if name else None


def lacking_figures(claim: str, source: str) -> tuple[Figure, ...]:
    """The figures of the claim that agree with none of the source's."""
    there = figures(source)
    return tuple(figure for figure in figures(claim) if not any(figure.agrees(other) for other in there))


def lacking_names(claim: str, source: str) -> tuple[str, ...]:
    """The names (capitalised words, quoted Chinese titles) of the claim that the source does not hold."""
    held = keys(source)
    plain = simplify(normalise(source))
    lacking: list[str] = []
    for match in _NAME_EN.finditer(claim):
        for word in match.group().split():
            bare = word.strip("'’-")
            if normalise(bare) in _COMMON_CAPITALS or len(bare) < 2:
                continue
            if not keys(bare) <= held and not _opens_sentence(
                claim, match.start(), bare, word, match.group()
            ):
                lacking.append(bare)
    for match in _TITLE_ZH.finditer(claim):
        title = next(group for group in match.groups() if group)
        if simplify(normalise(title)) not in plain:
            lacking.append(title)
    return tuple(lacking)


def _opens_sentence(claim: str, start: int, bare: str, word: str, group: str) -> bool:
    """A capital that only the start of a sentence explains is no name, unless more capitals follow it."""
    before = claim[:start].rstrip()
    first = not before or before[-1] in ".!?:;\"'“"
    return first and group.startswith(word) and " " not in group and bare[1:].islower()


def _missing_words(claim: str, held: frozenset[str], rare: Rarity) -> str:
    lacking = [word for word in words(claim) if word.key not in held and word.weight >= 0.6]
    lacking.sort(key=lambda word: -rare.weight(word.key))
    return _join([claim[word.start : word.end] for word in lacking[:3]], claim)


def _join(pieces: Sequence[str], claim: str) -> str:
    return ("、" if is_cjk(claim) else ", ").join(dict.fromkeys(pieces))
