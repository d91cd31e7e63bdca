"""What was decided stands in words of its own below what names the matter."""

from __future__ import annotations

import pytest

from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages

ZH = (
    "三、物业费\n\n物业公司申请将物业费由2元调整为3元。委员们认为理由不充分。会议决定：本次不予同意，下次会议再议。\n\n"
    "四、停车\n\n停车费维持不变。会议决定：新增八个车位。"
)
EN = (
    "5. Nursery lease\n\nThe nursery lease ends in July. Members could not agree on the rent. "
    "It was deferred to the November meeting.\n\n6. Volunteers\n\nA budget for volunteers was approved."
)


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (ZH, "物业费调整通过了吗？", "本次不予同意"),
        (EN, "What was decided about the nursery lease?", "It was deferred to the November meeting."),
    ],
)
def test_the_decision_is_quoted_with_its_matter(text: str, question: str, said: str) -> None:
    assert said in quote(World(*passages(text)).gathered(question)).text


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (ZH, "物业费申请调整为多少元？", "本次不予同意"),
        (EN, "When does the nursery lease end?", "deferred"),
        (
            "三、物业费\n\n物业公司申请调整物业费。\n\n四、停车\n\n会议决定：新增八个车位。",
            "物业费调整通过了吗？",
            "车位",
        ),
    ],
)
def test_no_other_question_and_no_other_matter_gets_it(text: str, question: str, said: str) -> None:
    assert said not in quote(World(*passages(text)).gathered(question)).text
