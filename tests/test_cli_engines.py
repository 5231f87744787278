"""The command line loads an engine and asks it, and says what is wrong with how one was named."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest

import servers
from alataw import snippets
from alataw.terms import text_of

pytestmark = pytest.mark.xdist_group("engines")

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_folder_is_loaded_and_asked(run: Run, tmp_path: Path) -> None:
    """The answer and the export are those of the graph in memory, but for how numbers are written; loading again finds all of it there."""
    store = str(tmp_path / "new" / "store")
    empty = run("query", "lines-of-station", "alashankou", "--store", store)
    assert empty.returncode == 2
    assert "alataw load --store" in empty.stderr
    assert run("load", "--store", store).returncode == 0
    again = run("load", "--store", store)
    assert "of them from before" in again.stderr
    asked = run("query", "lines-of-station", "alashankou", "--store", store, "--explain", "--format", "json")
    assert asked.stdout == run("query", "lines-of-station", "alashankou", "--explain", "--format", "json").stdout
    exported = [run("export", "--format", "nquads", *where).stdout for where in (("--store", store), ())]
    kept, written = ({*pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS)} for text in exported)
    again = pyoxigraph.Store()
    again.extend(written)
    assert kept == set(again)
    assert {text_of(quad.object) for quad in kept ^ written} == {"2", "2.0", "1882.56", "1882.560"}


@pytest.mark.parametrize("by", ["--update-endpoint", "--graph-store"])
def test_an_endpoint_is_loaded_and_asked(by: str, run: Run, tmp_path: Path) -> None:
    """By either way of writing; and what is printed to be pasted elsewhere asks what was loaded."""
    with servers.oxigraph(tmp_path) as server:
        where = {"--update-endpoint": server.update, "--graph-store": server.graph_store}[by]
        loaded = run("load", "--endpoint", server.query, by, where)
        assert loaded.returncode == 0, loaded.stderr
        asked = run("query", "disputed-claims", "--endpoint", server.query, "--format", "csv")
        assert asked.stdout == run("query", "disputed-claims", "--format", "csv").stdout
        best = run("export", "--view", "best", "--format", "ntriples", "--endpoint", server.query)
        assert best.stdout == run("export", "--view", "best", "--format", "ntriples").stdout
        verified = run("query", "--verify", "--endpoint", server.query)
        assert "rows" not in verified.stdout
        question = ("query", "operators-of-station", "alashankou")
        rows = run(*question, "--format", "csv").stdout
        # The address that a snippet asks if none is named is that of docs/engines.md.
        snippet = run(*question, "--snippet", "curl").stdout.replace(snippets.ENDPOINT, server.query)
        assert rows == printed("bash", "-c", snippet)
        text = run(*question, "--text", "--endpoint", server.query).stdout
        assert rows == printed(
            "curl", "-sS", "-H", "Accept: text/csv", "--data-urlencode", f"query={text}", server.query
        )


def printed(*command: str) -> str:
    """What a command prints, with the line ends of text."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("query", "disputed-claims", "--endpoint", "http://127.0.0.1:9/"), "AL081", 4),
        (("query", "disputed-claims", "--endpoint", "nonsense"), "AL035", 2),
        (("query", "disputed-claims", "--endpoint", "http://127.0.0.1:9/", "--store", "x"), "AL035", 2),
        (("query", "disputed-claims", "--endpoint", "http://127.0.0.1:9/", "--auth", "basic"), "ALATAW_CREDENTIALS", 2),
        (("query", "disputed-claims", "--endpoint", "http://127.0.0.1:9/", "--timeout", "inf"), "'--timeout'", 2),
        (("check-live", "http://127.0.0.1:9/", "--timeout", "inf"), "'--timeout'", 2),
        (("load",), "load where?", 2),
        (("load", "--endpoint", "http://127.0.0.1:9/"), "--update-endpoint or --graph-store", 2),
        (("export", "--auth", "basic"), "AL035", 2),
        (("query", "disputed-claims", "--snippet", "cobol"), "AL018", 2),
        (("mcp", "--http", "nonsense"), "AL123", 2),
    ],
)
def test_an_engine_that_is_not_clear_is_told(words: tuple[str, ...], said: str, code: int, run: Run) -> None:
    """With the code of the message and of the exit."""
    done = run(*words)
    assert done.returncode == code
    assert said in done.stderr
    assert not done.stdout


def test_a_snippet_names_the_endpoint_and_its_graphs(run: Run) -> None:
    """So does a text; without an endpoint a snippet asks one on this machine, and a text asks as it stands in its file."""
    there = run("query", "find-by-name", "alashankou", "--snippet", "curl", "--endpoint", "http://127.0.0.1:9/q").stdout
    assert "http://127.0.0.1:9/q" in there
    assert "FROM NAMED <https://w3id.org/alataw/graph/names>" in there
    assert "FROM NAMED" in run("query", "find-by-name", "alashankou", "--snippet", "curl").stdout
    assert (
        "FROM NAMED"
        in run("query", "find-by-name", "alashankou", "--text", "--endpoint", "http://127.0.0.1:9/q").stdout
    )
    assert "FROM" not in run("query", "find-by-name", "alashankou", "--text").stdout
