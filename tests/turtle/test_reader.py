"""Reading Turtle: the same triples as the parser beneath, each with its place; faults told at theirs."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from alataw import turtle
from alataw.errors import InputError
from alataw.terms import Triple
from alataw.turtle.scanner import tokens

SUITE = Path(__file__).resolve().parents[3] / "shared" / "suites" / "w3c-turtle"
BASE = "http://www.w3.org/2013/TurtleTests/"
XSD = "http://www.w3.org/2001/XMLSchema#"
LENIENT = turtle.Limits(nul=True)


def cases(*kinds: str) -> list[Path]:
    """The texts that the suite's manifest names under test classes of the RDF test vocabulary."""
    if not SUITE.is_dir():
        return []
    manifest = turtle.parse((SUITE / "manifest.ttl").read_bytes(), file="manifest.ttl", base_iri=BASE + "manifest.ttl")
    tests = {
        t.subject
        for t in manifest.triples
        if t.object in [NamedNode(f"http://www.w3.org/ns/rdftest#{kind}") for kind in kinds]
    }
    actions = [t for t in manifest.triples if t.predicate.value.endswith("#action") and t.subject in tests]
    return [SUITE / action.object.value.rpartition("/")[2] for action in actions]


POSITIVE = cases("TestTurtleEval", "TestTurtlePositiveSyntax")
NEGATIVE = cases("TestTurtleNegativeSyntax", "TestTurtleNegativeEval")
CASES = POSITIVE + NEGATIVE

needs_suite = pytest.mark.skipif(not CASES, reason="the W3C Turtle suite is not beside the project")


def token_at(parsed: turtle.Parsed, position: turtle.Position) -> str:
    """The token that begins at a position, with the language or datatype of a literal."""
    lines = parsed.text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: position.line - 1]) + position.column - 1
    found = list(tokens(parsed.text))
    (number,) = [n for n, token in enumerate(found) if token.offset == offset]
    text = found[number].text
    if found[number].kind == "string" and number + 1 < len(found):
        if found[number + 1].kind == "at":
            text += found[number + 1].text
        elif found[number + 1].kind == "^^":
            text += "^^" + found[number + 2].text
    return text


def meaning(token: str, parsed: turtle.Parsed, base: str) -> object:
    """What a token means as an object, told by the parser from the token alone."""
    if token in ("[", "("):
        return BlankNode
    if token == ")":
        return NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil")
    if token.startswith("_:"):
        return BlankNode
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in parsed.prefixes.items())
    text = f"{prefixes}<x:s> <x:p> {'<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>' if token == 'a' else token} ."
    (quad,) = pyoxigraph.parse(text, format=RdfFormat.TURTLE, base_iri=parsed.base_iri or base)
    return quad.object


def agrees(term: object, told: object, item_of_list: bool) -> bool:
    """Whether a term is what its token means; an empty list is nil, a first cell of one a blank node."""
    if told is BlankNode:
        return isinstance(term, BlankNode) or term == NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil")
    return term == told or item_of_list


@needs_suite
@pytest.mark.parametrize("path", POSITIVE, ids=lambda path: path.stem)
def test_every_triple_of_the_w3c_suite_is_read_and_has_its_place(path: Path) -> None:
    """Triples are those of pyoxigraph, and the token at each place means the term."""
    base = BASE + path.name
    parsed = turtle.parse(path.read_bytes(), file=path.name, base_iri=base, limits=LENIENT)
    expected = pyoxigraph.Dataset(pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE, base_iri=base))
    found = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in parsed.triples)
    for dataset in (expected, found):
        dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    assert found == expected
    assert len(parsed.positions) == len(parsed.triples)
    if (
        ("prefix" in path.name and "reassigned" in path.name)
        or "base" in path.name
        or "IRI-resolution" in path.name
        or "subm-27" in path.name
    ):
        return  # a token of a text that changes its base or a prefix means different things at different places
    for triple, position in zip(parsed.triples, parsed.positions, strict=True):
        token = token_at(parsed, position.object)
        in_list = triple.predicate.value.endswith("#rest")
        assert agrees(triple.object, meaning(token, parsed, base), in_list), (triple, token)


@needs_suite
@pytest.mark.parametrize("path", NEGATIVE, ids=lambda path: path.stem)
def test_every_bad_text_of_the_w3c_suite_is_refused_at_a_place(path: Path) -> None:
    """The error names the file, a line and a column, what is wrong and what to do."""
    with pytest.raises(InputError) as caught:
        turtle.parse(path.read_bytes(), file=path.name, base_iri=BASE + path.name)
    assert caught.value.code == "AL001"
    assert caught.value.location is not None
    assert caught.value.location.line >= 1
    assert caught.value.location.column >= 1
    assert caught.value.fix


