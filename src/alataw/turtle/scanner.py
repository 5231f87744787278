"""The home of positions: which line and column each triple of a valid Turtle text stands at.

The text has been parsed already, so the scanner trusts it: it only walks the tokens and tells places in the
order in which the parser gives the triples. A triple is given when its object is complete, so what is nested
in the object comes first; an item of a collection is given as rdf:first of its cell, then comes the triple
that leads to the cell, and rdf:nil closes the collection.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a text: both count from 1, columns in characters."""

    line: int
    column: int


class TriplePosition(NamedTuple):
    """Where subject, predicate and object of one triple stand."""

    subject: Position
    predicate: Position
    object: Position


# RDF 1.1 Turtle, 6.5. Names, numbers and keywords are one kind here: whatever holds no delimiter.
_TOKEN = re.compile(
    r'''[\x20\t\r\n]+|(?P<comment>\#[^\n\r]*)
      |(?P<string>"""(?:"{0,2}(?:[^"\\]|\\.))*"""|\'\'\'(?:'{0,2}(?:[^'\\]|\\.))*\'\'\'
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      |(?P<iri><[^>]*>)
      |(?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      |(?P<mark>\^\^|[\[\]();,])
      |(?P<word>(?:[^\s<>"'()\[\]{};,|^`\#@\\]|\\.)+)''',
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One token: its kind (a mark is its own kind), its text, its offset."""

    kind: str
    text: str
    offset: int


def tokens(text: str) -> Iterator[Token]:
    """Split a valid text into tokens, comments included, white space left out."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is None:
            continue
        found, offset = match.group(), match.start()
        if kind == "word":
            # No name or number ends in a dot: what stands there closes the statement.
            name = found.rstrip(".") if not found.endswith("\\.") else found
            if name:
                yield Token("word", name, offset)
            for number in range(len(found) - len(name)):
                yield Token(".", ".", offset + len(name) + number)
        else:
            yield Token(found if kind == "mark" else kind, found, offset)


class Lines:
    """Turns offsets into positions."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, offset: int) -> Position:
        """The position of an offset."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)


def scan(text: str) -> tuple[TriplePosition, ...]:
    """Tell the position of every triple of a valid text, in the parser's order."""
    lines = Lines(text)
    walk = _Walk([token for token in tokens(text) if token.kind != "comment"])
    return tuple(TriplePosition(*map(lines.at, triple)) for triple in walk.triples())


class _Walk:
    """A recursive descent over the tokens that yields offsets of subject, predicate and object."""

    def __init__(self, all_tokens: list[Token]) -> None:
        self._tokens = all_tokens
        self._next = 0

    def triples(self) -> Iterator[tuple[int, int, int]]:
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            if token.kind == "at" or token.text.upper() in ("PREFIX", "BASE", "VERSION"):
                self._directive()
            else:
                yield from self._statement()

    def _directive(self) -> None:
        head = self._take()
        self._next += 2 if head.text.lstrip("@").upper() == "PREFIX" else 1
        if head.kind == "at":
            self._next += 1

    def _statement(self) -> Iterator[tuple[int, int, int]]:
        subject = self._take()
        if subject.kind == "[":
            if self._kind() != "]":
                yield from self._predicates(subject.offset)
            self._next += 1
        elif subject.kind == "(":
            yield from self._collection(subject.offset, None)
        if self._kind() != ".":
            yield from self._predicates(subject.offset)
        self._next += 1

    def _predicates(self, subject: int) -> Iterator[tuple[int, int, int]]:
        while True:
            predicate = self._take().offset
            yield from self._object(subject, predicate)
            while self._kind() == ",":
                self._next += 1
                yield from self._object(subject, predicate)
            while self._kind() == ";":
                self._next += 1
            if self._kind() in (".", "]"):
                return

    def _object(self, subject: int, predicate: int) -> Iterator[tuple[int, int, int]]:
        token = self._take()
        triple = (subject, predicate, token.offset)
        if token.kind == "[":
            if self._kind() != "]":
                yield from self._predicates(token.offset)
            self._next += 1
        elif token.kind == "(":
            yield from self._collection(token.offset, triple)
            return
        elif token.kind == "string":
            if self._kind() == "at":
                self._next += 1
            elif self._kind() == "^^":
                self._next += 2
        yield triple

    def _collection(self, head: int, link: tuple[int, int, int] | None) -> Iterator[tuple[int, int, int]]:
        """Walk the items; `link` leads to the cell that is being filled, None for a subject's first cell."""
        empty = self._kind() == ")"
        while self._kind() != ")":
            item = self._tokens[self._next].offset
            yield from self._object(head, item)
            if link is not None:
                yield link
            link = (head, item, item)
        end = self._take().offset
        if not empty:
            yield (head, end, end)
        elif link is not None:
            yield link

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _kind(self) -> str:
        return self._tokens[self._next].kind
