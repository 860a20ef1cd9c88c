"""Comments at lines: in the order of the lines, of one submission, until they are removed."""

from __future__ import annotations

from grader.results.line_comments import StoredLineComment
from tests.results.rows import empty_tables


def test_comments_come_in_the_order_of_the_lines_and_can_be_removed() -> None:
    with empty_tables() as tables:
        table = tables.line_comments
        for cell, line in ((2, 1), (1, 9), (1, 3)):
            table.add("A", "d", StoredLineComment(0, "q", cell, line, f"{cell}:{line}", "T"))
        table.add("A", "other", StoredLineComment(0, "q", 1, 1, "x", "T"))
        assert [one.text for one in table.of("A", "d")] == ["1:3", "1:9", "2:1"]
        table.remove(2, "A", "other")
        assert len(table.of("A", "d")) == 3
        table.remove(2, "A", "d")
        assert [one.text for one in table.of("A", "d")] == ["1:3", "2:1"]
