"""Whatever a task installs is pinned, with hashes, and the tests run with exactly that."""

import re
import sys
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# which group each pinned set resolves; nox, what resolves the sets and what is fetched for the
# browser know nothing of the package
SETS = {
    "requirements/book.txt": "book",
    "requirements/live.txt": "live",
    "requirements/tests.txt": "tests",
    "requirements/lite.txt": "lite",
    "requirements/browser.txt": "browser",
    "requirements/lint.txt": "lint",
    "requirements/nox.txt": "nox",
    "requirements/lock.txt": "lock",
    "binder/requirements.txt": "lab",
}
ALONE = {"nox", "lock", "browser"}
# brought by Python itself when it makes an environment
BROUGHT = {"pip", "setuptools", "wheel"}


def pins(path: str) -> list[tuple[Requirement, str]]:
    """Each pin of a set, with the rest of its entry."""
    text = (ROOT / path).read_text(encoding="utf-8")
    assert "://" not in text, "a set names no address"
    entries = text.replace("\\\n", " ").splitlines()
    found = []
    for entry in filter(None, map(str.strip, entries)):
        said, _, hashes = entry.partition("--hash=")
        found.append((Requirement(said.strip()), hashes))
    return found


def group(name: str) -> list[Requirement]:
    """What a group of pyproject.toml asks for, with the groups it includes."""
    found = []
    for item in PROJECT["dependency-groups"][name]:
        found += group(item["include-group"]) if isinstance(item, dict) else [Requirement(item)]
    return found


def here(requirement: Requirement, extras: tuple[str, ...] = ("",)) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def test_every_set_is_known():
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "requirements").iterdir()}
    assert files | {"binder/requirements.txt"} == set(SETS)


@pytest.mark.parametrize("path", SETS)
def test_every_entry_is_one_version_with_hashes_and_nothing_else_is_said(path):
    for pin, hashes in pins(path):
        assert re.fullmatch(r"==[^,*]+", str(pin.specifier)), f"{pin} is no pin"
        assert re.match(r"sha256:[0-9a-f]{64}\b", hashes), f"{pin} has no hash"


@pytest.mark.parametrize("path", SETS)
def test_every_set_holds_what_its_group_asks_for(path):
    asked = group(SETS[path])
    if SETS[path] not in ALONE:
        asked += map(Requirement, PROJECT["project"]["dependencies"])
        # the package is built without a fetched backend, so the backend is pinned like the rest
        asked += map(Requirement, PROJECT["build-system"]["requires"])
    pinned = pins(path)
    for requirement in asked:
        own = [pin for pin, _ in pinned
               if canonicalize_name(pin.name) == canonicalize_name(requirement.name)]  # fmt: skip
        assert own, f"{requirement} is not in {path}: run nox -s lock"
        for pin in own:
            (version,) = (specifier.version for specifier in pin.specifier)
            assert requirement.specifier.contains(version, prereleases=True), f"{pin} in {path}"


def test_the_sets_agree_on_every_version():
    versions: dict[str, set[str]] = {}
    for path in set(SETS) - {"requirements/nox.txt", "requirements/lock.txt"}:
        for pin, _ in pins(path):
            if here(pin):
                versions.setdefault(canonicalize_name(pin.name), set()).add(str(pin.specifier))
    assert not {name: found for name, found in versions.items() if len(found) > 1}


def test_the_tests_run_with_exactly_the_pinned_set():
    pinned = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
              for pin, _ in pins("requirements/tests.txt") if here(pin)}  # fmt: skip
    installed = {canonicalize_name(found.name): found.version
                 for found in metadata.distributions(path=sys.path)}  # fmt: skip
    package = canonicalize_name(PROJECT["project"]["name"])
    extra = set(installed) - set(pinned) - BROUGHT - {package}
    assert not extra, f"not pinned: {sorted(extra)}; pin them (nox -s lock) or remove .nox/tests"
    other = {name: (installed.get(name), version) for name, version in pinned.items()
             if Version(installed.get(name, "0")) != Version(version)}  # fmt: skip
    assert not other, f"installed, and pinned: {other}"


def test_what_the_pinned_packages_need_is_pinned_too():
    pinned = {canonicalize_name(pin.name) for pin, _ in pins("requirements/tests.txt")}
    missing = {
        f"{needed} of {name}"
        for name in pinned
        for needed in map(Requirement, _requires(name))
        if here(needed) and canonicalize_name(needed.name) not in pinned | BROUGHT
    }
    assert not missing


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:  # of another platform or Python
        return []


def test_the_package_is_installed_without_fetching_anything_more():
    files = ("noxfile.py", "CONTRIBUTING.md", ".readthedocs.yaml", "binder/postBuild")
    for name in files:
        text = (ROOT / name).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines()
                 if re.search(r"""(--editable"?,? |(?<!\S)-e )"?\.""", line)]  # fmt: skip
        assert lines, name
        for line in lines:
            assert "--no-deps" in line, f"{name}: {line}"
            assert "--no-build-isolation" in line, f"{name}: {line}"


def test_no_task_installs_a_package_by_its_bare_name():
    text = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    loose = [line.strip() for line in text.splitlines()
             if "session.install(" in line and "--require-hashes" not in line
             and "--no-deps" not in line]  # fmt: skip
    # the rehearsal is there to meet what is not pinned yet
    assert loose == ['session.install("--upgrade", "--pre", "sphinx", "sphinx-book-theme")']


def test_what_pip_does_not_install_is_named_where_a_reader_looks():
    said = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "apt install chromium fonts-noto-cjk npm" in said
    assert "VGKD_CHROMIUM" in said
