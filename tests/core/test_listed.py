"""Lists of cases: whole behind what announces them, of the party that is asked about, and lists within lists."""

from __future__ import annotations

import pytest

from rag_core.ask.language.lists import announcers
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages

CONTRACT = (
    "9.1 有下列情形之一的，甲方有权单方解除合同：\n（一）乙方未按约定支付租金的；\n（二）乙方擅自转租的。\n"
    "9.2 有下列情形之一的，乙方有权单方解除合同：\n（一）甲方未按时交付房屋的；\n（二）房屋存在缺陷的。\n\n"
    "5.1 会员费不予退还，但有下列情形之一的除外：\n（1）开通七日内未使用的；\n（2）重复扣款的。"
)
LEASE = (
    "10.2 The Landlord may terminate the lease by notice if:\n(a) rent remains unpaid;\n(b) the unit is left empty.\n\n"
    "10.3 Unless 10.2 applies, the Landlord shall not terminate the lease before its end."
)
POLICY = [
    "第七条 下列情况下，保险人不负责赔偿：",
    "（一）伪造现场；",
    "（二）驾驶人有下列情形之一者：",
    "1. 逃离现场；",
    "2. 饮酒；",
    "（三）在竞赛期间。",
]


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (
            CONTRACT,
            "乙方在什么情况下可以解除合同？",
            "9.2 有下列情形之一的，乙方有权单方解除合同：\n（一）甲方未按时交付房屋的；\n（二）房屋存在缺陷的。",
        ),
        (
            CONTRACT,
            "会员费能退吗？",
            "5.1 会员费不予退还，但有下列情形之一的除外：\n（1）开通七日内未使用的；\n（2）重复扣款的。",
        ),
        (
            LEASE,
            "In which cases may the landlord terminate the lease?",
            "10.2 The Landlord may terminate the lease by notice if:\n(a) rent remains unpaid;\n(b) the unit is left empty.",
        ),
    ],
)
def test_the_whole_list_is_quoted(text: str, question: str, answer: str) -> None:
    assert quote(World(*passages(text)).gathered(question)).text == answer


def test_an_entry_behind_a_list_within_the_list_is_led_by_what_announces_it() -> None:
    heads = announcers(POLICY, [True] * len(POLICY))
    assert heads == ["", POLICY[0], POLICY[0], POLICY[2], POLICY[2], POLICY[0]]


def test_what_announces_an_entry_is_quoted_with_what_announces_it_in_turn() -> None:
    said = quote(World(*passages("\n".join(POLICY))).gathered("驾驶人饮酒的，赔偿吗？")).text
    assert said == "\n".join((POLICY[0], POLICY[2], POLICY[4]))
