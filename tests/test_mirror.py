"""`tests/` mirrors `grader/`: each module that does something has a test file of its name in the folder of its name."""

from __future__ import annotations

import ast

from tests.helpers import ROOT

# Modules without a test file of their own; some are tested through others. This list may only become shorter.
WITHOUT = frozenset(
    {
        "batch/forkserver",
        "batch/job_queue",
        "batch/regrade_one",
        "checks/documentation",
        "checks/model_check",
        "cli/check",
        "cli/course",
        "cli/decide",
        "cli/demo",
        "cli/desk",
        "cli/diff",
        "cli/doctor",
        "cli/explain",
        "cli/export",
        "cli/grade",
        "cli/gradescope",
        "cli/groups",
        "cli/isolation",
        "cli/pack",
        "cli/progress",
        "cli/report",
        "cli/rubric",
        "cli/similarity",
        "comparing/model_calls",
        "comparing/reference_outputs",
        "course/course_schema",
        "definitions/allowlist",
        "desk/auth",
        "desk/comment_pages",
        "desk/group_pages",
        "desk/manual_grading",
        "desk/overview_pages",
        "desk/page_base",
        "desk/passwords",
        "desk/rendering",
        "desk/server",
        "exports/formats/classroom",
        "exports/formats/github",
        "exports/formats/gradescope",
        "exports/formats/junit",
        "exports/formats/moodle_feedback",
        "exports/formats/points_csv",
        "exports/formats/result_json",
        "exports/moodle_matching",
        "exports/result",
        "expressions/classify",
        "expressions/given_formula",
        "expressions/known_mistakes",
        "expressions/matrices",
        "expressions/parse_math",
        "expressions/parse_prose",
        "expressions/parse_python",
        "expressions/statements",
        "expressions/token_reader",
        "expressions/tokens",
        "expressions/tree",
        "ingest/documents",
        "ingest/member_names",
        "lists/moodle_worksheet",
        "reading/shapes",
        "reading/sizes",
        "report/rendered",
        "report/serialize",
        "report/similarity_pages",
        "report/svg_charts",
        "report/translate",
        "results/apply_group_decisions",
        "results/compare_runs",
        "results/folder_lock",
        "results/output_folder",
        "results/submissions",
        "results/trainings",
        "rubric/schema",
        "rubric/yaml_errors",
        "sandbox/boundary/policy",
        "sandbox/boundary/syscalls",
        "sandbox/boundary/worker_module",
        "sandbox/child/confine",
        "sandbox/child/definitions_child",
        "sandbox/child/kernel_app",
        "sandbox/child/kernel_child",
        "sandbox/child/pdf_child",
        "sandbox/child/picture_child",
        "sandbox/child/probe",
        "sandbox/child/worker",
        "sandbox/host/process",
        "sandbox/host/provisioner",
        "sandbox/host/workspace",
        "sandbox/limits",
    }
)


def does_something(text: str) -> bool:
    """Whether a module computes anything, and does not only hold values and their classes."""
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(ast.parse(text)))


def modules() -> set[str]:
    """The modules of the package as paths without their ending: `grading/judge`."""
    paths = [path for path in (ROOT / "grader").rglob("*.py") if not path.name.startswith("__")]
    found = {path for path in paths if does_something(path.read_text(encoding="utf-8"))}
    return {path.relative_to(ROOT / "grader").with_suffix("").as_posix() for path in found}


def is_tested(module: str) -> bool:
    folder, _, name = module.rpartition("/")
    return (ROOT / "tests" / folder / f"test_{name}.py").is_file()


def test_a_new_module_has_a_test_file_of_its_name() -> None:
    assert sorted(module for module in modules() - WITHOUT if not is_tested(module)) == []


def test_the_list_of_modules_without_one_holds_no_name_that_is_tested_or_gone() -> None:
    there = modules()
    assert sorted(module for module in WITHOUT if module not in there or is_tested(module)) == []


def test_each_folder_of_tests_is_one_of_the_package() -> None:
    folders = {path.parent.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    of_their_own = {".", "hostile", "fidelity"}
    assert sorted(name for name in folders - of_their_own if not (ROOT / "grader" / name).is_dir()) == []
