"""Python's functions that look at an object without asking it refuse proxies, and do their work for other values."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.own_tests.asker import Asker
from grader.own_tests.guards import guard, watch_dates
from grader.own_tests.trouble import EndTest
from tests.own_tests.direct import asker_of


@pytest.fixture
def asker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asker:
    return asker_of(monkeypatch, tmp_path, "class Net: pass")


def guarded() -> Any:
    module = ModuleType("tests_of_a_course")
    module.callable = "its own"  # type: ignore[attr-defined]
    guard(module)
    return module


@pytest.mark.parametrize("name", ["type", "id", "vars", "dir", "hash"])
def test_proxies_are_refused(asker: Asker, name: str) -> None:
    net = asker.get("Net")()
    with pytest.raises(EndTest):
        getattr(guarded(), name)(net)
    assert name in asker.trouble.unsupported


def test_other_values_are_not(asker: Asker) -> None:
    module = guarded()
    assert module.type(3) is int
    assert module.type == type  # noqa: E721 - as a test may write it
    assert isinstance(int, module.type)
    assert module.type("New", (), {}).__name__ == "New"
    assert module.type.__name__ == "type"
    assert {module.type: 1}[type] == 1
    assert module.hash(3) == hash(3)
    assert module.issubclass(bool, int)
    assert module.callable == "its own"


def test_the_clocks_of_datetime_are_noted_in_a_file_of_tests(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
import datetime
from datetime import date, datetime as moment, timedelta

def of(clock):
    return {"module": datetime.datetime.now, "class": moment.utcnow, "date": date.today}[clock]

def read(clock):
    made = of(clock)()
    return made

def fixed():
    made = moment(2020, 1, 2) + timedelta(days=1)
    assert isinstance(made, moment) and isinstance(made, date) and isinstance(made, datetime.datetime)
    return made, date(2020, 1, 3), moment.fromisoformat("2020-01-03")
"""
    module: Any = ModuleType("dated_tests")
    asker.folder = "/course/"  # this test stays as it is
    module.__file__ = "/course/dated_tests.py"
    exec(compile(source, module.__file__, "exec"), vars(module))
    monkeypatch.setitem(sys.modules, "dated_tests", module)
    watch_dates(asker.folder, asker)
    assert module.fixed() == (
        datetime.datetime(2020, 1, 3),
        datetime.date(2020, 1, 3),
        datetime.datetime(2020, 1, 3),
    )
    assert asker.trouble.clock == ("", 0)
    for clock in ("module", "class", "date"):
        asker.begin_test()
        assert isinstance(module.read(clock), datetime.date)
        assert asker.trouble.clock[1] == 9
    assert datetime.datetime.__new__(datetime.datetime, 2020, 1, 1).year == 2020, "others have the real one"
