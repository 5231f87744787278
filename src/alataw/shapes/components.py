"""The home of the constraint components of SHACL Core: for each, what it asks, in the order of the specification."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeAlias

import pyoxigraph

from alataw.shapes import custom
from alataw.shapes.expressions import ANY, PATH, Check, Constraint, Writer, no, whole
from alataw.shapes.lexical import FORMS
from alataw.shapes.prebinding import UncompilableError
from alataw.terms import RDF, RDFS, SH, Literal, NamedNode, Term

Asking: TypeAlias = Callable[[Writer, Constraint, str, str], Iterator[Check]]
"""Gives the checks of a constraint, in the variables of the focus node and of a value."""


def checks(writer: Writer, shape: Term, focus: str, value: str) -> Iterator[Check]:
    """What a shape asks of a focus node and of a value; sh:property and sh:sparql are not among it."""
    for parameter, asking in COMPONENTS.items():
        for said in writer.shapes.objects(shape, parameter):
            constraint = Constraint(shape, parameter, said, component(parameter))
            yield from asking(writer, constraint, focus, value)
    yield from custom.checks(writer, shape, focus, value)


def component(parameter: NamedNode) -> NamedNode:
    """The constraint component of a parameter.

    >>> component(SH.minCount).value.rpartition("#")[2]
    'MinCountConstraintComponent'
    """
    name = parameter.value.removeprefix(SH.iri)
    return SH[f"{name[0].upper()}{name[1:]}ConstraintComponent"]


def _of_value(condition: Callable[[Writer, Term, str], str]) -> Asking:
    """A component that asks something of each value alone."""

    def asking(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
        yield Check(constraint, condition(writer, constraint.value, value))

    return asking


# -- 4.1 value type ---------------------------------------------------------------------------------


def _class(writer: Writer, class_: Term, value: str) -> str:
    return f"EXISTS {{ {value} {RDF.type}/{RDFS.subClassOf}* {writer.term(class_)} }}"


def _datatype(writer: Writer, datatype: Term, value: str) -> str:
    if not isinstance(datatype, NamedNode):
        raise UncompilableError(f"{datatype} is no datatype")
    asked = [f"isLiteral({value})", f"DATATYPE({value}) IN ({writer.datatypes(datatype)})"]
    form = FORMS.get(datatype.value)
    if form is None:
        return "(" + " && ".join(asked) + ")"
    asked.append(f"REGEX(STR({value}), {Literal(f'^({form.pattern})$')})")
    if form.beside:
        asked.append(f"!REGEX(STR({value}), {Literal(f'^({form.beside})$')})")
    if form.least is not None:
        number = f"<http://www.w3.org/2001/XMLSchema#decimal>(STR({value}))"
        asked += [f"{number} >= {form.least}", f"{number} <= {form.most}"]
    return f"COALESCE({' && '.join(asked)}, false)"


_KINDS = {
    SH.IRI: ("isIRI",),
    SH.BlankNode: ("isBlank",),
    SH.Literal: ("isLiteral",),
    SH.BlankNodeOrIRI: ("isBlank", "isIRI"),
    SH.BlankNodeOrLiteral: ("isBlank", "isLiteral"),
    SH.IRIOrLiteral: ("isIRI", "isLiteral"),
}


def _node_kind(writer: Writer, kind: Term, value: str) -> str:
    if not isinstance(kind, NamedNode) or kind not in _KINDS:
        raise UncompilableError(f"{kind} is no kind of node")
    return "(" + " || ".join(f"{function}({value})" for function in _KINDS[kind]) + ")"


# -- 4.2 cardinality --------------------------------------------------------------------------------


def _min_count(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
    path = _path(writer, constraint)
    holds = writer.at_least(whole(constraint.value), focus, path, lambda _: "")
    yield Check(constraint, holds, of="focus", tells="")


def _max_count(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
    """None or one is asked of each value, whether it is there and alone: that costs one look at a value."""
    path, most = _path(writer, constraint), whole(constraint.value)
    if most > 1:
        yield Check(constraint, no(writer.at_least(most + 1, focus, path, lambda _: "")), of="focus", tells="")
    elif most < 1:
        yield Check(constraint, "false", tells="")
    else:
        other = writer.fresh()
        another = writer.exists(focus, path, other, no(f"SAMETERM({other}, {value})"))
        yield Check(constraint, no(another), tells="")


def _path(writer: Writer, constraint: Constraint) -> Term:
    path = writer.path_of(constraint.shape)
    if path is None:
        raise UncompilableError(f"<{constraint.parameter.value}> is asked of a shape without a path")
    return path


# -- 4.3 range, 4.4 strings -------------------------------------------------------------------------


def _compared(operator: str) -> Asking:
    def condition(writer: Writer, limit: Term, value: str) -> str:
        return f"COALESCE({writer.number(value)} {operator} {limit}, false)"

    return _of_value(condition)


def _min_length(writer: Writer, length: Term, value: str) -> str:
    return f"COALESCE(STRLEN(STR({value})) >= {whole(length)}, false)"


def _max_length(writer: Writer, length: Term, value: str) -> str:
    return f"COALESCE(STRLEN(STR({value})) <= {whole(length)}, false)"


def _pattern(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
    flags = writer.shapes.object(constraint.shape, SH.flags)
    arguments = ", ".join([str(constraint.value), *([str(flags)] if flags else [])])
    if not _is_pattern(arguments):
        raise UncompilableError(f"the engine cannot read the pattern {constraint.value}")
    yield Check(constraint, f"COALESCE(REGEX(STR({value}), {arguments}), false)")


@cache
def _is_pattern(arguments: str) -> bool:
    found = pyoxigraph.Store().query(f'SELECT (REGEX("", {arguments}) AS ?read) {{}}')
    return isinstance(found, pyoxigraph.QuerySolutions) and next(found)["read"] is not None


def _language_in(writer: Writer, head: Term, value: str) -> str:
    ways = [f"LANGMATCHES(LANG({value}), {tag})" for tag in writer.shapes.items(head)]
    return f"COALESCE({' || '.join(ways)}, false)" if ways else "false"


def _unique_lang(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
    if not writer.shapes.says(constraint.shape, SH.uniqueLang):
        return
    other = writer.fresh()
    same = f"COALESCE(LCASE(LANG({other})) = LCASE(LANG({value})) && !SAMETERM({other}, {value}), false)"
    twin = writer.exists(focus, _path(writer, constraint), other, same)
    yield Check(constraint, f'(COALESCE(LANG({value}), "") = "" || {no(twin)})', tells="language")


# -- 4.5 property pairs -----------------------------------------------------------------------------


def _equals(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
    yield Check(constraint, f"EXISTS {{ {focus} {constraint.value} {value} }}")
    path = writer.path_of(constraint.shape)
    other = writer.fresh()
    there = f"SAMETERM({focus}, {other})" if path is None else writer.reaches(focus, path, other)
    yield Check(constraint, there, path=str(constraint.value), other=other)


def _disjoint(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
    yield Check(constraint, no(f"EXISTS {{ {focus} {constraint.value} {value} }}"))


def _less(operator: str) -> Asking:
    def asking(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
        other = writer.fresh()
        holds = f"COALESCE({writer.number(value)} {operator} {writer.number(other)}, false)"
        yield Check(constraint, holds, of="pair", path=str(constraint.value), other=other)

    return asking


# -- 4.6 logic, 4.7 shapes --------------------------------------------------------------------------


def _not(writer: Writer, shape: Term, value: str) -> str:
    return no(writer.conforms(shape, value))


def _and(writer: Writer, head: Term, value: str) -> str:
    return "(" + " && ".join(["true", *_all(writer, head, value)]) + ")"


def _or(writer: Writer, head: Term, value: str) -> str:
    return "(" + " || ".join(["false", *_all(writer, head, value)]) + ")"


def _xone(writer: Writer, head: Term, value: str) -> str:
    return "(" + " + ".join(["0", *(f"IF({one}, 1, 0)" for one in _all(writer, head, value))]) + " = 1)"


def _all(writer: Writer, head: Term, value: str) -> list[str]:
    return [writer.conforms(shape, value) for shape in writer.shapes.items(head)]


def _node(writer: Writer, shape: Term, value: str) -> str:
    return writer.conforms(shape, value)


def _qualified(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
    """Each qualified shape of the shape, with the count; 4.7.3."""
    shapes, path = writer.shapes, _path(writer, constraint)
    least = constraint.parameter == SH.qualifiedMinCount
    for qualified in shapes.objects(constraint.shape, SH.qualifiedValueShape):
        siblings = _siblings(writer, constraint.shape, qualified)

        def asked(of: str, shape: Term = qualified, siblings: tuple[Term, ...] = siblings) -> str:
            others = [no(writer.conforms(sibling, of)) for sibling in siblings]
            return " && ".join([writer.conforms(shape, of), *others])

        number = whole(constraint.value) + (not least)
        enough = writer.at_least(number, focus, path, asked)
        yield Check(constraint, enough if least else no(enough), of="focus", tells="")


def _siblings(writer: Writer, shape: Term, qualified: Term) -> tuple[Term, ...]:
    """The other qualified shapes of the shapes that have this one as a property; none unless they are disjoint."""
    shapes = writer.shapes
    if not shapes.says(shape, SH.qualifiedValueShapesDisjoint):
        return ()
    parents = [node for node in shapes.statements if shape in shapes.objects(node, SH.property)]
    found = [
        sibling
        for parent in parents
        for one in shapes.objects(parent, SH.property)
        for sibling in shapes.objects(one, SH.qualifiedValueShape)
    ]
    return tuple(dict.fromkeys(sibling for sibling in found if sibling != qualified))


# -- 4.8 others -------------------------------------------------------------------------------------


def _closed(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
    shapes, shape = writer.shapes, constraint.shape
    if not shapes.says(shape, SH.closed):
        return
    paths = [path for inner in shapes.objects(shape, SH.property) for path in shapes.objects(inner, SH.path)]
    ignored = [item for head in shapes.objects(shape, SH.ignoredProperties) for item in shapes.items(head)]
    known = ", ".join(dict.fromkeys(str(path) for path in (*paths, *ignored) if isinstance(path, NamedNode)))
    yield Check(constraint, f"({PATH} IN ({known}))", path=ANY)


def _has_value(writer: Writer, constraint: Constraint, focus: str, value: str) -> Iterator[Check]:
    path, there = writer.path_of(constraint.shape), writer.term(constraint.value)
    holds = f"SAMETERM({focus}, {there})" if path is None else writer.reaches(focus, path, there)
    yield Check(constraint, holds, of="focus", tells="")


def _in(writer: Writer, head: Term, value: str) -> str:
    items = list(writer.shapes.items(head))
    if all(isinstance(item, NamedNode) for item in items):
        return f"({value} IN ({', '.join(map(str, items))}))"
    return "(" + " || ".join(f"SAMETERM({value}, {writer.term(item)})" for item in items) + ")"


COMPONENTS: dict[NamedNode, Asking] = {
    SH["class"]: _of_value(_class),
    SH.datatype: _of_value(_datatype),
    SH.nodeKind: _of_value(_node_kind),
    SH.minCount: _min_count,
    SH.maxCount: _max_count,
    SH.minExclusive: _compared(">"),
    SH.minInclusive: _compared(">="),
    SH.maxExclusive: _compared("<"),
    SH.maxInclusive: _compared("<="),
    SH.minLength: _of_value(_min_length),
    SH.maxLength: _of_value(_max_length),
    SH.pattern: _pattern,
    SH.languageIn: _of_value(_language_in),
    SH.uniqueLang: _unique_lang,
    SH.equals: _equals,
    SH.disjoint: _disjoint,
    SH.lessThan: _less("<"),
    SH.lessThanOrEquals: _less("<="),
    SH["not"]: _of_value(_not),
    SH["and"]: _of_value(_and),
    SH["or"]: _of_value(_or),
    SH.xone: _of_value(_xone),
    SH.node: _of_value(_node),
    SH.qualifiedMinCount: _qualified,
    SH.qualifiedMaxCount: _qualified,
    SH.closed: _closed,
    SH.hasValue: _has_value,
    SH["in"]: _of_value(_in),
}
"""Parameter -> what its component asks (SHACL, section 4)."""
