"""The home of `alataw link`: what of ours may be which item, and what has become of the links that there are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alataw.console import MOST_SECONDS, coloured, note, open_graph, out, progress

if TYPE_CHECKING:
    from alataw.graph import Graph
    from alataw.links import Ours
    from alataw.matching import Candidate, Thing
    from alataw.wikidata import Wikidata

app = typer.Typer(
    name="link",
    help="Link entities to Wikidata: propose, review, check, compare.\n\nExample: alataw link propose --kind station",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Kind = Annotated[str, typer.Option("--kind", help="What is linked: station, border-crossing, place ...")]
Endpoint = Annotated[
    str | None,
    typer.Option("--endpoint", metavar="URL", help="A SPARQL endpoint in Wikidata's form."),
]
Offline = Annotated[bool, typer.Option("--offline", help="Ask nobody; take what was asked before.")]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", help="How long an answer may take.", min=0.1, max=MOST_SECONDS)
]
Items = Annotated[
    Path | None,
    typer.Option("--items", metavar="FILE", help="A file of items: GeoJSON, CSV, Turtle."),
]
OursFile = Annotated[
    Path | None,
    typer.Option("--ours", metavar="FILE", help="A list, instead of our graph: GeoJSON, CSV, Turtle."),
]


@app.command()
def propose(
    kind: Kind = "station",
    ours: OursFile = None,
    items: Items = None,
    endpoint: Endpoint = None,
    country: Annotated[
        list[str] | None, typer.Option("--country", help="The country of a list that tells none: kz or Q232.")
    ] = None,
    offline: Offline = False,
    timeout: Timeout = 60.0,
    format: Annotated[str, typer.Option("--format", "-f", help="table, csv, json or sssom.")] = "table",
) -> None:
    """Propose items for what is not linked yet, each with a score, a decision and its reasons.

    Example: alataw link propose --ours stations.geojson.gz --items wikidata.geojson.gz --format csv
    """
    from alataw import links
    from alataw.errors import UnknownNameError
    from alataw.matching import Decision

    if format not in links.FORMATS:
        raise UnknownNameError(
            f"candidates are not written as {format}", code="AL018", fix=f"take one of {', '.join(links.FORMATS)}"
        )
    graph = open_graph()
    found = _candidates(graph, kind, ours, items, wikidata_at(endpoint, offline, timeout), country or [])
    out(links.FORMATS[format](found, graph.repository.base))
    accepted = sum(1 for candidate in found if candidate.decision == Decision.ACCEPT)
    note(f"{accepted:,} to accept, {len(found) - accepted:,} to review")


@app.command()
def review(
    kind: Kind = "station",
    items: Items = None,
    endpoint: Endpoint = None,
    offline: Offline = False,
    timeout: Timeout = 60.0,
    by: Annotated[str, typer.Option("--by", help="Who decides; your name.")] = "",
) -> None:
    """Decide on candidates in the terminal: accept, reject, skip; each decision is kept at once.

    Example: alataw link review --kind station --by "A. Editor"
    """
    from alataw import links, sssom
    from alataw.repository import write

    graph = open_graph()
    by = by or os.environ.get("USER", "") or "an editor"
    mappings = graph.repository.mappings()
    found = list(
        links.open_candidates(
            _candidates(graph, kind, None, items, wikidata_at(endpoint, offline, timeout), []), mappings
        )
    )
    for number, candidate in enumerate(found, 1):
        if candidate.comparison.ours.id in mappings.links:
            continue
        note(f"\n{number} of {len(found)}\n{links.side_by_side(candidate)}")
        answer = typer.prompt("[a]ccept, [r]eject, [s]kip, [q]uit", default="s", err=True).strip().lower()[:1]
        if answer == "q":
            break
        if answer in ("a", "r"):
            mappings = mappings.with_([links.link_of(candidate, rejected=answer == "r", by=by)])
            write(graph.repository.mapping_file, sssom.write(mappings))
    note(f"{len(mappings.links)} linked, {len(mappings.rejected)} rejected: {graph.repository.mapping_file}")


@app.command("import")
def import_(
    table: Annotated[
        Path | None,
        typer.Argument(help="A CSV with wikidata_id, label, kind, confidence; without it, the claims of the graph."),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who reviews.")] = "The Alataw authors",
    on: Annotated[str, typer.Option("--on", help="The day of the review; today if none.")] = "",
) -> None:
    """Take over links that claims of the graph, or a table, state already; what is decided stays.

    Example: alataw link import items.csv --by "A. Editor"
    """
    import datetime

    from alataw import adoption, sssom
    from alataw.repository import write

    graph = open_graph()
    on = on or datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    if table is None:
        adopted = adoption.of_claims(graph, by, on)
    else:
        adopted = adoption.of_table(graph, _bytes(table), table.as_posix(), by, on)
    for label, reason in adopted.left:
        out(f"{label}: {reason}\n")
    if adopted.taken:
        write(graph.repository.mapping_file, sssom.write(adopted.mappings))
    note(f"{adopted.taken} links taken over, {len(adopted.left)} left; {len(adopted.mappings.links)} in all")


@app.command()
def check(
    endpoint: Endpoint = None,
    offline: Offline = False,
    timeout: Timeout = 60.0,
    format: Annotated[
        str, typer.Option("--format", "-f", help="text, json, github, sarif, junit, turtle or html.")
    ] = "text",
) -> None:
    """Look whether linked items were merged, deleted, are of another kind, far away, or linked twice.

    Example: alataw link check --endpoint https://query.wikidata.org/sparql
    """
    from alataw import linkcheck, reports
    from alataw.report import Report

    reports.write(Report(), format)  # an unknown format is wrong use before it is work
    graph = open_graph()
    with progress() as tell:
        tell("linked items")
        report = linkcheck.check(graph, wikidata_at(endpoint, offline, timeout))
    text = reports.write(report, format)
    import sys

    out(coloured(text, sys.stdout) if format == "text" else text)
    raise typer.Exit(0 if report.conforms else 1)


@app.command()
def compare(
    endpoint: Endpoint = None,
    offline: Offline = False,
    timeout: Timeout = 60.0,
    entity: Annotated[list[str] | None, typer.Argument(help="Entities; all that are linked if none is named.")] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="csv, json, markdown or html.")] = "markdown",
) -> None:
    """Set each claim beside what Wikidata says: agree, only ours, only theirs, differ, and so on.

    Example: alataw link compare station/dostyk --format markdown
    """
    from alataw import ledger
    from alataw.errors import UnknownNameError

    if format not in ledger.FORMATS:
        raise UnknownNameError(
            f"the ledger is not written as {format}", code="AL018", fix=f"take one of {', '.join(ledger.FORMATS)}"
        )
    graph = open_graph()
    with progress() as tell:
        tell("statements of linked items")
        rows = graph.ledger(wikidata_at(endpoint, offline, timeout), entity or [])
    out(ledger.FORMATS[format](rows))
    note(ledger.summary(rows))


def wikidata_at(endpoint: str | None, offline: bool, timeout_s: float = 60.0) -> Wikidata:
    """Wikidata, or the service in its form at an endpoint."""
    from alataw.wikidata import ENDPOINT, Wikidata

    return Wikidata(endpoint or ENDPOINT, offline=offline, timeout_s=timeout_s)


def _candidates(
    graph: Graph,
    kind: str,
    ours_file: Path | None,
    items_file: Path | None,
    wikidata: Wikidata,
    countries: list[str],
) -> list[Candidate]:
    """Read both sides and match them; what is linked already is left out."""
    from dataclasses import replace

    from alataw.links import Ours
    from alataw.matching import propose as match

    ours = Ours(graph)
    mappings = graph.repository.mappings()
    if ours_file:
        things = _read(ours, kind, ours_file)
    else:
        things = [thing for thing in ours.things(kind) if thing.id not in mappings.links]
    stated = frozenset(ours.countries.get(each.lower(), each) for each in countries)
    if stated:
        things = [thing if thing.countries else replace(thing, countries=stated) for thing in things]
    with progress() as tell:
        if items_file:
            theirs = _read(ours, "", items_file)
        else:
            wanted = frozenset(country for thing in things for country in thing.countries)
            theirs = wikidata.things(ours.item_of_class(kind), wanted, ours.properties, tell)
        return match(things, theirs, mappings.rejected, lambda done: tell(f"{done:,} of {len(things):,}"))


def _read(ours: Ours, kind: str, file: Path) -> list[Thing]:
    return ours.reader(kind).read(_bytes(file), file.as_posix())


def _bytes(file: Path) -> bytes:
    from alataw.errors import InputError

    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError.unreadable(error, file.as_posix()) from error
