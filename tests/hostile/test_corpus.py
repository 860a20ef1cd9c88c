"""Every hostile submission of `corpus/` gets the verdict that it must get, and reaches nothing outside.

Each file starts with its claim and what must and must not pass. Names such as @SECRET_FILE@ are replaced by canaries that the
test makes: files, folders and listeners outside, which must stay unread, unwritten and uncontacted.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import select
import socket
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from grader.grading.assemble import make_report
from grader.grading.interview import judge_evidence
from grader.model import Cell, Evidence, Submission
from grader.report.pages import report_page
from grader.report.serialize import to_json
from grader.rubric.load import parse_rubric
from grader.rubric.schema import Rubric
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.isolation import choose
from grader.sandbox.limits import Limits
from grader.scoring.score import score
from tests.helpers import ROOT, collect, shipped
from tests.own_tests.plain_pytest import PlainPytest

COURSE = Path(__file__).parent / "course"
CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.nb.py"))
CHECKS = ("runs", "cell-shapes", "cell-own", "cell-output", "lstm-shapes", "lstm-own", "lstm-output", "model-shapes",
          "model-output", "model-noise")  # fmt: skip
VALUES = 16  # functions whose whole value is compared, in a rubric of the tests' own
TESTS = ("number", "tensor", "array", "random", "refusal", "class")  # files of tests in `course/`
FUNCTIONS = (*(f"value-{n}" for n in range(1, VALUES + 1)), "double")
JUDGING_SECONDS = 20  # CPU time that the judging of one submission may take, on a busy machine too
SECRET = os.environ.get("GRADER_TEST_SECRET", "not-set")
# The level that the corpus is run at; the weakest that must hold is written in each file.
# `make hostile` runs all of it at level A, and what isolation decides at B and as a user without rights as well.
LEVEL: Level = os.environ.get("GRADER_TEST_LEVEL", "A")  # type: ignore[assignment]


@dataclass
class Outside:
    """What a submission must not reach."""

    folder: Path
    secrets: list[str]
    servers: list[socket.socket] = field(default_factory=list)
    names: dict[str, object] = field(default_factory=dict)

    def touched(self) -> list[str]:
        """What was contacted or written."""
        found = [str(s.getsockname()) for s in self.servers if select.select([s], [], [], 0)[0]]
        return found + sorted(str(path) for path in (self.folder / "writable").iterdir())


def listening(kind: socket.SocketKind) -> socket.socket:
    """A socket at a port that the system gives to nobody: programs of other tests call servers that are gone."""
    while True:
        made = socket.socket(socket.AF_INET, kind)
        with contextlib.suppress(OSError):
            made.bind(("127.0.0.1", 20000 + secrets.randbelow(10000)))
            if kind == socket.SOCK_STREAM:
                made.listen()
            return made
        made.close()


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    words = [secrets.token_hex(12), secrets.token_hex(12), SECRET]
    os.chmod(tmp_path, 0o755)
    for name in ("writable", "other-team"):
        (tmp_path / name).mkdir()
    os.chmod(tmp_path / "writable", 0o777)
    (tmp_path / "secret.txt").write_text(words[0])
    (tmp_path / "other-team" / "answers.md").write_text(words[1])
    abstract = f"grader-test-{secrets.token_hex(6)}"
    unix = f"/tmp/grader-test-{secrets.token_hex(6)}"
    with contextlib.ExitStack() as stack:
        tcp, udp = (stack.enter_context(listening(kind)) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM))
        named = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(2)]
        for server, address in zip(named, (unix, "\0" + abstract), strict=True):
            server.bind(address)
            server.listen()
        os.chmod(unix, 0o777)
        names: dict[str, object] = {
            "SECRET_FILE": str(tmp_path / "secret.txt"), "RUBRIC": str(ROOT / "rubrics" / "noise-removal.yaml"),
            "REFERENCE": str(ROOT / "reference"), "OTHER_TEAM": str(tmp_path / "other-team"),
            "OUTSIDE": str(tmp_path / "writable"), "SITE_PACKAGES": sysconfig.get_paths()["purelib"],
            "TCP_PORT": tcp.getsockname()[1], "UDP_PORT": udp.getsockname()[1], "UNIX_SOCKET": unix,
            "ABSTRACT_SOCKET": abstract, "PARENT_PID": os.getpid(), "ENV_SECRET": "GRADER_TEST_SECRET",
        }  # fmt: skip
        yield Outside(tmp_path, words, [tcp, udp, *named], names)
        os.unlink(unix)


@pytest.mark.hostile
def test_the_secret_stands_in_the_environment_from_the_start() -> None:
    started_with = Path("/proc/self/environ").read_bytes().split(b"\0")
    assert f"GRADER_TEST_SECRET={SECRET}".encode() in started_with


def small_rubric(header: dict[str, str]) -> Rubric:
    """The code part of the shipped rubric; the training is left out where the header does not speak of it.

    With `rubric: functions`, it is one with functions that return values of all kinds, and with `rubric: tests` one with
    files of tests for pytest.
    """
    if header.get("rubric") == "tests":
        return rubric_of_tests()
    if header.get("rubric") == "functions":
        return functions_rubric()
    rubric = shipped("noise-removal")
    submission = tuple(check for check in rubric.submission if check.id == "runs")
    told = header["must_not_pass"] + header["must_pass"]
    questions = tuple(
        q.model_copy(update={"checks": tuple(c for c in q.checks if c.id != "model-noise" or c.id in told)})
        for q in rubric.questions
        if q.id in ("lstm-cell", "lstm", "model")
    )
    return rubric.model_copy(update={"submission": submission, "questions": questions})


@cache
def functions_rubric() -> Rubric:
    """Many functions with the same reference, so that one submission can answer each in a way of its own."""
    head = "rubric: 1\ntitle: Functions\npoints: {points}\nsubmission:\n  - {{kind: notebook_runs, id: runs, deducts: 1}}\n"
    question = "questions:\n  - id: functions\n    title: Functions\n    points: {points}\n    checks:\n"
    check = (
        "      - {{kind: outputs, id: {id}, points: 1, target: {target}, reference: 'solution:{reference}', {more}}}\n"
    )
    given = "given: {x: [n]}, sizes: [{n: 3}]"
    checks = [
        check.format(id=id, target=id.replace("-", ""), reference="value", more=f"{given}, unchanged: true")
        for id in FUNCTIONS[:VALUES]
    ]
    checks.append(check.format(id="double", target="double", reference="double", more=f"{given}, gradients: true"))
    text = (head + question).format(points=len(checks)) + "".join(checks)
    return parse_rubric(text, str(Path(__file__).parent / "functions" / "rubric.yaml"), references=True)


@cache
def rubric_of_tests() -> Rubric:
    """A check for each file of tests of a course."""
    checks = "".join(f"\n      - {{kind: tests, id: test-{n}, points: 1, file: {n}_tests.py}}" for n in TESTS)
    text = (
        f"rubric: 1\ntitle: Tests\npoints: {len(TESTS)}\nsubmission:\n  - {{kind: notebook_runs, id: runs, deducts: 1}}\n"
        f"questions:\n  - id: tests\n    title: Tests\n    points: {len(TESTS)}\n    checks:{checks}\n"
    )
    return parse_rubric(text, str(Path(__file__).parent / "course" / "rubric.yaml"))


def read(path: Path, names: dict[str, object]) -> tuple[dict[str, str], tuple[Cell, ...]]:
    """The header and the cells, with the canaries' names filled in."""
    text = path.read_text(encoding="utf-8", errors="surrogatepass")
    header = dict(re.findall(r"(?m)^# (\w+):[ \t]*(.*)$", text.partition("# %%")[0]))
    body = re.sub(r"@([A-Z_]+)@", lambda found: repr(names[found[1]]), text)
    parts = re.split(r"(?m)^# %%(.*)$", body)[1:]
    code = [source for kind, source in zip(parts[::2], parts[1::2], strict=True) if "[markdown]" not in kind]
    cells = [
        Cell(n, source.strip("\n"), f"hostile.ipynb, cell {n}") for n, source in enumerate(code, 1) if source.strip()
    ]
    return header, tuple(cells)


