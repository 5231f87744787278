"""The home of shapes as SPARQL expressions: whether a node conforms, as a condition that is never an error.

What a constraint component asks is one row of `components.COMPONENTS`; here is what they are written with. In Oxigraph
an EXISTS over a pattern of several triples looks through the graph for every node, and one within another does not: so
each step of a path is an EXISTS of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

from alataw.datagraph import KEPT, encode
from alataw.shapes.graph import Index
from alataw.shapes.prebinding import UncompilableError, replace
from alataw.terms import SH, BlankNode, Literal, NamedNode, Term

ANY = "any"
"""The path of a check that looks at every triple of the focus node."""

_CHAINED = 3
"""Up to so many values, a count is written as values that differ; above, as a sub-select."""


class Constraint(NamedTuple):
    """A constraint: a shape, the parameter that makes it, the parameter's value, and its component."""

    shape: Term
    parameter: NamedNode
    value: Term
    component: NamedNode


class Check(NamedTuple):
    """What a constraint asks of a focus node, or of each of its values.

    Args:
        constraint: Whose it is.
        holds: The condition, in the variables of focus node and value.
        of: What the condition is asked of: `focus` or `value`; `pair` is a value with each value of `path`.
        tells: What makes a result another one: the `value`, its `language`, or only the focus node (empty).
        path: The path whose values are looked at, where it is not the shape's own; `ANY` for every property.
        other: The variable of the values of that path.
    """

    constraint: Constraint
    holds: str
    of: str = "value"
    tells: str = "value"
    path: str = ""
    other: str = ""


