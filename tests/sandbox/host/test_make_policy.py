"""What a submission's process may read: programs, libraries and the interpreter, and nothing that may lie beside them."""

from __future__ import annotations

import sys
from pathlib import Path

import grader
import reference
from grader.sandbox.boundary.policy import SYSTEM
from grader.sandbox.child.confine import _without
from grader.sandbox.host.make_policy import _readable_by_others, hidden_paths, interpreter_paths


def test_the_packages_of_the_grader_are_hidden_where_they_are() -> None:
    assert set(hidden_paths()) == {str(Path(str(module.__file__)).parent) for module in (grader, reference)}


def test_the_prefix_of_the_interpreter_is_not_readable_as_a_whole() -> None:
    paths = interpreter_paths()
    assert sys.prefix not in paths
    assert sys.base_prefix not in paths
    assert any(Path(path).is_relative_to(sys.base_prefix) for path in paths)
    assert all(Path(path).exists() for path in paths)


def test_no_folder_of_the_system_in_which_a_course_may_lie_is_readable() -> None:
    for folder in ("/usr/src/course", "/usr/course", "/usr/local/course", "/usr/local/src/course", "/etc", "/opt"):
        assert not any(Path(folder).is_relative_to(path) for path in SYSTEM), folder


def test_a_hidden_folder_is_left_out_of_a_readable_one(tmp_path: Path) -> None:
    for name in ("lib/site/grader", "lib/site/torch", "lib/json", "bin"):
        (tmp_path / name).mkdir(parents=True)
    hidden = f"{tmp_path}/lib/site/grader"
    found = _without(str(tmp_path), {f"{tmp_path}/lib/site"}, {hidden})
    assert found == [f"{tmp_path}/bin", f"{tmp_path}/lib/json", f"{tmp_path}/lib/site/torch"]


def test_others_need_to_list_a_folder_and_only_to_read_a_file() -> None:
    """A settings file is not executable; where that was asked of it, root had no level B in any environment."""
    assert [_readable_by_others(path) for path in ("/usr/share", "/etc/passwd", "/etc/shadow")] == [True, True, False]
