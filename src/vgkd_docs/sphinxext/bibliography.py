"""The bibliography's style, and a look-up of plug-ins that does not grow with the citations."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

import pybtex.plugin
from pybtex.database import Entry
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx

__all__ = ["setup"]


class KeyLabels(BaseLabelStyle):  # type: ignore[misc]
    """Labels that are unique on all pages of the bibliography: the keys."""

    def format_labels(self, entries: Iterable[Entry]) -> Iterator[str]:
        """The label of each entry."""
        for entry in entries:
            yield entry.key


class ByKey(PlainStyle):  # type: ignore[misc]
    """The plain style with :class:`KeyLabels`; the style sheet hides them."""

    default_label_style = KeyLabels


def setup(app: Sphinx) -> None:
    """Register the style as ``vgkd``."""
    pybtex.plugin.register_plugin("pybtex.style.formatting", "vgkd", ByKey)
    # pybtex reads every installed package's entry points again for each citation it resolves
    pybtex.plugin._load_entry_point = functools.lru_cache(pybtex.plugin._load_entry_point)
