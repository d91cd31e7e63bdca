"""Titles are told from short lines that say something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.evidence.headed import known_from, titles_among
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages


def told(*texts: str, heading: str = "") -> list[bool]:
    return titles_among(texts, [heading] * len(texts), known_from(""))


def test_a_short_line_above_text_is_a_title_and_so_are_two() -> None:
    assert told("Opening hours", "The house is open all day.") == [True, False]
    assert told("Visitors", "Opening hours", "The house is open all day.") == [True, True, False]


@pytest.mark.parametrize(
    "line", ["Colour: moss green", "型号：台钻", "Warranty : none", "b.lomond@larkspur.example"]
)
def test_a_name_with_what_it_gives_is_no_title(line: str) -> None:
    assert told(line, "The rest follows here.") == [False, False]


@pytest.mark.parametrize("line", ["第三章：合同的履行", "2.3 Data: what was measured", "Notes:"])
def test_a_colon_in_a_numbered_line_or_at_its_end_gives_nothing(line: str) -> None:
    assert told(line, "The rest follows here.") == [True, False]


@pytest.mark.parametrize("line", ["5 结论", "8 标志、包装和贮存", "3 Results"])
def test_the_bare_number_of_a_section_is_nothing_that_it_gives(line: str) -> None:
    assert told(line, "The rest follows here.") == [True, False]


def test_a_line_without_a_mark_above_entries_with_one_is_their_title() -> None:
    assert told("Ingredients", "• lentils", "• carrots", "• celery") == [True, False, False, False]
    assert told("用料", "• 冰糖", "• 生抽", "• 黄酒") == [True, False, False, False]


@pytest.mark.parametrize("line", ["5 个工作日", "12 人", "3 kg"])
def test_a_number_with_its_unit_is_something(line: str) -> None:
    assert told(line, "The rest follows here.") == [False, False]


def test_short_lines_below_one_another_are_a_list() -> None:
    lines = ["Free parking", "Heated pool", "Garden terrace"]
    assert told("We have it all.", *lines, "Come and see.") == [False] * 5
    assert told(*lines[:2], "Come and see.") == [True, True, False]


def test_what_stands_in_the_path_of_titles_is_one_in_a_list_too() -> None:
    assert told("House", "Heated pool", "Garden terrace", "Sauna", heading="Guide › House")[0]


def test_rows_of_one_cell_are_no_list_and_those_of_several_no_titles() -> None:
    assert told("| Colour |", "| Form |", "| Make |") == [True] * 3
    assert told("| Colour | green |", "| Form | |", "| Make | fine |") == [False, True, False]
    assert told("| Part | Colour |", "| Lid | green |", heading="Jugs › | Part | Colour |") == [True, False]


def test_of_short_rows_the_one_that_is_asked_for_is_quoted() -> None:
    header = "| Code | Meaning |"
    rows = ["| 204 | basin empty |", "| 317 | valve stuck |", "| 409 | lamp broken |"]
    (passage,) = passages("\n".join([header, *rows]), filename="fountain.pdf")
    world = World(replace(passage, heading=f"Faults › {header}"))
    assert quote(world.gathered("What does code 317 mean?")).text == "317 · Meaning: valve stuck"
    assert quote(world.gathered("What does code 204 mean?")).text == "204 · Meaning: basin empty"


def test_of_a_list_of_facts_the_one_that_is_asked_for_is_quoted() -> None:
    facts = ["Model: Talo", "Weight: light", "Colour: moss green", "Material: cast iron"]
    world = World(*passages("\n\n".join(["The drill is meant for homes.", *facts]), filename="drill.pdf"))
    assert quote(world.gathered("What is the colour of the drill?")).text == facts[2]
    assert quote(world.gathered("What is the material of the drill?")).text == facts[3]


def test_of_a_list_of_words_the_one_that_is_asked_for_is_quoted() -> None:
    words = ["Free parking behind the house", "Heated pool", "Garden terrace with a view", "Hire of bicycles"]
    world = World(*passages("\n\n".join(["The hotel stands by the lake.", *words]), filename="hotel.pdf"))
    assert quote(world.gathered("Where is parking?")).text == words[0]
