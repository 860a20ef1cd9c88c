"""Submissions opened in a confined process: the same values as in this one, and bombs cost only themselves."""

from __future__ import annotations

import io
import resource
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.ingest.discover import Source, discover
from grader.ingest.open_submission import open_submission
from grader.model import Member, Submission
from grader.opening import open_confined as opening
from grader.opening import reader_client
from grader.opening.open_confined import ReaderError, open_confined, unpack_confined
from grader.opening.reader_protocol import ReadRequest, Reply
from tests import bombs
from tests.helpers import ROOT


def packed(files: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def opened(folder: Path, name: str, data: bytes) -> Submission:
    (folder / name).write_bytes(data)
    return open_confined(Source(name, folder / name))


@pytest.mark.parametrize("name", ["sequence-modeling", "cnn-rnn", "noise-removal", "unusual"])
def test_a_confined_reader_gives_the_same_submission(name: str) -> None:
    for source in discover([ROOT / "submissions" / name])[:3]:
        roster = {"1000001": Member("Anna Beispiel", "1000001")}
        assert open_confined(source, targets=["LSTM"], roster=roster) == open_submission(
            source, targets=["LSTM"], roster=roster
        )


def test_every_way_in_which_a_submission_comes_is_read_alike(tmp_path: Path) -> None:
    inner = packed({"a.md": "1) x", "net.py": "x = 1"})
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.zip").write_bytes(inner)
    (tmp_path / "bulk.zip").write_bytes(packed({"T_1_assignsubmission_file_/a.zip": inner}))
    (tmp_path / "one.md").write_text("1) x", encoding="ascii")
    (bulk,) = discover([tmp_path / "bulk.zip"])
    sources = [
        Source("folder", tmp_path / "folder"),
        bulk,
        Source("parts", parts=(("one.md", tmp_path / "one.md"),)),
        Source("a.zip", content=Source("folder", tmp_path / "folder").read()),
    ]
    for source in sources:
        found = open_confined(source)
        assert found.documents
        assert found == open_submission(source)
        assert unpack_confined(source) == source.read()


def test_a_file_that_takes_too_much_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    found = opened(tmp_path, "a.zip", packed({"a.pdf": bombs.pdf_of_forms(10, 8), "b.md": "1) fine"}))
    assert [(one.path, one.readable) for one in found.documents] == [("b.md", True), ("a.pdf", False)]
    assert [str(notice.message) for notice in found.notices] == [
        "a.pdf could not be read within the limits of time and memory."
    ]
    assert found.notices[0].serious
    assert found.files["a.pdf"].startswith(b"%PDF")


def test_the_memory_of_this_process_does_not_grow_with_a_bomb(tmp_path: Path) -> None:
    opened(tmp_path, "warm.md", b"x")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number, data in enumerate((bombs.zip_of_bzip2(150), bombs.tar_of_zeros(tarfile.XHDTYPE, 150))):
        name = f"{number}.{'zip' if data.startswith(b'PK') else 'tar.gz'}"
        assert [notice.code for notice in opened(tmp_path, name, data).notices] == ["too-large"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10


def replies(monkeypatch: pytest.MonkeyPatch, *given: Reply) -> list[frozenset[str]]:
    left, asked = list(given), []

    def read(request: ReadRequest, level: object) -> Reply:
        asked.append(request.left_out)
        return left.pop(0)

    monkeypatch.setattr(reader_client, "read_confined", read)
    return asked


def test_each_file_is_left_out_once_and_then_the_whole_submission(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.zip").write_bytes(b"x")
    asked = replies(monkeypatch, *(Reply("", last_file=name) for name in ("a.pdf", "b.pdf", "c.pdf")))
    found = open_confined(Source("a.zip", tmp_path / "a.zip"))
    assert asked == [frozenset(), {"a.pdf"}, {"a.pdf", "b.pdf"}]
    assert not found.files
    assert found.digest
    assert str(found.notices[0].message) == "a.zip could not be read within the limits of time and memory."
    assert found.unread


@pytest.mark.parametrize("last", ["", "a.pdf"], ids=["no file", "the same file"])
def test_a_reader_that_ends_where_no_new_file_is_known_is_not_started_again(
    last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replies(monkeypatch, Reply("", last_file="a.pdf"), Reply("memory", last_file=last))
    assert open_confined(Source("a.zip")).notices[0].serious
    assert len(asked) == 2


@pytest.mark.parametrize(("word", "error"), [("user", GraderError), ("failed", ReaderError)])
def test_what_the_reader_says_is_raised_here(
    word: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    replies(monkeypatch, Reply(word, "words"))
    with pytest.raises(error, match="words"):
        open_confined(Source("a.zip"))


def test_where_no_reader_can_be_confined_the_submission_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "can_confine", lambda: False)
    monkeypatch.delattr(reader_client, "read_confined")
    (source,) = discover([ROOT / "submissions" / "unusual"])[:1]
    assert open_confined(source) == open_submission(source)
    assert unpack_confined(source) == source.read()
