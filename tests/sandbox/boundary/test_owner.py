"""Names that say which process made something."""

from __future__ import annotations

import re
import subprocess
import sys

from grader.sandbox.boundary.owner import is_left, owned_prefix

NAME = re.compile(r"grader-([0-9a-f]+)-([0-9a-f]+)-([0-9a-f]+)-")


def test_what_this_process_made_is_not_left() -> None:
    assert not is_left(f"{owned_prefix()}x")
    assert not is_left(f".{owned_prefix()}x")


def test_what_a_process_made_that_has_ended_is_left() -> None:
    code = "from grader.sandbox.boundary.owner import owned_prefix; print(owned_prefix())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert is_left(f"{said.stdout.strip()}x")


def test_an_id_that_another_process_has_now_is_not_enough() -> None:
    pid, start, place = NAME.match(owned_prefix()).groups()  # type: ignore[union-attr]
    assert is_left(f"grader-{pid}-{int(start, 16) - 1:x}-{place}-x")


def test_names_of_other_machines_and_programs_are_never_left() -> None:
    pid, start, place = NAME.match(owned_prefix()).groups()  # type: ignore[union-attr]
    other = f"{int(place, 16) ^ 1:06x}"
    assert not is_left(f"grader-{pid}-{int(start, 16) - 1:x}-{other}-x")
    assert not any(map(is_left, ("grader-x", "grader-1-2-x", "graded", "other-1-2-abcdef-x")))
