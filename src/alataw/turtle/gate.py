"""The home of what is refused before parsing: text that no parser should have to survive.

Deep nesting overruns the stack of the parser beneath us and ends the process, so it is counted first.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from mmap import mmap

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

_PIECE = 2**20
"""How many bytes are looked at at once."""

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
    clean(data, file=file, nul=limits.nul)
    text = data.decode("utf-8")
    _measure(text, file, limits)
    return text


def clean(data: bytes | mmap, *, file: str, nul: bool = False) -> None:
    """Refuse bytes that are not clean UTF-8; they are looked at piece by piece.

    Raises:
        InputError: AL002 for a byte order mark, a byte that is not UTF-8, or, unless allowed, a NUL character.
    """
    if data[:3] == codecs.BOM_UTF8:
        raise InputError(
            "the file begins with a byte order mark",
            code="AL002",
            fix="save it as UTF-8 without a byte order mark",
            location=Location(file, 1, 1),
        )
    decoder = codecs.getincrementaldecoder("utf-8")()
    for begin in range(0, len(data) + 1, _PIECE):
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(data[begin : begin + _PIECE], final=begin + _PIECE > len(data))
        except UnicodeDecodeError as error:
            offset = begin - waiting + error.start
            raise InputError(
                f"the byte 0x{data[offset]:02x} is not UTF-8",
                code="AL002",
                fix="save the file as UTF-8",
                location=Location(file, *place_of_byte(data, offset)),
            ) from error
    offset = -1 if nul else data.find(b"\0")
    if offset >= 0:
        raise InputError(
            "the file holds a NUL character",
            code="AL002",
            why="text has none; a write that was cut off leaves them behind",
            fix="fetch or write the file again",
            location=Location(file, *place_of_byte(data, offset)),
        )


def decode(data: bytes, *, file: str) -> str:
    """Read bytes as UTF-8 without a byte order mark.

    Raises:
        InputError: AL002 if they are something else.
    """
    clean(data, file=file, nul=True)
    return data.decode("utf-8")


def _measure(text: str, file: str, limits: Limits) -> None:
    """Hold the length of every token and the depth of every bracket against the limits."""
    if _is_small(text, limits):
        return
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


def _is_small(text: str, limits: Limits) -> bool:
    """Whether a text, as nearly all are, is such that nothing in it can be over a limit, whatever its tokens are."""
    return (
        len(text) <= limits.string_length
        and sum(map(text.count, ("[", "(", "<<", "{|"))) <= limits.depth
        and max(map(len, text.split("\n"))) <= limits.iri_length
        and not re.search(rf"@[A-Za-z0-9-]{{{limits.language_tag_length}}}", text)
    )


def _over(file: str, what: str, where: tuple[int, int]) -> InputError:
    return InputError(
        what, code="AL003", fix="split the file, or correct what made it so", location=Location(file, *where)
    )


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset into a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def place_of_byte(data: bytes | mmap, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset into the bytes of a text; columns count characters."""
    begin = data.rfind(b"\n", 0, offset) + 1
    line = sum(data[at : min(at + _PIECE, begin)].count(b"\n") for at in range(0, begin, _PIECE)) + 1
    return line, len(data[begin:offset].decode("utf-8", "replace")) + 1
