"""The VGKD book's catalogue: works, datasets, results and corrections, each fact with its source.

>>> from vgkd_docs import load_catalogue
>>> catalogue = load_catalogue()
>>> catalogue.works["dai2024simvg"].name
'SimVG'
"""

from vgkd_docs.catalogue import Catalogue, CatalogueError, load_catalogue

__all__ = ["AUTHOR", "LICENCE", "RELEASED", "Catalogue", "CatalogueError", "load_catalogue"]

AUTHOR = "The VGKD Book contributors"

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Of text and data; the code is under the MIT licence."""

RELEASED = "2026-11-25"
"""The day on which the book's current version was released."""
