"""Why passages were not enough for an answer: which of the question's words they hold and lack, and whether they
hold what it asks for by kind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rag_core.ask.evidence.gather import Gathered, context_of
from rag_core.ask.language.sought import Kind, offers, sought
from rag_core.ask.language.words import Rarity, Word, keys, question_words
from rag_core.text import is_cjk, sentence_spans, shares_script
from rag_core.types import Evidence, Shortfall

SHOWN_WORDS = 3
# A word that says less than this by itself is not worth naming.
TELLING_FROM = 0.5


def shortfalls(gathered: Gathered) -> tuple[Shortfall, ...]:
    """One for each piece of evidence, in its order. Of one in another language than the question's nothing is said: its
    words cannot be compared."""
    asked = [word for word in question_words(gathered.question) if word.weight >= TELLING_FROM]
    kind = sought(gathered.question)
    return tuple(_of(item, gathered, asked, kind) for item in gathered.evidence)


def speaking_part(text: str, words: Sequence[str]) -> str:
    """The text from the sentence on that holds most of the words; with "… " where that is not its beginning."""
    spans = sentence_spans(text)
    counts = [sum(word.lower() in text[start:end].lower() for word in words) for start, end in spans]
    best = max(counts, default=0)
    at = counts.index(best) if best else 0
    return f"… {text[spans[at][0] :]}" if at else text


def _of(item: Evidence, gathered: Gathered, asked: Sequence[Word], kind: Kind) -> Shortfall:
    passage = item.hit.passage
    if not shares_script(gathered.question, passage.text):
        return Shortfall(item.number, (), (), "")
    text = "\n".join(one.text for one in item.passages) or passage.text
    present = keys(f"{context_of(passage.filename, passage.heading)} {text}")
    holds, lacks = told_apart(gathered.question, asked, present, gathered.rare)
    near = [one.text for one in gathered.sentences if one.number == item.number]
    missing = kind != "other" and not any(offers(one, kind, gathered.question) for one in near)
    return Shortfall(item.number, holds[:SHOWN_WORDS], lacks[:SHOWN_WORDS], kind if missing else "")


def told_apart(
    question: str, asked: Sequence[Word], present: frozenset[str], rare: Rarity
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The question's words as it writes them, those that are present and those that are not, the most telling
    first. Of a Chinese run, the part that is held and the part that is not; neighbouring words stay together."""
    held = [word.key in present for word in asked]
    covered = {place for word, here in zip(asked, held, strict=True) if here for place in _places(word)}
    marked: dict[int, bool] = {}
    weights: dict[int, float] = {}
    for word, here in zip(asked, held, strict=True):
        for place in _places(word):
            if here or place not in covered:
                marked[place] = here
                weights[place] = max(weights.get(place, 0.0), word.weight * rare.weight(word.key))
    found: dict[bool, list[tuple[float, str]]] = {True: [], False: []}
    for piece in _pieces(question, marked):
        said = question[piece[0] : piece[-1] + 1].strip()
        # A single Chinese character is what is left over at the edge of a word.
        if said and not (len(said) == 1 and is_cjk(said)):
            found[marked[piece[0]]].append((max(weights[place] for place in piece if place in weights), said))
    best = {
        here: tuple(dict.fromkeys(said for _, said in sorted(pieces, key=lambda one: -one[0])))
        for here, pieces in found.items()
    }
    return best[True], best[False]


def _places(word: Word) -> range:
    return range(word.start, word.end)


def _pieces(question: str, marked: dict[int, bool]) -> list[list[int]]:
    """Runs of places of the same mark; one space between two of them parts nothing."""
    places = sorted(marked)
    bridged = [
        place
        for place in range(len(question))
        if question[place] == " "
        and marked.get(place - 1) is not None
        and marked.get(place - 1) == marked.get(place + 1)
    ]
    marks = marked | {place: marked[place - 1] for place in bridged}
    numbered = [(place - at, marks[place], place) for at, place in enumerate(sorted([*places, *bridged]))]
    return [[place for _, _, place in run] for _, run in groupby(numbered, key=lambda one: one[:2])]