class Writer:
    """Writes conditions.

    Args:
        shapes: The shapes graph.
        checks: Gives the checks of a shape, for a focus node and a value (`components.checks`).
        keeps: Whether the data graph keeps literals under datatypes of its own (see `data`).
    """

    def __init__(self, shapes: Index, checks: Callable[[Writer, Term, str, str], Iterator[Check]], keeps: bool) -> None:
        self.shapes = shapes
        self.keeps = keeps
        self._checks = checks
        self._numbers = count(1)
        self._open: list[Term] = []

    # -- terms ---------------------------------------------------------------------------------

    def fresh(self) -> str:
        """A variable that nothing else has."""
        return f"?v{next(self._numbers)}"

    def term(self, term: Term) -> str:
        """A term as the data graph has it.

        Raises:
            UncompilableError: If it is a blank node, which a query cannot name.
        """
        if isinstance(term, BlankNode):
            raise UncompilableError("a blank node cannot be named in a query")
        return str(encode(term) if self.keeps else term)

    def number(self, variable: str) -> str:
        """The value of a variable, to be compared."""
        if not self.keeps:
            return variable
        datatype = f"STR(DATATYPE({variable}))"
        true = f'STRDT(STR({variable}), IRI(STRAFTER({datatype}, "{KEPT}")))'
        return f'IF(STRSTARTS({datatype}, "{KEPT}"), {true}, {variable})'

    def datatypes(self, datatype: NamedNode) -> str:
        """A datatype as DATATYPE may give it."""
        return f"{datatype}, <{KEPT}{datatype.value}>" if self.keeps else str(datatype)

    # -- paths ---------------------------------------------------------------------------------

    def path_of(self, shape: Term) -> Term | None:
        """The path of a property shape, None for a node shape."""
        return self.shapes.object(shape, SH.path)

    def exists(self, start: str, path: Term | str, end: str, condition: str = "") -> str:
        """Whether a path leads from a node to one of which a condition holds.

        Args:
            start: The variable of the node.
            path: The path, a node of the shapes graph, or text.
            end: The variable of the other end, which the condition may speak of.
            condition: The condition; empty for any node.
        """
        if isinstance(path, (str, NamedNode)):
            return self._step(start, str(path), end, condition)
        form, parts = self.shapes.parts_of_path(path)
        if not form and parts:
            return self._sequence(start, parts, end, condition)
        if form.startswith("({}|"):
            return "(" + " || ".join(self.exists(start, way, end, condition) for way in parts) + ")"
        found = self._step(start, self._along(path), end, condition)
        if not self.shapes.may_be_empty(path):
            return found
        # A node that the graph does not have, or a literal, is the end of an empty path too.
        return f"({found} || {replace(condition, {end[1:]: start}) or 'true'})"

    def _sequence(self, start: str, paths: list[Term], end: str, condition: str) -> str:
        first, *rest = paths
        if not rest:
            return self.exists(start, first, end, condition)
        middle = self.fresh()
        return self.exists(start, first, middle, self._sequence(middle, rest, end, condition))

    def reaches(self, start: str, path: Term, end: str) -> str:
        """Whether a path leads from a node to another that is known."""
        if isinstance(path, NamedNode):
            return self.exists(start, path, end)
        # A part of the path may be empty, and then leads to where it began.
        found = self.fresh()
        return self.exists(start, path, found, f"SAMETERM({found}, {end})")

    def step(self, pattern: str, path: Term, start: str, end: str) -> str:
        """A pattern, and a path from one of its variables to another."""
        further = f"{pattern} {start} {self._along(path)} {end} ."
        if not self.shapes.may_be_empty(path):
            return further
        return f"{{ {further} }} UNION {{ {pattern} BIND({start} AS {end}) }}"

    def _along(self, path: Term) -> str:
        """A path, as far as it is not empty."""
        ways = self.shapes.ways(path)
        return ways[0] if len(ways) == 1 else f"({'|'.join(ways)})"

    @staticmethod
    def _step(start: str, path: str, end: str, condition: str) -> str:
        return f"EXISTS {{ {start} {path} {end}" + (f" FILTER({condition}) }}" if condition else " }")

    def at_least(self, number: int, start: str, path: Term, condition: Callable[[str], str]) -> str:
        """Whether a path leads from a node to at least so many of which a condition holds (empty: to any)."""
        if number <= 0:
            return "true"
        if number > _CHAINED and not self.shapes.may_be_empty(path):
            value = self.fresh()
            asked = condition(value)
            group = f"{start} {self._along(path)} {value}" + (f" FILTER({asked})" if asked else "")
            having = f"GROUP BY {start} HAVING(COUNT(DISTINCT {value}) >= {number})"
            return f"EXISTS {{ SELECT {start} {{ {group} }} {having} }}"
        return self._chain(number, start, path, condition, ())

    def _chain(
        self, number: int, start: str, path: Term, condition: Callable[[str], str], others: tuple[str, ...]
    ) -> str:
        value = self.fresh()
        asked = [f"!SAMETERM({value}, {other})" for other in others]
        asked += [condition(value)] if condition(value) else []
        if number > 1:
            asked.append(self._chain(number - 1, start, path, condition, (*others, value)))
        return self.exists(start, path, value, " && ".join(asked))

    # -- shapes --------------------------------------------------------------------------------

    def conforms(self, shape: Term, node: str) -> str:
        """Whether a node conforms to a shape.

        Raises:
            UncompilableError: If the shape contains itself.
        """
        if self.shapes.says(shape, SH.deactivated):
            return "true"
        if shape in self._open:
            raise UncompilableError("the shape contains itself")
        self._open.append(shape)
        try:
            return self._conforms(shape, node)
        finally:
            self._open.pop()

    def _conforms(self, shape: Term, node: str) -> str:
        path = self.path_of(shape)
        value = node if path is None else self.fresh()
        asked = [self._holds(check, path, node, value) for check in self._checks(self, shape, node, value)]
        for inner in self.shapes.objects(shape, SH.property):
            condition = self.conforms(inner, value)
            asked.append(condition if path is None else no(self.exists(node, path, value, no(condition))))
        return "(" + " && ".join(asked) + ")" if asked else "true"

    def _holds(self, check: Check, path: Term | None, focus: str, value: str) -> str:
        """Whether a check holds of a focus node and all its values."""
        if check.of == "focus" or (path is None and check.of == "value" and not check.path):
            return check.holds
        if check.of == "pair":
            spoilt = self.exists(focus, check.path, check.other, no(check.holds))
            return no(spoilt if path is None else self.exists(focus, path, value, spoilt))
        if check.path == ANY:
            path_ = self.fresh()
            holds = replace(check.holds, {PATH[1:]: path_})
            return no(self.exists(focus, path_, self.fresh(), no(holds)))
        over, end = (check.path, check.other) if check.path else (path, value)
        assert over is not None  # noqa: S101  # a check of values has a path to them
        return no(self.exists(focus, over, end, no(check.holds)))


PATH = "?path"
"""The variable of the property, in a check over every triple."""


def no(condition: str) -> str:
    """The opposite of a condition."""
    return f"!({condition})"


def whole(term: Term) -> int:
    """The whole number that a count or length is.

    Raises:
        UncompilableError: If it is none.
    """
    if isinstance(term, Literal) and term.value.lstrip("+-").isdigit() and len(term.value) < 10:
        return int(term.value)
    raise UncompilableError(f"{term} is no whole number")
