"""The home of `alataw import`: rows of outside tables into documents."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alataw.console import note, open_graph, out

if TYPE_CHECKING:
    from alataw.importing import Import

app = typer.Typer(
    help="Take in tables that other people have written.\n\nExample: alataw import claims my-facts.csv",
    no_args_is_help=True,
)


@app.command()
def claims(
    file: Annotated[Path, typer.Argument(help="A table of claims: CSV, one statement a row (docs/spreadsheet.md).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, and tell what would be.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write as CSV what became of each row.")
    ] = None,
) -> None:
    """Turn rows into claims with sources, and merge them with what stands; exit 1 if rows need a person.

    Example: alataw import claims my-facts.csv --dry-run
    """
    from alataw.importing import OUTCOMES, import_claims
    from alataw.repository import write

    repository = open_graph().repository
    done = import_claims(repository, file, dry=dry_run)
    if report:
        write(report, _table(done, repository.base))
    for problem in done.problems:
        note(str(problem))
    for written in done.written:
        out(f"{written}\n")
    counts = ", ".join(f"{done.count(outcome)} {outcome}" for outcome in OUTCOMES if done.count(outcome))
    wrote = f"{len(done.written)} files {'would be ' if dry_run else ''}written"
    note(f"{counts or 'no rows'}; {len(done.problems)} for a person; {wrote}")
    raise typer.Exit(1 if done.problems else 0)


def _table(done: Import, base: str) -> bytes:
    """What became of each row of the table of claims itself, with the nodes that say it here."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["file", "line", "claim_id", "entity", "property", "value", "outcome", "claims", "reason"])
    for one in done.outcomes:
        row, nodes = one.row, " ".join(node.value.removeprefix(base) for node in one.nodes)
        table.writerow(
            [
                row.file,
                row.line,
                row["claim_id"],
                row["entity"],
                row["property"],
                row["value"],
                one.outcome,
                nodes,
                one.reason,
            ]
        )
    return text.getvalue().encode()
