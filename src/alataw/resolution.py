"""The home of names that people type: from `alashankou`, `station/alashankou`, `阿拉山口站` or `2003` to a term.

What comes out is always a term, so that no text of a reader ever becomes text of a query.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from alataw import dates, geo, names
from alataw.errors import ParameterError, UnknownNameError
from alataw.names import fold, nearest
from alataw.store import Solutions, Store
from alataw.terms import BASE, DEF, XSD, Literal, NamedNode, Term

LONGEST = 1000
"""How many characters a value may have."""

_INSTANCES = "SELECT ?class ?thing WHERE { ?thing a ?class FILTER(isIRI(?thing)) }"
_WIDER = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?class ?wider WHERE { ?class rdfs:subClassOf ?wider }
"""
_LABELS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX : <https://w3id.org/alataw/def#>
SELECT ?label ?thing WHERE {
  { ?thing skos:prefLabel|skos:altLabel|skos:notation ?label } UNION { ?claim :about ?thing ; :name ?label }
}
"""
_SCHEMES = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?scheme ?concept WHERE { ?concept skos:inScheme ?scheme }
"""
_ITEMS = """
PREFIX schema: <https://schema.org/>
SELECT ?item ?thing WHERE { ?thing schema:sameAs ?item FILTER(STRSTARTS(STR(?item), "http://www.wikidata.org/")) }
"""
_ITEM = "http://www.wikidata.org/entity/"

Left = TypeVar("Left", NamedNode, Literal)


