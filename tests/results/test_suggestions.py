"""Suggestions come back as they were saved; those of another model or question are others."""

from __future__ import annotations

from pathlib import Path

from grader.results.results_database import ResultsDatabase
from grader.results.suggestions import SuggestedItem, Suggestion


def test_the_last_suggestion_of_a_model_counts(tmp_path: Path) -> None:
    results = ResultsDatabase(tmp_path)
    useless = Suggestion("b", None, False)
    first, last = (Suggestion("a", (SuggestedItem(number, "w„ö“"),), True) for number in (1, 2))
    with results.writing() as tables:
        for one in (first, last, useless):
            tables.suggestions.put("q", "m", one)
        tables.suggestions.put("q", "n", Suggestion("a", (), True))
    with results.reading() as tables:
        assert tables.suggestions.of_question("q", "m") == {"a": last, "b": useless}
        assert tables.suggestions.of_question("q", "n")["a"].items == ()
        assert tables.suggestions.of_question("r", "m") == {}


def test_a_batch_keeps_the_assistant_of_its_rubric(tmp_path: Path) -> None:
    results = ResultsDatabase(tmp_path)
    numbers = [results.begin("T", {}), results.begin("T", {}, suggest='{"model": "m"}')]
    with results.reading() as tables:
        assert [tables.batches.suggest(number) for number in numbers] == ["", '{"model": "m"}']
