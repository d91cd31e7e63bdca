"""Documents that a question points to, and what it asks of them."""

from __future__ import annotations

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.pointing.pointed import pointed
from rag_core.store.census import File
from rag_core.types import Done
from tests.core.asking import World, passages

NAMES = (
    "lease_agreement_2024.pdf", "lease_agreement_2026.pdf", "staff_handbook.pdf", "home_insurance_policy.pdf",
    "board minutes May.docx", "board minutes March.docx", "kettle_manual.pdf", "history.pdf",
    "房屋租赁合同2023.pdf", "房屋租赁合同2025续签.pdf", "员工手册.pdf", "劳动合同_林青.pdf", "项目例会纪要_三月.pdf",
    "项目例会纪要_四月.pdf", "检验报告单.pdf", "家常豆腐菜谱.pdf",
)  # fmt: skip
FILES = tuple(File(number, name) for number, name in enumerate(NAMES, 1))


def where(question: str) -> tuple[list[str], str] | None:
    found = pointed(question, FILES)
    return ([one.filename for one in found.files], found.question) if found else None


@pytest.mark.parametrize(
    ("question", "name", "rest"),
    [
        ("According to the 2024 lease agreement, are pets allowed?", "lease_agreement_2024.pdf", "are pets allowed?"),
        ("Are pets allowed under the 2026 contract?", "lease_agreement_2026.pdf", "Are pets allowed?"),
        ("What is the deposit in the old lease?", "lease_agreement_2024.pdf", "What is the deposit?"),
        ("What is the deposit in our current agreement?", "lease_agreement_2026.pdf", "What is the deposit?"),
        ("What does the staff handbook say about dogs?", "staff_handbook.pdf", "What about dogs?"),
        ("What does the handbook state on overtime?", "staff_handbook.pdf", "What about overtime?"),
        ("In the minutes of the May board, who was absent?", "board minutes May.docx", "who was absent?"),
        ("kettle manual: how is it descaled?", "kettle_manual.pdf", "how is it descaled?"),
        ("2025年合同的押金是多少？", "房屋租赁合同2025续签.pdf", "押金是多少？"),
        ("2025年合同可以养宠物吗？", "房屋租赁合同2025续签.pdf", "可以养宠物吗？"),
        ("旧的房屋租赁合同里押金是多少？", "房屋租赁合同2023.pdf", "押金是多少？"),
        ("根据公司员工手册，迟到怎么处理？", "员工手册.pdf", "迟到怎么处理？"),
        ("《员工手册》规定年假几天？", "员工手册.pdf", "年假几天？"),
        ("員工手冊裡婚假幾天？", "员工手册.pdf", "婚假幾天？"),
        ("三月会议纪要中谁缺席？", "项目例会纪要_三月.pdf", "谁缺席？"),
    ],
)  # fmt: skip
def test_the_documents_and_what_is_asked_of_them(question: str, name: str, rest: str) -> None:
    assert where(question) == ([name], rest)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who signed the lease agreement 2024?", ["lease_agreement_2024.pdf"]),
        ("Does the insurance policy cover flood?", ["home_insurance_policy.pdf"]),
        ("我的劳动合同什么时候到期？", ["劳动合同_林青.pdf"]),
        ("家常豆腐菜谱要多少盐？", ["家常豆腐菜谱.pdf"]),
        ("And in the lease agreement?", ["lease_agreement_2024.pdf", "lease_agreement_2026.pdf"]),
    ],
)
def test_what_can_not_be_left_out_stays_in_the_question(question: str, names: list[str]) -> None:
    assert where(question) == (names, question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the history of tea?",
        "In history, who was the first to drink tea?",
        "Who pays for repairs?",
        "What is the insurance policy holder's name?",
        "Is the rent higher in the 2024 or the 2026 agreement?",
        "Which of the two agreements allows pets?",
        "What differs between the 2026 agreement and the one before?",
        "What do the handbook and the kettle manual say about water?",
        "劳动合同法规定试用期多久？",
        "两份合同的违约金哪个高？",
        "体检报告里有几项异常？",
        "家常豆腐怎么做？",
        "2023年和2025年合同的租金相差多少？",
    ],
)
def test_nowhere_in_particular(question: str) -> None:
    assert where(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "工资每月哪天发放？", "年假有10天吗？", "2023年营业收入是多少？", "合同工有年假吗？", "请说明退款流程", "要提前几天通知主管", "合同法怎么规定？",
        "开发票需要什么？", "购房合同的违约金是多少？", "公司规定的上班时间是几点？", "When did I get a letter?", "What is a survey?",
        "Is payment made in the form of cash?", "What is the policy on smoking?", "What is the agreement on prices?", "How do I fill in the form?",
    ],
)  # fmt: skip
def test_names_of_one_word_take_no_ordinary_question(question: str) -> None:
    names = (
        "工资.xlsx", "10.jpg", "2023.xlsx", "合同.pdf", "说明.txt", "通知.docx", "发票.pdf", "考勤规定.docx", "How to write a cover letter.pdf",
        "A Survey of Models.pdf", "Application form.docx", "privacy policy.pdf", "service agreement.pdf",
    )  # fmt: skip
    assert pointed(question, [File(number, name) for number, name in enumerate(names)]) is None


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Summarize kettle.pdf", "kettle.pdf"), ("What does scan_0034.pdf say?", "scan_0034.pdf"), ("What is the date on scan_0034?", "scan_0034.pdf"),
        ("scan_0034.pdf里写了什么？", "scan_0034.pdf"), ("How is Plan.pdf dated?", "Plan.pdf"),
    ],
)  # fmt: skip
def test_a_files_whole_name_points_to_it(question: str, name: str) -> None:
    files = [
        File(number, one)
        for number, one in enumerate(("kettle.pdf", "scan_0034.pdf", "Plan.pdf", "scan_00345.pdf"))
    ]
    found = pointed(question, files)
    assert found is not None and found.filenames == (name,)
    assert found.loose is (name not in question)


