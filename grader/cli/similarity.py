"""`grader similarity`: find similar code across submissions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import COURSE, AsJson, Out, app
from grader.cli.submissions import LayoutName
from grader.errors import GraderError

MAX_LINES = 10


@app.command(rich_help_panel=COURSE)
def similarity(
    submissions: Annotated[list[Path], typer.Argument(help="Archives, folders, notebooks, or a folder of them.")],
    out: Out = Path("graded"),
    template: Annotated[
        list[Path] | None, typer.Option(help="Code given to all teams: a notebook, a module or an archive.")
    ] = None,
    layout: LayoutName = "",
    least: Annotated[float, typer.Option(min=0, max=100, help="Minimum share of a team's own code, in percent.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Find similar code across submissions.

    Ignores names, comments and code given to all teams. Never changes points.
    """
    from grader import atomic_write
    from grader.ingest.layouts.recognise import ONE
    from grader.opening.open_confined import open_confined
    from grader.opening.survey_confined import discover
    from grader.report.similarity_pages import MAX_PAIRS, overview, side_by_side
    from grader.results.folder_lock import hold
    from grader.results.output_folder import SIMILARITY, write_last_batch
    from grader.results.results_database import ResultsDatabase
    from grader.similarity.code_similarity import code_of, pairs
    from grader.text import counted, one_line, points_of_hundred

    given = [code_of(open_confined(source)) for source in discover(template, ONE)] if template else []
    if empty := [code.team for code in given if not code.text.strip()]:
        raise GraderError(f"{', '.join(empty)}: this template has no code; use a notebook, a module or an archive")
    teams = [code_of(open_confined(source)) for source in discover(submissions, layout)]
    found = pairs(teams, given, least / 100)
    with hold(out, "grader similarity"):
        records = ResultsDatabase(out)
        title, language = records.last_batch()[1] or "all submissions", records.language()
        for number, pair in enumerate(found[:MAX_PAIRS]):
            names = f"{one_line(pair.first.team)} and {one_line(pair.second.team)}"
            atomic_write.write(out / "similarity" / f"{number + 1}.html", side_by_side(names, pair, language).encode())
        atomic_write.write(out / SIMILARITY, overview(title, found, len(teams), "similarity", language).encode())
        if records.last_batch()[0]:
            write_last_batch(out, records)
    if as_json:
        data = [{"teams": [pair.first.team, pair.second.team], "shares": list(pair.shares)} for pair in found]
        typer.echo(json.dumps({"page": str(out / SIMILARITY), "pairs": data}, indent=1, ensure_ascii=False))
        return
    for pair in found[:MAX_LINES]:
        both = f"{points_of_hundred(pair.shares[0])} and {points_of_hundred(pair.shares[1])} percent"
        typer.echo(f"{one_line(pair.first.team)}, {one_line(pair.second.team)}: {both}")
    typer.echo(f"{counted(len(found), 'pair')} of {counted(len(teams), 'team')}; {out / SIMILARITY}")
