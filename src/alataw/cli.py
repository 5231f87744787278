"""The home of the command line: arguments in, exit code out, one function a command.

stdout is data alone; remarks and progress go to stderr, coloured on a terminal. Everything heavy is imported
where it is used, so that `--help` comes at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from alataw import cli_import, cli_link, cli_live, cli_load, cli_mcp, cli_query, cli_serve
from alataw.cli_check import RepeatedOptions, check
from alataw.console import AuthOption, EndpointOption, StoreOption, TimeoutOption, engine
from alataw.console import Settings as _Settings
from alataw.console import coloured as _coloured
from alataw.console import complete_entity as _complete_entity
from alataw.console import note as _note
from alataw.console import open_graph as _open
from alataw.console import out as _out
from alataw.console import progress as _progress

app = typer.Typer(
    name="alataw",
    help="A knowledge graph of the world's railway border crossings: ask it, check it, take it away.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"alataw {version('alataw')}")  # noqa: T201  # stdout is where answers go
        raise typer.Exit


@app.callback()
def _settings(
    repository: Annotated[
        Path | None,
        typer.Option("--repository", metavar="DIR", help="The repository to use, instead of the nearest."),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a bug.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    _Settings.repository, _Settings.debug = repository, debug


# -- commands ---------------------------------------------------------------------------------------


@app.command()
def build(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where to.")] = Path("build"),
) -> None:
    """Read, check and load everything, and write both views, the catalog and a summary.

    Example: alataw build --output build
    """
    from alataw import builds

    with _progress() as progress:
        summary = builds.build(_open(), output, progress)
    _note(f"{output}: {summary['triples']:,} triples, {summary['entities']} entities; {summary['findings']}")
    for name, digest in summary["files"].items():
        _out(f"{digest}  {output / name}\n")


app.command(cls=RepeatedOptions)(check)


@app.command("format")
def format_(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders; the whole repository if none.", show_default=False),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 if something would change.")] = False,
) -> None:
    """Rewrite Turtle files in canonical form, without changing a triple.

    Example: alataw format data/station/
    """
    from alataw import formatting

    changed, refused = formatting.format_files(_open().repository, paths or [], write=not check)
    for file in changed:
        _out(f"{file}\n")
    for error in refused:
        _note(_coloured(str(error), sys.stderr))
    _note(f"{len(changed)} {'would change' if check else 'changed'}" + (f", {len(refused)} refused" if refused else ""))
    raise typer.Exit(2 if refused else 1 if check and changed else 0)


app.command(add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    cli_query.query
)
app.command()(cli_load.load)
app.command()(cli_mcp.mcp)
app.command()(cli_serve.serve)
app.command()(cli_serve.reload)
app.command()(cli_live.check_live)


@app.command()
def show(
    entity: Annotated[str, typer.Argument(help="An IRI, path, slug or label.", autocompletion=_complete_entity)],
) -> None:
    """Print one entity: what is said of it, claim by claim, with sources.

    Example: alataw show station/alashankou
    """
    _out(str(_open().show(entity)))


@app.command()
def export(
    format: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="turtle, ntriples, nquads, trig, jsonld, context, rdfxml, csv, geojson, openapi, examples, "
            "wikidata-rdf, mixnmatch, quickstatements or quickstatements-preview.",
        ),
    ] = "turtle",
    view: Annotated[str, typer.Option("--view", help="claims, as stated; or best, said flatly.")] = "claims",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file, instead of stdout.")
    ] = None,
    store: StoreOption = None,
    endpoint: EndpointOption = "",
    auth: AuthOption = "",
    timeout: TimeoutOption = 60.0,
    wikidata: Annotated[
        str | None,
        typer.Option("--wikidata", metavar="URL", help="Compare with this service, not Wikidata."),
    ] = None,
    offline: cli_link.Offline = False,
    include_disputed: Annotated[
        bool, typer.Option("--include-disputed", help="QuickStatements of what is disputed here, too.")
    ] = False,
) -> None:
    """Write the graph; the same facts give the same bytes.

    Example: alataw export --format jsonld --output graph.jsonld
    """
    from alataw.exports import FORMATS

    compares = format in FORMATS and FORMATS[format].compares
    theirs = cli_link.wikidata_at(wikidata, offline) if compares else None
    graph = _open(engine(store, endpoint, auth=auth, timeout_s=timeout))
    data = graph.export(format, view=view, output=output, wikidata=theirs, include_disputed=include_disputed)
    if output is None:
        _out(data)
    else:
        _note(f"{output}: {len(data):,} bytes")


@app.command()
def new(directory: Annotated[Path, typer.Argument(help="A folder that is new or empty.")]) -> None:
    """Write a small repository of the same form, to start a graph of one's own.

    Example: alataw new my-railways
    """
    from alataw.repository import new as make

    files = make(directory, _open().repository)
    _note(f"{directory}: {len(files)} files; go on with `alataw --repository {directory} check`")


@app.command()
def doctor() -> None:
    """Tell whether everything that is needed is there.

    Example: alataw doctor
    """
    from alataw import diagnosis

    lines, well = diagnosis.examine(_Settings.repository)
    _out("".join(f"{line}\n" for line in lines))
    raise typer.Exit(0 if well else 1)


@app.command()
def explain(
    code: Annotated[str | None, typer.Argument(help="A code such as AL010; all are listed if none.")] = None,
) -> None:
    """Explain a message by its code.

    Example: alataw explain AL010
    """
    import textwrap

    from alataw.codes import CODES
    from alataw.errors import UnknownNameError

    if code is None:
        _out("".join(f"{name}  {said.title}\n" for name, said in CODES.items()))
        return
    if code.upper() not in CODES:
        raise UnknownNameError(f"no message has the code {code}", code="AL019", fix="`alataw explain` lists all codes")
    said = CODES[code.upper()]
    _out(f"{code.upper()}: {said.title}\n\n{textwrap.fill(said.explanation, 88)}\n")


app.add_typer(cli_import.app, name="import")
app.add_typer(cli_link.app)


def main() -> None:
    """Run the command line; the exit code says how it went (see `errors`)."""
    from alataw.errors import AlatawError

    try:
        app(standalone_mode=True)
    except AlatawError as error:
        _note(_coloured(str(error), sys.stderr))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _note("interrupted; nothing was changed that was not said")
        sys.exit(130)
    except Exception as error:  # the last place to say something useful
        if _Settings.debug:
            raise
        _note(f"error[AL090] a bug: {type(error).__name__}: {error}\n  fix: run again with --debug and report it")
        sys.exit(70)
