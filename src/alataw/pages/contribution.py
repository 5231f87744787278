"""The home of what the page of an entity offers to Wikidata: QuickStatements of what is claimed of it.

Nobody has asked Wikidata what is there already, and no page does: QuickStatements find a statement by its value, and
add what is missing of it.
"""

from __future__ import annotations

from alataw import ledger
from alataw.exports.quickstatements import quickstatements as written
from alataw.pages.knowledge import Knowledge, Said
from alataw.terms import DCTERMS, PROV, SCHEMA, NamedNode, Triple
from alataw.wikibase import statements


def quickstatements(entity: NamedNode, said: Said, disputed: frozenset[str], knowledge: Knowledge) -> str:
    """The lines for one entity; empty if it has no item.

    Args:
        entity: The entity.
        said: What is said of it and claimed about it.
        disputed: The paths of claims that others contradict, which are left out.
        knowledge: What else is known: the items of what it names, its sources.
    """
    if not any(predicate == SCHEMA.sameAs for predicate, _ in said.get(entity, ())):
        return ""
    told = {Triple(subject, *statement) for subject, of in said.items() for statement in of}  # type: ignore[arg-type]
    named = {triple.object for triple in told}
    told |= {Triple(node, SCHEMA.sameAs, knowledge.items[node]) for node in named & knowledge.items.keys()}  # type: ignore[arg-type]
    cited = {t.object for t in told if t.predicate in (PROV.wasDerivedFrom, DCTERMS.source)}
    told |= {Triple(source, *statement) for source in cited for statement in knowledge.sources.get(source, ())}  # type: ignore[arg-type]
    ours = statements(told, knowledge.defined, knowledge.base, disputed)
    path = entity.value.removeprefix(knowledge.base)
    rows = ledger.compare([statement for statement in ours if statement.entity == path], {})
    return written(knowledge.graph.words.over(tuple(told), ledger=tuple(rows))).decode()
