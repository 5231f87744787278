"""What the tests of linking share: a repository with links, a server in Wikidata's form, and one that misbehaves."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from entitydata import ASKED, EntityData
from misbehaving import SEEN, Misbehaving

import alataw
from alataw import sssom
from alataw.sssom import Link

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "data"

PREFIXES = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix p: <http://www.wikidata.org/prop/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix pq: <http://www.wikidata.org/prop/qualifier/> .
@prefix pqv: <http://www.wikidata.org/prop/qualifier/value/> .
@prefix pr: <http://www.wikidata.org/prop/reference/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix psv: <http://www.wikidata.org/prop/statement/value/> .
@prefix ref: <http://www.wikidata.org/reference/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix s: <http://www.wikidata.org/entity/statement/> .
@prefix v: <http://www.wikidata.org/value/> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix wikibase: <http://wikiba.se/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def shaped(features: list[dict]) -> str:  # type: ignore[type-arg]
    """Put an extract of items into the RDF of Wikibase: labels, direct values, statements with rank."""
    lines = [PREFIXES, "wd:Q55678 wdt:P279 wd:Q55488 .\n"]
    for feature in features:
        item, told = feature["id"], feature["properties"]
        for label in told["labels"]:
            lines.append(f"wd:{item} rdfs:label {json.dumps(label['value'], ensure_ascii=False)}@{label['lang']} .\n")
        for longitude, latitude in feature["geometry"]["coordinates"]:
            lines.append(f'wd:{item} wdt:P625 "Point({longitude} {latitude})"^^geo:wktLiteral .\n')
        for name in sorted(set(told) - {"labels"}):
            for number, value in enumerate(told[name]):
                text = value["value"]
                term = f"wd:{text}" if text.startswith("Q") else json.dumps(text)
                node = f"s:{item}-{name}-{number}"
                lines.append(f"wd:{item} wdt:{name} {term} ; p:{name} {node} .\n")
                lines.append(f"{node} ps:{name} {term} ; wikibase:rank wikibase:NormalRank .\n")
    return "".join(lines)


def free_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """An Oxigraph server with forty Belgian stations and their neighbours, and the items of `items.ttl`."""
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    server = subprocess.Popen(
        [program, "serve", "--bind", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"
    features = json.loads((DATA / "wikidata-be.geojson").read_text(encoding="utf-8"))["features"]
    items = (DATA / "items.ttl").read_text(encoding="utf-8")
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{base}/query?query=ASK%7B%7D", timeout=5):  # noqa: S310
                    break
            except OSError:
                time.sleep(0.05)
        for text in (shaped(features), PREFIXES + items):
            request = urllib.request.Request(  # noqa: S310
                f"{base}/store?default", data=text.encode(), headers={"Content-Type": "text/turtle"}, method="POST"
            )
            urllib.request.urlopen(request, timeout=30).close()  # noqa: S310
        yield f"{base}/query"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A copy of the repository in which Alashankou and others are linked to the items of `items.ttl`."""
    for name in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    file = tmp_path / "data" / "mapping" / "wikidata.sssom.tsv"
    links = [
        Link("alataw:station/alashankou", object_id="wd:Q900000001", reviewer_label="A test"),
        Link("alataw:station/dostyk", object_id="wd:Q900000002", reviewer_label="A test"),
        Link("alataw:station/urumqi", object_id="wd:Q900000003", reviewer_label="A test"),
        Link("alataw:railway-line/lanxin", object_id="wd:Q900000004", reviewer_label="A test"),
        Link("alataw:organisation/china-railway-urumqi-group", object_id="wd:Q900000005", reviewer_label="A test"),
        Link(
            "alataw:organisation/northern-xinjiang-railway-company", object_id="wd:Q900000006", reviewer_label="A test"
        ),
        Link("alataw:place/china", object_id="wd:Q148", reviewer_label="A test"),
        Link("alataw:place/kazakhstan", object_id="wd:Q232", reviewer_label="A test"),
    ]
    file.write_bytes(sssom.write(sssom.MappingSet(alataw.open(tmp_path).repository.base, tuple(links))))
    return tmp_path


@pytest.fixture
def misbehaving() -> Iterator[Callable[[str], str]]:
    """A server on loopback that does what the path says; called with a path, it gives the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        SEEN.clear()
        yield lambda path: f"http://127.0.0.1:{server.server_port}{path}"
        server.shutdown()


@pytest.fixture
def entity_data() -> Iterator[str]:
    """The address of a server of entity data on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), EntityData) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ASKED.clear()
        yield f"http://127.0.0.1:{server.server_port}/wiki/Special:EntityData/"
        server.shutdown()
