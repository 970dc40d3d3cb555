"""The page on how the book is made names modules that exist, and leaves none of them out."""

import re

from conftest import ROOT

PACKAGE = ROOT / "src" / "vgkd_docs"
# faces and helpers of one notebook, which the walk does not need
BESIDE = {"vgkd_docs", "vgkd_docs.__main__", "vgkd_docs.sphinxext", "vgkd_docs.citation",
          "vgkd_docs.cost_model", "vgkd_docs.draft", "vgkd_docs.lab_tables", "vgkd_docs.prose",
          "vgkd_docs.uncertainty", "vgkd_docs.sphinxext.box_lab", "vgkd_docs.sphinxext.explorer",
          "vgkd_docs.sphinxext.gap_lab",
          "vgkd_docs.sphinxext.repository"}  # fmt: skip


def modules() -> set[str]:
    paths = PACKAGE.rglob("*.py")
    names = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in paths}
    return {name.removesuffix(".__init__") for name in names}


def test_the_walk_names_every_module_on_the_way_and_no_other():
    page = (ROOT / "docs" / "back" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(vgkd_docs(?:\.\w+)+)`", page)) - {"vgkd_docs.sphinxext"}
    assert named == modules() - BESIDE
