"""The ontology: every term is used, every class has an example, and the examples conform."""

from __future__ import annotations

import pytest

from alataw import sparql
from alataw.repository import Repository
from alataw.shapes import validate
from alataw.terms import BASE, DEF, OWL, RDF, RDFS, SH, Literal, NamedNode, Term, text_of


def test_every_term_is_used_by_a_shape_or_an_example(repository: Repository) -> None:
    """A term that no shape and no example uses is a term that nobody needs."""
    used = set()
    for document in (*repository.shapes(), *repository.examples()):
        for triple in document.triples:
            used |= {term for term in triple if isinstance(term, NamedNode)}
            if isinstance(triple.object, Literal):
                used |= {
                    DEF[t.text[1:]] for t in sparql.tokens(triple.object.value) if t.kind == "name" and t.text[0] == ":"
                }
    defined = {
        t.subject for d in repository.ontology() for t in d.triples if t.subject in DEF and t.predicate == RDF.type
    }
    # What describes the model itself is used where it is said; what is derived is found by the rule
    # <shape/entity#said-by-hand>, whatever its name.
    said = {t.predicate for d in repository.ontology() for t in d.triples}
    assert sorted(map(str, defined - used - said - _derived(repository))) == []


def test_every_class_has_one_example(repository: Repository) -> None:
    """An example bears the name of its class, and is one."""
    classes = {
        triple.subject
        for document in repository.ontology()
        for triple in document.triples
        if triple.subject in DEF and triple.predicate == RDF.type and triple.object == OWL.Class
    }
    above = {t.object for d in repository.ontology() for t in d.triples if t.predicate == RDFS.subClassOf}
    shown = {t.object for d in repository.examples() for t in d.triples if t.predicate == RDF.type}
    assert classes - shown <= above  # a class that is only a genus has its species for examples
    for document in repository.examples():
        name = document.iri.value.rpartition("/")[2]
        assert repository.classes[name] in {t.object for t in document.triples if t.predicate == RDF.type}, name


def test_every_example_is_complete(repository: Repository) -> None:
    """Taken together, the examples use every property that a shape of their classes allows."""
    used = {t.predicate for d in repository.examples() for t in d.triples}
    properties = {
        t.subject
        for d in repository.ontology()
        for t in d.triples
        if t.subject in DEF and t.predicate == RDF.type and t.object in (OWL.ObjectProperty, OWL.DatatypeProperty)
    }
    of_the_model = {t.predicate for d in repository.ontology() for t in d.triples}
    assert sorted(map(str, properties - used - of_the_model - _derived(repository))) == []


def _derived(repository: Repository) -> set[Term]:
    """What a value becomes in the best view, and what an index says."""
    said = [triple for document in repository.ontology() for triple in document.triples]
    direct = {triple.object for triple in said if triple.predicate == DEF.directProperty}
    return direct | {t.subject for t in said if t.predicate == RDFS.subPropertyOf and t.object == DEF.derived}


def test_examples_conform(repository: Repository) -> None:
    """With the ontology and the facts that they name, no shape finds a Violation or a Warning in an example."""
    named = {text_of(t.object).partition("#")[0] for d in repository.examples() for t in d.triples}
    facts = [document for document in repository.data() if document.iri.value in named]
    documents = (*repository.ontology(), *facts, *repository.examples())
    shapes = [t for d in repository.shapes() for t in d.triples]
    results = validate([t for d in documents for t in d.triples], shapes)
    found = [
        (text_of(result.focus_node), result.path, result.message)
        for result in results
        if text_of(result.focus_node).startswith(f"{BASE}example/") and result.severity != SH.Info
    ]
    assert found == []


@pytest.mark.parametrize("scheme", ["rank", "operator-role", "opening-kind", "flow-direction", "track-gauge"])
def test_a_vocabulary_has_concepts(scheme: str, repository: Repository) -> None:
    """A concept scheme is a file, its concepts are fragments of it."""
    document = next(d for d in repository.ontology() if d.iri.value == f"{BASE}vocabulary/{scheme}")
    assert {text_of(t.subject).partition("#")[0] for t in document.triples} == {document.iri.value}
    assert len({t.subject for t in document.triples}) > 2
