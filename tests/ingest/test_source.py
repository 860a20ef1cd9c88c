"""One submission as found: its members, and how it is read."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.ingest.budget import MAX_FILE_BYTES
from grader.ingest.layouts.layout import Found
from grader.ingest.source import Source
from grader.model import PLATFORM, Member, NoticeCode
from tests.ingest.test_archives import zipped_names

PERSON = Member("Ida Kron", source=PLATFORM, platform_id="moodle:1234567")


def test_numbers_in_a_name_of_the_platform_are_no_student_ids() -> None:
    about = Found("1234567", "Ida Kron", "Ida Kron_1234567", (), people=(PERSON,))
    assert Source("Ida Kron_1234567", about=about, named_by_team=False).members == (PERSON,)
    assert [one.student_id for one in Source("Kron_2400017.zip", about=about).members] == ["2400017", ""]


def test_archives_beside_other_files_are_opened_from_a_zip_and_from_files(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    files: dict[str, bytes | str] = {"x/work.zip": zipped_names({"net.py": "x = 1"}), "x/answers.md": "x"}
    path.write_bytes(zipped_names(files))
    inside = (("work.zip", "x/work.zip"), ("answers.md", "x/answers.md"))
    assert sorted(Source("x", path, inside=inside).read().files) == ["answers.md", "work/net.py"]
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    parts = tuple((own, tmp_path / entry) for own, entry in inside)
    read = Source("x", parts=parts).read()
    assert sorted(read.files) == ["answers.md", "work/net.py"]
    assert [notice.code for notice in read.notices] == [NoticeCode.nested]


def test_a_platforms_archive_has_the_limits_of_a_teams_own(tmp_path: Path) -> None:
    """Zeros, a link and an encrypted file of one student cost this student these files, and nobody else anything."""
    path, zeros = tmp_path / "all.zip", bytes(MAX_FILE_BYTES + 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/zeros.md", zeros)
        link = zipfile.ZipInfo("x/link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/hostname")
        archive.writestr("x/closed.md", "1) yes")
        archive.writestr("y/answers.md", "1) no")
    data = path.read_bytes()
    at = data.index(b"x/closed.md", data.index(b"PK\1\2")) - 46  # its entry in the list at the end
    path.write_bytes(data[: at + 8] + bytes([data[at + 8] | 1]) + data[at + 9 :])
    mine = tuple((name, f"x/{name}") for name in ("zeros.md", "link.md", "closed.md"))
    read = Source("x", path, inside=mine).read()
    assert read.files == {}
    assert [notice.code for notice in read.notices] == [NoticeCode.too_large, NoticeCode.link, NoticeCode.encrypted]
    other = Source("y", path, inside=(("answers.md", "y/answers.md"),)).read()
    assert (list(other.files), other.notices) == (["answers.md"], [])


def test_two_files_of_one_name_are_a_notice(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    read = Source("x", parts=(("a.md", tmp_path / "a.md"), ("a.md", tmp_path / "a.md"))).read()
    assert [notice.code for notice in read.notices] == [NoticeCode.same_name]


def test_a_file_that_is_gone_is_a_message(tmp_path: Path) -> None:
    for source in (Source("a.md", tmp_path / "a.md"), Source("x", parts=(("a.md", tmp_path / "a.md"),))):
        with pytest.raises(GraderError, match="cannot be read"):
            source.read()


@pytest.mark.parametrize(
    ("name", "is_part"), [("team/rubric.yaml", True), ("team/deep/rubric.yaml", True), ("team/.course/rubric.yaml", False), ("rubric.yaml", False)]
)  # fmt: skip
def test_a_file_of_the_submission_is_one_that_its_code_can_read(tmp_path: Path, name: str, is_part: bool) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("rubric: 1\n")
    (tmp_path / "team").mkdir(exist_ok=True)
    assert Source("team", tmp_path / "team").has_file(tmp_path / name) is is_part
    assert Source("team", parts=(("x.yaml", tmp_path / name),)).has_file(tmp_path / name)
