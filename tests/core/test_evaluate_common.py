"""The forms of evaluation sets: read, or refused with the file and the line at fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag_core.evaluate.__main__ import main
from rag_core.evaluate.common import FormError, Source, percentiles, read_retrieval_set, table, write_json
from rag_core.evaluate.corpus import page_of
from rag_core.evaluate.retrieval import score


def rows(*values: dict[str, object]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    folder.mkdir()
    corpus = rows(
        {"id": "c1", "title": "Cats", "text": "The cat sat."}, {"id": "c2", "title": "", "text": "狗在跑。"}
    )
    (folder / "corpus.jsonl").write_text(corpus, "utf-8")
    (folder / "queries.jsonl").write_text(
        rows({"id": "q1", "text": "cat?"}, {"id": "q2", "text": "狗?"}), "utf-8"
    )
    (folder / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\tc1\t2\nq1\tc2\t0\nq2\tc2\t1\n", "utf-8"
    )
    return folder


def test_a_retrieval_folder(folder: Path) -> None:
    (folder / "answers.jsonl").write_text(rows({"id": "q1", "answers": ["on the mat", ["a mat"]]}), "utf-8")
    one = read_retrieval_set(folder)
    assert one.name == "pets"
    assert [source.id for source in one.corpus] == ["c1", "c2"]
    assert one.queries[0].answers == ("on the mat", "a mat")
    assert one.queries[0].relevant == {"c1": 2}
    assert len(read_retrieval_set(folder, limit=1).queries) == 1
    assert len(read_retrieval_set(folder, limit=1).corpus) == 2


def test_queries_of_another_folder_are_found_by_id(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "queries.jsonl").write_text(
        rows({"id": "q2", "text": "the dog?"}, {"id": "q9", "text": "?"}), "utf-8"
    )
    assert [(query.id, query.text) for query in read_retrieval_set(folder, None, other).queries] == [
        ("q2", "the dog?")
    ]


Harm = Callable[[Path], object]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda d: (d / "corpus.jsonl").unlink(), "corpus.jsonl: "),
        (lambda d: (d / "corpus.jsonl").write_text("\n"), "corpus.jsonl: "),
        (
            lambda d: (d / "corpus.jsonl").write_text('{"id": "c1", "text": "x"}\n\n{"id": "c2"}\n'),
            "corpus.jsonl:3: ",
        ),
        (lambda d: (d / "corpus.jsonl").write_text('{"id": "a", "text": "x"}\n' * 2), "corpus.jsonl:2: "),
        (lambda d: (d / "corpus.jsonl").write_bytes(b"\xff\xfe\x00"), "corpus.jsonl: "),
        (lambda d: (d / "queries.jsonl").write_text('{"id": "q1", "text": "x"}\n[1]\n'), "queries.jsonl:2: "),
        (lambda d: (d / "queries.jsonl").write_text("[" * 100_000), "queries.jsonl:1: "),
        (lambda d: (d / "queries.jsonl").write_text('{"id": "q1", "text": ["x"]}\n'), "queries.jsonl:1: "),
        (lambda d: (d / "qrels.tsv").write_text("q1\tc1\t1\n"), "qrels.tsv:1: "),
        (
            lambda d: (d / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tc1\tmany\n"),
            "qrels.tsv:2: ",
        ),
        (lambda d: (d / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tc9\t1\n"), "qrels.tsv:2: "),
    ],
)
def test_what_is_not_of_the_form_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], harm: Harm, told: str
) -> None:
    harm(folder)
    with pytest.raises(FormError, match=told):
        read_retrieval_set(folder)
    assert main(["retrieval", str(folder)]) == 2
    assert str(folder / told.split(":", maxsplit=1)[0]) in capsys.readouterr().err


def test_metrics_of_one_query() -> None:
    assert score(["a", "b"], {"a": 1}) == (1, 1, 1, 1, 1)
    assert score(["x", "a"], {"a": 1, "b": 1})[:4] == (0, 0.5, 0.5, 0.5)
    assert score([], {"a": 1}) == (0, 0, 0, 0, 0)
    assert score([*"0123456789", "a"], {"a": 1}) == (0, 0, 0, 0, 0)
    assert score(["b", "a"], {"a": 2, "b": 1})[4] == pytest.approx(
        (1 + 2 / 1.58496) / (2 + 1 / 1.58496), abs=1e-4
    )


def test_a_row_becomes_the_page_its_file_would_show() -> None:
    page = page_of(Source("1", "Title", "First line\nsecond\n\n\nNext paragraph\fafter"))
    assert page.text == "Title\n\nFirst line\nsecond\n\nNext paragraph\n\nafter"
    assert [block.kind for block in page.blocks] == ["title", "text", "text", "text"]
    [box] = page.locate(7, 12)
    assert 0 < box.x0 < box.x1 < 1 and 0 < box.y0 < box.y1 < 1
    assert page_of(Source("2", "", "")).text == ""


def test_figures_for_reading_and_for_machines(tmp_path: Path) -> None:
    assert table(["set", "R@1"], [["pets", 0.5]]) == "set   R@1\n----  ------\npets  0.5000"
    assert percentiles([0.001, 0.002, 0.003]) == {"p50": 2.0, "p95": 2.9}
    assert percentiles([]) == {"p50": 0.0, "p95": 0.0}
    path = tmp_path / "deep" / "out.json"
    write_json(path, {"集": {"recall@1": 0.5}})
    assert json.loads(path.read_text("utf-8")) == {"集": {"recall@1": 0.5}}
    assert [one.name for one in path.parent.iterdir()] == ["out.json"]


def test_unknown_words_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["nonsense"],
        ["retrieval"],
        ["retrieval", "x", "--limit", "0"],
        ["retrieval", "x", "--index", "no"],
    ):
        with pytest.raises(SystemExit) as caught:
            main(words)
        assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err