class Resolver:
    """Finds terms in a store by the names of things.

    What is looked up is indexed when it is first needed, with one query each, and not again.

    Args:
        store: The graph.
        prefixes: Prefix to namespace.
        base: What paths resolve against.
    """

    def __init__(self, store: Store, prefixes: Mapping[str, str], base: str) -> None:
        self._store = store
        self._prefixes = prefixes
        self._base = base

    def entity(self, text: str, class_: str | None = None) -> NamedNode:
        """Find an entity by IRI, prefixed name, path, slug, Wikidata item, or label in any language.

        Args:
            text: What was typed.
            class_: The local name of the class it must have, such as `Station`; None for any.

        Raises:
            UnknownNameError: AL011 if nothing has the name, AL012 if several have.
            ParameterError: AL015 if no name is like that.
        """
        among = self._instances.get(DEF[class_], set()) if class_ else self._entities
        return self._find(_clean(text).strip(), among, class_ or "entity")

    def concept(self, text: str, scheme: str) -> NamedNode:
        """Find a concept of a vocabulary by its notation, name, IRI or label.

        Raises:
            UnknownNameError, ParameterError: As `entity`.
        """
        among = self._schemes.get(NamedNode(f"{BASE}vocabulary/{scheme}"), set())
        return self._find(_clean(text).strip(), among, f"concept of {scheme}")

    def concepts(self, scheme: str) -> list[str]:
        """The names of the concepts of a vocabulary, sorted."""
        among = self._schemes.get(NamedNode(f"{BASE}vocabulary/{scheme}"), set())
        return sorted(concept.value.partition("#")[2] for concept in among)

    def path(self, thing: NamedNode) -> str:
        """The shortest name that finds an entity for certain."""
        return thing.value.removeprefix(self._base).removeprefix(BASE)

    def ready(self) -> None:
        """Make now every index that is else made when it is first needed."""
        _ = self._instances, self._entities, self._schemes, self._items, self._by_slug, self._by_label, self._by_key

    # -- looking up ----------------------------------------------------------------------------

    def _find(self, text: str, among: set[NamedNode], kind: str) -> NamedNode:
        """Take what is found by the first way of reading the text that finds something."""
        iris = set(self._iris(text))
        found = next((way & among for way in self._ways(text, iris) if way & among), set())
        if len(found) == 1:
            return found.pop()
        if found:
            paths = tuple(sorted(map(self.path, found)))
            raise UnknownNameError(
                f"{text} names several: {', '.join(paths)}",
                code="AL012",
                candidates=paths,
                fix="take one of these paths",
            )
        others = sorted(map(self.path, iris & self._entities))
        near = self._nearest(text, among)
        raise UnknownNameError(
            f"no {kind} is named {text}",
            code="AL011",
            candidates=near,
            why=f"{others[0]} is something else" if others else "",
            fix="" if near else "`alataw query find-by-name NAME` searches all names, in any script",
        )

    def _ways(self, text: str, iris: set[NamedNode]) -> Iterator[set[NamedNode]]:
        """What a text names, read one way after the other."""
        yield iris
        yield set().union(*(self._items.get(iri, set()) for iri in iris))
        yield self._by_slug.get(text, set())
        yield self._by_label.get(text, set())
        key = fold(text)
        yield self._by_key.get(key, set()) if key else set()

    def _nearest(self, text: str, among: set[NamedNode]) -> tuple[str, ...]:
        """The paths of the entities whose slug or label is most like a text."""
        names = {
            name: min(map(self.path, things & among))
            for index in (self._by_label, self._by_slug)
            for name, things in index.items()
            if things & among
        }
        # An entity may be near by several of its names.
        return tuple(dict.fromkeys(names[name] for name in nearest(text, names, limit=9)))[:3]

    def _iris(self, text: str) -> Iterator[NamedNode]:
        """The IRIs that a text may mean: whole, of an item, prefixed, or a path."""
        prefix, colon, local = text.partition(":")
        told = [self._base + text, BASE + text]
        if text.startswith("<") and text.endswith(">"):
            told = [text[1:-1], self._base + text[1:-1], BASE + text[1:-1]]
        elif "://" in text:
            told = [text]
        elif colon and prefix in self._prefixes:
            told = [self._prefixes[prefix] + local]
        elif re.fullmatch("Q[1-9][0-9]*", text):
            told.append(_ITEM + text)
        for iri in told:
            try:
                yield NamedNode(iri)
            except ValueError:
                continue

    @cached_property
    def _instances(self) -> Mapping[NamedNode, set[NamedNode]]:
        """Class to its instances, those of its subclasses among them."""
        wider = self._pairs(_WIDER, NamedNode)
        found: dict[NamedNode, set[NamedNode]] = defaultdict(set)
        for class_, things in self._pairs(_INSTANCES, NamedNode).items():
            above = [class_]
            for each in above:
                found[each] |= things
                above += wider.get(each, set()).difference(above)
        return found

    @cached_property
    def _entities(self) -> set[NamedNode]:
        """Everything that is said to be something."""
        return set().union(*self._instances.values())

    @cached_property
    def _schemes(self) -> Mapping[NamedNode, set[NamedNode]]:
        return self._pairs(_SCHEMES, NamedNode)

    @cached_property
    def _items(self) -> Mapping[NamedNode, set[NamedNode]]:
        return self._pairs(_ITEMS, NamedNode)

    @cached_property
    def _by_slug(self) -> Mapping[str, set[NamedNode]]:
        slugs: dict[str, set[NamedNode]] = defaultdict(set)
        for thing in self._entities:
            slugs[re.split(r"[/#]", thing.value)[-1]].add(thing)
        return slugs

    @cached_property
    def _by_label(self) -> Mapping[str, set[NamedNode]]:
        """Label, in any language, to what bears it."""
        labels: dict[str, set[NamedNode]] = defaultdict(set)
        for label, things in self._pairs(_LABELS, Literal).items():
            labels[label.value] |= things
        return labels

    @cached_property
    def _by_key(self) -> Mapping[str, set[NamedNode]]:
        """The key of a label (see `names`) to what bears it."""
        keys: dict[str, set[NamedNode]] = defaultdict(set)
        for label, things in self._by_label.items():
            keys[fold(label)] |= things
        return keys

    def _pairs(self, query: str, kind: type[Left]) -> dict[Left, set[NamedNode]]:
        """The second column of a query by its first, as far as they are of the kind."""
        result = self._store.query(query)
        pairs: dict[Left, set[NamedNode]] = defaultdict(set)
        for left, right in result.rows if isinstance(result, Solutions) else ():
            if isinstance(left, kind) and isinstance(right, NamedNode):
                pairs[left].add(right)
        return pairs


