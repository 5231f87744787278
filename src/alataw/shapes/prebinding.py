"""The home of SHACL-SPARQL's queries: variables that are bound before a query is run (SHACL 5.1, 5.2.1, appendix A).

The Recommendation binds $this to one focus node at a time. Here one query serves all focus nodes: the pattern of the
target is put into the query, at its head and into each group that speaks of $this in an expression and does not bind
it itself, since groups are answered from the inside. What that cannot say, for a query that counts or cuts off its
rows over all focus nodes, is asked of one focus node after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alataw import querytext, sparql
from alataw.shapes.graph import Index
from alataw.sparql import Token
from alataw.terms import OWL, SH, Literal, NamedNode, Term

_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_REFUSED = {"MINUS", "VALUES"}
_PREBOUND = ("this", "shapesGraph", "currentShape", "PATH")
# What pySHACL declares for every query; prefixes that the shapes graph declares come after and win.
_USUAL = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
}


class UncompilableError(Exception):
    """A shape asks what SPARQL cannot be made to say; the reference engine is to run it."""


class IllFormedQueryError(Exception):
    """A query that SHACL-SPARQL does not allow; nothing can be validated with it."""


@dataclass
class Group:
    """A group graph pattern: where its inside begins, what it belongs to, and how it speaks of $this."""

    start: int
    kind: str
    inside: bool = False
    binds: bool = False
    asks: bool = False
    end: int = 0
    parens: list[str] = field(default_factory=list)

    @property
    def needs(self) -> bool:
        """Whether $this must be bound in the group for its expressions."""
        return self.asks and not self.binds


def read(shapes: Index, node: Term, predicate: NamedNode) -> str:
    """The text of a query with its prefixes declared, checked for what SHACL-SPARQL forbids.

    Raises:
        IllFormedQueryError: If there is no single text, or it uses MINUS, VALUES or SERVICE, rebinds a variable that
            is bound before, or has a sub-select that does not select $this (SHACL, appendix A).
    """
    texts = [text for text in shapes.objects(node, predicate) if isinstance(text, Literal)]
    if len(texts) != 1:
        raise IllFormedQueryError(f"{node} has {len(texts)} texts of {predicate}")
    text = texts[0].value
    _refuse(text, _PREBOUND if predicate == SH.select else (*_PREBOUND, "value"))
    prefixes = dict(_USUAL)
    ontologies = shapes.objects(node, SH.prefixes)
    for ontology in ontologies:
        # Prefixes are taken over from what is imported as far as it stands in the shapes graph (SHACL 5.2.1).
        ontologies += [other for other in shapes.objects(ontology, OWL.imports) if other not in ontologies]
        for declared in shapes.objects(ontology, SH.declare):
            prefix, namespace = shapes.object(declared, SH.prefix), shapes.object(declared, SH.namespace)
            if isinstance(prefix, Literal) and isinstance(namespace, Literal):
                prefixes[prefix.value] = namespace.value
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in prefixes.items()) + text


def _refuse(text: str, prebound: Sequence[str]) -> None:
    told = [token for token in sparql.tokens(text) if token.kind != "comment"]
    for token, before in zip(told, [None, *told], strict=False):
        if token.keyword in _REFUSED or sparql.calls_out(token):
            raise IllFormedQueryError(f"a query of a shape must not use {token.text}")
        rebound = token.kind == "variable" and token.text[1:] in prebound
        if rebound and before is not None and before.keyword == "AS":
            raise IllFormedQueryError(f"{token.text} is bound before the query and cannot be bound again")
    for number, token in enumerate(told):
        if token.keyword == "SELECT" and number and told[number - 1].text == "{":
            head = told[number + 1 : next(n for n, t in enumerate(told) if n > number and t.text == "{")]
            if not any(t.text[1:] == "this" for t in head if t.kind == "variable"):
                raise IllFormedQueryError("a sub-select must select $this")


def replace(text: str, terms: Mapping[str, str]) -> str:
    """Write terms in the place of variables, by the variable's name; of a term, BOUND is true."""
    parts, done = [], 0
    told = list(sparql.tokens(text))
    for number, token in enumerate(told):
        if token.kind == "variable" and token.text[1:] in terms:
            start, end, term = token.offset, token.end, terms[token.text[1:]]
            if number > 1 and told[number - 2].keyword == "BOUND" and not term.startswith("?"):
                start, end, term = told[number - 2].offset, told[number + 1].end, "(true)"
            parts += [text[done:start], term]
            done = end
    return "".join([*parts, text[done:]])


