"""Alignments point at terms that exist: the vocabularies' own lists, as far as these are to be had.

`tests/terms/` holds lists that were recorded, with their source in the first line; for the W3C's, OGC's, Dublin Core's and
schema.org's vocabularies the lists are those that rdflib carries.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import rdflib.namespace as lists

from alataw.document import Document
from alataw.repository import Repository
from alataw.terms import BASE, OWL, RDF, NamedNode

ROOT = Path(__file__).resolve().parents[1]
ALIGNMENTS = [d for d in Repository(ROOT).ontology() if d.iri.value.startswith(f"{BASE}alignment/")]

CARRIED = {
    str(namespace): namespace
    for namespace in (
        lists.DCAT, lists.DCTERMS, lists.FOAF, lists.GEO, lists.ORG, lists.OWL, lists.PROV, lists.QB, lists.RDF, lists.RDFS,
        lists.SDO, lists.SKOS, lists.TIME, lists.VANN, lists.VOID, lists.XSD,
    )
}  # fmt: skip

# DCAT 3 added it; rdflib carries version 2.
DCAT_3 = {"http://www.w3.org/ns/dcat#version"}

# Wikibase RDF dump format, "Prefixes used": a property's number under each of these.
PROPERTY = "http://www.wikidata.org/prop/"

# Wikidata publishes no list of items small enough to record; each was looked up, and this is where.
ITEMS = {
    "Q1999572": "1435 mm track gauge: xcfem/xc, documentation",
    "Q55488": "railway station: WolfgangFahl/snapquery, wikidata-examples-2025-12-04.yaml",
    "Q728937": "railway line: bergmannjg/WikitextTemplateParser, readme.md",
    "Q115110263": "railway border crossing: lemnis/railway-to-wikidata, geojson/wikidata",
}

# Wikibase RDF dump format, "Ontology".
WIKIBASE = {"Statement", "rank", "NormalRank", "PreferredRank", "DeprecatedRank"}


@cache
def recorded(name: str) -> frozenset[str]:
    """The terms of a recorded list."""
    source, *terms = (ROOT / "tests" / "terms" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert source.startswith("# ")
    assert "commit" in source
    return frozenset(terms)


def exists(iri: str) -> bool:
    """Whether an outside vocabulary has a term."""
    if iri.startswith("http://data.europa.eu/949/"):
        return iri in recorded("era")
    if iri.startswith("http://qudt.org/"):
        return iri in recorded("qudt")
    if iri.startswith("http://wikiba.se/ontology#"):
        return iri.rpartition("#")[2] in WIKIBASE
    if iri.startswith("http://www.wikidata.org/entity/Q"):
        return iri.rpartition("/")[2] in ITEMS
    if iri.startswith((PROPERTY, "http://www.wikidata.org/entity/P")):
        return iri.rpartition("/")[2] in recorded("wikidata")
    namespace = next((known for known in CARRIED if iri.startswith(known)), None)
    return namespace is not None and iri.removeprefix(namespace) in CARRIED[namespace]


def outside(document: Document) -> set[str]:
    """Every IRI of others that a document names."""
    return {
        term.value
        for triple in document.triples
        for term in triple
        if isinstance(term, NamedNode) and not term.value.startswith(BASE)
    }


@pytest.mark.parametrize("document", ALIGNMENTS, ids=lambda document: document.iri.value.rpartition("/")[2])
def test_every_target_of_an_alignment_exists(document: Document) -> None:
    """Each IRI of an alignment stands in the vocabulary's own list."""
    assert [iri for iri in sorted(outside(document)) if not exists(iri)] == []


@pytest.mark.parametrize("document", ALIGNMENTS, ids=lambda document: document.iri.value.rpartition("/")[2])
def test_every_alignment_tells_the_version_it_holds_for(document: Document) -> None:
    """An alignment is an ontology with a version."""
    said = {
        (t.predicate, t.object if t.predicate == RDF.type else None)
        for t in document.triples
        if t.subject == document.iri
    }
    assert {(RDF.type, OWL.Ontology), (OWL.versionInfo, None)} <= said


def test_terms_of_others_in_the_ontology_exist(repository: Repository) -> None:
    """What def.ttl, vocabularies, shapes, examples and facts reuse exists too."""
    documents = [*repository.ontology(), *repository.shapes(), *repository.examples(), *repository.data()]
    used = {
        iri
        for document in documents
        for triple in document.triples
        for iri in (triple.predicate.value, *(t.object.value for t in [triple] if t.predicate == RDF.type))
        if not iri.startswith(BASE) and not iri.startswith("http://www.w3.org/ns/shacl#")
    }
    assert [iri for iri in sorted(used - DCAT_3) if not exists(iri)] == []


def test_no_alignment_makes_two_things_one() -> None:
    """Never owl:sameAs, owl:equivalentClass or owl:equivalentProperty: SKOS matches, and subclasses of what is wider."""
    for document in ALIGNMENTS:
        assert not {OWL.sameAs, OWL.equivalentClass, OWL.equivalentProperty} & {t.predicate for t in document.triples}
