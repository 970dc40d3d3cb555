"""``vgkd-docs`` as a contributor meets it."""

import csv
import json

import jsonschema
import pytest

from vgkd_docs import cli, load_catalogue
from vgkd_docs.cli import main
from vgkd_docs.export import DESCRIPTIONS, PUBLISHED, export
from vgkd_docs.models import Result
from vgkd_docs.scaffold import RESULT_ORDER, ScaffoldError, insert_result, scaffold, suggest_key


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    export(load_catalogue(), folder)
    return folder


def test_check_says_what_there_is(capsys):
    assert main(["check"]) == 0
    assert f"{len(load_catalogue().works)} works" in capsys.readouterr().out


def test_what_is_still_to_do_is_named_until_it_is_done(small, monkeypatch, capsys):
    scaffold("zhou2025thing", "Thing", arxiv="2501.00001", data=small.data,
             bibliography=small.bibliography)  # fmt: skip
    monkeypatch.setattr(cli, "DATA", small.data)
    monkeypatch.setattr(cli, "bibliography_path", lambda: small.bibliography)
    assert main(["check"]) == 1
    said = capsys.readouterr()
    record = (small.data / "works" / "zhou2025thing.yaml").read_text("utf-8").splitlines()
    for number, line in enumerate(record, start=1):
        place = f"data/works/zhou2025thing.yaml:{number}: still to do"
        assert (place in said.err) == ("TODO" in line), line
    assert "references.bib:12: still to do: title = {TODO" in said.err
    assert f"{said.err.count('still to do')} lines to do" in said.out
    for path in (small.bibliography, small.data / "works" / "zhou2025thing.yaml"):
        path.write_text(path.read_text("utf-8").replace("TODO", "done"), "utf-8")
    assert main(["check"]) == 0


