"""The home of what is refused before parsing: text that no parser should have to survive.

Deep nesting overruns the stack of the parser beneath us and ends the process, so it is counted first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from alataw.errors import InputError, Location


@dataclass(frozen=True)
class Limits:
    """What a document of facts never needs more of.

    Units: bytes for the file, characters for tokens, opened brackets for the depth.
    Turtle's grammar allows NUL in a string; no fact has one, and a write that was cut off does.
    """

    size_bytes: int = 64 * 2**20
    depth: int = 64
    iri_length: int = 4096
    string_length: int = 2**20
    language_tag_length: int = 64
    nul: bool = False


LIMITS = Limits()

# RDF 1.1 Turtle, 6.5: the tokens inside which a bracket or `#` is only a character; then comments; then
# brackets. An unclosed string matches none of the first and is for the parser to refuse.
_TOKEN = re.compile(
    r'''(?P<string>"""(?:"{0,2}(?:[^"\\]|\\.))*"""|\'\'\'(?:'{0,2}(?:[^'\\]|\\.))*\'\'\'
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      |(?P<iri><[^<>"{}|^`\x00-\x20]*>)
      |(?P<comment>\#[^\n\r]*)
      |(?P<escape>\\.)
      |(?P<open><<\(?|\{\||[\[(])
      |(?P<close>\)?>>|\|\}|[\])])''',
    re.VERBOSE | re.DOTALL,
)


def admit(data: bytes, *, file: str, limits: Limits = LIMITS) -> str:
    """Decode a file, or refuse it.

    Raises:
        InputError: AL002 if it is not clean UTF-8, AL003 if it is over a limit.
    """
    if len(data) > limits.size_bytes:
        raise _over(file, f"the file has {len(data):,} bytes, more than {limits.size_bytes:,}", (0, 0))
    text = decode(data, file=file)
    if "\0" in text and not limits.nul:
        raise InputError(
            "the file holds a NUL character",
            code="AL002",
            why="text has none; a write that was cut off leaves them behind",
            fix="fetch or write the file again",
            location=Location(file, *place(text, text.index("\0"))),
        )
    _measure(text, file, limits)
    return text


def decode(data: bytes, *, file: str) -> str:
    """Read bytes as UTF-8 without a byte order mark.

    Raises:
        InputError: AL002 if they are something else.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        raise InputError(
            "the file begins with a byte order mark",
            code="AL002",
            fix="save it as UTF-8 without a byte order mark",
            location=Location(file, 1, 1),
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise InputError(
            f"the byte 0x{data[error.start]:02x} is not UTF-8",
            code="AL002",
            fix="save the file as UTF-8",
            location=Location(file, before.count(b"\n") + 1, column),
        ) from error


def _measure(text: str, file: str, limits: Limits) -> None:
    """Hold the length of every token and the depth of every bracket against the limits."""
    lengths = {
        "iri": ("an IRI", limits.iri_length),
        "string": ("a string", limits.string_length),
        "language": ("a language tag", limits.language_tag_length),
    }
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            if depth > limits.depth:
                what = f"brackets are nested more than {limits.depth} deep"
                raise _over(file, what, place(text, match.start()))
        elif kind == "close":
            depth -= 1
        elif kind in lengths:
            name, most = lengths[kind]
            if match.end() - match.start() > most:
                what = f"{name} has more than {most:,} characters"
                raise _over(file, what, place(text, match.start()))


def _over(file: str, what: str, where: tuple[int, int]) -> InputError:
    return InputError(
        what, code="AL003", fix="split the file, or correct what made it so", location=Location(file, *where)
    )


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset into a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
