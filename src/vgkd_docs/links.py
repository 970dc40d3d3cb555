"""Asks the addresses that the book rests on whether they still answer, and says what changed."""

from __future__ import annotations

import csv
import datetime
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from pydantic import Field, TypeAdapter
from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from vgkd_docs.catalogue import bibliography_path, data_files
from vgkd_docs.models import Record
from vgkd_docs.prose import written_pages
from vgkd_docs.standing import Ask

__all__ = ["Link", "Manners", "addresses", "check", "read_links", "summary", "write_links"]

Outcome = Literal["gone", "moved", "published", "archived", "blocked", "unreachable", "ok"]

_MEANING: dict[Outcome, str] = {
    "gone": "Gone: replace the address, or say in the record that it is gone",
    "moved": "Moved for good: write the new address",
    "published": "Published since: read that version, and follow it in the record",
    "archived": "Archived: say so in the record (`code_status: archived`)",
    "blocked": "Refused us: open it in a browser; it may well be there",
    "unreachable": "Slow or unreachable: wait for the next run",
    "ok": "Answers again",
}
_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+")
_IDENTIFIER = re.compile(r'^\s*(doi|eprint)\s*=\s*[{"]\s*([^}"\s]+)', re.IGNORECASE)
_RESOLVER = {"doi": "https://doi.org/", "eprint": "https://arxiv.org/abs/"}
_EXAMPLE = re.compile(r"(^|\.)(example(\.(com|net|org))?|invalid|localhost|test)$")
_RESERVED = "%/:?#[]@!$&'()*+,;=~"
_MOST, _MOST_PLACES, _MOST_HOPS = 100, 3, 8


class Link(Record):
    """What an address answered, when, and where in the repository it stands (file:line).

    ``said`` is what arXiv says of a preprint that was published.
    """

    outcome: Outcome
    status: int | None = None
    moved_to: str | None = None
    said: str | None = None
    checked: datetime.date
    places: list[str] = Field(default=[])


@dataclass(frozen=True)
class Manners:
    """How addresses are asked; times are in seconds."""

    pause: float = 1.0  # between two addresses of one host
    timeout: float = 20.0
    retries: int = 2
    backoff: float = 2.0
    patience: int = 60  # the longest wait that a host may ask for
    hosts: int = 8  # asked at the same time


_LINKS = TypeAdapter(dict[str, Link])


def read_links(path: Path) -> dict[str, Link]:
    """What the last run wrote; empty before the first.

    Raises:
        pydantic.ValidationError: for a file that no run wrote.

    """
    return _LINKS.validate_json(path.read_bytes()) if path.exists() else {}


def write_links(path: Path, links: dict[str, Link]) -> None:
    """Write the answers as JSON, in the order of their addresses."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_LINKS.dump_json(dict(sorted(links.items())), indent=1) + b"\n")


def _files(root: Path) -> list[Path]:
    chapters = written_pages(root / "docs")
    return [*data_files(), *root.glob("*.md"), *(root / "notebooks").glob("*.md"), *chapters]


def _trimmed(address: str) -> str:
    """An address without what its sentence or its link's bracket adds to it."""
    address = address.rstrip(".,;:!?*_")
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(".,;:!?*_")
    return urldefrag(address).url


def addresses(
    root: Path | None = None, files: Iterable[Path] | None = None
) -> dict[str, list[str]]:
    """Every external address of the catalogue, the bibliography and the chapters, with its places.

    A DOI or an arXiv id of the bibliography counts as the address that resolves it.
    """
    root = root or bibliography_path().parent
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(_files(root) if files is None else files):
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            # the comma that ends a CSV field may stand in an address as well
            texts = next(csv.reader([line]), []) if path.suffix == ".csv" else [line]
            found = {_trimmed(match) for text in texts for match in _ADDRESS.findall(text)}
            if path.suffix == ".bib" and (match := _IDENTIFIER.match(line)):
                found.add(_RESOLVER[match[1].lower()] + match[2])
            for address in found:
                if not _EXAMPLE.search(urlsplit(address).hostname or "invalid"):
                    places[address].append(f"{name}:{number}")
    return dict(sorted(places.items()))


def _status(pool: PoolManager, address: str) -> tuple[int | None, str | None]:
    """The status, if there is one, and where a redirect leads."""
    status, target = None, None
    for method in ("HEAD", "GET"):  # some hosts refuse HEAD, or answer it wrongly
        try:
            response = pool.request(method, address, redirect=False, preload_content=False)
        except HTTPError:
            continue
        response.close()
        status, target = response.status, response.headers.get("Location")
        if status < 400 or status == 429:
            break
    return status, target


