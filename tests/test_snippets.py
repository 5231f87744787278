"""Every snippet runs: in its own language, against a real server, and says what the graph says."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import servers
from alataw import querytext, snippets
from alataw.errors import UnknownNameError
from alataw.store import BESIDE, STATED
from alataw.terms import Literal, text_of
from engines import Sample, engine, sample
from test_stored_queries import NAMES_OF_QUERIES, examples

pytestmark = pytest.mark.xdist_group("engines")

Served = tuple[str, Sample]

RUNS = {
    "curl": ("bash", ".sh"),
    "python": (sys.executable, ".py"),
    "rdflib": (sys.executable, ".py"),
    "javascript": ("node", ".mjs"),
    "r": ("Rscript", ".R"),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The address of a real server that holds the sample."""
    with engine("oxigraph", tmp_path_factory.mktemp("served")) as store:
        yield store.endpoint.query, sample()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same, by Virtuoso."""
    if not servers.VIRTUOSO:
        pytest.skip("virtuoso-t is not installed (tests/tools.sh installs it)")
    with engine("virtuoso", tmp_path_factory.mktemp("elsewhere")) as store:
        yield store.endpoint.query, sample()  # type: ignore[attr-defined]


def run(language: str, text: str, folder: Path) -> str:
    """Run a snippet, and give what it prints."""
    program, suffix = RUNS[language]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed (tests/tools.sh installs it)")
    file = folder / f"snippet{suffix}"
    file.write_text(text, encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [program, str(file)], capture_output=True, encoding="utf-8", env=environment, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(text: str) -> list[list[str]]:
    """The rows of a CSV; printing adds a line end."""
    return [row for row in csv.reader(io.StringIO(text)) if row]


def table(language: str, text: str, folder: Path) -> list[list[str]]:
    """The rows that a snippet prints; R prints a picture of them, and is asked for those that it holds."""
    more = '\ncat("\\f")\nwrite.csv(answer, row.names = FALSE, na = "")\n' if language == "r" else ""
    return rows(run(language, text + more, folder).rpartition("\f")[2])


# The longest is more than any address can hold.
ASKED = (
    "operators-of-station", "freight-by-year", "find-by-name", "codes-of-station", "best-values", "claims-that-differ",
    "describe-entity",
)  # fmt: skip


@pytest.mark.parametrize("language", snippets.LANGUAGES)
@pytest.mark.parametrize("name", ASKED)
def test_a_snippet_runs(language: str, name: str, served: Served, tmp_path: Path) -> None:
    """Rows, or triples, of the same query are in what it prints."""
    hold(language, name, *served, tmp_path)


@pytest.mark.parametrize("language", snippets.LANGUAGES)
@pytest.mark.parametrize("name", ["operators-of-station", "describe-entity"])
def test_a_snippet_runs_elsewhere(language: str, name: str, elsewhere: Served, tmp_path: Path) -> None:
    """Virtuoso gives the same, though it chooses the form of its answers otherwise."""
    hold(language, name, *elsewhere, tmp_path)


def hold(language: str, name: str, address: str, graph: Sample, folder: Path) -> None:
    """Hold what a snippet prints to what the graph says."""
    query = graph.stored_query(name)
    values = examples(query, all_=True)
    text = query.bind(values, graph.resolver)
    snippet = snippets.write(querytext.over(text, STATED, BESIDE), language, endpoint=address)
    answer = graph.query(name, **values)  # type: ignore[arg-type]
    if answer.triples is not None:
        assert run(language, snippet, folder).count("Alashankou") >= 2
    elif language == "rdflib":
        printed = run(language, snippet, folder)
        assert all(term is None or text_of(term) in printed for row in answer.rows for term in row)
    else:
        assert table(language, snippet, folder) == rows(answer.write("csv").decode())


@pytest.mark.parametrize("name", NAMES_OF_QUERIES)
def test_every_query_runs_as_a_command(name: str, served: Served, tmp_path: Path) -> None:
    """The header may say anything: words of updates, quotes, line ends."""
    address, graph = served
    query = graph.stored_query(name)
    text = query.bind(examples(query, all_=False), graph.resolver)
    printed = run("curl", snippets.write(querytext.over(text, STATED, BESIDE), "curl", endpoint=address), tmp_path)
    if query.columns:
        assert len(rows(printed)) == 1 + len(graph.query(name, **examples(query, all_=False)))  # type: ignore[arg-type]


HOSTILE = (
    'it\'s "quoted"', '"""', "'''", "`${1}` $(id) ${x}", ')-" )--"', "QUERY", "\nQUERY\n", "\\u0022 \\n \\", "%s {0} #{x}", "阿拉山口 🚂", "<<EOF", "$HOME !!",
)  # fmt: skip


@pytest.mark.parametrize("language", snippets.LANGUAGES)
def test_no_value_becomes_code(language: str, served: Served, tmp_path: Path) -> None:
    """Texts that would end a literal of the language come back as they are."""
    values = " ".join(str(Literal(text)) for text in HOSTILE)
    text = f"# QUERY\nSELECT ?x WHERE {{ VALUES ?x {{ {values} }} }}\nQUERY\n".replace(
        "}\nQUERY\n", "}\n#\nORDER BY ?x\n"
    )
    snippet = snippets.write(text, language, endpoint=served[0])
    if language == "rdflib":
        printed = run(language, snippet, tmp_path)
        assert all(told in printed for told in HOSTILE)
    else:
        assert sorted(row[0] for row in table(language, snippet, tmp_path)[1:]) == sorted(HOSTILE)


def test_a_code_is_no_number_to_r(served: Served, tmp_path: Path) -> None:
    """Its zeros stay, and the code of Namibia is not what R writes where nothing is."""
    text = 'SELECT ?code ?country ?none WHERE { VALUES (?code ?country) { ("086209" "NA") ("000700" "KZ") } } ORDER BY ?code'
    found = table("r", snippets.write(text, "r", endpoint=served[0]), tmp_path)
    assert found == [["code", "country", "none"], ["000700", "KZ", ""], ["086209", "NA", ""]]


def test_a_line_of_the_query_does_not_end_a_command() -> None:
    """The mark that ends the text for curl is no line of it."""
    written = snippets.write("ASK {}\n#x\nQUERY", "curl")
    assert written.endswith("\nQUERY\nQUERY_\n")


def test_an_unknown_language_is_told() -> None:
    """With those that there are."""
    with pytest.raises(UnknownNameError, match="cobol") as refused:
        snippets.write("ASK {}", "cobol")
    assert "javascript" in refused.value.fix
