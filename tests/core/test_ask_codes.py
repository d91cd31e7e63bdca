"""Codes of letters and digits (LX-120): a question about one is about nothing that only has its parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.language.words import keys, names_other_codes, question_words
from rag_core.ask.quoting.quote import quote
from rag_core.ask.refusal.refuse import ANSWER_FROM, answerable, signs
from tests.core.asking import World, passages

HEADER = "| No. | Part | Stock |"
ROWS = "| 118 | LX-106 | 440 |\n| 119 | LX-107 | 455 |\n| 120 | LX-108 | 471 |"
(TABLE,) = passages(f"{HEADER}\n{ROWS}", filename="stock.pdf")
STOCK = World(replace(TABLE, heading=f"Stock › {HEADER}"))


@pytest.mark.parametrize("text", ["part LX-120", "part LX120", "part LX 120", "part lx_120", "LX–120"])
def test_a_code_is_one_word_however_it_is_written(text: str) -> None:
    (code,) = [word for word in question_words("What is LX-120?") if "120" in word.key]
    assert code.key in keys(text)


def test_a_code_in_a_question_is_not_its_parts() -> None:
    assert {"lx", "120", "lx120"} <= keys("| LX-120 | 7 |")
    assert not {"lx", "120"} & {word.key for word in question_words("How many LX-120 are there?")}


@pytest.mark.parametrize("question", ["songs of the mid-1990s", "a 5-year lease", "Post-2008 rules", "top-10 list"])  # fmt: skip
def test_prose_with_a_hyphen_is_no_code(question: str) -> None:
    asked = [word.key for word in question_words(question)]
    assert all(any(part in key for key in asked) for part in ("1990", "5", "2008", "10") if part in question)
    assert len(asked) == 3 and not names_other_codes(question, ["nothing of it"])


def test_a_code_that_no_passage_holds_speaks_against_an_answer() -> None:
    def chance(question: str) -> tuple[float, bool]:
        found = signs(STOCK.gathered(question), STOCK.search(question).hits)
        return found.year, answerable(found) >= ANSWER_FROM

    assert chance("What is the stock of part LX-120?") == (1.0, False)
    assert chance("What is the stock of part LX-108?") == (0.0, True)
    assert quote(STOCK.gathered("What is the stock of part LX-107?")).text.endswith("455")


def test_a_code_that_recognition_takes_apart_is_held() -> None:
    assert not names_other_codes("What is LX-120?", ["LX - 120"])
    assert names_other_codes("What is LX-120?", ["LX-12", "0"])
    assert names_other_codes("What is LX-12?", ["LX-120"])
    assert not names_other_codes("What is LX-120?", ["ＬＸ－１２０", "LX−120"])
    assert not names_other_codes(
        "What was the revenue in FY2023-24?", ["Revenue in FY2023/24 was 5 million."]
    )
