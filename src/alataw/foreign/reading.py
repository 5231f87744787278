"""The home of reading: files of any format into one store, or the fault of each, at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO

import pyoxigraph

from alataw.datagraph import DataGraph
from alataw.document import Document
from alataw.errors import InputError, Location
from alataw.foreign.formats import FORMATS, Source, whole
from alataw.foreign.gates import Bytes
from alataw.terms import RDF, BlankNode, NamedNode, Term, Triple
from alataw.turtle import Parsed, Position, TriplePosition
from alataw.turtle.gate import place, place_of_byte
from alataw.turtle.reader import offset_of_later_rdf

MOST_EXACT_BYTES = 8 * 2**20
"""Up to here the place of each triple is kept, and so of blank nodes, which two readings name differently."""


@dataclass
class File:
    """A file that was read.

    Args:
        source: What it is.
        content: It, open, decompressed.
        document: Its triples and their places; None where it is too large, or where places have no order.
    """

    source: Source
    content: BinaryIO
    document: Document | None = None

    @property
    def bytes(self) -> Bytes:
        """Its bytes."""
        return whole(self.content)


@dataclass
class Data(AbstractContextManager["Data"]):
    """What files say, together; the files stay open until it is left.

    Args:
        graph: The union of all graphs.
        files: Where it was said.
    """

    graph: DataGraph
    files: tuple[File, ...]

    def __exit__(self, *_: object) -> None:
        for file in self.files:
            file.content.close()


def read(sources: Sequence[Source], progress: Callable[[str], None], *, mark: str = "") -> Data:
    """Read files into one graph.

    Args:
        sources: What to read.
        progress: Told the name of each as it begins.
        mark: What the labels of blank nodes begin with, so that those of two graphs are told apart.

    Raises:
        InputError: If one is refused, with its place; the faults of further ones are its notes.
    """
    graph = DataGraph()
    files: list[File] = []
    refused: list[InputError] = []
    with ExitStack() as opened:
        for number, source in enumerate(sources, 1):
            progress(f"reading {source.file}")
            try:
                file = File(source, opened.enter_context(source.open()))
                FORMATS[source.format].admit(file.bytes, source.file)
                _load(graph, file, mark + (f"{number}-" if len(sources) > 1 else ""))
            except InputError as error:
                refused.append(error)
            else:
                files.append(file)
        if not refused:
            opened.pop_all()
            return Data(graph, tuple(files))
    for further in refused[1:]:
        refused[0].add_note(str(further))
    raise refused[0]


def _load(graph: DataGraph, file: File, mark: str) -> None:
    source, format = file.source, FORMATS[file.source.format]
    size = file.content.seek(0, 2)
    file.content.seek(0)
    try:
        if size > MOST_EXACT_BYTES:
            graph.load(
                pyoxigraph.parse(file.content, format=format.rdf, base_iri=source.base_iri, rename_blank_nodes=True)
            )
        else:
            data = file.content.read()
            parser = pyoxigraph.parse(data, format=format.rdf, base_iri=source.base_iri)
            triples = tuple(_labelled((quad.triple for quad in parser), mark))
            graph.load(triples)
            if source.format in _PLACED:
                text = data.decode("utf-8")
                parsed = _PLACED[source.format](text, source.file, triples, dict(parser.prefixes), source.base_iri)
                file.document = Document(NamedNode(source.base_iri), source.file, parsed)
    except SyntaxError as error:
        raise _refusal(error, file) from None
    if _says_later(graph, file.bytes):
        raise InputError(
            "this is RDF 1.2, and SHACL 1.0 speaks of RDF 1.1",
            code="AL005",
            why="triple terms, reifiers and base directions have no shape",
            fix="say it with a node of its own",
            location=_later_place(file),
        )


def _labelled(triples: Iterable[Triple], mark: str) -> Iterator[Triple]:
    """Give blank nodes the labels that they have in the file, and the others numbers: the same in every run."""
    labels: dict[Term, BlankNode] = {}

    def named(term: Any) -> Any:
        if not isinstance(term, BlankNode):
            return term
        if term not in labels:
            label = f"node-{len(labels) + 1}" if _GENERATED.fullmatch(term.value) else term.value
            labels[term] = BlankNode(mark + label)
        return labels[term]

    for triple in triples:
        yield Triple(named(triple.subject), triple.predicate, named(triple.object))


# The labels that the parser gives to nodes without one: 128 random bits, which seldom begin with zeros.
_GENERATED = re.compile(r"[a-f][0-9a-f]{23,31}")

# With what triple terms and base directions are written that nothing reifies; strings may hold it as well.
_LATER = (b"<<(", b"--ltr", b"--rtl", b"Triple", b":dir=")


def _says_later(graph: DataGraph, data: Bytes) -> bool:
    """Whether the graph holds what RDF 1.1 has not; it is asked for terms only if they may be there."""
    if next(graph.matching(predicate=RDF.reifies), None):
        return True
    question = f"SELECT ?s {{ ?s ?p ?o FILTER (isTRIPLE(?o) || DATATYPE(?o) = {RDF.dirLangString}) }} LIMIT 1"
    return any(data.find(mark) >= 0 for mark in _LATER) and bool(graph.query(question).rows)


def _later_place(file: File) -> Location:
    if file.document is None:
        return Location(file.source.file)
    text = file.document.parsed.text
    return Location(file.source.file, *place(text, offset_of_later_rdf(text)))


def _refusal(error: SyntaxError, file: File) -> InputError:
    """Put the parser's terse message into words, at its place."""
    from alataw.turtle.faults import sentence

    format = FORMATS[file.source.format]
    line, column = error.lineno or 0, error.offset or 0
    quoted = re.search(r"'(.+?)'", str(error.msg))  # RDF/XML and contexts are refused without a place
    if not line and quoted and (offset := file.bytes.find(quoted[1].encode())) >= 0:
        line, column = place_of_byte(file.bytes, offset)
    source_line = line_of(file.bytes, line)
    message = re.sub(r"^Parser error (?:at|between) .*?: (?=\S)|(?: \(line \d+\))$", "", str(error.msg))
    told = sentence(message, source_line[max(column - 1, 0) :], {})
    return InputError(
        f"this is not valid {format.rdf.name}: {told.what}",
        code=format.code,
        why=told.why,
        fix=told.fix,
        location=Location(file.source.file, line, column),
        source_line=shown_line(source_line),
    )


