"""`alataw serve` publishes this repository, and those who ask for too much get no more than they may."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from running import Running, eventually

import servers

pytestmark = pytest.mark.xdist_group("serving")

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 3.0

_PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o"
_DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))

# Too many rows or bytes, a worker that ran out of memory, or out of time: what comes first depends on the machine.
ENDED = {413, 422, 500, 504}

# Queries that take all time or memory there is, or call out; what each is told, where that is known.
KILLERS: dict[str, tuple[str, set[int]]] = {
    "a product": (f"SELECT (COUNT(*) AS ?z) {{ {_PRODUCT} }}", {504}),
    "a product without data": (
        "SELECT * { " + "VALUES ?%s { 1 2 3 4 5 6 7 8 } " * 12 % tuple("abcdefghijkl") + "}",
        {400, *ENDED},
    ),
    "a product, sorted": (f"SELECT * {{ {_PRODUCT} }} ORDER BY STR(?c) DESC(STR(?i))", ENDED),
    "a product, without doubles": (f"SELECT DISTINCT * {{ {_PRODUCT} }}", ENDED),
    "a product, written out": (f"CONSTRUCT {{ ?a ?e ?i }} {{ {_PRODUCT} }}", {400, *ENDED}),
    "a path from everywhere": (
        "SELECT (COUNT(*) AS ?z) { ?a (<a>|!<b>|^!<c>)+ ?z0 . ?d (!<a>|^!<b>)+ ?e }",
        {400, *ENDED},
    ),
    "a text that doubles": (
        f'SELECT (STRLEN(?x30) AS ?z) {{ BIND("xxxxxxxxxxxxxxxx" AS ?x0) {_DOUBLED} }}',
        {200, 400, *ENDED},
    ),
    "a text of everything": (f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?z) {{ {_PRODUCT} }}", ENDED),
    "brackets without end": ("SELECT * { " + "{ " * 5000 + "?a ?b ?c" + " }" * 5000 + " }", {400, 413, 414}),
    "negation without end": ("ASK { FILTER(" + "!" * 5000 + "true) }", {400, 413, 414}),
    "an order that the engine cannot make": ("SELECT * { ?a ?b ?c } ORDER BY ?c", {200, 400, *ENDED}),
    "a call": ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }", {403}),
    "a call, hidden": ("SELECT * { SERVICEx:y { ?a ?b ?c } }", {400, 403}),
    "a file": ("SELECT * FROM <file:///etc/passwd> { ?a ?b ?c }", {400, 403}),
    "an update": ("DELETE WHERE { ?a ?b ?c }", {400, 403}),
}


@contextmanager
def serving(folder: Path, repository: Path, *options: str) -> Iterator[Running]:
    """Start the command, and stop it."""
    port = servers.free_port()
    command = [sys.executable, "-m", "alataw", "--repository", str(repository), "serve", "--port", str(port)]
    command += ["--control", str(folder / "control.sock"), "--access-log", str(folder / "access"), *options]
    log = folder / "server.log"
    with log.open("wb") as file, subprocess.Popen(command, stderr=file) as process:
        try:
            assert eventually(lambda: "release" in log.read_text(encoding="utf-8"), 120), log.read_text(
                encoding="utf-8"
            )
            yield Running(port, process, log)
        finally:
            process.terminate()
            assert process.wait(20) == 0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """This repository, as the command publishes it."""
    with serving(tmp_path_factory.mktemp("served"), ROOT, "--seconds", str(SECONDS)) as started:
        yield started


def ask(server: Running, query: str) -> int:
    """The status of a query, whose reply came whole."""
    body = urllib.parse.urlencode({"query": query}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/sparql-results+json, */*;q=0.1"}
    asked = server.ask("/sparql", "POST", form, body, timeout_s=60)
    assert int(asked.headers["content-length"]) == len(asked.body)
    assert b"root:" not in asked.body
    if asked.status >= 400:
        assert asked.headers["content-type"].startswith("application/problem+json")
        assert json.loads(asked.body)["status"] == asked.status
    return asked.status


@pytest.mark.parametrize("name", KILLERS)
def test_a_query_that_asks_too_much_is_told_so(served: Running, name: str) -> None:
    """Each gets a whole reply that says what was wrong."""
    query, statuses = KILLERS[name]
    assert ask(served, query) in statuses


def test_readers_are_served_while_everybody_else_attacks(served: Running) -> None:
    """With four of each killer query under way, no page and no stored query fails."""
    told: list[tuple[str, int]] = []
    attackers = [
        threading.Thread(target=lambda name=name: told.append((name, ask(served, KILLERS[name][0]))))
        for name in [*KILLERS] * 4
    ]
    for thread in attackers:
        thread.start()
    read = Counter(
        served.ask(path, headers={"Accept-Language": f"x-{number}, en;q=0.5"}).status
        for number in range(15)
        for path in ("/station/dostyk.html", "/station/dostyk.ttl", "/query/operators-of-station?station=dostyk")
    )
    for thread in attackers:
        thread.join()
    assert read == {200: 45}
    assert len(told) == len(attackers)
    assert all(status == 503 or status in KILLERS[name][1] for name, status in told), told


def test_each_limit_of_the_command_is_the_one_that_holds(small: Path, tmp_path: Path) -> None:
    """A query up to its limit is answered, and past it refused, by length, rows, size, body and time; memory too; each is told."""
    options = "--query-characters 2000 --rows 7 --answer-mib 1 --body-kib 4 --seconds 2 --memory-mib 300 --queue 33"
    with serving(tmp_path, small, *options.split(), "--workers", "3", "--free-workers", "1") as server:

        def status(query: str) -> int:
            return server.ask("/sparql", "POST", {"Content-Type": "application/sparql-query"}, query.encode()).status

        about = server.ask("/about", headers={"Accept": "text/html"}).body.decode()
        for told in ("2,000 characters", "7", "1 MiB", "4 KiB", "2 seconds", "300 MiB", "1", "33"):
            assert f"<dd>{told}</dd>" in about
        assert [status("ASK {}".ljust(length)) for length in (2000, 2001, 4096, 4097)] == [200, 400, 400, 413]
        assert [status(f"SELECT * {{ ?a ?b ?c }} LIMIT {rows}") for rows in (7, 8)] == [200, 422]
        assert [status(_text_of(bytes_)) for bytes_ in (2**19, 2**20)] == [200, 422]
        began = time.monotonic()
        assert status(KILLERS["a product"][0]) == 504
        assert 1.9 < time.monotonic() - began < 5
        assert eventually(lambda: Counter(server.processes().values()) == {"zygote": 1, "quick": 3, "free": 1})
        processes = server.processes()
        zygote = next(process for process, kind in processes.items() if kind == "zygote")
        shared = int(Path(f"/proc/{zygote}/statm").read_text().split()[0]) * resource.getpagesize()
        for worker in processes.keys() - {zygote}:
            most, _ = resource.prlimit(worker, resource.RLIMIT_AS)
            assert abs((most - shared) / 2**20 - 300) < 30


def _text_of(size: int) -> str:
    """A query whose answer is a text of so many bytes, a power of two, in one row."""
    doublings = range(size.bit_length() - 1)
    doubled = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in doublings)
    return f'SELECT ?x{len(doublings)} {{ BIND("x" AS ?x0) {doubled} }}'


# Path and headers of what the front refuses or gives up -> status.
PROBLEMS: dict[int, tuple[str, dict[str, str]]] = {
    400: ("/about", {"Host": "a b"}),
    412: ("/about", {"If-Match": '"other"'}),
    414: ("/sparql?query=" + "a" * 20_000, {}),
    504: ("/sparql?" + urllib.parse.urlencode({"query": KILLERS["a product"][0]}), {}),
}


@pytest.mark.parametrize("status", PROBLEMS)
def test_a_page_of_a_problem_looks_as_the_pages_do(served: Running, status: int) -> None:
    """What it leads to is there, and the stylesheet knows whatever it is marked with."""
    path, headers = PROBLEMS[status]
    asked = served.ask(path, headers={"Accept": "text/html", **headers})
    assert (asked.status, asked.headers["content-type"]) == (status, "text/html; charset=utf-8")
    page = asked.body.decode()
    (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page)
    led_to = {link: served.ask(link) for link in re.findall(r'(?:href|src)="([^"]+)"', page)}
    assert {reply.status for reply in led_to.values()} == {200}
    assert led_to[style].headers["content-type"] == "text/css; charset=utf-8"
    for name in re.findall(r'class="([a-z]+)"', page):
        assert f".{name}" in led_to[style].body.decode(), name


def test_a_document_that_is_known_is_not_sent_again(served: Running) -> None:
    """304 keeps what describes the document."""
    whole = served.ask("/station/alashankou", headers={"Accept": "text/turtle"})
    assert whole.status == 303
    whole = served.ask("/station/alashankou.ttl")
    again = served.ask("/station/alashankou.ttl", headers={"If-None-Match": f'"other", W/{whole.headers["etag"]}'})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == whole.headers["etag"]
    for name in ("cache-control", "content-location", "link", "access-control-allow-origin"):
        assert again.headers[name] == whole.headers[name]


def test_the_command_reloads(served: Running, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """`alataw reload` waits, and says what is published."""
    done = run("reload", "--control", str(served.log.with_name("control.sock")))
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(served.ask("/health").body)["release"] in done.stderr


def test_every_setting_is_documented(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """docs/serving.md has each option of the command, and the default that the command has."""
    text = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    table = text.partition("## Settings")[2].partition("\n## ")[0]
    rows = {
        name: row.split("|")[2].strip()
        for row in table.splitlines()
        for name in re.findall(r"`(--[a-z-]+)`", row.partition("|")[2].partition("|")[0])
    }
    listed = run("serve", "--help").stdout
    options = set(re.findall(r"--[a-z-]+", listed)) - {"--help", "--no-open-metrics", "--sparql"}
    assert options == set(rows)
    import inspect

    from alataw.cli_serve import serve

    for name, parameter in inspect.signature(serve).parameters.items():
        said = rows["--" + name.replace("_", "-")]
        if isinstance(parameter.default, (int, float)) and not isinstance(parameter.default, bool):
            assert f"{parameter.default:g}" in said.replace(",", "").split(), name


@pytest.mark.parametrize(
    "options",
    [("--base-url", "ftp://example.org/"), ("--base-url", "https://example.org/?a"), ("--trust", "10.0.0.0/99")],
)
def test_a_setting_that_is_not_clear_is_told(
    run: Callable[..., subprocess.CompletedProcess[str]], options: tuple[str, str]
) -> None:
    """Nothing is started."""
    done = run("serve", "--port", "0", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[AL123]" in done.stderr
