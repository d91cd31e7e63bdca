"""The same words in questions, sentences and tables, however they are written."""

from __future__ import annotations

import pytest

from rag_core.ask.words import keys


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("95 percent", "Share: 95.0%"),
        ("12000 pounds", "12,000"),
        ("in January", "Quarter 1 › Jan"),
        ("Sept", "September"),
    ],
)
def test_figures_and_months_are_the_same_however_they_are_written(asked: str, said: str) -> None:
    assert keys(asked) & keys(said)


@pytest.mark.parametrize(
    ("asked", "said"), [("95 percent", "95.5%"), ("version 3", "3.0"), ("000", "12,000")]
)
def test_figures_that_differ_stay_apart(asked: str, said: str) -> None:
    assert not keys(asked) & keys(said)
