"""The home of the data graph as it is validated: Oxigraph, with every lexical form and datatype kept.

Oxigraph keeps a number by its value: it gives 1 for "01", and xsd:integer for every whole number. To SHACL these are
different terms. What Oxigraph would change is therefore kept under a datatype of its own that names the true one, while
the conditions of SHACL Core are asked; the queries of SPARQL constraints are shown it plain, as every engine would.
Both are the default graph, in turns: a union of graphs would make each lookup two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import TypeAlias

import pyoxigraph
from pyoxigraph import DefaultGraph, Quad

from alataw.store import Solutions, as_stored
from alataw.terms import XSD, BlankNode, Literal, NamedNode, Subject, Term, Triple

KEPT = "urn:alataw:lexical:"
"""The beginning of the datatypes of literals that are kept as text; what follows is the true datatype's IRI."""
FOCUS = NamedNode("https://w3id.org/alataw/graph/focus")
SHAPES = NamedNode("https://w3id.org/alataw/graph/shapes")

Statement: TypeAlias = Triple | Quad
Row: TypeAlias = tuple[Term | None, ...]

_DEFAULT = DefaultGraph()

# The lexical forms that Oxigraph gives back as they were; None where it gives back every one.
_SAFE = {
    XSD.string.value: None,
    XSD.anyURI.value: None,
    XSD.language.value: None,
    XSD.date.value: re.compile(r"(?!-0000)-?[0-9]{4,}-[0-9]{2}-[0-9]{2}|[^0-9-].*"),
    XSD.gYear.value: re.compile("[0-9]{4}"),
    XSD.gYearMonth.value: re.compile("[0-9]{4}-[0-9]{2}"),
    XSD.integer.value: re.compile("0|-?[1-9][0-9]{0,17}"),
    XSD.decimal.value: re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{0,14}[1-9])?(?<!^-0)"),
    XSD.double.value: re.compile(r"(?=(\D*\d){1,15}\D*$)-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?(?<!^-0)"),
    XSD.boolean.value: re.compile("true|false"),
    XSD.duration.value: re.compile("P[1-9][0-9]{0,3}Y"),
    XSD.dateTime.value: re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(Z|[+-](?!00:00)[0-9]{2}:[0-9]{2})?"
    ),
}
_XSD = XSD.iri


