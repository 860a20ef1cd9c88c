"""The rules on files: a process writes in its work folder and reads what it may read, and nothing else."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from grader.sandbox.child import landlock
from tests.sandbox.child.confined import confined

TRY_EACH = """
import socket
work, outside, readable = given["work"], given["outside"], given["readable"]
attempts = {
    "write in the work folder": lambda: open(f"{work}/new", "w").close(),
    "write over a file in the work folder": lambda: open(f"{work}/there", "w").close(),
    "rename in the work folder": lambda: os.rename(f"{work}/there", f"{work}/renamed"),
    "read what may be read": lambda: open(f"{readable}/file").read(),
    "write outside": lambda: open(f"{outside}/new", "w").close(),
    "write over a file outside": lambda: open(f"{outside}/file", "w").close(),
    "truncate a file outside": lambda: os.truncate(f"{outside}/file", 0),
    "read a file outside": lambda: open(f"{outside}/file").read(),
    "list a folder outside": lambda: os.listdir(outside),
    "remove a file outside": lambda: os.unlink(f"{outside}/file"),
    "make a folder outside": lambda: os.mkdir(f"{outside}/folder"),
    "write through a link in the work folder": lambda: open(f"{work}/link", "w").close(),
    "write where reading is allowed": lambda: open(f"{readable}/new", "w").close(),
    "append to what may be read": lambda: open(f"{readable}/file", "a").close(),
    "append to a file outside": lambda: open(f"{outside}/file", "a").close(),
    "make an empty file where reading is allowed": lambda: os.open(f"{readable}/empty", os.O_CREAT | os.O_RDONLY),
    "make a folder where reading is allowed": lambda: os.mkdir(f"{readable}/folder"),
    "make a link where reading is allowed": lambda: os.symlink("file", f"{readable}/link"),
    "remove what may be read": lambda: os.unlink(f"{readable}/file"),
    "write over what may be read": lambda: open(f"{readable}/file", "w").close(),
    "move a file out of the work folder": lambda: os.rename(f"{work}/moved", f"{outside}/moved"),
    "make a second name for a file outside": lambda: os.link(f"{outside}/file", f"{work}/second"),
    "connect by TCP": lambda: socket.create_connection(("127.0.0.1", 9), 5),
}
landlock.restrict_files(tuple(given["system"]) + (readable,), (work,))
errors = {}
for name, attempt in attempts.items():
    try:
        attempt()
    except OSError as error:
        errors[name] = error.errno
    else:
        errors[name] = 0
print(json.dumps(errors))
"""
ALLOWED = (
    "write in the work folder",
    "write over a file in the work folder",
    "rename in the work folder",
    "read what may be read",
)
TCP_SINCE, TRUNCATE_SINCE = 4, 3  # versions of Landlock


def test_only_the_work_folder_is_written_and_only_what_may_be_is_read(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("work", "outside", "readable")}
    for folder in folders.values():
        folder.mkdir()
        (folder / "file").write_text("as it was")
    for name in ("there", "moved"):
        (folders["work"] / name).write_text("own")
    (folders["work"] / "link").symlink_to(folders["outside"] / "file")
    system = [sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", "/etc", "/proc"]
    errors = confined(TRY_EACH, system=system, **{name: str(path) for name, path in folders.items()})
    crossing = errors.pop("make a second name for a file outside"), errors.pop("move a file out of the work folder")
    assert set(crossing) <= {errno.EXDEV, errno.EACCES}
    version = landlock.landlock_version()
    if version < TCP_SINCE:
        errors.pop("connect by TCP")
    if version < TRUNCATE_SINCE:
        errors.pop("truncate a file outside")
    assert errors == {name: 0 if name in ALLOWED else errno.EACCES for name in errors}
    assert {name: (folders[name] / "file").read_text() for name in ("outside", "readable")} == {
        "outside": "as it was",
        "readable": "as it was",
    }
    assert os.listdir(folders["outside"]) == os.listdir(folders["readable"]) == ["file"]


def test_a_kernel_without_landlock_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "landlock_version", lambda: 0)
    with pytest.raises(OSError, match="the kernel has no Landlock"):
        landlock.restrict_files(("/usr",), ())
