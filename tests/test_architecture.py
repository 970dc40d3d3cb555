"""The page on how the book is made names modules and files that exist, and leaves no module out."""

import re
import subprocess

from conftest import ROOT

PACKAGE = ROOT / "src" / "vgkd_docs"
# the package, its extension and its command line: the walk is all about them
WHOLE = {"vgkd_docs", "vgkd_docs.__main__", "vgkd_docs.sphinxext"}


def modules() -> set[str]:
    paths = PACKAGE.rglob("*.py")
    names = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in paths}
    return {name.removesuffix(".__init__") for name in names}


def test_the_walk_names_every_module_on_the_way_and_no_other():
    page = (ROOT / "docs" / "back" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(vgkd_docs(?:\.\w+)+)`", page))
    assert named - WHOLE == modules() - WHOLE


def test_files_and_folders_that_the_page_names_are_there():
    page = (ROOT / "docs" / "back" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:src|data|docs|tests|benchmarks|lite|notebooks)/[\w./-]*)`", page))
    assert len(named) > 10
    for name in named:
        assert (ROOT / name).exists() or (PACKAGE / name).exists(), name


def test_the_readmes_map_names_every_folder_and_none_twice():
    listed = ["git", "-C", ROOT, "ls-files", "*/*"]
    files = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    folders = {name.partition("/")[0] for name in files if not name.startswith(".")}
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([^`]+/)`", row)]
    assert len(named) == len(set(named))
    assert {name.partition("/")[0] for name in named} == folders
