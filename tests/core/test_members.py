"""What a question asks for of a series (exit code 7, the X30, 4号线), and the document lists others of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.quoting.procedures import missing_step, steps_asked
from rag_core.ask.refusal.members import missing_member
from rag_core.ask.refusal.refuse import refusal_text
from tests.core.asking import World, passages

CODES = "| Exit code | Meaning |"
(TABLE,) = passages(f"{CODES}\n| 0 | success |\n| 1 | no file |\n| 5 | busy |", filename="tool.pdf")
TOOL = replace(TABLE, heading=CODES)
KINDS = "| Type | Stay |"
(TABLE,) = passages(f"{KINDS}\n| A | a day |\n| C | 90 days |", filename="visas.pdf")
VISAS = replace(TABLE, heading=KINDS)
(OVEN,) = passages(
    "The Larch K10 weighs 8 kg, the K20 9 kg. Faults: E1 to E5. It comes with a 3-year warranty."
)
(BUS,) = passages(
    "1号线从码头开出，2号线从北门开出，3号线从剧院开出。一类站有候车室，二类站没有。", filename="班车.pdf"
)
(SHIFTS,) = passages(
    "早班1：七点；早班2：八点；早班3：九点。附件1为路线图，附件2为票价表。", filename="班次.pdf"
)


@pytest.mark.parametrize(
    ("question", "home", "missing"),
    [
        ("What does exit code 7 mean?", TOOL, "code 7"),
        ("What does exit code 5 mean?", TOOL, ""),
        ("How long can I stay on a type B visa?", VISAS, "type B"),
        ("How long can I stay on a type C visa?", VISAS, ""),
        ("What does the K30 weigh?", OVEN, "K30"),
        ("What does the K20 weigh?", OVEN, ""),
        ("What is fault E3?", OVEN, ""),
        ("What is fault E8?", OVEN, "E8"),
        ("What is a type 7 visa?", OVEN, ""),
        ("What happens in March 7?", TOOL, ""),
        ("4号线从哪里开出？", BUS, "4号线"),
        ("3号线从哪里开出？", BUS, ""),
        ("三类站有候车室吗？", BUS, "三类"),
        ("早班4几点？", SHIFTS, "早班4"),
        ("早班2几点？", SHIFTS, ""),
        ("附件3是什么？", SHIFTS, "附件3"),
        ("附件3是什么？", BUS, ""),
    ],
)
def test_a_member_that_a_series_lacks_is_missing(question: str, home: object, missing: str) -> None:
    assert missing_member(question, [home]) == missing  # type: ignore[list-item]


def test_a_member_that_another_document_has_is_not_missing() -> None:
    assert missing_member("What does the K30 weigh?", [OVEN], passages("The Larch K30 weighs 7 kg.")) == ""


def test_a_step_behind_the_last_is_missing() -> None:
    oven = World(
        *passages("Cleaning the oven\n\n1. Take the trays out.\n2. Wipe the walls.\n3. Leave it open.")
    )
    assert missing_step(oven.gathered("What is step 5 of cleaning the oven?")) == "step 5"
    assert missing_step(oven.gathered("What is step 3 of cleaning the oven?")) == ""
    assert missing_step(oven.gathered("How is the oven cleaned?")) == ""
    washer = World(*passages("安装步骤\n\n1. 接上水管。\n2. 插上电源。", filename="洗碗机说明书.pdf"))
    assert missing_step(washer.gathered("洗碗机安装第6步是什么？")) == "第6步"
    assert [one.text for one in steps_asked(washer.gathered("洗碗机安装第2步是什么？"))] == ["2. 插上电源。"]


def test_a_refusal_names_what_is_missing() -> None:
    assert "“type B”" in refusal_text("How long can I stay on a type B visa?", "type B")
    assert "“4号线”" in refusal_text("4号线从哪里开出？", "4号线")
