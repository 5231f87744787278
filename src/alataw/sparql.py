"""The home of SPARQL text: its tokens, and the gate that a text passes before any engine parses it.

A query is never built by splicing text: `queries` replaces the rows of VALUES blocks, found by these tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from alataw.errors import Location, QueryError

MOST_CHARACTERS = 16_384
MOST_DEPTH = 32
MOST_OPERATORS = 400

# SPARQL 1.1, 19.8: terminals inside which a word is only characters (a comment ends at CR too), then brackets,
# then operators, then words.
_TOKEN = re.compile(
    r'''(?P<comment>\#[^\n\r]*)
      |(?P<string>"""(?:"{0,2}(?:[^"\\]|\\.))*"""|\'\'\'(?:'{0,2}(?:[^'\\]|\\.))*\'\'\'
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      |(?P<variable>[?$][^\W]+)
      |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      |(?P<open>[{(\[]|<<)
      |(?P<close>[})\]]|>>)
      |(?P<name>(?:[^\W\d][\w.-]*)?:(?:[\w:.%-]|\\.)*)
      |(?P<number>\d+)
      |(?P<word>[^\W\d]\w*)
      |(?P<operator>\|\||&&|[!/|^*+=<>-])''',
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One token of a query: its kind, its text, its offset."""

    kind: str
    text: str
    offset: int

    @property
    def end(self) -> int:
        """The offset behind the token."""
        return self.offset + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Split a query into tokens; white space and stray punctuation are left out."""
    for match in _TOKEN.finditer(text):
        yield Token(match.lastgroup or "", match.group(), match.start())


def admit(text: str, *, file: str = "query") -> None:
    """Let a query pass, or refuse it.

    Deep nesting overruns the stack of the engine and ends the process; a SERVICE would call another host.
    Oxigraph reads `SERVICEx:y` as SERVICE x:y, so whatever could begin with the word is refused.

    Raises:
        QueryError: AL017, with the place.
    """
    if len(text) > MOST_CHARACTERS:
        raise _refusal(f"the query has more than {MOST_CHARACTERS:,} characters", file, text, 0)
    # SPARQL 1.1, 19.2: code point escapes count before the grammar does.
    plain = re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _character, text)
    for version in {text, plain}:
        _measure(version, file)


def _measure(text: str, file: str) -> None:
    depth = operators = 0
    for token in tokens(text):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        elif token.kind == "operator" or token.text.upper() in ("UNION", "BIND", "OPTIONAL", "EXISTS"):
            operators += 1
        elif token.kind in ("word", "name") and _may_call(token.text):
            raise _refusal("SERVICE would call another host, and nothing leaves this one", file, text, token.offset)
        if depth > MOST_DEPTH:
            raise _refusal(f"brackets are nested more than {MOST_DEPTH} deep", file, text, token.offset)
        if operators > MOST_OPERATORS:
            raise _refusal(f"the query has more than {MOST_OPERATORS} operators", file, text, token.offset)


def _may_call(word: str) -> bool:
    """Whether an engine could read a SERVICE at the beginning, or in the middle, of a word."""
    prefix, _, local = word.lower().partition(":")
    return "service" in prefix or re.search(r"[.:%\\-]service", local) is not None


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number < 0x110000 else match[0]


def _refusal(what: str, file: str, text: str, offset: int) -> QueryError:
    line = text.count("\n", 0, offset) + 1
    return QueryError(
        what,
        code="AL017",
        fix="ask in smaller steps, on this graph alone",
        location=Location(file, line, offset - text.rfind("\n", 0, offset)),
        source_line=text.split("\n")[line - 1],
    )
