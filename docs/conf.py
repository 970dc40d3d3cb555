"""The book's Sphinx configuration."""

import os
from importlib import metadata
from pathlib import Path

from vgkd_docs import AUTHOR, RELEASED
from vgkd_docs.published_addresses import redirects as moved
from vgkd_docs.repository import repository_address, repository_branch, site_address

ROOT = Path(__file__).parent.parent
REPOSITORY = repository_address(ROOT)

project = "The VGKD book"
author = AUTHOR
copyright = f"{AUTHOR}. Text: CC BY 4.0. Code: MIT"
version = release = metadata.version("vgkd-docs")
vgkd_released = RELEASED
vgkd_lite = os.environ.get("VGKD_LITE") == "1"  # lite/build.py follows and adds what runs
language = "en"

extensions = [
    "myst_nb",
    "sphinx_design",
    "sphinx_reredirects",
    "sphinxcontrib.bibtex",
    "vgkd_docs.sphinxext",
]
exclude_patterns = ["_build", "**.ipynb_checkpoints"]
nitpicky = True

# text
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
html_math_renderer = "mathml"
math_numfig = True
numfig = True
gettext_compact = False

# notebooks: executed on every clean build; what a cell prints as MyST is part of the book
nb_execution_mode = "cache"
nb_execution_show_tb = True  # a failing cell is a warning, so a failed strict build, with the cell
nb_execution_timeout = 120
nb_render_markdown_format = "myst"
nb_mime_priority_overrides = [
    ("html", "text/markdown", 0),
    ("gettext", "text/markdown", 0),
]
nb_merge_streams = True

# citations
bibtex_bibfiles = ["../references.bib"]
bibtex_cite_id = "{key}"  # a stable address for each work
bibtex_default_style = "vgkd"
bibtex_reference_style = "author_year"

# pages
html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["book.css", "read.css", ("print.css", {"media": "print"})]
html_js_files = [("book.js", {"defer": "defer"}), ("cite.js", {"defer": "defer"}),
                 ("controls.js", {"defer": "defer"})]  # fmt: skip
html_baseurl = site_address(ROOT) or ""
redirects = moved(ROOT / "docs" / "moved.yaml")
html_favicon = "_static/favicon.svg"
html_logo = "_static/logo.svg"
html_copy_source = True
html_last_updated_fmt = None
html_sidebars = {"**": ["book-mark.html", "search-button-field.html", "sbt-sidebar-nav.html"]}
html_theme_options = {
    "path_to_docs": "docs",
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "use_download_button": True,
    "use_fullscreen_button": False,
    "logo": {"text": project},
    "back_to_top_button": False,
    "article_header_start": ["pages-button.html"],
    "article_header_end": ["page-buttons.html"],
    "primary_sidebar_end": [],
    "navbar_persistent": [],
    "article_footer_items": [
        "path-steps.html",
        "page-works.html",
        "cite-page.html",
        "report-error.html",
    ],
    "secondary_sidebar_items": ["page-toc.html", "report-error.html"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
if REPOSITORY:
    html_theme_options |= {
        "repository_url": REPOSITORY,
        "repository_branch": repository_branch(),
        "use_repository_button": True,
        "use_edit_page_button": True,
        "use_source_button": True,
        "use_issues_button": True,
        "launch_buttons": {
            "binderhub_url": "https://mybinder.org",
            # it opens what lies on GitHub, and nothing else
            "colab_url": "https://colab.research.google.com" if "://github." in REPOSITORY else "",
            "notebook_interface": "jupyterlab",
        },
    }

suppress_warnings: list[str] = []
