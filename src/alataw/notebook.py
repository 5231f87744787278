"""The home of the magic for notebooks: `%alataw` asks a stored query, `%%alataw` the SPARQL of a cell.

%load_ext alataw
%alataw operators-of-station alashankou --on 2003

%%alataw answer
SELECT ?station { ?station a <https://w3id.org/alataw/def#Station> } ORDER BY ?station
"""

from __future__ import annotations

import argparse
import shlex
from functools import cache
from typing import Any

from alataw import questions
from alataw.errors import UsageError
from alataw.graph import Graph
from alataw.graph import open as open_graph
from alataw.solutions import Answer

_OPTIONS = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
_OPTIONS.add_argument("--limit", type=int)
_OPTIONS.add_argument("--offset", type=int)
_OPTIONS.add_argument("--explain", action="store_true")


def register(shell: Any) -> None:
    """Give a shell of IPython the magic `alataw`."""

    def alataw(line: str, cell: str | None = None) -> Answer | None:
        """Ask a stored query, or, above a cell, the SPARQL in it; a name on that line keeps the answer instead."""
        if cell is None:
            return ask(_graph(), line)
        answer = _graph().sparql(cell)
        name = line.strip()
        if not name:
            return answer
        if not name.isidentifier():
            raise UsageError(f"{name} is no name of a variable", code="AL039", fix="write %%alataw or %%alataw answer")
        shell.push({name: answer})
        return None

    shell.register_magic_function(alataw, "line_cell", "alataw")


def ask(graph: Graph, line: str) -> Answer:
    """Ask a stored query as the command line does, with --limit, --offset and --explain.

    Raises:
        UsageError: AL039 if the line names none, a quote is open, or an option has no number.

    >>> len(ask(open_graph(), "operators-of-station alashankou --on 2003"))
    1
    """
    try:
        options, (name, *words) = _OPTIONS.parse_known_args(shlex.split(line))
    except (ValueError, argparse.ArgumentError) as error:
        fix = "write %alataw operators-of-station alashankou --limit 10"
        raise UsageError("the line asks nothing", code="AL039", why=str(error), fix=fix) from None
    return graph.ask(name, questions.arguments(graph.stored_query(name), words), **vars(options))


@cache
def _graph() -> Graph:
    """The graph of the folder in which the notebook runs, read once."""
    return open_graph()
