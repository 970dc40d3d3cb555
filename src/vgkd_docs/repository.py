"""Where the book's repository and its pages are, and when each file was changed."""

from __future__ import annotations

import datetime
import functools
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

__all__ = ["last_changes", "repository_address", "repository_branch", "site_address"]


def _git(folder: Path, *arguments: str) -> str:
    try:
        run = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def repository_address(folder: Path, environment: Mapping[str, str] = os.environ) -> str | None:
    """The repository's web address: from the build's environment, else the git remote, else none.

    Only GitHub and GitLab addresses count, since only they can be launched and edited.
    """
    address = environment.get("VGKD_REPOSITORY", "")
    if not address and environment.get("GITHUB_REPOSITORY"):
        server = environment.get("GITHUB_SERVER_URL", "https://github.com")
        address = f"{server}/{environment['GITHUB_REPOSITORY']}"
    address = address or environment.get("READTHEDOCS_GIT_CLONE_URL", "")
    address = address or _git(folder, "remote", "get-url", "origin")
    address = re.sub(r"^(ssh://)?git@([^:/]+)[:/]", r"https://\2/", address)
    address = (
        re.sub(r"^https://[^@/]+@", "https://", address).removesuffix("/").removesuffix(".git")
    )
    known = re.fullmatch(r"https://(github|gitlab)\.com/[\w.-]+/[\w.-]+", address)
    return address if known else None


def site_address(folder: Path, environment: Mapping[str, str] = os.environ) -> str | None:
    """Where the built book is served, ending in a slash, if that is known.

    From the build's environment, else the pages of the repository at its host.
    """
    address = environment.get("VGKD_SITE") or environment.get("READTHEDOCS_CANONICAL_URL")
    if not address:
        repository = repository_address(folder, environment)
        if repository is None:
            return None
        _, _, host, owner, name = repository.split("/")
        site = f"{owner.lower()}.{host.removesuffix('.com')}.io"
        address = f"https://{site}" if name.lower() == site else f"https://{site}/{name}"
    return address.rstrip("/") + "/"


@functools.cache
def last_changes(folder: Path) -> dict[str, datetime.date]:
    """The day on which git last changed each path below ``folder``; empty without git."""
    changed: dict[str, datetime.date] = {}
    log = _git(folder, "-c", "core.quotepath=off", "log", "--format=%x00%cs", "--name-only")
    for commit in log.split("\x00")[1:]:
        day, *paths = commit.split("\n")
        for path in filter(None, paths):
            changed.setdefault(path, datetime.date.fromisoformat(day))
    return changed


def repository_branch(environment: Mapping[str, str] = os.environ) -> str:
    """The branch that links point to: the one being built in CI, else ``main``.

    A pull request is built at a merge that no link can name, so its links lead to ``main``.
    """
    is_branch = environment.get("GITHUB_REF_TYPE") == "branch"
    if is_branch and not environment.get("GITHUB_HEAD_REF"):
        return environment.get("GITHUB_REF_NAME") or "main"
    return "main"
