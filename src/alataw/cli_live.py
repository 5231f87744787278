"""The home of the command `check-live`: a running site held to the clauses of HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from alataw.console import MOST_SECONDS, out, progress

Timeout = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", help="How long one reply may take.", min=0.1, max=MOST_SECONDS),
]


def check_live(
    sites: Annotated[list[str], typer.Argument(metavar="URL...", help="Where sites are, servers or static hosts.")],
    format: Annotated[str, typer.Option("--format", "-f", help="text, json, markdown or junit.")] = "text",
    only: Annotated[list[str] | None, typer.Option("--only", metavar="CLAUSE", help="This clause; repeatable.")] = None,
    timeout: Timeout = 30.0,
    heavy: Annotated[bool, typer.Option("--heavy", help="Ask what may end a weak site, too.")] = False,
) -> None:
    """Hold running sites to docs/http.md, clause by clause; exit 1 if a clause fails.

    Example: alataw check-live http://127.0.0.1:8000/
    """
    from alataw import livecheck

    tell = livecheck.writer(format)
    outcomes = []
    with progress() as step:
        for site in sites:
            outcomes += livecheck.check(site, only=only or (), timeout_s=timeout, heavy=heavy, progress=step)
    out(tell(outcomes))
    raise typer.Exit(1 if any(each.verdict == "fail" for each in outcomes) else 0)
