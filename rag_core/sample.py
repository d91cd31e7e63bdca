"""The sample library: three invented documents to try Wenju with. They are drawn, not shipped."""

from __future__ import annotations

import os
from dataclasses import dataclass

from rag_core.messages import Language

MANUAL, LEASE, POLICY = "Larkspur N2 manual.pdf", "茶馆租赁合同.pdf", "差旅制度（扫描件）.pdf"
FILENAMES = (MANUAL, LEASE, POLICY)
_SCAN_SEED = 7


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A document of the sample library."""

    filename: str
    content: bytes


def files() -> tuple[SampleFile, ...]:
    """An English manual, a Chinese lease, and a scanned Chinese travel policy. The same bytes each time."""
    # PyMuPDF loads onnxruntime, which reports its use unless told not to.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    from rag_core.parse.formats.draw import draw_pdf, draw_scan  # noqa: PLC0415  (heavy: only when asked for)

    return (
        SampleFile(MANUAL, draw_pdf(_MANUAL)),
        SampleFile(LEASE, draw_pdf(_LEASE)),
        SampleFile(POLICY, draw_scan(_POLICY, _SCAN_SEED)),
    )


def questions(language: Language) -> tuple[str, ...]:
    """Questions the sample documents answer."""
    return _QUESTIONS[language]


_QUESTIONS: dict[Language, tuple[str, ...]] = {
    "en": (
        "How often must the espresso machine be descaled?",
        "What does a flashing amber light mean?",
        "How long does the warranty last?",
        "What should I do when the pump is loud?",
    ),
    "zh": (
        "茶馆的租期是多久？",
        "提前解除合同要赔多少违约金？",
        "出差住宿费的上限是多少？",
        "咖啡机多久需要除垢一次？",
    ),
}

_MANUAL = (
    (
        "# Larkspur N2 Espresso Machine: Operator's Manual",
        "This manual describes the Larkspur N2, a two-group espresso machine for small cafés. Keep it "
        "beside the machine. Read the safety notes on this page before the machine is switched on for "
        "the first time.",
        "## 1 Safety",
        "The machine must be connected to a 230 V socket with its own 20 A fuse. Never run it without "
        "water: the heating element is destroyed within two minutes.",
        "The steam wand reaches 140 °C. Let it cool for five minutes before you touch it, and keep "
        "children away from the machine while it is hot.",
        "Only a trained technician may open the housing. Opening the housing ends the warranty.",
        "## 2 Setting up",
        "Place the machine on a level surface that carries at least 60 kg. Leave 15 cm of free space "
        "behind it for the ventilation.",
        "Fill the tank with filtered water with a hardness below 90 mg per litre. The tank holds 4.5 "
        "litres. Harder water shortens the life of the boiler.",
        "The first heating takes 22 minutes. After that the machine reaches its working temperature of "
        "93 °C within 9 minutes.",
    ),
    (
        "## 3 Daily use",
        "Grind 18 g of coffee for a double espresso. The extraction should take between 25 and 30 "
        "seconds and yield 36 g in the cup. If it runs faster, grind finer.",
        "Purge the steam wand for two seconds before and after every use, and wipe it with a damp cloth.",
        "At the end of each day, run the cleaning cycle with the blind filter: hold the left button for "
        "five seconds until the light turns blue. The cycle takes 4 minutes.",
        "## 4 Care",
        "Descale the machine every 90 days, or after 1,500 cups, whichever comes first. Use only the "
        "citric descaler with part number LS-204. Vinegar attacks the seals.",
        "Replace the group gaskets once a year and the water filter every six months.",
        "Lubricate the lever joints with food-grade silicone grease every 30 days.",
    ),
    (
        "## 5 Lights and faults",
        "A steady green light means that the machine is ready. A flashing amber light means that the "
        "tank holds less than 0.5 litres: refill it within one minute, or the boiler switches itself off.",
        "A steady red light means that the pressure is above 1.4 bar. Switch the machine off and call "
        "the service. Do not open the steam valve.",
        "If the pump is loud and no water flows, air is in the pipe: open the steam valve for ten "
        "seconds, then try again.",
        "## 6 Warranty and service",
        "The warranty lasts 24 months from the day of purchase. It covers the boiler, the pump and the "
        "electronics. Gaskets, filters and damage from hard water are not covered.",
        "The service answers on working days from 8:00 to 18:00. Have the serial number ready; it "
        "stands on the plate beneath the drip tray.",
    ),
)

_LEASE = (
    (
        "# 听雨茶馆商铺租赁合同",
        "出租方（甲方）：清溪里物业管理有限公司",
        "承租方（乙方）：听雨茶馆",
        "甲乙双方经协商一致，就乙方承租甲方商铺经营茶馆一事，订立本合同，共同遵守。",
        "## 第一条 租赁物",
        "甲方将位于清溪里十七号的临街商铺出租给乙方。商铺共两层，建筑面积二百一十六平方米，后院四十平方米由乙方无偿使用。",
        "## 第二条 租期",
        "租期为五年，自2025年3月1日起至2030年2月28日止。前两个月为装修免租期，乙方在此期间只需缴纳水电费。",
        "租期届满，乙方如需续租，应当提前六个月书面通知甲方；在同等条件下，乙方享有优先承租权。",
        "## 第三条 租金",
        "第一年和第二年每月租金为人民币18,600元；自第三年起，每年在上一年的基础上递增百分之四。",
        "租金按季度支付，乙方应当在每季度首月的五日前付清。逾期付款的，每逾期一日，按欠付金额的千分之一支付违约金。",
    ),
    (
        "## 第四条 押金",
        "乙方应当在签约当日向甲方支付押金人民币55,800元，相当于三个月租金。租期届满且乙方无欠费的，甲方应当在十个工作日内无息退还。",
        "## 第五条 用途与装修",
        "商铺只能用于经营茶馆及销售茶叶、茶具，未经甲方书面同意，不得转租或改变用途。",
        "装修方案须经甲方书面认可后方可施工，不得改动承重墙和消防设施。院中的老桂花树由乙方养护，不得移植或砍伐。",
        "## 第六条 维修",
        "屋顶、外墙和主要管道的维修由甲方负责，甲方应当在接到通知后七十二小时内到场。门窗、灯具和室内设施的日常维修由乙方负责。",
        "## 第七条 营业时间",
        "茶馆的营业时间不得晚于晚上十点半，以免影响邻居休息。每年举办露天茶会不得超过四次，每次须提前三天告知甲方。",
    ),
    (
        "## 第八条 提前解除",
        "租期内任何一方提前解除合同的，应当提前三个月书面通知对方，并向对方支付相当于两个月租金的违约金。",
        "乙方连续两个季度未付清租金，或者擅自改动承重墙的，甲方有权立即解除合同，并不退还押金。",
        "因不可抗力致使商铺无法使用超过三十日的，双方均可解除合同，互不承担违约责任。",
        "## 第九条 争议解决",
        "因本合同发生的争议，双方应当首先协商解决；协商不成的，提交商铺所在地的人民法院处理。",
        "## 第十条 其他",
        "本合同一式四份，甲乙双方各执两份，自双方盖章之日起生效。未尽事宜，由双方另行签订补充协议。",
    ),
)

_POLICY = (
    (
        "# 员工差旅与报销制度",
        "本制度自2025年1月1日起施行，适用于公司全体员工。",
        "## 一、出差申请",
        "员工出差应当至少提前三个工作日提交申请，由部门负责人批准。出差超过七天的，还须经总经理批准。",
        "## 二、交通",
        "单程六小时以内的，乘坐高铁二等座；超过六小时的，可以乘坐飞机经济舱。市内交通凭票据实报销，每天不超过80元。",
        "## 三、住宿",
        "住宿费上限为：一线城市每晚450元，其他城市每晚320元。超出部分由员工自行承担。",
        "## 四、餐补",
        "出差期间每天发放餐补100元，无须提供票据。由对方招待用餐的，当天餐补减半。",
        "## 五、报销",
        "员工应当在返回后十五天内提交报销单，逾期不予受理。发票抬头必须为公司全称，电子发票须附打印件。",
        "财务部在收到完整单据后五个工作日内付款。",
    ),
)
