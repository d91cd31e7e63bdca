"""Answer bundles: what is exported can be checked, and what was changed since is named."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from rag_core.__main__ import main
from rag_core.bundle.check import check_bundle
from rag_core.bundle.collect import Collected
from rag_core.bundle.markdown import conversation_text, plain
from rag_core.bundle.picture import alike, crop
from rag_core.bundle.quotes import answering_words, quote_html
from rag_core.bundle.read import BYTES_LIMIT, open_bundle
from rag_core.bundle.record import MANIFEST, PAGE, RECORD, TEXT, decode_record, encode_record, seal, shown
from rag_core.bundle.write import as_html, as_zip, pack
from rag_core.errors import InputError, UserError
from rag_core.store.documents import delete_documents, purge_deleted
from rag_core.types import (
    Answer,
    Box,
    Evidence,
    Hit,
    Passage,
    Timings,
)
from tests.core.bundled import LINES, Desk, blamed, read_anew, refused, saved


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize("write", [as_html, as_zip])
def test_a_bundle_is_as_it_was_made(desk: Desk, tmp_path: Path, write: Callable[..., bytes]) -> None:
    collected = desk.collect()
    path = saved(tmp_path, write(collected, "zh"))
    report = check_bundle(path, desk.shelf)
    assert report.findings == () and report.documents == ("rules <x>.pdf",) and len(report.seal) == 64
    assert decode_record(open_bundle(path).parts[RECORD]) == collected.record
    assert write(desk.collect(), "zh") == path.read_bytes()


def test_the_record_says_where_everything_comes_from(desk: Desk) -> None:
    record = desk.collect().record
    (document,) = record.documents
    assert document.sha256 == desk.document.sha256 and document.bytes == desk.document.bytes
    (page,) = document.pages
    assert page.number == 1 and len(page.text_sha256) == 64
    (picture,) = record.pictures
    assert (picture.turn, picture.citation, picture.page) == (1, 1, 1)
    assert record.turns[0].asked_at == 1_600_000_000.0


def test_the_page_loads_nothing_runs_nothing_and_says_what_documents_say_as_text(desk: Desk) -> None:
    html = as_html(desk.collect(), "en").decode()
    tags = Tags(html).seen
    assert {tag for tag, _ in tags}.isdisjoint({"b" + "ody onload", "iframe", "link", "fee", "x", "object"})
    assert all(attributes["type"] == "application/json" for tag, attributes in tags if tag == "script")
    sources = [attributes.get("src") or "" for _, attributes in tags if "src" in attributes]
    assert sources and all(source.startswith("data:image/png;base64,") for source in sources)
    (policy,) = [
        a["content"] for t, a in tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None and "default-src 'none'" in policy and "script-src" not in policy
    assert not re.search(r"https?://", html) and "&lt;fee&gt;" in html and "rules &lt;x&gt;.pdf" in html
    assert "no support found" in html and "not in the source: &lt;cheap&gt;" in html


def part_places(html: bytes) -> dict[str, tuple[int, int]]:
    """Where each kind of evidence stands in the page's bytes."""

    def span(pattern: bytes) -> tuple[int, int]:
        match = re.search(pattern, html, re.DOTALL)
        assert match is not None
        return match.span(1)

    return {
        "picture": span(rb'base64,([A-Za-z0-9+/=]+)"'),
        "quote": span(rb"<blockquote>(.*?)</blockquote>"),
        "answer": span(rb'<p class="said">(.*?)</p>'),
        "record": span(rb'id="wenju-record">(.*?)</script>'),
        "hash": span(rb"SHA-256 ([0-9a-f]{64})"),
        "manifest": span(rb'id="wenju-manifest">(.*?)</script>'),
        "end": (len(html) - 10, len(html)),
    }


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("picture", "pictures/1-1-p1.png"),
        ("quote", PAGE),
        ("answer", PAGE),
        ("hash", PAGE),
        ("record", RECORD),
        ("manifest", MANIFEST),
        ("end", "container"),
    ],
)
def test_a_changed_byte_of_the_page_is_found_and_its_part_named(
    desk: Desk, tmp_path: Path, kind: str, part: str
) -> None:
    html = as_html(desk.collect(), "en")
    low, high = part_places(html)[kind]
    draw = random.Random(7)
    for place in {low, high - 1, *(draw.randrange(low, high) for _ in range(25))}:
        changed = bytearray(html)
        changed[place] ^= 1
        path = saved(tmp_path, bytes(changed))
        assert blamed(check_bundle(path)) == [part], place
        assert main(["verify", str(path)]) == 1


