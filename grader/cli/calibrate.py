"""`grader calibrate`: train the reference over seeds, for a calibration file or for the claims of teams."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import DONE, RUBRICS, Quiet, app
from grader.errors import GraderError
from grader.text import counted


@app.command(rich_help_panel=RUBRICS)
def calibrate(
    file: Annotated[Path | None, typer.Argument(help="The calibration file to create or extend.")] = None,
    seeds: Annotated[int, typer.Option(min=3, help="Number of seeds for each configuration, starting at 1.")] = 12,
    configuration: Annotated[
        list[str] | None,
        typer.Option("--configuration", "-c", help="For example 'hidden 40, shift 10, epochs 100, batch 10, lr 0.01'."),
    ] = None,
    claims: Annotated[
        Path | None, typer.Option(help="Output of 'grader grade': train the claims of its teams.")
    ] = None,
    rubric: Annotated[Path | None, typer.Option("--rubric", "-r", help="The rubric used for these results.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw all distributions of the file to this SVG file.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Number of parallel trainings.")] = 1,
    quiet: Quiet = False,
) -> None:
    """Train the reference to set thresholds.

    Trains under several configurations and seeds and saves how much noise each training removes. An interrupted
    run resumes.
    """
    if claims is not None:
        if rubric is None:
            raise GraderError("--claims needs --rubric: the rubric used for these results")
        _for_claims(claims, rubric, seeds, jobs, quiet)
    elif file is not None:
        _for_file(file, configuration, seeds, jobs, quiet)
        if picture is not None:
            _draw(file, picture)
    else:
        raise GraderError("give a calibration file, or --claims with the results of 'grader grade'")
    raise typer.Exit(DONE)


def _for_file(file: Path, names: list[str] | None, seeds: int, jobs: int, quiet: bool) -> None:
    from reference import calibrate as training
    from reference.distribution import read

    try:
        found = read(file)
        wanted = names or [training.key(one) for one in training.CONFIGURATIONS]
        todo = training.missing(found, wanted, seeds)
    except (ValueError, OSError) as error:
        raise GraderError(f"{file}: {error}") from None
    for count, (one, percent) in enumerate(training.trained(todo, jobs), 1):
        found.setdefault(training.key(one), {})[str(one.seed)] = percent
        try:
            training.write(file, found)
        except OSError as error:
            raise GraderError(f"{file}: cannot be written: {error.strerror}") from None
        if not quiet:
            _say(count, len(todo), training.key(one), one.seed, percent)
    trainings = sum(map(len, found.values()))
    typer.echo(f"{file}: {counted(len(found), 'configuration')}, {counted(trainings, 'training')}")


def _for_claims(folder: Path, path: Path, seeds: int, jobs: int, quiet: bool) -> None:
    """Train once per configuration, not once per team: a correct model has the distribution of the reference."""
    from grader.checks.table_claims import TableClaims
    from grader.results.output_folder import read_reports
    from grader.results.results_database import ResultsDatabase
    from grader.rubric.load import read_rubric
    from reference import calibrate as training

    reports, store = read_reports(folder), ResultsDatabase(folder)
    names: list[str] = []
    for question, check in read_rubric(path).checks():
        if isinstance(check, TableClaims):
            answers = [report.answers[question].text for report in reports if question in report.answers]
            names += [name for text in answers for name in check.unmeasured(text)]
    possible = [name for name in dict.fromkeys(names) if _trainable(name)]
    todo = training.missing(store.trainings(), possible, seeds)
    for count, (one, percent) in enumerate(training.trained(todo, jobs), 1):
        if not math.isfinite(percent):
            typer.echo(f"{training.key(one)}, seed {one.seed}: the training diverges; no result is saved", err=True)
            continue
        store.add_training(training.key(one), one.seed, percent, str(training.made_with()))
        if not quiet:
            _say(count, len(todo), training.key(one), one.seed, percent)
    missing = counted(len(set(names)), "configuration")
    typer.echo(f"{missing} without a measurement, {counted(len(todo), 'training')}; now run 'grader grade' again")


def _trainable(name: str) -> bool:
    """Return whether a claimed configuration can be trained; print a message if it cannot."""
    from reference import calibrate as training

    try:
        fine = training.reasonable(training.configuration(name))
    except ValueError:
        fine = False
    if not fine:
        typer.echo(f"not trained: {name} (sizes too large, or not integers)", err=True)
    return fine


def _say(count: int, total: int, name: str, seed: int, percent: float) -> None:
    typer.echo(f"[{count}/{total}] {name}, seed {seed}: {percent:.2f} %", err=True)
    sys.stderr.flush()


def _draw(file: Path, picture: Path) -> None:
    from grader.report.svg_charts import standalone
    from reference.distribution import distributions, read

    known = distributions(read(file))
    try:
        picture.write_text(standalone({name: one.values for name, one in known.items()}), encoding="utf-8")
    except OSError as error:
        raise GraderError(f"{picture}: cannot be written: {error.strerror}") from None
