"""Minutes of meetings: who came, who did not, and what was decided on a matter."""

from __future__ import annotations

import pytest

from tests.core.asking import World, passages

MARCH = passages(
    "Allotment committee meeting\n\nDate: Wednesday 5 March 2025\n\nPresent\n\n• Helen Marsh (chair)\n• Tom Baker\n• Dave Collins\n\nApologies: Susan Wright, Oliver Penn\n\n"
    "1. Rents for 2025/26\n\nRents have not been raised since 2021.\n\nDecision: The rent rises to £42 a plot.\n\n2. Bonfires\n\nTwo complaints came in. No decision was taken.\n\n"
    "3. Shed roof\n\nTom showed two prices.\n\nDecision: The steel roof is bought.",
    filename="minutes_2025-03-05.md",
    document_id=1,
)
APRIL = passages(
    "Allotment committee meeting\n\nDate: Wednesday 2 April 2025\n\nPresent\n\n• Helen Marsh (chair)\n• Susan Wright\n\n1. Hens\n\nNobody spoke for hens.",
    filename="minutes_2025-04-02.md",
    document_id=2,
)
HUIYI = passages(
    "业主委员会会议纪要\n\n时间：2025年4月12日\n\n参会人员：赵建国、孙丽、马超\n\n缺席：吴倩（出差）\n\n一、电梯更换\n\n冯涛介绍了三家报价。\n\n决议：选用丙公司。\n\n"
    "二、增设充电桩\n\n消防验收尚未明确，本次未作决定。",
    filename="业委会会议纪要.txt",
    document_id=3,
)
WORLD = World(*MARCH, *APRIL, *HUIYI)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who was present at the meeting on 5 March 2025?", "Present\n• Helen Marsh (chair)\n• Tom Baker\n• Dave Collins"),
        ("List all participants of the April meeting.", "Present\n• Helen Marsh (chair)\n• Susan Wright"),
        ("How many people came to the meeting on 2 April 2025?", "Present\n• Helen Marsh (chair)\n• Susan Wright"),
        ("Who sent apologies for the March meeting?", "Apologies: Susan Wright, Oliver Penn"),
        ("业委会会议有哪些人参加？", "参会人员：赵建国、孙丽、马超"),
        ("业委会会议谁缺席了？", "缺席：吴倩（出差）"),
        ("What did we decide about the rents?", "1. Rents for 2025/26\nDecision: The rent rises to £42 a plot."),
        ("Did we decide to buy the steel roof?", "3. Shed roof\nDecision: The steel roof is bought."),
        ("What did we decide about bonfires?", "2. Bonfires\nNo decision was taken."),
        ("我们决定装充电桩了吗？", "二、增设充电桩\n消防验收尚未明确，本次未作决定。"),
        ("电梯更换怎么定的？", "一、电梯更换\n决议：选用丙公司。"),
    ],
)  # fmt: skip
def test_who_came_and_what_was_decided(question: str, said: str) -> None:
    found = WORLD.answered(question)
    assert found.text == said and found.citations


def test_what_minutes_do_not_decide_is_refused() -> None:
    assert WORLD.answered("What did we decide about fences?").refused
