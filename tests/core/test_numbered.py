"""What is asked for by its number is found by it: captions, clauses, steps, entries of references."""

from __future__ import annotations

import pytest

from rag_core.ask.evidence.headed import known_from, titles_among
from rag_core.ask.language.numbered import opened
from rag_core.ask.language.words import keys, question_words
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("5.3.2怎么规定的？", "5.3.2 功率因数不应小于 0.95。"),
        ("6.1条的试验条件是什么？", "6.1 试验在室内进行。"),
        ("第5条规定了什么？", "第五条 违约责任"),
        ("第五条规定了什么？", "第5条 违约责任"),
        ("What does section 6.4 say?", "6.4 Ports are cross-connected."),
        ("图3画的是什么？", "图 3 水位实测与预测"),
        ("图6-3-1是什么图？", "图6-3-1 沟道面积"),
        ("What does Figure 2 show?", "Fig. 2. Bees by roof height"),
        ("What is in Table 1?", "Table 1: Features of kilns"),
        ("附录A的内容是什么？", "附录 A 试验方法"),
        ("What is step 3 of descaling?", "3. Hold the steam button."),
        ("What is the first step?", "1) Heat the water."),
        ("干燥试验的第2步是什么？", "b) 施加 500 V 的电压。"),
        ("What is exercise 154 about?", "154. A ball is thrown."),
        ("参考文献[2]发表在哪个期刊？", "[2] 某人. 藻类[J]. 湖泊学刊, 2019."),
        ("What is [7]?", "[7] Someone. Kilns of the north."),
    ],
)
def test_a_line_is_opened_by_the_number_that_is_asked_for(question: str, text: str) -> None:
    assert opened(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("5.3.2怎么规定的？", "5.3.21 功率因数不应小于 0.95。"),
        ("图3画的是什么？", "图 31 水位实测与预测"),
        ("图3画的是什么？", "图 3.1 水位实测与预测"),
        ("代表2人是谁？", "表2 检验项目"),
        ("表2中哪个方法最好？", "表2 各方法的结果"),
        ("表2列的灯有多少只？", "表2 各方法的结果"),
        ("根据第五条，甲方有什么义务？", "第五条 违约责任"),
        ("In section 5.1, why is the score lower?", "5.1 Main results"),
        ("What are the features of the kiln in Table 1?", "Table 1: Features of kilns"),
        ("What does step 3 say?", "3.1 Steam"),
        ("What does section 6 say?", "6 hours later the kiln is cold."),
    ],
)
def test_a_line_is_not_opened_by_what_only_looks_like_it(question: str, text: str) -> None:
    assert not opened(question, text)


def test_a_number_of_several_parts_is_one_word() -> None:
    assert "5.3.2" in {word.key for word in question_words("5.3.2怎么规定的？")}
    assert "5.3.2" in keys("5.3.2 功率因数") and not {"5", "3", "2"} & keys("5.3.2 功率因数")
    assert {"2024", "3", "15"} <= keys("2024.3.15")


def test_the_caption_whose_number_is_asked_for_is_no_title() -> None:
    texts = ["表2 检验项目", "型式检验每年一次，出厂检验每批一次。"]
    asked, other = known_from("表2列的是什么？"), known_from("表2中型式检验几年一次？")
    assert titles_among(texts, ["", ""], asked) == [False, False]
    assert titles_among(texts, ["", ""], other) == [True, False]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does Figure 2 show?", "Figure 2: Bees counted by the height of the roof"),
        ("What is step 3?", "3. Hold the steam button for ten seconds."),
        ("5.3.2怎么规定的？", "5.3.2 功率因数不应小于 0.95。"),
    ],
)
def test_what_is_asked_for_by_its_number_is_quoted(question: str, answer: str) -> None:
    world = World(
        *passages(
            "Maps show each figure of the town, and a step down to 2 or 3 houses.",
            "Figure 1: A roof of the town\n\nBees were counted on many roofs.",
            "Figure 2: Bees counted by the height of the roof\n\nBees were found on roofs of all heights.",
            "1. Fill the tank.\n2. Wait for the step light.\n3. Hold the steam button for ten seconds.",
            "5.3 怎么规定灯具的电气性能，见 5.3.1 至 5.3.3。\n\n5.3.1 输入功率的偏差不应大于 5%。\n\n5.3.2 功率因数不应小于 0.95。\n\n5.3.3 效率按 2 级规定。",
        )
    )
    assert answer in quote(world.gathered(question)).text


def test_each_document_has_its_own_figure_of_that_number() -> None:
    world = World(
        *passages("Figure 3: Bees by roof", filename="bees.pdf"),
        *passages("Figure 3: Kilns by town", "Figure 3 is small.", filename="kilns.pdf", document_id=2),
    )
    said = quote(world.gathered("What does Figure 3 show?")).text.splitlines()
    assert sorted(said) == ["Figure 3: Bees by roof", "Figure 3: Kilns by town"]
