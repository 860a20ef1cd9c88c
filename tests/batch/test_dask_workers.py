"""Grading on Dask: a real scheduler and real workers in processes of their own, on loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import distributed
import pytest

from grader.batch import dask_job, dask_workers, grade_batch
from grader.batch.dask_job import GradedOnWorker
from grader.batch.executor import Executor, GradedReport, rendered_result
from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.grading.pipeline import report_of_grader_error
from grader.ingest.discover import Source, discover
from grader.model import Status, say
from grader.results.results_database import ResultsDatabase
from grader.rubric.load import parse_rubric
from grader.rubric.schema import Rubric
from grader.sandbox.host.isolation import choose
from tests.batch.impatient import impatient
from tests.batch.test_resume import COUNT, RUBRIC, folder
from tests.batches import written
from tests.checks.test_own_kinds import KIND
from tests.command_line import first_line, run
from tests.helpers import ROOT
from tests.rubric.test_course_kinds import RUBRIC as OF_CELLS

__all__ = ["folder"]  # a fixture
SOON = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s"}  # of a scheduler that is gone
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **SOON}
ONE = "in/Team_1000001.zip"  # of the submissions in `folder`
HOST = ["--host", "127.0.0.1", "--no-dashboard"]
pytestmark = pytest.mark.dask


class Machines:
    """A scheduler and workers, each a process."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.log = (folder / "dask.log").open("wb")
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self.file), *options)
        assert self._answers(), (folder / "dask.log").read_text()
        with contextlib.closing(self._client()) as client:
            self.address: str = client.scheduler.address

    def _answers(self) -> bool:
        """Wait until the scheduler has written where it listens; false where it ends before."""
        while not self.file.exists():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.scheduler.wait(0.1)
                return False
        return True

    def _client(self) -> Any:
        until_it_answers: Any = distributed.Client
        return until_it_answers(scheduler_file=str(self.file), timeout=200, set_as_default=False)

    def _start(self, what: str, *options: str, **variables: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, *HOST, *options]
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def workers(self, count: int = 1, **variables: str) -> list[subprocess.Popen[bytes]]:
        """Return the workers once they are known: those of before, and as many more as are missing to `count`."""
        here = str(self.folder)
        options = ["--nthreads", "1", "--no-nanny", "--local-directory", here, "--scheduler-file", str(self.file)]
        while len(alive := [process for process in self.processes[1:] if process.poll() is None]) < count:
            self._start("worker", *options, **variables)
        with contextlib.closing(self._client()) as client:
            client.wait_for_workers(len(alive), timeout=200)
        return alive

    def close(self) -> None:
        """End every process."""
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        self.log.close()


@pytest.fixture(scope="module")
def started() -> Iterator[list[Machines]]:
    found: list[Machines] = []
    yield found
    for machines in found:
        machines.close()


@pytest.fixture
def machines(started: list[Machines], tmp_path_factory: pytest.TempPathFactory) -> Machines:
    """Those of the test before, as they take longer to start than most tests do, unless it ended the scheduler."""
    if not started or started[-1].scheduler.poll() is not None:
        started.append(Machines(tmp_path_factory.mktemp("dask")))
    return started[-1]


@pytest.fixture
def rubric() -> Rubric:
    return parse_rubric(RUBRIC, "r.yaml")


def test_two_workers_and_one_lost_half_way_give_the_reports_of_one_machine(
    folder: Path, machines: Machines, rubric: Rubric
) -> None:
    first, _ = machines.workers(2)
    options = GradingOptions(keep=folder / "far")

    def connect(rubric: Rubric, options: GradingOptions) -> Executor:
        return dask_workers.DaskWorkers(machines.address, rubric, options)

    for step in grade_batch.grade_all([folder / "in"], rubric, folder / "far", options, connect=connect):
        if step.done == 1 and step.row is not None:
            first.send_signal(signal.SIGKILL)
    assert written(folder / "far" / "reports") == written(folder / "alone" / "reports")
    assert written(folder / "far") == written(folder / "alone")  # the findings of the evidence, too
    kept = sorted(path.name for path in (folder / "far" / "evidence").rglob("*.npz"))
    assert kept == sorted(path.name for path in (folder / "alone" / "evidence").rglob("*.npz"))
    assert len(kept) == COUNT


