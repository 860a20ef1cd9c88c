"""The `conftest.py` of a tree of tests, which pytest reads for all tests below its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

NAME = "conftest.py"
PLACES = (f"tests/{NAME}", NAME)  # in a course: beside the tests, and above them


def conftests_of(paths: Sequence[str], tests: Sequence[str]) -> Mapping[str, str]:
    """Return the paths of the `conftest.py` that count for all of the tests, with their places in a course folder.

    All tests of a course are in one folder, so one that counts for some of them only has no place, and there are two
    places: the innermost ones have them.
    """
    found = [path for path in paths if PurePosixPath(path).name == NAME]
    above = [path for path in found if all(PurePosixPath(one).is_relative_to(_folder(path)) for one in tests)]
    innermost = sorted(above, key=lambda path: len(_folder(path).parts), reverse=True)
    return dict(zip(innermost, PLACES, strict=False))


def _folder(path: str) -> PurePosixPath:
    return PurePosixPath(path).parent
