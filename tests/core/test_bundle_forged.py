"""A bundle that was changed and sealed anew: what it shows must still be what it records, and what the documents say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from rag_core.__main__ import main
from rag_core.bundle.check import check_bundle
from rag_core.bundle.page import LOOK
from rag_core.bundle.read import open_bundle
from rag_core.bundle.record import (
    PAGE,
    RECORD,
    TEXT,
    Record,
    RecordedDocument,
    RecordedGeneration,
    RecordedPage,
    RecordedPicture,
    RecordedTurn,
    encode_manifest,
    encode_record,
    seal,
    sha256,
)
from rag_core.bundle.sources import holds
from rag_core.bundle.write import as_html, as_zip, markdown, pack, zip_page
from rag_core.messages import Language
from rag_core.types import Answer, Box, Citation, Evidence, Hit, Passage, Region, Sentence, Shortfall, Timings
from tests.core.bundled import Desk, blamed, refused, saved

Change = Callable[[dict[str, Any]], object]


def sealed_anew(parts: dict[str, bytes]) -> bytes:
    return pack(parts, seal(parts))


def written_anew(desk: Desk, change: Change) -> bytes:
    """The desk's bundle with its record changed, and all else made of that."""
    collected = desk.collect()
    outer = json.loads(encode_record(collected.record))
    change(outer["record"])
    content = json.dumps(outer).encode()
    parts = {**collected.parts(), RECORD: content}
    return sealed_anew(parts | {PAGE: b"<p>", TEXT: b"#"})


def answer_of(record: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = record["turns"][0]["answer"]
    return answer


def forged_quote(record: Record) -> Record:
    turn = record.turns[0]
    (citation,) = turn.answer.citations
    other = replace(citation, quote=citation.quote.replace("84", "48"))
    answer = replace(turn.answer, citations=(other,), text=turn.answer.text.replace("84", "48"))
    return replace(record, turns=(replace(turn, answer=answer),))


def test_a_forged_quote_is_found_where_the_document_is(desk: Desk, tmp_path: Path) -> None:
    collected = desk.collect()
    path = saved(tmp_path, as_html(replace(collected, record=forged_quote(collected.record)), "en"))
    assert check_bundle(path).findings == ()
    found = [(one.part, one.how) for one in check_bundle(path, desk.shelf).findings]
    assert found == [("rules <x>.pdf, p. 1", "quote")]


@pytest.mark.parametrize(
    "change",
    [
        lambda record: answer_of(record)["citations"][0].update(regions=[], quote="The annual fee is 48 euros."),
        lambda record: record["documents"][0].update(pages=[]) or answer_of(record)["citations"][0].update(quote="No fee."),
        lambda record: record.update(pictures=[]) or answer_of(record)["citations"][0]["regions"][0].update(page_number=9),
    ],
)  # fmt: skip
def test_what_is_left_out_of_the_record_hides_nothing(desk: Desk, tmp_path: Path, change: Change) -> None:
    assert check_bundle(saved(tmp_path, written_anew(desk, change)), desk.shelf).findings


def test_forged_evidence_of_a_refusal_is_found(desk: Desk, tmp_path: Path) -> None:
    def change(record: dict[str, Any]) -> None:
        answer_of(record)["evidence"][0]["hit"]["passage"]["text"] = "The workshop opens at 19:30."

    report = check_bundle(saved(tmp_path, written_anew(refused(desk), change)), desk.shelf)
    assert blamed(report) == ["rules <x>.pdf, p. 1"]


@pytest.mark.parametrize("part", [PAGE, TEXT])
def test_what_people_read_must_say_what_is_recorded(desk: Desk, tmp_path: Path, part: str) -> None:
    path = saved(tmp_path, as_zip(desk.collect(), "zh"))
    parts = {name: content for name, content in open_bundle(path).parts.items()}
    parts[part] = parts[part].replace(b"84 euros", b"48 euros")
    report = check_bundle(saved(tmp_path, sealed_anew(parts)))
    assert [(one.part, one.how) for one in report.findings] == [(part, "told")]


def test_the_page_of_one_file_must_say_what_is_recorded(desk: Desk, tmp_path: Path) -> None:
    collected = desk.collect()
    forged = as_html(replace(collected, record=forged_quote(collected.record)), "en")
    honest = encode_record(collected.record)
    page = forged.partition(b'<script type="application/json"')[0]
    page += b'<script type="application/json" id="wenju-record">' + honest + b"</script>"
    manifest = seal({**collected.parts(), PAGE: page})

    content = (
        page
        + b'<script type="application/json" id="wenju-manifest">'
        + encode_manifest(manifest)
        + b"</script>\n</body></html>\n"
    )
    assert blamed(check_bundle(saved(tmp_path, content))) == [PAGE]


def test_another_clock_or_an_older_look_is_no_forgery(
    desk: Desk,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    collected = desk.collect()
    page, text = zip_page(collected.record, "en"), markdown(collected.record, "en")
    parts = {**collected.parts(), PAGE: page, TEXT: text}
    # 2020-09-13 12:26 in UTC, as it is told elsewhere.
    elsewhere = {
        name: content.replace(b"2020-09-13 12:26 +0000", b"2020-09-13 20:26 +0800")
        for name, content in parts.items()
        if name in (PAGE, TEXT)
    }
    report = check_bundle(saved(tmp_path, sealed_anew(parts | elsewhere)))
    assert report.findings == () and not report.other_look
    older = page.replace(LOOK.encode(), b"").replace(b"<h2", b"<h3")
    path = saved(tmp_path, sealed_anew(parts | {PAGE: older}))
    assert check_bundle(path).findings == () and check_bundle(path).other_look
    assert main(["verify", str(path)]) == 0
    assert "not compared with conversation.json" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        lambda record: answer_of(record)["citations"][0]["regions"][0]["boxes"][0].update(x0=float("nan")),
        lambda record: answer_of(record)["citations"][0]["regions"][0]["boxes"][0].update(y1=1e300),
        lambda record: answer_of(record)["citations"][0]["regions"][0].update(page_number=-1),
        lambda record: record.update(exported_at=1e300),
        lambda record: record["turns"][0].update(asked_at=-1e300),
        lambda record: record["pictures"][0].update(turn=10**30),
    ],
)
def test_impossible_figures_are_named_and_break_nothing(desk: Desk, tmp_path: Path, change: Change) -> None:
    path = saved(tmp_path, written_anew(desk, change))
    assert RECORD in blamed(check_bundle(path, desk.shelf))


