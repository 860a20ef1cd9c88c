"""The sign and the words of each status, for every page and command that shows one."""

from __future__ import annotations

from grader.model import Status

WORDS = {
    Status.passed: "Passed",
    Status.failed: "Failed",
    Status.skipped: "Not checked",
    Status.needs_review: "Needs review",
    Status.error: "Grader error",
}


SIGNS = {Status.passed: "✓", Status.failed: "✗", Status.skipped: "–", Status.needs_review: "…", Status.error: "!"}
