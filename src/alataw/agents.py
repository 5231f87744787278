"""The home of the tools that agents are given, by the Model Context Protocol: one a stored query, and a few more.

Everything only reads. What goes in is what the command line takes, and errors are its messages, which say what to do.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from alataw import asking, exports, turtle
from alataw.errors import AlatawError, MissingExtraError
from alataw.graph import Graph
from alataw.queries import Parameter, StoredQuery
from alataw.solutions import Answer

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

Given = TypeVar("Given")

MOST_ROWS = 1000
"""How many rows a tool gives at most."""

_INSTRUCTIONS = """Railway border crossings of the world, as claims with their sources.
Begin with find_entity; tools named like questions answer them, and take what it finds. Sources may disagree: say so.
Cite what you tell: with explain=true each row has the claims it rests on, their sources and a citation.
A date may be a year, a month or a day; an answer for a date says whether it is certain or possible."""


def server(graph: Graph) -> MCPServer[Any]:
    """A server of the graph, to be run over stdio or streamable HTTP.

    Raises:
        MissingExtraError: AL080 if the package `mcp` is not installed.
    """
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise MissingExtraError("agents need the package mcp", code="AL080", fix="pip install 'alataw[mcp]'") from error
    made: MCPServer[Any] = MCPServer("alataw", instructions=_INSTRUCTIONS, log_level="WARNING")
    reading = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    tools = {query.name: _tool(graph, query) for query in graph.queries}
    tools |= {"describe-entity": _describe_entity(graph), "find-entity": _find_entity(graph)}
    tools |= {"list-disputes": _list_disputes(graph), "run-sparql": _run_sparql(graph)}
    for name, tool in tools.items():
        made.add_tool(_telling(tool), name=name.replace("-", "_"), annotations=reading)
    for name, (write, told) in _RESOURCES.items():
        made.resource(f"alataw://{name}", name=name, mime_type="text/turtle", description=told)(partial(write, graph))
    return made


def _telling(tool: Callable[..., Given]) -> Callable[..., Given]:
    """A tool whose mistakes reach the agent in our words; of any other error it would only learn that there was one."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    def call(*words: Any, **values: Any) -> Given:
        try:
            return tool(*words, **values)
        except AlatawError as error:
            raise ToolError(str(error)) from error

    return call


def _tool(graph: Graph, query: StoredQuery) -> Callable[..., dict[str, Any]]:
    """A stored query as a function whose signature says what it takes."""

    def ask(limit: int = 100, offset: int = 0, explain: bool = False, **values: Any) -> dict[str, Any]:
        return _told(_asking(graph, query.name, limit, offset, explain, values), limit, offset)

    told = [_argument(graph, parameter) for parameter in query.parameters]
    window = list(inspect.signature(_window).parameters.values())
    ask.__name__ = query.name.replace("-", "_")
    ask.__doc__ = f"{query.summary}.\n\n{query.description}\n\nColumns: " + "; ".join(
        f"{name} ({said['description']})" if said.get("description") else name for name, said in query.columns.items()
    )
    ask.__signature__ = inspect.Signature([*told, *window], return_annotation=dict[str, Any])  # type: ignore[attr-defined]
    ask.__annotations__ = {one.name: one.annotation for one in (*told, *window)} | {"return": dict[str, Any]}
    return ask


def _asking(graph: Graph, name: str, limit: int, offset: int, explain: bool, values: Mapping[str, Any]) -> Answer:
    given = {key: value for key, value in values.items() if value is not None}
    return graph.query(name, limit=limit + 1, offset=offset, explain=explain, **given)


def _argument(graph: Graph, parameter: Parameter) -> inspect.Parameter:
    """One parameter: its type, its description, an example, and the values it may have if they are few."""
    from pydantic import Field

    extra: dict[str, Any] = {"examples": [parameter.example]}
    if parameter.kind == "in":
        extra["enum"] = [*graph.resolver.concepts(parameter.of), *([] if parameter.required else [None])]
    kinds = {"class": f"A {parameter.of}: path, slug, label in any script, or IRI.", "in": "", "datatype": ""}
    note = kinds[parameter.kind] or (f"A {parameter.of}." if parameter.kind == "datatype" else "")
    told = Field(description=f"{parameter.description} {note}".strip(), json_schema_extra=extra)
    type_ = int if parameter.of == "integer" else str
    return inspect.Parameter(
        parameter.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if parameter.required else None,
        annotation=Annotated[type_ if parameter.required else type_ | None, told],
    )


