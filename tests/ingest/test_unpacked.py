"""What is left out of the files without a loss."""

from __future__ import annotations

import pytest

from grader.ingest.unpacked import Unpacked, is_junk


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("lib/net.py", []),
        ("__MACOSX/net.py", ["junk"]),
        ("a/._net.py", ["junk"]),
        (".virtual_documents/net.ipynb", ["junk"]),
        ("wandb/run-1/files/code/net.py", ["junk"]),
        ("env/lib/site-packages/net.py", ["environment"]),
        ("work/bin/net.py", ["environment"]),
        ("libs/net-1.0.dist-info/RECORD", []),
    ],
)
def test_what_is_passed_over_is_noted_once_and_is_not_serious(path: str, codes: list[str]) -> None:
    found = Unpacked()
    assert [found.passes_over(path, {"work/"}) for _ in range(2)] == [bool(codes)] * 2
    assert [notice.code for notice in found.notices] == codes
    assert not any(notice.serious for notice in found.notices)


def test_junk_is_known_by_its_parts() -> None:
    assert is_junk("a/.DS_Store")
    assert not is_junk("DS_Store.py")
