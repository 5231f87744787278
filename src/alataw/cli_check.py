"""The home of `alataw check`: this repository, or anybody's files against anybody's shapes."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand

from alataw.console import (
    AuthOption,
    EndpointOption,
    StoreOption,
    TimeoutOption,
    coloured,
    note,
    open_graph,
    out,
    progress,
)
from alataw.console import engine as engine_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from alataw.report import Report, Severity
    from alataw.shapes import Coverage
    from alataw.store import Store
    from alataw.workers import Bounds


_PAUSE_S = 0.3
"""How long --watch waits between two looks."""


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
    engine: Annotated[
        str, typer.Option("--engine", help="What runs the shapes: compiled, or pyshacl, the reference.")
    ] = "compiled",
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="REV", help="Look only at what a change since this git revision can affect."),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Check again what changes, until interrupted.")] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Count the focus nodes and values that each shape looks at.")
    ] = False,
    prove: Annotated[
        bool,
        typer.Option("--prove", help="Break the data, in memory, for each constraint; tell what never fires."),
    ] = False,
    memory_mib: Annotated[
        int, typer.Option("--memory-limit", metavar="MIB", help="The most memory that --data may take.", min=256)
    ] = 4096,
    time_s: Annotated[
        float, typer.Option("--time-limit", metavar="SECONDS", help="The most time that --data may take.", min=1)
    ] = 600,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is mechanical, after showing the difference.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Mend without asking.")] = False,
    store: StoreOption = None,
    endpoint: EndpointOption = "",
    auth: AuthOption = "",
    timeout: TimeoutOption = 60.0,
) -> None:
    """Check form, paths, references, dates and shapes; exit 1 if a Violation or Warning is not acknowledged.

    Example: alataw check data/station/alashankou.ttl --format json

    Example: alataw check --data theirs.nt.gz --shapes shapes.ttl

    Example: alataw check --endpoint http://127.0.0.1:7878/query
    """
    from alataw import reports
    from alataw.errors import UsageError
    from alataw.report import Report, Severity
    from alataw.workers import Bounds

    of_repository: dict[str, object] = {"--fix": fix, "--since": since, "--watch": watch}
    _refuse_mixture(paths, data, shapes, bool(data or shapes), of_repository)
    held = engine_at(store, endpoint, auth=auth, timeout_s=timeout)
    if held is not None and (paths or data or shapes or coverage or prove or any(of_repository.values())):
        what = "an engine is checked as a whole, against the shapes of the repository"
        raise UsageError(what, code="AL046", fix="name no file, and leave other options out")
    files = _Files(data or [], shapes or [], data_format, shapes_format, Bounds(memory_mib, time_s))
    if coverage:
        out(_coverage(files, format))
        return
    reports.write(Report(), format)  # an unknown format is wrong use before it is work
    least = Severity(severity.value.capitalize())
    if watch:
        _watch(least, format)
    if fix:
        _fix(paths or [], yes, format)
    with progress() as told:
        if prove:
            report = files.prove(told) if files.data else _checks().prove(open_graph().repository, told)
        elif held is not None:
            report = _of_engine(held, endpoint or str(store), engine, told)
        elif files.data:
            report = files.check(engine, told)
        elif since is not None:
            from alataw import changes

            report = changes.check_since(open_graph().repository, since, progress=told)
        else:
            report = _checks().check(open_graph().repository, paths or [], engine=engine, progress=told)
    report = report.at_least(least)
    text = reports.write(report, format)
    out(coloured(text, sys.stdout) if format == "text" else text)
    if format != "text":
        note(reports.summary(report))
    if any(finding.code == "AL004" for finding in report):
        raise typer.Exit(2)
    raise typer.Exit(0 if report.conforms else 1)


def _refuse_mixture(
    paths: list[Path] | None,
    data: list[Path] | None,
    shapes: list[Path] | None,
    foreign: bool,
    others: dict[str, object],
) -> None:
    from alataw.errors import UsageError

    told = [name for name, given in others.items() if given]
    if not foreign and ("--since" in told or "--watch" in told) and (paths or len(told) > 1):
        raise UsageError(f"{told[-1]} looks at the whole repository by itself", code="AL046", fix="leave the rest out")
    if not foreign:
        return
    wrong = (
        (paths, "files of the repository and --data are two checks", "name every file behind --data, or run two"),
        (told, f"{', '.join(told)} is for documents of a repository only", "leave it out"),
        (not shapes, "--data needs --shapes", "name the shapes; if they stand in the data, name that file again"),
        (not data, "--shapes needs --data", "name the data, or leave --shapes out to check the repository"),
    )
    for present, what, todo in wrong:
        if present:
            raise UsageError(what, code="AL046", fix=todo)


def _of_engine(held: Store, place: str, engine: str, told: Callable[[str], None]) -> Report:
    from alataw import enginecheck, loading

    loading.hold(held)
    rules = (triple for document in open_graph().repository.shapes() for triple in document.triples)
    report, there = enginecheck.check(held, rules, place=place, engine=engine, progress=told)
    note(f"{place}: " + ("asked where the data is" if there else "the data was fetched and looked at here"))
    return report


def _checks() -> ModuleType:
    from alataw import checks

    return checks


class _Files:
    """Other people's files, as the options name them."""

    def __init__(
        self,
        data: list[Path],
        shapes: list[Path],
        data_format: str | None,
        shapes_format: str | None,
        bounds: Bounds,
    ) -> None:
        from alataw.foreign import Source

        self.data = [Source.of(path, data_format, stdin=sys.stdin.buffer) for path in data]
        self.rules = [Source.of(path, shapes_format, stdin=sys.stdin.buffer) for path in shapes]
        self.bounds = bounds

    def check(self, engine: str, told: Callable[[str], None]) -> Report:
        from alataw import conformance

        return conformance.check_files(self.data, self.rules, engine=engine, bounds=self.bounds, progress=told)

    def prove(self, told: Callable[[str], None]) -> Report:
        from alataw import conformance

        return conformance.prove_with_files(self.data, self.rules, bounds=self.bounds, progress=told)

    def coverage(self, told: Callable[[str], None]) -> list[Coverage]:
        from alataw import conformance

        return conformance.coverage_of_files(self.data, self.rules, bounds=self.bounds, progress=told)


