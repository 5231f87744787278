"""Agents are served: the package's own client finds the tools, calls them, and gets what the command line gets."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from mcp import Client, StdioServerParameters, stdio_client

import alataw
import servers
from alataw import agents, asking, loading, turtle
from alataw.agents import Tool
from alataw.asking import Worker
from alataw.errors import AlatawError, QueryError, RemoteError, UsageError
from alataw.remote import Endpoint, RemoteStore
from alataw.repository import Repository
from alataw.store import DERIVED_GRAPHS, EmbeddedStore
from alataw.terms import SKOS, Literal, NamedNode, Triple
from engines import endpoint, sample

ROOT = Path(__file__).resolve().parents[1]
Given = TypeVar("Given")

STDIO = StdioServerParameters(command=sys.executable, args=["-m", "alataw", "--repository", str(ROOT), "mcp"])


def over_stdio(act: Callable[[Client], Awaitable[Given]], *options: str) -> Given:
    """Do something as a client of a server over stdio."""
    server = StdioServerParameters(command=STDIO.command, args=[*STDIO.args, *options])

    async def run() -> Given:
        async with Client(stdio_client(server)) as client:
            return await act(client)

    return asyncio.run(asyncio.wait_for(run(), 120))


@contextmanager
def served(host: str) -> Iterator[str]:
    """The address of a server over streamable HTTP."""
    port = servers.free_port()
    command = [sys.executable, "-m", "alataw", "--repository", str(ROOT), "mcp", "--http", f"{host}:{port}"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection((host.strip("[]"), port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://{host}:{port}/mcp"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served("127.0.0.1") as at:
        yield at


@pytest.fixture(scope="module")
def offered(graph: alataw.Graph) -> dict[str, Tool]:
    """The tools, without a server."""
    return agents.tools(graph)


def over_http(address: str, act: Callable[[Client], Awaitable[Given]]) -> Given:
    """Do something as a client of a server over HTTP."""

    async def run() -> Given:
        async with Client(address) as client:
            return await act(client)

    return asyncio.run(asyncio.wait_for(run(), 120))


def told(result: Any) -> Any:
    """What a tool gave."""
    assert not result.is_error, result.content
    return result.structured_content if result.structured_content is not None else result.content[0].text


def test_there_is_a_tool_for_every_query(graph: alataw.Graph) -> None:
    """With its summary, its parameters, what is required, and the values that are allowed where they are few."""

    async def act(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in over_stdio(act)}
    assert {"find_entity", "describe_entity", "list_disputes", "run_sparql"} <= set(tools)
    for query in graph.queries:
        tool = tools[query.name.replace("-", "_")]
        assert tool.description.startswith(query.summary)
        assert tool.annotations.read_only_hint
        properties = tool.input_schema["properties"]
        assert set(properties) == {*(p.name for p in query.parameters), "limit", "offset", "explain"}
        assert set(tool.input_schema.get("required", ())) == {p.name for p in query.parameters if p.required}
        for parameter in query.parameters:
            assert parameter.description in properties[parameter.name]["description"]
            if parameter.kind == "in":
                assert set(graph.resolver.concepts(parameter.of)) == set(properties[parameter.name]["enum"])
    numbers = [tools["entities_in_box"].input_schema["properties"][side]["type"] for side in ("west", "north")]
    assert numbers == ["number", "number"]


def test_a_conversation(graph: alataw.Graph) -> None:
    """Find the station, ask who had it and why we say so, read it, look at what is disputed, ask one's own question."""

    async def act(client: Client) -> list[Any]:
        return [
            told(await client.call_tool("find_entity", {"name": "阿拉山口"})),
            told(
                await client.call_tool("operators_of_station", {"station": "alashankou", "explain": True, "limit": 2})
            ),
            told(await client.call_tool("describe_entity", {"entity": "station/dostyk"})),
            told(await client.call_tool("list_disputes", {})),
            told(await client.call_tool("describe_entity", {"entity": "station/alashankou"})),
            told(await client.call_tool("run_sparql", {"query": "ASK { ?s ?p ?o }"})),
            told(await client.call_tool("run_sparql", {"query": "SELECT ?s { ?s ?p ?o }"})),
            (await client.read_resource("alataw://ontology")).contents[0].text,
            (await client.read_resource("alataw://examples")).contents[0].text,
        ]

    found, operators, _, disputes, described, asked, rows, ontology, examples = over_stdio(act)
    assert "https://w3id.org/alataw/station/alashankou" in {row["entity"] for row in found["rows"]}
    assert [row["claims"] for row in operators["rows"]] == [row["tenure"] for row in operators["rows"]]
    assert operators["more"]
    assert operators["next_offset"] == 2
    assert disputes["rows"]
    assert "Sources" in json.dumps(described)
    assert asked == {"boolean": True}
    assert len(rows["rows"]) == 1000
    assert rows["more"]
    assert "owl:Class" in ontology
    assert "sh:SPARQLExecutable" in examples


