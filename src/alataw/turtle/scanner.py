"""The home of positions: which line and column each triple of a valid Turtle text stands at.

The text has been parsed already, so the scanner trusts it: it only walks the tokens and tells places in the
order in which the parser gives the triples. The parser completes a triple at a certain token: at the object
itself, behind the suffix of a string (and so at the next token, where it has none), at the ] of a nested node;
the triple that leads to the first cell of a collection at its first item, to each further cell at the item of
that cell, to rdf:nil at the bracket. What one token completes, it gives last first.
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
      |(?P<iri><[^<>"{}|^`\x00-\x20]*>)
      |(?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      |(?P<mark>\^\^|[\[\]{}();,])
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
    walk = _Walk(_without_graphs([token for token in tokens(text) if token.kind != "comment"]))
    given = sorted(enumerate(walk.triples()), key=lambda item: (item[1].at, -item[0]))
    return tuple(TriplePosition(*map(lines.at, completed.places)) for _, completed in given)


def _without_graphs(found: list[Token]) -> list[Token]:
    """Take the graphs of TriG (RDF 1.1 TriG, 2.2) off: their names and braces; a last statement gets its dot."""
    kept: list[Token] = []
    for token in found:
        if token.kind == "{":
            while kept and kept[-1].kind not in (".", "}") and not _ends_directive(kept):
                kept.pop()
        elif token.kind != "}":
            kept.append(token)
        elif kept and kept[-1].kind != ".":
            kept.append(Token(".", ".", token.offset))
    return kept


def _ends_directive(kept: list[Token]) -> bool:
    """Whether what was kept ends with a PREFIX or BASE line, which has no dot."""
    return kept[-1].kind == "iri" and any(
        len(kept) >= length and kept[-length].text.upper() == word for length, word in ((3, "PREFIX"), (2, "BASE"))
    )


class _Completed(NamedTuple):
    """A triple: the number of the token that completes it, and the offsets of its three terms."""

    at: int
    places: tuple[int, int, int]


class _Walk:
    """A recursive descent over the tokens that tells each triple as it is completed."""

    def __init__(self, all_tokens: list[Token]) -> None:
        self._tokens = all_tokens
        self._next = 0

    def triples(self) -> Iterator[_Completed]:
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

    def _statement(self) -> Iterator[_Completed]:
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

    def _predicates(self, subject: int) -> Iterator[_Completed]:
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

    def _object(self, subject: int, predicate: int) -> Iterator[_Completed]:
        token = self._take()
        places = (subject, predicate, token.offset)
        if token.kind == "(":
            yield from self._collection(token.offset, places)
            return
        completed_at = self._next - 1
        if token.kind == "[":
            if self._kind() != "]":
                yield from self._predicates(token.offset)
            completed_at = self._next
            self._next += 1
        elif token.kind == "string":
            suffix = {"at": 1, "^^": 2}.get(self._kind(), 0)
            self._next += suffix
            completed_at = self._next - 1 if suffix else self._next
        yield _Completed(completed_at, places)

    def _collection(self, head: int, link: tuple[int, int, int] | None) -> Iterator[_Completed]:
        """Walk the items; `link` leads to the cell that comes next, None for the first cell of a subject."""
        if self._kind() == ")" and link is not None:
            yield _Completed(self._next, link)
        while self._kind() != ")":
            item = self._tokens[self._next].offset
            if link is not None:
                yield _Completed(self._next, link)
            yield from self._object(head, item)
            link = (head, item, item)
        end = self._take().offset
        if link is not None and link[0] == head:
            yield _Completed(self._next - 1, (head, end, end))

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _kind(self) -> str:
        return self._tokens[self._next].kind
