"""`tests/` mirrors `grader/`: each module that does something has a test file of its name in the folder of its name."""

from __future__ import annotations

import ast

from tests.helpers import ROOT

# Modules without a test file of their own; some are tested through others. This list may only become shorter.
WITHOUT = frozenset(["@LIST@"])


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
    assert sorted(module for module in WITHOUT if module not in modules() or is_tested(module)) == []


def test_each_folder_of_tests_is_one_of_the_package() -> None:
    folders = {path.parent.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    of_their_own = {".", "hostile", "fidelity"}
    assert sorted(name for name in folders - of_their_own if not (ROOT / "grader" / name).is_dir()) == []