@pytest.mark.parametrize(
    ("tool", "values", "said"),
    [
        ("operators_of_station", {"station": "nowhere-at-all"}, "AL011"),
        ("operators_of_station", {"station": "alashankou", "on": "yesterday"}, "AL015"),
        ("operators_of_station", {"station": "alashankou", "on": "null"}, "AL015"),
        ("operators_of_station", {"station": "alashankou", "onn": "2003"}, "did you mean on?"),
        ("operators_of_station", {"station": "alashankou", "nonsense": "x"}, "AL014"),
        ("operators_of_station", {"station": ["alashankou"]}, "AL015"),
        ("operators_of_station", {"station": "alashankou", "explain": "perhaps"}, "AL015"),
        ("operators_of_station", {}, "error[AL013] station is missing"),
        ("entities_in_box", {"west": "here", "south": 45.5, "east": 83.5, "north": 46.5}, "AL015"),
        ("list_disputes", {"entity": "null"}, "AL011"),
        ("things_to_link", {"limit": -1}, "from 1 to 1,000"),
        ("things_to_link", {"limit": 2147483647}, "from 1 to 1,000"),
        ("things_to_link", {"limit": True}, "from 1 to 1,000"),
        ("find_entity", {"name": "alashankou", "offset": -1}, "from 0 to"),
        ("run_sparql", {"query": "ASK {}", "limit": 5}, "AL014"),
        ("tell_a_joke", {}, "AL010"),
        ("operators_of_station", {"station": '" } UNION { ?s ?p ?o'}, "AL011"),
        ("find_entity", {"name": "!!!"}, "AL015"),
        ("run_sparql", {"query": "DROP ALL"}, "AL017"),
        ("run_sparql", {"query": "ASK { SERVICE <http://127.0.0.1/> {} }"}, "AL017"),
        ("run_sparql", {"query": "SELECT ?s {"}, "AL017"),
    ],
)
def test_a_mistake_is_told_to_the_agent(tool: str, values: dict[str, Any], said: str, address: str) -> None:
    """As the command line tells it, and the server goes on."""

    async def act(client: Client) -> Any:
        wrong = await client.call_tool(tool, values)
        fine = await client.call_tool("operators_of_station", {"station": "alashankou"})
        return wrong, fine

    wrong, fine = over_http(address, act)
    assert wrong.is_error
    assert said in wrong.content[0].text
    assert "pydantic" not in wrong.content[0].text
    assert len(told(fine)["rows"]) == 5


def test_what_was_left_out_is_not_asked(offered: dict[str, Tool]) -> None:
    """Null stands for what is left out, a number or truth value may be a text, and a text is what it says."""
    operators = offered["operators_of_station"]
    asked = {"station": "alashankou"}
    every = operators.call(asked)
    assert every == operators.call(asked | {"on": None, "limit": "100", "offset": 0.0, "explain": "false"})
    assert every != operators.call(asked | {"on": "2003"})
    box = {"west": 82.5, "south": 45, "east": "83.5", "north": 46.5}
    assert offered["entities_in_box"].call(box)["rows"]
    assert offered["entities_in_box"].call(box | {"west": 0.00001}) == offered["entities_in_box"].call(
        box | {"west": "0.00001"}
    )


