"""Questions to a table of persons: by name and column, in the words that people use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rag_core.ask.evidence.gather import Gathered, gather
from rag_core.ask.quoting.owned import left_blank, own_rows_first
from rag_core.ask.quoting.quote import quote
from rag_core.ask.refusal.refuse import signs
from rag_core.protocols import FloatArray
from rag_core.types import Passage
from tests.core.asking import World, passages

HEADER = "| 工号 | 姓名 | 手机 | 邮箱 |"
ROWS = "| K01 | 许岚 | 13900000001 | k01@mill.example |\n| K02 | 任远 | 13900000002 | k02@mill.example |"


def table(header: str, rows: str) -> Passage:
    (passage,) = passages(rows, filename="roster.pdf")
    return replace(passage, heading=f"Staff › {header}")


def measured(world: World, question: str, texts: list[str], near: str) -> Gathered:
    """The evidence where what holds `near` lies nearest; `texts` takes what was compared."""

    def similarity(asked: str, given: Sequence[str]) -> FloatArray:
        texts.extend(given)
        return np.array([0.9 if near in text else 0.8 for text in given], np.float32)

    return gather(question, world.search(question).hits, world.neighbours, similarity)


@pytest.mark.parametrize("near", ["姓名：许岚 · 手机：13900000001", "| 许岚 | 13900000001 |"])
def test_a_row_is_compared_with_the_names_of_its_columns_and_without(near: str) -> None:
    texts: list[str] = []
    gathered = measured(World(table(HEADER, ROWS)), "许岚的手机是多少？", texts, near)
    assert "K01 · 姓名：许岚 · 手机：13900000001 · 邮箱：k01@mill.example" in texts
    assert [round(one.cosine, 2) for one in gathered.sentences] == [0.9, 0.8]


@pytest.mark.parametrize("question", ["许岚的手机号是多少？", "许岚的邮箱是什么？"])
def test_a_table_lacks_no_words_that_only_join_others(question: str) -> None:
    world = World(table(HEADER, ROWS))
    assert signs(world.gathered(question), world.search(question).hits).passage == 1.0


def test_prose_is_held_to_every_word() -> None:
    world = World(*passages("许岚 手机", filename="a.pdf"))
    question = "许岚的手机号是多少？"
    assert signs(world.gathered(question), world.search(question).hits).passage < 1.0


STAFF = World(
    table(
        "| No. | Name | Post | Salary | Manager |",
        "| 1 | Ines Roth | miller | 4,100 | Paul Tarn |\n| 2 | Karl Ode | carter | 3,900 | Ines Roth |",
    )
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is Ines Roth's salary?", "1 · Name: Ines Roth · Salary: 4,100"),
        ("Who is the manager of Ines Roth?", "1 · Name: Ines Roth · Manager: Paul Tarn"),
    ],
)
@pytest.mark.parametrize("lead", [0.0, 0.3])
def test_the_row_about_somebody_goes_before_one_that_names_them(
    question: str, answer: str, lead: float
) -> None:
    gathered = STAFF.gathered(question)
    own, other = gathered.sentences
    led = (own, replace(other, score=own.score + lead))
    assert quote(replace(gathered, sentences=led)).text == answer


def test_whose_manager_somebody_is_leaves_the_order() -> None:
    own, other = STAFF.gathered("Whose manager is Ines Roth?").sentences
    ranked = [(1.0, other), (0.9, own)]
    assert own_rows_first("Whose manager is Ines Roth?", ranked) == ranked
    assert own_rows_first("Who is Ines Roth's manager?", ranked) == [(0.9, own), (0.9 * 0.8, other)]


def test_a_cell_that_is_left_blank_is_not_filled_from_another_row() -> None:
    header = "| Name | Role | Phone |"
    rows = f"{header}\n| Orla Devane | Treasurer | 960114 |\n| Sanjay Pillai | Youth officer | |"
    (sheet,) = passages(rows, filename="contacts.csv")
    sentences = World(replace(sheet, heading=header)).gathered("What is Sanjay Pillai's phone?").sentences
    assert left_blank("What is Sanjay Pillai's phone?", sentences)
    assert not left_blank("What is Orla Devane's phone?", sentences)
    assert not left_blank("What is Sanjay Pillai's role?", sentences)
    (note,) = passages(
        "Sanjay Pillai can be reached by phone at the office.", filename="note.txt", document_id=2
    )
    both = World(replace(sheet, heading=header), note).gathered("What is Sanjay Pillai's phone?").sentences
    assert not left_blank("What is Sanjay Pillai's phone?", both)


def test_a_column_that_no_row_fills_was_read_beside_it_and_is_not_left_blank() -> None:
    header = "| Cycle | Heat | Length |"
    (sheet,) = passages(f"{header}\n| Eco | | 50 180 min |\n| Glass | | 40 90 min |", filename="washer.pdf")
    sentences = (
        World(replace(sheet, heading=header)).gathered("What is the heat of the glass cycle?").sentences
    )
    assert not left_blank("What is the heat of the glass cycle?", sentences)