def test_a_kind_alone_is_looked_in_first_and_all_the_rest_after_it() -> None:
    world = World(
        *passages("We keep no data of visitors.", filename="privacy policy.pdf", document_id=1),
        *passages("Fire and flood are covered.", filename="home brochure.pdf", document_id=2),
    )
    last = list(answer(Asked("Are fire and flood covered under the policy?", (), (1,)), world.means()))[-1]
    assert isinstance(last, Done) and not last.answer.looked_in
    assert last.answer.evidence[0].hit.passage.filename == "home brochure.pdf"


def test_long_questions_point_nowhere() -> None:
    assert pointed("According to the staff handbook, " + "are dogs allowed " * 40, FILES) is None


def test_one_document_or_all_of_them_are_no_place() -> None:
    assert pointed("What does the staff handbook say about dogs?", FILES[2:3]) is None
    assert pointed("Who signed the lease agreement?", FILES[:2]) is None


def test_several_documents_of_one_name_are_looked_in_together() -> None:
    twins = (File(1, "handbook.pdf"), File(2, "handbook.pdf"), File(3, "lease.pdf"))
    found = pointed("What does the handbook say about dogs?", twins)
    assert found is not None and [one.document_id for one in found.files] == [1, 2]


LEASES = World(
    *passages("Pets are not allowed in the flat.", filename="lease_2024.pdf", document_id=1),
    *passages("Pets may be kept with written consent.", filename="lease_2026.pdf", document_id=2),
    *passages("Bicycles are kept in the cellar.", filename="house_rules.pdf", document_id=3),
)


def test_the_answer_comes_from_the_document_that_is_pointed_to() -> None:
    found = LEASES.answered("Are pets allowed under the 2026 lease?")
    assert found.text == "Pets may be kept with written consent."
    assert found.looked_in == ("lease_2026.pdf",)
    assert found.searched == "Are pets allowed under the 2026 lease?"


def test_what_another_document_says_is_no_answer() -> None:
    found = LEASES.answered("According to the 2024 lease, where are bicycles kept?")
    assert found.refused and found.looked_in == ("lease_2024.pdf",)
    assert {one.hit.passage.filename for one in found.evidence} <= {"lease_2024.pdf"}
    assert LEASES.answered("Where are bicycles kept?").looked_in == ()
