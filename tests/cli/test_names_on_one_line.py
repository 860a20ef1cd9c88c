"""Names of files on the terminal: none begins a line of its own, which a service could take for a command."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

from grader.cli.desk import _page_that_leads_to
from grader.text import one_line
from tests.batch.test_grade_batch import RUBRIC
from tests.command_line import run


def test_a_newline_in_a_name_is_printed_escaped(tmp_path: Path) -> None:
    (tmp_path / "rubric.yaml").write_text(RUBRIC, encoding="utf-8")
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "a\n::error::forged_1000001.zip", "w") as archive:
        archive.writestr("answers.md", "# Exercise 1\nTwo words\n")
    done = run("grade", "in", "--rubric", "rubric.yaml", "--jobs", "1", "--out", "out", cwd=tmp_path)
    lines = [line.strip(" │|┃") for line in (done.stdout + done.stderr).splitlines()]
    assert "forged" in done.stdout
    assert not [line for line in lines if line.startswith("::")]
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_a_name_on_one_line() -> None:
    assert one_line("a\n\tb\r\x1b[31m\u202ec") == "a\\n\\tbc"


def test_the_address_of_the_desk_stands_in_a_file_of_its_user_alone(tmp_path: Path) -> None:
    with _page_that_leads_to('http://127.0.0.1:1/?token=a"b', tmp_path) as page:
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
        assert "token=a&quot;b" in page.read_text(encoding="ascii")
    assert not page.exists()
