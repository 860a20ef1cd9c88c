"""What is for tutors is in no file for students: not in pages, not in the feedback zip, not in any other export."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.exports import export_formats
from grader.exports.export_format import Inputs, Options
from tests.exports.conftest import CONCEPT, GUIDE
from tests.exports.formats.test_canvas import gradebook
from tests.exports.formats.test_moodle import worksheet

FOR_TUTORS = (GUIDE, CONCEPT, "Note for the tutor")
OF_ONE = ("classroom", "gradescope")  # formats for one submission


def contents(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file, those of an archive one by one."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        yield name, data.decode("utf-8-sig")
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for inside in archive.namelist():
            yield from contents(f"{name}/{inside}", archive.read(inside))


def exported(graded: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, bytes]]:
    inputs = Inputs(graded, Options(tmp_path / "w.csv", tmp_path / "g.csv", "Exercise 7", replace_feedback=True))
    if name in OF_ONE:
        one = next(inputs.reports())
        monkeypatch.setattr(Inputs, "reports", lambda _, doubts=None: iter([one]))
    made = export_formats()[name].make(inputs)
    yield from (*made.files, *made.appended.items())
    yield "commands", "\n".join(made.commands).encode()


@pytest.mark.parametrize("name", export_formats())
def test_no_export_has_what_is_for_tutors(
    name: str, graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "w.csv").write_bytes(worksheet())
    (tmp_path / "g.csv").write_bytes(gradebook())
    texts = [text for file, data in exported(graded, tmp_path, name, monkeypatch) for text in contents(file, data)]
    assert sum(len(text) for _, text in texts) > 100
    assert [(file, words) for file, text in texts for words in FOR_TUTORS if words in text] == []


def test_no_page_of_a_team_has_it_and_the_results_for_tutors_do(graded: Path) -> None:
    pages = [path.read_text(encoding="utf-8") for path in (graded / "reports").glob("*.html")]
    assert len(pages) == 3
    assert [words for page in pages for words in FOR_TUTORS if words in page] == []
    results = [path.read_text(encoding="utf-8") for path in (graded / "reports").glob("*.json")]
    assert all(words in text for text in results for words in (GUIDE, CONCEPT))