def test_evidence_travels_and_nothing_is_run_twice(folder: Path, machines: Machines, rubric: Rubric) -> None:
    machines.workers()
    command = ["grade", "in", "--rubric", "rubric.yaml", "--out", "alone", "--quiet"]  # where all is graded already
    first, before = written(folder / "alone"), ResultsDatabase(folder / "alone").past()
    assert len(before) == COUNT
    far = run(*command, "--cluster", machines.address, cwd=folder)
    assert far.returncode == 0, far.stderr
    assert written(folder / "alone") == first
    assert ResultsDatabase(folder / "alone").past() == before  # a run writes new times


def test_a_kind_of_the_course_is_known_to_the_workers(tmp_path: Path, machines: Machines) -> None:
    machines.workers()
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "my_kinds.py").write_text(KIND)
    (tmp_path / "course" / "rubric.yaml").write_text(OF_CELLS)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Muster_1000001.md").write_text("Words.\n")
    done = run("grade", "in", "--rubric", "course/rubric.yaml", "--cluster", machines.address, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    [row] = ResultsDatabase(tmp_path / "graded").rows()
    assert row.total == 1


def test_a_worker_with_less_isolation_or_another_grader_is_refused(
    folder: Path, machines: Machines, rubric: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.workers()
    done = run(
        "grade", ONE, "--rubric", "rubric.yaml", "--out", "out", "--cluster", machines.address,
        "--require-isolation", "A", cwd=folder,
    )  # fmt: skip
    assert done.returncode == (0 if choose().level == "A" else 2), done.stderr
    setting = dask_job.BatchSetting("x", rubric, GradingOptions(), "A")
    monkeypatch.setattr(dask_job, "choose", lambda: type(choose())("B", ()))
    refused = setting.refusal("tcp://worker")
    assert refused is not None
    assert refused.why == "the worker offers isolation B; A is required"
    monkeypatch.setattr(dask_job, "code_digest", lambda: "other")
    refusing = dask_workers.DaskWorkers(machines.address, rubric, GradingOptions())
    refusing.submit(0, next(iter(discover([folder / "in"]))))
    with pytest.raises(
        GraderError, match=r"no worker can grade:\ntcp://.*its version of the grader, the reference or torch differs"
    ):
        list(refusing.finished())
    refusing.close()


def test_a_worker_whose_torch_is_broken_gets_no_submission(
    folder: Path, rubric: Rubric, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It has the same versions, as its metadata say, and fails faster than the other one grades."""
    machines = Machines(tmp_path_factory.mktemp("dask-broken"))
    broken = machines.folder / "broken"
    (broken / "torch").mkdir(parents=True)
    (broken / "torch" / "__init__.py").write_text('raise ImportError("libtorch_cpu.so: cannot open")\n')
    with contextlib.closing(machines):
        machines.workers(1)
        machines.workers(2, PYTHONPATH=f"{broken}:{ROOT}")
        made = []

        def connect(rubric: Rubric, options: GradingOptions) -> Executor:
            made.append(dask_workers.DaskWorkers(machines.address, rubric, options))
            return made[0]

        options = GradingOptions(keep=folder / "far")
        for _ in grade_batch.grade_all([folder / "in"], rubric, folder / "far", options, connect=connect):
            pass
        assert [why for why in made[0]._refused.values() if "torch cannot be loaded" in why]
    assert written(folder / "far" / "reports") == written(folder / "alone" / "reports")


class Tried(dask_workers.DaskWorkers):
    """The decisions about answers of workers, without workers."""

    def __init__(self, *workers: str) -> None:
        self._connected, self._refused, self._doubted = list(workers), {}, {}
        self.sent: list[list[str] | None] = []

    def _workers(self) -> list[str]:
        return [worker for worker in self._connected if worker not in self._refused]

    def _send(self, number: int, source: Source, workers: list[str] | None) -> None:
        self.sent.append(workers)


def graded(folder: Path, rubric: Rubric, failed: bool) -> GradedReport:
    source = discover([folder / "in"])[0]
    why = say("The report could not be rendered ({error}).", error="X")
    report = rendered_result(report_of_grader_error(source, rubric, GradingOptions(), why))
    if failed:
        return report
    row = report.rendered.row
    passed = replace(row, checks=tuple(replace(check, status=Status.passed) for check in row.checks))
    return replace(report, rendered=replace(report.rendered, row=passed))


def test_a_failure_that_is_the_workers_is_tried_on_another_one(folder: Path, rubric: Rubric) -> None:
    source = discover([folder / "in"])[0]
    bad, good = (graded(folder, rubric, failed) for failed in (True, False))
    tried = Tried("a", "b", "c")
    assert tried._trusted(0, source, GradedOnWorker("a", bad)) is None
    assert tried.sent == [["b", "c"]]
    assert tried._trusted(0, source, GradedOnWorker("b", good)) is good
    assert tried._refused == {"a": f"the grader failed there on {source.name}, which another worker graded"}
    assert tried._trusted(1, source, GradedOnWorker("b", bad)) is None
    assert tried._trusted(1, source, GradedOnWorker("c", bad)) is bad  # it is the submission's, or the rubric's
    assert set(tried._refused) == {"a"}
    assert Tried("b")._trusted(2, source, GradedOnWorker("b", bad)) is bad  # there is no other one


def test_a_scheduler_that_goes_away_is_a_message_and_the_rest_is_done_here(folder: Path, machines: Machines) -> None:
    machines.workers()
    grade = ["grade", "in", "--rubric", "rubric.yaml", "--out", "out"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.batch.impatient", *grade, "--cluster", machines.address],
        cwd=folder,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert first_line(process, process.stderr, after="The rubric is not proved").startswith("[1/6]")
    machines.scheduler.kill()
    _, said = process.communicate()
    assert process.returncode == 2, said
    assert "run the same command again to resume" in said
    assert "Traceback" not in said
    here = run(*grade, "--jobs", "1", cwd=folder)
    assert here.returncode == 0, here.stderr
    assert written(folder / "out") == written(folder / "alone")


def test_messages_for_wrong_options(folder: Path) -> None:
    (folder / "wrong.yaml").write_text("kind: slurm\nworkers: 0\noptions: {}\n")
    cases = {
        "wrong.yaml": "wrong.yaml: workers: Input should be greater than or equal to 1",
        "gone.yaml": "--cluster takes tcp://HOST:PORT or a YAML file",
        "tcp://127.0.0.1:1": "no scheduler answers",
    }
    for where, message in cases.items():
        with impatient(2):
            done = run("grade", "in", "--rubric", "rubric.yaml", "--cluster", where, cwd=folder)
        assert done.returncode == 2
        assert message in done.stderr
        assert "Traceback" not in done.stderr


BATCH = """#!/bin/sh
# Stands for a batch system: begins the job's script at once, and says its number as Slurm does.
cp "$1" "$HOME/job.sh"
sh "$HOME/job.sh" > "$HOME/job.log" 2>&1 &
echo "Submitted batch job $!"
"""


def test_a_batch_system_starts_the_workers(folder: Path) -> None:
    """dask-jobqueue writes a real Slurm script; a replacement of Slurm runs it here."""
    (folder / "bin").mkdir()
    for name, text in (("sbatch", BATCH), ("scancel", '#!/bin/sh\nkill "$1"\n')):
        path = folder / "bin" / name
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    (folder / "slurm.yaml").write_text(
        "kind: slurm\nworkers: 1\noptions: {cores: 1, processes: 1, memory: 2GiB, interface: lo, nanny: false}\n"
    )
    environment = {**ENVIRONMENT, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder)}
    command = [sys.executable, "-m", "grader", "grade", ONE, "--rubric", "rubric.yaml", "--cluster", "slurm.yaml"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list((folder / "graded" / "reports").glob("*.html"))) == 1


CERTIFICATE = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]


def test_tls_from_dasks_own_settings(folder: Path) -> None:
    assert shutil.which("openssl"), "openssl makes the test's certificate"
    (folder / "tls").mkdir()
    key, certificate = folder / "tls" / "key.pem", folder / "tls" / "cert.pem"
    command = [*CERTIFICATE, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    settings = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(certificate)}
    for role in ("CLIENT", "SCHEDULER", "WORKER"):
        settings[f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT"] = str(certificate)
        settings[f"DASK_DISTRIBUTED__COMM__TLS__{role}__KEY"] = str(key)
    environment = {**ENVIRONMENT, **settings, "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True"}
    (folder / "words.md").write_text("# Exercise 1\nTwo words\n")
    script = folder / "tls.py"
    script.write_text(TLS)
    done = subprocess.run(
        [sys.executable, str(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "tls://" in done.stdout


TLS = """
import pathlib, subprocess, sys
from tests.batch.test_dask_workers import Machines
here = pathlib.Path("dask").resolve(); here.mkdir()
machines = Machines(here, "--protocol", "tls")
try:
    machines.workers()
    print(machines.address)
    command = [sys.executable, "-m", "grader", "grade", "words.md", "--rubric", "rubric.yaml"]
    sys.exit(subprocess.run([*command, "--cluster", machines.address], check=False).returncode)
finally:
    machines.close()
"""
