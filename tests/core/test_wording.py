"""What a claim says more firmly, more widely, per something else or of the other party than its source."""

from __future__ import annotations

import time

import pytest

from rag_core.ask.checking.cite import align
from rag_core.ask.checking.ends import ends_exchanged, other_agent
from rag_core.ask.checking.exceptions import turned_exception
from rag_core.ask.checking.parties import other_party
from rag_core.ask.checking.scope import promoted
from rag_core.ask.checking.speakers import other_speaker
from rag_core.ask.checking.verify import Verdict, judge
from rag_core.ask.language.words import rarity
from tests.core.asking import World, passages


def verdict(claim: str, source: str, question: str = "") -> Verdict:
    return judge(claim, source, "", rarity([source]), question)


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        ("Debt fell by 21 million to 30 million.", "Debt fell to 21 million from 30 million.", "claim_change"),
        ("研发人员增加了268人。", "研发人员增加到268人。", "claim_change"),
        ("Each depot handles 180 parcels per week.", "Each depot handles 180 parcels per day.", "claim_rate"),
        ("违约金每个月按千分之一计算。", "违约金每日按千分之一计算。", "claim_rate"),
        ("All of the shelving belongs to the mill.", "Most of the shelving belongs to the mill.", "claim_scope"),
        ("全部标本在空袭中被毁。", "大部分标本在空袭中被毁。", "claim_scope"),
        ("Only dogs may swim in the lake.", "Dogs may swim in the lake.", "claim_scope"),
        ("Visitors must park at the mill.", "Visitors may park at the mill.", "claim_surer"),
        ("The mill bought 200 vans.", "The mill intends to buy 200 vans.", "claim_surer"),
        ("工程已于2025年3月开工。", "工程计划于2025年3月开工。", "claim_surer"),
        ("Interest of 4% is charged.", "If the rent is late, interest of 4% is charged.", "claim_surer"),
        ("The tenant is responsible for the roof and the outer walls.",
         "The landlord is responsible for the roof and the outer walls.", "claim_party"),
        ("Rent is suspended after a fire even if the tenant caused it.",
         "Rent is suspended after a fire, unless it was caused by the tenant.", "claim_surer"),
        ("Repairs are done by a workshop, including the hose.", "Repairs other than the hose are done by a workshop.", "claim_surer"),
        ("免责条款适用，包括被保险人故意的情形。", "免责条款适用，但被保险人故意的情形除外。", "claim_surer"),
        ("The city had replaced the seals in time.", "The city should have replaced the seals in time.", "claim_surer"),
        ("The Calder depot is the largest of all.", "The Calder depot is the second largest of all.", "claim_scope"),
        ("沧江是省内最长的河流。", "沧江是省内第二长的河流。", "claim_scope"),
        ("他的学生后来都成为院士。", "他的学生中有四人后来成为院士。", "claim_scope"),
        ("The lease runs from 31 March 2024 to 1 April 2030.", "The lease runs from 1 April 2024 until 31 March 2030.", "claim_elsewhere"),
        ("他由母亲抚养长大。", "母亲早逝，他由祖母抚养长大。", "claim_elsewhere"),
        ("净利润下降3.1亿元。", "净利润3.1亿元，同比下降4.6%。", "claim_change"),
    ],
)  # fmt: skip
def test_what_the_source_words_otherwise_is_borne_out_in_part(claim: str, source: str, reason: str) -> None:
    found = verdict(claim, source)
    assert (found.support, found.reason) == ("partly", reason)
    assert verdict(source, source).support == "supported"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The red nozzle is for cars and the yellow nozzle is for stone.",
         "The yellow nozzle is for cars and the red nozzle is for stone."),
        ("Older nurses slept longer than younger nurses.", "Younger nurses slept longer than older nurses."),
        ("鉴定费8000元由被告垫付。", "鉴定费8000元由原告垫付。"),
        ("运输途中的风险由甲方承担。", "运输途中的风险由乙方承担，设备交付后的风险由甲方承担。"),
        ("Net debt rose to 21 million.", "Net debt went down to 21 million."),
        ("Net debt went up to 21 million.", "Net debt fell to 21 million."),
        ("More than 40% of sales came from the mill.", "Nearly 40% of sales came from the mill."),
        ("Money is returned within 28 working days.", "Money is returned within 28 days."),
        ("The mill is closed from late October.", "The mill is closed until late October."),
        ("合同签订前10日内支付预付款。", "合同签订后10日内支付预付款。"),
        ("Ilse Brandt expects prices to rise.", "“We expect prices to rise,” said Otto Lang."),
        ("The mill is open between 9 pm and 7 am.", "The mill is open between 7 am and 9 pm."),
        ("展览从17时到9时开放。", "展览从9时到17时开放。"),
        ("The repair costs at least $29 million.", "The repair costs between $26 million and $29 million."),
        ("供应协议的期限最短8年。", "供应协议的期限最短3年，最长8年。"),
        ("工作满10年的，年休假5天。", "工作满1年不满10年的，年休假5天。"),
        ("林向东表示今年力争收入突破五亿元。", "总经理韩梅表示：“今年力争收入突破五亿元。”"),
    ],
)  # fmt: skip
def test_what_has_changed_places_is_not_borne_out(claim: str, source: str) -> None:
    assert verdict(claim, source).support == "unsupported"