# -- any layout -------------------------------------------------------------------------------------

SPACES = st.sampled_from([" ", "\n", "\t", "\r\n", '  # a comment. <x> "\n', " \n\n "])
NODES = st.sampled_from(["<x:a>", ":b", "_:c", "p:d", "p:e.f", "<x:ü>", "p:\\,g"])
OBJECTS = st.recursive(
    st.one_of(
        NODES,
        st.sampled_from(
            ['"x"', "'y'@en", '"""a\n"b" # no comment"""', '"1"^^p:int', "12", "-1.5", "2e3", "true", '"😀"@zh-Hans']
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "( " + " ".join(items) + " )"),
        inner.map(lambda item: f"[ :q {item} ; a :T ]"),
        st.just("[]"),
    ),
    max_leaves=5,
)
TRIPLES = st.tuples(
    NODES,
    st.lists(
        st.tuples(NODES.filter(lambda n: n != "_:c"), st.lists(OBJECTS, min_size=1, max_size=3)), min_size=1, max_size=3
    ),
)


@given(statements=st.lists(TRIPLES, min_size=1, max_size=4), spaces=st.lists(SPACES, min_size=8, max_size=8))
def test_places_hold_for_any_layout(
    statements: list[tuple[str, list[tuple[str, list[str]]]]], spaces: list[str]
) -> None:
    """However a text is laid out, each triple's places lead to the tokens that say it."""
    gap = iter(spaces * 200)
    text = "@prefix : <x:#> .\n@prefix p: <x:p#> .\n"
    for subject, predicates in statements:
        text += next(gap) + subject
        for number, (predicate, objects) in enumerate(predicates):
            text += (" ;" if number else "") + next(gap) + predicate
            text += ",".join(next(gap) + item + next(gap) for item in objects)
        text += next(gap) + "."
    parsed = turtle.parse(text.encode(), file="x", base_iri="x:base")
    assert len(parsed.positions) == len(parsed.triples)
    for triple, position in zip(parsed.triples, parsed.positions, strict=True):
        token = token_at(parsed, position.object)
        assert agrees(triple.object, meaning(token, parsed, "x:base"), triple.predicate.value.endswith("#rest"))


# -- faults -----------------------------------------------------------------------------------------

P = "@prefix : <x:#> .\n"
FAULTS = [
    # text, line, column, what, fix
    (P + ':a :b "open .\n', 2, 7, "a string is not closed", "close the string"),
    (P + ':a :b """open\n.\n', 2, 7, "a string over several lines is not closed", "three quotes"),
    (P + ':a :b "open ;\n :c "d" .\n', 2, 7, "a string is not closed", "close the string"),
    (P + ":a :b <open .\n", 2, 7, "IRI", ">"),
    (P + ":a :b :c\n:d :e :f .\n", 3, 1, "not closed", "` .`"),
    (P + ":a :b :c ;\n  :d :e\n  :f :g .\n", 4, 3, "not closed", "` ;`"),
    (P + ":a skso:b :c .\n", 2, 4, "prefix skso: is not declared", "`@prefix skso: <...> .`"),
    (P + ":a :b [ :c :d .\n", 2, 15, "bracket [ is not closed", "]"),
    (P + ":a :b .\n", 2, 7, "an object is missing", "write the object"),
    (P + ":a .\n", 2, 4, "a predicate is missing", "predicate"),
    (P + ":a b :c .\n", 2, 4, "b is not a predicate", "<...>"),
    (P + ":a :b c .\n", 2, 7, "c is not an object", "<...>"),
    (P + "b :c :d .\n", 2, 1, "b is not a subject", "` ;`"),
    (P + ':a :b "c\\q" .\n', 2, 9, "\\q is not an escape", "\\\\"),
    (P + ':a :b "c\\u12G4" .\n', 2, 13, "is not a character", "digits"),
    (P + ':a :b "c"@1 .\n', 2, 11, "not a language tag", "tag"),
    (P + ':a :b "c"^^ .\n', 2, 13, "the datatype is missing", "^^"),
    (P + ":a :b <x y> .\n", 2, 7, "the IRI holds ' '", "percent-encode"),
    ("@prefix a <x:> .\n", 1, 9, "missing its colon", "@prefix name:"),
    ("@base .\n", 1, 7, "no IRI", "@base <IRI>"),
    (P + ":a :b :c . .\n", 2, 12, "a dot too many", "remove the dot"),
    (P + ":a :b -x .\n", 2, 7, "a sign without digits", "digits"),
    (P + ":a :b 1e .\n", 2, 7, "no exponent", "digits"),
    (P + ":a :b :c", 2, 9, "the text ends inside a statement", "complete"),
    (P + ':a :b "c"', 2, 10, "the statement is not closed", "write the dot"),
    (P + ":a :b <<( :c :d :e )>> .\n", 2, 7, "RDF 1.2", "node of its own"),
    (P + ":a :b :c {| :d :e |} .\n", 2, 10, "RDF 1.2", "node of its own"),
]