def test_names_in_a_bundle_steer_no_terminal(
    desk: Desk,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def change(record: dict[str, Any]) -> None:
        record["documents"][0]["filename"] = "\x1b[2J\nOK: 9 parts are as they were\u202e"

    main(["verify", str(saved(tmp_path, written_anew(desk, change)))])
    said = capsys.readouterr().out
    assert "\x1b" not in said and "\u202e" not in said
    assert not any(line.startswith("OK: 9") for line in said.splitlines())


@pytest.mark.parametrize(
    ("text", "quote", "runs", "held"),
    [
        ("The rent is 1,240 euros,\ndue at once.", "The rent is 1,240 euros, due at once.", 1, True),
        ("The rent is 1,240 euros.", "The rent is 1,340 euros.", 9, False),
        ("The rent is 1,240 euros.", "The rent is 240 euros.", 9, False),
        ("| Hotel | Paris | 130 |", "Hotel · 130", 2, True),
        ("| Hotel | Paris | 130 |", "Hotel · 130", 1, False),
        ("每月租金为4800\n元，每月5日前支付。", "每月租金为4800元", 1, True),
        ("每月租金为4800元", "每月租金为480元", 5, False),
        ("", "", 1, True),
    ],
)
def test_a_quote_stands_in_a_text_word_for_word(text: str, quote: str, runs: int, held: bool) -> None:
    assert holds(text, quote, runs) is held


def test_a_page_that_looks_otherwise_has_another_number() -> None:
    """Bundles of the same number are compared with what is made here: raise LOOK's with every change, then this."""
    region = Region(1, (Box(0.1, 0.1, 0.2, 0.2),))
    citation = Citation(1, 7, "a.pdf", "It is 4.", 0, 8, (region,), "partly", "why", (region,))
    sentence = Sentence(0, 8, (1,), "partly", "why", marked=(6, 7))
    given = Answer(
        "What?", "what", "It is 4.", (sentence,), (citation,), (), False, True, "m", (3,), Timings()
    )
    passage = Passage(1, 7, 1, "a.pdf", 0, 0, 9, "| a | b |", "", 1, 1)
    evidence = (Evidence(1, Hit(passage, 0.5, 0.8, 0.4, 1, 1), (passage,)),)
    short = (Shortfall(1, ("a",), ("b",), "person"),)
    refusal = replace(
        given, text="No.", sentences=(), citations=(), evidence=evidence, refused=True, shortfalls=short
    )
    answers = given, refusal, replace(given, insisted=True, looked_in=("a.pdf",), model_id="quote")
    record = Record(
        "Title",
        0.0,
        tuple(RecordedTurn(0.0, one) for one in answers),
        (RecordedDocument(7, "a.pdf", "s", "r", 9, (RecordedPage(1, "c", "t"),)),),
        (RecordedGeneration(3, "Work", "e5", "flat", 9, 0.0),),
        (RecordedPicture(1, 1, 1, "pictures/1-1-p1.png"), RecordedPicture(3, 1, 1, "")),
    )
    languages: tuple[Language, ...] = get_args(Language)
    made = b"".join(zip_page(record, one) + markdown(record, one) for one in languages)
    timeless = re.sub(rb"19(69-12-31|70-01-01) \d\d:\d\d [+-]\d{4}", b"", made)
    assert (re.findall(r"look (\d+)", LOOK), sha256(timeless)) == (
        ["1"],
        "091a7abb521fd648f83e481da923c5ba02cf71d0310df8cb705223015874ea8d",
    )
