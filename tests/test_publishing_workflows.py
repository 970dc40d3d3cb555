"""The workflows may do what they must and nothing more, and a fork needs no edit."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup

from conftest import HEADER, ROOT, sphinx
from vgkd_docs.models import Setting, vocabulary
from vgkd_docs.repository import repository_address, repository_branch, site_address
from vgkd_docs.sphinxext.downloads import COLAB_BRANCH
from vgkd_docs.sphinxext.reporting import FORM, report_address

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"
# what more than reading a job may do, and why it must
GRANTED = {
    ("book", "deploy"): {"pages", "id-token"},  # publishes main
    ("book", "notebooks"): {"contents"},  # publishes the branch that Colab opens
    ("release", "publish"): {"contents"},  # makes the release
    ("links", "report"): {"issues"},  # opens the issue
}


def read(path: Path) -> dict:
    # YAML 1.1 reads the key `on` as true
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def each(parametrize: str = "path"):
    return pytest.mark.parametrize(parametrize, WORKFLOWS, ids=lambda path: path.stem)


def test_there_are_the_workflows_that_the_book_needs():
    assert {path.stem for path in WORKFLOWS} == {"book", "links", "prereleases", "release"}


@each()
def test_every_action_is_pinned_to_a_commit_with_its_version(path):
    used = re.findall(r"^\s*(?:- )?uses: *(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_an_action_has_one_pin():
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pins = dict(re.findall(r"uses: *([\w/-]+)@(.*)", text))
    assert set(re.findall(r"uses: *([\w/-]+)@(.*)", text)) == set(pins.items())


@each()
def test_no_job_may_write_but_those_that_must(path):
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        given = job.get("permissions", {})
        writes = {scope for scope, level in given.items() if level == "write"}
        assert writes == GRANTED.get((path.stem, name), set()), name
        if writes:
            uses = [step.get("uses", "") for step in job["steps"]]
            assert not any("checkout" in use for use in uses), "runs nothing of the repository"


@each()
def test_no_run_of_a_pull_request_is_privileged(path):
    workflow = read(path)
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(workflow["on"])
    assert "secrets." not in path.read_text(encoding="utf-8")
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] == "false"
            assert "${{" not in step.get("run", ""), "nobody else's text is run as a command"


@pytest.mark.parametrize("name", ["deploy", "notebooks"])
def test_only_main_is_published_and_only_when_all_else_passed(name):
    job = read(ROOT / ".github/workflows/book.yml")["jobs"][name]
    assert job["if"] == "github.event_name == 'push' && github.ref == 'refs/heads/main'"
    assert job["needs"] == ["lint", "tests", "build"]


def test_the_branch_of_notebooks_is_the_one_that_pages_lead_colab_to():
    job = read(ROOT / ".github/workflows/book.yml")["jobs"]["notebooks"]
    push = job["steps"][-1]["run"]
    assert f"--initial-branch {COLAB_BRANCH}\n" in push
    assert push.rstrip().endswith(f'.git" {COLAB_BRANCH}')


@each()
def test_a_build_sees_the_whole_history_since_it_dates_the_pages(path):
    for name, job in read(path)["jobs"].items():
        commands = [step.get("run", "") for step in job["steps"]]
        if any(re.search(r"nox -s (book|lite|tests|prereleases)", command) for command in commands):
            assert job["steps"][0]["with"]["fetch-depth"] == "0", name


@each()
def test_workflows_run_tasks_that_exist(path):
    tasks = re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text(), re.MULTILINE)
    for task in re.findall(r"nox -s (\w+)", path.read_text(encoding="utf-8")):
        assert task in tasks


@pytest.mark.parametrize(
    "path",
    [*WORKFLOWS, ROOT / ".readthedocs.yaml", *FORMS.iterdir()],
    ids=lambda path: path.name,
)
def test_no_file_names_a_repository_so_a_fork_needs_no_edit(path):
    assert not re.search(r"https?://|github\.com|\.github\.io", path.read_text(encoding="utf-8"))


def test_a_fork_publishes_under_its_own_address(tmp_path):
    fork = {"GITHUB_REPOSITORY": "Fork/book", "GITHUB_SERVER_URL": "https://github.com"}
    assert repository_address(tmp_path, fork) == "https://github.com/Fork/book"
    assert site_address(tmp_path, fork) == "https://fork.github.io/book/"
    own = fork | {"VGKD_SITE": "https://book.example.org"}
    assert site_address(tmp_path, own) == "https://book.example.org/"
    assert site_address(tmp_path, fork | {"VGKD_SITE": ""}) == "https://fork.github.io/book/"


@pytest.mark.parametrize(
    ("environment", "branch"),
    [
        ({}, "main"),
        ({"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "next"}, "next"),
        ({"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1.0.0"}, "main"),
        # of a pull request, the name is that of no branch one could open
        ({"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "7/merge", "GITHUB_HEAD_REF": "mend"},
         "main"),
    ],
)  # fmt: skip
def test_links_lead_to_a_branch_that_exists(environment, branch):
    assert repository_branch(environment) == branch


def test_the_second_home_installs_what_is_pinned_and_nothing_else():
    config = read(ROOT / ".readthedocs.yaml")
    jobs = config["build"]["jobs"]
    assert any("unshallow" in command for command in jobs["post_checkout"])
    assert jobs["install"] == [
        "pip install --require-hashes -r requirements/book.txt",
        "pip install --no-deps --no-build-isolation --editable .",
    ]
    assert config["sphinx"] == {"configuration": "docs/conf.py", "fail_on_warning": "true"}


def test_the_form_for_a_result_offers_the_settings_of_the_catalogue():
    fields = {field.get("id"): field for field in read(FORMS / "add-a-result.yml")["body"]}
    assert fields["setting"]["attributes"]["options"] == list(vocabulary(Setting))


def test_reporting_an_error_fills_in_fields_that_the_form_has():
    address = report_address("https://github.com/o/r", "https://a.org/b.html", "A & “b”")
    asked = parse_qs(urlsplit(address).query)
    assert asked["page"] == ["https://a.org/b.html"]
    assert asked["title"] == ["Error in “A & “b””"]
    assert asked.pop("template") == [FORM]
    fields = {field["id"] for field in read(FORMS / FORM)["body"] if "id" in field}
    assert set(asked) - {"title"} <= fields
    assert "section" in fields, "the page's script fills it in"
    assert report_address("https://gitlab.com/o/r", "a", "A") is None
    assert report_address("", "a", "A") is None


def page_of(mini_book, repository: str) -> Path:
    notebook = mini_book.root / "notebooks" / "first.md"
    notebook.write_text(f"{HEADER}\n# First\n\n## Part A\n\nText.\n\n## Part B\n\nText.\n", "utf-8")
    run = sphinx(
        mini_book.root / "docs", mini_book.root / "_build",
        PYTHONPATH=str(mini_book.root / "src"), VGKD_REPOSITORY=repository,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return mini_book.root / "_build/html/notebooks/first.html"


def test_no_page_leads_to_a_form_that_is_not_there(mini_book):
    page = page_of(mini_book, "none").read_text(encoding="utf-8")
    assert not BeautifulSoup(page, "lxml").select(".report-error")


def test_each_page_leads_to_the_form_filled_in_with_page_and_section(mini_book, browser):
    address = "https://o.github.io/r/notebooks/first.html"
    path = page_of(mini_book, "https://github.com/o/r")
    links = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml").select(".report-error a")
    assert len(links) == 2, "beside the text and at its foot"
    assert all(parse_qs(urlsplit(a["href"]).query)["page"] == [address] for a in links)

    page = browser.new_page(viewport={"width": 1400, "height": 400})
    page.route(re.compile("^https:"), lambda route: route.fulfill(body="the form"))
    for where, place, section in (
        (".bd-sidebar-secondary", "#part-a", "Part A"),
        (".prev-next-footer, .footer-article-items", "#part-b", "Part B"),
        (".prev-next-footer, .footer-article-items", "", None),
    ):
        page.goto(path.as_uri() + place)
        page.locator(f":is({where}) .report-error a").first.click()
        page.wait_for_url(re.compile("^https:"))
        asked = parse_qs(urlsplit(page.url).query)
        assert asked["page"] == [address + place]
        assert asked.get("section") == ([section] if section else None)
    page.close()
