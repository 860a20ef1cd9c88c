"""The documentation is true: YAML is read by the rubric reader, commands exist, what is generated is up to date."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from grader import checks
from grader.checks import Check, documentation, kinds
from grader.cli import app
from grader.cli.app import ORDER
from grader.course.course_schema import parse_course
from grader.results.output_folder import read_reports
from grader.rubric.load import parse_rubric, read_rubric
from grader.trying.operators import operators
from tests.command_line import run
from tests.helpers import ROOT, grade_each

PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md"), ROOT / "rubrics" / "README.md"]
)
# Files of services; YAML reads a bare `on` as true.
OF_SERVICES = {"on", True, "jobs", "include"}


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.S)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_yaml_blocks_are_right(path: Path, tmp_path: Path) -> None:
    _write_files(list(FENCE.finditer(path.read_text(encoding="utf-8"))), tmp_path)
    for block in blocks(path, "yaml"):
        data = yaml.safe_load(block)
        if isinstance(data, list):
            for check in data:
                made = kinds()[check["kind"]].model_validate(check)
                assert made.mistake_in_keys() == ""
        elif "course" in data:
            parse_course(block, path.name)
        elif "rubric" in data:
            parse_rubric(block, str(tmp_path / path.name))
        else:
            assert data.keys() & OF_SERVICES, block


def _for_services() -> list[dict[str, Any]]:
    found = [yaml.safe_load(block) for path in PAGES for block in blocks(path, "yaml")]
    return [one for one in found if isinstance(one, dict)]


def test_workflows_in_the_docs_give_the_action_what_it_takes() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    jobs = [job for one in _for_services() for job in one.get("jobs", {}).values()]
    steps = [step for job in jobs for step in job.get("steps", ())]
    ours = [step for step in steps if "/grader@" in step.get("uses", "")]
    assert ours
    for step in ours:
        required = {name for name, one in action["inputs"].items() if one.get("required")}
        assert required <= set(step["with"]) <= set(action["inputs"])


def test_workflows_in_the_docs_give_the_reusable_workflow_what_it_takes() -> None:
    [called] = [job for one in _for_services() for job in one.get("jobs", {}).values() if "uses" in job]
    name = called["uses"].partition("/.github/workflows/")[2].partition("@")[0]
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))
    takes = workflow[True]["workflow_call"]
    required = {key for key, one in takes["inputs"].items() if one.get("required")}
    assert required <= set(called["with"]) <= set(takes["inputs"])
    assert set(called["secrets"]) == set(takes["secrets"])


def test_gitlab_jobs_in_the_docs_include_what_is_there_and_set_what_it_reads() -> None:
    pages = [one for one in _for_services() if "include" in one]
    assert pages
    for page in pages:
        for part in page["include"]:
            script = (ROOT / part["file"]).read_text(encoding="utf-8")
            assert all(f"${name}" in script for name in page["variables"])


@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_kind_has_a_label_an_example_and_described_keys(name: str) -> None:
    kind = kinds()[name]
    assert kind.label
    assert yaml.safe_load(kind.example)["kind"] == name
    base = {"kind", "id", "title", "points", "deducts", "needs", "visibility"}
    lacking = [key for key, field in kind.model_fields.items() if key not in base and not field.description]
    assert lacking in ([], ["training"], ["weights"])


def _commands() -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        found.add((name,))
        found |= {(name, inner) for inner in getattr(command, "commands", {})}
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_commands_in_the_docs_exist_with_their_options(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = [line.removeprefix("$ ") for block in blocks(path, "(?:console|sh)") for line in block.splitlines()]
    lines += re.findall(r"`(grader [^`]+)`", text)
    help_texts = {}
    for line in lines:
        words = shlex.split(line.partition("#")[0])
        if words[:1] == ["make"]:
            assert re.search(rf"(?m)^{words[1]}:", (ROOT / "Makefile").read_text())
        if words[:1] != ["grader"] or len(words) < 2:
            continue
        command = get_command(app)
        for word in words[1:]:
            inner = getattr(command, "commands", {}).get(word)
            if inner is None:
                break
            command = inner
        assert command is not get_command(app), line
        options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= options | {"--version", "--help"}, line
        help_texts[line] = True
    if path.name == "README.md" and path.parent == ROOT:
        assert help_texts


def test_pictures_in_the_docs_exist() -> None:
    for path in PAGES:
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).is_file()


def test_links_between_pages_lead_somewhere() -> None:
    for path in PAGES:
        for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (path.parent / target).exists(), (path, target)


def test_the_page_of_kinds_holds_what_the_code_says() -> None:
    page = (ROOT / "docs" / "kinds.md").read_text(encoding="utf-8")
    assert page == documentation.page(), "write it again: make kinds"


def test_the_kind_of_the_page_on_kinds_is_found_and_judges_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, its_test = blocks(ROOT / "docs" / "adding-a-check.md", "python")
    [rubric_line] = blocks(ROOT / "docs" / "adding-a-check.md", "text")
    (tmp_path / "nothing_left.py").write_text(kind, encoding="utf-8")
    monkeypatch.setattr(checks, "__path__", [*checks.__path__, str(tmp_path)])
    _forget_kinds()
    try:
        exec(compile(its_test, "adding-a-check.md", "exec"), {})
        read = parse_rubric(
            "rubric: 1\ntitle: T\npoints: 0.5\nquestions:\n  - id: q\n    title: Q\n    points: 0.5\n    checks:\n"
            + "".join(f"      {line}\n" for line in rubric_line.splitlines()),
            "rubric.yaml",
        )
        assert [check.kind for _, check in read.checks()] == ["nothing_left"]
        assert "### `nothing_left`" in documentation.markdown(kinds())
    finally:
        sys.modules.pop("grader.checks.nothing_left", None)
        vars(checks).pop("nothing_left", None)
        _forget_kinds()


def _forget_kinds() -> None:
    checks.built_in_kinds.cache_clear()
    kinds.cache_clear()


@pytest.mark.docs
def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    pages = list((tmp_path / "site").glob("*.html"))
    assert {path.stem for path in pages} >= {path.stem for path in (ROOT / "docs").glob("*.md")}
    for page in pages:
        loaded = re.findall(r"<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=\"?([^\"\s>]+)", page.read_text("utf-8"))
        assert [one for one in loaded if one.startswith(("http:", "https:", "//"))] == [], page.name


def project() -> dict[str, Any]:
    """Return what pyproject.toml says about the project."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def _install_commands() -> list[tuple[str, str]]:
    """Return every `pip install` in files of this repository, with its file."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.split("\0") if name and not name.startswith(("tests/", "submissions/"))]
    found = []
    for name in names:
        path = ROOT / name
        if path.is_file() and path.suffix not in (".png", ".mo", ".js"):
            found += [(name, one) for one in re.findall(r"pip\"? install\b[^\n`]*", path.read_text(encoding="utf-8"))]
    return found


def test_nothing_installs_the_project_of_the_same_name_from_an_index() -> None:
    assert project()["name"] == "dl-grader"
    commands = _install_commands()
    assert {name for name, _ in commands} >= {"README.md", "docs/desk.md", "ci/gitlab.yml", "grader/services/setup.sh"}
    strangers = [
        (name, one) for name, one in commands if re.search(r"""[\s'"]grader(?![-\w.:/])""", one.partition(";")[0])
    ]
    assert [one for one in strangers if "project folder of the grader" not in one[1]] == []


