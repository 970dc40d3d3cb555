"""``vgkd-docs`` as a contributor meets it."""

import csv
import json

import jsonschema
import pytest

from vgkd_docs import load_catalogue
from vgkd_docs.cli import main
from vgkd_docs.export import PUBLISHED, export
from vgkd_docs.models import Result
from vgkd_docs.scaffold import ScaffoldError, scaffold


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    export(load_catalogue(), folder)
    return folder


def test_check_says_what_there_is(capsys):
    assert main(["check"]) == 0
    assert f"{len(load_catalogue().works)} works" in capsys.readouterr().out


def test_export_writes_the_contract(tmp_path, capsys):
    assert main(["export", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == set(PUBLISHED)


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