def _coverage(files: _Files, format: str) -> bytes:
    """What each shape looks at, as a table in any form of an answer."""
    from alataw.solutions import Answer
    from alataw.terms import XSD, Literal

    repository = None if files.data else open_graph().repository
    with progress() as told:
        counted = files.coverage(told) if repository is None else _checks().coverage(repository)
    rows = tuple(
        (
            each.shape,
            Literal(each.path) if each.path else None,
            Literal(str(each.focus_nodes), datatype=XSD.integer),
            Literal(str(each.values), datatype=XSD.integer),
        )
        for each in counted
    )
    answer = Answer(("shape", "path", "focusNodes", "values"), rows, prefixes=repository.prefixes if repository else {})
    return answer.write("table" if format == "text" else format)


def _watch(least: Severity, format: str) -> NoReturn:
    """Report, and report again what changes; ends when it is interrupted.

    Raises:
        typer.Exit: 0, or 1 if the last report fails.
    """
    import time

    from alataw import changes, reports

    repository = open_graph().repository
    with progress() as told:
        watched = changes.Watch(repository, told)
    report: Report | None = watched.report
    fails = False
    try:
        while True:
            if report is not None:
                fails = not report.conforms
                text = reports.write(report.at_least(least), format)
                out(coloured(text, sys.stdout) if format == "text" else text)
            time.sleep(_PAUSE_S)
            report = watched.look()
    except KeyboardInterrupt:
        raise typer.Exit(int(fails)) from None


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