@pytest.mark.parametrize(
    ("tool", "asked"),
    [
        ("things_to_link", {"limit": 1000}),
        ("find_entity", {"name": "ala", "limit": 3}),
        ("list_disputes", {"limit": 5}),
        ("describe_entity", {"entity": "border-crossing/cn-kz-alashankou-dostyk", "limit": 300}),
        ("describe_entity", {"entity": "station/dostyk", "limit": 50, "explain": True}),
    ],
)
def test_an_answer_is_taken_in_parts(
    tool: str, asked: dict[str, Any], graph: alataw.Graph, offered: dict[str, Tool]
) -> None:
    """Each part says whether there is more and where it begins; together they are the answer, nothing of it twice."""
    parts = [offered[tool].call(asked)]
    while parts[-1]["more"]:
        parts.append(offered[tool].call(asked | {"offset": parts[-1]["next_offset"]}))
    assert len(parts) > 2
    assert parts[-1]["next_offset"] is None
    name = {"find_entity": "find-by-name", "list_disputes": "disputed-claims"}.get(tool, tool.replace("_", "-"))
    given = {name: value for name, value in asked.items() if name not in ("limit", "explain")}
    whole = graph.ask(name, given, explain=asked.get("explain", False))
    if whole.triples is None:
        assert [row for part in parts for row in part["rows"]] == whole.dicts()
        return
    found = [triple for part in parts for triple in triples_of(part["turtle"], graph)]
    assert len(found) == sum(part["triples"] for part in parts)
    assert sorted(found, key=str) == list(whole.triples)


def test_a_description_is_whole(graph: alataw.Graph, offered: dict[str, Tool]) -> None:
    """Of an entity with hundreds of triples all are given unasked, and that there is no more is true."""
    entity = "border-crossing/cn-kz-alashankou-dostyk"
    described = offered["describe_entity"].call({"entity": entity})
    whole = graph.query("describe-entity", entity=entity).triples
    assert whole is not None
    assert described["triples"] == len(whole) > 500
    assert not described["more"]


def triples_of(text: str, graph: alataw.Graph) -> tuple[Triple, ...]:
    """What Turtle says."""
    return turtle.parse(text.encode(), file="told.ttl", base_iri=graph.repository.base).triples


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:99999",
        "127.0.0.1:²",
        "127.0.0.1:0",
        ":8000",
        "[::1:8000",
        "a@127.0.0.1:80",
        "127.0.0.1:80/mcp",
        "127.0.0.1:80\n",
        "ü:80",
    ],
)
def test_an_address_that_is_none_is_told(address: str, graph: alataw.Graph) -> None:
    """Before anything is served."""
    with pytest.raises(UsageError) as refused:
        agents.run(graph, address)
    assert refused.value.code == "AL123"


def test_an_address_may_be_of_the_sixth_version() -> None:
    """In brackets, as in every address of the web."""
    with served("[::1]") as at:
        assert over_http(at, lambda client: client.list_tools()).tools


