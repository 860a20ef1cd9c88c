"""What is a notebook, in which language, and with which mistakes."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from grader.ingest.notebooks import MAX_PICTURES, read_notebook
from grader.model import Place
from tests.ingest.test_choose_code import NET, of, run
from tests.ingest.test_open_submission import notebook


@pytest.mark.parametrize("name", ["net.ipynb.json", "net.ipynb.txt", "net.ipynb ", "net.IPYNB", "net.json", "net"])
def test_a_notebook_is_one_by_its_content(tmp_path: Path, name: str) -> None:
    submission = of(tmp_path, {name: notebook(NET), "answers.md": "1) x"})
    assert run(submission) == [f"{name}, cell 1"]
    assert [document.path for document in submission.documents] == ["answers.md"]
    assert submission.notebooks == (name,)
    assert not submission.unread


def test_other_json_is_no_notebook(tmp_path: Path) -> None:
    submission = of(tmp_path, {"net.py": NET, "settings.json": '{"cells": 3}', "list.json": "[1]"})
    assert submission.notebooks == ()
    assert submission.unread_files == ("list.json", "settings.json")


def test_a_mistake_in_a_cell_is_named_with_its_place(tmp_path: Path) -> None:
    submission = of(tmp_path, {"a.ipynb": notebook("x = 1", NET + "print 'done'\n")})
    (mistake,) = [cell.mistake for cell in submission.cells if cell.mistake]
    assert mistake.place == Place("a.ipynb", cell=2, line=3)
    assert mistake.error.startswith("SyntaxError: Missing parentheses")


def other_language(kernel: str, language: str, source: str = "library(torch)") -> str:
    data = json.loads(notebook(source))
    data["cells"].append({"cell_type": "markdown", "source": "1) x", "metadata": {}})
    data["metadata"] = {"kernelspec": {"name": kernel, "language": language}, "language_info": {"name": language}}
    return json.dumps(data)


@pytest.mark.parametrize(("kernel", "language"), [("ir", "R"), ("julia-1.10", "julia"), ("ir", ""), ("julia-1.9", "")])
def test_a_notebook_in_another_language_is_named_and_not_run(tmp_path: Path, kernel: str, language: str) -> None:
    submission = of(tmp_path, {"a.ipynb": other_language(kernel, language)})
    assert not submission.cells
    assert str(submission.unread).startswith("a.ipynb is a notebook for ")
    assert [document.text for document in submission.documents] == ["1) x"]


@pytest.mark.parametrize(
    ("kernel", "language"), [("python3", "python"), ("my-course", ""), ("conda-env-dl-py", "Python")]
)
def test_any_kernel_of_python_is_one(tmp_path: Path, kernel: str, language: str) -> None:
    assert run(of(tmp_path, {"a.ipynb": other_language(kernel, language, NET)})) == ["a.ipynb, cell 1"]


def test_a_cell_in_another_language_is_left_out_and_named(tmp_path: Path) -> None:
    data = json.loads(notebook(NET, "SELECT 1", "x = 1"))
    data["cells"][1]["metadata"] = {"vscode": {"languageId": "sql"}}
    submission = of(tmp_path, {"a.ipynb": json.dumps(data)})
    assert run(submission) == ["a.ipynb, cell 1", "a.ipynb, cell 3"]
    assert str(submission.unread) == "a.ipynb, cell 2 is in sql and was left out."


def test_pictures_that_are_stored_come_with_their_cell(tmp_path: Path) -> None:
    data = json.loads(notebook("plt.show()", "x = 1"))
    png, jpeg = base64.b64encode(b"png").decode(), base64.b64encode(b"jpeg").decode()
    outputs = [{"image/png": [png[:2] + "\n", png[2:]], "image/jpeg": jpeg}, {"image/jpeg": jpeg}, {"image/png": "?"}]
    data["cells"][0]["outputs"] = [{"output_type": "display_data", "data": one} for one in outputs]
    data["cells"][1]["outputs"] = [{"output_type": "display_data", "data": {"image/png": png}}] * 20
    first, second = of(tmp_path, {"a.ipynb": json.dumps(data)}).cells
    assert first.pictures == (b"png", b"jpeg")
    assert len(second.pictures) == MAX_PICTURES - 2


@pytest.mark.parametrize(
    "outputs", [None, 3, [3], [{"data": 3}], [{"data": {"image/png": 3}}], [{"data": {"image/png": ""}}]]
)
def test_what_is_no_stored_picture_is_left_out(tmp_path: Path, outputs: object) -> None:
    data = json.loads(notebook("plt.show()"))
    data["cells"][0]["outputs"] = outputs
    [cell] = of(tmp_path, {"a.ipynb": json.dumps(data)}).cells
    assert cell.pictures == ()


def test_raw_cells_are_read_as_text() -> None:
    cells = [{"cell_type": "raw", "source": "4.1 Clip it.", "metadata": {}}]
    _, document, _ = read_notebook("a.ipynb", json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode())
    assert document is not None
    assert document.text == "4.1 Clip it."