@pytest.mark.parametrize(("text", "line", "column", "what", "fix"), FAULTS)
def test_a_fault_is_told_at_its_place_with_what_to_do(text: str, line: int, column: int, what: str, fix: str) -> None:
    """A broken text names line and column, shows the line with a caret, and says how to mend it."""
    with pytest.raises(InputError) as caught:
        turtle.parse(text.encode(), file="f.ttl", base_iri="x:")
    error = caught.value
    assert (error.location.line, error.location.column) == (line, abs(column)), str(error)  # type: ignore[union-attr]
    assert what in error.what
    assert fix in error.fix
    assert error.source_line == text.split("\n")[line - 1]
    assert str(error).split("\n")[2].rstrip() == "    " + " " * (column - 1) + "^"


DEEP = 65
REFUSED = [
    (b"\xef\xbb\xbf<a> <b> <c> .", "AL002", 1, 1),
    (b'<a> <b> <c> .\n<a> <b> "\xff" .', "AL002", 2, 10),
    (b'<a> <b> "\0" .', "AL002", 1, 10),
    (b"<a> <b> " + b"[ <b> " * DEEP + b"1" + b"]" * DEEP + b" .", "AL003", 1, 8 + 6 * DEEP - 5),
    (b"<a> <b> " + b"(" * 100_000 + b".", "AL003", 1, 8 + DEEP),
    (b"<a> <b> " + b"<<( <a> <b> " * 30_000, "AL003", 1, 8 + 12 * DEEP - 11),
    (b"<a> <" + b"b" * 5000 + b"> <c> .", "AL003", 1, 5),
    (b'<a> <b> "' + b"c" * 2**21 + b'" .', "AL003", 1, 9),
    (b'<a> <b> "c"@' + b"en-" * 40 + b"x .", "AL003", 1, 12),
]


@pytest.mark.parametrize(("data", "code", "line", "column"), REFUSED, ids=range(len(REFUSED)))
def test_a_dangerous_text_is_refused_before_it_is_parsed(data: bytes, code: str, line: int, column: int) -> None:
    """Depth, length and bytes that could harm the parser never reach it."""
    with pytest.raises(InputError) as caught:
        turtle.parse(data, file="f.ttl", base_iri="x:")
    assert caught.value.code == code
    assert (caught.value.location.line, caught.value.location.column) == (line, column)  # type: ignore[union-attr]


def test_a_relative_iri_without_a_base_is_told_in_words() -> None:
    """The @base line is what a newcomer forgets first."""
    with pytest.raises(InputError, match="relative, and nothing says to what") as caught:
        turtle.parse(b"<station/a> a <def#Station> .", file="f.ttl")
    assert "@base" in caught.value.fix


def test_a_file_over_the_size_limit_is_refused_unread() -> None:
    """The limit on bytes comes before everything else."""
    with pytest.raises(InputError, match="more than 10") as caught:
        turtle.parse(b"<a> <b> <c> .", file="f.ttl", limits=turtle.Limits(size_bytes=10))
    assert caught.value.code == "AL003"


@given(cut=st.integers(min_value=1, max_value=200))
def test_a_file_cut_at_any_byte_is_refused_or_whole(cut: int) -> None:
    """A write that was cut off is never read as if it were complete, unless it ends at a statement."""
    whole = b'@prefix : <x:#> .\n:a\n  :b "c" ;\n  :d <x:e>\n.\n\n:f\n  :g 12\n.\n'
    part = whole[:cut]
    try:
        triples = turtle.parse(part, file="f.ttl").triples
    except InputError:
        return
    text = part.decode()
    assert text.count("\n.") * 2 - (1 if text.count("\n.") == 2 else 0) == len(triples)


def test_labels_of_blank_nodes_are_the_files_own() -> None:
    """The same label in two files is two nodes."""
    one, two = (turtle.parse(b"_:a <x:b> <x:c> .", file=name).triples[0].subject for name in "ab")
    assert one != two


def test_comments_are_known_with_their_places() -> None:
    """A comment is found wherever it stands, and a # in a string or IRI is none."""
    parsed = turtle.parse(b'<x:#a> <x:b> "# no" . # yes\n# yes\n', file="f.ttl")
    assert parsed.comments == ((1, 23), (2, 1))
    assert parsed.triples == (Triple(NamedNode("x:#a"), NamedNode("x:b"), Literal("# no")),)