def test_an_address_that_is_taken_is_told(graph: alataw.Graph) -> None:
    """With what the operating system says, and no socket is left open, which the collector of garbage would tell."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError) as refused:
        agents.run(graph, f"127.0.0.1:{taken.getsockname()[1]}")
    assert refused.value.code == "AL120"
    del refused
    gc.collect()


def test_agents_that_ask_at_once_each_get_their_own_answer() -> None:
    """Whoever asks while another query runs waits for it, and a query that is ended ends no other."""
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

    async def act(client: Client) -> list[Any]:
        asked = [f"SELECT ({number} AS ?n) {{}}" for number in range(12)]
        asked.insert(4, endless)
        return await asyncio.gather(*(client.call_tool("run_sparql", {"query": query}) for query in asked))

    answers = over_stdio(act)
    assert "AL037" in answers.pop(4).content[0].text
    assert [told(answer)["rows"] for answer in answers] == [[{"n": str(number)}] for number in range(12)]


def test_a_query_that_takes_too_long_is_ended() -> None:
    """Within its time, and the next one is answered."""
    worker = Worker(partial(asking.read, ROOT), seconds=1.5)
    try:
        assert worker.ask("ASK { ?s ?p ?o }") == (True, True)
        begin = time.monotonic()
        with pytest.raises(QueryError) as ended:
            worker.ask("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
        assert ended.value.code == "AL037"
        assert time.monotonic() - begin < 20  # the query would go on for hours
        assert worker.ask("ASK { ?s ?p ?o }") == (True, True)
        with pytest.raises(AlatawError) as refused:
            worker.ask("SELEKT")
        assert refused.value.code == "AL017"
    finally:
        worker.stop()


@pytest.mark.parametrize("engine", ["disk", "oxigraph"])
def test_an_agent_asks_the_engine_that_was_named(engine: str, tmp_path: Path) -> None:
    """Every tool, its own SPARQL too, answers from the folder or the endpoint, which holds what no repository does."""
    label = Triple(NamedNode("https://w3id.org/alataw/station/alashankou"), SKOS.altLabel, Literal("Nowhere Else"))

    async def act(client: Client) -> list[Any]:
        asked = 'SELECT ?s { ?s ?p "Nowhere Else" }'
        return [
            told(await client.call_tool("run_sparql", {"query": asked})),
            told(await client.call_tool("run_sparql", {"query": "SELECT ?s { ?s ?p ?o }"})),
            told(await client.call_tool("run_sparql", {"query": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"})),
            told(await client.call_tool("operators_of_station", {"station": "Nowhere Else"})),
            told(await client.call_tool("describe_entity", {"entity": "station/alashankou"})),
            (await client.call_tool("run_sparql", {"query": "DROP ALL"})).content[0].text,
            (await client.call_tool("run_sparql", {"query": "SELECT ?s {"})).content[0].text,
        ]

    with held(engine, tmp_path, [*sample().stated, label]) as options:
        one, rows, graph, operators, described, *refused = over_stdio(act, *options)
    assert one["rows"] == [{"s": "https://w3id.org/alataw/station/alashankou"}]
    assert (len(rows["rows"]), rows["more"]) == (1000, True)
    assert (graph["triples"], graph["more"]) == (1000, True)
    assert len(operators["rows"]) == 3
    assert "Nowhere Else" in json.dumps(described)
    assert all("AL017" in text for text in refused)


@contextmanager
def held(engine: str, folder: Path, facts: list[Triple]) -> Iterator[list[str]]:
    """An engine that holds facts, and the options that name it."""
    if engine == "disk":
        loading.load(EmbeddedStore(folder / "a" / "store"), {None: facts, **dict.fromkeys(DERIVED_GRAPHS, ())})
        yield ["--store", str(folder / "a" / "store")]
        return
    with servers.oxigraph(folder) as server:
        loading.load(RemoteStore(endpoint(server)), {None: facts, **dict.fromkeys(DERIVED_GRAPHS, ())})
        yield ["--endpoint", server.query]


def test_an_endpoint_that_is_slow_is_not_waited_for() -> None:
    """A query of one's own ends after its time, whatever time other exchanges with the endpoint have."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        at = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        ask = asking.bounded(alataw.Graph(Repository(ROOT), RemoteStore(Endpoint(at))), seconds=1.0)
        begin = time.monotonic()
        with pytest.raises(RemoteError):
            ask("ASK { ?s ?p ?o }")
        assert time.monotonic() - begin < 20
