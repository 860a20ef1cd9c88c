"""Packages that the code imports and that are not installed here."""

from __future__ import annotations

from grader.model import Cell, Place, Submission
from grader.student.missing_packages import missing_packages


def submission(*sources: str, files: tuple[str, ...] = ()) -> Submission:
    cells = tuple(Cell(n, source, f"cell {n}", place=Place(cell=n)) for n, source in enumerate(sources, 1))
    return Submission("t", "t.ipynb", "", files=dict.fromkeys(files, b""), cells=cells)


def test_a_missing_package_is_named_with_the_command_that_installs_it() -> None:
    found = list(
        missing_packages(submission("%matplotlib inline\nimport no_such_package.part as p", "import numpy, os"))
    )
    assert found == [("no_such_package", "pip install no_such_package")]


def test_own_modules_and_what_the_code_can_do_without_are_not_missing() -> None:
    code = "import helper\nfrom lib import net\ntry:\n    import no_such_package\nexcept ImportError:\n    pass\nfrom . import x"
    assert list(missing_packages(submission(code, "def broken(:", files=("helper.py", "lib/net.py")))) == []


def test_a_package_with_another_name_in_the_index_has_that_name() -> None:
    from grader.student import missing_packages as module

    assert module.DISTRIBUTIONS["sklearn"] == "scikit-learn"
    assert all(name != wanted for name, wanted in module.DISTRIBUTIONS.items())
