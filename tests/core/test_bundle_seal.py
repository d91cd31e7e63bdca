"""The seal of an exported bundle, kept elsewhere: it tells the file that was exported from any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag_core.__main__ import main
from rag_core.bundle.check import check_bundle
from rag_core.bundle.read import seal_of
from rag_core.bundle.write import as_html, as_zip
from rag_core.errors import NotFound
from rag_core.store.conversations import delete_conversation, purge_conversations
from rag_core.store.exports import exports_at, exports_of, keep_export
from tests.core.bundled import Desk, blamed, saved

MOMENT = 1_700_000_000.0


def forged(desk: Desk) -> bytes:
    """The export with another title, its page written to match and sealed anew."""
    collected = desk.collect()
    return as_zip(replace(collected, record=replace(collected.record, title="Another")), "en")


def test_a_seal_that_is_given_must_be_the_files(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = as_zip(desk.collect(), "en")
    path = saved(tmp_path, made)
    seal = seal_of(made)
    assert check_bundle(path, None, f" {seal.upper()}\n").findings == ()
    assert main(["verify", str(path), "--seal", seal]) == 0
    saved(tmp_path, forged(desk))
    assert check_bundle(path).findings == ()
    (finding,) = check_bundle(path, None, seal).findings
    assert finding.how == "other_seal"
    capsys.readouterr()
    assert main(["verify", str(path), "--seal", seal]) == 1
    assert "its seal is not the one that was given" in capsys.readouterr().out


def test_a_file_is_known_as_the_one_exported(desk: Desk, tmp_path: Path) -> None:
    made = as_html(desk.collect(), "en")
    path = saved(tmp_path, made)
    assert check_bundle(path, desk.shelf).export is None
    keep_export(desk.engine, desk.conversation_id, "html", seal_of(made), MOMENT)
    report = check_bundle(path, desk.shelf)
    assert report.findings == () and report.export is not None
    assert (report.export.title, report.export.exported_at) == ("The <fee>", MOMENT)


def test_what_was_changed_and_sealed_anew_is_told_by_the_seal_kept_here(desk: Desk, tmp_path: Path) -> None:
    keep_export(desk.engine, desk.conversation_id, "zip", seal_of(as_zip(desk.collect(), "en")), MOMENT)
    path = saved(tmp_path, forged(desk))
    report = check_bundle(path, desk.shelf)
    assert blamed(report) == [path.name] and report.findings[0].how == "sealed_anew" and report.export is None


def test_seals_go_with_their_conversation(desk: Desk) -> None:
    for moment in (1.0, 2.0):
        keep_export(desk.engine, desk.conversation_id, "zip", "f" * 64, moment)
    assert [one.exported_at for one in exports_of(desk.engine, desk.conversation_id)] == [2.0, 1.0]
    delete_conversation(desk.engine, desk.conversation_id, 3.0)
    purge_conversations(desk.engine, 4.0)
    assert exports_at(desk.engine, 1.0) == ()
    with pytest.raises(NotFound):
        keep_export(desk.engine, desk.conversation_id, "zip", "f" * 64, 5.0)
