"""Layouts by name, their samples, and the layout that a tutor names."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.ingest.discover import survey
from grader.ingest.layouts.layout import Entry, Layout, Tree
from grader.ingest.layouts.recognise import LAYOUTS, as_given, by_platform
from tests.ingest.layouts.forty import written

METADATA = b"submission_8101:\n  :submitters:\n  - :name: Ida Kron\n"


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_the_sample_of_a_layout_is_in_its_form(tmp_path: Path, layout: Layout) -> None:
    files = {path: METADATA if path.endswith(".yml") else b"x" for path in layout.sample}
    for path in written(tmp_path, files):
        assert [one.name for one in survey([path]).layouts] == [layout.name]
        assert survey([path], layout.name).sources == survey([path]).sources
    assert layout.description


def test_a_layout_that_does_not_fit_or_does_not_exist_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    with pytest.raises(GraderError, match="nothing is in the form of a Canvas download: <name>_<user id>"):
        survey([tmp_path], "canvas")
    with pytest.raises(GraderError, match="no layout 'Canvas'; there are moodle, gradescope"):
        survey([tmp_path], "Canvas")


def test_files_above_the_folder_of_a_platform_are_named() -> None:
    tree = Tree("x", (Entry("list.html", ""), Entry("E7/Ida_5_assignsubmission_file/a.md", "")))
    found = by_platform(Tree("x", (*tree.entries[1:], Entry("plan.csv", ""))), "")
    assert found is not None
    assert found.stray == ("plan.csv",)
    assert len(as_given(tree, "folders", "").found) == 1


@pytest.mark.parametrize(
    ("name", "files", "count"),
    [
        ("DL-Final Project-1234567.zip", {f"Ida Kron_520{n}_assignsubmission_file/a.md": b"x" for n in range(3)}, 3),
        (
            "assignment_5512345_export.zip",
            {"submission_1/a.md": b"x", "submission_metadata.yml": b"submission_1: {}"},
            1,
        ),
        ("course_1234567.zip", {f"Kron_240001{n}.zip": b"x" for n in range(3)}, 3),
        ("Kron_2400010_Brand_2400011.zip", {f"Kron_240001{n}.zip": b"x" for n in range(2)}, 1),
        ("Kron_2400010.zip", {"ex7-ikron/a.py": b"x", "ex7-obrand/a.py": b"x"}, 1),
        ("Kron_2400010.zip", {"Deep_Learning_net_12/a.py": b"x", "Deep_Learning_run_13/a.py": b"x"}, 1),
        ("abgabe.zip", {"plot_10_20_loss.py": b"x", "net.py": b"x", "run.py": b"x"}, 1),
        ("abgabe.zip", {"Deep_Learning_net_12/a.py": b"x"}, 1),
    ],
    ids=["moodle", "gradescope", "plain", "halves", "clones", "like ilias", "like canvas", "one like ilias"],
)
@pytest.mark.parametrize("beside", [False, True], ids=["by itself", "in a folder"])
def test_a_number_in_the_name_of_a_download_is_no_team(
    tmp_path: Path, name: str, files: dict[str, bytes], count: int, beside: bool
) -> None:
    (tmp_path / "made").mkdir()
    archive, _ = written(tmp_path / "made", files)
    path = tmp_path / "course" / name
    path.parent.mkdir()
    archive.rename(path)
    (path.parent / "Oda_2400099.md").write_text("x")
    found = survey([path.parent if beside else path])
    assert len(found.sources) == count + beside


def test_downloads_beside_each_other_are_read_each_and_never_one_submission(tmp_path: Path) -> None:
    files = {
        "Group A/Ida Kron_5201_assignsubmission_file/a.md": b"x", "Group A/Ole Brand_5202_assignsubmission_file/a.md": b"x",
        "Group A/index.html": b"x", "Group B/Ruth Oda_5203_assignsubmission_file/a.md": b"x",
        "export/submission_8101/a.md": b"x", "export/submission_metadata.yml": METADATA, "list.csv": b"x",
    }  # fmt: skip
    for path in written(tmp_path, files):
        found = survey([path])
        assert sorted(source.team for source in found.sources) == [
            "Ida Kron (5201)", "Ida Kron (8101)", "Ole Brand", "Ruth Oda",
        ]  # fmt: skip
        assert [layout.name for layout in found.layouts] == ["moodle", "gradescope"]
        assert found.stray == ("index.html", "list.csv")


def test_a_download_beside_the_folders_of_a_platform_is_no_submission(tmp_path: Path) -> None:
    files = {
        "Kron_Ida_ikron_4101/a.md": b"x", "Brand_Ole_obrand_4102/a.md": b"x", "Oda Ruth/a.md": b"x",
        "late/Eva Lund_5204_assignsubmission_file/a.md": b"x",
    }  # fmt: skip
    for path in written(tmp_path, files):
        assert sorted(source.team for source in survey([path]).sources) == [
            "Eva Lund", "Ida Kron", "Oda Ruth", "Ole Brand",
        ]  # fmt: skip
