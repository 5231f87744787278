"""Every constraint of `ontology/shape/` finds what it is for, and nothing else.

A fixture is data with the report that the shapes must give of it, as in the W3C SHACL test suite (`sht:Validate`).
Its name says which shape it is for, and which constraint it breaks:

    tests/shape/opening/date.min-count.fail.ttl       breaks sh:minCount of <shape/opening#date>
    tests/shape/opening/shape.closed.fail.ttl         breaks sh:closed of <shape/opening> itself
    tests/shape/opening/dates-differ.sparql.fail.ttl  breaks the rule <shape/opening#dates-differ>
    tests/shape/opening/dates-differ.pass.ttl         conforms although that rule looks at it

The ontology's terms are added to the data, since targets and concepts need them; the shapes are those of one document.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Quad, Store, Variable

from alataw import sparql
from alataw.document import Document
from alataw.repository import Repository, kebab
from alataw.shapes import ENGINES, Index, validate
from alataw.shapes.compiler import compile_targets
from alataw.terms import BASE, RDF, SH, NamedNode, Namespace, Term, Triple, text_of

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "shape"
REPOSITORY = Repository(ROOT)
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")

# SHACL, section 4 and 5.3: the parameters that make a constraint. sh:property leads on, sh:flags belongs to sh:pattern.
PARAMETERS = tuple(
    """class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength
    pattern languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone node qualifiedMinCount
    qualifiedMaxCount closed hasValue in sparql""".split()
)
THIS = Variable("this")

VOCABULARY = tuple(
    triple
    for document in REPOSITORY.ontology()
    if not document.iri.value.startswith(BASE + "alignment/")
    for triple in document.triples
)
PREFIXES, *DOCUMENTS = REPOSITORY.shapes()
SHAPES = {document.iri: [*PREFIXES.triples, *document.triples] for document in DOCUMENTS}
INDEX = Index(triple for document in DOCUMENTS for triple in document.triples)
NAMED = sorted(
    (node for node in INDEX.statements if {SH.NodeShape, SH.PropertyShape} & set(INDEX.objects(node, RDF.type))),
    key=text_of,
)

FAILING = sorted(FIXTURES.rglob("*.fail.ttl"))
PASSING = sorted(FIXTURES.rglob("*.pass.ttl"))


def name_of(path: Path) -> str:
    """A fixture as it is named below `tests/shape/`."""
    return path.relative_to(FIXTURES).as_posix()


def shape_name(shape: Term) -> str:
    """The name of a shape in file names: `opening/date` for <shape/opening#date>, `opening/shape` for <shape/opening>."""
    document, _, fragment = text_of(shape).removeprefix(BASE + "shape/").partition("#")
    return f"{document}/{fragment or 'shape'}"


def component(parameter: str) -> NamedNode:
    """The constraint component that a parameter belongs to."""
    name = "SPARQL" if parameter == "sparql" else parameter[0].upper() + parameter[1:]
    return SH[f"{name}ConstraintComponent"]


# The file that breaks a constraint -> the constraint.
CONSTRAINTS = {
    f"{shape_name(shape)}.{kebab(parameter)}.fail.ttl": (shape, component(parameter))
    for shape in NAMED
    for parameter in PARAMETERS
    if INDEX.objects(shape, SH[parameter])
}

# -- what a fixture says ----------------------------------------------------------------------------

Report = list[tuple[str, ...]]


@cache
def read(path: Path) -> Document:
    """Read a fixture; it is named by its path, as a document of data is."""
    iri = NamedNode(BASE + path.relative_to(ROOT).with_suffix("").as_posix())
    return Document.read(path.read_bytes(), iri=iri, file=path.relative_to(ROOT).as_posix())


def shapes_of(fixture: Document) -> list[Triple]:
    """The shapes document that a fixture is validated against, with the prefixes of its SPARQL."""
    (graph,) = Index(fixture.triples).objects(fixture.iri, SHT.shapesGraph)
    assert isinstance(graph, NamedNode)
    return SHAPES[graph]


def expected(fixture: Document) -> tuple[bool, Report]:
    """Read the report that a fixture carries: whether it conforms, and its results."""
    index = Index(fixture.triples)

    def text(result: Term, predicate: NamedNode) -> str:
        return next(map(str, index.objects(result, predicate)), "")

    (report,) = index.objects(fixture.iri, MF.result)
    results = [
        (
            text(result, SH.focusNode),
            next(map(index.path_text, index.objects(result, SH.resultPath)), ""),
            text(result, SH.value),
            text(result, SH.sourceShape),
            text(result, SH.sourceConstraintComponent),
            text(result, SH.resultSeverity),
        )
        for result in index.objects(report, SH.result)
    ]
    return text_of(index.objects(report, SH.conforms)[0]) == "true", sorted(results)


