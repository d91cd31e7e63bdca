"""evaluate support: claims with their sources through the product's own check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag_core.ask.checking.doubt import Doubts
from rag_core.evaluate.__main__ import main
from rag_core.evaluate.answer_scores import evidence_f1
from rag_core.evaluate.support import area, judge_all, measure, read_claims
from rag_core.models.cards import ScorerFacts
from tests.fakes import FakeScorer

SOURCE = "海棠桥全长310米，由林向东设计。大桥于2016年9月通车。"
ROWS = (
    {"claim": "海棠桥由林向东设计，全长310米。", "source": SOURCE, "supported": True, "kind": "reordered"},
    {"claim": "大桥于2016年9月通车。", "source": SOURCE, "supported": True},
    {"claim": "海棠桥全长410米。", "source": SOURCE, "supported": False, "kind": "number"},
    {"claim": "大桥没有于2016年9月通车。", "source": SOURCE, "supported": False, "kind": "negation"},
)


def test_gives_the_figures_and_a_row_per_kind(tmp_path: Path) -> None:
    claims, out = tmp_path / "bridge.jsonl", tmp_path / "out.json"
    claims.write_text("\n".join(json.dumps(row) for row in ROWS), "utf-8")
    assert main(["support", str(claims), "--out", str(out)]) == 0
    figures = json.loads(out.read_text("utf-8"))["bridge"]
    assert (figures["precision"], figures["recall"], figures["f1"], figures["auc"]) == (1.0, 1.0, 1.0, 1.0)
    assert (figures["flagged"], figures["false_alarms"]) == (1.0, 0.0)
    assert figures["kinds"]["negation"] == {"claims": 1, "supported": False, "flagged": 1.0}
    assert figures["kinds"]["supported"]["claims"] == 1


def test_a_scorer_adds_its_word_to_what_the_rules_let_pass(tmp_path: Path) -> None:
    missed = {
        "claim": "林向东于2016年9月设计大桥。",
        "source": SOURCE,
        "supported": False,
        "kind": "unseen",
    }
    path = tmp_path / "bridge.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in (*ROWS, missed)), "utf-8")
    claims = read_claims(path)
    scorer = FakeScorer({ROWS[0]["claim"]: 0.9, missed["claim"]: 0.1})  # type: ignore[dict-item]
    ruled, scored = judge_all(claims, Doubts(scorer, ScorerFacts(0.5, 0.5)), lambda done: None)
    assert [claim for claim, _ in scorer.asked] == [ROWS[0]["claim"], missed["claim"]]
    assert [one.flagged for one in ruled] == [False, False, True, True, False]
    assert [one.flagged for one in scored] == [False, False, True, True, True]
    assert (measure(ruled)["flagged"], measure(scored)["flagged"]) == (2 / 3, 1.0)
    assert judge_all(claims, None, lambda done: None)[1] == ruled


def test_a_model_that_is_not_fit_to_judge_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bridge.jsonl"
    path.write_text(json.dumps(ROWS[0]), "utf-8")
    monkeypatch.setenv("WENJU_CHAT", "Qwen2.5-Coder-0.5B-Instruct")
    assert main(["support", str(path), "--scorer", "chat"]) == 1
    assert "Qwen2.5-Coder-0.5B-Instruct" in capsys.readouterr().err


@pytest.mark.parametrize("row", ["{}", '{"claim": "a", "source": "b", "supported": "yes"}', "[]", ""])
def test_refuses_what_is_not_of_the_form(tmp_path: Path, row: str) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(row, "utf-8")
    assert main(["support", str(path)]) == 2


def test_the_area_counts_ties_half() -> None:
    assert area([1.0, 0.5], [0.5, 0.0]) == 0.875
    assert area([], [1.0]) == 0.5


def test_evidence_is_compared_with_each_annotator_alone() -> None:
    evidences = ("海棠桥由林向东设计。", "海棠桥由林向东设计，于2016年通车。")
    assert evidence_f1(["海棠桥由林向东设计。"], evidences) == 1.0
    assert evidence_f1(["公园里有湖。"], evidences) == 0.0
