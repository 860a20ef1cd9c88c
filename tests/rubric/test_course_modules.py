"""Packages that a course allows in definitions: in the rubric, in a finding, and on the command line."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import torch

from grader.checks.base import CheckContext
from grader.definitions import libraries
from grader.errors import RubricError
from grader.grading.options import GradingOptions
from grader.ingest.discover import Source
from grader.model import Cause, Evidence, Status
from grader.rubric.course_modules import warnings_on_modules
from grader.rubric.load import parse_rubric
from grader.rubric.schema import Rubric
from tests.cache.test_evidence_key import key as evidence_key
from tests.command_line import run
from tests.helpers import grade_each, make

RUBRIC = """\
rubric: 1
title: Roots
points: 2
execute:
  modules: %s
  cpu_minutes: 1
questions:
  - id: q
    title: Roots
    points: 2
    checks:
      - kind: outputs
        points: 1
        target: root
        reference: "math:sqrt"
        given: {x: 6.25}
      - {kind: must_not_use, points: 1, target: root, names: [torch.sqrt]}
"""
WITH_MPMATH = "import mpmath\n\n\ndef root(x):\n    return float(mpmath.sqrt(x))\n"


def rubric(*modules: str) -> Rubric:
    return parse_rubric(RUBRIC % f"[{', '.join(modules)}]", "r.yaml")


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (
            "os",
            "'os' cannot be allowed, because it gives code access to files; remove it; code that uses it needs review",
        ),
        ("subprocess", "'subprocess' cannot be allowed, because it gives code access to processes and threads"),
        ("importlib", "because it gives code access to the import of modules, or to code as text"),
        ("inspect", "because it gives code access to the inside of the interpreter"),
        ("pickle", "because it gives code access to objects that are made from bytes"),
        ("reference", "because it gives code access to the grader"),
        ("sklearn.metrics", "'sklearn.metrics' is not the name of a package; name the package, 'sklearn'"),
        ("scikit-learn", "'scikit-learn' is not the name of a package; write it as in 'import name'"),
    ],
)
def test_a_module_that_cannot_be_allowed_is_a_mistake_with_its_line(module: str, message: str) -> None:
    with pytest.raises(RubricError) as caught:
        rubric("mpmath", module)
    assert str(caught.value).startswith("r.yaml:5: execute.modules[2]: ")
    assert message in str(caught.value)


def test_what_is_not_installed_is_a_warning_and_no_mistake(tmp_path: Path) -> None:
    read = rubric("mpmath", "nowhere_installed")
    [warning] = warnings_on_modules(read)
    assert (
        warning
        == "the package 'nowhere_installed' is not installed here; code that uses it needs review and fails nobody"
    )
    (tmp_path / "r.yaml").write_text(RUBRIC % "[mpmath, nowhere_installed]")
    done = run("rubric", "check", "r.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"warning: r.yaml: {warning}\n"


def findings(source: str, folder: Path, *modules: str) -> list[tuple[str, Cause | None, str]]:
    (folder / "Muster_1000001.py").write_text(source)
    [graded] = grade_each([folder], rubric(*modules))
    found = [scored.finding for question in graded.report.grade.questions for scored in question.checks]
    return [(finding.status, finding.cause, str(finding.message)) for finding in found]


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("modules", "status"), [(("mpmath",), Status.passed), ((), Status.needs_review)], ids=["allowed", "not allowed"]
)
def test_right_code_with_a_package_passes_where_the_course_allows_it(
    modules: tuple[str, ...], status: Status, tmp_path: Path
) -> None:
    assert [found for found, _, _ in findings(WITH_MPMATH, tmp_path, *modules)] == [status, status]


@pytest.mark.kernel
def test_wrong_code_with_a_package_fails(tmp_path: Path) -> None:
    [(outputs, cause, _), (own, _, _)] = findings(WITH_MPMATH.replace("sqrt", "exp"), tmp_path, "mpmath")
    assert (outputs, cause, own) == (Status.failed, Cause.wrong_value, Status.passed)


@pytest.mark.kernel
def test_a_package_that_is_not_installed_is_the_environment_and_never_the_team(tmp_path: Path) -> None:
    source = WITH_MPMATH.replace("mpmath", "nowhere_installed")
    found = findings(source, tmp_path, "nowhere_installed")
    assert [(status, cause) for status, cause, _ in found] == [(Status.needs_review, Cause.environment)] * 2
    assert "The module nowhere_installed is not installed here" in found[0][2]
    assert found[1][2] == (
        "Static analysis cannot tell what root uses: it uses nowhere_installed.sqrt, and the package nowhere_installed "
        "is not installed here."
    )


def _forget() -> None:
    libraries._is_allowed.cache_clear()
    libraries._resolve.cache_clear()


def test_a_forbidden_layer_is_found_behind_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mpmath = importlib.import_module("mpmath")  # without types
    monkeypatch.setattr(mpmath, "hidden_root", torch.sqrt, raising=False)
    _forget()
    source = WITH_MPMATH.replace("sqrt", "hidden_root")
    (tmp_path / "Muster_1000001.py").write_text(source)
    submission = GradingOptions().open(Source("Muster_1000001.py", tmp_path / "Muster_1000001.py"), rubric("mpmath"))
    found = make("must_not_use", target="root", names=["torch.sqrt"]).judge(CheckContext(submission, Evidence()))
    _forget()
    assert found.status == Status.failed
    assert "mpmath.hidden_root" in str(found.message)


def test_evidence_depends_on_the_versions_of_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    mpmath = importlib.import_module("mpmath")
    keys = []
    for version in ("1", "2", "2"):
        monkeypatch.setattr(mpmath, "__version__", version)
        keys.append(evidence_key(text=RUBRIC % "[mpmath]"))
    assert keys[0] != keys[1] == keys[2]
