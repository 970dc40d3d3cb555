"""Folds the code of notebooks: what it shows comes first, the code is one click away."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from vgkd_docs import words

__all__ = ["setup"]


class FoldCode(SphinxPostTransform):
    """Marks every cell as one whose input is hidden; a cell's own tag for that goes first."""

    default_priority = 190  # before myst-nb folds the marked cells
    builders = ("html",)

    def run(self, **_: Any) -> None:
        """Mark them."""
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") == "cell_code" and not cell.get("hide_mode"):
                cell["hide_mode"] = "input"
                cell["prompt_show"] = words.message("show_code")
                cell["prompt_hide"] = words.message("hide_code")


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_post_transform(FoldCode)