def line_of(data: Bytes, number: int) -> str:
    """The text of one line, counted from 1; empty where there is none."""
    begin = 0
    for _ in range(number - 1):
        begin = data.find(b"\n", begin) + 1
        if not begin:
            return ""
    end = data.find(b"\n", begin)
    return data[begin : end if end >= 0 else len(data)].decode("utf-8", "replace").rstrip("\r") if number else ""


def shown_line(line: str) -> str:
    """A line as people are shown it: not at all where it is so long that no screen holds it."""
    return line if len(line) <= _MOST_SHOWN else ""


_MOST_SHOWN = 400


# -- the places of lines ----------------------------------------------------------------------------

# RDF 1.1 N-Triples and N-Quads: subject and predicate, and what follows; the parser has held the line to the grammar.
STATEMENT = re.compile(r"[ \t]*(<[^>]*>|_:[^\s<]+)[ \t]*(<[^>]*>)[ \t]*(?=[^#\s])")


class Lines(Parsed):
    """A text of N-Triples or N-Quads that was read: each triple on a line of its own."""

    @cached_property
    def positions(self) -> tuple[TriplePosition, ...]:
        """The place of each triple, in the order of `triples`."""
        return tuple(
            TriplePosition(*(Position(number, column + 1) for column in (match.start(1), match.start(2), match.end())))
            for number, line in enumerate(re.split(r"\r\n?|\n", self.text), 1)
            if (match := STATEMENT.match(line))
        )


_PLACED: dict[str, type[Parsed]] = {"turtle": Parsed, "trig": Parsed, "ntriples": Lines, "nquads": Lines}
