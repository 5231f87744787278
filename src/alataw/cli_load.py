"""The home of the command `load`: the graph put into an engine that outlives the command."""

from __future__ import annotations

from alataw.console import (
    AuthOption,
    EndpointOption,
    GraphStoreOption,
    StoreOption,
    TimeoutOption,
    UpdateOption,
    engine,
    note,
    open_graph,
    progress,
)


def load(
    store: StoreOption = None,
    endpoint: EndpointOption = "",
    update_endpoint: UpdateOption = "",
    graph_store: GraphStoreOption = "",
    auth: AuthOption = "",
    timeout: TimeoutOption = 60.0,
) -> None:
    """Fill a folder or an endpoint with the graph; a load that was stopped goes on by the same command.

    Example: alataw load --endpoint http://127.0.0.1:7878/query --update-endpoint http://127.0.0.1:7878/update
    """
    from alataw import loading
    from alataw.errors import UsageError

    target = engine(store, endpoint, update_endpoint, graph_store, auth=auth, timeout_s=timeout, writes=True)
    if target is None:
        raise UsageError("load where?", code="AL035", fix="name --store DIR or --endpoint URL")
    if endpoint and not (update_endpoint or graph_store):
        raise UsageError(
            f"{endpoint} is only asked",
            code="AL035",
            fix="name where to write, with --update-endpoint or --graph-store",
        )
    with progress() as step:
        held, before = loading.load(target, open_graph().contents, step)
    note(f"{held:,} triples" + (f", {before:,} of them from before" if before else ""))
