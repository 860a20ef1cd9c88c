"""A results database of every earlier version is brought to the present one with all that is in it."""

from __future__ import annotations

import contextlib
import sqlite3
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.model import GroupDecision, Override, Status
from grader.results import migrate
from grader.results.migrate import migrations, statements
from grader.results.results_database import NAME, ResultsDatabase

PRESENT = len(migrations())
TIME = "2026-01-01T00:00:00+00:00"

# What a version could hold, in its own words: the first version of each row's table or column, and the statement.
ROWS = (
    (1, "INSERT INTO decisions (check_id, answers, points, by, reason, example, time)"
           f" VALUES ('c', 'group', '0.5', 'Tutor T', 'half', 'x', '{TIME}')"),
    (2, "INSERT INTO trainings VALUES ('hidden 40', 1, 31.5, 'a test')"),
    (3, "INSERT INTO marks (team, check_id, points, by, reason, asked, digest, time)"
           f" VALUES ('Team', 'sense', '1', 'Tutor T', 'Good.', 'key', 'digest', '{TIME}')"),
    (3, f"INSERT INTO batches (rubric, asked, time) VALUES ('Words', '{{\"sense\": \"key\"}}', '{TIME}')"),
    (3, "INSERT INTO hand_ins VALUES ('Team-1', 1, 'Team', 'Team.zip', 'digest', 'e', '[]', '[]', '3', '1', NULL,"
           f" '[\"length\", \"own\"]', 2.5, 77, '{{}}', '{TIME}')"),
    (3, "INSERT INTO questions VALUES ('Team-1', 0, 'why', 'Why', '3', 0, NULL, '1')"),
    (3, "INSERT INTO findings VALUES ('Team-1', 0, 'sense', 'why', 'manual', 'Sense', 'waiting', 'm', '1', '1', '',"
           " 'Team', '1', 'Tutor T', 'Good.')"),
    (3, "INSERT INTO findings VALUES ('Team-1', 1, 'length', 'why', 'word_limit', 'Length', 'broken', 'm', '1', NULL,"
           " '', NULL, NULL, NULL, NULL)"),
    (3, "INSERT INTO findings VALUES ('Team-1', 2, 'own', 'why', 'manual', 'Own', 'waiting', 'm', '1', NULL, '',"
           " NULL, NULL, NULL, NULL)"),
    (3, "INSERT INTO questions VALUES ('Team-1', 1, 'hand-in', 'The hand-in', '0', 0, NULL, '0')"),
    (3, "INSERT INTO findings VALUES ('Team-1', 3, 'received', 'hand-in', 'received_by', 'Received', 'failed', 'm',"
           " '1', '-1', '', NULL, NULL, NULL, NULL)"),
    (3, f"INSERT INTO totals VALUES (1, 'Team-1', '1', NULL, '3', 'first', '{TIME}')"),
    (4, f"INSERT INTO published VALUES ('Team-1', '2', '{TIME}')"),
    (4, "INSERT INTO claims VALUES ('why', 'Team-1', 'session', '2999-01-01T00:00:00+00:00')"),
    (5, "UPDATE batches SET language = 'de'"),
    (6, "INSERT INTO comments VALUES (7, 'why', 'Good.', 'sense', '1', 'Tutor T', 'then')"),
    (6, "INSERT INTO comment_uses VALUES (1, 7)"),
    (7, "INSERT INTO tutors VALUES ('Tutor T', 'hash', 'then')"),
    (8, "UPDATE batches SET origin = '{\"rubric\": \"r.yaml\"}'"),
)  # fmt: skip


def of_version(folder: Path, version: int) -> Path:
    """Make a file as an earlier version of the grader left it, with a row in each of its tables."""
    with contextlib.closing(sqlite3.connect(folder / NAME)) as connection:
        for number, script in enumerate(migrations()[:version], 1):
            connection.executescript(script)
            for first, statement in ROWS:
                if first == number:
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version={version}")
        connection.commit()
    return folder


