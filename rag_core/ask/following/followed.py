"""Follow-ups that name nothing (by when? 多少钱？), answered from beside what the last answer quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag_core.ask.asked import Work
from rag_core.ask.following.beside import Beside, around_quotes, shown
from rag_core.ask.following.nearer import names_nothing
from rag_core.ask.language.bare import Bare, bare
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import coverage, keys, question_words
from rag_core.ask.rewriting.past import last_told
from rag_core.types import Turn

# So much for standing so near: what stands behind the quoted sentence goes before what stands above.
_BEHIND, _ABOVE = (0.6, 0.45, 0.3, 0.2), (0.6, 0.35, 0.2)
_FAR = 0.1
# A title between them parts them; words of the question count for so much.
_PARTED, _OWN, _SUBJECT = 0.2, 0.6, 0.4
# An answer must hold this share of the words that the follow-up has of its own.
_MUST = 0.5


def followed(work: Work, searched: str) -> Beside | None:
    """The sentence that answers a follow-up without words of its own, beside what the last answer quotes; None for another
    question, or where no sentence there holds what it asks for. `searched` is the question made whole."""
    asked, last = bare(work.asked.question), told_before(work.asked.turns)
    near = around_quotes(work, searched, [last]) if asked is not None and last is not None else None
    if asked is None or last is None or near is None:
        return None
    gathered, quoted = near
    wanted = question_words(last.answer.searched or last.question)
    scores = {
        at: _near(gathered.sentences, at, quoted)
        + _OWN * _held(asked, one)
        + _SUBJECT * coverage(wanted, keys(one.led), gathered.rare)
        for at, one in enumerate(gathered.sentences)
        if not one.title and _answers(asked, one)
    }
    if not scores:
        return None
    best = max(scores, key=lambda at: (scores[at], -at))
    return shown(gathered, {best, *quoted}, [best], work.asked.question)


def asks_for_more(work: Work, ranked: Sequence[tuple[float, SourceSentence]]) -> bool:
    """Whether a follow-up that names nothing asks for what the best of these sentences, with how well each answers, does not
    hold: it would only be told again what it was told before."""
    asked = bare(work.asked.question) if told_before(work.asked.turns) else None
    if asked is None or not asked.wordless or not ranked:
        return False
    return not asked.holds.search(ranked[0][1].readable)


def told_before(turns: Sequence[Turn]) -> Turn | None:
    """The last turn that quotes documents; a refused one before the question is passed over where it named nothing itself:
    it leaves the conversation where it was."""
    told = [turn for turn in turns if not turn.answer.courtesy]
    passed = bool(told) and told[-1].answer.refused and names_nothing(told[-1].question)
    return last_told(turns, int(passed))


def _answers(asked: Bare, one: SourceSentence) -> bool:
    """Whether the sentence holds what is asked for, and most of the words that the follow-up has of its own."""
    if not asked.holds.search(one.readable):
        return False
    said = keys(f"{one.heading} {one.led}")
    return len(asked.must & said) >= _MUST * len(asked.must)


def _held(asked: Bare, one: SourceSentence) -> float:
    said = one.readable if not asked.must and all(len(key) == 1 for key in asked.may) else ""
    held = asked.may & (frozenset(said) if said else keys(one.led))
    return len(held) / len(asked.may) if asked.may else 0.0


def _near(sentences: Sequence[SourceSentence], at: int, quoted: Iterable[int]) -> float:
    """How near the sentence stands to one that was quoted, from 0 to the first of the weights above."""
    best = 0.0
    for home in quoted:
        if sentences[home].number != sentences[at].number:
            continue
        weights = _BEHIND if at >= home else _ABOVE
        away = abs(at - home)
        low, high = sorted((at, home))
        parted = any(one.title for one in sentences[low + 1 : high])
        near = weights[away] if away < len(weights) else _FAR
        best = max(best, near - (_PARTED if parted else 0.0))
    return best
