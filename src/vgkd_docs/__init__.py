"""The VGKD book's catalogue: works, datasets, results and corrections, each fact with its source.

>>> from vgkd_docs import load_catalogue
>>> catalogue = load_catalogue()
>>> catalogue.works["dai2024simvg"].name
'SimVG'
"""

from vgkd_docs.catalogue import Catalogue, CatalogueError, load_catalogue

__all__ = ["Catalogue", "CatalogueError", "load_catalogue"]
