"""Golden questions: kept once, changed, deleted and brought back."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from rag_core.errors import InputError, NotFound
from rag_core.store import libraries
from rag_core.store.golden import (
    Wanted,
    add_golden,
    change_golden,
    count_golden,
    delete_golden,
    get_golden,
    list_golden,
    purge_golden,
    restore_golden,
)

ASKED = Wanted("借几本书?", "十二本", True, "规则.pdf", 2, "最多可以借阅十二本")


@pytest.fixture
def library_id(engine: Engine) -> int:
    return libraries.create_library(engine, "l", "e", 0.0).id


def test_a_question_is_kept_once_with_what_was_said_last(engine: Engine, library_id: int) -> None:
    first = add_golden(engine, library_id, [Wanted("  借几本书? ", "十本")], "written", 1.0)
    again = add_golden(engine, library_id, [ASKED, Wanted("无?", "gone", False, "x.pdf", 3)], "imported", 2.0)
    assert len(first) == len(again) == 1
    found = list_golden(engine, library_id)
    assert [(one.id, one.wanted, one.origin) for one in found] == [
        (first[0], ASKED, "imported"),
        (again[0], Wanted("无?", answerable=False), "imported"),
    ]
    assert count_golden(engine, library_id) == 2 and count_golden(engine, library_id + 1) == 0


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted("  "), "golden_empty"),
        (Wanted("q" * 2001), "golden_long"),
        (Wanted("q", "a" * 5001), "golden_long"),
        (Wanted("q", page=2), "golden_nowhere"),
        (Wanted("q", quote="words"), "golden_nowhere"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_kept(
    engine: Engine, library_id: int, wanted: Wanted, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        add_golden(engine, library_id, [ASKED, wanted], "written", 1.0)
    assert caught.value.problem.code == code
    assert list_golden(engine, library_id) == ()


def test_a_library_that_is_gone_takes_none(engine: Engine) -> None:
    with pytest.raises(NotFound):
        add_golden(engine, 99, [ASKED], "written", 1.0)


def test_changing_keeps_questions_apart(engine: Engine, library_id: int) -> None:
    first, second = add_golden(engine, library_id, [Wanted("a?"), Wanted("b?")], "written", 1.0)
    change_golden(engine, second, Wanted("b?", "B"))
    assert get_golden(engine, second).wanted == Wanted("b?", "B")
    with pytest.raises(InputError) as caught:
        change_golden(engine, second, Wanted("a?"))
    assert caught.value.problem.code == "golden_twice"
    delete_golden(engine, [first], 2.0)
    change_golden(engine, second, Wanted("a?"))
    with pytest.raises(NotFound):
        change_golden(engine, 99, Wanted("c?"))


def test_deleting_can_be_undone_until_it_is_purged(engine: Engine, library_id: int) -> None:
    (first,) = add_golden(engine, library_id, [ASKED], "written", 1.0)
    delete_golden(engine, [first], 2.0)
    assert list_golden(engine, library_id) == () and get_golden(engine, first).deleted_at == 2.0
    restore_golden(engine, [first])
    assert [one.id for one in list_golden(engine, library_id)] == [first]
    delete_golden(engine, [first], 3.0)
    (second,) = add_golden(engine, library_id, [ASKED], "written", 4.0)
    restore_golden(engine, [first])
    assert [one.id for one in list_golden(engine, library_id)] == [second]
    assert purge_golden(engine, 3.0) == 0 and purge_golden(engine, 3.1) == 1
    with pytest.raises(NotFound):
        get_golden(engine, first)