def observed(header: dict[str, str], cells: tuple[Cell, ...], rubric: Rubric) -> tuple[Submission, Evidence]:
    submission = Submission("hostile", "hostile.zip", "d" * 64, cells=cells)
    cpu, idle = (float(header.get(name, 1.5)) for name in ("cpu", "idle"))
    limits = Limits(cpu_seconds=45, cell_cpu_seconds=cpu, idle_seconds=idle, memory_bytes=4 << 30, level=LEVEL)
    return submission, collect(submission, rubric, limits)


def obtained(evidence: Evidence) -> list[str]:
    """The lines in which a submission says that it got what it should not get."""
    return [line for run in evidence.cells for line in run.text.splitlines() if line.startswith("BREACH")]


def holds(header: dict[str, str]) -> bool:
    """Whether the attack must be stopped at the level that the corpus is run at."""
    return header["level"] == "any" or header["level"] >= LEVEL


@pytest.mark.hostile
@pytest.mark.slow
@pytest.mark.parametrize("path", CORPUS, ids=[path.name.removesuffix(".nb.py") for path in CORPUS])
def test_hostile_submission(path: Path, outside: Outside) -> None:
    header, cells = read(path, outside.names)
    before = sorted(Path(sysconfig.get_paths()["purelib"]).iterdir())
    rubric = small_rubric(header)
    submission, evidence = observed(header, cells, rubric)
    begun = time.process_time()
    findings = judge_evidence(submission, evidence, rubric)
    assert time.process_time() - begun < JUDGING_SECONDS
    report = make_report(submission, evidence, rubric, score(rubric, findings))
    written = to_json(report) + report_page(report) + repr(evidence)
    status = {finding.check: str(finding.status) for finding in findings}
    told = {finding.check: finding.message for finding in findings}
    if holds(header):
        assert not [word for word in outside.secrets if word in written]
        assert not obtained(evidence)
        assert outside.touched() == []
    assert sorted(Path(sysconfig.get_paths()["purelib"]).iterdir()) == before
    for check in re.findall(r"[\w-]+", header.get("must_not_pass", "")):
        assert status[check] != "passed", told[check]
        good = {"functions": "match the reference", "tests": "tests passed. But"}.get(header.get("rubric", ""), "\0")
        assert good not in str(told[check]).replace("The test passed", "All tests passed")  # nor in the notebook alone
    for check in re.findall(r"[\w-]+", header.get("must_pass", "")):
        assert status[check] == "passed", told[check]
    if LEVEL == "A" and header["runs"] in (
        "passed",
        "failed",
        "needs_review",
    ):  # below it, what is hidden is there and refused
        assert status["runs"] == header["runs"], told["runs"]
    assert "error" not in status.values()


