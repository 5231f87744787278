"""The home of canonical Turtle: one graph, one text, whatever order the triples come in.

One statement a line, the predicate repeated for every object, so that one added fact is one added line.
Lists and blank nodes that are used once stand inside the line; data has none of them, shapes do.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad

from alataw.errors import InputError
from alataw.terms import (
    DCTERMS,
    DEF,
    PROV,
    RDF,
    RDFS,
    SH,
    SKOS,
    XSD,
    BlankNode,
    Literal,
    NamedNode,
    Subject,
    Term,
    Triple,
    text_of,
)

FIRST = (
    RDF.type,
    SKOS.prefLabel,
    SKOS.altLabel,
    RDFS.label,
    DCTERMS.title,
    SKOS.definition,
    DCTERMS.identifier,
    SKOS.notation,
    SH.targetClass,
    SH.path,
    DEF.about,
)
"""Predicates that stand first, in this order; all others follow by IRI."""

LAST = (DEF.rank, DEF.valueKind, DEF.statedAs, PROV.wasDerivedFrom, DEF.locator, DCTERMS.source)
"""Predicates that stand last, in this order: what is claimed comes first, then where it comes from."""

MOST_BLANK_NODES = 2000
"""How many blank nodes a graph may have: telling them apart (RDFC-1.0) can take time without end."""

# RDF 1.1 Turtle, 6.5: PN_LOCAL without escapes, percent codes and colons, which are written as IRIs.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[\w·.-]*[\w·-])?", re.ASCII)
# The lexical forms that Turtle reads back as the same literal when they stand without quotes (2.5.2, 2.5.3).
_SHORT = {
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.boolean: re.compile(r"true|false"),
}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def serialize(
    triples: Iterable[Triple],
    *,
    prefixes: Mapping[str, str],
    base_iri: str | None = None,
    head: NamedNode | None = None,
) -> str:
    """Write the canonical Turtle of a graph.

    Args:
        triples: The graph; order and repetition make no difference.
        prefixes: Prefix to namespace; only those used are declared.
        base_iri: What IRIs below it are written relative to.
        head: The subject that stands first; the others follow by IRI, blank nodes last.

    Returns:
        The text, with LF line ends and one at its end; empty for an empty graph without a base.

    Raises:
        InputError: AL003 if the graph has too many blank nodes.
    """
    writer = _Writer(_labelled(set(triples)), prefixes, base_iri)
    body = writer.body(head)
    lines = [f"@base <{base_iri}> ."] if base_iri else []
    lines += [f"@prefix {prefix}: <{writer.relative(prefixes[prefix])}> ." for prefix in sorted(writer.used_prefixes)]
    # A blank line parts subjects from what stands before them: none from nothing.
    return "\n".join(lines + body if lines else body[1:]) + "\n" if lines or body else ""


def _labelled(graph: set[Triple]) -> set[Triple]:
    """Give blank nodes labels that depend on nothing but the graph (RDFC-1.0)."""
    blank = {term for triple in graph for term in (triple.subject, triple.object) if isinstance(term, BlankNode)}
    if not blank:
        return graph
    if len(blank) > MOST_BLANK_NODES:
        raise InputError(
            f"the graph has {len(blank):,} blank nodes, more than {MOST_BLANK_NODES:,}",
            code="AL003",
            why="telling blank nodes apart can take time without end",
            fix="give the nodes IRIs",
        )
    dataset = Dataset(Quad(*triple) for triple in graph)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}


class _Writer:
    """Holds one graph while it is written, and which prefixes its terms needed."""

    def __init__(self, graph: set[Triple], prefixes: Mapping[str, str], base_iri: str | None) -> None:
        self.used_prefixes: set[str] = set()
        self._base = base_iri
        # The longest namespace wins, then the first prefix.
        self._namespaces = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self._written: dict[str, str] = {}
        self._statements: dict[Subject, list[tuple[NamedNode, Term]]] = defaultdict(list)
        for triple in graph:
            self._statements[triple.subject].append((triple.predicate, triple.object))
        uses = Counter(triple.object for triple in graph if isinstance(triple.object, BlankNode))
        self._inline = {node for node, count in uses.items() if count == 1} - self._in_circles()

    def _in_circles(self) -> set[Term]:
        """Blank nodes that no subject outside leads to, and so must keep their labels."""
        owner = {
            value: subject
            for subject, statements in self._statements.items()
            for _, value in statements
            if isinstance(value, BlankNode)
        }
        circles: set[Term] = set()
        for node in owner:
            seen: set[Term] = set()
            at: Term = node
            while at in owner and at not in seen:
                seen.add(at)
                at = owner[at]  # type: ignore[index]
            if at in seen:
                circles |= seen
        return circles

    def body(self, head: NamedNode | None) -> list[str]:
        """The blocks of all subjects that do not stand inside another's."""
        subjects = [subject for subject in self._statements if subject not in self._inline]
        order = sorted(
            subjects, key=lambda subject: (subject != head, isinstance(subject, BlankNode), text_of(subject))
        )
        lines: list[str] = []
        for subject in order:
            lines += ["", self._term(subject)]
            statements = [f"  {text}" for text in self._sorted(subject)]
            lines += [statement + " ;" for statement in statements[:-1]] + statements[-1:] + ["."]
        return lines

    def _sorted(self, subject: Subject) -> list[str]:
        """The statements of a subject as text, in canonical order."""
        written = [
            (_rank(predicate), predicate.value, self._term(value), predicate)
            for predicate, value in self._statements[subject]
        ]
        return [
            f"{'a' if predicate == RDF.type else self._term(predicate)} {text}"
            for *_, text, predicate in sorted(written, key=lambda row: row[:3])
        ]

    def _term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self._iri(term.value)
        if isinstance(term, Literal):
            return self._literal(term)
        if isinstance(term, BlankNode):
            return self._nested(term) if term in self._inline else str(term)
        raise InputError("a triple term has no place in RDF 1.1 Turtle", code="AL001")

    def _nested(self, node: BlankNode) -> str:
        items = self._list(node)
        if items is not None:
            return "( " + " ".join(self._term(item) for item in items) + " )"
        statements = self._sorted(node) if node in self._statements else []
        return "[ " + " ; ".join(statements) + " ]" if statements else "[]"

    def _list(self, node: Term) -> list[Term] | None:
        """The items of a well-formed list whose cells are used once; None for anything else."""
        items: list[Term] = []
        while node != RDF.nil:
            if not isinstance(node, BlankNode) or node not in self._inline:
                return None
            cell = dict(self._statements.get(node, ()))
            if len(self._statements.get(node, ())) != 2 or set(cell) != {RDF.first, RDF.rest}:
                return None
            items.append(cell[RDF.first])
            node = cell[RDF.rest]
        return items

    def _iri(self, iri: str) -> str:
        if iri not in self._written:
            self._written[iri] = self._shortened(iri)
        return self._written[iri]

    def _shortened(self, iri: str) -> str:
        for prefix, namespace in self._namespaces:
            if not iri.startswith(namespace):
                continue
            local = iri[len(namespace) :]
            if local == "" or _LOCAL.fullmatch(local):
                self.used_prefixes.add(prefix)
                return f"{prefix}:{local}"
        return f"<{self.relative(iri)}>"

    def relative(self, iri: str) -> str:
        """Shorten an IRI against the base, if the short form leads back to it."""
        if self._base and iri.startswith(self._base) and len(iri) > len(self._base):
            short = iri[len(self._base) :]
            if _resolve(short, self._base) == iri:
                return short
        return iri

    def _literal(self, literal: Literal) -> str:
        short = _SHORT.get(literal.datatype)
        if short and short.fullmatch(literal.value):
            return literal.value
        text = _quoted(literal.value)
        if literal.language:
            return f"{text}@{literal.language}"
        return text if literal.datatype == XSD.string else f"{text}^^{self._iri(literal.datatype.value)}"