@pytest.mark.parametrize(
    ("claim", "source", "question"),
    [
        ("Net debt decreased to 21 million.", "Net debt fell to 21 million.", ""),
        ("The charge goes up from 36 to 40 euros.", "The charge was raised from 36 to 40 euros.", ""),
        ("Each depot handles 180 parcels a day.", "Each depot handles 180 parcels daily.", ""),
        ("Nausea normally disappears within two days.", "Nausea usually goes away within two days.", ""),
        ("The contents are insured for at least 60 euros.", "The contents are insured for no less than 60 euros.", ""),
        ("联合体成员最多两家。", "联合体成员不得超过两家。", ""),
        ("晚上十点以后不许在广场播放音乐。", "晚上十点以后不得在广场播放音乐。", ""),
        ("Interest of 4% is charged.", "If the rent is late, interest of 4% is charged.", "What if the rent is late?"),
        ("The mill plans to buy 200 vans.", "The mill intends to buy 200 vans.", ""),
        ("Otto Lang said that prices will rise.", "“Prices will rise,” added Otto Lang, the director.", ""),
        ("韩梅表示今年力争收入突破五亿元。", "总经理韩梅表示：“今年力争收入突破五亿元。”", ""),
        ("Cars, vans and lorries may enter.", "Lorries, vans and cars may enter.", ""),
        ("The walls are painted by the tenant.", "The tenant paints the walls.", ""),
        ("资金六成来自财政。", "资金60%来自财政。", ""),
        ("登记应在工作日17点之前完成。", "登记应在工作日下午五点之前完成。", ""),
        ("The repair costs 26 to 29 million dollars.", "The repair costs between $26 million and $29 million.", ""),
        ("The Dundee depot is the second largest, and the Leicester depot is the largest.",
         "The Dundee depot is the second largest after the Leicester depot.", ""),
        ("约两千号标本由周怀礼转移。", "约两千号标本由学生周怀礼转移。", ""),
    ],
)  # fmt: skip
def test_the_same_in_other_words_is_borne_out(claim: str, source: str, question: str) -> None:
    found = verdict(claim, source, question)
    assert found.support == "supported", found.why


def test_hostile_text_takes_no_long_time() -> None:
    begun = time.process_time()
    for text in (
        "A " * 6_000,
        "Abc " * 4_000,
        f"Otto{' ' * 15_000}said",
        "说表示" * 4_000,
        f"between {'1 ' * 8_000}",
        "由被" * 8_000,
        "除非" * 8_000,
        f"even if {'a' * 20_000}",
        "甲方乙方" * 3_000,
    ):
        other_speaker("Otto Lang said so.", text)
        other_party("The tenant must pay.", text)
        ends_exchanged("between 9 pm and 7 am", text)
        other_agent("由母亲抚养长大", text)
        turned_exception("even if the tenant caused it", text)
        promoted("the largest depot", text)
    assert time.process_time() - begun < 2


def test_another_sentence_does_not_hide_what_is_at_odds() -> None:
    world = World(
        *passages("Check the hose before each use. The pump is damaged after about one minute without water.")
    )
    found = align("Check the hose after each use.", world.gathered("When should the hose be checked?"))
    assert found.verdict.reason == "claim_opposite"
