"""What a question asks for of somebody or something, and the documents say of others alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.refusal.owners import missing_of
from rag_core.types import Passage
from tests.core.asking import World, passages


def _table(text: str, filename: str, document_id: int) -> Passage:
    (made,) = passages(text, filename=filename, document_id=document_id)
    return replace(made, heading=text.split("\n", maxsplit=1)[0])


WORLD = World(
    *passages("| Full name | Anna Reil |\n| Telephone | 020 5550 1234 |\n| Blood group | A |", filename="Form Anna.pdf"),
    *passages("| Full name | Tom Oder |\n| Occupation | miller |\n| Allergies | none |", filename="Form Tom.pdf", document_id=2),
    *passages("Larch kettle manual. Power: 1800 W. Weight: 1 kg.", filename="Kettle.pdf", document_id=3),
    _table("| 姓名 | 部门 | 工号 |\n| 林青青 | 印制部 | 101 |", "名单.pdf", 4),
    *passages("员工福利：体检费用由公司承担，工龄满一年者享受。", filename="名单.pdf", document_id=4),
    *passages("型号：K1\n额定电压：220 V\n净重：43 kg\n售后热线：400-820-6620", filename="洗碗机说明书.pdf", document_id=5),
    *passages("型号：A1\n额定功率：1500 W\n适用食材重量：2 kg", filename="空气炸锅说明书.pdf", document_id=6),
    *passages("出租方（甲方）：周立民 身份证号：3301 联系电话：13805718820\n承租方（乙方）：邓雅婷 身份证号：3307", filename="合同.pdf", document_id=7),
    *passages("职业培训收入1020万元。公司净利润217万元。", filename="报告.pdf", document_id=8),
    _table("| 业务线 | 收入 |\n| 职业培训 | 1020 |", "年报.pdf", 9),
    *passages("全年净利润217万元。", filename="年报.pdf", document_id=9),
)  # fmt: skip
EVERY = {
    one.document_id: [other for other in WORLD.held if other.document_id == one.document_id]
    for one in WORLD.held
}


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What is Tom Oder's blood group?", "Tom Oder's blood group"),
        ("What is Anna Reil's blood group?", ""),
        ("What is the telephone number of Tom Oder?", "telephone number of Tom Oder"),
        ("What is Anna Reil's phone number?", ""),
        ("What is Anna Reil's occupation?", "Anna Reil's occupation"),
        ("What is Tom Oder's job?", ""),
        ("What is Hanna Reil's telephone number?", "Hanna Reil"),
        ("Which allergies does Anna Reil have?", "allergies"),
        ("What is the address of Anna Reil?", ""),
        ("What is the weight of the kettle?", ""),
        ("Who wrote the kettle manual?", ""),
        ("空气炸锅的额定电压是多少？", "空气炸锅的额定电压"),
        ("洗碗机的额定电压是多少？", ""),
        ("洗碗机的重量是多少？", ""),
        ("洗碗机的电话是多少？", ""),
        ("林青清的工号是多少？", "林青清"),
        ("林青青的血型是什么？", "林青青的血型"),
        ("邓雅婷的联系电话是多少？", "邓雅婷的联系电话"),
        ("周立民的联系电话是多少？", ""),
        ("2025年5月的净利润是多少？", ""),
    ],
)
def test_what_only_others_have_is_missing(question: str, missing: str) -> None:
    hits = WORLD.search(question).hits
    found = [replace(hits[0], passage=one) for one in WORLD.held]
    assert missing_of(question, found, EVERY.__getitem__) == missing


def test_what_the_own_row_has_no_column_for_is_missing() -> None:
    question = "职业培训的净利润是多少？"
    hits = [replace(WORLD.search(question).hits[0], passage=one) for one in EVERY[9]]
    assert missing_of(question, hits, EVERY.__getitem__) == "职业培训的净利润"
    assert missing_of("职业培训的收入是多少？", hits, EVERY.__getitem__) == ""


def test_a_document_too_long_to_go_through_may_say_anything() -> None:
    question = "What is Tom Oder's blood group?"
    hits = WORLD.search(question).hits
    assert missing_of(question, hits, lambda each: EVERY[each] * 401) == ""
