"""How near in meaning the sentences of the evidence are to the question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag_core.ask.language.spans import SourceSentence
from rag_core.protocols import FloatArray
from rag_core.text import is_row, shares_script

Similarity = Callable[[str, Sequence[str]], FloatArray]
"""(question, texts) → cosines, shape (len(texts),)."""

EMBEDDED_SENTENCES = 16
SIMILARITY_WEIGHT = 0.35


def with_similarity(
    question: str,
    found: Sequence[SourceSentence],
    similarity: Similarity | None,
    lifted: Mapping[int, float],
) -> list[SourceSentence]:
    """The sentences with their cosines. `lifted`: by how much those of evidence in another language count for more."""
    if similarity is None or not found:
        return list(found)
    # Across languages a title, which answers nothing, lies as near as what answers, and no words tell them apart.
    able = [
        i for i, one in enumerate(found) if not (one.title and one.number in lifted and not is_row(one.raw))
    ]
    best = sorted(able, key=lambda i: -found[i].score)[:EMBEDDED_SENTENCES]
    if not best:
        return list(found)
    near = _cosines(question, {i: found[i] for i in best}, similarity)
    counted = {
        i: near[i] + (0.0 if shares_script(question, found[i].text) else lifted.get(found[i].number, 0.0))
        for i in best
    }
    low, high = min(counted.values()), max(counted.values())
    span = max(high - low, 1e-6)
    return [
        replace(
            sentence, score=sentence.score + SIMILARITY_WEIGHT * (counted[i] - low) / span, cosine=near[i]
        )
        if i in near
        else sentence
        for i, sentence in enumerate(found)
    ]


def _cosines(
    question: str, sentences: Mapping[int, SourceSentence], similarity: Similarity
) -> dict[int, float]:
    """How near each sentence is to the question. A row is compared with the names of its columns and without: they say
    what its cells are, but where it has many, most of them are not asked for."""
    rows = [i for i, one in sentences.items() if one.led != one.text and one.header]
    texts = [one.led for one in sentences.values()] + [sentences[i].text for i in rows]
    cosines = [float(cosine) for cosine in similarity(question, texts)]
    near = dict(zip(sentences, cosines, strict=False))
    for i, bare in zip(rows, cosines[len(sentences) :], strict=True):
        near[i] = max(near[i], bare)
    return near
