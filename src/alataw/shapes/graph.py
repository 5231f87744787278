"""The home of the shapes graph: its statements by subject, its lists, its paths, and the terms that SHACL has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from alataw.terms import RDF, RDFS, SH, XSD, Literal, NamedNode, Term, Triple

# SHACL (W3C Recommendation 2017-07-20): Core, sections 2 to 4, SHACL-SPARQL, sections 5 and 6, and the report, 3.6.
TERMS = frozenset(
    """
    NodeShape PropertyShape Shape targetNode targetClass targetSubjectsOf targetObjectsOf property path severity
    message deactivated name description order group defaultValue PropertyGroup inversePath alternativePath
    zeroOrMorePath oneOrMorePath zeroOrOnePath class datatype nodeKind minCount maxCount minExclusive minInclusive
    maxExclusive maxInclusive minLength maxLength pattern flags languageIn uniqueLang equals disjoint lessThan
    lessThanOrEquals not and or xone node qualifiedValueShape qualifiedMinCount qualifiedMaxCount
    qualifiedValueShapesDisjoint closed ignoredProperties hasValue in IRI BlankNode Literal BlankNodeOrIRI
    BlankNodeOrLiteral IRIOrLiteral Violation Warning Info sparql select ask prefixes declare prefix namespace
    PrefixDeclaration SPARQLConstraint SPARQLExecutable SPARQLSelectExecutable SPARQLAskExecutable
    ConstraintComponent SPARQLAskValidator SPARQLSelectValidator validator nodeValidator propertyValidator
    parameter Parameter optional labelTemplate Validator Parameterizable shapesGraph entailment
    suggestedShapesGraph ValidationReport ValidationResult AbstractResult conforms result focusNode resultPath value
    sourceShape sourceConstraint sourceConstraintComponent detail resultMessage resultSeverity
    shapesGraphWellFormed
    """.split()
)

TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
LEADS_TO_SHAPE = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
LEADS_TO_SHAPES = (SH["and"], SH["or"], SH.xone)

TRUE = Literal("true", datatype=XSD.boolean)

# SHACL 2.3.1: the predicate of a path's node -> the form in SPARQL (SPARQL 1.1, 9.1).
_FORMS = (
    (SH.inversePath, "^{}"),
    (SH.zeroOrMorePath, "({})*"),
    (SH.oneOrMorePath, "({})+"),
    (SH.zeroOrOnePath, "({})?"),
)


class Index:
    """The statements of a graph by subject, and its lists."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.statements: dict[Term, list[tuple[NamedNode, Term]]] = defaultdict(list)
        for triple in triples:
            self.statements[triple.subject].append((triple.predicate, triple.object))
        self._instances: dict[NamedNode, list[Term]] = {}

    def objects(self, subject: Term, *predicates: NamedNode) -> list[Term]:
        """The objects of a subject under any of the predicates."""
        return [value for said, value in self.statements.get(subject, ()) if said in predicates]

    def object(self, subject: Term, predicate: NamedNode) -> Term | None:
        """The first object of a subject under a predicate, None if there is none."""
        return next(iter(self.objects(subject, predicate)), None)

    def says(self, subject: Term, predicate: NamedNode) -> bool:
        """Whether the predicate is true of the subject; only `true` is, as the Recommendation has it, not `1`."""
        return TRUE in self.objects(subject, predicate)

    def instances(self, class_: NamedNode) -> list[Term]:
        """What is of a class or of one of its subclasses, as far as this graph tells."""
        if class_ not in self._instances:
            classes: list[Term] = [class_]
            found: dict[Term, None] = {}
            for known in classes:
                classes += [sub for sub in self._subjects(RDFS.subClassOf, known) if sub not in classes]
                found |= dict.fromkeys(self._subjects(RDF.type, known))
            self._instances[class_] = list(found)
        return self._instances[class_]

    def _subjects(self, predicate: NamedNode, value: Term) -> list[Term]:
        return [subject for subject, said in self.statements.items() if (predicate, value) in said]

    def items(self, head: Term) -> Iterator[Term]:
        """The items of a list; a list that runs in a circle ends where it meets itself."""
        seen: set[Term] = set()
        while head not in seen and head in self.statements:
            seen.add(head)
            yield from self.objects(head, RDF.first)
            head = next(iter(self.objects(head, RDF.rest)), RDF.nil)

    def parts(self, shape: Term) -> list[Term]:
        """The shapes that a shape leads to."""
        lists = self.objects(shape, *LEADS_TO_SHAPES)
        return self.objects(shape, *LEADS_TO_SHAPE) + [item for head in lists for item in self.items(head)]

    def targets(self, shape: Term) -> list[tuple[NamedNode, Term]]:
        """What a shape says of the nodes that it is for: target predicate and value."""
        return [(target, value) for target in TARGETS for value in self.objects(shape, target)]

    def path_text(self, path: Term) -> str:
        """A path as SPARQL writes it; a single property as its IRI."""
        return path.value if isinstance(path, NamedNode) else self.path(path)

    def path(self, path: Term) -> str:
        """A path as it stands in a query."""
        if isinstance(path, NamedNode):
            return str(path)
        form, parts = self.parts_of_path(path)
        written = [self.path(part) for part in parts]
        # `^` binds to one element: a sequence, or another `^`, needs brackets.
        if form == "^{}" and not isinstance(parts[0], NamedNode) and self.parts_of_path(parts[0])[0] in ("", "^{}"):
            form = "^({})"
        return form.format(*written) if form else "/".join(written)

    def ways(self, path: Term, *, inverse: bool = False) -> list[str]:
        """The ways along a path that take a step at least, only single properties gone against their direction.

        Oxigraph finds `^<p>` from a literal, but not `^(<p>|<q>)`, and takes `<p>?` from nodes of the graph only.
        """
        if isinstance(path, NamedNode):
            return [f"{'^' * inverse}{path}"]
        form, parts = self.parts_of_path(path)
        inner = [self.ways(part, inverse=inverse != (form == "^{}")) for part in parts]
        if form in ("({})*", "({})+"):
            return [f"({'|'.join(inner[0])})+"]
        if form:
            return [way for ways in inner for way in ways]
        choices = [ways + [""] * self.may_be_empty(part) for ways, part in zip(inner, parts, strict=True)]
        sequences = ([step for step in choice if step] for choice in product(*choices))
        return ["/".join(reversed(steps) if inverse else steps) for steps in sequences if steps]

    def may_be_empty(self, path: Term) -> bool:
        """Whether a path leads from every node to itself."""
        if isinstance(path, NamedNode):
            return False
        form, parts = self.parts_of_path(path)
        if form in ("({})*", "({})?"):
            return True
        empty = [self.may_be_empty(part) for part in parts]
        return any(empty) if form.startswith("({}|") else all(empty) and bool(empty)

    def parts_of_path(self, path: Term) -> tuple[str, list[Term]]:
        """The form of a path that is no single property, and what it is made of; a sequence has no form."""
        # A node that is a list is a sequence, whatever else is said of it.
        if not self.objects(path, RDF.first):
            for predicate, form in _FORMS:
                for inner in self.objects(path, predicate):
                    return form, [inner]
            for head in self.objects(path, SH.alternativePath):
                parts = list(self.items(head))
                return "(" + "|".join(["{}"] * len(parts)) + ")", parts
        return "", list(self.items(path))
