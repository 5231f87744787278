"""The home of what commands share: the streams, the repository that is used, and the engine that answers.

stdout is data alone; remarks and progress go to stderr, coloured on a terminal. Everything heavy is imported where
it is used, so that `--help` comes at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from alataw.graph import Graph
    from alataw.store import Store


class Settings:
    """What the options before the command say."""

    repository: Path | None = None
    debug = False


def open_graph(store: Store | None = None) -> Graph:
    """The repository that is used, answered for by an engine that holds it, or by one in memory."""
    from alataw.graph import Graph
    from alataw.repository import Repository

    return Graph(Repository.find(Settings.repository), store)


def out(data: bytes | str) -> None:
    """Write data to stdout, as bytes: the same on every system and in every locale."""
    with _unless_closed(sys.stdout):
        sys.stdout.buffer.write(data.encode() if isinstance(data, str) else data)
        sys.stdout.buffer.flush()


def note(text: str) -> None:
    """Write a remark to stderr."""
    with _unless_closed(sys.stderr):
        print(text, file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def _unless_closed(stream: Any) -> Iterator[None]:
    """Let a reader such as `head` go when it has seen enough: the exit code is still the command's own."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being done; elsewhere be silent."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("...") as status:
        yield lambda step: status.update(step)


def coloured(text: str, stream: Any) -> str:
    """Colour messages on a terminal (NO_COLOR and FORCE_COLOR honoured), leave them plain elsewhere."""
    if os.environ.get("NO_COLOR") or not (stream.isatty() or os.environ.get("FORCE_COLOR")):
        return text
    import re
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    styled = Text(text)
    for pattern, style in (
        (r"(?m)^\S+?:\d+(?::\d+)?(?=: )", "bold"),
        (r"(?m)\berror(?=\[AL|:)|^does not conform", "bold red"),
        (r"\bwarning(?=\[AL)", "bold yellow"),
        (r"(?m)\binfo(?=\[AL)|^conforms", "cyan"),
        (r"(?m)^\s+(?:why:|fix:|\d+ \||=|\|)", "blue"),
    ):
        styled.highlight_regex(re.compile(pattern), style)
    out = StringIO()
    Console(file=out, force_terminal=True, width=10_000, color_system="standard").print(styled, end="")
    return out.getvalue()


# -- completion -------------------------------------------------------------------------------------


def complete_query(incomplete: str) -> list[str]:
    """The stored queries that begin so."""
    return [name for name in open_graph().repository.queries() if name.startswith(incomplete)]


def complete_entity(incomplete: str) -> list[str]:
    """The paths of entities that begin so."""
    repository = open_graph().repository
    paths = [path.relative_to(repository.root / "data").with_suffix("").as_posix() for path in repository.data_files()]
    return [path for path in paths if path.startswith(incomplete)]


# -- the engine -------------------------------------------------------------------------------------

StoreOption = Annotated[
    Path | None, typer.Option("--store", metavar="DIR", help="Ask the graph loaded into this folder.")
]
EndpointOption = Annotated[str, typer.Option("--endpoint", metavar="URL", help="Ask this SPARQL 1.1 endpoint.")]
UpdateOption = Annotated[str, typer.Option("--update-endpoint", metavar="URL", help="Write by SPARQL 1.1 Update.")]
GraphStoreOption = Annotated[
    str, typer.Option("--graph-store", metavar="URL", help="Write by the Graph Store Protocol.")
]
AuthOption = Annotated[
    str, typer.Option("--auth", metavar="KIND", help="basic, digest or bearer; who you are is in ALATAW_CREDENTIALS.")
]
MOST_SECONDS = 86_400
"""The longest time that is waited for anything, as for an `exchange`, which would be long to import at each start."""

TimeoutOption = Annotated[
    float, typer.Option("--timeout", metavar="S", help="Seconds for one exchange.", min=0.001, max=MOST_SECONDS)
]


def engine(
    store: Path | None,
    endpoint: str,
    update: str = "",
    graph_store: str = "",
    *,
    auth: str = "",
    timeout_s: float = 60,
    writes: bool = False,
) -> Store | None:
    """The engine that the options name, to be read unless it is said otherwise; None for one in memory.

    Raises:
        UsageError: AL035 if the options contradict each other.
    """
    from alataw.errors import UsageError

    if (store and endpoint) or (not endpoint and (update or graph_store or auth)):
        told = "--store and --endpoint exclude each other; the other options belong to --endpoint"
        raise UsageError("the engine is not clear", code="AL035", why=told, fix="name one engine")
    if store:
        from alataw.store import EmbeddedStore

        return EmbeddedStore(store, read_only=not writes)
    if not endpoint:
        return None
    from alataw.remote import Endpoint, RemoteStore

    credentials = os.environ.get("ALATAW_CREDENTIALS", "")
    return RemoteStore(Endpoint(endpoint, update, graph_store, auth, credentials), timeout_s=timeout_s)
