"""The home of the tools that agents are given, by the Model Context Protocol: one a stored query, and a few more.

Everything only reads. What goes in is what the command line takes, and errors are its messages, which say what to do.
What a tool takes is told as in the OpenAPI document and held here, since the package's own reading of arguments leaves
out what it does not know, and takes the text `null` for nothing.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from alataw import asking, exports, turtle
from alataw.errors import AlatawError, MissingExtraError, ParameterError, UnknownNameError, UsageError
from alataw.exports import interface
from alataw.graph import Graph
from alataw.listening import listen
from alataw.names import nearest
from alataw.queries import Parameter, StoredQuery
from alataw.solutions import Answer

if TYPE_CHECKING:
    from mcp.server import Server

MOST_ROWS = 1000
"""How many rows or triples a tool gives at most."""

_INSTRUCTIONS = """Railway border crossings of the world, as claims with their sources.
Begin with find_entity; tools named like questions answer them, and take what it finds. Sources may disagree: say so.
Cite what you tell: with explain=true each row has the claims it rests on, their sources and a citation.
A date may be a year, a month or a day; an answer for a date says whether it is certain or possible."""

_WINDOW: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "description": "The most rows to give."},
    "offset": {
        "type": "integer",
        "minimum": 0,
        "maximum": 2**31 - 1,
        "default": 0,
        "description": "How many rows to leave out first; next_offset tells where an answer goes on.",
    },
    "explain": {
        "type": "boolean",
        "default": False,
        "description": "Whether each row names the claims it rests on, and their sources.",
    },
}


@dataclass(frozen=True)
class Tool:
    """A tool.

    Args:
        description: What it gives.
        takes: Name to JSON Schema of what it takes.
        needs: The names of what it cannot do without.
        answer: Makes the answer of values that are held to `takes`.
    """

    description: str
    takes: Mapping[str, dict[str, Any]]
    needs: tuple[str, ...]
    answer: Callable[[dict[str, Any]], dict[str, Any]]

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what it takes."""
        needs, takes = list(self.needs), dict(self.takes)
        return {"type": "object", "properties": takes, "required": needs, "additionalProperties": False}

    def call(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Answer what was given; null is what was left out.

        Raises:
            AlatawError: AL013 to AL015 if it is not what the tool takes; else as what it asks.
        """
        values = {name: value for name, value in given.items() if value is not None}
        for name in values:
            if name not in self.takes:
                near = nearest(name, self.takes, limit=1)
                raise ParameterError(
                    f"there is no parameter {name}",
                    code="AL014",
                    why=f"the tool takes {', '.join(self.takes)}",
                    fix=f"did you mean {near[0]}?" if near else "leave it out",
                )
        for name in self.needs:
            if name not in values:
                told = self.takes[name]
                fix = f"for example: {json.dumps({name: told['examples'][0]}, ensure_ascii=False)}"
                raise ParameterError(f"{name} is missing", code="AL013", why=told["description"], fix=fix)
        defaults = {name: told["default"] for name, told in self.takes.items() if "default" in told}
        return self.answer(defaults | {name: _read(name, value, self.takes[name]) for name, value in values.items()})


def _read(name: str, value: Any, schema: Mapping[str, Any]) -> Any:
    """A value by its schema; of what is neither a whole number nor a truth value the text, which the graph judges."""
    if isinstance(value, (dict, list)):
        raise _refusal(name, "it takes one value")
    if isinstance(value, float):  # in JSON 2.0 is a whole number, and 0.00001 may be written 1e-05
        value = int(value) if value.is_integer() else f"{Decimal(str(value)):f}"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if schema["type"] == "boolean":
        if text not in ("true", "false"):
            raise _refusal(name, "it takes true or false")
        return text == "true"
    if schema["type"] == "integer":
        least, most = schema.get("minimum", -(10**18)), schema.get("maximum", 10**18)
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text) or not least <= int(text) <= most:
            raise _refusal(name, f"it takes a whole number from {least:,} to {most:,}")
        return int(text)
    return text


def _refusal(name: str, why: str) -> ParameterError:
    return ParameterError(f"{name} is refused", code="AL015", why=why, fix="correct the value")


# -- the tools -----------------------------------------------------------------------------------------


def tools(graph: Graph) -> dict[str, Tool]:
    """Every tool by its name."""
    made = {query.name: _stored(graph, query) for query in graph.queries}
    made["find-entity"] = replace(
        _stored(graph, graph.stored_query("find-by-name"), limit=20),
        description="Find entities by a name or a part of one, in any script or spelling; "
        "the paths are what other tools take.",
    )
    made["list-disputes"] = replace(
        _stored(graph, graph.stored_query("disputed-claims"), limit=50),
        description="List where sources or claims differ, in the whole graph or about one entity, and how.",
    )
    made["describe-entity"] = _described(graph, _stored(graph, graph.stored_query("describe-entity")))
    made["run-sparql"] = _sparql(graph)
    return {name.replace("-", "_"): tool for name, tool in made.items()}


def _stored(graph: Graph, query: StoredQuery, *, limit: int = 100) -> Tool:
    """A stored query as a tool."""
    takes = {parameter.name: _argument(graph, parameter) for parameter in query.parameters}
    window = _WINDOW | {"limit": _WINDOW["limit"] | {"default": limit if query.columns else MOST_ROWS}}
    columns = (
        f"{name} ({said['description']})" if said.get("description") else name for name, said in query.columns.items()
    )
    gives = f"Columns: {'; '.join(columns)}" if query.columns else "The answer is a graph, as Turtle."

    def answer(values: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in values.items() if name not in _WINDOW}
        limit, offset, explain = (values[name] for name in _WINDOW)
        if query.columns:
            found = graph.ask(query.name, given, limit=limit + 1, offset=offset, explain=explain)
            return _part(found, 0, limit, offset)
        # The triples of a graph come in no order that an engine could count in: it is asked whole, and parted here.
        return _part(graph.ask(query.name, given, explain=explain), offset, limit, offset)

    needs = tuple(parameter.name for parameter in query.parameters if parameter.required)
    return Tool(f"{query.summary}.\n\n{query.description}\n\n{gives}", takes | window, needs, answer)


def _argument(graph: Graph, parameter: Parameter) -> dict[str, Any]:
    """The JSON Schema of a parameter, as the OpenAPI document has it."""
    told = interface.parameter_object(graph.words, parameter)
    schema: dict[str, Any] = told["schema"]
    notes = (told["description"], schema.get("description", ""))
    return schema | {"description": " ".join(filter(None, notes)), "examples": [told["example"]]}


def _part(answer: Answer, begin: int, limit: int, offset: int) -> dict[str, Any]:
    """Part of an answer, whether there is more, and where that begins."""
    part, more = answer.part(begin, limit)
    return _told(part) | {"more": more, "next_offset": offset + limit if more else None}


def _told(answer: Answer) -> dict[str, Any]:
    """An answer as a table; a graph as Turtle."""
    if answer.boolean is not None:
        return {"boolean": answer.boolean}
    if answer.triples is None:
        return {"columns": list(answer.variables), "rows": answer.dicts()}
    text = turtle.serialize(answer.triples, prefixes=answer.prefixes, base_iri=answer.base)
    return {"turtle": text, "triples": len(answer.triples)}


def _described(graph: Graph, stored: Tool) -> Tool:
    """The stored query of that name, with the same told for reading."""

    def answer(values: dict[str, Any]) -> dict[str, Any]:
        return {"text": str(graph.show(values["entity"]))} | stored.answer(values)

    return replace(stored, answer=answer)


def _sparql(graph: Graph) -> Tool:
    ask = asking.bounded(graph, most_rows=MOST_ROWS)

    def answer(values: Mapping[str, Any]) -> dict[str, Any]:
        result, whole = ask(values["query"])
        told = _told(Answer.of(result))
        return told if "boolean" in told else told | {"more": not whole}

    told = "Ask a SPARQL 1.1 query of your own; it is read-only, ends after 10 seconds, and gives at most 1,000 rows."
    query = {"type": "string", "description": "The query.", "examples": ["SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 10"]}
    return Tool(told, {"query": query}, ("query",), answer)


# -- the resources -------------------------------------------------------------------------------------


def _ontology(graph: Graph) -> str:
    triples = {triple for document in graph.repository.ontology() for triple in document.triples}
    return turtle.serialize(triples, prefixes=graph.repository.prefixes, base_iri=graph.repository.base)


def _examples(graph: Graph) -> str:
    return exports.write(graph.source(), "examples").decode()


_RESOURCES: dict[str, tuple[Callable[[Graph], str], str]] = {
    "ontology": (_ontology, "Classes, properties and vocabularies, as Turtle."),
    "examples": (_examples, "Every stored query as a sh:SPARQLExecutable, with its parameters."),
}


# -- the server ----------------------------------------------------------------------------------------


def server(graph: Graph) -> Server[Any]:
    """A server of the graph, to be run over stdio or streamable HTTP.

    Raises:
        MissingExtraError: AL080 if the package `mcp` is not installed.
    """
    try:
        from anyio.to_thread import run_sync
        from mcp import types
        from mcp.server import Server
        from mcp.shared.exceptions import MCPError
    except ImportError as error:
        raise MissingExtraError("agents need the package mcp", code="AL080", fix="pip install 'alataw[mcp]'") from error
    offered = tools(graph)
    reading = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    resources = {f"alataw://{name}": name for name in _RESOURCES}

    async def list_tools(context: Any, page: Any) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    description=tool.description,
                    input_schema=tool.schema,
                    output_schema={"type": "object"},
                    annotations=reading,
                )
                for name, tool in offered.items()
            ]
        )

    async def call_tool(context: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        # In a thread, so that who asks meanwhile is heard.
        given, told = await run_sync(_called, offered, asked.name, asked.arguments or {})
        text = told or json.dumps(given, ensure_ascii=False)
        content = types.TextContent(type="text", text=text)
        return types.CallToolResult(content=[content], structured_content=given, is_error=bool(told))

    async def list_resources(context: Any, page: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(
            resources=[
                types.Resource(uri=uri, name=name, description=_RESOURCES[name][1], mime_type="text/turtle")
                for uri, name in resources.items()
            ]
        )

    async def read_resource(context: Any, asked: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        name = resources.get(str(asked.uri))
        if name is None:
            raise MCPError(code=types.INVALID_PARAMS, message=f"there is no resource {asked.uri}")
        text = await run_sync(_RESOURCES[name][0], graph)
        told = types.TextResourceContents(uri=asked.uri, text=text, mime_type="text/turtle")
        return types.ReadResourceResult(contents=[told])

    return Server(
        "alataw",
        version=version("alataw"),
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )


def _called(offered: Mapping[str, Tool], name: str, given: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """What a tool answers, or what is wrong, in our words."""
    try:
        if name not in offered:
            near = tuple(nearest(name, offered))
            raise UnknownNameError(f"there is no tool {name}", code="AL010", candidates=near)
        return offered[name].call(given), ""
    except AlatawError as error:
        return None, str(error)
    except Exception as error:
        # The text of the error may tell of this machine, and is for its log alone.
        logging.getLogger(__name__).exception("the tool %s failed", name)
        return None, f"error[AL090] a bug: {type(error).__name__}"


def run(graph: Graph, address: str = "") -> None:
    """Serve until stopped: over stdio, or over streamable HTTP at `HOST:PORT`, path `/mcp`.

    Raises:
        MissingExtraError: As `server`.
        UsageError: AL123 if the address is none; AL120 if it cannot be listened on.
    """
    listening = listen(*_host_and_port(address)) if address else None
    made = server(graph)
    if listening is None:
        import anyio

        anyio.run(_over_stdio, made)
        return
    import uvicorn

    host = listening.getsockname()[0]
    config = uvicorn.Config(made.streamable_http_app(host=host), log_level="warning")
    uvicorn.Server(config).run(sockets=[listening])


async def _over_stdio(made: Server[Any]) -> None:
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (receiving, sending):
        await made.run(receiving, sending, made.create_initialization_options())


def _host_and_port(address: str) -> tuple[str, int]:
    """The parts of an address.

    >>> _host_and_port("[::1]:8000")
    ('::1', 8000)
    """
    with contextlib.suppress(ValueError):
        parts = urlsplit(f"//{address}")
        if address.isascii() and parts.netloc == address and not parts.username and parts.hostname and parts.port:
            return parts.hostname, parts.port
    raise UsageError(f"{address} is no address", code="AL123", fix="write it as 127.0.0.1:8000, or [::1]:8000")