def test_scripts_are_numbered_from_one() -> None:
    names = sorted(file.name for file in (files("grader.results") / "migrations").iterdir())
    assert [name.partition("_")[0] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
    assert len(names) == PRESENT


def test_a_statement_may_hold_a_semicolon_and_a_comment() -> None:
    script = "-- A comment; with a semicolon.\nCREATE TABLE a (b TEXT DEFAULT ';');\n\nDROP TABLE a;\n"
    assert [statement.strip() for statement in statements(script)] == [
        "-- A comment; with a semicolon.\nCREATE TABLE a (b TEXT DEFAULT ';');",
        "DROP TABLE a;",
    ]


@pytest.mark.parametrize("version", range(1, PRESENT + 1))
def test_a_file_of_every_version_keeps_its_data(tmp_path: Path, version: int) -> None:
    results = ResultsDatabase(of_version(tmp_path, version))
    with results.reading() as tables:
        decision = tables.group_decisions.counting()["c", "group"]
        assert decision == GroupDecision("c", "group", Decimal("0.5"), "Tutor T", "half", "x", TIME)
        assert tables.trainings.percentages() == ({"hidden 40": {"1": 31.5}} if version >= 2 else {})
        assert tables.tutors.password_hash("Tutor T") == ("hash" if version >= 7 else None)
        if version >= 3:
            good = Override("Team", "sense", Decimal(1), "Tutor T", "Good.", "key", digest="digest")
            assert tables.overrides.counting() == [good]
            assert tables.batches.last() == (1, "Words", {"sense": "key"})
            assert tables.batches.language() == ("de" if version >= 5 else "en")
            assert tables.batches.origin(1) == ('{"rubric": "r.yaml"}' if version >= 8 else "{}")
            assert tables.batches.proof() == ""
            row = tables.submissions.summary("Team-1")
            assert row is not None
            assert (row.certain, row.total, row.unresolved) == (Decimal(1), None, ("length", "own"))
            assert [check.status for check in row.checks] == [
                Status.needs_review,
                Status.error,
                Status.needs_review,
                Status.failed,
            ]
            assert [check.question for check in row.checks] == ["why", "why", "why", "submission"]
            assert [check.late for check in row.checks] == [False, False, False, True]
            assert row.checks[0].override == Override("Team", "sense", Decimal(1), "Tutor T", "Good.")
            assert [(one.id, str(one.title), one.certain) for one in row.questions] == [
                ("why", "Why", Decimal(1)), ("submission", "The submission", Decimal(0)),
            ]  # fmt: skip
            assert [total.why for total in tables.submissions.history("Team-1")] == ["first"]
            assert tables.submissions.past() == {"Team.zip": (2.5, 77)}
        assert tables.published.changes(1) == ([("Team", Decimal(2), None)] if version >= 4 else [])
        assert tables.claims.current("why") == ({"Team-1": "session"} if version >= 4 else {})
        comments = tables.comments.of_question("why", 1)
        assert [(one.id, one.text, one.count) for one in comments] == ([(7, "Good.", 1)] if version >= 6 else [])
    with contextlib.closing(sqlite3.connect(results.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (PRESENT,)


@pytest.mark.parametrize(
    ("reason", "own_reason", "edited"),
    [
        ("The step is missing.\nNo units.", "", 0),
        ("The step is missing.\nNo units.\nAnd late.", "And late.", 0),
        ("No units.\nThe step is missing.", "", 1),
        ("The step is missing.\nNo units at all.", "", 1),
        ("Something else.", "", 1),
    ],
    ids=["the comments", "own words after them", "another order", "another ending", "other words"],
)
def test_the_reason_of_an_earlier_override_is_taken_apart(
    tmp_path: Path, reason: str, own_reason: str, edited: int
) -> None:
    of_version(tmp_path, 8)
    with contextlib.closing(sqlite3.connect(tmp_path / NAME)) as connection:
        connection.execute("INSERT INTO comments VALUES (2, 'how', 'No units.', '', NULL, 'T', 'then')")
        connection.execute("INSERT INTO comments VALUES (3, 'how', 'The step is missing.', '', NULL, 'T', 'then')")
        connection.execute(
            "INSERT INTO marks (id, team, check_id, points, by, reason, asked, digest, time)"
            " VALUES (5, 'Team', 'method', '1', 'T', ?, '', 'digest', 'then')",
            (reason,),
        )
        connection.executemany("INSERT INTO comment_uses VALUES (5, ?)", [(3,), (2,)])
        connection.commit()
    with ResultsDatabase(tmp_path).reading() as tables:
        [use] = tables.comments.uses(2, 1)
    assert (use.own_reason, use.edited, use.comments) == (own_reason, bool(edited), (3, 2))


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of_version(tmp_path, 2)
    broken = (*migrations()[:2], "CREATE TABLE new (a TEXT);\nCREATE TABEL no;\n")
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "migrations", lambda: broken)
        with pytest.raises(GraderError, match="syntax error"):
            ResultsDatabase(tmp_path).decisions()
    with contextlib.closing(sqlite3.connect(tmp_path / NAME)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'new'").fetchone() is None
    assert ResultsDatabase(tmp_path).decisions()["c", "group"].points == Decimal("0.5")
