"""Exceptions of the submission as exceptions of the same type."""

from __future__ import annotations

import numpy as np
import pytest

from grader.own_tests.raised import exception_of


@pytest.mark.parametrize(
    ("name", "bases", "message", "kind", "text", "exact"),
    [
        ("ValueError", ["Exception"], "bad", ValueError, "bad", True),
        ("KeyError", ["LookupError"], "'a'", KeyError, "'a'", True),
        ("KeyError", ["LookupError"], "a b", KeyError, "'a b'", True),
        ("LinAlgError", ["ValueError"], "singular", np.linalg.LinAlgError, "singular", True),
        ("Mine", ["ValueError", "Exception"], "m", ValueError, "m", False),
        ("Mine", [], "m", Exception, "m", False),
        ("UnicodeDecodeError", ["UnicodeError", "ValueError"], "m", UnicodeError, "m", False),
        ("SystemExit", ["BaseException"], "0", Exception, "0", False),
        ("print", [], "m", Exception, "m", False),
    ],
)
def test_the_exception(
    name: str, bases: list[str], message: str, kind: type[Exception], text: str, exact: bool
) -> None:
    error = exception_of({"type": name, "bases": bases, "message": message}, 7)
    if name == "SystemExit":
        assert not isinstance(error, SystemExit)
        return
    assert type(error) is kind
    assert str(error) == text
    assert error.grader_operation == 7  # type: ignore[attr-defined]
    assert error.grader_exact is exact  # type: ignore[attr-defined]
