"""evaluate support: claims with their sources through the product's own check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag_core.evaluate.__main__ import main
from rag_core.evaluate.answer_scores import evidence_f1
from rag_core.evaluate.support import area

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
