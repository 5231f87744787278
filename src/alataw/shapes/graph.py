"""The home of the shapes graph: its statements by subject, its lists, its paths, and the terms that SHACL has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

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
        # A node that is a list is a sequence, whatever else is said of it.
        if not self.objects(path, RDF.first):
            for predicate, form in _FORMS:
                for inner in self.objects(path, predicate):
                    return form.format(self.path(inner))
            for head in self.objects(path, SH.alternativePath):
                return "(" + "|".join(map(self.path, self.items(head))) + ")"
        return "/".join(self.steps(path))

    def steps(self, path: Term) -> list[str]:
        """The steps of a path, one after the other: several for a sequence, else one."""
        if isinstance(path, NamedNode) or not self.objects(path, RDF.first):
            return [self.path(path)]
        return [step for item in self.items(path) for step in self.steps(item)]
