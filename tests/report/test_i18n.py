"""Pages and findings in German: the catalogues are whole, and a submission's own words stay as they are."""

from __future__ import annotations

import ast
import string
import zipfile
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from grader.grading.options import GradingOptions
from grader.report.i18n import FINDINGS, FOLDER, MESSAGES, translated
from grader.report.status_words import WORDS
from tests.batches import graded
from tests.catalogues import TEXTS, compiled
from tests.helpers import ROOT

# By domain: where the templates are, and texts that reach them as values.
PAGES: dict[str, tuple[str, set[object]]] = {
    "report": ("grader/report/templates", {*WORDS.values(), "Similarity between teams' code"}),
    "desk": (
        "grader/desk/templates",
        {
            *WORDS.values(),
            "withdrawn since",
            "graded by hand since",
            "graded with other comments since",
            "edited by hand",
            ("One override changed.", "%(n)s overrides changed."),
        },
    ),
}


def texts(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_programs_read_what_the_texts_say(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == compiled(path)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_text_is_translated(path: Path) -> None:
    lacking = [str(message.id) for message in texts(path) if message.id and not all_strings(message.string)]
    assert lacking == []


def all_strings(value: object) -> bool:
    return all(value) if isinstance(value, list | tuple) else bool(value)


@pytest.mark.parametrize("domain", PAGES)
def test_the_catalogue_has_the_words_of_the_pages_and_no_others(domain: str) -> None:
    folder, more = PAGES[domain]
    found = extract_from_dir(ROOT / folder, [("**.html", "jinja2")], options_map={"**.html": {"trimmed": "false"}})
    wanted = {entry[2] for entry in found} | more
    known = {message.id for message in texts(FOLDER / "de" / "LC_MESSAGES" / f"{domain}.po") if message.id}
    assert known == wanted


def _messages() -> dict[object, str]:
    """The templates of all messages in the code, with the place of one that says it."""
    found = extract_from_dir(ROOT / "grader", [("**.py", "python")], keywords={"say": None, "say_number": (1, 2)})
    return {message: f"{file}:{line}" for file, line, message, *_ in found}


def test_every_message_has_german_and_no_other_is_there() -> None:
    wanted = _messages()
    known = {message.id for message in texts(FOLDER / "de" / "LC_MESSAGES" / f"{MESSAGES}.po") if message.id}
    assert {message: place for message, place in wanted.items() if message not in known} == {}
    assert known - wanted.keys() == set()


def test_the_template_of_a_message_is_written_where_it_is_said() -> None:
    """A template that is put together at run time has no translation."""
    made = []
    for path in (ROOT / "grader").rglob("*.py"):
        if path.name == "message.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEMPLATES:
                arguments = node.args[: TEMPLATES[node.func.id]]
                if (
                    not all(isinstance(one, ast.Constant) for one in arguments)
                    or len(arguments) < TEMPLATES[node.func.id]
                ):
                    made.append(f"{path}:{node.lineno}")
    assert made == []


TEMPLATES = {"say": 1, "say_number": 2}  # how many of the first arguments are templates


def _names(template: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_a_translation_has_the_values_of_its_message() -> None:
    wrong = []
    for message in texts(FOLDER / "de" / "LC_MESSAGES" / f"{MESSAGES}.po"):
        if message.id and message.string:
            ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
            shown = message.string if isinstance(message.string, (list, tuple)) else [message.string]
            wanted = set().union(*map(_names, ids)) - {"n"}
            wrong += [text for text in shown if _names(str(text)) - {"n"} != wanted]
    assert wrong == []


def test_every_value_of_a_finding_is_in_its_translation() -> None:
    wrong = []
    for message in texts(FOLDER / "de" / "LC_MESSAGES" / f"{FINDINGS}.po"):
        values = [f"<{number}>" for number in range(str(message.id).count("{}"))]
        shown = str(message.string).format(*values)
        wrong += [message.id for value in values if shown.count(value) != 1]
    assert wrong == []


@pytest.mark.parametrize(
    ("message", "german"),
    [
        ("The answer has 112 words; the limit is 100.", "Die Antwort hat 112 Wörter; die Grenze ist 100."),
        (
            "Not checked, because 'LSTM is written by hand' is not passed (lstm-own).",
            "Nicht geprüft, weil 'LSTM is written by hand' nicht bestanden ist (lstm-own).",
        ),
        (
            "Outputs and gradients equal the reference's with the same weights. Read with h before x, gates in the order "
            "forget, input: as good as the recommended order.",
            "Ausgaben und Gradienten sind mit denselben Gewichten die der Referenz. Gelesen mit h vor x, Gates in der "
            "Reihenfolge forget, input: so gut wie die empfohlene.",
        ),
        (
            "LSTM could not be asked. A cell before it stopped with ModuleNotFoundError: x.",
            "LSTM konnte nicht befragt werden. Eine Zelle davor brach ab mit ModuleNotFoundError: x.",
        ),
        (
            "That is 1 day 12 hours late. 3 points are lost.",
            "Das ist 1 Tag 12 Stunden zu spät. 3 Punkte gehen verloren.",
        ),
        ("These are a course's own words.", "These are a course's own words."),
        (
            "LSTM stopped with an error: KeyError: '{0} {} %s'",
            "LSTM brach mit einem Fehler ab: KeyError: '{0} {} %s'",
        ),
        ("", ""),
    ],
    ids=[
        "one value",
        "a title stays",
        "two sentences",
        "a sentence in a sentence",
        "spans",
        "unknown",
        "braces",
        "empty",
    ],
)
def test_a_finding_is_said_in_german(message: str, german: str) -> None:
    assert translated(message, "de") == german
    assert translated(message, "en") == message


def test_what_is_long_has_a_submissions_words_and_stays() -> None:
    message = f"The answer has {'1' * 3000} words; the limit is 100."
    assert translated(message, "de") == message


RUBRIC = """
rubric: 1
title: Worte
points: 3
language: de
questions:
  - id: why
    title: Warum?
    points: 3
    answer: {number: ["1"]}
    checks:
      - {kind: word_limit, id: length, points: 1, most: 3}
      - {kind: manual, id: sense, points: 2, guide: "Does it make sense?"}
"""


def test_a_report_for_german_readers(tmp_path: Path) -> None:
    from grader.rubric.load import parse_rubric

    archive = tmp_path / "Muster_1000101.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("answers.md", "# Exercise 1\nThe answer has 9 words and they stay as written.\n")
    graded([archive], parse_rubric(RUBRIC, "worte.yaml"), tmp_path / "out", GradingOptions())
    [page] = (tmp_path / "out" / "reports").glob("*.html")
    html = page.read_text(encoding="utf-8")
    assert '<html lang="de">' in html
    assert "Die Antwort hat 10 Wörter; die Grenze ist 3." in html
    assert "Noch nicht bewertet." in html
    assert "Bewertungskriterien: Does it make sense?" in html
    assert "The answer has 9 words and they stay as written." in html
    assert "Bewertung offen" in html
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in index
    assert "Die Antwort hat 10 Wörter" in index
    assert "1 Abgabe" in index


def test_a_language_that_is_not_there_is_a_mistake_of_the_rubric() -> None:
    from grader.errors import RubricError
    from grader.rubric.load import parse_rubric

    with pytest.raises(RubricError, match="language"):
        parse_rubric(RUBRIC.replace("language: de", "language: fr"), "worte.yaml")
