"""What can be learned from answers that people judged, as lines of JSON for training programs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rag_core.store.feedback import Judged
from rag_core.store.golden import Golden
from rag_core.types import Evidence


def answer_lines(judged: Sequence[Judged], golden: Sequence[Golden]) -> Iterator[str]:
    """Questions with answers that people found good, for supervised fine-tuning: {"prompt", "completion"}, each
    question once. What a golden question's answer is to be goes before what was said."""
    good = {_question(one): one.answer.text for one in reversed(judged) if _is_good(one)}
    good |= _golden_answers(golden)
    for question, answer in good.items():
        yield _line({"prompt": question, "completion": answer})


def ranked_lines(judged: Sequence[Judged], golden: Sequence[Golden]) -> Iterator[str]:
    """Two answers to one question, the better one named, for reward models: {"prompt", "chosen", "rejected"}."""
    better: defaultdict[str, list[str]] = defaultdict(list)
    for question, answer in _golden_answers(golden).items():
        better[question].append(answer)
    for one in judged:
        if _is_good(one):
            better[_question(one)].append(one.answer.text)
    for one in judged:
        if one.feedback.verdict == "bad" and one.answer.text:
            for chosen in dict.fromkeys(better[_question(one)]):
                if chosen != one.answer.text:
                    yield _line({"prompt": _question(one), "chosen": chosen, "rejected": one.answer.text})


def passage_lines(judged: Sequence[Judged]) -> Iterator[str]:
    """Questions with the passage that people picked, and those that were found instead, for embedders and
    rerankers: {"query", "pos", "neg"}, as FlagEmbedding reads it."""
    for one in judged:
        picked = one.feedback.picked
        if picked is None:
            continue
        others = [
            hit.hit.passage.text
            for hit in one.answer.evidence
            if not _overlap(hit, picked.document_id, picked.start, picked.end)
        ]
        if others:
            yield _line({"query": _question(one), "pos": [picked.text], "neg": list(dict.fromkeys(others))})


def _overlap(found: Evidence, document_id: int, start: int, end: int) -> bool:
    passage = found.hit.passage
    return passage.document_id == document_id and passage.start < end and passage.end > start


def _golden_answers(golden: Sequence[Golden]) -> dict[str, str]:
    return {one.wanted.question: one.wanted.answer for one in golden if one.wanted.answer}


def _is_good(one: Judged) -> bool:
    return one.feedback.verdict == "good" and bool(one.answer.text)


def _question(one: Judged) -> str:
    """The question as it can be understood by itself."""
    return one.answer.searched or one.question


def _line(values: dict[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"
