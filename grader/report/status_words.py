"""Signs and words of each status, for every place that shows one."""

from __future__ import annotations

from grader.model import Status

WORDS = {
    Status.passed: "passed",
    Status.failed: "not passed",
    Status.skipped: "not checked",
    Status.needs_review: "waits for a marker",
    Status.error: "grader’s fault",
}


SIGNS = {Status.passed: "✓", Status.failed: "✗", Status.skipped: "–", Status.needs_review: "…", Status.error: "!"}
