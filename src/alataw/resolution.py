"""The home of names that people type: from `alashankou`, `station/alashankou`, `阿拉山口站` or `2003` to a term.

What comes out is always a term, so that no text of a reader ever becomes text of a query.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property

from alataw import dates
from alataw.errors import ParameterError, UnknownNameError
from alataw.names import fold, nearest
from alataw.store import Solutions, Store
from alataw.terms import BASE, DEF, XSD, Literal, NamedNode, Term

LONGEST = 1000
"""How many characters a value may have."""

_INSTANCES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?class ?thing WHERE { ?thing a ?said . ?said rdfs:subClassOf* ?class . FILTER(isIRI(?thing)) }
"""
_LABELS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX : <https://w3id.org/alataw/def#>
SELECT ?thing ?label WHERE {
  { ?thing skos:prefLabel|skos:altLabel|skos:notation ?label } UNION { ?claim :about ?thing ; :name ?label }
}
"""
_SCHEMES = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?scheme ?concept WHERE { ?concept skos:inScheme ?scheme }
"""
_ITEMS = "SELECT ?item ?thing WHERE { ?thing <https://schema.org/sameAs> ?item }"


class Resolver:
    """Finds terms in a store.

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
        """
        among = self._instances.get(DEF[class_], set()) if class_ else self._entities
        return self._find(text, among, class_ or "entity")

    def concept(self, text: str, scheme: str) -> NamedNode:
        """Find a concept of a vocabulary by its name, IRI or label."""
        among = self._schemes.get(NamedNode(f"{BASE}vocabulary/{scheme}"), set())
        return self._find(text, among, scheme)

    def literal(self, text: str, datatype: str) -> Literal:
        """Make a literal of what was typed.

        Args:
            text: What was typed.
            datatype: A key of `DATATYPES`.

        Raises:
            ParameterError: AL015 if the text is not of that kind.
        """
        return DATATYPES[datatype](_clean(text))

    # -- looking up ----------------------------------------------------------------------------

    def _find(self, text: str, among: set[NamedNode], kind: str) -> NamedNode:
        text = _clean(text)
        for named in (self._as_iri(text), self._items.get(text)):
            if named is not None and named in among:
                return named
        ways = (
            {thing for thing in among if _slug(thing) == text},
            self._by_label.get(text.casefold(), set()) & among,
            self._by_key.get(fold(text), set()) & among,
        )
        found = next(filter(None, ways), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            paths = tuple(sorted(self.path(thing) for thing in found))
            raise UnknownNameError(
                f"{text} names several: {', '.join(paths)}", code="AL012", fix="take one of these paths"
            )
        names = {_slug(thing): thing for thing in among} | {
            label: thing for label, things in self._by_label.items() for thing in things & among
        }
        near = dict.fromkeys(self.path(names[name]) for name in nearest(text, names, limit=6))
        raise UnknownNameError(f"no {kind} is named {text}", code="AL011", candidates=tuple(near)[:3])

    def _as_iri(self, text: str) -> NamedNode | None:
        prefix, colon, local = text.partition(":")
        iri = text.strip("<>") if "://" in text else self._base + text
        if colon and "://" not in text and prefix in self._prefixes:
            iri = self._prefixes[prefix] + local
        try:
            return NamedNode(iri)
        except ValueError:
            return None

    def path(self, thing: NamedNode) -> str:
        """The shortest name that finds an entity for certain."""
        return thing.value.removeprefix(self._base).removeprefix(BASE)

    @cached_property
    def _instances(self) -> dict[NamedNode, set[NamedNode]]:
        return self._pairs(_INSTANCES)

    @cached_property
    def _entities(self) -> set[NamedNode]:
        """Everything with a document or a fragment of its own."""
        return {thing for things in self._instances.values() for thing in things}

    @cached_property
    def _schemes(self) -> dict[NamedNode, set[NamedNode]]:
        return self._pairs(_SCHEMES)

    def _pairs(self, query: str) -> dict[NamedNode, set[NamedNode]]:
        pairs: dict[NamedNode, set[NamedNode]] = defaultdict(set)
        for left, right in self._rows(query):
            if isinstance(left, NamedNode) and isinstance(right, NamedNode):
                pairs[left].add(right)
        return pairs

    @cached_property
    def _items(self) -> dict[str, NamedNode]:
        """Wikidata item number to entity."""
        return {
            _slug(item): thing
            for item, thing in self._rows(_ITEMS)
            if isinstance(item, NamedNode) and isinstance(thing, NamedNode)
        }

    @cached_property
    def _by_label(self) -> dict[str, set[NamedNode]]:
        return self._labelled(str.casefold)

    @cached_property
    def _by_key(self) -> dict[str, set[NamedNode]]:
        return self._labelled(fold)

    def _labelled(self, form: Callable[[str], str]) -> dict[str, set[NamedNode]]:
        labelled: dict[str, set[NamedNode]] = defaultdict(set)
        for thing, label in self._rows(_LABELS):
            if isinstance(thing, NamedNode) and isinstance(label, Literal):
                labelled[form(label.value)].add(thing)
        return labelled

    def _rows(self, query: str) -> tuple[tuple[Term | None, ...], ...]:
        result = self._store.query(query)
        return result.rows if isinstance(result, Solutions) else ()


def _slug(thing: NamedNode) -> str:
    return re.split(r"[/#]", thing.value)[-1]


def _clean(text: str) -> str:
    """Refuse what no name or date holds: control characters, marks that turn the text, half characters."""
    if len(text) > LONGEST:
        raise _wrong(f"a value of {len(text):,} characters", f"at most {LONGEST:,} are read")
    for letter in text:
        if unicodedata.category(letter) in ("Cc", "Cs") or unicodedata.bidirectional(letter) in _TURNING:
            raise _wrong(f"the character U+{ord(letter):04X}", "no name or date holds it")
    return unicodedata.normalize("NFC", text.strip())


_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def _wrong(what: str, why: str) -> ParameterError:
    return ParameterError(f"{what} is not a value", code="AL015", why=why, fix="correct the value")


def _date(text: str) -> Literal:
    date = dates.literal(text)
    wrong = dates.problem(date)
    if wrong:
        raise ParameterError(f"{text} is not a date", code="AL015", why=wrong, fix="write 2003, 2003-09 or 2003-09-12")
    return date


def _number(datatype: NamedNode, pattern: str, example: str) -> Callable[[str], Literal]:
    def read(text: str) -> Literal:
        if not re.fullmatch(pattern, text):
            name = datatype.value.rpartition("#")[2]
            raise ParameterError(f"{text} is not of the kind {name}", code="AL015", fix=f"write it as {example}")
        return Literal(text, datatype=datatype)

    return read


DATATYPES: dict[str, Callable[[str], Literal]] = {
    "date": _date,
    "integer": _number(XSD.integer, r"[+-]?[0-9]{1,18}", "12"),
    "decimal": _number(XSD.decimal, r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?", "12.5"),
    "boolean": _number(XSD.boolean, r"true|false", "true or false"),
    "language": _number(XSD.language, r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", "zh-Hans"),
    "string": Literal,
    "name": lambda text: Literal(fold(text)),
}
"""The kinds of literal that a parameter may take; `name` is a name's key (see `names`)."""
