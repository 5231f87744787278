"""The home of who is who: entities of the documents, found by slug, by code or by name.

A name that several things bear finds none: which of them is meant is for a person to say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from alataw.names import fold
from alataw.sources.readings import WIKIDATA
from alataw.terms import BASE, DCTERMS, DEF, RDF, SCHEMA, SKOS, Literal, NamedNode, Triple

_CODE_SYSTEM = f"{BASE}vocabulary/code-system#"


class Register:
    """What entities there are and what they are called.

    Args:
        base: The IRI that paths are resolved against.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self.classes: dict[NamedNode, str] = {}
        self._codes: dict[tuple[str, str], set[NamedNode]] = defaultdict(set)
        self._names: dict[tuple[str, str], set[NamedNode]] = defaultdict(set)
        self._concepts: dict[tuple[str, str], NamedNode] = {}
        self._citations: dict[str, NamedNode] = {}
        self._addresses: dict[str, NamedNode] = {}
        self._country_of: dict[NamedNode, set[NamedNode]] = defaultdict(set)
        self.countries: dict[str, NamedNode] = {}
        self.labels: dict[NamedNode, set[Literal]] = defaultdict(set)
        self.preferred: dict[NamedNode, set[Literal]] = defaultdict(set)
        self.sources: set[NamedNode] = set()
        self.concepts: set[NamedNode] = set()

    def add(self, triples: Iterable[Triple]) -> None:
        """Take in what a document says of entities, names, codes and sources."""
        said: dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, (NamedNode, Literal)):
                said[triple.subject][triple.predicate].append(triple.object)
        for node, facts in said.items():
            for class_ in facts[RDF.type]:
                self._take(node, class_.value.removeprefix(DEF.iri).removeprefix(SKOS.iri), facts)

    def _take(self, node: NamedNode, class_: str, facts: dict[NamedNode, list[NamedNode | Literal]]) -> None:
        if class_ == "CodeAssignment":
            for system in facts[DEF.codeSystem]:
                for code in facts[DEF.code]:
                    self._code(system.value.removeprefix(_CODE_SYSTEM), code.value, facts[DEF.about])
        elif class_ == "NameClaim":
            for about in facts[DEF.about]:
                for name in facts[DEF.name]:
                    if isinstance(about, NamedNode) and about in self.classes:
                        self.name(about, name.value)
        elif class_ == "Concept":
            self.concepts.add(node)
            for label in facts[SKOS.prefLabel]:
                self._concepts[node.value.rpartition("/")[2].partition("#")[0], fold(label.value)] = node
        elif class_ == "Source":
            self.sources.add(node)
            for citation in (*facts[DCTERMS.bibliographicCitation], *facts[DCTERMS.title]):
                self._citations.setdefault(citation.value, node)
            for address in facts[SCHEMA.url]:
                self._addresses.setdefault(address.value, node)
        elif "#" not in node.value:
            self.classes[node] = class_
            for property_ in (SKOS.prefLabel, SKOS.altLabel):
                for label in facts[property_]:
                    if isinstance(label, Literal):
                        self._label(node, label, preferred=property_ == SKOS.prefLabel)
            self._country_of[node] |= {place for place in facts[DEF.country] if isinstance(place, NamedNode)}
            for code in facts[DEF.countryCode]:
                self.countries[code.value] = node
            for item in facts[SCHEMA.sameAs]:
                self._code("wikidata", item.value.removeprefix(WIKIDATA), [node])

    def _code(self, system: str, code: str, about: Iterable[NamedNode | Literal]) -> None:
        self._codes[system, code] |= {thing for thing in about if isinstance(thing, NamedNode)}

    def _label(self, node: NamedNode, label: Literal, *, preferred: bool) -> None:
        self.name(node, label.value)
        self.labels[node].add(label)
        if preferred:
            self.preferred[node].add(label)

    def name(self, node: NamedNode, name: str) -> None:
        """Take in one more name of an entity."""
        self._names[self.classes[node], fold(name)].add(node)

    def alias(self, node: NamedNode, item: str) -> None:
        """Take in the Wikidata item of an entity."""
        self._codes["wikidata", item].add(node)

    # -- finding -------------------------------------------------------------------------------

    def by_slug(self, slug: str, classes: Sequence[str], folders: dict[str, str]) -> NamedNode | None:
        """The entity of this slug; of a border crossing also without the codes of its countries."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
            return None
        for class_ in classes:
            direct = NamedNode(f"{self.base}{folders[class_]}/{slug}")
            if self.classes.get(direct) == class_:
                return direct
            if class_ == "BorderCrossing":
                found = [node for node in self.classes if node.value.partition("border-crossing/")[2][6:] == slug]
                if len(found) == 1:
                    return found[0]
        return None

    def by_item(self, item: str, classes: Sequence[str] = ()) -> set[NamedNode]:
        """The entities that have this Wikidata item."""
        found = self._codes.get(("wikidata", item), set())
        return {node for node in found if not classes or self.classes.get(node) in classes}

    def item_of(self, node: NamedNode) -> bool:
        """Whether a Wikidata item of the entity is known."""
        return any(node in found for (system, _), found in self._codes.items() if system == "wikidata")

    def country_of(self, node: NamedNode) -> set[NamedNode]:
        """The countries that the entity is said to lie in."""
        return self._country_of[node]

    def by_name(self, name: str, classes: Sequence[str]) -> set[NamedNode]:
        """The entities of these classes that are called so, in any spelling or script."""
        key = fold(name)
        return set().union(*(self._names.get((class_, key), set()) for class_ in classes)) if key else set()

    def concept(self, scheme: str, label: str) -> NamedNode | None:
        """The concept of a scheme that has this label."""
        return self._concepts.get((scheme, fold(label)))

    def source(self, citation: str, address: str) -> NamedNode | None:
        """The source that is cited so, else the one at this address."""
        return self._citations.get(citation) or (self._addresses.get(address) if address else None)
