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
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.grading.assemble import make_report
from grader.grading.interview import judge_evidence
from grader.model import Cell, Evidence, Submission
from grader.report.pages import report_page
from grader.report.serialize import to_json
from grader.rubric.schema import Rubric
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.isolation import choose
from grader.sandbox.limits import Limits
from grader.scoring.score import score
from tests.helpers import ROOT, collect, shipped

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.nb.py"))
CHECKS = ("runs", "cell-shapes", "cell-own", "cell-output", "lstm-shapes", "lstm-own", "lstm-output", "model-shapes",
          "model-output", "model-noise")  # fmt: skip
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
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
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
    """The code part of the shipped rubric; the training is left out where the header does not speak of it."""
    rubric = shipped("noise-removal")
    submission = tuple(check for check in rubric.submission if check.id == "runs")
    told = header["must_not_pass"] + header["must_pass"]
    questions = tuple(
        q.model_copy(update={"checks": tuple(c for c in q.checks if c.id != "model-noise" or c.id in told)})
        for q in rubric.questions
        if q.id in ("lstm-cell", "lstm", "model")
    )
    return rubric.model_copy(update={"submission": submission, "questions": questions})


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
    findings = judge_evidence(submission, evidence, rubric)
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
    for check in re.findall(r"[\w-]+", header.get("must_pass", "")):
        assert status[check] == "passed", told[check]
    if LEVEL == "A" and header["runs"] in (
        "passed",
        "failed",
        "needs_review",
    ):  # below it, what is hidden is there and refused
        assert status["runs"] == header["runs"], told["runs"]
    assert "error" not in status.values()


@pytest.mark.hostile
def test_the_corpus_is_large_and_every_file_says_what_it_tries() -> None:
    assert len(CORPUS) >= 60
    for path in CORPUS:
        header, cells = read(
            path, dict.fromkeys(re.findall(r"@([A-Z_]+)@", path.read_text(errors="surrogatepass")), "")
        )
        assert header["claim"]
        assert cells
        assert set(re.findall(r"[\w-]+", header["must_not_pass"] + " " + header["must_pass"])) <= set(CHECKS)


@pytest.mark.hostile
def test_the_level_of_the_corpus_holds_here() -> None:
    assert choose().level <= LEVEL