def _ask(pool: PoolManager, address: str, today: datetime.date) -> Link:
    """Follow an address; only redirects that are permanent from the first on count as a move."""
    here, moved_to, permanent = address, None, True
    for _ in range(_MOST_HOPS):
        status, target = _status(pool, here)
        if status not in {301, 302, 303, 307, 308} or target is None:
            break
        permanent = permanent and status in {301, 308}
        try:
            here = quote(urljoin(here, target), safe=_RESERVED)
        except ValueError:
            break
        moved_to = here if permanent else moved_to
    outcome: Outcome
    if status is None or 300 <= status < 400 or 500 <= status < 600:
        outcome, moved_to = "unreachable", None
    elif status >= 400:
        outcome, moved_to = "gone" if status in {404, 410} else "blocked", None
    else:
        outcome = "moved" if moved_to else "ok"
    return Link(outcome=outcome, status=status, moved_to=moved_to, checked=today)


def _further(
    pool: PoolManager, address: str, link: Link, before: Mapping[str, Link], standing: Ask
) -> Link:
    """What became of what answers; where nobody says, what was said the last time holds."""
    told, last = standing(pool, address), before.get(address)
    if told is None and last and last.outcome in {"published", "archived"}:
        return link.model_copy(update={"outcome": last.outcome, "said": last.said})
    outcome, said = told or ("ok", None)
    return link.model_copy(update={"outcome": outcome, "said": said})


def check(
    places: Mapping[str, list[str]],
    before: Mapping[str, Link],
    *,
    today: datetime.date,
    fresh: int = 30,
    manners: Manners | None = None,
    standing: Ask | None = None,
) -> dict[str, Link]:
    """Ask every address whose last good answer is older than ``fresh`` days.

    Of what answers, ``standing`` is asked what became of it.

    Hosts are asked side by side, the addresses of one host one after the other. A host that says
    it was asked too much is left alone until the next run, which begins with what it left out.
    """
    manners = manners or Manners()

    def due(address: str) -> bool:
        link = before.get(address)
        return not link or link.outcome != "ok" or (today - link.checked).days >= fresh

    def age(address: str) -> tuple[datetime.date, str]:
        return before[address].checked if address in before else datetime.date.min, address

    by_host: dict[str, list[str]] = defaultdict(list)
    for address in sorted(filter(due, places), key=age):
        by_host[urlsplit(address).netloc].append(address)
    retries = Retry(
        manners.retries, backoff_factor=manners.backoff, status_forcelist={500, 502, 503, 504},
        raise_on_status=False, retry_after_max=manners.patience,
    )  # fmt: skip
    pool = PoolManager(
        headers={"User-Agent": "vgkd-docs links"}, retries=retries, timeout=manners.timeout
    )

    def ask(of_host: list[str]) -> dict[str, Link]:
        answers: dict[str, Link] = {}
        for address in of_host:
            if answers:
                time.sleep(manners.pause)
            answers[address] = _ask(pool, address, today)
            if standing and answers[address].outcome == "ok":
                answers[address] = _further(pool, address, answers[address], before, standing)
            if answers[address].status == 429:
                break
        return answers

    known = dict(before)
    with ThreadPoolExecutor(manners.hosts) as threads:
        for answers in threads.map(ask, by_host.values()):
            known |= answers
    return {
        address: known[address].model_copy(update={"places": where})
        for address, where in places.items()
        if address in known
    }


def _line(address: str, link: Link) -> str:
    said = f"- <{address}>"
    if link.moved_to:
        said += f" is now <{link.moved_to}>"
    elif link.said:  # within a code span, whatever it says
        said += f" is `{' '.join(link.said.replace('`', ' ').split())[:200]}`"
    elif link.status and link.status >= 300:
        said += f" ({link.status})"
    shown = ", ".join(f"`{place}`" for place in link.places[:_MOST_PLACES])
    more = len(link.places) - _MOST_PLACES
    return f"{said}: {shown}" + (f" and {more} more" if more > 0 else "")


def summary(before: Mapping[str, Link], after: Mapping[str, Link]) -> str:
    """What changed between two runs, as Markdown; empty when nothing did."""
    parts: list[str] = []
    for outcome in get_args(Outcome):
        changed = [
            _line(address, link)
            for address, link in after.items()
            if link.outcome == outcome
            and (
                (link.outcome, link.moved_to) != (before[address].outcome, before[address].moved_to)
                if address in before
                else outcome != "ok"
            )
        ]
        if changed:
            parts.append(f"## {_MEANING[outcome]} ({len(changed)})")
            more = [f"- and {len(changed) - _MOST} more"] if len(changed) > _MOST else []
            parts.append("\n".join(changed[:_MOST] + more))
    return "\n\n".join(parts) + "\n" if parts else ""
