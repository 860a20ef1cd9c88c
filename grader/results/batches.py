"""The table of batches: one row for each run of `grader grade`."""

from __future__ import annotations

import json
from collections.abc import Mapping

from grader.model.language import LANGUAGES, Language
from grader.model.message import NOTHING, Text
from grader.results.columns import now, text_from_column, text_to_column
from grader.results.connection import Connection


class BatchesTable:
    """The batches of an output folder; pages show the last one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(
        self,
        rubric: str,
        question_keys: Mapping[str, str],
        language: Language,
        origin: str,
        proof: Text = NOTHING,
        suggest: str = "",
        rubric_items: str = "{}",
    ) -> int:
        """Add a batch and return its number; `origin` is JSON with the paths of rubric and submissions.

        `suggest` is JSON with the assistant of the rubric, empty without one, and `rubric_items` JSON with the items
        that the desk offers.
        """
        keys = json.dumps(dict(question_keys), sort_keys=True)
        row = (rubric, keys, now(), language, origin, text_to_column(proof or ""), suggest, rubric_items)
        columns = "rubric, question_keys, time, language, origin, proof, suggest, rubric_items"
        statement = f"INSERT INTO batches ({columns}) VALUES (?,?,?,?,?,?,?,?)"  # noqa: S608 - constant names
        return self._connection.execute(statement, row)

    def last(self) -> tuple[int, str, Mapping[str, str]]:
        """Return number, rubric and question keys by check of the last batch; 0 and nothing if there is none."""
        row = self._connection.row("SELECT id, rubric, question_keys FROM batches ORDER BY id DESC LIMIT 1")
        return (row[0], row[1], json.loads(row[2])) if row else (0, "", {})

    def language(self) -> Language:
        """Return the language of the last batch."""
        row = self._connection.row("SELECT language FROM batches ORDER BY id DESC LIMIT 1")
        return next((language for language in LANGUAGES if row and row[0] == language), "en")

    def proof(self) -> Text:
        """Return the sentence on the proof of the last batch's rubric; empty if it is not known."""
        row = self._connection.row("SELECT proof FROM batches ORDER BY id DESC LIMIT 1")
        return text_from_column(row[0]) if row else ""

    def suggest(self, batch: int) -> str:
        """Return the assistant of a batch, as `begin` got it."""
        row = self._connection.row("SELECT suggest FROM batches WHERE id = ?", (batch,))
        return str(row[0]) if row else ""

    def rubric_items(self, batch: int) -> str:
        """Return the rubric items of a batch, as `begin` got them."""
        row = self._connection.row("SELECT rubric_items FROM batches WHERE id = ?", (batch,))
        return str(row[0]) if row else "{}"

    def origin(self, batch: int) -> str:
        """Return the origin of a batch, as `begin` got it."""
        row = self._connection.row("SELECT origin FROM batches WHERE id = ?", (batch,))
        return str(row[0]) if row else "{}"