@pytest.mark.parametrize("name", [RECORD, PAGE, TEXT, "pictures/1-1-p1.png", MANIFEST])
def test_a_changed_byte_of_the_zip_is_found_and_its_part_named(desk: Desk, tmp_path: Path, name: str) -> None:
    content = as_zip(desk.collect(), "en")
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        place = content.index(opened.read(name))
    for offset in (0, 3, 17):
        changed = bytearray(content)
        changed[place + offset] ^= 1
        assert blamed(check_bundle(saved(tmp_path, bytes(changed)))) == [name]


def test_no_byte_of_either_file_changes_unseen(desk: Desk, tmp_path: Path) -> None:
    draw = random.Random(3)
    for content in (as_html(desk.collect(), "en"), as_zip(desk.collect(), "en")):
        places = [
            *range(60),
            *range(len(content) - 700, len(content)),
            *draw.choices(range(len(content)), k=300),
        ]
        for place in places:
            changed = bytearray(content)
            changed[place] ^= 1 << draw.randrange(8)
            try:
                assert check_bundle(saved(tmp_path, bytes(changed))).findings, place
            except InputError:
                continue


def test_parts_that_were_swapped_left_out_or_added_are_named(desk: Desk, tmp_path: Path) -> None:
    collected = desk.collect()
    parts = {**collected.parts(), PAGE: b"<p>", TEXT: b"#"}
    manifest = seal(parts)
    less = {name: content for name, content in parts.items() if name != TEXT}
    assert blamed(check_bundle(saved(tmp_path, pack(less, manifest)))) == [TEXT]
    more = {**parts, "pictures/9-9-p9.png": b"x"}
    assert "pictures/9-9-p9.png" in blamed(check_bundle(saved(tmp_path, pack(more, manifest))))
    other = encode_record(replace(collected.record, title="Another"))
    assert blamed(check_bundle(saved(tmp_path, pack({**parts, RECORD: other}, manifest)))) == [RECORD]
    # Written anew, manifest and all, it has another seal, and still can't name what is not there.
    forged = {name: content for name, content in parts.items() if not name.startswith("pictures/")}
    report = check_bundle(saved(tmp_path, pack(forged, seal(forged))))
    assert report.seal != manifest.seal and blamed(report) == [RECORD]


def test_the_documents_are_compared_where_they_are(desk: Desk, tmp_path: Path) -> None:
    path = saved(tmp_path, as_html(desk.collect(), "en"))
    stored = desk.files.path(desk.document.sha256)
    stored.chmod(0o644)
    content = stored.read_bytes()
    stored.write_bytes(content + b" ")
    assert blamed(check_bundle(path, desk.shelf)) == ["rules <x>.pdf"]
    stored.write_bytes(content)
    assert check_bundle(path, desk.shelf).findings == ()
    read_anew(desk, LINES[1], "The annual fee is 48 euros.")
    assert blamed(check_bundle(path, desk.shelf)) == ["rules <x>.pdf, p. 1"]
    read_anew(desk, "The annual fee is 48 euros.", LINES[1])
    read_anew(desk, LINES[2], "The workshop opens at 19:30.")
    report = check_bundle(path, desk.shelf)
    assert report.findings == () and report.reread == ("rules <x>.pdf, p. 1",)
    delete_documents(desk.engine, [desk.document.id], 5.0)
    purge_deleted(desk.engine, 6.0)
    report = check_bundle(path, desk.shelf)
    assert report.findings == () and report.elsewhere == ("rules <x>.pdf",)


