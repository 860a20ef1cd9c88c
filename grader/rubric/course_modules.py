"""The packages that a course allows in definitions: which cannot be allowed, and which are not installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.definitions.libraries import gives, is_installed
from grader.rubric.schema import Rubric
from grader.rubric.yaml_errors import Problems


def find_refused_modules(names: Sequence[str], problems: Problems) -> None:
    """Add the names of `execute: modules` that are no packages, or that give code more than its names show."""
    for number, name in enumerate(names):
        place = ("execute", "modules", number)
        if not name.isidentifier():
            whole = name.partition(".")[0]
            hint = f"name the package, '{whole}'" if whole.isidentifier() else "write it as in 'import name'"
            problems.add(place, f"'{name}' is not the name of a package", hint)
        elif what := gives(name):
            hint = "remove it; code that uses it needs review"
            problems.add(place, f"'{name}' cannot be allowed, because it gives code access to {what}", hint)


def warnings_on_modules(rubric: Rubric) -> Iterator[str]:
    """Yield a sentence for each package that the rubric allows and that is not installed on this machine."""
    for name in rubric.execute.modules:
        if not is_installed(name):
            yield f"the package '{name}' is not installed here; code that uses it needs review and fails nobody"
