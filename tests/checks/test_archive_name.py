"""The name of the archive."""

from __future__ import annotations

import pytest

from tests.helpers import context, make


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Muster_1000101_Beispiel_1000102.zip", "passed"),
        ("Anna_Lena_Muster_1000101_Müller-Lü_1000102_X_1000103.pdf", "passed"),
        ("Muster_1000101.zip", "failed"),
        ("final.zip", "failed"),
        ("1000101_1000102.zip", "failed"),
        ("Muster_1000101_Beispiel_1000102_v2.zip", "failed"),
    ],
)
def test_archive_name(name: str, status: str) -> None:
    from grader.ingest.member_names import members_from_name

    verdict = make("archive_name").judge(context(source=name, members=members_from_name(name)))
    assert verdict.status == status
