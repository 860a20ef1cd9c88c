"""Check kinds from outside: files and installed packages, and each mistake in them as one sentence."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.cache.fingerprint import code_digest
from grader.checks import Check, KindFile, built_in_kinds, documentation, kinds, kinds_with
from grader.checks.own_kinds import MAX_BYTES, KindMistake, is_from_file, kinds_of_file, mistake_in_kind, where
from grader.errors import GraderError
from tests.helpers import context

KIND = '''"""A kind of a course."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model import Text, say
from grader.model.verdict import Verdict, failed, passed


class FewCells(Check):
    """The notebook has few cells."""

    label: ClassVar[Text] = say("Few cells")
    example: ClassVar[str] = "{kind: few_cells, most: 3}"
    kind: Literal["few_cells"] = "few_cells"
    most: int = Field(ge=1, description="the largest number of cells")

    def judge(self, context: CheckContext) -> Verdict:
        count = len(context.submission.cells)
        if count > self.most:
            return failed(say("There are {count} cells; {most} are allowed.", count=count, most=self.most))
        return passed(say("There are {count} cells.", count=count))
'''


def of(source: str | bytes, name: str = "my_kinds.py") -> KindFile:
    return KindFile(name, source.encode() if isinstance(source, str) else source)


def test_a_kind_of_a_file_judges_and_is_listed() -> None:
    known = kinds_with([of(KIND)])
    assert set(known) == {*kinds(), "few_cells"}
    assert list(known) == sorted(known)
    check = known["few_cells"].model_validate({"kind": "few_cells", "most": 1})
    assert check.judge(context(cells=["x = 1"])).status == "passed"
    assert check.judge(context(cells=["x = 1", "y = 2"])).status == "failed"
    assert "### `few_cells`\n\nThe notebook has few cells.\n" in documentation.markdown(known)
    assert is_from_file(known["few_cells"])
    assert not is_from_file(known["manual"])


def test_the_same_content_gives_the_same_class_and_a_changed_file_another() -> None:
    [first] = kinds_of_file(of(KIND)).values()
    [again] = kinds_of_file(of(KIND)).values()
    [other] = kinds_of_file(of(KIND + "\n")).values()
    assert first is again
    assert first is not other
    assert "few_cells" not in kinds()


def changed(old: str, new: str) -> str:
    assert old in KIND
    return KIND.replace(old, new)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\ndef f(:\n", "my_kinds.py:2: Python cannot read this line: invalid syntax"),
        (b"x = '\xff'", "my_kinds.py:1: not UTF-8 text; save it as UTF-8"),
        (b"x = '\0'", "my_kinds.py:1: Python cannot read this line: "),
        ("x = 1\ny = z\n", "my_kinds.py:2: raised NameError: name 'z' is not defined"),
        ("def f():\n    raise SystemExit(3)\n\n\nf()\n", "my_kinds.py:2: raised SystemExit: 3"),
        ("import no_such_package\n", "my_kinds.py:1: raised ModuleNotFoundError: No module named 'no_such_package'"),
        ("import json\njson.loads('')\n", "my_kinds.py:2: raised JSONDecodeError: Expecting value"),
        ("x = 1\n", "my_kinds.py:1: no check kind is defined here: a subclass of grader.checks.Check with a 'kind'"),
        (
            "\nclass A:\n    kind = 'a'\n",
            "my_kinds.py:2: the class A is no check kind: it must be a subclass of grader.checks.Check",
        ),
        (b"#" * (MAX_BYTES + 1), "my_kinds.py:1: a file with check kinds has at most 256 KiB"),
        (changed('    """The notebook has few cells."""\n', ""), "my_kinds.py:14: the class FewCells needs a docstring"),
        (changed('say("Few cells")', "say('')"), "my_kinds.py:14: the class FewCells needs a 'label', the title of its checks"),
        (changed('"{kind: few_cells, most: 3}"', '""'), "my_kinds.py:14: the class FewCells needs an 'example'"),
        (changed("def judge", "def judged"), "my_kinds.py:14: the class FewCells needs a method 'judge'"),
        (
            KIND.replace("few_cells", "Few Cells"),
            "my_kinds.py:14: the class FewCells needs a 'kind' of small letters, digits and underscores",
        ),
        (
            changed("    most: int", "    model_config = {'extra': 'allow'}\n    most: int"),
            "my_kinds.py:14: the class FewCells needs the 'model_config' of Check, which refuses unknown keys",
        ),
        (KIND.replace("few_cells", "manual"), "my_kinds.py:14: there is a check kind 'manual' already; choose another name"),
        (
            KIND + "\n\nclass Again(FewCells):\n    '''Again.'''\n",
            "my_kinds.py:29: there are two check kinds 'few_cells' in this file",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_file_and_line(source: str | bytes, message: str) -> None:
    with pytest.raises(KindMistake) as caught:
        kinds_with([of(source)])
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_file_that_raises_leaves_no_module() -> None:
    before = set(sys.modules)
    with pytest.raises(KindMistake):
        kinds_of_file(of(KIND + "1 / 0\n"))
    assert {name for name in set(sys.modules) - before if name.startswith("grader_own_kinds_")} == set()


def test_a_base_of_several_kinds_is_no_kind() -> None:
    source = KIND.replace("class FewCells(Check)", "class Base(Check):\n    pass\n\n\nclass FewCells(Base)")
    assert list(kinds_of_file(of(source))) == ["few_cells"]


def test_two_files_with_the_same_kind_are_refused() -> None:
    with pytest.raises(KindMistake, match=r"^other.py:14: there is a check kind 'few_cells' already"):
        kinds_with([of(KIND), of(KIND, "other.py")])


def test_an_exception_of_a_kind_is_placed_at_its_line() -> None:
    [kind] = kinds_of_file(of(changed("        count = ", "        1 / 0\n        count = "))).values()
    check = kind.model_validate({"kind": "few_cells", "most": 1})
    with pytest.raises(ZeroDivisionError) as caught:
        check.judge(context())
    assert where(caught.value) == "ZeroDivisionError: division by zero (my_kinds.py:23)"


@pytest.mark.parametrize("name", sorted(built_in_kinds()))
def test_the_rules_for_kinds_hold_for_ours(name: str) -> None:
    assert mistake_in_kind(name, built_in_kinds()[name]) == ""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package with a kind: its folder, which a test may change before it asks for the kinds."""
    (tmp_path / "course_kinds_of_a_test.py").write_text(KIND)
    information = tmp_path / "course_kinds_of_a_test-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: course-kinds-of-a-test\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[grader.kinds]\nfew = course_kinds_of_a_test:FewCells\n")
    monkeypatch.syspath_prepend(tmp_path)
    _forget()
    yield tmp_path
    sys.modules.pop("course_kinds_of_a_test", None)
    monkeypatch.undo()
    importlib.invalidate_caches()
    _forget()


def _forget() -> None:
    kinds.cache_clear()
    code_digest.cache_clear()


@pytest.mark.parametrize("entry", ["course_kinds_of_a_test:FewCells", "course_kinds_of_a_test"])
def test_a_kind_of_an_installed_package_is_found(package: Path, entry: str) -> None:
    (package / "course_kinds_of_a_test-1.0.dist-info" / "entry_points.txt").write_text(
        f"[grader.kinds]\nfew = {entry}\n"
    )
    kind = kinds()["few_cells"]
    assert issubclass(kind, Check)
    assert not is_from_file(kind)
    assert "few_cells" not in documentation.page()


@pytest.mark.parametrize(
    ("source", "entry", "message"),
    [
        (KIND, "course_kinds_of_a_test:Verdict", "the class Verdict is no check kind: it must be a subclass of grader.checks.Check"),
        (KIND, "course_kinds_of_a_test:annotations", "the entry point course_kinds_of_a_test:annotations is no class"),
        (KIND, "course_kinds_of_a_test:Check", "the class Check needs a 'kind', the name that rubrics use"),
        (
            "x = y", "course_kinds_of_a_test",
            "the check kind of the package course-kinds-of-a-test cannot be loaded: NameError: name 'y' is not defined (",
        ),
        (KIND.replace("few_cells", "manual"), "course_kinds_of_a_test", "course_kinds_of_a_test.py:14: there is a check kind 'manual'"),
    ],
)  # fmt: skip
def test_a_mistake_of_a_package_is_one_sentence(package: Path, source: str, entry: str, message: str) -> None:
    (package / "course_kinds_of_a_test.py").write_text(source)
    (package / "course_kinds_of_a_test-1.0.dist-info" / "entry_points.txt").write_text(
        f"[grader.kinds]\nfew = {entry}\n"
    )
    with pytest.raises(GraderError) as caught:
        kinds()
    assert message in str(caught.value)


def test_the_source_of_a_package_belongs_to_the_code_that_grades(package: Path) -> None:
    before = code_digest()
    _forget()
    assert code_digest() == before
    (package / "course_kinds_of_a_test.py").write_text(KIND + "\n")
    _forget()
    assert code_digest() != before