def test_a_forged_picture_is_found_where_the_document_is(desk: Desk, tmp_path: Path) -> None:
    collected = desk.collect()
    (name,) = collected.pictures
    picture = Image.open(io.BytesIO(collected.pictures[name])).convert("RGB")
    # Another figure, painted over the one that stands there.
    picture.paste(
        (0, 0, 0),
        (picture.width // 4, picture.height // 2 - 4, picture.width // 4 + 12, picture.height // 2 + 8),
    )
    written = io.BytesIO()
    picture.save(written, "PNG")
    forged = Collected(collected.record, {name: written.getvalue()})
    path = saved(tmp_path, as_html(forged, "en"))
    assert check_bundle(path).findings == ()
    assert blamed(check_bundle(path, desk.shelf)) == [name]
    again = Image.open(io.BytesIO(collected.pictures[name])).point(lambda value: max(value - 3, 0))
    slightly = io.BytesIO()
    again.save(slightly, "PNG")
    assert alike(collected.pictures[name], slightly.getvalue()) and not alike(written.getvalue(), b"")


def test_a_conversation_whose_document_is_gone_can_still_be_exported(desk: Desk, tmp_path: Path) -> None:
    delete_documents(desk.engine, [desk.document.id], 5.0)
    purge_deleted(desk.engine, 6.0)
    collected = desk.collect()
    assert collected.pictures == {} and collected.record.documents[0].sha256 == ""
    html = as_html(collected, "zh")
    assert "导出前已删除" in html.decode() and LINES[1] in html.decode()
    assert check_bundle(saved(tmp_path, html), desk.shelf).findings == ()


@pytest.mark.parametrize("write", [as_html, as_zip])
def test_a_refusal_shows_what_came_closest_and_why_it_was_not_enough(
    desk: Desk, tmp_path: Path, write: Callable[..., bytes]
) -> None:
    path = saved(tmp_path, write(refused(desk).collect(), "en"))
    page = open_bundle(path).parts[PAGE].decode()
    assert "What came closest" in page and LINES[2] in page
    assert "Speaks of “workshop”, says nothing of “&lt;runs&gt;”, names no person." in page
    report = check_bundle(path, desk.shelf)
    assert report.findings == () and report.documents == ("rules <x>.pdf",)


def test_a_refusal_as_markdown_and_in_chinese(desk: Desk) -> None:
    record = refused(desk).collect().record
    assert "**What came closest**" in conversation_text(record, "en")
    assert "Speaks of “workshop”, says nothing of “\\<runs\\>”, names no person." in conversation_text(
        record, "en"
    )
    assert "提到了“workshop”，没有提到“\\<runs\\>”，没有人名。" in conversation_text(record, "zh")
    assert desk.document.sha256 in conversation_text(record, "en")


@pytest.mark.parametrize("words", [LINES[2], "Speaks of", '"lacks":["'])
def test_a_changed_byte_of_a_refusals_evidence_is_found(desk: Desk, tmp_path: Path, words: str) -> None:
    html = as_html(refused(desk).collect(), "en")
    place = html.index(words.encode())
    changed = html[:place] + bytes([html[place] ^ 1]) + html[place + 1 :]
    assert blamed(check_bundle(saved(tmp_path, changed))) in ([PAGE], [RECORD])


def test_what_came_closest_is_compared_with_its_document(desk: Desk, tmp_path: Path) -> None:
    path = saved(tmp_path, as_html(refused(desk).collect(), "en"))
    read_anew(desk, LINES[1], "The annual fee is 48 euros.")
    report = check_bundle(path, desk.shelf)
    assert report.findings == () and report.reread == ("rules <x>.pdf, p. 1",)
    read_anew(desk, LINES[2], "The workshop opens at 19:30.")
    assert [(one.part, one.how) for one in check_bundle(path, desk.shelf).findings] == [
        ("rules <x>.pdf, p. 1", "quote")
    ]


def test_evidence_over_a_pages_end_stands_on_both() -> None:
    passage = Passage(1, 7, 1, "a.pdf", 0, 0, 9, "one\ftwo", "", 3, 4)
    evidence = (Evidence(1, Hit(passage, 0.5, 0.8, 0.4, 1, 1), (passage,)),)
    answer = Answer("q", "", "t", (), (), evidence, True, False, "quote", (), Timings())
    assert [(one.pages, one.text) for one in shown(answer)] == [((3,), "one"), ((4,), "two")]
    assert list(shown(replace(answer, refused=False))) == []


def zipped(entries: list[tuple[str, bytes]], kind: int = zipfile.ZIP_STORED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", kind) as opened:
        for name, content in entries:
            opened.writestr(zipfile.ZipInfo(name) if kind == zipfile.ZIP_STORED else name, content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "bundle_none"),
        (b"%PDF-1.7", "bundle_none"),
        (b"<!doctype html><p>Hello", "bundle_none"),
        (b"PK\x03\x04 cut off", "bundle_none"),
        (zipped([("a.txt", b"x")]), "bundle_none"),
        (zipped([(RECORD, b"x"), ("../../etc/passwd", b"x")]), "bundle_unsafe"),
        (zipped([(RECORD, b"x"), ("/etc/passwd", b"x")]), "bundle_unsafe"),
        (zipped([(RECORD, b"x"), ("a\\b", b"x")]), "bundle_unsafe"),
        (zipped([(RECORD, bytes(10_000_000))], zipfile.ZIP_DEFLATED), "bundle_unsafe"),
        (zipped([(RECORD, b"x"), *((f"{n}", b"") for n in range(5001))]), "bundle_unsafe"),
    ],
)
def test_a_file_that_is_no_bundle_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, content)
    with pytest.raises(InputError) as refused:
        check_bundle(path)
    assert refused.value.problem.code == code
    assert main(["verify", str(path)]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_file_that_is_too_large_or_gone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as stream:
        stream.truncate(BYTES_LIMIT + 1)
    for wanted, code in (
        (path, "bundle_too_large"),
        (tmp_path / "none", "bundle_missing"),
        (tmp_path, "bundle_missing"),
    ):
        with pytest.raises(InputError) as refused:
            check_bundle(wanted)
        assert refused.value.problem.code == code


@pytest.mark.parametrize(
    "nonsense", [b"[1]", b"{}", b'{"format":"wenju-bundle","record":7}', b"[" * 100_000, b"\xff"]
)
def test_a_record_of_nonsense_is_named(tmp_path: Path, nonsense: bytes) -> None:
    parts = {RECORD: nonsense}
    report = check_bundle(saved(tmp_path, pack(parts, seal(parts))))
    assert report.findings == () or blamed(report) == [RECORD]


def test_markdown_shows_words_as_words() -> None:
    hostile = "# Not a title\n1. no list\n- nor this\n![x](http://evil/x.png) <img src=x> `code` *bold* www.evil.com\n==="
    shown = plain(hostile)
    bare = re.sub(r"\\.", "", shown)
    assert not set(bare) & set("[]<>`*#!")
    assert "http:" not in shown and "www." not in shown
    assert not re.search(r"^(#|-\s|1\.\s|=+$)", shown, re.MULTILINE)


def test_the_words_that_answer_are_marked_in_the_quote(desk: Desk) -> None:
    answer = desk.collect().record.turns[0].answer
    marked = replace(answer, sentences=(replace(answer.sentences[0], marked=(18, 26)), *answer.sentences[1:]))
    assert answering_words(marked, 1) == "84 euros" and answering_words(answer, 1) == ""
    assert (
        quote_html("The fee is 84 euros <now>.", "84 euros")
        == "The fee is <mark>84 euros</mark> &lt;now&gt;."
    )
    assert "<mark" not in quote_html("The fee is 9 <euros>.", "84 euros") + quote_html("a", "")


def test_where_alone_was_looked_is_told(desk: Desk, tmp_path: Path) -> None:
    collected = desk.collect()
    turn = collected.record.turns[0]
    told = replace(turn, answer=replace(turn.answer, looked_in=("rules <x>.pdf", "b.pdf")))
    record = replace(collected.record, turns=(told, *collected.record.turns[1:]))
    assert "*Looked only in: rules \\<x\\>.pdf · b.pdf*" in conversation_text(record, "en")
    path = saved(tmp_path, as_html(replace(collected, record=record), "zh"))
    assert "仅在以下文件中查找：rules &lt;x&gt;.pdf · b.pdf" in open_bundle(path).parts[PAGE].decode()


def test_the_conversation_as_markdown(desk: Desk) -> None:
    text = conversation_text(desk.collect().record, "en")
    assert "[^1-1]" in text and "[^1-1]: rules" in text and desk.document.sha256 in text
    assert "*(no support found)*" in text


def test_a_picture_is_the_band_around_what_is_marked() -> None:
    blank = io.BytesIO()
    Image.new("RGB", (200, 400), "white").save(blank, "PNG")
    made = Image.open(io.BytesIO(crop(blank.getvalue(), [Box(0.25, 0.5, 0.75, 0.55)])))
    assert made.width == 200 and made.height < 80
    assert made.getpixel((100, made.height // 2)) != (255, 255, 255) and made.getpixel((5, 5)) == (
        255,
        255,
        255,
    )
    for wrong in (b"", b"\x89PNG\r\n\x1a\n" + bytes(30)):
        with pytest.raises(UserError):
            crop(wrong, [])
