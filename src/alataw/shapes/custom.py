"""The home of SPARQL-based constraint components: those that a shapes graph defines itself (SHACL, section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from alataw.shapes import prebinding
from alataw.shapes.expressions import Check, Constraint, Writer
from alataw.shapes.graph import Index
from alataw.shapes.prebinding import UncompilableError
from alataw.terms import SH, NamedNode, Term


class Use(NamedTuple):
    """A component as a shape uses it: its validator, and the values of its parameters by name."""

    constraint: Constraint
    validator: Term
    values: dict[str, Term]

    @property
    def asks(self) -> bool:
        """Whether the validator is an ASK about each value."""
        return bool(self.values) and self.constraint.parameter == SH.ask


def uses(shapes: Index, shape: Term) -> Iterator[Use]:
    """The components that a shape uses."""
    said = {predicate for predicate, _ in shapes.statements.get(shape, ())}
    for component in _components(shapes):
        parameters = {
            path: shapes.says(parameter, SH.optional)
            for parameter in shapes.objects(component, SH.parameter)
            for path in shapes.objects(parameter, SH.path)
            if isinstance(path, NamedNode)
        }
        needed = {path for path, optional in parameters.items() if not optional}
        if not needed or not needed <= said:
            continue
        values = {
            path.value.replace("#", "/").rpartition("/")[2]: value
            for path in parameters
            for value in shapes.objects(shape, path)
        }
        validator = _validator(shapes, component, shape)
        form = SH.ask if shapes.objects(validator, SH.ask) else SH.select
        parameter = min(needed, key=str)
        yield Use(Constraint(shape, form, shapes.objects(shape, parameter)[0], component), validator, values)


def _components(shapes: Index) -> list[NamedNode]:
    return [node for node in shapes.instances(SH.ConstraintComponent) if isinstance(node, NamedNode)]


def _validator(shapes: Index, component: Term, shape: Term) -> Term:
    """The validator that suits the shape best (SHACL 6.2.3)."""
    suited = SH.propertyValidator if shapes.objects(shape, SH.path) else SH.nodeValidator
    for predicate in (suited, SH.validator):
        for validator in shapes.objects(component, predicate):
            return validator
    raise UncompilableError(f"{component} has no validator for {shape}")


def checks(writer: Writer, shape: Term, focus: str, value: str) -> Iterator[Check]:
    """The checks of the components whose validators are ASKs about a value; the others are queries of their own."""
    for use in uses(writer.shapes, shape):
        if use.asks:
            text = prebinding.read(writer.shapes, use.validator, SH.ask)
            names = {"this": focus, "value": value, **{name: writer.term(term) for name, term in use.values.items()}}
            asked = prebinding.renamed(_bound(writer, shape, text), writer.fresh()[1:], names)
            yield Check(use.constraint, f"EXISTS {{ {prebinding.body(asked)} }}")


def _bound(writer: Writer, shape: Term, text: str) -> str:
    path = writer.path_of(shape)
    terms = {"currentShape": str(shape)} if isinstance(shape, NamedNode) else {}
    if path is not None:
        terms["PATH"] = writer.shapes.path(path)
    return prebinding.with_whole_names(prebinding.replace(text, terms))