@pytest.fixture(scope="module")
def plain_pytest() -> Iterator[PlainPytest]:
    process = PlainPytest()
    yield process
    process.close()


def plainly_passed(process: PlainPytest, folder: Path, code: str) -> set[str]:
    """The checks that plain pytest passes, which runs the code in its own process."""
    passed = set()
    for name in TESTS:
        (folder / name).mkdir()
        (folder / name / "work.py").write_text(code)
        (folder / name / "test_it.py").write_text((COURSE / f"{name}_tests.py").read_text())
        results = process.results(folder / name)
        if results and set(results.values()) == {"passed"}:
            passed.add(f"test-{name}")
    return passed


OF_TESTS = [path for path in CORPUS if "# succeeds: test" in path.read_text(encoding="utf-8", errors="surrogatepass")]


@pytest.mark.hostile
@pytest.mark.slow
@pytest.mark.parametrize("path", OF_TESTS, ids=[path.name.removesuffix(".nb.py") for path in OF_TESTS])
def test_without_the_defence_the_attack_succeeds(path: Path, tmp_path: Path, plain_pytest: PlainPytest) -> None:
    header, cells = read(path, {})
    passed = plainly_passed(plain_pytest, tmp_path, "\n\n".join(cell.source for cell in cells))
    assert passed == set(re.findall(r"[\w-]+", header["succeeds"]))


@pytest.mark.hostile
@pytest.mark.slow
def test_a_right_solution_passes_the_tests_of_the_course(tmp_path: Path, plain_pytest: PlainPytest) -> None:
    code = (COURSE / "right.py").read_text()
    assert plainly_passed(plain_pytest, tmp_path, code) == {f"test-{name}" for name in TESTS}
    rubric = rubric_of_tests()
    submission, evidence = observed({"cpu": "10"}, (Cell(1, code, "right.ipynb, cell 1"),), rubric)
    findings = judge_evidence(submission, evidence, rubric)
    assert {finding.check: str(finding.status) for finding in findings} == {
        "runs": "passed",
        **{f"test-{name}": "passed" for name in TESTS},
    }


@pytest.mark.hostile
def test_the_corpus_is_large_and_every_file_says_what_it_tries() -> None:
    assert len(CORPUS) >= 60
    for path in CORPUS:
        header, cells = read(
            path, dict.fromkeys(re.findall(r"@([A-Z_]+)@", path.read_text(errors="surrogatepass")), "")
        )
        assert header["claim"]
        assert cells
        assert set(re.findall(r"[\w-]+", header["must_not_pass"] + " " + header["must_pass"])) <= {
            *(*CHECKS, *FUNCTIONS),
            *(f"test-{name}" for name in TESTS),
        }


@pytest.mark.hostile
def test_the_level_of_the_corpus_holds_here() -> None:
    assert choose(LEVEL).level == LEVEL
