"""Spoilt input never surprises: a catalogue, or findings that name their file and line; no more."""

import csv
import io
import re

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from conftest import BIBLIOGRAPHY, CORRECTIONS, DATASET, RESULTS, WORK, Small
from vgkd_docs import CatalogueError, load_catalogue
from vgkd_docs.catalogue import DATA, bibliography_path
from vgkd_docs.export import export
from vgkd_docs.models import Result
from vgkd_docs.sphinxext.pages import sources

many = settings(
    max_examples=450,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TOKENS = st.sampled_from(
    ["<script>alert(1)</script>", "{", "}", "[", "]", ": ", "- ", "\n", "\n\n", "\t", '"', "'", ",",
     "@misc{", "|", "`", "```", "$", "$$", "\\", "\\end{x}", "{raw}`x`", "&id001", "*id001",
     "!!python", "\u202e", "\u0000", "\ufeff", "\U0001f4a9", "9" * 400, "-1", "1e999",
     "null", "~", "yes", "%",
     "javascript:alert(1)", "2024-13-45", "é", "ﬀ", "#", "<<: ", "? ", "--- ", "...\n"]
)  # fmt: skip
EDIT = st.tuples(
    st.integers(0, 10_000), st.integers(0, 30), st.one_of(TOKENS, st.text(max_size=12))
)


def spoil(text: str, edits: list[tuple[int, int, str]]) -> str:
    for place, length, inserted in edits:
        at = place % (len(text) + 1)
        text = text[:at] + inserted + text[at + length :]
    return text


def loads_or_says_why(small: Small) -> None:
    try:
        catalogue = small.load()
    except CatalogueError as error:
        for finding in error.findings:
            assert re.match(r"[\w./ -]+:\d+: .", str(finding)), finding
            assert finding.mend
        return
    for _, text in sources(catalogue):
        assert "<script" not in MarkdownIt("commonmark").enable("table").render(text)


@pytest.mark.parametrize(
    ("part", "text"),
    [("work", WORK), ("bibliography", BIBLIOGRAPHY), ("results", RESULTS), ("dataset", DATASET),
     ("corrections", CORRECTIONS)],
)  # fmt: skip
@many
@given(edits=st.lists(EDIT, min_size=1, max_size=3))
def test_a_mutated_file_loads_or_is_refused_with_file_line_and_mend(
    tmp_path_factory, part, text, edits
):
    small = Small(tmp_path_factory.mktemp("spoilt"))
    data = spoil(text, edits).encode("utf-8", "surrogatepass")
    getattr(small, part).write_bytes(data)
    loads_or_says_why(small)


@settings(many, max_examples=150)
@given(place=st.integers(0, 10_000), edits=st.lists(EDIT, min_size=1, max_size=2))
def test_a_mutated_record_of_the_book_loads_or_is_refused_too(tmp_path_factory, place, edits):
    paths = sorted((DATA / "works").glob("*.yaml"))
    path = paths[place % len(paths)]
    small = Small(tmp_path_factory.mktemp("real"))
    small.work.write_bytes(spoil(path.read_text("utf-8"), edits).encode("utf-8", "surrogatepass"))
    loads_or_says_why(small)


HOSTILE = st.lists(st.one_of(TOKENS, st.text(max_size=20)), min_size=1, max_size=6).map("".join)


@settings(many, max_examples=300)
@given(texts=st.lists(HOSTILE, min_size=6, max_size=6), title=HOSTILE)
def test_hostile_text_in_every_field_is_shown_as_text(tmp_path_factory, texts, title):
    small = Small(tmp_path_factory.mktemp("hostile"))
    record = yaml.safe_load(WORK)
    fields = ("name", "summary", "teacher", "student", "loss", "limits")
    record |= dict(zip(fields, texts, strict=True))
    small.work.write_text(yaml.safe_dump(record, allow_unicode=True), "utf-8")
    row = next(csv.DictReader(io.StringIO(RESULTS)))
    row |= {"method": texts[0], "backbone": texts[1], "locator": texts[2], "device": texts[3]}
    with small.results.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(Result.model_fields), lineterminator="\n")
        writer.writeheader()
        writer.writerow(row)
    small.bibliography.write_text(BIBLIOGRAPHY.replace("A Simple Framework", title), "utf-8")
    loads_or_says_why(small)


def test_the_books_own_pages_and_files_are_free_of_script(tmp_path):
    catalogue = load_catalogue()
    assert bibliography_path().exists()
    for _, text in sources(catalogue):
        assert "<script" not in MarkdownIt("commonmark").enable("table").render(text)
    export(catalogue, tmp_path)
