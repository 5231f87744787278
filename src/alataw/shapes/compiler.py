"""The home of the compiler: a shapes graph into SPARQL queries whose solutions are validation results.

All that a shape and its property shapes ask of the same focus nodes is asked in few passes: one over the focus nodes,
one over their triples, one for each path that is more than a property, and one for each query of a SPARQL constraint.
A pass selects what fails, and tells of each condition whether it held; so a graph without faults is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from alataw.datagraph import FOCUS, SHAPES
from alataw.shapes import custom, prebinding
from alataw.shapes.components import checks
from alataw.shapes.expressions import ANY, PATH, Check, Constraint, Writer, no
from alataw.shapes.graph import TARGETS, Index
from alataw.shapes.prebinding import UncompilableError
from alataw.shapes.results import Result, chosen, message_of, severity_of
from alataw.shapes.stepwise import stepwise
from alataw.terms import OWL, RDF, RDFS, SH, BlankNode, Literal, NamedNode, Term, text_of

THIS, VALUE = "?this", "?value"
WITHIN = f"GRAPH {FOCUS} {{ {FOCUS} {FOCUS} {THIS} }}"
"""The pattern of the focus nodes that the data graph is told to look at."""

_MOST_PREDICATES = 50
"""How many predicates a pass tells apart, one within the other."""

Row = Mapping[str, "Term | None"]


class Pass(NamedTuple):
    """One query and how its solutions are read.

    Args:
        text: A SELECT that is good for any SPARQL 1.1 engine.
        read: Gives the results of one solution.
        slot: The shape with the target, and the number of the pass in it; the same for each of its targets.
        plain: Whether the query is an author's own, who knows nothing of how literals are kept.
        root: The variable of the target's focus node, if the route began at another than ?this.
        each: The query that gives the focus nodes, if the text must be asked of one after the other (`WITHIN`).
    """

    text: str
    read: Callable[[Row], Iterator[tuple[object, Result]]]
    slot: tuple[Term, int]
    plain: bool = False
    root: str = THIS[1:]
    each: str = ""


class Compiled(NamedTuple):
    """The passes of a shapes graph, and the shapes with targets that could not be compiled, each with the reason."""

    passes: list[Pass]
    left: dict[Term, str]


class Focus(NamedTuple):
    """Where focus nodes come from: a pattern that binds ?this, and the variables of the nodes that led there."""

    pattern: str
    route: tuple[str, ...] = ()


@dataclass
class _Family:
    """What the shapes of one focus ask, by the pass in which it is asked."""

    focus: Focus
    of_focus: list[Check] = field(default_factory=list)
    of_triples: dict[str, list[Check]] = field(default_factory=dict)
    of_paths: dict[Term, list[Check]] = field(default_factory=dict)
    of_pairs: list[tuple[Check, Term | None]] = field(default_factory=list)


def compile_shapes(shapes: Index, *, keeps: bool = False, within: bool = False) -> Compiled:
    """Compile a shapes graph.

    Args:
        shapes: The shapes graph.
        keeps: Whether the data graph keeps literals under datatypes of its own (see `data`).
        within: Whether only the focus nodes of `WITHIN` are looked at.

    Raises:
        IllFormedQueryError: If a query of a shape is not allowed by SHACL-SPARQL.
    """
    compiled = Compiled([], {})
    for shape in list(shapes.statements):
        patterns = compile_targets(shapes, shape, keeps=keeps)
        try:
            passes = [
                each
                for pattern in patterns
                for each in _Compiler(shapes, shape, keeps).passes(Focus(narrowed(pattern) if within else pattern))
            ]
        except UncompilableError as error:
            compiled.left[shape] = str(error)
        else:
            compiled.passes.extend(passes)
    return compiled


def compile_targets(shapes: Index, shape: Term, *, keeps: bool) -> list[str]:
    """The patterns of the targets of a shape (SHACL 2.1.3), each binding ?this; none if it has no target."""
    return list(_targets(shapes, shape, Writer(shapes, checks, keeps)))


def _targets(shapes: Index, shape: Term, writer: Writer) -> Iterator[str]:
    found: dict[NamedNode, list[Term]] = {target: shapes.objects(shape, target) for target in TARGETS}
    if is_class(shapes, shape):
        found[SH.targetClass].append(shape)
    if found[SH.targetNode]:
        yield f"VALUES {THIS} {{ {' '.join(map(writer.term, found[SH.targetNode]))} }}"
    for class_ in dict.fromkeys(found[SH.targetClass]):
        yield f"{THIS} {RDF.type}/{RDFS.subClassOf}* {writer.term(class_)} ."
    for predicate in found[SH.targetSubjectsOf]:
        yield f"{THIS} {writer.term(predicate)} ?o0 ."
    for predicate in found[SH.targetObjectsOf]:
        yield f"?o0 {writer.term(predicate)} {THIS} ."


def is_class(shapes: Index, shape: Term) -> bool:
    """Whether a shape is a class too, and so its own target (SHACL 2.1.3.3)."""
    kinds = shapes.objects(shape, RDF.type)
    if SH.NodeShape not in kinds and SH.PropertyShape not in kinds:
        return False
    seen: set[Term] = set()
    while kinds:
        kind = kinds.pop()
        if kind in (RDFS.Class, OWL.Class):
            return True
        if kind not in seen:
            seen.add(kind)
            kinds += shapes.objects(kind, RDFS.subClassOf)
    return False


def narrowed(pattern: str) -> str:
    """A target's pattern, looked for among the nodes of `WITHIN`."""
    return f"{WITHIN} FILTER EXISTS {{ {pattern} }}"


