"""Archives: what is dangerous or damaged is a notice, and nothing of it is read."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from grader.ingest import budget
from grader.ingest.archives import read_folder, safe_path, unpack
from tests import bombs


def zipped(**files: bytes | str) -> bytes:
    return zipped_names({name.replace("__", "."): content for name, content in files.items()})


def zipped_names(files: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def codes(data: bytes, name: str = "a.zip") -> set[str]:
    return {notice.code for notice in unpack(data, name).notices}


@pytest.mark.parametrize(
    "name",
    ["../up.py", "/etc/passwd", "a/../../b", "C:\\x.py", "a\\..\\..\\b", ".exchange/ask-1.json", "", "..", "x" * 500],
)
def test_unsafe_path_is_refused(name: str) -> None:
    assert safe_path(name) is None


def test_unsafe_entries_are_left_out_and_named() -> None:
    unpacked = unpack(zipped_names({"../evil.py": "x", "good.py": "x"}), "a.zip")
    assert list(unpacked.files) == ["good.py"]
    assert [notice.code for notice in unpacked.notices] == ["unsafe-path"]


def test_link_in_a_zip_is_left_out() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert codes(buffer.getvalue()) == {"link"}


def test_links_and_devices_in_a_tar_are_left_out() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            entry = tarfile.TarInfo(f"entry{kind!r}")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
    unpacked = unpack(buffer.getvalue(), "a.tar.gz")
    assert not unpacked.files
    assert {notice.code for notice in unpacked.notices} == {"link"}


def test_bomb_by_ratio_by_size_and_by_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(zipped(zeros__bin=b"\0" * (8 << 20))) == {"too-large"}
    monkeypatch.setattr(budget, "MAX_FILE_BYTES", 10)
    assert codes(zipped(big__py="x" * 11)) == {"too-large"}
    monkeypatch.setattr(budget, "MAX_FILES", 3)
    many = unpack(zipped_names({f"{n}.py": "x" for n in range(9)}), "a.zip")
    assert len(many.files) == 3


def test_encrypted_truncated_empty_and_not_an_archive() -> None:
    whole = zipped(model__py="x" * 5000, other__py="y")
    encrypted = bytearray(whole)
    for at in (whole.find(b"PK\x03\x04") + 6, whole.find(b"PK\x01\x02") + 8):
        encrypted[at] |= 1
    assert "encrypted" in codes(bytes(encrypted))
    assert codes(whole[: len(whole) // 2]) == {"damaged"}
    assert codes(b"no archive at all") == {"damaged"}
    assert codes(zipped()) == {"empty"}
    assert codes(b"", "a.tar.gz") == {"damaged"}


def test_damaged_content_is_a_notice() -> None:
    whole = bytearray(zipped(model__py="abcdefgh" * 500))
    whole[60] ^= 0xFF
    assert codes(bytes(whole)) & {"damaged", "unreadable"}


def test_junk_of_systems_is_ignored() -> None:
    files: dict[str, bytes | str] = {"__MACOSX/._a.ipynb": "x", ".ipynb_checkpoints/a.ipynb": "x", "a.ipynb": "{}"}
    unpacked = unpack(zipped_names(files), "a.zip")
    assert list(unpacked.files) == ["a.ipynb"]
    assert not any(notice.serious for notice in unpacked.notices)


def test_an_archive_in_an_archive_is_opened_once_and_no_deeper() -> None:
    inner = zipped(model__py="x")
    once = unpack(zipped_names({"inner.zip": inner}), "a.zip")
    assert list(once.files) == ["model.py"]
    twice = zipped_names({"b.zip": zipped_names({"inner.zip": inner})})
    deep = unpack(zipped_names({"c.zip": twice}), "a.zip")
    assert "model.py" not in deep.files
    assert {"nested"} == {notice.code for notice in deep.notices}


def test_names_in_cp437_and_in_utf8_without_its_flag() -> None:
    for encoding, name in (("cp437", "Übung.py"), ("utf-8", "Größe.py")):
        plain = zipped_names({"Q" * len(name.encode(encoding)): "x"})
        changed = plain.replace(b"Q" * len(name.encode(encoding)), name.encode(encoding))
        assert list(unpack(changed, "a.zip").files) == [name]


def test_folder_without_following_links(tmp_path: Path) -> None:
    (tmp_path / "submission").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "submission" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "submission" / "a.py").write_text("x")
    unpacked = read_folder(tmp_path / "submission")
    assert list(unpacked.files) == ["a.py"]
    assert [notice.code for notice in unpacked.notices] == ["link"]


def test_an_empty_name_and_two_equal_archives_cost_only_themselves() -> None:
    empty = unpack(bombs.zip_of_entries(["", "b.md"]), "a.zip")
    assert list(empty.files) == ["b.md"]
    inner = bombs.zip_of_entries(["a.md"])
    for names in (["sub.zip", "sub.zip"], ["sub.zip/b.txt", "sub.zip"]):
        found = unpack(bombs.zip_of_entries(names, inner), "a.zip")
        assert "clash" in {notice.code for notice in found.notices}
        assert len(found.files) == 1


def test_names_in_a_folder_that_begin_with_a_dot_are_left_out(tmp_path: Path) -> None:
    for name in (".rubrics/r.yaml", ".github/workflows/w.yml", ".env", "a.md", "sub/.hidden", "sub/b.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="ascii")
    found = read_folder(tmp_path)
    assert sorted(found.files) == ["a.md", "sub/b.md"]
    assert not found.notices
