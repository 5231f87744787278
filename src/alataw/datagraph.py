"""The home of the data graph as it is validated: Oxigraph, with every lexical form and datatype kept.

Oxigraph keeps a number by its value: it gives 1 for "01", and xsd:integer for every whole number. To SHACL these are
different terms. What Oxigraph would change is therefore kept out of the default graph: under a datatype of its own that
names the true one in the graph `EXACT`, which the conditions of SHACL Core see beside it, and as it is in the graph
`PLAIN`, which the queries of SPARQL constraints see instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

import pyoxigraph
from pyoxigraph import DefaultGraph, Quad

from alataw import sparql
from alataw.store import Solutions, as_stored
from alataw.terms import XSD, BlankNode, Literal, NamedNode, Subject, Term, Triple

KEPT = "urn:alataw:lexical:"
"""The beginning of the datatypes of literals that are kept as text; what follows is the true datatype's IRI."""
EXACT = NamedNode("https://w3id.org/alataw/graph/exact")
PLAIN = NamedNode("https://w3id.org/alataw/graph/plain")
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
        self._changed: dict[Term, list[Literal]] = {}
        self._plain: list[Quad] = []
        self.load(statements)

    def load(self, statements: Iterable[Statement]) -> None:
        """Add statements."""
        before = len(self._plain)
        self._store.bulk_extend(self._admitted(statements))
        self._store.bulk_extend(self._plain[before:])

    @property
    def keeps(self) -> bool:
        """Whether any literal is kept under a datatype of its own."""
        return bool(self._changed)

    def _admitted(self, statements: Iterable[Statement]) -> Iterator[Quad]:
        """Every statement as it goes into the default graph."""
        for statement in statements:
            value = statement.object
            if type(value) is Literal and (encoded := encode(value)) is not value:
                self._plain.append(Quad(statement.subject, statement.predicate, value, PLAIN))
                forms = self._changed.setdefault(as_stored(value), [])
                if value not in forms:
                    forms.append(value)
                yield Quad(statement.subject, statement.predicate, encoded, EXACT)
            elif type(statement) is Quad and statement.graph_name == _DEFAULT:
                yield statement
            else:
                yield Quad(statement.subject, statement.predicate, value, _DEFAULT)

    def query(self, text: str, *, plain: bool = False) -> Solutions:
        """Run a SELECT.

        Args:
            text: The query, of our own making.
            plain: Whether literals are seen as every engine shows them, not as they are kept.

        Returns:
            The solutions, literals as they were in the data.
        """
        graphs: list[NamedNode | BlankNode | DefaultGraph] = [_DEFAULT]
        if self.keeps and (not plain or self._meets_kept(text)):
            graphs.append(PLAIN if plain else EXACT)
        found = self._store.query(text, default_graph=graphs if len(graphs) > 1 else None)
        assert isinstance(found, pyoxigraph.QuerySolutions)  # noqa: S101  # only SELECTs are made here
        names = tuple(variable.value for variable in found.variables)
        rows = (tuple(solution[name] for name in names) for solution in found)
        if not self.keeps:
            return Solutions(names, tuple(rows))
        return Solutions(names, tuple(map(self._as_given if plain else _decoded, rows)))

    def _meets_kept(self, text: str) -> bool:
        """Whether a query may come upon a literal that is kept: it names a predicate of one, or leaves some open."""
        names = {_local_name(quad.predicate.value) for quad in self._plain}
        told = [token for token in sparql.tokens(text[text.find("{") :]) if token.kind != "comment"]
        for before, token in pairwise(told):
            # Two variables side by side are a subject or a semicolon and a predicate; `!` may exclude predicates.
            if token.kind == "variable" and before.kind == "variable":
                return True
            if before.text == "!" and token.kind in ("iri", "name", "open", "operator"):
                return True
            if token.kind in ("iri", "name") and _local_name(token.text.rstrip(">")) in names:
                return True
        return False

    def _as_given(self, row: Row) -> Row:
        """A solution with each literal that Oxigraph shows in its own form as it is said of a node of the solution."""
        if not any(term in self._changed for term in row):
            return row
        nodes = [term for term in row if isinstance(term, (NamedNode, BlankNode))]
        return tuple(self._form(term, nodes) for term in row)

    def _form(self, term: Term | None, nodes: Sequence[NamedNode | BlankNode]) -> Term | None:
        forms: Sequence[Term] = self._changed.get(term, ()) if isinstance(term, Literal) else ()
        for form in (*forms, *([term] if forms else [])):
            if any(next(self.matching(node, None, form), None) for node in nodes):
                return form
        return forms[0] if forms else term

    def hold(self, graph: NamedNode, statements: Iterable[Triple]) -> None:
        """Put statements into a named graph, in the place of those that it has."""
        self._store.remove_graph(graph)
        self._store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in statements)

    def focus(self, nodes: Iterable[Term]) -> None:
        """Say which nodes `GRAPH FOCUS` has as objects."""
        self.hold(FOCUS, (Triple(FOCUS, FOCUS, encode(node)) for node in nodes))

    def change(self, removed: Iterable[Triple], added: Iterable[Triple]) -> None:
        """Take triples away and put others in."""
        for triple in removed:
            self._store.remove(_quad(triple))
            self._store.remove(Quad(triple.subject, triple.predicate, triple.object, PLAIN))
        before = len(self._plain)
        self._store.extend(self._admitted(added))
        self._store.extend(self._plain[before:])

    def has(self, triple: Triple) -> bool:
        """Whether the graph has a triple."""
        return _quad(triple) in self._store

    def matching(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, value: Term | None = None
    ) -> Iterator[Triple]:
        """The triples with these terms; None is any."""
        wanted = None if value is None else encode(value)
        for graph in (_DEFAULT, EXACT) if self.keeps else (_DEFAULT,):
            for quad in self._store.quads_for_pattern(subject, predicate, wanted, graph):
                yield Triple(quad.subject, quad.predicate, decode(quad.object))

    def __iter__(self) -> Iterator[Triple]:
        """Every triple, as it was given."""
        return self.matching()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _decoded(row: Row) -> Row:
    return tuple(term and decode(term) for term in row)


def _quad(triple: Triple) -> Quad:
    """A triple where the data graph has it."""
    value = triple.object
    encoded = encode(value)
    return Quad(triple.subject, triple.predicate, encoded, _DEFAULT if encoded is value else EXACT)


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
    return Literal(term.value, datatype=NamedNode(KEPT + datatype))


def decode(term: Term) -> Term:
    """A term as it was before `encode`."""
    if type(term) is Literal and term.datatype.value.startswith(KEPT):
        return Literal(term.value, datatype=NamedNode(term.datatype.value.removeprefix(KEPT)))
    return term


def _local_name(iri: str) -> str:
    return re.split(r"[#/:]", iri)[-1]
