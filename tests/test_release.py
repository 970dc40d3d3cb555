"""A release says one version and one day, wherever they are read."""

import json
import tomllib

import yaml

from conftest import ROOT
from vgkd_docs import RELEASED

CFF = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
ZENODO = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_version_and_day_agree_everywhere():
    versions = {
        PROJECT["version"], CFF["version"], ZENODO["version"],
        CFF["preferred-citation"]["edition"].removeprefix("Version "),
    }  # fmt: skip
    assert versions == {PROJECT["version"]}
    assert {str(CFF["date-released"]), ZENODO["publication_date"], RELEASED} == {RELEASED}
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {PROJECT['version']} ({RELEASED})" in changelog


def test_the_citation_file_and_the_archive_name_the_same_book():
    assert CFF["title"] == CFF["preferred-citation"]["title"] == ZENODO["title"]
    assert [author["name"] for author in CFF["authors"]] == [
        creator["name"] for creator in ZENODO["creators"]
    ]
    assert {"title", "upload_type", "publication_type", "description", "creators", "license",
            "access_right"} <= ZENODO.keys()  # fmt: skip
    assert (ZENODO["upload_type"], ZENODO["publication_type"]) == ("publication", "book")
