"""The home of the commands `serve` and `reload`: the graph on the web."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alataw.console import AuthOption, EndpointOption, Settings, StoreOption, note
from alataw.sparql import MOST_CHARACTERS

ControlOption = Annotated[
    Path | None, typer.Option("--control", metavar="FILE", help="The socket for `alataw reload`; by port if not named.")
]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 for any.")]


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: PortOption = 8000,
    base_url: Annotated[
        str, typer.Option("--base-url", metavar="URL", help="Where clients find it; links begin so. IRIs stay.")
    ] = "",
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes for documents and stored queries.")] = 2,
    free_workers: Annotated[int, typer.Option("--free-workers", min=1, help="Processes for queries in SPARQL.")] = 2,
    store: StoreOption = None,
    endpoint: EndpointOption = "",
    auth: AuthOption = "",
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="The time of a request.")] = 10.0,
    rows: Annotated[int, typer.Option("--rows", min=1, help="The rows or triples of an answer.")] = 100_000,
    answer_mib: Annotated[int, typer.Option("--answer-mib", min=1, help="The size of an answer.")] = 32,
    query_characters: Annotated[
        int, typer.Option("--query-characters", min=1, max=MOST_CHARACTERS, help="The length of a query.")
    ] = MOST_CHARACTERS,
    body_kib: Annotated[int, typer.Option("--body-kib", min=1, help="The size of a request.")] = 1024,
    memory_mib: Annotated[int, typer.Option("--memory-mib", min=64, help="The memory of a request.")] = 512,
    queue: Annotated[int, typer.Option("--queue", min=0, help="How many may wait for a process.")] = 256,
    cache_mib: Annotated[int, typer.Option("--cache-mib", min=0, help="The memory of replies that are kept.")] = 64,
    connections: Annotated[int, typer.Option("--connections", min=1, help="How many clients at once.")] = 2000,
    rate: Annotated[float, typer.Option("--rate", min=0, help="Requests a second of a client; 0 for no limit.")] = 0,
    burst: Annotated[int, typer.Option("--burst", min=1, help="Requests of a client at once.")] = 100,
    trust: Annotated[
        list[str] | None, typer.Option("--trust", metavar="NETWORK", help="A proxy whose X-Forwarded-For is believed.")
    ] = None,
    open_metrics: Annotated[bool, typer.Option("--open-metrics", help="Let everybody read /metrics.")] = False,
    access_log: Annotated[
        str, typer.Option("--access-log", metavar="FILE", help="Where requests are told; - for stderr.")
    ] = "-",
    grace: Annotated[float, typer.Option("--grace", min=0, help="Seconds to end requests in when stopping.")] = 10.0,
    control: ControlOption = None,
) -> None:
    """Publish the graph: documents, pages, SPARQL. SIGTERM stops, SIGHUP reloads.

    Example: alataw serve --port 8000
    """
    from alataw.errors import MissingExtraError, UsageError
    from alataw.publication import Limits
    from alataw.repository import Repository
    from alataw.serving import Source, settings

    if store and endpoint:
        raise UsageError("the engine is not clear", code="AL035", fix="name either --store or --endpoint")
    try:
        from alataw.listening import listen
        from alataw.serving.server import serve as serve_
    except ImportError as error:
        raise MissingExtraError("`serve` needs more", code="AL080", fix="pip install 'alataw[server]'") from error

    base = settings.address(base_url) if base_url else ""
    trusted = settings.networks(trust or ())
    listening = listen(host, port)
    port = listening.getsockname()[1]
    here = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    limits = Limits(
        seconds=seconds,
        rows=rows,
        answer_bytes=answer_mib * 2**20,
        query_characters=query_characters,
        body_bytes=body_kib * 2**10,
        memory_mib=memory_mib,
        at_once=free_workers,
        waiting=queue,
    )
    serve_(
        settings.Settings(
            Source(Repository.find(Settings.repository).root, store, endpoint, auth, base or here, limits),
            host=host,
            port=port,
            workers=workers,
            free_workers=free_workers,
            queue=queue,
            cache_mib=cache_mib,
            connections=connections,
            rate=rate,
            burst=burst,
            trusted=trusted,
            open_metrics=open_metrics,
            access_log=access_log,
            grace_s=grace,
            control=control or settings.control_of(port),
        ),
        listening,
        lambda release: note(f"{here}: release {release}; `alataw reload --port {port}` takes new data"),
    )
    note("stopped")


def reload(port: PortOption = 8000, control: ControlOption = None) -> None:
    """Have a running server read its data anew; nobody notices until it is there.

    Example: alataw reload --port 8000
    """
    from alataw.serving import control as controls
    from alataw.serving.settings import control_of

    note(f"release {controls.reload(control or control_of(port))} is published")