def test_export_writes_the_contract(tmp_path, capsys):
    assert main(["export", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {*PUBLISHED, *DESCRIPTIONS}


@pytest.mark.parametrize("name", ["works", "datasets", "corrections", "references.csl"])
def test_exports_satisfy_their_schemas(published, name):
    schema = json.loads((published / f"{name}.schema.json").read_text(encoding="utf-8"))
    records = json.loads((published / f"{name}.json").read_text(encoding="utf-8"))
    assert records
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(records, schema)
    spoilt = [dict(records[0])]
    spoilt[0].pop({"references.csl": "title", "corrections": "truth"}.get(name, "name"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(spoilt, schema)


def test_works_json_has_the_fields_outsiders_rely_on(published):
    records = json.loads((published / "works.json").read_text(encoding="utf-8"))
    wanted = {
        "key", "name", "title", "authors", "year", "venue", "doi", "arxiv", "url", "code", "tasks",
        "supervision", "domains", "stage", "techniques", "teacher", "student", "status", "sources",
    }  # fmt: skip
    for record in records:
        assert wanted <= set(record), record["key"]
        assert record["status"] in {"verified", "unverified"}
        for source in record["sources"]:
            assert set(source) == {"address", "read", "supports"}


def test_results_csv_has_the_header_and_the_printed_digits(published):
    with (published / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(Result.model_fields)
    assert [row[5] for row in rows[1:]] == [row.value for row in load_catalogue().results]


def test_new_writes_both_entries_in_place_and_check_then_asks_for_the_rest(small):
    scaffold("zhou2025thing", "Thing", arxiv="2501.00001", data=small.data,
             bibliography=small.bibliography)  # fmt: skip
    scaffold("ba2025thing", "Other", doi="https://doi.org/10.1000/x", data=small.data,
             bibliography=small.bibliography)  # fmt: skip
    text = small.bibliography.read_text(encoding="utf-8")
    assert text.index("ba2025thing") < text.index("dai2024simvg") < text.index("zhou2025thing")
    assert (small.data / "works" / "zhou2025thing.yaml").exists()
    catalogue = small.load()
    assert catalogue.references["ba2025thing"].doi == "10.1000/x"
    assert catalogue.references["zhou2025thing"].arxiv == "2501.00001"
    assert catalogue.status("zhou2025thing") == "unverified"


@pytest.mark.parametrize(
    ("key", "given", "says"),
    [
        ("dai2024simvg", {}, "references.bib:1: 'dai2024simvg' is already there"),
        ("Dai-2024", {}, "key 'Dai-2024'"),
        ("li2025new", {"arxiv": "2409.17531"}, "references.bib:6: 2409.17531 is already there"),
        ("li2025new", {"arxiv": "arXiv:2501.1v2"}, "arXiv id"),
        ("li2025new", {"doi": "10/x"}, "DOI '10/x'"),
    ],
)
def test_new_refuses_and_leaves_everything_as_it_was(small, key, given, says):
    before = small.bibliography.read_bytes()
    with pytest.raises(ScaffoldError, match=r"\w") as caught:
        scaffold(key, "New", data=small.data, bibliography=small.bibliography, **given)
    assert says in str(caught.value)
    assert small.bibliography.read_bytes() == before
    assert [path.name for path in (small.data / "works").iterdir()] == ["dai2024simvg.yaml"]


def test_new_writes_what_it_was_told_so_that_less_is_left_to_do(small):
    scaffold(
        "zhou2025thing", 'The "Thing"', title="A Study of the iPad & more", venue="CVPR",
        authors=["Zhou, Ä.", "Li, B."], container="Proceedings of CVPR",
        arxiv="2501.00001", data=small.data, bibliography=small.bibliography,
    )  # fmt: skip
    catalogue = small.load()
    reference, work = catalogue.references["zhou2025thing"], catalogue.works["zhou2025thing"]
    assert reference.title == "A Study of the iPad & more"
    assert reference.authors == ["Zhou, Ä.", "Li, B."]
    assert (reference.kind, reference.container) == ("inproceedings", "Proceedings of CVPR")
    assert (work.name, work.venue) == ('The "Thing"', "CVPR")
    assert r"{iPad} \& more" in small.bibliography.read_text(encoding="utf-8"), "capitals stay"


def test_the_key_follows_from_author_year_and_name():
    assert suggest_key(["Müller-Lüdenscheidt, A.", "B, C"], "2025", "Thing-2D+") == (
        "mullerludenscheidt2025thing2d"
    )


def on_a_terminal(monkeypatch, answers: list[str]) -> list[str]:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return answers.pop(0)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", answer)
    return asked


def test_new_asks_on_a_terminal_for_what_is_missing(monkeypatch, capsys):
    given = {}
    monkeypatch.setattr(cli, "scaffold", lambda key, name, **rest: given.update(
        rest, key=key, name=name) or [])  # fmt: skip
    asked = on_a_terminal(monkeypatch, ["A Title", "Zhou, A; Li, B", "2025", "", "", " 10.1/x "])
    assert main(["new", "--name", "Thing", "--arxiv", "2501.00001"]) == 0
    assert len(asked) == 6, "neither the name nor the preprint"
    assert given == {
        "key": "zhou2025thing", "name": "Thing", "title": "A Title",
        "authors": ["Zhou, A", "Li, B"], "venue": "", "container": "", "doi": "10.1/x",
        "arxiv": "2501.00001",
    }  # fmt: skip
    assert "all in order" in capsys.readouterr().out, "the checks run"


def test_new_asks_nothing_where_nobody_can_answer(monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda _: pytest.fail("asked"))
    assert main(["new"]) == 1
    assert "key ''" in capsys.readouterr().err


ROW = {
    "method": "SimVG", "work": "dai2024simvg", "benchmark": "refcoco", "split": "testA",
    "metric": "acc@0.5", "value": "92.50", "unit": "%", "setting": "fine-tuned",
    "source": "https://example.org/t", "locator": 'Table 1, row "3"', "read_from": "paper",
    "checked": "2026-11-24",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, 2),
        ({"split": "val", "backbone": "another"}, 3),
        ({"method": "a method"}, 2),
        ({"method": "Zebra"}, 3),
    ],
)
def test_a_new_result_goes_where_it_belongs_and_touches_no_other(small, change, line):
    before = small.results.read_bytes().splitlines()
    assert insert_result(ROW | change, small.results) == line
    after = small.results.read_bytes().splitlines()
    assert [*after[: line - 1], *after[line:]] == before
    assert small.load().results[line - 2].locator == 'Table 1, row "3"'


def test_a_new_result_that_cannot_be_read_is_refused_with_every_reason(small):
    before = small.results.read_bytes()
    with pytest.raises(ScaffoldError) as caught:
        insert_result(ROW | {"value": "about 90", "setting": "finetuned"}, small.results)
    assert "'value' cannot be 'about 90'" in str(caught.value)
    assert "did you mean 'fine-tuned'?" in str(caught.value)
    assert small.results.read_bytes() == before


def test_new_result_asks_for_each_field_but_the_day(monkeypatch, capsys):
    given = {}
    monkeypatch.setattr(cli, "insert_result", lambda values: given.update(values) or 7)
    fields = [name for name in Result.model_fields if name not in {"checked", "value"}]
    asked = on_a_terminal(monkeypatch, [ROW.get(name, "") for name in fields])
    assert main(["new-result", "--value", "92.50"]) == 0
    assert len(asked) == len(fields)
    assert any("(paper, official-repo, secondary)" in question for question in asked)
    assert given.pop("checked")
    assert {name: value for name, value in given.items() if value} == {
        name: value for name, value in ROW.items() if name != "checked"
    }
    assert "line 7" in capsys.readouterr().out


def test_the_books_results_stand_in_the_order_that_new_ones_go_to():
    rows = [
        [getattr(row, name).lower() for name in RESULT_ORDER] for row in load_catalogue().results
    ]
    assert rows == sorted(rows)
