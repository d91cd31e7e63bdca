"""What stands under a title speaks of it, and a row that the question names answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.quoting.owned import names_row
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages

SIGHTS = World(
    *passages(
        "Castle\n\nOpen in summer from nine to seven. Guests are led in groups. Students pay 8 EUR.\n\n"
        "Museum\n\nOpen on weekdays. Guests are led in groups. Students pay 6 EUR.",
        filename="Town.pdf",
    )
)
FAQ = World(
    *passages(
        "FAQ\n\nCan I run two daemons on one repository? No. The lock file prevents it.\n\n"
        "Why is the first backup slow? All files are read. Later ones are fast.",
        filename="guide.pdf",
    )
)
HEADER = "| Code | Meaning | What to do |"
FAULTS = f"{HEADER}\n| E04 | Door lock defective | Press the door |\n| E07 | Water does not drain | Clean the filters |"


@pytest.mark.parametrize(("place", "price"), [("castle", "8 EUR"), ("museum", "6 EUR")])
def test_a_sentence_further_below_a_title_speaks_of_it(place: str, price: str) -> None:
    assert price in quote(SIGHTS.gathered(f"What do students pay at the {place}?")).text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Can I run two daemons on one repository?", "No."),
        ("Why is the first backup slow?", "All files are read."),
    ],
)
def test_a_question_that_the_document_asks_itself_is_answered_below(question: str, answer: str) -> None:
    assert quote(FAQ.gathered(question)).text.startswith(answer)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What should I do when the Kestrel shows E07?", True),
        ("What should I do when the Kestrel shows E09?", False),
        ("Which engineer of the Aqualine works wrote about E07 in the journal?", False),
    ],
)
def test_a_row_is_named_by_its_first_cell(question: str, named: bool) -> None:
    (table,) = passages(FAULTS, filename="Kestrel.pdf")
    gathered = World(replace(table, heading=f"Faults › {HEADER}")).gathered("Kestrel E07")
    row = next(one for one in gathered.sentences if "E07" in one.text)
    assert names_row(question, row, gathered.rare) is named


def test_of_several_questions_a_row_is_quoted_whole() -> None:
    (table,) = passages(FAULTS, filename="Kestrel.pdf")
    world = World(replace(table, heading=f"Faults › {HEADER}"))
    said = quote(world.gathered("What does E04 mean on the Kestrel, and what should I do?")).text
    assert "Door lock" in said and "Press the door" in said