@pytest.mark.parametrize(
    "command", ["pip install grader", "pip install --quiet 'grader[desk]'", "pip install grader==0.1.0"]
)
def test_an_installation_of_that_project_would_be_noticed(command: str) -> None:
    assert re.search(r"""[\s'"]grader(?![-\w.:/])""", command)


def test_the_readme_lists_every_command_in_its_panel() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    panels: dict[str, list[str]] = {}
    for name in ORDER:
        if not commands[name].hidden:
            panels.setdefault(commands[name].rich_help_panel, []).append(name)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"(?m)^\| (Grading|Students|Rubrics|Course|System) \| (.*) \|$", readme))
    listed = {panel: re.findall(r"`(\w+)`", re.sub(r"\(.*?\)", "", row)) for panel, row in rows.items()}
    assert listed == panels
    assert set(ORDER) == set(commands)


def test_the_guide_on_kinds_names_every_class_variable() -> None:
    guide = (ROOT / "docs" / "adding-a-check.md").read_text(encoding="utf-8")
    variables = [name for name, hint in vars(Check)["__annotations__"].items() if "ClassVar" in str(hint)]
    assert len(variables) > 5
    assert [name for name in variables if f"| `{name}` |" not in guide] == []


def test_the_picture_of_the_layers_shows_what_is_checked() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "pictures" / "layers.py"))
    drawn = script["PICTURE"].read_text(encoding="utf-8")
    assert drawn == script["svg"](), "draw it again: python docs/pictures/layers.py"
    assert all(f">{name}<" in drawn for row in script["layers"]() for name in row.split(" | "))


