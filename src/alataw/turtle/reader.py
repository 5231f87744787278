"""The home of reading Turtle: bytes to triples, each with its place, or an error with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph

from alataw.errors import InputError, Location
from alataw.terms import Triple
from alataw.turtle.gate import LIMITS, Limits, admit
from alataw.turtle.scanner import Lines, Position, TriplePosition, scan, tokens


@dataclass(frozen=True)
class Parsed:
    """A Turtle text that was read: its triples in the order of the text, repeated ones repeated."""

    text: str
    file: str
    triples: tuple[Triple, ...]
    prefixes: dict[str, str] = field(repr=False)
    base_iri: str | None = None

    @cached_property
    def positions(self) -> tuple[TriplePosition, ...]:
        """The place of each triple, in the order of `triples`."""
        return scan(self.text)

    @cached_property
    def comments(self) -> tuple[Position, ...]:
        """The place of each comment."""
        lines = Lines(self.text)
        return tuple(lines.at(token.offset) for token in tokens(self.text) if token.kind == "comment")

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """The text of one line, counted from 1; empty where there is none."""
        return self.lines[number - 1].rstrip("\r") if 0 < number <= len(self.lines) else ""


def parse(data: bytes, *, file: str, base_iri: str | None = None, limits: Limits = LIMITS) -> Parsed:
    """Read RDF 1.1 Turtle strictly; of a text that is refused nothing is used.

    Args:
        data: The bytes of the file.
        file: Its name, for messages.
        base_iri: What relative IRIs resolve against until the text says @base; None refuses them.
        limits: What is refused unparsed.

    Raises:
        InputError: AL001 not valid Turtle, AL002 not clean UTF-8, AL003 over a limit.
    """
    text = admit(data, file=file, limits=limits)
    # Labels of blank nodes are the file's own: _:a in another file is another node.
    parser = pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.TURTLE, base_iri=base_iri, rename_blank_nodes=True)
    try:
        triples = tuple(quad.triple for quad in parser)
    except SyntaxError as error:
        raise _refusal(error, text, file, dict(parser.prefixes)) from None
    parsed = Parsed(text, file, triples, dict(parser.prefixes), parser.base_iri)
    _refuse_later_rdf(parsed)
    return parsed


def _refusal(error: SyntaxError, text: str, file: str, prefixes: dict[str, str]) -> InputError:
    """Put the parser's terse message into words, at its place."""
    from alataw.turtle.faults import sentence

    line, column = error.lineno or 1, error.offset or 1
    lines = text.split("\n")
    source_line = lines[line - 1] if line <= len(lines) else ""
    message = re.sub(r"^Parser error (?:at|between) .*?: (?=\S)", "", str(error.msg))
    told = sentence(message, source_line[column - 1 :], prefixes)
    if message.lower().startswith(
        "line jumps"
    ):  # told at the end of the line: the quote that opened is the one to look at
        column = max(source_line.rfind('"'), source_line.rfind("'")) + 1
    if not source_line.strip() and line > 1:  # the end of the text: the last line written is the one to look at
        line = max((n for n, content in enumerate(lines, 1) if content.strip()), default=1)
        source_line, column = lines[line - 1], len(lines[line - 1].rstrip()) + 1
    return InputError(
        f"this is not valid Turtle: {told.what}",
        code="AL001",
        why=told.why,
        fix=told.fix,
        location=Location(file, line, column),
        source_line=source_line.rstrip("\r"),
    )


# RDF 1.2 Turtle: triple terms and reifying triples, annotations, reifiers; and base directions.
_LATER = re.compile(r"<<|\{\||~|--(?:ltr|rtl)")


def _refuse_later_rdf(parsed: Parsed) -> None:
    """Refuse RDF 1.2, which most tools cannot read yet."""
    if not _LATER.search(parsed.text) or not any(
        isinstance(triple.object, Triple) or getattr(triple.object, "direction", None) for triple in parsed.triples
    ):
        return
    line, column = Lines(parsed.text).at(offset_of_later_rdf(parsed.text))
    raise InputError(
        "this is RDF 1.2, and documents are RDF 1.1",
        code="AL001",
        why="most tools that read Turtle cannot read triple terms or base directions yet",
        fix="say it with a node of its own, as a claim is said",
        location=Location(parsed.file, line, column),
        source_line=parsed.line(line),
    )


def offset_of_later_rdf(text: str) -> int:
    """Where a text first writes what RDF 1.1 has not; its beginning if that is nowhere seen."""
    within = [(token.offset, token.offset + len(token.text)) for token in tokens(text) if token.kind != "{"]
    found = (match.start() for match in _LATER.finditer(text))
    return next((at for at in found if not any(start <= at < end for start, end in within)), 0)
