"""A submission as opened: what is run of it, where modules are, what could not be read."""

from __future__ import annotations

import pytest

from grader.grading.environment import code_folders
from grader.model import Cell, Mistake, Notice, NoticeCode, Place, Submission


def submission(*origins: str, files: tuple[str, ...] = (), notices: tuple[Notice, ...] = ()) -> Submission:
    cells = tuple(Cell(number, "", origin) for number, origin in enumerate(origins, 1))
    return Submission("t", "t.zip", "d", files=dict.fromkeys(files, b"x"), cells=cells, notices=notices)


def test_a_cell_is_run_as_it_stands_and_a_module_is_imported() -> None:
    assert Cell(1, "x = 1", "n.ipynb, cell 1").code == "x = 1"
    code = Cell(1, "x = 1", "lib/colorsys.py", "colorsys").code
    names: dict[str, object] = {}
    exec(code, names)  # leaves no name of ours behind
    assert names.keys() == {"__builtins__"}
    assert "import_module('colorsys')" in code


@pytest.mark.parametrize(
    ("origins", "files", "folders"),
    [
        (("n.ipynb, cell 1",), (), ()),
        (("work/n.ipynb, cell 1",), (), ("work",)),
        (("a/b/n.ipynb, cell 1",), (), ("a/b", "a")),
        (("a/n.ipynb, cell 1",), ("a/lib/m.py", "a/data.csv"), ("a", "a/lib")),
        ((), ("other/data.csv",), ()),
    ],
    ids=["at the root", "in a folder", "two deep", "modules beside", "no code"],
)
def test_modules_are_found_where_code_lies_and_one_folder_above(
    origins: tuple[str, ...], files: tuple[str, ...], folders: tuple[str, ...]
) -> None:
    assert code_folders(submission(*origins, files=files)) == folders


@pytest.mark.parametrize(
    ("files", "notices", "unread"),
    [
        (("a.py", "b.md"), (), ""),
        (("a.py", "Answers.DOCX"), (), "Answers.DOCX cannot be read here."),
        (("b.rar", "a.html"), (), "a.html, b.rar cannot be read here."),
        (("a.png", "b.png", "c.png", "d.png"), (), "4 files cannot be read here, among them a.png, b.png, c.png."),
        (("net.pt", "net.py"), (), ""),
        (("a.docx",), (Notice(NoticeCode.damaged, "a.zip is damaged.", "", True),), "a.zip is damaged."),
        (("a.py",), (Notice(NoticeCode.empty, "An empty file."),), ""),
    ],
    ids=["all read", "capitals", "several", "many", "weights", "what is damaged goes first", "a small notice"],
)
def test_what_could_not_be_read_is_one_sentence(
    files: tuple[str, ...], notices: tuple[Notice, ...], unread: str
) -> None:
    assert str(submission(files=files, notices=notices).unread) == unread


def test_a_file_that_is_a_notebook_by_its_content_was_read() -> None:
    one = Submission("t", "t.zip", "d", files={"net.ipynb.json": b"{}"}, notebooks=("net.ipynb.json",))
    assert not one.unread


def test_pictures_and_tables_hold_no_code() -> None:
    one = submission(files=("a.png", "b.csv"))
    assert one.unread
    assert not one.unread_code
    assert submission(files=("a.docx",)).unread_code
    notice = Notice(NoticeCode.damaged, "a.zip is damaged.", "", True)
    assert str(submission(notices=(notice,)).unread_code) == "a.zip is damaged."


def test_a_mistake_is_a_sentence_with_its_place() -> None:
    mistake = Mistake(Place("train.py", line=2), "SyntaxError: expected ':'")
    assert str(mistake.in_words()) == "train.py, line 2: SyntaxError: expected ':'."


@pytest.mark.parametrize(
    ("code", "kept"), [(NoticeCode.ambiguous_notebook, False), (NoticeCode.no_time, False), (NoticeCode.damaged, True)]
)
def test_what_a_tutor_can_do_is_no_hint_for_students(code: NoticeCode, kept: bool) -> None:
    notice = Notice(code, "What.", "Do it.", True).for_students
    assert (notice.message, str(notice.hint)) == ("What.", "Do it." if kept else "")
