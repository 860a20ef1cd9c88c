"""Users meet the words of the glossary only: words that were given up are in no page, message, template, rubric or doc."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tests.helpers import ROOT

# Words that are no longer used, by the word of the glossary that replaces them.
RETIRED = {
    "submission": r"\b(?:hand-ins?|hand(?:ed|ing)? (?:it )?in)\b",
    "tutor": r"\bmarkers?\b|\b[aA] person (?:decides|marks|looks|reads|says|compares|counts)\b|\bwho(?:ever)? marks\b",
    "grade": r"(?<!quotation )(?<!question )(?<!-order )\b(?:marks?|marked|marking)\b",
    "student pack": r"\b[eE]ditions?\b",
    "sandboxed": r"\bkept in\b|\bkeeps? (?:no )?submissions? in\b",
    "needs review": r"\b[wW]aits? for\b|\bwaiting\b",
    "grader error": r"\b(?:the )?grader['’]s fault\b|\b(?:our|my) fault\b|\bfault of (?:the grader|ours)\b",
    "only": r"\balone\b",
    "(leave out)": r"\b(?:plain|wild|loose)\b",
    "evidence": r"\bseen\b",
    "message": r"\btold\b",
    "required": r"\basked\b",
    "points": r"\bworth\b",
}

# Uses that are right, by file: how many, and why. A number may become smaller, not larger.
ALLOWED: dict[str, dict[str, tuple[int, str]]] = {
    "grader/expressions/completed_by_words.py": {"evidence": (1, "a pattern for students' words")},
    "grader/reading/count_claims.py": {"only": (1, "a pattern for students' words")},
    "grader/reading/judge_shapes.py": {"only": (1, "a pattern for students' words")},
    "grader/ingest/assignment_text.py": {"submission": (1, "a pattern for the words of sheets")},
    "CHANGELOG.md": {
        "needs review": (1, "names the old status"),
        "grade": (2, "names the old option and key"),
        "points": (1, "names the old key"),
        "required": (1, "names the old key"),
        "student pack": (2, "names the old key and what it was called"),
    },
    "docs/kinds.md": {"grade": (4, "pytest's decorators")},
    "docs/coming-from-otter-or-nbgrader.md": {"grade": (1, "pytest's decorators")},
    "docs/own-tests.md": {"grade": (8, "pytest's decorators")},
    "grader/checks/tests.py": {"grade": (4, "pytest's decorators")},
    "grader/results/folder_lock.py": {"needs review": (1, "says to wait for another process")},
}

# The words that code may not use either; the others have a technical meaning there, such as to wait for a process.
IN_CODE = ("submission", "tutor", "grade", "student pack", "sandboxed", "grader error", "evidence", "message", "points")

# Modules that name the retired words, or pytest's markers.
OWN_WORDS = {"test_words.py", "conftest.py"}

PAGES = (
    "*.md", "docs/*.md", "rubrics/*", "rubrics/*/*", "submissions/README.md", "bench/*.md", "ci/*", "action.yml", "Dockerfile", "mkdocs.yml",
    "grader/*/templates/*.html", "grader/desk/static/desk.js", "grader/services/*", "grader/demo/*.*",
)  # fmt: skip


def literals(path: Path) -> Iterator[str]:
    """Yield the texts of a module that users can meet: strings of more than one word, and docstrings that become help."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    documented = [node for node in ast.walk(tree) if isinstance(node, nodes) and ast.get_docstring(node)]
    docstrings = {id(node.body[0].value) for node in documented if isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value if " " in node.value else ""
    for node in documented:
        command = "cli" in path.parts and isinstance(node, ast.FunctionDef) and node.decorator_list
        if command or ("checks" in path.parts and isinstance(node, ast.ClassDef)):
            yield ast.get_docstring(node) or ""


def remarks(path: Path) -> Iterator[str]:
    """Yield the docstrings, the comments and, with spaces, the names of functions in a module."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield ast.get_docstring(node) or ""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name.replace("_", " ")
    yield from (
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    )


def words_of(path: Path) -> str:
    """Return the text of a page; of a template without its code, but with the strings in it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".html":
        return text
    return re.sub(r"\{[{%].*?[%}]\}", lambda code: " ".join(re.findall(r'"([^"]* [^"]*)"', code[0])), text)


def texts() -> dict[str, str]:
    """Return what users can read, by the file that it is in."""
    found = {path for pattern in PAGES for path in ROOT.glob(pattern) if path.is_file() and path.suffix != ".py"}
    pages = {path: words_of(path) for path in found}
    modules = {path: "\n".join(literals(path)) for path in (ROOT / "grader").rglob("*.py")}
    return {path.relative_to(ROOT).as_posix(): text for path, text in sorted((pages | modules).items())}


def uses(text: str, words: Collection[str] = tuple(RETIRED)) -> Counter[str]:
    """Count the retired words of a text, by their replacement; `words` are the replacements to look for."""
    counted = {word: len(re.findall(RETIRED[word], text)) for word in words}
    return Counter({word: n for word, n in counted.items() if n})


def test_no_text_has_a_retired_word() -> None:
    wrong = {}
    for name, text in texts().items():
        allowed = ALLOWED.get(name, {})
        more = {word: n for word, n in uses(text).items() if n > allowed.get(word, (0, ""))[0]}
        if more:
            wrong[name] = more
    assert wrong == {}


def test_allowed_uses_are_still_there_and_have_a_reason() -> None:
    found = texts()
    for name, allowed in ALLOWED.items():
        counted = uses(found[name])
        assert {word: n for word, (n, _) in allowed.items()} == {word: counted[word] for word in allowed}, name
        assert all(reason for _, reason in allowed.values())


@pytest.mark.parametrize("folder", ["grader", "reference", "bench", "tests", "submissions"])
def test_no_docstring_comment_or_name_of_a_function_has_a_retired_word(folder: str) -> None:
    modules = [
        path for path in (ROOT / folder).rglob("*.py") if path.name not in OWN_WORDS and path.suffixes == [".py"]
    ]
    wrong = {path.relative_to(ROOT).as_posix(): uses("\n".join(remarks(path)), IN_CODE) for path in modules}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert modules


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The hand-in is late.", "submission"),
        ("It waits for a person.", "needs review"),
        ("A person decides.", "tutor"),
        ("3 marks changed", "grade"),
        ("kept in at level A", "sandboxed"),
        ("the grader’s fault", "grader error"),
        ("a question that was asked", "required"),
    ],
    ids=["hand-in", "waits", "person", "marks", "kept in", "fault", "asked"],
)
def test_retired_words_are_found(text: str, word: str) -> None:
    assert word in uses(text)
    assert not uses("The submission needs review: a tutor grades it. See the remarks.")
