"""Bring your own paper: its files are what a contribution needs, its findings the usual ones."""

from dataclasses import replace

import pytest
import yaml

from conftest import WORK
from vgkd_docs import CatalogueError, load_catalogue
from vgkd_docs.draft import Paper, findings, with_paper, without
from vgkd_docs.scaffold import insert_entry

ROW = {
    "method": "New, with a comma", "benchmark": "refcoco", "split": "val", "metric": "acc@0.5",
    "value": "91.20", "unit": "%", "setting": "fine-tuned", "source": "https://example.org/new",
    "locator": "Table 2", "read_from": "paper", "checked": "2026-11-24",
}  # fmt: skip
PAPER = Paper(
    key="li2025new",
    reference={"author": "Li, Hua and Zhao, Ming", "title": "NewNet: Grounding in 3D on LLaVA",
               "booktitle": "Proceedings", "year": "2025", "eprint": "2501.00001"},
    record=yaml.safe_load(WORK) | {"name": "NewNet"},
    results=[ROW],
)  # fmt: skip


def test_a_paper_stands_beside_the_others(small):
    before = small.load()
    after = with_paper(before, PAPER)
    assert after.works["li2025new"].name == "NewNet"
    assert after.references["li2025new"].title == "NewNet: Grounding in 3D on LLaVA"
    assert [row.method for row in after.results] == ["SimVG", "New, with a comma"]
    assert list(before.works) == ["dai2024simvg"], "the catalogue itself is not touched"


def test_the_files_make_the_contribution(small):
    """What is printed, saved where it says, loads as the paper that was tried out."""
    tried = with_paper(small.load(), PAPER)
    for path, text in PAPER.files().items():
        if path == "references.bib":
            whole = small.bibliography.read_text(encoding="utf-8")
            small.bibliography.write_text(insert_entry(whole, PAPER.key, text), encoding="utf-8")
        elif path.endswith("results.csv"):
            with small.results.open("a", encoding="utf-8") as file:
                file.write(text)
        else:
            target = small.data / path.removeprefix("src/vgkd_docs/data/")
            target.write_text(text, encoding="utf-8")
    saved = small.load()
    assert (saved.references, saved.works, saved.results) == (
        tried.references, tried.works, tried.results
    )  # fmt: skip


def test_a_title_keeps_its_capitals():
    assert "{{NewNet}: Grounding in {3D} on {LLaVA}}" in PAPER.bibtex()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "NewNet"}, "references.bib:1: key 'NewNet'"),
        ({"key": "../../etc/li2025new"}, "references.bib:1: key"),
        ({"reference": {**PAPER.reference, "eprint": "2409.17531"}},
         "references.bib:1: 'li2025new' has the same arxiv as 'dai2024simvg'"),
        ({"reference": {**PAPER.reference, "title": "Unbalanced {"}}, "references.bib:"),
        ({"record": {**PAPER.record, "tasks": ["recc"]}},
         "works/li2025new.yaml:5: li2025new: 'tasks.0' cannot be 'recc'. Mend: did you mean 'rec'"),
        ({"results": [{**ROW, "value": "about 90"}]}, "results.csv:2: New, with a comma: 'value'"),
        ({"results": [{**ROW, "values": "90"}]}, "results.csv:1: unknown column 'values'"),
        ({"results": [{**ROW, "pretraining": "a new text"}]},
         "pre-training 'a new text' is new"),
    ],
)  # fmt: skip
def test_bad_input_gives_the_usual_findings(small, change, says):
    catalogue, spoilt = small.load(), replace(PAPER, **change)
    said = [str(finding) for finding in findings(catalogue, spoilt)]
    assert any(says in line for line in said), said
    with pytest.raises(CatalogueError):
        with_paper(catalogue, spoilt)


def test_a_paper_that_is_there_is_refused_and_one_in_order_has_no_finding(small):
    catalogue = with_paper(small.load(), PAPER)
    assert "is already there" in str(findings(catalogue, PAPER)[0])
    assert findings(without(catalogue, PAPER.key), PAPER) == []


def test_a_new_text_of_pretraining_can_be_classed(small):
    new = replace(PAPER, results=[{**ROW, "pretraining": "our own pairs"}],
                  pretraining={"our own pairs": "image-text"})  # fmt: skip
    after = with_paper(small.load(), new)
    assert after.pretraining_class(after.results[-1]) == "image-text"
    assert new.files()["src/vgkd_docs/data/pretraining.yaml"] == "image-text:\n- our own pairs\n"


def test_what_is_taken_out_of_the_book_and_put_back_is_the_same():
    catalogue = load_catalogue()
    work = catalogue.works["dai2024simvg"]
    rows = [row for row in catalogue.results if row.work == "dai2024simvg"]
    paper = Paper(
        "dai2024simvg",
        {"author": " and ".join(catalogue.references["dai2024simvg"].authors),
         "title": catalogue.references["dai2024simvg"].title, "year": "2024"},
        work.model_dump(mode="json", exclude_defaults=True),
        [row.model_dump(mode="json", exclude={"work"}) for row in rows],
    )  # fmt: skip
    less = without(catalogue, "dai2024simvg")
    assert "dai2024simvg" not in less.works
    assert not any(row.work == "dai2024simvg" for row in less.results)
    more = with_paper(less, paper)
    assert more.works["dai2024simvg"] == work
    assert [row for row in more.results if row.work == "dai2024simvg"] == rows
