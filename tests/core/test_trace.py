"""A search told step by step: settings take what they say, and the decision is the one that asking makes."""

from __future__ import annotations

import pytest

from rag_core.ask.retrieval.retrieve import Retrieval
from rag_core.ask.retrieval.scale import USUAL_SCALES
from rag_core.ask.trace import Looker, Setting, taken, trace
from rag_core.types import Hit
from tests.core.asking import World, passages

HELD = passages(
    "The deposit is 900 euros.", "The rent is due in May.", "Dogs are welcome.", filename="lease.pdf"
)
WORLD = World(*HELD)
BOTH = (
    Hit(HELD[0], 0.5, 0.9, 0.1, 1, 2),
    Hit(HELD[1], 0.5, 0.85, 0.0, 2, 0),
    Hit(HELD[2], 0.5, 0.8, 0.8, 3, 1),
)
NEAR, WORDED = BOTH, (BOTH[2], BOTH[0])
FOUND = Retrieval(
    hits=NEAR,
    dense=NEAR,
    lexical=WORDED,
    fused=NEAR,
    followed=NEAR,
    reranked=False,
    generations=(3,),
    seconds=(0.1, 0.2, 0.3, 0.0, 0.0),
)
LOOKER = Looker(WORLD.neighbours, None, lambda: USUAL_SCALES, lambda: 0.5, 0.2)


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        (Setting(), [0, 1, 2]),
        (Setting(hits=1), [0]),
        (Setting("dense", hits=2), [0, 1]),
        (Setting("lexical"), [2, 0]),
        (Setting("fused", hits=2), [0, 1]),
        (Setting("weighed", weight=1.0), [0, 1]),
        (Setting("weighed", weight=0.0), [2, 0]),
    ],
)
def test_a_setting_takes_the_hits_it_says(setting: Setting, wanted: list[int]) -> None:
    assert [hit.passage.ordinal for hit in taken(FOUND, setting, 0.2)] == wanted


def test_a_trace_says_how_the_decision_came_about() -> None:
    good = trace("What is the deposit?", FOUND, Setting(), LOOKER)
    assert good.signs.passage == 1.0 and 0 < good.chance < 1 and good.answer_from == 0.5
    assert good.refused == (good.chance < 0.5)
    poor = trace("What is the deposit?", FOUND, Setting("lexical", hits=1), LOOKER)
    assert poor.chance < good.chance
    assert good.gathered.evidence[0].hit.passage.ordinal == 0
    small = trace("What is the deposit?", FOUND, Setting(budget=10), LOOKER)
    assert len(small.gathered.shown) < len(good.gathered.shown)
