"""The home of the command `query`: stored questions asked, explained, shown as text or snippet, verified, imported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alataw.console import (
    AuthOption,
    EndpointOption,
    StoreOption,
    TimeoutOption,
    coloured,
    complete_query,
    engine,
    note,
    open_graph,
    out,
    progress,
)

if TYPE_CHECKING:
    from alataw.graph import Graph


def query(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(help="The stored query; all are listed if none is named.", autocompletion=complete_query),
    ] = None,
    format: Annotated[
        str, typer.Option("--format", "-f", help="table, csv, tsv, json, xml, jsonl, markdown or turtle.")
    ] = "table",
    explain: Annotated[
        bool, typer.Option("--explain", help="Add to each row the claims it rests on, and their sources.")
    ] = False,
    text: Annotated[
        bool,
        typer.Option("--text", help="Print the finished SPARQL instead of asking it; --endpoint names its graphs."),
    ] = False,
    snippet: Annotated[
        str, typer.Option("--snippet", metavar="LANGUAGE", help="Print it for curl, python, rdflib, javascript or r.")
    ] = "",
    limit: Annotated[int | None, typer.Option("--limit", help="The most rows to give.", min=0)] = None,
    offset: Annotated[int | None, typer.Option("--offset", help="How many rows to leave out first.", min=0)] = None,
    store: StoreOption = None,
    endpoint: EndpointOption = "",
    auth: AuthOption = "",
    timeout: TimeoutOption = 60.0,
    verify: Annotated[
        bool, typer.Option("--verify", help="Hold all queries to their contracts; exit 1 on rot.")
    ] = False,
    record: Annotated[bool, typer.Option("--record", help="With --verify: keep this as the last release.")] = False,
    from_grlc: Annotated[
        Path | None, typer.Option("--from-grlc", metavar="FILE", help="Print a query of grlc as one of ours.")
    ] = None,
    help: Annotated[bool, typer.Option("--help", "-h", help="Show this, or what a stored query takes.")] = False,
) -> None:
    """Ask a stored query; values follow its name in order, or as --parameter value.

    Example: alataw query operators-of-station alashankou --on 2003 --format csv
    """
    from alataw import questions, solutions
    from alataw.errors import UnknownNameError

    if help and name is None:
        out(context.get_help() + "\n")
        return
    if format not in solutions.FORMATS:
        raise UnknownNameError(
            f"answers are not written as {format}",
            code="AL018",
            fix=f"take one of {', '.join(solutions.FORMATS)}",
        )
    if from_grlc:
        out(_imported(from_grlc))
        return
    graph = open_graph(None if text or snippet else engine(store, endpoint, auth=auth, timeout_s=timeout))
    if verify:
        _verify(graph, record)
    if name is None:
        out(questions.listing(graph.queries))
        return
    stored = graph.stored_query(name)
    if help:
        out(questions.usage(stored))
        return
    values = questions.arguments(stored, context.args)
    if text or snippet:
        out(_for_elsewhere(stored.bind(values, graph.resolver, limit=limit, offset=offset), snippet, endpoint))
        return
    answer = graph.query(name, limit=limit, offset=offset, explain=explain, **values)
    out(answer.write(format))
    note(f"{len(answer)} {'row' if len(answer) == 1 else 'rows'}") if answer.boolean is None else None


def _for_elsewhere(text: str, language: str, endpoint: str) -> str:
    """A finished query as a snippet, or as text; for an endpoint, over the graphs that `load` fills in it."""
    from alataw import querytext, snippets
    from alataw.store import BESIDE, STATED

    if language or endpoint:
        text = querytext.over(text, STATED, BESIDE)
    return snippets.write(text, language, endpoint=endpoint or snippets.ENDPOINT) if language else text


def _imported(file: Path) -> str:
    from alataw.errors import InputError
    from alataw.queries import grlc

    try:
        return grlc.translate(file.read_text(encoding="utf-8"), file=str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read", code="AL004", why=str(error), fix="name a file in UTF-8") from None


def _verify(graph: Graph, record: bool) -> None:
    """Print what has rotted, and end the command."""
    from alataw import contracts, reports

    with progress() as step:
        report, kept = contracts.verify(graph, step)
    out(coloured(reports.write(report, "text"), sys.stdout))
    if record:
        contracts.record(graph, kept)
        note(f"{contracts.RELEASE}: {len(kept)} queries")
    raise typer.Exit(0 if report.conforms or record else 1)
