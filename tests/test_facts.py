"""The curated graph is faithful to the tables of cited facts that it was made of, row by row and back again.

The tables are not part of the repository; where they are absent, there is nothing to compare with.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from alataw.importing import Import, import_claims
from alataw.repository import Repository
from alataw.terms import BASE, DCTERMS, DEF, PROV, RDF, RDFS, SKOS, Literal, NamedNode, Term, text_of

ROOT = Path(__file__).resolve().parents[1]
FACTS = ROOT.parent / "shared" / "facts"
REPOSITORY = Repository(ROOT)

SAID = ("until", "also")
"""Words of cells that properties say here."""

pytestmark = pytest.mark.skipif(not FACTS.exists(), reason="the tables of cited facts are not beside the repository")


@cache
def said() -> dict[Term, list[tuple[NamedNode, Term]]]:
    """Everything that is said, by subject."""
    said: dict[Term, list[tuple[NamedNode, Term]]] = {}
    for document in (*REPOSITORY.ontology(), *REPOSITORY.data()):
        for triple in document.triples:
            said.setdefault(triple.subject, []).append((triple.predicate, triple.object))
    return said


def table(name: str) -> list[dict[str, str]]:
    """The rows of one of the tables."""
    return list(csv.DictReader(io.StringIO((FACTS / f"{name}.csv").read_text(encoding="utf-8"))))


@cache
def done() -> Import:
    """A second import of the tables, which must write nothing."""
    return import_claims(REPOSITORY, FACTS / "claims.csv", dry=True)


@cache
def parts() -> dict[str, list[Term]]:
    """The sides of each border crossing."""
    parts: dict[str, list[Term]] = defaultdict(list)
    for node, facts in said().items():
        for predicate, value in facts:
            if predicate == DEF.sideOf:
                parts[text_of(value)].append(node)
    return parts


@cache
def called() -> dict[Term, list[str]]:
    """What each thing is called: its labels, and the codes that it has."""
    names: dict[Term, list[str]] = defaultdict(list)
    for node, facts in said().items():
        names[node] += [text_of(value) for predicate, value in facts if predicate in (SKOS.prefLabel, SKOS.altLabel)]
        for about in (value for predicate, value in facts if predicate == DEF.about):
            names[about] += [text_of(value) for predicate, value in facts if predicate == DEF.code]
    return names


@cache
def citation(source: Term) -> str:
    """How tables of claims cite a source."""
    return next(
        (text_of(value) for predicate, value in said().get(source, ()) if predicate == DCTERMS.bibliographicCitation),
        "",
    )


def words_of(node: NamedNode) -> str:
    """All that a node says, in words: values, language tags, and what the things are called that it names."""
    words = [node.value]
    for subject in (node, *parts()[node.value]):
        for _, value in said().get(subject, ()):
            words.append(text_of(value))
            if isinstance(value, Literal):
                words.append(value.language or "")
            else:
                words += called()[value]
    return " ".join(words).casefold()


def sources_of(node: NamedNode) -> set[str]:
    """The citations of the sources of a claim, or of what is said of an entity and its sides."""
    return {
        citation(v)
        for n in (node, *parts()[node.value])
        for p, v in said().get(n, ())
        if p in (PROV.wasDerivedFrom, DCTERMS.source)
    }


def test_a_second_import_changes_nothing() -> None:
    """Every row is known or decided, none waits for a person, and no file would be written."""
    assert done().written == ()
    assert done().problems == ()
    assert {outcome.outcome for outcome in done().outcomes} <= {"known", "decided", "left out"}


def test_every_row_is_in_the_graph_or_left_out_with_its_reason() -> None:
    """Each claim of the table leads to nodes that exist, with value, remark and source; or the list says why not."""
    rows = [outcome for outcome in done().outcomes if outcome.row["claim_id"]]
    assert len(rows) == len(table("claims"))
    faults = []
    for outcome in rows:
        row = outcome.row
        if not outcome.nodes:
            if not outcome.reason:
                faults.append((row["claim_id"], "is nowhere"))
            continue
        words = " ".join(map(words_of, outcome.nodes))
        wanted = re.findall(r"[\w.]+", f"{row['value']} {row['qualifiers'] if outcome.outcome == 'known' else ''}")
        if outcome.outcome == "known":
            missing = [word for word in wanted if word.casefold().strip(".") not in words and word not in SAID]
            if missing:
                faults.append((row["claim_id"], missing))
        if not all(row["source_title"] in sources_of(node) for node in outcome.nodes):
            faults.append((row["claim_id"], "has another source"))
    assert faults == []


def test_every_claim_of_these_sources_is_in_a_table() -> None:
    """Back again: what a claim says is said by a row with the same source."""
    rows: dict[str, str] = defaultdict(str)
    for name in ("claims", "wikidata_ids", "operators", "traffic"):
        for row in table(name):
            rows[row["source_title"]] += " " + " ".join(row.values()).casefold()
    claims = {
        t.subject
        for d in REPOSITORY.ontology()
        for t in d.triples
        if (t.predicate, t.object) == (RDFS.subClassOf, DEF.Claim)
    }
    values = {t.subject: t.object for d in REPOSITORY.ontology() for t in d.triples if t.predicate == DEF.valueProperty}
    ours = Repository(ROOT).root / "tests" / "sample" / "data" / "source"
    first = {f"{BASE}source/{path.stem}" for path in ours.glob("*.ttl")}
    faults = []
    for node, facts in said().items():
        kinds = [value for predicate, value in facts if predicate == RDF.type and value in claims]
        source = next((value for predicate, value in facts if predicate == PROV.wasDerivedFrom), None)
        if not kinds or source is None or text_of(source) in first:
            continue
        value = next((value for predicate, value in facts if predicate == values.get(kinds[0])), Literal(""))
        words = [text_of(value), *(text_of(v) for p, v in facts if p == DEF.operatorName)]
        words += called()[value]
        told = rows[citation(source)]
        words.append(text_of(value).partition(": ")[2] or text_of(value))
        numbers = re.findall(r"\d[\d.-]*", re.split(r"[/#]", text_of(value))[-1]) or ["nowhere"]
        if not any(word.casefold() in told for word in words) and not all(number in told for number in numbers):
            faults.append((text_of(node), text_of(value)))
    assert faults == []
