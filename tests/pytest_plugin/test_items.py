"""Items have the names and lines of the tests in their file; see also `test_option.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.pytest_plugin.items import _Lines, _parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("test_a", ["test_a"]),
        ("TestA::TestB::test_c", ["TestA", "TestB", "test_c"]),
        ("TestA::test_c[x::y]", ["TestA", "test_c[x::y]"]),
        ("test_a[[1]]", ["test_a[[1]]"]),
    ],
)
def test_the_parts_of_a_name(name: str, parts: list[str]) -> None:
    assert _parts(name) == parts


def test_lines_count_from_zero(tmp_path: Path) -> None:
    file = tmp_path / "test_it.py"
    file.write_text("\ndef test_a(): pass\n\nclass TestB:\n    def test_c(self): pass\n")
    lines = _Lines(file)
    assert lines.of(["test_a[1]"]) == 1
    assert lines.of(["TestB", "test_c"]) == 4
    assert lines.of(["TestB", "test_inherited"]) is None
