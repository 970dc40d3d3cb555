"""The data layer accepts what is good and says of what is bad: file, line, problem and mend."""

import re

import pytest
from markdown_it import MarkdownIt

from vgkd_docs import CatalogueError
from vgkd_docs.catalogue import load_from


def findings(small) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        small.load()
    return [str(finding) for finding in caught.value.findings]


def change(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def line_of(path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_good_data_loads(small):
    catalogue = small.load()
    assert catalogue.references["dai2024simvg"].authors == ["Dai, Ming", "van der Berg, Anna"]
    assert catalogue.references["dai2024simvg"].title == "SimVG: A Simple Framework"
    assert catalogue.results[0].value == "90.50", "a value keeps its printed digits"
    assert catalogue.status("dai2024simvg") == "verified"


def test_a_fact_that_no_source_supports_leaves_the_work_unverified(small):
    change(small.work, "venue, arxiv, code]", "venue, arxiv]")
    assert small.load().status("dai2024simvg") == "unverified"


@pytest.mark.parametrize(
    ("part", "old", "new", "place", "says"),
    [
        ("work", "tasks: [rec]", "tasks: [recc]", "recc", "did you mean 'rec'?"),
        ("work", "kind: method", "kindd: method", "kindd", "unknown field 'kindd'"),
        ("work", "summary: It does one thing.\n", "", "name:", "field 'summary' is missing"),
        ("work", "venue: NeurIPS", "venue: NeurIPS\nvenue: CVPR", "venue: CVPR", "stands twice"),
        ("work", "https://github.com/example/simvg", "javascript:alert(1)", "java", "'code'"),
        ("work", "read: 2026-11-24", "read: yesterday", "yesterday", "sources.0.read"),
        ("work", "name: SimVG", "name: [", "", "not valid YAML"),
        ("work", "https://example.org/paper", "https://tomesphere.com/paper", "name",
         "an index or a mirror"),
        ("dataset", "work: dai2024simvg", "work: dai2024simvgg", "name", "unknown work"),
        ("dataset", "images: 19994", "images: -1", "images", "'images' cannot be -1"),
        ("corrections", "work: dai2024simvg", "work: nobody2020x", "- id", "unknown work"),
        ("results", "90.50", "190.50", "190.50", "190.50% is not a percentage"),
        ("results", "90.50", "about 90", "about 90", "'value' cannot be 'about 90'"),
        ("results", ",dai2024simvg,", ",dai2024simv,", "SimVG,", "unknown work 'dai2024simv'"),
        ("results", "fine-tuned", "finetuned", "finetuned", "did you mean 'fine-tuned'?"),
        ("results", "ViT-L,,", "ViT-L,extra,,,", "extra", "not 18 fields"),
        ("results", "method,work", "work,method", "work,method", "unexpected header"),
        ("results", "ViT-L,,", "ViT-L,Everything,", "Everything", "'Everything' is new"),
        ("results", "https://example.org/t", "https://www.paperswithcode.com/t", "paperswith",
         "an index or a mirror"),
        ("results", "https://example.org/t", "https://github.com/o/r/blob/main/README.md",
         "blob/main", "names no commit"),
        ("bibliography", "@inproceedings{dai2024simvg", "@inproceedings{dai2023simvg",
         "@inpro", "has no record in works/"),
        ("bibliography", "eprint = {2409.17531}", "eprint = {arXiv:2409.17531v2}", "@inpro",
         "'arxiv' cannot be"),
        ("bibliography", "{Advances in Neural Information Processing Systems}", "{arXiv preprint}",
         "@inpro", "no place of publication"),
        ("bibliography", "author = {Dai, Ming", "authr = {Dai, Ming", "@inpro", "'authors'"),
        ("bibliography", "year = {2024},", "year = {2024", "", "cannot be read"),
    ],
)  # fmt: skip
def test_bad_data_is_named_by_file_line_and_mend(small, part, old, new, place, says):
    path = getattr(small, part)
    change(path, old, new)
    matching = [text for text in findings(small) if says in text]
    assert matching, findings(small)
    name, line, *_ = matching[0].split(":")
    assert name.endswith(path.name)
    if place and part not in {"corrections"}:
        assert int(line) == line_of(path, place)
    assert "Mend: " in matching[0]


def test_all_findings_come_at_once(small):
    change(small.work, "tasks: [rec]", "tasks: [recc]")
    change(small.results, "90.50", "190.50")
    change(small.dataset, "images: 19994", "images: many")
    assert len(findings(small)) == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("doi = {10.1000/ABC}", "doi = {10.1000/abc}"),
        ("eprint = {2101.00001}", "eprint = {2101.00001}"),
        ("title = {Same  Title!}", "title = {same title}"),
    ],
)
def test_the_same_work_twice_is_refused_with_both_places(small, field, value):
    for key, given in (("aa2020one", field), ("bb2020two", value)):
        title = "" if given.startswith("title") else f", title = {{{key}}}"
        with small.bibliography.open("a", encoding="utf-8") as file:
            file.write(f"@misc{{{key}, author = {{A, B}}, year = {{2020}}, {given}{title}}}\n")
        record = small.work.read_text(encoding="utf-8")
        small.work.with_name(f"{key}.yaml").write_text(record, encoding="utf-8")
    found = findings(small)
    assert len(found) == 1
    assert "'bb2020two' has the same" in found[0]
    assert "as 'aa2020one' (line 9)" in found[0]
    assert found[0].startswith("references.bib:10:")


def test_the_same_cell_twice_is_refused(small):
    lines = small.results.read_text(encoding="utf-8").splitlines(keepends=True)
    small.results.write_text("".join([*lines, lines[-1]]), encoding="utf-8")
    assert "results.csv:3: same cell as line 2" in findings(small)[0]


def test_hostile_text_never_becomes_markup(small):
    hostile = "<script>alert(1)</script> | `x` {raw}`y` [a](javascript:b) \\end{x} $\\href$"
    change(small.work, "summary: It does one thing.", f"summary: {hostile!r}")
    from vgkd_docs.tables import works_table

    catalogue = load_from(small.data, small.bibliography)
    table = works_table(catalogue, ["dai2024simvg"], ["work", "summary", "year"])
    assert "<script" not in table.html()
    page = MarkdownIt("commonmark").enable("table").render(table.myst())
    assert "<script" not in page
    assert "javascript:b" not in re.findall(r'href="([^"]*)"', page)
    assert page.count("<td>") == 3, "the row keeps its cells"
    assert "&lt;script&gt;alert(1)&lt;/script&gt; | `x` {raw}`y` [a](javascript:b)" in page


def test_a_pretraining_text_belongs_to_one_known_class(small):
    path = small.data / "pretraining.yaml"
    path.write_text("unimodal: [ImageNet]\nimage-text: [ImageNet]\nelse: [X]\n", encoding="utf-8")
    said = findings(small)
    assert "pretraining.yaml:2: 'ImageNet' stands under unimodal too" in said[0]
    assert "pretraining.yaml:3: 'else' is not a class with its texts" in said[1]


def test_a_second_reading_is_checked_as_every_record_is(small):
    path = small.data / "verifications.yaml"
    path.write_text("- read: 2026-11-24\n  what: results\n  population: 0\n", encoding="utf-8")
    said = findings(small)
    assert "verifications.yaml:3: record 1: 'population' cannot be 0" in said[-1]
    assert any("field 'sample' is missing" in text for text in said)
