"""Installed libraries in a submission are recognised by what is in them, and a team's own files stay."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from grader.ingest import budget
from grader.ingest.archives import read_folder, unpack
from tests.ingest.test_archives import zipped_names

FILES = {
    "net.py": "x = 1",
    "lib/models.py": "x = 1",
    "work env/pyvenv.cfg": "home = /usr/bin",
    "work env/bin/activate_this.py": "x = 1",
    "work env/lib/python3.11/site-packages/torch/nn.py": "class Net: pass",
    "work env/lib/python3.11/site-packages/torch-2.4.dist-info/METADATA": "x",
    "dl/conda-meta/history": "==> 2025-01-15 <==",
    "dl/lib/python3.11/abc.py": "class Net: pass",
    "dl/lib/libz.so": "x",
    "dl/etc/conda/a.py": "x = 1",
    "dl/lib/own/net2.py": "x = 1",
    "libs/einops/__init__.py": "x = 1",
    "libs/einops-0.8.dist-info/RECORD": "einops/__init__.py,sha256=x,5\neinops-0.8.dist-info/RECORD,,\n../../bin/x,,\n",
    "libs/own.py": "x = 1",
    "own.egg-info/top_level.txt": "own",
}
KEPT = ["dl/lib/own/net2.py", "lib/models.py", "libs/own.py", "net.py"]


def tarred(files: dict[str, str], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return out.getvalue()


@pytest.mark.parametrize("kind", ["zip", "tar", "tar backwards", "folder"])
def test_environments_are_left_out_and_named(tmp_path: Path, kind: str) -> None:
    if kind == "zip":
        found = unpack(zipped_names(dict(FILES)), "a.zip")
    elif kind == "folder":
        for name, text in FILES.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        found = read_folder(tmp_path)
    else:
        items = list(FILES.items())
        found = unpack(tarred(dict(items if kind == "tar" else items[::-1])), "a.tar")
    assert sorted(found.files) == KEPT
    assert [notice.code for notice in found.notices] == ["environment"]
    assert not any(notice.serious for notice in found.notices)


def test_an_environment_in_the_folder_of_the_code_costs_only_its_own_files() -> None:
    files = {
        "pyvenv.cfg": "home",
        "bin/python.py": "x",
        "lib/python3.12/os.py": "x",
        "lib/models.py": "x",
        "net.py": "x",
    }
    assert sorted(unpack(zipped_names(dict(files)), "a.zip").files) == ["lib/models.py", "net.py"]


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_environment_does_not_use_up_the_limit_of_files(kind: str) -> None:
    files = {f"env/lib/python3.11/site-packages/m{n}.py": "" for n in range(budget.MAX_FILES)} | {"net.py": "x"}
    found = unpack(zipped_names(dict(files)), "a.zip") if kind == "zip" else unpack(tarred(files), "a.tar")
    assert sorted(found.files) == ["net.py"]
    assert [notice.code for notice in found.notices] == ["environment"]


@pytest.mark.parametrize(
    ("name", "mode"), [("a.tar.xz", "w:xz"), ("a.tar.bz2", "w:bz2"), ("a.TXZ", "w:xz"), ("a.tbz2", "w:bz2")]
)
def test_more_kinds_of_tar_are_opened(name: str, mode: str) -> None:
    data = tarred({"net.py": "x = 1"}, mode)
    assert list(unpack(data, name).files) == ["net.py"]
    outer = unpack(zipped_names({name: data, "answers.md": "x"}), "b.zip")
    assert sorted(outer.files) == ["a/net.py", "answers.md"]


@pytest.mark.parametrize(("limit", "value"), [("MAX_ENTRIES", 5), ("MAX_UNPACKED", 5000)])
def test_a_tar_is_not_read_through_without_a_limit(limit: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, limit, value)
    files = {f"env/lib/python3.11/site-packages/m{n}.py": "x" * 10 for n in range(9)} | {"net.py": "x"}
    found = unpack(tarred(files), "a.tar")
    assert not found.files
    assert [notice.code for notice in found.notices if notice.serious] == ["too-large"]