def _window(*, limit: int = 100, offset: int = 0, explain: bool = False) -> None:
    """What every tool takes besides."""


def _told(answer: Answer, limit: int, offset: int) -> dict[str, Any]:
    """An answer as a table, and whether there is more; a graph as Turtle."""
    if answer.triples is not None:
        triples = answer.triples[:MOST_ROWS]
        text = turtle.serialize(triples, prefixes=answer.prefixes, base_iri=answer.base)
        return {"turtle": text, "triples": len(triples), "more": len(answer.triples) > len(triples)}
    rows = answer.dicts()
    return {
        "columns": list(answer.variables),
        "rows": rows[:limit],
        "more": len(rows) > limit,
        "next_offset": offset + limit if len(rows) > limit else None,
    }


def _find_entity(graph: Graph) -> Callable[..., dict[str, Any]]:
    def find_entity(name: str, limit: int = 20) -> dict[str, Any]:
        """Find entities by a name or a part of one, in any script or spelling; the paths are what other tools take."""
        return _told(_asking(graph, "find-by-name", limit, 0, False, {"name": name}), limit, 0)

    return find_entity


def _describe_entity(graph: Graph) -> Callable[..., dict[str, Any]]:
    """The stored query of that name, with the same told for reading."""
    turtle_of = _tool(graph, graph.stored_query("describe-entity"))

    def describe_entity(entity: str, **window: Any) -> dict[str, Any]:
        return {"text": str(graph.show(entity)), **turtle_of(entity=entity, **window)}

    for name in ("__name__", "__doc__", "__signature__", "__annotations__"):
        setattr(describe_entity, name, getattr(turtle_of, name))
    return describe_entity


def _list_disputes(graph: Graph) -> Callable[..., dict[str, Any]]:
    def list_disputes(entity: str | None = None, limit: int = 50) -> dict[str, Any]:
        """List where sources or claims differ, in the whole graph or about one entity, and how."""
        return _told(_asking(graph, "disputed-claims", limit, 0, False, {"entity": entity}), limit, 0)

    return list_disputes


def _run_sparql(graph: Graph) -> Callable[..., dict[str, Any]]:
    ask = asking.bounded(graph, most_rows=MOST_ROWS)

    def run_sparql(query: str) -> dict[str, Any]:
        """Ask a SPARQL 1.1 query of your own; it is read-only, ends after 10 seconds, and gives at most 1,000 rows."""
        result, whole = ask(query)
        answer = Answer.of(result)
        if answer.boolean is not None:
            return {"boolean": answer.boolean}
        return _told(answer, MOST_ROWS, 0) | {"more": not whole}

    return run_sparql


def _ontology(graph: Graph) -> str:
    triples = {triple for document in graph.repository.ontology() for triple in document.triples}
    return turtle.serialize(triples, prefixes=graph.repository.prefixes, base_iri=graph.repository.base)


def _examples(graph: Graph) -> str:
    return exports.write(graph.source(), "examples").decode()


_RESOURCES: dict[str, tuple[Callable[[Graph], str], str]] = {
    "ontology": (_ontology, "Classes, properties and vocabularies, as Turtle."),
    "examples": (_examples, "Every stored query as a sh:SPARQLExecutable, with its parameters."),
}


def run(graph: Graph, address: str = "") -> None:
    """Serve until stopped: over stdio, or over streamable HTTP at `HOST:PORT`, path `/mcp`.

    Raises:
        MissingExtraError: As `server`.
        AlatawError: AL035 if the address is none.
    """
    made = server(graph)
    if not address:
        made.run("stdio")
        return
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise AlatawError(f"{address} is no address", code="AL035", fix="write it as 127.0.0.1:8000")
    made.run("streamable-http", host=host, port=int(port))
