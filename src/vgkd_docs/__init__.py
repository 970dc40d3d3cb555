"""The VGKD book's catalogue: works, datasets, results and corrections, each fact with its source.

>>> from vgkd_docs import load_catalogue
>>> catalogue = load_catalogue()
>>> catalogue.works["dai2024simvg"].name
'SimVG'
"""

from vgkd_docs.catalogue import Catalogue, CatalogueError, load_catalogue

__all__ = ["RELEASED", "Catalogue", "CatalogueError", "load_catalogue"]

RELEASED = "2026-11-25"
"""The day on which the book's current version was released."""
