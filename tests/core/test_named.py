"""Documents that a question names by what tells their file names apart."""

from __future__ import annotations

import pytest

from rag_core.ask.evidence.contradict import contradicting
from rag_core.ask.evidence.named import BY_NUMBER, BY_WORDS, named
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages

LEASES = World(
    *passages("The rent is 1,150 a month, due on the first.", filename="lease_2024.pdf", document_id=1),
    *passages(
        "The rent is 1,240 a month, due on the first.",
        "This replaces the lease of 1 March 2024.",
        filename="lease_2026.pdf",
        document_id=2,
    ),
    *passages("月租金为6,800元。", filename="房屋租赁合同2023.pdf", document_id=3),
    *passages("月租金为7,300元。2023年签订的合同终止。", filename="房屋租赁合同2025续签.pdf", document_id=4),
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the rent in the 2024 lease?", "The rent is 1,150"),
        ("What is the rent in the 2026 lease?", "The rent is 1,240"),
        ("2023年合同的月租金是多少？", "6,800元"),
        ("2025年合同的月租金是多少？", "7,300元"),
    ],
)
def test_the_document_that_is_named_is_quoted(question: str, answer: str) -> None:
    assert answer in quote(LEASES.gathered(question)).text


def test_what_another_document_has_is_not_told_beside_the_one_that_is_named() -> None:
    for question, told in (("What is the rent?", True), ("What is the rent in the 2024 lease?", False)):
        gathered = LEASES.gathered(question)
        source = next(one for one in gathered.sentences if "1,150" in one.text)
        assert (contradicting(gathered, [source]) is not None) is told


def test_a_number_names_more_than_a_word_and_what_all_names_share_nothing() -> None:
    world = World(
        *passages("Hats cost 5.", filename="price list hats 2024.pdf", document_id=1),
        *passages("Hats cost 6.", filename="price list 2025.pdf", document_id=2),
    )
    gathered = world.gathered("Which hats are on the price list 2025?")
    gains = named(gathered.question, gathered.sentences, gathered.rare)
    assert 0 < gains[1] < BY_WORDS < BY_NUMBER
    assert gains[2] > gains[1]
    gathered = world.gathered("What do all on the price list cost?")
    assert set(named(gathered.question, gathered.sentences, gathered.rare).values()) == {0.0}


def test_a_year_alone_names_no_document() -> None:
    world = World(
        *passages("2023年营业收入为5亿元。", filename="年报.pdf", document_id=1),
        *passages("营业收入是大家关心的话题。", filename="2023年会.pdf", document_id=2),
    )
    assert "5亿元" in quote(world.gathered("2023年的营业收入怎么样？")).text
