"""The wheel is the whole program: it installs without this repository and grades from an empty folder."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.helpers import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.wheel]
INSIDE = (
    "grader/report/templates/report.html",
    "grader/report/templates/style.css",
    "grader/desk/templates/desk.html",
    "grader/desk/static/desk.js",
    "grader/locale/de/LC_MESSAGES/report.mo",
    "grader/locale/de/LC_MESSAGES/messages.mo",
    "grader/services/run_autograder",
    "grader/services/setup.sh",
    "grader/demo/demo.yaml",
    "grader/demo/model.py.txt",
    "grader/demo/answers.md.txt",
    "reference/calibration/noise-removal.json",
)
PACKED = ("grader/report/templates/*", "grader/desk/templates/*", "grader/desk/static/*", "grader/services/*")
PACKAGES = sysconfig.get_path("purelib")
COPIED = (
    "pyproject.toml", "constraints.txt", "README.md", "LICENSE", "grader", "reference", "tests", "bench", "submissions"
)  # fmt: skip


def ran(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([str(word) for word in words], cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked files, without an earlier `build/` and other files."""
    source = tmp_path_factory.mktemp("source")
    listed = subprocess.run(["git", "ls-files", "-z", *COPIED], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    return source


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the checkout."""
    source, out = checkout, tmp_path_factory.mktemp("dist")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    done = ran(*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", out, source, folder=out)
    [made] = out.glob("*.whl")
    assert done.returncode == 0
    return made


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("name", INSIDE)
def test_what_the_program_reads_is_in_the_wheel(names: set[str], name: str) -> None:
    assert name in names


@pytest.mark.parametrize("pattern", PACKED)
def test_no_file_of_a_folder_that_is_read_is_left_out(names: set[str], pattern: str) -> None:
    here = {path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern) if path.is_file()}
    assert here == {name for name in names if fnmatch(name, pattern)} != set()


def test_every_module_is_in_the_wheel_and_nothing_of_the_repository_beside_them(names: set[str]) -> None:
    modules = {
        path.relative_to(ROOT).as_posix() for top in ("grader", "reference") for path in (ROOT / top).rglob("*.py")
    }
    assert modules == {name for name in names if name.endswith(".py")}
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"grader", "reference"}


def _own(folder: str, names: list[str]) -> set[str]:
    """The grader's own entries among the installed packages, and the links of its editable install."""
    ours = ("__editable__", "dl_grader-", "grader", "reference")
    return {name for name in names if name.startswith(ours)} if folder == PACKAGES else set()


def _linked(source: str, target: str) -> str:
    """A second name for a file, or a copy where the file system has no such thing between the two."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel and this environment's packages, as nothing is downloaded here."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    ran(sys.executable, "-m", "venv", "--without-pip", home, folder=home.parent)
    [packages] = (home / "lib").glob("python*/site-packages")
    shutil.copytree(PACKAGES, packages, ignore=_own, copy_function=_linked, dirs_exist_ok=True)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", home / "bin" / "python")
    assert ran(*pip, "install", "--no-deps", "--no-index", wheel, folder=home.parent).returncode == 0
    return home / "bin"


def test_an_installed_wheel_grades_the_demo_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = ran(installed / "python", "-c", "import grader; print(grader.__file__)", folder=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(installed.parent)
    said = ran(installed / "grader", "demo", folder=tmp_path)
    [path] = tmp_path.rglob("reports/*.json")
    report = json.loads(path.read_text(encoding="utf-8"))
    assert path.with_suffix(".html").is_file()
    assert report["grade"]["total"] == "1.50", said.stdout


def test_installed_from_its_wheel_it_speaks_german(installed: Path, tmp_path: Path) -> None:
    code = "from grader.report.i18n import FOLDER, MESSAGES, catalogue\nassert catalogue(MESSAGES, 'de').info(), FOLDER"
    assert ran(installed / "python", "-c", code, folder=tmp_path).returncode == 0


def test_the_install_lines_of_the_readme_give_the_command_and_the_desk(checkout: Path, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [block] = re.findall(r"(?s)## Install.*?```sh\n(.*?)```", readme)
    shutil.copytree(checkout, tmp_path / "checkout", copy_function=_linked)
    make, install, demo = map(shlex.split, block.splitlines())
    assert (make[0], install[0], demo) == ("python3", ".venv/bin/pip", [".venv/bin/grader", "demo"])
    ran(sys.executable, *make[1:], folder=tmp_path / "checkout")
    [packages] = (tmp_path / "checkout" / ".venv" / "lib").glob("python*/site-packages")
    shutil.copytree(PACKAGES, packages, ignore=_own, copy_function=_linked, dirs_exist_ok=True)  # nothing is downloaded
    offline = ("--no-index", "--no-build-isolation", "--disable-pip-version-check", "--quiet")
    assert ran(*install, *offline, folder=tmp_path / "checkout").returncode == 0
    said = ran(".venv/bin/grader", "--version", folder=tmp_path / "checkout")
    assert said.stdout.startswith("grader ")
    python = tmp_path / "checkout" / ".venv" / "bin" / "python"
    where = ran(python, "-c", "import grader, starlette; print(grader.__file__)", folder=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(packages)