def bind(text: str, focus: str) -> str:
    """Put the pattern of the focus nodes into a SELECT, wherever $this must be bound.

    >>> print(bind("SELECT ?this { { FILTER(?this = <a:b>) } ?this a ?c }", "?this a <a:c> ."))
    SELECT ?this { ?this a <a:c> . { ?this a <a:c> . FILTER(?this = <a:b>) } ?this a ?c }
    """
    outermost, *others = groups(text)
    starts = [outermost.start] + [group.start for group in others if group.needs and not group.inside]
    for start in sorted(starts, reverse=True):
        text = f"{text[:start]} {focus}{text[start:]}"
    return text


def body(text: str) -> str:
    """What stands in the braces of a query, to be asked within another.

    Raises:
        UncompilableError: If the query is more than its pattern.
    """
    words = {token.keyword for token in sparql.tokens(text)}
    if words & (_AGGREGATES | {"LIMIT", "OFFSET", "GROUP", "HAVING"}) or sum(
        token.keyword == "SELECT" for token in sparql.tokens(text)
    ) > ("SELECT" in words):
        raise UncompilableError("the query counts or cuts off its rows")
    outermost = groups(text)[0]
    return text[outermost.start : outermost.end]


def renamed(text: str, prefix: str, names: Mapping[str, str]) -> str:
    """Give every variable a name of its own, and some the names given."""
    found = {token.text[1:] for token in sparql.tokens(text) if token.kind == "variable"}
    return replace(text, {name: names.get(name, f"?{prefix}{name}") for name in found})


def with_whole_names(text: str) -> str:
    """Write prefixed names as IRIs, and leave the prologue out."""
    told = list(sparql.tokens(text))
    prefixes = {
        name.text: iri.text[1:-1]
        for word, name, iri in zip(told, told[1:], told[2:], strict=False)
        if word.keyword == "PREFIX"
    }
    start = len(querytext.prologue(text)) if any(t.keyword in ("SELECT", "ASK") for t in told) else 0
    parts, done = [], start
    for token in told:
        prefix, colon, local = token.text.partition(":")
        if token.offset >= start and token.kind == "name" and prefix + colon in prefixes:
            iri = prefixes[prefix + colon] + re.sub(r"\\(.)", r"\1", local)
            parts += [text[done : token.offset], f"<{iri}>"]
            done = token.end
    return "".join([*parts, text[done:]])


def is_of_each(text: str) -> bool:
    """Whether a query must be asked of each focus node by itself: it counts or cuts off over all its rows."""
    told = [token for token in sparql.tokens(text) if token.kind != "comment"]
    words = [token.keyword for token in told]
    if {"LIMIT", "OFFSET"} & set(words):
        return True
    grouped = [
        number
        for number, word in enumerate(words)
        if word == "GROUP" and any(token.text[1:] == "this" for token in told[number + 2 : number + 6])
    ]
    return bool(_AGGREGATES & set(words)) and len(grouped) < sum(word == "SELECT" for word in words)


def groups(text: str) -> list[Group]:
    """The groups of a query, in the order of the text; the first is the outermost."""
    found: list[Group] = []
    stack: list[Group] = []
    told = [token for token in sparql.tokens(text) if token.kind != "comment"]
    for number, token in enumerate(told):
        if token.text == "{":
            within = bool(stack) and (stack[-1].inside or stack[-1].kind in ("EXISTS", "GRAPH"))
            group = Group(token.end, _kind(told, number), within)
            group.inside = group.inside or group.kind in ("EXISTS", "GRAPH")
            found.append(group)
            stack.append(group)
        elif token.text == "}" and stack:
            stack.pop().end = token.offset
        elif stack:
            _note(stack[-1], token, told, number)
    return found


def _kind(told: list[Token], number: int) -> str:
    """What a brace belongs to: EXISTS, GRAPH, OPTIONAL, or nothing special."""
    before = [token.keyword or token.text for token in told[max(number - 2, 0) : number]]
    if before[-1:] == ["EXISTS"]:
        return "EXISTS"
    if before[:1] == ["GRAPH"]:
        return "GRAPH"
    return "OPTIONAL" if before[-1:] == ["OPTIONAL"] else ""


def _note(group: Group, token: Token, told: list[Token], number: int) -> None:
    """Take note of a token: where $this stands in a pattern, and where in an expression."""
    if token.text == "(":
        group.parens.append(told[number - 1].keyword)
    elif token.text == ")" and group.parens:
        group.parens.pop()
    elif token.kind == "variable" and token.text[1:] == "this":
        if not group.parens:
            group.binds = True
        # The filter of an OPTIONAL sees what stands before it (SPARQL 1.1, 18.2.2.6), its BIND does not.
        elif group.kind != "OPTIONAL" or "BIND" in group.parens:
            group.asks = True


def variables(row: Mapping[str, Term | None]) -> Iterator[tuple[str, Term]]:
    """The bound variables of a solution."""
    return ((name, term) for name, term in row.items() if term is not None)