def test_the_architecture_page_has_a_row_for_every_folder() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = {path.parent.name for path in (ROOT / "grader").glob("*/__init__.py")}
    rows = " ".join(re.findall(r"(?m)^\| (`[^|]*) \|", page))
    assert [name for name in folders if f"`{name}/`" not in rows] == []


def test_files_that_the_architecture_page_names_exist() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    known = {path.name for folder in ("grader", "reference", "docs") for path in (ROOT / folder).rglob("*.py")}
    named = {name.rpartition("/")[2] for name in re.findall(r"`([\w/]+\.py)`", page)}
    assert len(named) > 20
    assert named - known == set()


def test_the_glossary_is_sorted_and_has_each_term_once() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"(?m)^\| ([^|]+?) \| [^|]+ \|$", page)[1:]
    assert len(terms) > 50
    assert terms == sorted(set(terms), key=str.casefold)
    assert {"needs review", "grader error", "student pack", "rubric item", "override", "late policy"} <= set(terms)


OWN_EXERCISE = ROOT / "docs" / "own-exercise.md"
FENCE = re.compile(r"(?:`(?P<file>[\w./]+)`:\n\n)?```(?P<language>\w+)\n(?P<text>.*?)```", re.S)


def _sections(page: Path) -> dict[str, list[re.Match[str]]]:
    """Return the blocks of a page by the heading above them."""
    parts = re.split(r"(?m)^## (.*)$", page.read_text(encoding="utf-8"))
    return {title: list(FENCE.finditer(text)) for title, text in zip(parts[1::2], parts[2::2], strict=True)}


WHOLE = ("The reference", "The rubric", "Two submissions")  # these belong together
FRAGMENTS = {
    title: found
    for title, found in _sections(OWN_EXERCISE).items()
    if title not in WHOLE and any(block["language"] == "yaml" for block in found)
}


EXAMPLES = [(OWN_EXERCISE, WHOLE), (ROOT / "docs" / "own-kind.md", ("The kind", "The rubric", "Two submissions"))]


def _write_files(blocks_of_page: list[re.Match[str]], folder: Path) -> list[str]:
    """Write the files of a page and return their names."""
    named = [block for block in blocks_of_page if block["file"]]
    for block in named:
        (folder / block["file"]).parent.mkdir(exist_ok=True, parents=True)
        (folder / block["file"]).write_text(block["text"], encoding="utf-8")
    return [block["file"] for block in named]


def _without_count(line: str) -> str:
    """Return a line without a count such as [1/2]: submissions are graded side by side and end in any order."""
    return re.sub(r"^\[\d+/\d+\] ", "", line)


@pytest.mark.kernel
@pytest.mark.parametrize(("page", "titles"), EXAMPLES, ids=lambda value: value.stem if isinstance(value, Path) else "")
def test_the_example_of_a_page_is_graded_as_it_says(page: Path, titles: tuple[str, ...], tmp_path: Path) -> None:
    found = [block for title in titles for block in _sections(page)[title]]
    assert len(_write_files(found, tmp_path)) == 4
    consoles = [block["text"] for block in found if block["language"] == "console"]
    for console in (part for text in consoles for part in text.removeprefix("$ ").split("\n$ ")):
        command, *output = console.splitlines()
        done = run(*shlex.split(command.removeprefix("grader ")), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        printed = [_without_count(line) for line in (done.stdout + done.stderr).splitlines()]
        assert [line for line in output if _without_count(line) not in printed] == []
    reports = {report.source: report for report in read_reports(tmp_path / "graded")}
    [right], [wrong] = (
        [s.finding for question in reports[name].grade.questions for s in question.checks]
        for name in ("Muster_1000001.py", "Beispiel_1000002.py")
    )
    assert right.status == "passed"
    [quoted] = [block["text"] for block in found if block["language"] == "text"]
    assert f"{wrong.message} {wrong.hint}" == quoted.strip()


@pytest.mark.kernel
def test_the_tests_of_the_page_are_graded_as_it_says(tmp_path: Path) -> None:
    found = _sections(ROOT / "docs" / "own-tests.md")["An example"]
    assert len(_write_files(found, tmp_path)) == 3
    rubric = read_rubric(tmp_path / "rubric.yaml")
    (graded,) = grade_each([tmp_path / "submissions" / "Muster_1000001"], rubric)
    (scored,) = (check for question in graded.report.grade.questions for check in question.checks)
    quoted = found[-1]["text"]
    assert f"{scored.finding.message} {scored.finding.hint}" == quoted.strip()
    assert scored.finding.credit == Decimal("0.75")


@pytest.mark.kernel
def test_the_import_of_the_page_is_as_it_says(tmp_path: Path) -> None:
    found = _sections(ROOT / "docs" / "coming-from-otter-or-nbgrader.md")["An example"]
    assert _write_files(found, tmp_path) == ["source.py"]
    [console], [test] = ([one["text"] for one in found if one["language"] == name] for name in ("console", "text"))
    command, *output = console.removeprefix("$ ").splitlines()
    done = run(*shlex.split(command.removeprefix("grader ")), cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()) == (1, output)
    course = tmp_path / "course"
    assert (course / "tests" / "test_samples.py").read_text(encoding="utf-8") == test
    solution = (course / "solution" / "source.ipynb").read_text(encoding="utf-8")
    for name, text in (("right", solution), ("wrong", solution.replace("number**2", "number * 2"))):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "source.ipynb").write_text(text, encoding="utf-8")
    points = {
        graded.report.source: [one.earned for question in graded.report.grade.questions for one in question.checks]
        for graded in grade_each(
            [tmp_path / "in" / "right", tmp_path / "in" / "wrong"], read_rubric(course / "rubric.yaml")
        )
    }
    assert points == {"right": [2, 1, None], "wrong": [0, 0, None]}


