"""What tells machines what there is: counted, linked, and true."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pyoxigraph
import pytest
from answers import Ask, asked, links, media_type, triples

import alataw
from alataw.application import discovery
from alataw.application import holdings as holdings_
from alataw.application.holdings import FILES
from alataw.catalog import DCAT, SPDX, VOID
from alataw.codes import CODES
from alataw.publication import Publication
from alataw.terms import BASE, DCTERMS, RDF, SH, NamedNode, text_of

HERE = "https://example.org/rail/"
DCAT_AP = Path(__file__).resolve().parents[3] / "shared" / "suites" / "dcat-ap-3.0.1"
DATASET = NamedNode(f"{BASE}catalog#dataset")


def test_void_counts_what_is_there(ask: Ask, graph: alataw.Graph) -> None:
    """Triples, classes and properties are counted once more, and the endpoint is named."""
    reply = ask(".well-known/void", accept="text/turtle")
    assert (reply.status, reply.header("Content-Location")) == (200, "/rail/catalog.ttl")
    said = triples(reply)
    of = {t.predicate: t.object for t in said if t.subject == DATASET}
    everything = graph.triples()
    assert int(text_of(of[VOID.triples])) == len(everything)
    assert text_of(of[VOID.sparqlEndpoint]) == f"{HERE}sparql"
    parts = {t.subject: t.object for t in said if t.predicate == VOID.property}
    counts = Counter(t.predicate for t in everything)
    partitions = {t.object for t in said if t.subject == DATASET and t.predicate == VOID.propertyPartition}
    told = {parts[t.subject]: int(text_of(t.object)) for t in said if t.predicate == VOID.triples and t.subject in partitions}  # fmt: skip
    assert told == counts


def test_a_linkset_for_each_target(ask: Ask, graph: alataw.Graph) -> None:
    """Links to Wikidata are counted as they stand in the data, whichever property they are said with."""
    said = triples(ask("catalog.nt"))
    wikidata = "http://www.wikidata.org/entity/"
    ours = [t for t in graph.triples() if text_of(t.object).startswith(wikidata) and isinstance(t.object, NamedNode)]
    (target,) = (t.subject for t in said if t.predicate == VOID.uriSpace and text_of(t.object) == wikidata)
    (linkset,) = (t.subject for t in said if t.predicate == VOID.objectsTarget and t.object == target)
    of = [(t.predicate, t.object) for t in said if t.subject == linkset]
    assert (RDF.type, VOID.Linkset) in of
    assert (VOID.subjectsTarget, DATASET) in of
    assert [int(text_of(o)) for p, o in of if p == VOID.triples] == [len(ours)]
    assert {o for p, o in of if p == VOID.linkPredicate} == {t.predicate for t in ours}


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf", "trig"])
def test_the_catalog_in_every_format(suffix: str, ask: Ask) -> None:
    """The same description at the catalog and where VoID is looked for."""
    assert triples(ask(f"catalog.{suffix}")) == triples(ask("catalog.nt"))


@pytest.mark.parametrize(
    "path", ["catalog.foo", "catalog.html", "catalog.csv", "catalog.", "catalog.ttl.ttl", "catalogttl"]
)
def test_the_catalog_has_no_other_suffixes(path: str, ask: Ask) -> None:
    """404, whatever is accepted."""
    assert {ask(path).status, ask(path, accept="text/turtle").status} == {404}


def test_the_catalog_is_dcat_ap(ask: Ask) -> None:
    """It conforms to the shapes of DCAT-AP 3.0.1."""
    if not DCAT_AP.exists():
        pytest.skip("the shapes of DCAT-AP are not in ../shared/suites")
    from alataw import shapes

    rules = [
        quad.triple
        for quad in pyoxigraph.parse(path=str(DCAT_AP / "dcat-ap-SHACL.ttl"), format=pyoxigraph.RdfFormat.TURTLE)
    ]
    # Property shapes without a path, which those shapes have, check nothing (SEMICeu/DCAT-AP#448).
    pathless = {t.object for t in rules if t.predicate == SH.property} - {
        t.subject for t in rules if t.predicate == SH.path
    }
    rules = [t for t in rules if t.subject not in pathless and t.object not in pathless]
    results = shapes.validate(list(triples(ask("catalog.nt"))), rules)
    assert not [r for r in results if "Violation" in str(r.severity)], results


def test_services_are_described(ask: Ask) -> None:
    """The endpoint, the stored queries and the reconciliation, each where it answers."""
    said = triples(ask("catalog.nt"))
    addresses = {text_of(t.object) for t in said if t.predicate == DCAT.endpointURL}
    assert addresses == {f"{HERE}sparql", f"{HERE}query", f"{HERE}reconcile"}
    for address in addresses:
        assert ask(address.removeprefix(HERE)).status == 200


@pytest.mark.parametrize("name", FILES)
def test_files_are_what_the_catalog_says(name: str, ask: Ask) -> None:
    """Size, digest and media type of what is downloaded."""
    reply = ask(name)
    assert reply.status == 200
    said = triples(ask("catalog.nt"))
    node = NamedNode(f"{BASE}catalog#{name}")
    of = {t.predicate: t.object for t in said if t.subject == node}
    assert text_of(of[DCAT.downloadURL]) == HERE + name
    assert int(text_of(of[DCAT.byteSize])) == len(reply.body)
    digest = {text_of(t.object) for t in said if t.subject == of[SPDX.checksum] and t.predicate == SPDX.checksumValue}
    assert digest == {hashlib.sha256(reply.body).hexdigest()}
    assert of[DCTERMS.license]
    if name.endswith(".gz"):
        assert media_type(reply) == "application/gzip"
        assert gzip.decompress(reply.body)


def test_the_dump_is_the_graph(ask: Ask, graph: alataw.Graph) -> None:
    """All of the claims, and nothing else."""
    data = gzip.decompress(ask("claims.nq.gz").body)
    found = {quad.triple for quad in pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_QUADS)}
    assert found == set(graph.triples())


def test_a_large_graph_has_no_files(graph: alataw.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would take too long to make; no link and no catalog leads to them then."""
    monkeypatch.setattr(holdings_, "MOST_TRIPLES", 1000)
    large = Publication(graph, "https://example.org/large/")
    assert asked(large, "claims.ttl.gz").status == 404
    assert "item" not in links(asked(large, "", accept="text/turtle"))
    assert not [t for t in triples(asked(large, "catalog.nt")) if t.predicate == DCAT.downloadURL]