# -- literals ------------------------------------------------------------------------------------------


def literal(text: str, datatype: str) -> Literal:
    """Make a literal of what was typed.

    Args:
        text: What was typed.
        datatype: A key of `DATATYPES`.

    Raises:
        ParameterError: AL015 if the text is not of that kind.

    >>> str(literal("2003-09", "date"))
    '"2003-09"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'
    """
    text = _clean(text)
    return DATATYPES[datatype](text if datatype == "string" else text.strip())


# Unicode Standard Annex 9, 2: the characters that turn the direction of what follows, and so hide what is there.
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def _clean(text: str) -> str:
    """Refuse what no name or date holds, and compose the rest (NFC, as all text of the graph)."""
    if len(text) > LONGEST:
        raise _wrong(f"a value of {len(text):,} characters", f"at most {LONGEST:,} are read")
    if text.isascii() and text.isprintable():
        return text
    for letter in text:
        # Control characters, half characters, line and paragraph separators, noncharacters.
        banned = unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or ord(letter) & 0xFFFE == 0xFFFE
        if banned or unicodedata.bidirectional(letter) in _TURNING:
            raise _wrong(f"a value with the character U+{ord(letter):04X}", "no name or date holds it")
    return unicodedata.normalize("NFC", text)


def _wrong(what: str, why: str, fix: str = "correct the value") -> ParameterError:
    return ParameterError(f"{what} is refused", code="AL015", why=why, fix=fix)


def _date(text: str) -> Literal:
    date = dates.literal(text)
    problem = dates.problem(date)
    if problem:
        raise _wrong(f"the date {text}", problem, "write 2003, 2003-09 or 2003-09-12")
    return date


def _name(text: str) -> Literal:
    key = fold(text)
    if not key:
        raise _wrong(f"the name {text}", "it has no letter and no digit", "write a name in any script")
    if len(key) > LONGEST:  # in Latin letters a text may be longer than it was
        raise _wrong(f"a name of {len(key):,} Latin letters", f"at most {LONGEST:,} are read")
    return Literal(key)


def _of(datatype: NamedNode, pattern: str, example: str) -> Callable[[str], Literal]:
    """Read a lexical form; it is kept as it is, and so is bounded in length."""

    def read(text: str) -> Literal:
        if not re.fullmatch(pattern, text):
            raise _wrong(f"the {datatype.value.rpartition('#')[2]} {text}", "it has another form", f"write {example}")
        return Literal(text, datatype=datatype)

    return read


DATATYPES: dict[str, Callable[[str], Literal]] = {
    "date": _date,
    "integer": _of(XSD.integer, r"[+-]?[0-9]{1,18}", "a whole number such as 12"),
    "decimal": _of(XSD.decimal, r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?", "a number such as 12.5"),
    "boolean": _of(XSD.boolean, r"true|false", "true or false"),
    "language": _of(XSD.language, r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", "a language tag such as zh-Hans"),
    "string": Literal,
    "name": _name,
}
"""The kinds of literal that a parameter may take; `name` is the key of a name (see `names`)."""


def _beginnings(texts: Sequence[str]) -> list[Term]:
    return [Literal(names.beginning(text)) for text in texts]


def _cells(texts: Sequence[str]) -> list[Term]:
    west, south, east, north = texts
    for text, what, most in (
        (west, "longitude", 180),
        (east, "longitude", 180),
        (south, "latitude", 90),
        (north, "latitude", 90),
    ):
        if abs(float(text)) > most:
            raise _wrong(f"the {what} {text}", f"it is not on the globe: a {what} is from -{most} to {most} degrees")
    return list(geo.cells(west, south, east, north))


DERIVED: dict[str, Callable[[Sequence[str]], list[Term]]] = {"beginning": _beginnings, "cells": _cells}
"""What is made of the values of parameters, so that an index is looked up by terms: in the order of the parameters."""
