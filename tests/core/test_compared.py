"""What differs between two versions of a document."""

from __future__ import annotations

import pytest

from tests.core.asking import World, passages

OLD = passages(
    "House rules\n\nQuiet hours are from 22:00 to 7:00.\n\nDogs are kept on a lead.\n\nVisitors may park for two hours.",
    filename="house_rules_v1.md",
    document_id=1,
)
NEW = passages(
    "House rules\n\nQuiet hours are from 22:00 to 6:30.\n\nDogs are kept on a lead.\n\nVisitors may park for four hours.\n\nNo fires on balconies.",
    filename="house_rules_v2.md",
    document_id=2,
)
BAOXIAN = [
    passages(
        f"家庭保险\n\n年保费为{premium}元。\n\n报案电话不变。",
        filename=f"家庭保险{year}.txt",
        document_id=year,
    )
    for year, premium in ((2024, 312), (2025, 348))
]
WORLD = World(*OLD, *NEW, *BAOXIAN[0], *BAOXIAN[1])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "What changed between the two versions of the house rules?",
            "house_rules_v1.md\nQuiet hours are from 22:00 to 7:00.\nVisitors may park for two hours.\n\n"
            "house_rules_v2.md\nQuiet hours are from 22:00 to 6:30.\nVisitors may park for four hours.\nNo fires on balconies.",
        ),
        (
            "What is the difference between the quiet hours in the old and the new house rules?",
            "house_rules_v1.md\nQuiet hours are from 22:00 to 7:00.\n\nhouse_rules_v2.md\nQuiet hours are from 22:00 to 6:30.",
        ),
        ("2024年和2025年的家庭保险有什么变化？", "家庭保险2024.txt\n年保费为312元。\n\n家庭保险2025.txt\n年保费为348元。"),
        ("Compare the quiet hours in house rules v1 and v2", "house_rules_v1.md\nQuiet hours are from 22:00 to 7:00.\n\nhouse_rules_v2.md\nQuiet hours are from 22:00 to 6:30."),
    ],
)  # fmt: skip
def test_the_lines_that_differ_are_told_of_both(question: str, said: str) -> None:
    found = WORLD.answered(question)
    assert found.text == said and {one.filename for one in found.citations} == {
        line for line in said.split("\n") if line.endswith((".md", ".txt"))
    }


@pytest.mark.parametrize(
    "question",
    ["What changed in the quiet hours?", "What changed between the two leases?", "家里有什么变化？"],
)
def test_without_two_versions_nothing_is_compared(question: str) -> None:
    assert "house_rules_v1.md" not in WORLD.answered(question).text