class DataGraph:
    """The data that shapes are run over.

    Args:
        statements: Triples, or quads of any graphs, whose union is the data graph; taken one by one.
    """

    def __init__(self, statements: Iterable[Statement] = ()) -> None:
        self._store = pyoxigraph.Store()
        # As Oxigraph shows it -> the first form; and where which forms are said, with their two sides.
        self._changed: dict[Term, Literal] = {}
        self._forms: dict[tuple[Term, Subject], dict[Quad, Literal]] = {}
        self._kept: dict[Quad, Quad] = {}
        self._said_plain: set[Quad] = set()
        self._shows_plain = False
        self._turning = Lock()
        self.load(statements)

    def load(self, statements: Iterable[Statement]) -> None:
        """Add statements."""
        self._show(plain=False)
        self._store.bulk_extend(self._admitted(statements))

    @property
    def keeps(self) -> bool:
        """Whether any literal is kept under a datatype of its own."""
        return bool(self._changed)

    def _admitted(self, statements: Iterable[Statement]) -> Iterator[Quad]:
        """Every statement as it goes into the default graph."""
        for statement in statements:
            value = statement.object
            if type(value) is Literal and (encoded := encode(value)) is not value:
                shown, kept = as_stored(value), Quad(statement.subject, statement.predicate, encoded, _DEFAULT)
                self._changed.setdefault(shown, value)
                self._forms.setdefault((shown, statement.subject), {})[kept] = value
                self._kept[kept] = Quad(statement.subject, statement.predicate, shown, _DEFAULT)
                yield kept
            elif type(statement) is Quad and statement.graph_name == _DEFAULT:
                yield statement
            else:
                yield Quad(statement.subject, statement.predicate, value, _DEFAULT)

    def _show(self, *, plain: bool) -> None:
        """Turn the default graph to one of its sides."""
        with self._turning:
            if plain != self._shows_plain:
                if plain:
                    self._said_plain = {quad for quad in self._kept.values() if quad in self._store}
                away, here = self._kept.keys(), self._kept.values()
                for quad in away if plain else set(here) - self._said_plain:
                    self._store.remove(quad)
                self._store.extend(here if plain else away)
                self._shows_plain = plain

    def query(self, text: str, *, plain: bool = False) -> Solutions:
        """Run a SELECT; queries that run at once must be of one kind.

        Args:
            text: The query, of our own making.
            plain: Whether literals are seen as every engine shows them, not as they are kept.

        Returns:
            The solutions, literals as they were in the data.
        """
        self._show(plain=plain)
        found = self._store.query(text)
        assert isinstance(found, pyoxigraph.QuerySolutions)  # noqa: S101  # only SELECTs are made here
        names = tuple(variable.value for variable in found.variables)
        rows = map(tuple, found)
        if not self.keeps:
            return Solutions(names, tuple(rows))
        return Solutions(names, tuple(map(self._as_given if plain else _decoded, rows)))

    def _as_given(self, row: Row) -> Row:
        """A solution with each literal that Oxigraph shows in its own form as it is said of a node of the solution."""
        if not any(term in self._changed for term in row):
            return row
        nodes = [term for term in row if isinstance(term, (NamedNode, BlankNode))]
        return tuple(self._form(term, nodes) for term in row)

    def _form(self, term: Term | None, nodes: Sequence[NamedNode | BlankNode]) -> Term | None:
        """The form of a literal that is said of one of the nodes; the first form there is if of none."""
        if not isinstance(term, Literal) or term not in self._changed:
            return term
        for node in nodes:
            for form in self._forms.get((term, node), {}).values():
                return form
        if any(next(self._store.quads_for_pattern(node, None, term, _DEFAULT), None) for node in nodes):
            return term
        return self._changed[term]

    def hold(self, graph: NamedNode, statements: Iterable[Triple]) -> None:
        """Put statements into a named graph, in the place of those that it has."""
        self._store.remove_graph(graph)
        self._store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in statements)

    def focus(self, nodes: Iterable[Term]) -> None:
        """Say which nodes `GRAPH FOCUS` has as objects."""
        self.hold(FOCUS, (Triple(FOCUS, FOCUS, encode(node)) for node in nodes))

    def change(self, removed: Iterable[Triple], added: Iterable[Triple]) -> None:
        """Take triples away and put others in."""
        self._show(plain=False)
        for triple in removed:
            quad = _quad(triple)
            self._store.remove(quad)
            if quad in self._kept:
                del self._forms[self._kept.pop(quad).object, triple.subject][quad]
        self._store.extend(self._admitted(added))

    def has(self, triple: Triple) -> bool:
        """Whether the graph has a triple."""
        self._show(plain=False)
        return _quad(triple) in self._store

    def matching(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, value: Term | None = None
    ) -> Iterator[Triple]:
        """The triples with these terms; None is any."""
        self._show(plain=False)
        found = self._store.quads_for_pattern(subject, predicate, None if value is None else encode(value), _DEFAULT)
        return (Triple(quad.subject, quad.predicate, decode(quad.object)) for quad in found)

    def __iter__(self) -> Iterator[Triple]:
        """Every triple, as it was given."""
        return self.matching()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _decoded(row: Row) -> Row:
    return tuple(term and decode(term) for term in row)


def _quad(triple: Triple) -> Quad:
    """A triple where the data graph has it."""
    return Quad(triple.subject, triple.predicate, encode(triple.object), _DEFAULT)


def encode(term: Term) -> Term:
    """A term as the data graph keeps it: itself, unless Oxigraph would change it.

    >>> encode(Literal("1", datatype=XSD.byte)).datatype.value.removeprefix(KEPT)
    'http://www.w3.org/2001/XMLSchema#byte'
    """
    if type(term) is not Literal or term.language:
        return term
    datatype = term.datatype.value
    if datatype in _SAFE:
        safe = _SAFE[datatype]
        if safe is None or safe.fullmatch(term.value):
            return term
    elif not datatype.startswith(_XSD):
        return term
    if as_stored(term) == term:
        return term
    return Literal(term.value, datatype=NamedNode(KEPT + datatype))


def decode(term: Term) -> Term:
    """A term as it was before `encode`."""
    if type(term) is Literal and term.datatype.value.startswith(KEPT):
        return Literal(term.value, datatype=NamedNode(term.datatype.value.removeprefix(KEPT)))
    return term
