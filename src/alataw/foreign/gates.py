"""The home of what is refused before other people's RDF is parsed, because a parser dies of it, drops it or fetches it.

Every format: bytes that are not clean UTF-8, IRIs and nesting without measure. RDF/XML: document types, whose entities
expand without end, and texts that are cut off. JSON-LD: contexts from elsewhere, keys said twice, IRIs that are none.
"""

from __future__ import annotations

import json as python_json
import re
from mmap import mmap
from typing import Any, NamedTuple, NoReturn, TypeAlias
from xml.parsers import expat

from alataw.errors import InputError, Location
from alataw.turtle.gate import clean, place_of_byte

Bytes: TypeAlias = bytes | mmap

MOST_DEPTH = 256
"""How many brackets or elements may stand in each other; Oxigraph's stack holds some thousands."""

MOST_IRI_BYTES = 65_536
MOST_LANGUAGE_TAG_BYTES = 64

_PIECE = 2**20

_LONG_IRI = re.compile(rb'<[^<>"{}|^`\\\x00-\x20]{%d}' % MOST_IRI_BYTES)
_LONG_TAG = re.compile(rb"@[A-Za-z][A-Za-z0-9-]{%d}" % MOST_LANGUAGE_TAG_BYTES)

# RDF 1.1 Turtle, 6.5: everything in which a bracket is only a character, in one run; then a bracket.
_TURTLE_BRACKET = re.compile(
    rb"""(?:[^"'<>\[\](){}\#\\]++
      |\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3}|'{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
      |"(?!"")[^"\\\n\r]*+(?:\\.[^"\\\n\r]*+)*+"|'(?!'')[^'\\\n\r]*+(?:\\.[^'\\\n\r]*+)*+'
      |<[^<>"{}|^`\x00-\x20]*+>|\#[^\n\r]*+|\\.)*+
      (?:(?P<open><<|[\[({])|(?P<close>>>|[\])}])|.|\Z)""",
    re.VERBOSE | re.DOTALL,
)
# RDF 1.2 N-Triples, 2: triple terms, which nest where nothing else does.
_TRIPLE_TERM = re.compile(rb"(?P<open><<\()|(?P<close>\)>>)")
# RFC 8259: strings, in which a bracket is only a character, and what holds none; then a bracket.
_JSON_BRACKET = re.compile(
    rb'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+(?:(?P<open>[\[{])|(?P<close>[\]}])|.|\Z)', re.DOTALL
)


def text(data: Bytes, file: str) -> None:
    """Admit N-Triples and N-Quads, whose lines the parser holds to the grammar one by one."""
    clean(data, file=file)
    if data.find(b"<<(") >= 0:
        _depth(data, file, _TRIPLE_TERM)
    for pattern, what, most in (
        (_LONG_IRI, "an IRI", MOST_IRI_BYTES),
        (_LONG_TAG, "a language tag", MOST_LANGUAGE_TAG_BYTES),
    ):
        if found := pattern.search(data):
            raise over(data, file, f"{what} has more than {most:,} characters", found.start())


def nested_text(data: Bytes, file: str) -> None:
    """Admit Turtle and TriG."""
    text(data, file)
    _depth(data, file, _TURTLE_BRACKET)


def _depth(data: Bytes, file: str, brackets: re.Pattern[bytes]) -> None:
    depth = 0
    for match in brackets.finditer(data):
        depth += (match.lastgroup == "open") - (match.lastgroup == "close")
        if depth > MOST_DEPTH:
            raise over(data, file, f"brackets are nested more than {MOST_DEPTH} deep", match.end() - 1)


def over(data: Bytes, file: str, what: str, offset: int) -> InputError:
    """A limit that is passed at an offset."""
    where = Location(file, *place_of_byte(data, offset))
    return InputError(what, code="AL003", fix="correct what made it so, or leave the file out", location=where)


# -- RDF/XML ----------------------------------------------------------------------------------------


