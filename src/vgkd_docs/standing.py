"""Asks arXiv which preprints were published since, and GitHub which repositories are archived."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from vgkd_docs.catalogue import Catalogue
from vgkd_docs.status import known_by_preprint

__all__ = ["Ask", "Services", "Standing", "asker"]

Standing = tuple[Literal["published", "archived", "ok"], str | None]
"""What became of a thing, and what was said of it."""

Ask = Callable[[PoolManager, str], Standing | None]
"""Asks about an address; None where nobody knows, or nobody answered."""

_ATOM = "{http://arxiv.org/schemas/atom}"
_REPOSITORY = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)")


@dataclass(frozen=True)
class Services:
    """Where to ask. GitHub answers more than 60 questions an hour only with a token."""

    arxiv: str = "https://export.arxiv.org/api/query"
    github: str = "https://api.github.com/repos"
    token: str | None = None
    pause: float = 3.0  # seconds between two questions, as arXiv wishes


def _published(pool: PoolManager, number: str, services: Services) -> Standing | None:
    time.sleep(services.pause)
    answer = pool.request("GET", services.arxiv, fields={"id_list": number})
    try:
        entry = ElementTree.fromstring(answer.data).find(".//{*}entry")
    except ElementTree.ParseError:  # that it was asked too much it says in plain words
        return None
    if entry is None:
        return None
    said = [entry.findtext(_ATOM + name) for name in ("journal_ref", "doi")]
    found = ", ".join(filter(None, said))
    return ("published", found) if found else ("ok", None)


def _archived(pool: PoolManager, name: str, services: Services) -> Standing | None:
    headers = dict(pool.headers)
    if services.token:
        headers["Authorization"] = f"Bearer {services.token}"
    answer = pool.request("GET", f"{services.github}/{name}", headers=headers)
    if answer.status != 200:
        return None
    return ("archived", None) if answer.json().get("archived") else ("ok", None)


def asker(catalogue: Catalogue, services: Services) -> Ask:
    """A function that asks about repositories, and about preprints of works not known otherwise.

    An author may tell arXiv the journal or the DOI of what was published. A repository that its
    record already calls archived or removed is not asked about.
    """
    numbers = {catalogue.references[key].arxiv for key in known_by_preprint(catalogue)}
    preprints = {f"https://arxiv.org/abs/{number}": number for number in numbers if number}
    codes = {work.code for work in catalogue.works.values() if work.code and not work.code_status}
    names = {code: match[1] for code in codes if (match := _REPOSITORY.fullmatch(code))}

    def ask(pool: PoolManager, address: str) -> Standing | None:
        try:
            if address in preprints:
                return _published(pool, preprints[address], services)
            return _archived(pool, names[address], services) if address in names else None
        except HTTPError:
            return None

    return ask
