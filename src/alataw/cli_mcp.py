"""The home of the command `mcp`: the graph as tools of agents."""

from __future__ import annotations

from typing import Annotated

import typer

from alataw.console import AuthOption, EndpointOption, StoreOption, TimeoutOption, engine, open_graph


def mcp(
    http: Annotated[
        str, typer.Option("--http", metavar="HOST:PORT", help="Streamable HTTP at /mcp, instead of stdio.")
    ] = "",
    store: StoreOption = None,
    endpoint: EndpointOption = "",
    auth: AuthOption = "",
    timeout: TimeoutOption = 60.0,
) -> None:
    """Give agents one tool a stored query, by the Model Context Protocol; everything only reads.

    Example: alataw mcp --http 127.0.0.1:8000
    """
    from alataw import agents

    agents.run(open_graph(engine(store, endpoint, auth=auth, timeout_s=timeout)), http)
