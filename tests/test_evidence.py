"""What is ranked, what a front is, and which numbers a chapter may type."""

import pytest
from docutils import nodes

from conftest import Small
from vgkd_docs.costs import cost_groups
from vgkd_docs.leaderboard import groups
from vgkd_docs.metrics import interval
from vgkd_docs.sphinxext.typed_numbers import uncited_scores

ROW = (
    "{name},dai2024simvg,refcoco,val,acc@0.5,{value},{unit},ViT,{seen},{setting},{size},,,,"
    "https://example.org/{name},Table 1,paper,2026-11-24\n"
)


def catalogue(small: Small, *rows: dict[str, str]):
    header = small.results.read_text(encoding="utf-8").splitlines(keepends=True)[0]
    plain = {"unit": "%", "seen": "ImageNet", "setting": "fine-tuned", "size": ""}
    small.results.write_text(header + "".join(ROW.format(**plain | row) for row in rows), "utf-8")
    (small.data / "pretraining.yaml").write_text(
        "unimodal: [ImageNet]\nimage-text: [CLIP]\n", "utf-8"
    )
    return small.load()


def test_only_comparable_rows_share_a_group(small):
    loaded = catalogue(
        small,
        {"name": "A", "value": "90.00"},
        {"name": "B", "value": "95.00", "seen": "CLIP"},
        {"name": "C", "value": "99.00", "setting": "zero-shot"},
        {"name": "D", "value": "89.95"},
    )
    found = groups(loaded, "refcoco", "acc@0.5", "val")
    assert [[entry.row.method for entry in group.entries] for group in found] == [
        ["A", "D"], ["B"], ["C"],
    ]  # fmt: skip


def test_rows_that_sampling_cannot_separate_share_a_band(small):
    loaded = catalogue(
        small,
        {"name": "A", "value": "90.00"},
        {"name": "B", "value": "89.50"},
        {"name": "C", "value": "85.00"},
        {"name": "D", "value": "0.8990", "unit": ""},
    )
    (group,) = groups(loaded, "refcoco", "acc@0.5", "val")
    bands = {entry.row.method: entry.band for entry in group.entries}
    assert bands == {"A": 1, "D": 1, "B": 1, "C": 2}
    assert group.entries[1].row.value == "0.8990", "shown as its source prints it"


def test_the_interval_is_wilsons():
    low, high = interval(90.0, 100)
    assert (round(low, 2), round(high, 2)) == (82.56, 94.48)


def test_rows_with_unstated_pretraining_are_listed_and_not_ranked(small):
    loaded = catalogue(small, {"name": "Z", "value": "99.00", "seen": ""},
                       {"name": "A", "value": "10.00", "seen": ""})  # fmt: skip
    (group,) = groups(loaded, "refcoco", "acc@0.5", "val")
    assert [(entry.row.method, entry.band) for entry in group.entries] == [("A", None), ("Z", None)]


def test_the_front_holds_what_nothing_comparable_beats_for_less(small):
    loaded = catalogue(
        small,
        {"name": "Small", "value": "80.00", "size": "30"},
        {"name": "Waste", "value": "79.00", "size": "60"},
        {"name": "Large", "value": "90.00", "size": "300"},
        {"name": "Other", "value": "85.00", "size": "100", "seen": "CLIP"},
    )
    (group,) = cost_groups(loaded, "refcoco", "acc@0.5", "val", "params_m", least=1)
    assert [(point.row.method, point.front) for point in group.points] == [
        ("Small", True), ("Waste", False), ("Other", True), ("Large", True),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="no 2 works with params_m"):
        cost_groups(loaded, "refcoco", "acc@0.5", "val", "params_m", least=2)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It scores 87.07 on val. The next sentence says nothing.", 1),
        ("It keeps 92% of the score.", 1),
        ("LLaVA-1.5 and Qwen2.5-VL use an overlap of 0.5 since 2016.", 0),
        ("Between 20 and 30 of 40 works.", 0),
    ],
)
def test_a_typed_score_needs_a_citation_in_its_sentence(text, found):
    assert len(list(uncited_scores(nodes.paragraph("", text)))) == found


def test_a_result_in_the_sentence_counts_as_its_source():
    paragraph = nodes.paragraph("", "It goes from 80.1 to ")
    paragraph += nodes.reference("", "87.07", refuri="https://example.org", classes=["result"])
    paragraph += nodes.Text(" on val. But 12.5% is typed.")
    assert list(uncited_scores(paragraph)) == ["But 12.5% is typed."]


def test_a_chapter_with_a_typed_score_fails_the_build(mini_book):
    chapter = mini_book.root / "docs" / "settings" / "typed.md"
    chapter.parent.mkdir()
    chapter.write_text("---\norphan: true\n---\n\n# Typed\n\nIt has 87.07 on val.\n", "utf-8")
    run = mini_book("# First\n\nNothing.\n")
    assert run.returncode != 0
    assert "settings/typed.md:7: WARNING: a score typed by hand" in run.stdout + run.stderr
