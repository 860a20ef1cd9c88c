"""Canvas's download: one folder of files, by user id; late files and files that were submitted again."""

from __future__ import annotations

import re
from pathlib import Path

from grader.ingest.discover import survey
from tests.ingest.layouts.forty import Student, owner, read_both, students, written


def mangled(one: Student) -> str:
    first, _, last = one.name.rpartition(" ")
    return re.sub(r"[^\w]", "", f"{last}{first}").lower()


def download() -> dict[str, bytes]:
    files = {}
    for one in students(folders=False):
        late = "LATE_" if one.late else ""
        for position, file in enumerate(one.files):
            again = file.replace(".py", "-2.py")
            files[f"{mangled(one)}_{late}{300000 + one.number}_{9000000 + position + one.number}_{again}"] = (
                one.content(file)
            )
    return files


def test_one_submission_for_each_user_id(tmp_path: Path) -> None:
    for found in read_both(tmp_path, download(), "canvas", students(folders=False)):
        late = {owner(source) for source in found.sources if source.about is not None and source.about.late}
        assert late == {one.number for one in students() if one.late}
        for source in found.sources:
            assert [member.platform_id for member in source.members] == [f"canvas:{300000 + owner(source)}"]
            assert not any(member.student_id for member in source.members), "a user id is no student id"
        assert f"{len(late)} late" in found.sentence()


def test_a_module_keeps_its_name_when_it_is_submitted_again(tmp_path: Path) -> None:
    for found in read_both(tmp_path, download(), "canvas", students(folders=False)):
        files = {file for source in found.sources for file in source.read().files}
        assert "net.py" in files
        assert "a-1.md" in files, "no module: the student may have called it that"
        assert "net-2.py" not in files


def test_online_text_has_no_file_id(tmp_path: Path) -> None:
    for path in written(tmp_path, {"kronida_300101_text.html": b"<p>x</p>", "kronida_300101_9000001_net.py": b"x = 1"}):
        (source,) = survey([path]).sources
        assert sorted(source.read().files) == ["net.py", "text.html"]