# -- fixtures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PASSING, *FAILING], ids=name_of)
def test_a_fixture_gives_its_report(path: Path) -> None:
    """Every engine gives exactly the report that the fixture carries, with the same messages, all filled in."""
    fixture = read(path)
    found = [validate([*VOCABULARY, *fixture.triples], shapes_of(fixture), engine=engine) for engine in ENGINES]
    results, *others = (sorted(results, key=repr) for results in found)
    assert all(other == results for other in others)
    report = sorted(
        (
            str(result.focus_node),
            result.path,
            "" if result.value is None else str(result.value),
            str(result.source_shape),
            str(result.component),
            str(result.severity),
        )
        for result in results
    )
    assert (not report, report) == expected(fixture)
    assert not [result.message for result in results if "{?" in result.message or "{$" in result.message]


@pytest.mark.parametrize("path", FAILING, ids=name_of)
def test_a_failing_fixture_breaks_the_constraint_it_is_named_by(path: Path) -> None:
    """The report of a failing fixture names the shape and the component that the file name does."""
    shape, broken = CONSTRAINTS[name_of(path)]
    _, results = expected(read(path))
    assert (str(shape), str(broken)) in {result[3:5] for result in results}


def test_every_constraint_has_a_failing_fixture() -> None:
    """No constraint is without a fixture that breaks it, and no fixture breaks a constraint that is gone."""
    assert sorted(map(name_of, FAILING)) == sorted(CONSTRAINTS)


def test_every_passing_fixture_is_named_by_a_shape() -> None:
    """No passing fixture is for a shape that is gone."""
    assert {name_of(path).removesuffix(".pass.ttl") for path in PASSING} <= set(map(shape_name, NAMED))


# -- shapes that look -------------------------------------------------------------------------------


@cache
def store_of(path: Path) -> Store:
    """A fixture with the ontology's terms, to be queried."""
    store = Store()
    store.extend(Quad(*triple) for triple in [*VOCABULARY, *read(path).triples])
    return store


def focus_nodes_of(path: Path, shape: Term) -> set[Term]:
    """The nodes of a fixture that are targets of a shape, or of the shape that it is a property of."""
    outer = [node for node in NAMED if shape in INDEX.objects(node, SH.property)]
    patterns = [pattern for node in (shape, *outer) for pattern in compile_targets(INDEX, node, keeps=False)]
    found = {
        solution["this"] for pattern in patterns for solution in store_of(path).query(f"SELECT ?this {{ {pattern} }}")
    }
    return found & {triple.subject for triple in read(path).triples}


def pattern_of(shape: Term) -> str:
    """What a focus node must match for a shape to have something to judge, as a query."""
    for rule in INDEX.objects(shape, SH.sparql):
        (select,) = INDEX.objects(rule, SH.select)
        return without_filters(text_of(select)) or "SELECT $this WHERE { $this a ?class }"
    for path in INDEX.objects(shape, SH.path):
        text = INDEX.path_text(path)
        return f"SELECT $this WHERE {{ $this {f'<{text}>' if isinstance(path, NamedNode) else text} ?value }}"
    return "SELECT $this WHERE { $this a ?class }"


def without_filters(select: str) -> str:
    """A query without its filters; empty if it has none, since what matches its pattern then breaks the rule."""
    kept, start, depth, inside = "", 0, 0, False
    for token in sparql.tokens(select):
        if token.text.upper() == "FILTER" and not inside:
            kept, inside, depth = kept + select[start : token.offset], True, 0
        elif inside and token.kind in ("open", "close"):
            depth += 1 if token.kind == "open" else -1
            if depth == 0:
                start, inside = token.end, False
    return kept and kept + select[start:]


def looks(path: Path, shape: Term) -> bool:
    """Whether a shape finds in a fixture what it judges."""
    return any(
        any(store_of(path).query(pattern_of(shape), prefixes=REPOSITORY.prefixes, substitutions={THIS: focus}))
        for focus in focus_nodes_of(path, shape)
    )


@pytest.mark.parametrize("shape", NAMED, ids=shape_name)
def test_every_shape_lets_pass_what_it_looked_at(shape: Term) -> None:
    """A passing fixture holds a value of the path, or all that a rule matches but for its filters."""
    name = shape_name(shape)
    own = [FIXTURES / f"{name}.pass.ttl"] if INDEX.objects(shape, SH.sparql) else PASSING
    assert any(looks(path, shape) for path in own if path.parent.name == name.partition("/")[0])
