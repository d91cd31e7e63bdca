"""Conversation sets: their form, and the scores of rewrites."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.rewrite import propose
from rag_core.evaluate.__main__ import main
from rag_core.evaluate.common import FormError
from rag_core.evaluate.conversation import Resolver
from rag_core.evaluate.conversation_items import read_conversation_set
from rag_core.evaluate.rewrite_scores import bleu, kept_entities, rouge_1

TURN = {
    "id": "t2",
    "history": [{"user": "国学院有哪些系？"}, {"assistant": "古典系"}, {"assistant": "等"}],
    "question": "保研率是多少",
    "rewrite": "国学院的保研率是多少",
    "gold_docs": ["d1"],
}


def folder_of(tmp_path: Path, *rows: dict[str, object]) -> Path:
    folder = tmp_path / "talks"
    folder.mkdir(exist_ok=True)
    (folder / "items.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def test_both_sides_of_a_history_are_put_together(tmp_path: Path) -> None:
    alone = {"id": "t1", "user_turns": ["Who?", "Why?"], "question": "Why?", "rewrite": "Why?"}
    one = read_conversation_set(folder_of(tmp_path, TURN, alone), None, frozenset({"d1"}))
    first, second = one.turns
    assert one.name == "talks"
    assert first.history == (Exchange("国学院有哪些系？", "古典系 等"),)
    assert first.gold == {"d1"} and not first.stands_alone
    assert second.history == (Exchange("Who?", ""),) and second.stands_alone


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"history": None}, '"user_turns"'),
        ({"history": [{"assistant": "Yes."}]}, "begins with the assistant"),
        ({"history": [{"robot": "Yes."}]}, "something other"),
        ({"question": " "}, "is empty"),
        ({"gold_docs": ["d9"]}, "d9 is not in the corpus"),
    ],
)
def test_what_is_not_of_the_form_is_refused_with_file_and_line(
    tmp_path: Path, change: dict[str, object], why: str
) -> None:
    folder = folder_of(tmp_path, TURN, {**TURN, "id": "t3", **change})
    with pytest.raises(FormError, match=why) as caught:
        read_conversation_set(folder, None, frozenset({"d1"}))
    assert "items.jsonl:2:" in str(caught.value)


def test_a_folder_without_turns_ends_with_2(tmp_path: Path) -> None:
    assert main(["conversation", str(tmp_path)]) == 2


def test_rewrites_alone_are_scored_without_a_corpus(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    assert main(["conversation", str(folder_of(tmp_path, TURN)), "--out", str(out)]) == 0
    figures = json.loads(out.read_text("utf-8"))["talks"]
    assert figures["rewrite"]["rouge_1"] == figures["rewrite"]["kept_entities"] == 1.0
    assert figures["harmful_rewrites"] == 0 and figures["raw"] == {}


def test_earlier_questions_are_made_whole_first() -> None:
    history = [Exchange("国学院的院长是谁？", "林敬之。"), Exchange("经管学院呢？", "高云。")]
    assert Resolver(propose, None).resolve("保研率呢？", history).searched == "经管学院的保研率是多少？"


def test_scores() -> None:
    assert rouge_1("国学院的系", "国学院的系") == 1.0
    assert rouge_1("the harbour wall", "the wall") == pytest.approx(0.8)
    assert bleu([("a b c d e", "a b c d e")]) == pytest.approx(1.0)
    assert bleu([("x y", "a b")]) == 0.0
    assert kept_entities("When was Tom Ardal born?", "When was Tom Ardal born in 1968?", "When?") == (1, 2)
    assert kept_entities("保研率是多少", "国学院的保研率是多少", "保研率是多少") == (0, 1)
