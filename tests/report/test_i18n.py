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
from grader.model import NOTHING, Text, say, say_number, sentences
from grader.report.i18n import FOLDER, MESSAGES, translated
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


@pytest.mark.parametrize(
    ("message", "english", "german"),
    [
        (
            say_number("Published: {n} report changed.", "Published: {n} reports changed.", 1),
            "Published: 1 report changed.",
            "Veröffentlicht: 1 Bericht geändert.",
        ),
        (
            say_number("Published: {n} report changed.", "Published: {n} reports changed.", 0),
            "Published: 0 reports changed.",
            "Veröffentlicht: 0 Berichte geändert.",
        ),
        (
            sentences(say("No answer was found."), NOTHING, say("The log has the details.")),
            "No answer was found. The log has the details.",
            "Es wurde keine Antwort gefunden. Näheres steht im Protokoll.",
        ),
        (
            say("Not exported: {problem}.", problem=say("Undone.")),
            "Not exported: Undone..",
            "Nicht exportiert: Rückgängig gemacht..",
        ),
        (
            say("Not exported: {problem}.", problem="KeyError: '{0} {} %s'"),
            "Not exported: KeyError: '{0} {} %s'.",
            "Nicht exportiert: KeyError: '{0} {} %s'.",
        ),
        ("Undone.", "Undone.", "Undone."),
        (NOTHING, "", ""),
    ],
    ids=["one", "none", "two sentences", "a message in a message", "braces", "somebody's own words", "nothing"],
)
def test_a_message_is_put_into_words(message: Text, english: str, german: str) -> None:
    assert str(message) == translated(message, "en") == english
    assert translated(message, "de") == german


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
    assert "Was Punkte gekostet hat" in html
    assert "Does it make sense?" not in html
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
