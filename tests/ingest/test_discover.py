"""Lists and downloads with random damage; the whole series is `python -m bench.mutated_downloads`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.mutated_downloads import main, one_download, one_list
from grader.errors import GraderError
from grader.ingest.discover import survey


def test_damaged_lists_and_downloads_give_only_errors_of_the_grader(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lists", "100", "--archives", "100", "--seed", "5000"]) == 0
    assert "100 lists, 100 archives: 0 with another error" in capsys.readouterr().out


def test_a_case_is_made_from_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for _ in range(2):
        made.append((one_list(7, tmp_path), one_download(7, tmp_path), (tmp_path / "download.zip").read_bytes()))
    assert made[0] == made[1]
    monkeypatch.setattr("bench.mutated_downloads.survey", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        one_download(7, tmp_path)


def test_several_paths_are_one_survey(tmp_path: Path) -> None:
    for name in ("Ida Kron_5201_assignsubmission_file_a.md", "Brand_2400018.md"):
        (tmp_path / name).write_text("x")
    found = survey([tmp_path / "Ida Kron_5201_assignsubmission_file_a.md", tmp_path / "Brand_2400018.md"])
    assert [source.team for source in found.sources] == ["Brand_2400018", "Ida Kron"]
    assert [layout.name for layout in found.layouts] == ["moodle"]
    with pytest.raises(GraderError, match="not found"):
        survey([tmp_path / "none"])