def _rank(predicate: NamedNode) -> int:
    if predicate in FIRST:
        return FIRST.index(predicate) - len(FIRST)
    return LAST.index(predicate) + 1 if predicate in LAST else 0


def _quoted(text: str) -> str:
    """Quote a string: three quotes where it has lines, so that lines stay lines."""
    if "\n" not in text:
        return '"' + "".join(map(_escaped, text)) + '"'
    # Two quotes in a row, or one at the end, could close the string too early.
    following = text[1:] + '"'
    body = "".join(
        letter if letter == "\n" or (letter == '"' and after != '"') else _escaped(letter)
        for letter, after in zip(text, following, strict=True)
    )
    return f'"""{body}"""'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    # Control characters, and those that turn or hide text on the screen, are written so that they are seen.
    if ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 or letter in _UNSEEN:
        return f"\\u{ord(letter):04X}"
    return letter


_UNSEEN = frozenset(
    "\u00ad\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff"
)


@lru_cache(maxsize=4096)
def _resolve(relative: str, base: str) -> str:
    """Resolve as the parser does; empty if it will not."""
    from pyoxigraph import RdfFormat, parse

    try:
        (quad,) = parse(f"<{relative}> a <x:y> .", format=RdfFormat.TURTLE, base_iri=base)
    except (SyntaxError, ValueError):
        return ""
    return quad.subject.value if isinstance(quad.subject, NamedNode) else ""