def xml(data: Bytes, file: str) -> None:
    """Admit RDF/XML: well-formed to its end (the parser beneath takes a text that is cut off), and without entities."""
    clean(data, file=file)
    depth = 0
    parser = expat.ParserCreate("utf-8")

    def here() -> Location:
        return Location(file, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def begin(_: str, __: Any) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            what = f"elements are nested more than {MOST_DEPTH} deep"
            raise InputError(what, code="AL003", fix="correct what made it so, or leave the file out", location=here())

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def document_type(*_: object) -> NoReturn:
        raise InputError(
            "a document type is not read",
            code="AL007",
            why="its entities can expand without end, or name other files",
            fix="remove <!DOCTYPE ...>, and write each &entity; out",
            location=here(),
        )

    def declaration(_: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
            what = f"the text declares the encoding {encoding}"
            raise InputError(what, code="AL002", fix="save it as UTF-8, and say so", location=here())

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler, parser.XmlDeclHandler = document_type, declaration
    try:
        for offset in range(0, len(data), _PIECE):
            parser.Parse(data[offset : offset + _PIECE], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InputError(
            f"this is not valid RDF/XML: {expat.ErrorString(error.code)}",
            code="AL005",
            fix="complete or correct the element here",
            location=Location(file, error.lineno, error.offset + 1),
        ) from None


# -- JSON-LD ----------------------------------------------------------------------------------------

_JSON_TOKEN = re.compile(rb'(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")|(?P<mark>[\[\]{}:,])|(?P<word>[^\s"\[\]{}:,]++)')
# RFC 3987, 2.2: what no IRI holds.
_NO_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')


class _Container:
    """An object or array that is open: what it is the value of, and its keys so far."""

    def __init__(self, kind: bytes, context: bool, term: str | None) -> None:
        self.kind = kind
        self.context = context
        self.term = term
        self.keys: set[str] = set()
        self.key: str | None = None


class _Refusal(NamedTuple):
    what: str
    why: str
    fix: str
    code: str = "AL005"


_TWICE = _Refusal("the key {} stands twice in one object", "each reader takes another of the two", "keep one")
_NUMBER = _Refusal("{} is no number of JSON", "", "leave the value out")
_SURROGATE = _Refusal("half a character", r"a \u escape of the pair is missing", "write the character itself")
_NO_IRI_TOLD = _Refusal("{!r} is no IRI", "the statement would be dropped in silence", "percent-encode it")
_ELSEWHERE = _Refusal(
    "the context {} would be fetched",
    "nothing is fetched, neither from the web nor from this machine",
    "write the context itself in its place",
    "AL007",
)


def json(data: Bytes, file: str) -> None:
    """Admit JSON-LD; its grammar is for the parser to tell."""
    clean(data, file=file)
    _depth(data, file, _JSON_BRACKET)
    stack: list[_Container] = [_Container(b"", False, None)]
    iri_keys = {"@id"}

    def refuse(refusal: _Refusal, said: str, offset: int) -> NoReturn:
        raise InputError(
            f"this is not read: {refusal.what.format(said)}",
            code=refusal.code,
            why=refusal.why,
            fix=refusal.fix,
            location=Location(file, *place_of_byte(data, offset)),
        )

    for match in _JSON_TOKEN.finditer(data):
        token, top = match[0], stack[-1]
        if match.lastgroup == "mark":
            if token in b"[{":
                # A term's definition is no context; whatever is directly in one is.
                inside = top.key == "@context" or (top.context and top.kind == b"[")
                stack.append(_Container(token, inside, top.key if top.kind == b"{" else top.term))
            elif token in b"]}" and len(stack) > 1:
                stack.pop()
            elif token == b"," and top.kind == b"{":
                top.key = None
            continue
        if match.lastgroup == "word":
            if token.lstrip(b"-") in (b"NaN", b"Infinity"):
                refuse(_NUMBER, token.decode(), match.start())
            continue
        said = _decoded(token)
        if said is None:
            continue  # the parser tells what is wrong with it
        if any("\ud800" <= letter <= "\udfff" for letter in said):
            refuse(_SURROGATE, "", match.start())
        if top.kind == b"{" and top.key is None:
            if said in top.keys:
                refuse(_TWICE, said, match.start())
            top.keys.add(said)
            top.key = said
            continue
        if top.key == "@context" or (top.context and (top.kind == b"[" or top.key == "@import")):
            refuse(_ELSEWHERE, said, match.start())
        if top.context and top.key is not None and said == "@id":
            iri_keys.add(top.key)
        elif top.key == "@type" and said == "@id" and top.term is not None:
            iri_keys.add(top.term)
        elif (top.key if top.kind == b"{" else top.term) in iri_keys and _NO_IRI.search(said):
            refuse(_NO_IRI_TOLD, said, match.start())


def _decoded(token: bytes) -> str | None:
    if b"\\" not in token:
        return token[1:-1].decode()
    try:
        return str(python_json.loads(token))
    except ValueError:
        return None
