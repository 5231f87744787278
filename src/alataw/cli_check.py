"""The home of `alataw check`: this repository, or anybody's files against anybody's shapes."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from alataw.console import coloured, note, open_graph, out, progress

if TYPE_CHECKING:
    from alataw.report import Report
    from alataw.workers import Bounds


class RepeatedOptions(TyperCommand):
    """A command whose `--data` and `--shapes` take all files that follow: `--data a.ttl b.ttl` is both."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Name the option again before each further file."""
        words: list[str] = []
        option = ""
        for word in args:
            if word.startswith("-") and word != "-":
                option = word if word in ("--data", "--shapes") else ""
            elif option and words[-1] != option:
                words.append(option)
            words.append(word)
        return super().parse_args(ctx, words)


class _Severity(StrEnum):
    violation = "violation"
    warning = "warning"
    info = "info"


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; all if none is named.", show_default=False)
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", metavar="FILE...", help="Other people's RDF to check instead, - for stdin."),
    ] = None,
    shapes: Annotated[
        list[Path] | None, typer.Option("--shapes", metavar="FILE...", help="The shapes that --data is held to.")
    ] = None,
    format: Annotated[
        str, typer.Option("--format", "-f", help="text, json, github, sarif, junit, turtle or html.")
    ] = "text",
    severity: Annotated[_Severity, typer.Option("--severity", help="The least severity to report.")] = _Severity.info,
    data_format: Annotated[
        str | None,
        typer.Option("--data-format", help="turtle, ntriples, nquads, trig, jsonld or rdfxml, if no suffix tells."),
    ] = None,
    shapes_format: Annotated[str | None, typer.Option("--shapes-format", help="The same, of the shapes.")] = None,
    engine: Annotated[str, typer.Option("--engine", help="What runs the shapes.")] = "pyshacl",
    memory_mib: Annotated[
        int, typer.Option("--memory-limit", metavar="MIB", help="The most memory that --data may take.", min=256)
    ] = 4096,
    time_s: Annotated[
        float, typer.Option("--time-limit", metavar="SECONDS", help="The most time that --data may take.", min=1)
    ] = 600,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is mechanical, after showing the difference.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Mend without asking.")] = False,
) -> None:
    """Check form, paths, references, dates and shapes; exit 1 if a Violation or Warning is not acknowledged.

    Example: alataw check data/station/alashankou.ttl --format json

    Example: alataw check --data theirs.nt.gz --shapes shapes.ttl
    """
    from alataw import reports
    from alataw.report import Report, Severity
    from alataw.workers import Bounds

    reports.write(Report(), format)  # an unknown format is wrong use before it is work
    if data or shapes:
        _refuse_mixture(paths, data, shapes, fix)
        bounds = Bounds(memory_mib, time_s)
        report = _check_files(data or [], shapes or [], data_format, shapes_format, engine, bounds)
    else:
        if fix:
            _fix(paths or [], yes, format)
        from alataw import checks

        with progress() as told:
            report = checks.check(open_graph().repository, paths or [], engine=engine, progress=told)
    report = report.at_least(Severity(severity.value.capitalize()))
    text = reports.write(report, format)
    out(coloured(text, sys.stdout) if format == "text" else text)
    if format != "text":
        note(reports.summary(report))
    if any(finding.code == "AL004" for finding in report):
        raise typer.Exit(2)
    raise typer.Exit(0 if report.conforms else 1)


def _refuse_mixture(paths: list[Path] | None, data: list[Path] | None, shapes: list[Path] | None, fix: bool) -> None:
    from alataw.errors import UsageError

    wrong = (
        (paths, "files of the repository and --data are two checks", "name every file behind --data, or run two"),
        (fix, "--fix mends documents of a repository only", "leave --fix out"),
        (not shapes, "--data needs --shapes", "name the shapes; if they stand in the data, name that file again"),
        (not data, "--shapes needs --data", "name the data, or leave --shapes out to check the repository"),
    )
    for present, what, todo in wrong:
        if present:
            raise UsageError(what, code="AL046", fix=todo)


def _check_files(
    data: list[Path],
    shapes: list[Path],
    data_format: str | None,
    shapes_format: str | None,
    engine: str,
    bounds: Bounds,
) -> Report:
    from alataw.conformance import check_files
    from alataw.foreign import Source

    sources = [Source.of(path, data_format, stdin=sys.stdin.buffer) for path in data]
    rules = [Source.of(path, shapes_format, stdin=sys.stdin.buffer) for path in shapes]
    with progress() as told:
        return check_files(sources, rules, engine=engine, bounds=bounds, progress=told)


def _fix(paths: list[Path], yes: bool, format: str) -> None:
    """Show what would be mended, and mend it if that is wanted; else end here.

    Raises:
        typer.Exit: 1 if there is something to mend and it was not wanted, or nobody was there to say.
    """
    from alataw import fixes

    repository = open_graph().repository
    planned = fixes.plan(repository, paths)
    if not planned:
        return
    difference = "".join(change.difference for change in planned)
    if format == "text":
        out(difference)
    else:
        note(difference)
    names = ", ".join(dict.fromkeys(name for change in planned for name in change.fixes))
    note(f"{len(planned)} {'file' if len(planned) == 1 else 'files'} to mend: {names}")
    if not yes:
        if not sys.stdin.isatty():
            note("nothing was changed; run again with --yes to mend them")
            raise typer.Exit(1)
        if not typer.confirm("Mend?", err=True):
            note("nothing was changed")
            raise typer.Exit(1)
    for change in planned:
        fixes.apply(repository, change)
    note(f"mended {len(planned)}; checking again")
