"""The home of places in other people's files: where a triple stands, told when somebody asks.

Exact where the triples were kept with their places, which is up to some megabytes, and in N-Triples and N-Quads of any
size. In larger Turtle and TriG, exact for subjects that begin a line. In JSON-LD and RDF/XML the line where the IRI of
the subject is first spelled. What is found nowhere is told of the file as a whole. A file is gone through once, however
many statements are looked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple
from urllib.parse import urldefrag

import pyoxigraph

from alataw.datagraph import DataGraph
from alataw.document import Document
from alataw.errors import Location
from alataw.foreign.formats import FORMATS
from alataw.foreign.reading import STATEMENT, Data, File, line_of, shown_line
from alataw.terms import BlankNode, Literal, NamedNode, Term
from alataw.turtle import Parsed
from alataw.turtle.gate import place_of_byte


class Statement(NamedTuple):
    """What is looked for: a triple, or as much of it as is known."""

    subject: Term
    predicate: NamedNode | None = None
    value: Term | None = None


class Place(NamedTuple):
    """Where a statement stands, and that line; the lower the rank, the more of the statement stands there."""

    rank: int
    location: Location
    line: str


_TRIPLE, _PREDICATE, _SUBJECT, _SPELLED, _FILE = range(5)


def locate(data: Data, statements: Sequence[Statement]) -> list[Place]:
    """Find the place of each statement: of the triple, else of its subject and predicate, else of its subject.

    A blank node that has no place of its own is told at the statement that leads to it.
    """
    nowhere = Location(data.files[0].source.file if data.files else "")
    found = {statement: Place(_FILE, nowhere, "") for statement in statements}
    _look(data.files, {statement: statement for statement in found}, found)
    lost = {s: _leading(data.graph, s) for s, place in found.items() if place.rank == _FILE}
    _look(data.files, {s: leading for s, leading in lost.items() if leading != s}, found)
    return [found[statement] for statement in statements]


def _look(files: Iterable[File], wanted: dict[Statement, Statement], found: dict[Statement, Place]) -> None:
    """Look for statements under the names that they have in files, and keep the best place of each."""
    if not wanted:
        return
    names: dict[Statement, list[Statement]] = {}
    for statement, name in wanted.items():
        names.setdefault(name, []).append(statement)
    for file in files:
        for name, place in _SEARCHES[_kind(file)](file, list(names)):
            for statement in names[name]:
                if place.rank < found[statement].rank:
                    found[statement] = place


def _leading(graph: DataGraph, statement: Statement) -> Statement:
    """Climb from a blank node to the nearest statement of a named node that leads to it."""
    seen: set[Term] = set()
    while isinstance(statement.subject, BlankNode) and statement.subject not in seen:
        seen.add(statement.subject)
        above = next(graph.matching(value=statement.subject), None)
        if above is None:
            break
        statement = Statement(above.subject, above.predicate, above.object)
    return statement


def owner(data: Data, node: Term) -> NamedNode | None:
    """The named node from which a blank node hangs; None for a node that has a name, and for one that hangs in none."""
    above = _leading(data.graph, Statement(node)).subject
    return above if isinstance(above, NamedNode) and above != node else None


def _kind(file: File) -> str:
    return "document" if file.document else file.source.format


# -- files whose triples were kept ------------------------------------------------------------------


def _in_document(file: File, wanted: Sequence[Statement]) -> Iterator[tuple[Statement, Place]]:
    assert file.document is not None  # noqa: S101  # that is what `_kind` asks
    yield from _places(file.document, wanted)


def _places(document: Document, wanted: Sequence[Statement], shift: int = 0) -> Iterator[tuple[Statement, Place]]:
    """The places of those statements that a document has something of.

    Args:
        document: What is looked through.
        wanted: What is looked for.
        shift: How many lines of the file stand before the document's, less those that are not the file's.
    """
    about = {statement[:2] for statement in wanted}
    said: dict[tuple[Term | None, ...], list[Term]] = defaultdict(list)
    for triple in document.triples:
        if (pair := (triple.subject, triple.predicate)) in about:
            said[pair].append(triple.object)
    for statement in wanted:
        values = said.get(statement[:2], [])
        value = next((value for value in values if value == statement.value), None)
        location = document.locate(statement.subject, statement.predicate, value)
        if location is None:
            continue
        rank = _TRIPLE if value is not None else _PREDICATE if values else _SUBJECT
        line = shown_line(document.parsed.line(location.line))
        yield statement, Place(rank, Location(location.file, location.line + shift, location.column), line)


# -- large files of lines ---------------------------------------------------------------------------


def _in_lines(file: File, wanted: Sequence[Statement]) -> Iterator[tuple[Statement, Place]]:
    """N-Triples and N-Quads: the lines that begin with a subject that is looked for are read again."""
    by_subject: dict[bytes, list[Statement]] = {}
    for statement in wanted:
        if isinstance(statement.subject, NamedNode):
            by_subject.setdefault(str(statement.subject).encode(), []).append(statement)
    best: dict[Statement, int] = {}
    file.content.seek(0)
    for number, raw in enumerate(file.content, 1):
        begin, _, rest = raw.partition(b">")
        begin = begin.lstrip(b" \t") + b">"
        if b"\\" in begin:
            begin = begin.decode("ascii", "replace").encode().decode("unicode_escape").encode()
        if not rest or begin not in by_subject:
            continue
        may = [s for s in by_subject[begin] if _may_improve(s, best.get(s, _FILE), rest)]
        if not may:
            continue
        line = raw.decode("utf-8").rstrip("\r\n")
        match = STATEMENT.match(line)
        quad = next(iter(pyoxigraph.parse(raw, format=FORMATS[file.source.format].rdf)), None)
        if match is None or quad is None:
            continue
        for statement in may:
            rank, column = _SUBJECT, match.start(1)
            if quad.predicate == statement.predicate:
                same = statement.value == quad.object
                rank, column = (_TRIPLE, match.end()) if same else (_PREDICATE, match.start(2))
            best[statement] = min(rank, best.get(statement, _FILE))
            yield statement, Place(rank, Location(file.source.file, number, column + 1), shown_line(line))


def _may_improve(statement: Statement, rank: int, rest: bytes) -> bool:
    """Whether a line can tell more of a statement than is known: a subject may have a million lines.

    Literals are spelled in many ways, IRIs almost always in one; who escapes them is told the place of the subject.
    """
    if rank == _FILE:
        return True
    predicate, value = statement.predicate, statement.value
    if rank == _TRIPLE or predicate is None or predicate.value.encode() not in rest:
        return False
    if rank == _PREDICATE:
        return isinstance(value, Literal) or (isinstance(value, NamedNode) and value.value.encode() in rest)
    return True


# -- large Turtle and TriG --------------------------------------------------------------------------

# RDF 1.1 Turtle, 6.5: the two spellings of a directive.
_DIRECTIVE = re.compile(rb"\s*(?:@prefix|@base|PREFIX|BASE)\s+(?:([^\s<]*):\s*)?<([^>]*)>", re.IGNORECASE)
_MOST_STATEMENT_BYTES = 2**18
_MOST_ENDS = 50
"""How many line ends with a dot are tried as the end of a statement; those within its strings are none."""


def _in_blocks(file: File, wanted: Sequence[Statement]) -> Iterator[tuple[Statement, Place]]:
    """Turtle and TriG: a line that begins with a spelling of a subject begins a statement, which is read again."""
    by_iri: dict[str, list[Statement]] = {}
    for statement in wanted:
        if isinstance(statement.subject, NamedNode):
            by_iri.setdefault(statement.subject.value, []).append(statement)
    spelled: dict[bytes, str] = {}
    header: list[bytes] = []
    offset = 0

    def spell(prefix: bytes, namespace: str) -> None:
        for iri in by_iri:
            if iri.startswith(namespace):
                spelled[prefix + iri[len(namespace) :].encode() + (b">" if prefix == b"<" else b"")] = iri

    spell(b"<", "")
    file.content.seek(0)
    for number, line in enumerate(file.content, 1):
        first = line.split(None, 1)[:1]
        if first and first[0] in spelled:
            iri = spelled[first[0]]
            block = _block(file, header, offset)
            if block:
                yield from _places(block, by_iri[iri], number - 1 - len(header))
        elif first and first[0].lower() in (b"@prefix", b"@base", b"prefix", b"base"):
            header.append(line.rstrip(b"\r\n") + b"\n")
            if match := _DIRECTIVE.match(line):
                prefix = b"<" if match[1] is None else match[1] + b":"
                spell(prefix, match[2].decode("utf-8", "replace"))
        offset += len(line)


def _block(file: File, header: list[bytes], offset: int) -> Document | None:
    """Read the statement that begins at an offset; None if what begins there is none, or is very long."""
    ahead = file.bytes[offset : offset + _MOST_STATEMENT_BYTES]
    text = b"".join(header)
    for end in islice(re.finditer(rb"[.}]\s*?(?:\n|\Z)", ahead), _MOST_ENDS):
        body = ahead[: end.end()].rstrip(b"} \t\r\n")
        for data in (text + body, text + body + b" ."):
            try:
                parser = pyoxigraph.parse(
                    data, format=pyoxigraph.RdfFormat.TURTLE, base_iri=file.source.base_iri, rename_blank_nodes=True
                )
                triples = tuple(quad.triple for quad in parser)
            except SyntaxError:
                continue
            parsed = Parsed(data.decode("utf-8"), file.source.file, triples, {}, None)
            return Document(NamedNode(file.source.base_iri), file.source.file, parsed)
    return None


# -- JSON-LD and RDF/XML ----------------------------------------------------------------------------

# RFC 8259: a string, which is no subject where a colon makes it a key. XML 1.0, 2.3: the value of an attribute.
_QUOTED = {
    "jsonld": re.compile(rb'"(?P<said>[^"\\]*+(?:\\.[^"\\]*+)*+)"(?P<key>\s*:)?'),
    "rdfxml": re.compile(rb"""=\s*(?P<quote>["'])(?P<said>[^"'<]*)(?P=quote)(?P<key>$^)?"""),
}


def _by_spelling(file: File, wanted: Sequence[Statement]) -> Iterator[tuple[Statement, Place]]:
    """JSON-LD and RDF/XML: where the subject is first quoted, whole, relative or with a prefix."""
    data = file.bytes
    by_tail: dict[str, list[Statement]] = {}
    for statement in wanted:
        if isinstance(statement.subject, NamedNode):
            by_tail.setdefault(_tail(statement.subject.value), []).append(statement)
    done: set[Statement] = set()
    for match in _QUOTED[file.source.format].finditer(data):
        said = match["said"].decode("utf-8", "replace")
        for statement in by_tail.get(_tail(said), ()) if match["key"] is None else ():
            if statement not in done and _may_spell(said, statement.subject):
                done.add(statement)
                where = place_of_byte(data, match.start("said"))
                line = shown_line(line_of(data, where[0]))
                yield statement, Place(_SPELLED, Location(file.source.file, *where), line)
        if len(done) == len(wanted):
            return


def _tail(iri: str) -> str:
    return re.split(r"[/#:]", iri)[-1]


def _may_spell(said: str, subject: Term) -> bool:
    """Whether a text can stand for an IRI: as it is, as its end, or with a prefix before its end."""
    if not isinstance(subject, NamedNode):
        return False
    prefix, colon, local = said.rpartition(":")
    if colon and "/" not in prefix and "//" not in said:
        return subject.value.endswith(local)
    return subject.value == said or (not urldefrag(said)[0].startswith("http") and subject.value.endswith(said))


_SEARCHES = {
    "document": _in_document,
    "ntriples": _in_lines,
    "nquads": _in_lines,
    "turtle": _in_blocks,
    "trig": _in_blocks,
    "jsonld": _by_spelling,
    "rdfxml": _by_spelling,
}
