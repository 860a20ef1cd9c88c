"""`grader doctor`: report what is supported on this machine."""

from __future__ import annotations

import typer

from grader.cli.app import DONE, SYSTEM, USER, app


@app.command(rich_help_panel=SYSTEM)
def doctor() -> None:
    """Show versions and the isolation level.

    Also reports why a stronger level is not available, what students' code can read, and whether a kernel starts.
    """
    from grader.grading.environment import environment
    from grader.sandbox.boundary import cgroup
    from grader.sandbox.host.isolation import choose
    from grader.sandbox.host.kernel import open_kernel
    from grader.sandbox.host.make_policy import readable_paths
    from grader.sandbox.limits import Limits

    isolation = choose()
    for name, value in environment(isolation).items():
        typer.echo(f"{name:10} {value}")
    for reason in isolation.reasons:
        typer.echo(f"{'':10} not {reason}")
    typer.echo(f"{'memory':10} {cgroup.how()}")
    for number, path in enumerate(readable_paths()):
        typer.echo(f"{'readable' if not number else '':10} {path}")
    with open_kernel({}, Limits(cpu_seconds=60, cell_cpu_seconds=30)) as kernel:
        done = kernel.run(1, "import os; print(os.getcwd() != '')")
    typer.echo(f"{'kernel':10} {'starts and runs a cell' if done.status == 'ok' else done.error}")
    raise typer.Exit(DONE if done.status == "ok" else USER)