@pytest.mark.kernel
@pytest.mark.parametrize("title", FRAGMENTS)
def test_every_other_check_of_the_page_passes_its_reference_and_fails_an_empty_solution(
    title: str, tmp_path: Path
) -> None:
    [first] = [block for block in _sections(OWN_EXERCISE)["The reference"] if block["file"]]
    found = FRAGMENTS[title]
    files = _write_files(found, tmp_path)
    [more] = [block["text"] for block in found if block["language"] == "python" and not block["file"]]
    (tmp_path / "solution.py").write_text(first["text"] + "\n\n" + more, encoding="utf-8")
    [check] = yaml.safe_load(next(block["text"] for block in found if block["language"] == "yaml"))
    question = {"id": "q", "title": "Q", "points": check["points"], "checks": [check]}
    written = {"rubric": 1, "title": "T", "points": check["points"], "questions": [question]}
    text = yaml.safe_dump({**written, "execute": {"files": files}}, sort_keys=False)
    rubric = parse_rubric(text, str(tmp_path / "rubric.yaml"), references=True)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Muster_1000001.py").write_bytes((tmp_path / "solution.py").read_bytes())
    name, _, method = check["target"].partition(".")
    empty = f"class {name}:\n    def __init__(self, **_):\n        pass\n    def {method}(self, **_):\n        pass\n"
    (tmp_path / "in" / "Beispiel_1000002.py").write_text(empty if method else f"def {name}(**_):\n    pass\n")
    for graded in grade_each([tmp_path / "in"], rubric):
        [finding] = [s.finding for one in graded.report.grade.questions for s in one.checks]
        assert finding.status == ("passed" if graded.report.source == "Muster_1000001.py" else "failed"), finding


@pytest.mark.kernel
def test_the_page_on_testing_a_rubric_shows_what_is_printed(tmp_path: Path) -> None:
    found = _sections(ROOT / "docs" / "test-your-rubric.md")["The solution"]
    assert len(_write_files(found, tmp_path)) == 2
    [console] = [block["text"] for block in found if block["language"] == "console"]
    for part in console.removeprefix("$ ").split("\n$ "):
        command, *output = part.strip().splitlines()
        done = run(*shlex.split(command.removeprefix("grader ")), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert (done.stdout + done.stderr).splitlines() == output
    rubric = tmp_path / "rubric.yaml"
    mask = "{mask: padding, shape: [batch, length]}"
    rubric.write_text(rubric.read_text().replace("{ones: [batch, length]}", mask))
    done = run("rubric", "try", "rubric.yaml", "--minimum", "100", cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[1]) == (0, "10 of 10 mutants noticed")


def test_the_page_of_mutants_has_every_change() -> None:
    page = (ROOT / "docs" / "mutants.md").read_text(encoding="utf-8")
    assert [one.title for one in operators().values() if f"| {one.title} |" not in page] == []