def test_the_landing_page_has_signposts(ask: Ask) -> None:
    """One cite-as, descriptions with types, licence, types, items, and the link set (FAIR Signposting)."""
    found = links(ask("", accept="text/turtle"))
    assert found["cite-as"] == [(BASE, "")]
    assert all(kind for _, kind in found["describedby"])
    assert ("https://schema.org/Dataset", "") in found["type"]
    assert {target.removeprefix(HERE) for target, _ in found["item"]} == set(FILES)
    assert found["linkset"] == [(f"{HERE}linkset", "application/linkset+json")]
    for target, _ in [*found["describedby"], *found["item"], *found["linkset"], *found["api-catalog"]]:
        assert ask(target.removeprefix(HERE)).status == 200, target


def test_link_sets_are_of_the_whole(ask: Ask) -> None:
    """The landing page, each file as a part of it, each description as one of it; the same as in their headers."""
    contexts = {context.pop("anchor"): context for context in json.loads(ask("linkset").body)["linkset"]}
    assert set(contexts) == {HERE, *(HERE + name for name in FILES), *(f"{HERE}catalog.{s}" for s in ("ttl", "jsonld", "rdf"))}  # fmt: skip
    assert len(contexts[HERE]["item"]) == len(FILES)
    for anchor, context in contexts.items():
        found = links(ask(anchor.removeprefix(HERE), accept="text/html" if anchor == HERE else ""))
        assert {name: [(t["href"], t.get("type", "")) for t in targets] for name, targets in context.items()} == found
    assert all("collection" in contexts[HERE + name] for name in FILES)
    assert "describes" in contexts[f"{HERE}catalog.ttl"]


def test_the_services_as_an_api_catalog(ask: Ask) -> None:
    """RFC 9727: a link set of services with their descriptions."""
    reply = ask(".well-known/api-catalog")
    assert reply.header("Content-Type").startswith("application/linkset+json; profile=")
    contexts = json.loads(reply.body)["linkset"]
    assert {context["anchor"] for context in contexts} == {f"{HERE}sparql", f"{HERE}query", f"{HERE}reconcile"}
    for context in contexts:
        assert ask(context["service-desc"][0]["href"].removeprefix(HERE)).status == 200


def test_the_sitemap_leads_to_pages(ask: Ask) -> None:
    """Every entity once, in addresses that begin where this is published."""
    root = ET.fromstring(ask("sitemap.xml").body)  # noqa: S314  # it is ours
    addresses = [node.text or "" for node in root.findall("{*}url/{*}loc")]
    assert len(addresses) == len(set(addresses)) > 700
    assert all(address.startswith(HERE) for address in addresses)
    assert f"{HERE}station/alashankou.html" in addresses


def test_a_large_sitemap_is_parted(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of sitemaps, none of which has more addresses than it may, and which have all together."""
    whole = re.findall("<loc>(.*?)</loc>", ask("sitemap.xml").body.decode())
    monkeypatch.setattr(discovery, "MOST_ADDRESSES", 100)
    index = re.findall("<loc>(.*?)</loc>", ask("sitemap.xml").body.decode())
    parts = [re.findall("<loc>(.*?)</loc>", ask(part.removeprefix(HERE)).body.decode()) for part in index]
    assert [address for part in parts for address in part] == whole
    assert max(map(len, parts)) == 100
    assert ask(f"sitemap-{len(parts) + 1}.xml").status == 404


def test_crawlers_are_told_what_to_leave(ask: Ask) -> None:
    """Pages and documents are for them, what is computed anew is not (RFC 9309)."""
    text = ask("robots.txt").body.decode()
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    assert parser.site_maps() == [f"{HERE}sitemap.xml"]
    assert parser.can_fetch("any", f"{HERE}station/alashankou.html")
    assert not parser.can_fetch("any", f"{HERE}sparql?query=x")
    assert not parser.can_fetch("any", f"{HERE}reconcile")


@pytest.mark.parametrize("kind", ["text/turtle", "application/ld+json"])
def test_stored_queries_are_examples(kind: str, ask: Ask, graph: alataw.Graph) -> None:
    """Every one is a sh:SPARQLExecutable."""
    said = triples(ask(".well-known/sparql-examples", accept=kind))
    assert len({t.subject for t in said if t.object == SH.SPARQLExecutable}) == len(graph.queries)


def test_the_context_is_published(ask: Ask) -> None:
    """At the address that documents could name."""
    reply = ask("context/v1.jsonld")
    assert media_type(reply) == "application/ld+json"
    assert "Station" in json.loads(reply.body)["@context"]


def test_every_problem_has_an_address(ask: Ask) -> None:
    """The type of a problem can be looked up (RFC 9457, 3.1.1)."""
    for code in CODES:
        assert CODES[code].title in ask(f"problem/{code}").body.decode()
    assert ask("problem/AL000").status == 404


def test_it_is_well(ask: Ask) -> None:
    """What a watchman asks."""
    assert ask("health").status == 200
