"""The published data: described for programs, and usable as the data page says."""

import contextlib
import io
import json
import re

import pytest
from frictionless import Package

from browsing import served
from conftest import ROOT
from vgkd_docs import load_catalogue
from vgkd_docs.export import DESCRIPTIONS, PUBLISHED, export


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "data"
    export(load_catalogue(), folder, "https://vgkd.example.org/book/back/data.html")
    return folder


@pytest.fixture
def address(files):
    with served(files.parent) as root:
        yield f"{root}/data/"


def example(language: str, address: str) -> str:
    page = (ROOT / "docs" / "back" / "data.md").read_text(encoding="utf-8")
    found = re.findall(rf"```{{code-block}} {language}\n(.*?)```", page, re.DOTALL)
    assert "https://example.org/book/data/" in found[0]
    return found[0].replace("https://example.org/book/data/", address)


def test_the_package_holds_every_file_and_each_is_what_it_says(files, monkeypatch):
    monkeypatch.chdir(files)
    package = Package("datapackage.json")
    assert sorted(resource.path for resource in package.resources) == sorted(PUBLISHED)
    report = package.validate()
    assert report.valid, report.flatten(["name", "type", "message"])
    results = package.get_resource("results-csv")
    assert [field.name for field in results.schema.fields][:3] == ["method", "work", "benchmark"]


def test_a_changed_file_no_longer_fits_its_description(files, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in (*PUBLISHED, *DESCRIPTIONS):
        (copy / name).write_bytes((files / name).read_bytes())
    lines = (copy / "results.csv").read_text(encoding="utf-8").split("\n")
    lines[1] = re.sub(r",\d+\.\d+,", ",many,", lines[1], count=1)
    (copy / "results.csv").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(copy)
    assert not Package("datapackage.json").validate().valid


def test_croissant_names_each_column_and_the_file_it_is_in(files):
    described = json.loads((files / "croissant.json").read_text(encoding="utf-8"))
    header = (files / "results.csv").open(encoding="utf-8").readline().strip().split(",")
    (records,) = described["recordSet"]
    assert [field["source"]["extract"]["column"] for field in records["field"]] == header
    assert described["distribution"][0]["contentUrl"] == "results.csv"


def test_the_python_example_runs(address):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(example("python", address), {})
    assert re.search(r"\d\d\.\d+ .* https://", said.getvalue())


def test_the_javascript_example_runs(address, browser):
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address + "works.schema.json")
    page.evaluate(f"async () => {{ {example('javascript', address)} }}")
    page.close()
    count = sum("distillation" in work.techniques for work in load_catalogue().works.values())
    assert any(text.startswith(f"{count} ") for text in said), said
