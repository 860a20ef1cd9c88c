"""Python source to a tree: what cannot be read is a `SyntaxError` and nothing else."""

from __future__ import annotations

import ast
import gc

import pytest

from grader.syntax import parse


def test_source_is_parsed_and_not_run() -> None:
    assert len(parse("x = 1\nraise SystemExit").body) == 2


@pytest.mark.parametrize(
    "source", ["def f(:", "x = '\0'", "(" * 5000, "-" * 100_000 + "1"], ids=["wrong", "zero byte", "brackets", "signs"]
)
def test_what_cannot_be_read_is_a_syntax_error(source: str) -> None:
    with pytest.raises(SyntaxError):
        parse(source)


@pytest.mark.parametrize("source", ["x = 1", "def f(:"], ids=["right", "wrong"])
@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(source: str, enabled: bool) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        if source == "x = 1":
            parse(source)
        else:
            with pytest.raises(SyntaxError):
                parse(source)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_the_garbage_collector_is_off_while_source_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    collecting: list[bool] = []
    original = ast.parse

    def note(source: str) -> ast.Module:
        collecting.append(gc.isenabled())
        return original(source)

    with monkeypatch.context() as patch:
        patch.setattr(ast, "parse", note)
        parse("x = 1")
    assert collecting == [False]