class _Compiler:
    """Compiles what one shape with a target asks."""

    def __init__(self, shapes: Index, shape: Term, keeps: bool) -> None:
        self.shapes = shapes
        self.shape = shape
        self.writer = Writer(shapes, checks, keeps)
        self._numbers = count(1)
        self._open: list[Term] = []

    def passes(self, focus: Focus) -> Iterator[Pass]:
        """The passes of the shape over its focus nodes."""
        for number, each in enumerate(self._family([self.shape], focus)):
            yield each._replace(slot=(self.shape, number))

    def _family(self, members: list[Term], focus: Focus) -> Iterator[Pass]:
        """The passes of shapes that have the same focus nodes."""
        family, later = _Family(focus), []
        for shape in self._members(members):
            path = self.writer.path_of(shape)
            for check in checks(self.writer, shape, THIS, THIS if path is None else VALUE):
                self._sort(family, check, path)
            inner = self.shapes.objects(shape, SH.property)
            if path is not None and inner:
                later.append((shape, inner, path))
            yield from self._queries(shape, focus)
        yield from self._passes(family)
        for shape, inner, path in later:
            if shape in self._open:
                raise UncompilableError("the shape contains itself")
            self._open.append(shape)
            outer = f"?o{next(self._numbers)}"
            pattern = prebinding.replace(focus.pattern, {"this": outer})
            route = tuple(outer if name == THIS else name for name in focus.route)
            yield from self._family(inner, Focus(self.writer.step(pattern, path, outer, THIS), (*route, outer)))
            self._open.pop()

    def _members(self, shapes: Iterable[Term], open_: tuple[Term, ...] = ()) -> Iterator[Term]:
        """Shapes, and the property shapes that they lead to without a step."""
        for shape in shapes:
            if self.shapes.says(shape, SH.deactivated):
                continue
            if shape in open_:
                raise UncompilableError("the shape contains itself")
            yield shape
            if self.writer.path_of(shape) is None:
                yield from self._members(self.shapes.objects(shape, SH.property), (*open_, shape))

    def _sort(self, family: _Family, check: Check, path: Term | None) -> None:
        """Put a check into the pass that answers it."""
        if check.of == "pair":
            family.of_pairs.append((check, path))
        elif check.path == ANY:
            family.of_triples.setdefault(ANY, []).append(check)
        elif check.of == "focus" or (path is None and not check.path):
            family.of_focus.append(check)
        elif check.other:
            of_value = check._replace(holds=prebinding.replace(check.holds, {check.other[1:]: VALUE}), other="")
            family.of_triples.setdefault(check.path, []).append(of_value)
        elif isinstance(path, NamedNode):
            family.of_triples.setdefault(str(path), []).append(check)
        else:
            assert path is not None  # noqa: S101  # it was asked above
            family.of_paths.setdefault(path, []).append(check)

    # -- passes of SHACL Core ------------------------------------------------------------------

    def _passes(self, family: _Family) -> Iterator[Pass]:
        focus = family.focus
        if family.of_focus:
            yield self._select(focus, "", family.of_focus, no(_all(family.of_focus)))
        of_triples = list(family.of_triples.items())
        for start in range(0, len(of_triples), _MOST_PREDICATES):
            yield self._triples(focus, dict(of_triples[start : start + _MOST_PREDICATES]))
        for path, asked in family.of_paths.items():
            further = focus._replace(pattern=self.writer.step(focus.pattern, path, THIS, VALUE))
            yield self._select(further, "", asked, no(_all(asked)), VALUE)
        for check, own in family.of_pairs:
            pair = f"{focus.pattern} {THIS} {check.path} {check.other} ."
            pattern = f"{pair} BIND({THIS} AS {VALUE})" if own is None else self.writer.step(pair, own, THIS, VALUE)
            holds = check.holds if own is not None else prebinding.replace(check.holds, {"this": VALUE})
            yield self._select(focus._replace(pattern=pattern), "", [check], no(holds), VALUE, check.other)

    def _triples(self, focus: Focus, asked: dict[str, list[Check]]) -> Pass:
        """The pass over the triples of the focus nodes."""
        every = [check for some in asked.values() for check in some]
        if len(asked) == 1 and ANY not in asked:
            (predicate,) = asked
            pattern = f"{THIS} {predicate} {VALUE} ."
            return self._select(focus, pattern, every, no(_all(every)), VALUE)
        # Oxigraph looks at both sides of || and &&, but only at the branch of an IF that is taken.
        spoilt = "false"
        for predicate, some in asked.items():
            if predicate != ANY:
                spoilt = f"IF(SAMETERM({PATH}, {predicate}), {no(_all(some))}, {spoilt})"
        if ANY in asked:
            spoilt = f"IF({_all(asked[ANY])}, {spoilt}, true)"
        predicates = {id(check): predicate for predicate, some in asked.items() for check in some}
        only = [predicates[id(check)] for check in every]
        return self._select(focus, f"{THIS} {PATH} {VALUE} .", every, spoilt, VALUE, PATH, only=only)

    def _select(
        self,
        focus: Focus,
        pattern: str,
        asked: list[Check],
        spoilt: str,
        *variables: str,
        only: list[str] | None = None,
    ) -> Pass:
        """A query for what fails, with a column for each condition that says whether it held."""
        names = [THIS, *focus.route, *variables]
        columns = [f"({check.holds} AS ?c{number})" for number, check in enumerate(asked)]
        if len(asked) == 1:
            columns = []  # the filter has said it
        group = f"{focus.pattern} {pattern} FILTER({spoilt})"
        text = f"SELECT {' '.join([*names, *columns])} WHERE {{ {group} }}"
        tellers = [self._teller(check) for check in asked]

        def read(row: Row) -> Iterator[tuple[object, Result]]:
            route = tuple(row[name[1:]] for name in focus.route)
            path = row.get(PATH[1:])
            for number, (check, tell) in enumerate(zip(asked, tellers, strict=True)):
                if columns and text_of(row[f"c{number}"]) == "true":
                    continue
                if only and only[number] not in (ANY, str(path)):
                    continue
                other = row[check.other[1:]] if check.other else None
                result, told = tell(row)
                yield (number, route, other, told), result

        return Pass(text, read, (self.shape, 0), root=_root(focus))

    def _teller(self, check: Check) -> Callable[[Row], tuple[Result, object]]:
        """What makes a result of a solution, with what sets it apart from others of its focus node."""
        shapes, constraint = self.shapes, check.constraint
        shape = constraint.shape
        path = self.writer.path_of(shape)
        path_text = "" if path is None else shapes.path_text(path)
        message = message_of(shapes, constraint.component, constraint.value, *self._speakers(constraint))
        severity = severity_of(shapes, shape)

        def tell(row: Row) -> tuple[Result, object]:
            focus = row["this"]
            assert focus is not None  # noqa: S101  # every pattern binds it
            value = row.get("value", focus)
            said = value if check.tells == "value" else None
            path_ = text_of(row["path"]) if check.path == ANY else path_text
            result = Result(focus, path_, said, shape, constraint.component, severity, message)
            language = isinstance(value, Literal) and check.tells == "language" and (value.language or "").lower()
            return result, (focus, path_, said, language)

        return tell

    def _speakers(self, constraint: Constraint) -> list[Term]:
        """The nodes whose message is told: for a component of one's own, its validator's before the shape's."""
        own = [use.validator for use in custom.uses(self.shapes, constraint.shape) if use.constraint == constraint]
        return [constraint.shape] if not own else [*own, constraint.component, constraint.shape]

    # -- SHACL-SPARQL --------------------------------------------------------------------------

    def _queries(self, shape: Term, focus: Focus) -> Iterator[Pass]:
        """The queries of SPARQL constraints, and of components whose validators are SELECTs."""
        for constraint in self.shapes.objects(shape, SH.sparql):
            if not self.shapes.says(constraint, SH.deactivated):
                said = Constraint(shape, SH.sparql, constraint, SH.SPARQLConstraintComponent)
                yield self._query(said, constraint, {}, focus)
        for use in custom.uses(self.shapes, shape):
            if not use.asks:
                yield self._query(use.constraint, use.validator, use.values, focus)

    def _query(self, constraint: Constraint, node: Term, values: Mapping[str, Term], focus: Focus) -> Pass:
        shapes, shape = self.shapes, constraint.shape
        text = prebinding.read(shapes, node, SH.select)
        path = self.writer.path_of(shape)
        terms = {name: _constant(value) for name, value in values.items()}
        terms |= {"shapesGraph": str(SHAPES)} | ({"currentShape": str(shape)} if isinstance(shape, NamedNode) else {})
        if path is not None:
            terms["PATH"] = shapes.path(path)
        text = stepwise(prebinding.replace(text, terms))
        each = f"SELECT DISTINCT {THIS} WHERE {{ {focus.pattern} }}" if prebinding.is_of_each(text) else ""
        text = prebinding.bind(text, WITHIN if each else focus.pattern)
        severity = severity_of(shapes, shape)
        own = node if constraint.parameter == SH.sparql else None
        template = message_of(shapes, constraint.component, None, node, constraint.component, shape)

        def read(row: Row) -> Iterator[tuple[object, Result]]:
            bound = dict(prebinding.variables(row))
            if "this" not in bound:
                return
            told = {name: text_of(term) for name, term in {**values, **bound}.items()}
            message = chosen([bound["message"]]) if "message" in bound else _filled(template, told)
            at = bound.get("path")
            path_ = text_of(at) if at is not None else "" if path is None else shapes.path_text(path)
            value = bound.get("value", bound["this"] if path is None else None)
            result = Result(bound["this"], path_, value, shape, constraint.component, severity, message, own)
            yield tuple(sorted((name, str(term)) for name, term in bound.items())), result

        return Pass(text, read, (self.shape, 0), plain=True, root=_root(focus), each=each)


def _root(focus: Focus) -> str:
    return focus.route[0][1:] if focus.route else THIS[1:]


def _all(asked: list[Check]) -> str:
    return "(" + " && ".join(check.holds for check in asked) + ")"


def _constant(term: Term) -> str:
    if isinstance(term, BlankNode):
        raise UncompilableError("a blank node cannot be a parameter of a query")
    return str(term)


def _filled(template: str, values: Mapping[str, str]) -> str:
    """A message with the values of its variables (SHACL 5.3.2)."""
    for name, value in values.items():
        template = template.replace(f"{{?{name}}}", value).replace(f"{{${name}}}", value)
    return template
