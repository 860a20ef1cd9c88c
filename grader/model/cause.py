"""The causes of findings: who or what is behind a failure or a doubt. Only the first three may fail a check."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """What led to a verdict that is not `passed`."""

    wrong_value = "wrong_value"  # a value was obtained, and it is wrong
    raised_in_student_code = "raised_in_student_code"  # an exception at a line of the student's own
    cpu_time_used_up = "cpu_time_used_up"  # the code used more CPU seconds than are allowed
    wall_time = "wall_time"  # the process waited, or the machine was busy
    environment = "environment"  # something that this machine lacks: a module, a device, the network, a file
    sandbox_limit = "sandbox_limit"  # a limit or a refusal of the sandbox, or a process that ended for no known reason
    not_read = "not_read"  # a file, a cell or an answer that was not read
    grader_fault = "grader_fault"  # the grader's own code
    rubric_fault = "rubric_fault"  # a check that cannot be put to this target, or a reference that does not work


PROVEN = frozenset({Cause.wrong_value, Cause.raised_in_student_code, Cause.cpu_time_used_up})
