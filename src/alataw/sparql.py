"""The home of SPARQL as text: its tokens, and the gate before the engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from alataw.errors import Location, QueryError
from alataw.terms import NamedNode

MOST_CHARACTERS = 16_384
MOST_DEPTH = 32
MOST_OPERATORS = 400
_BATCH = 60

# SPARQL 1.1, 19.8. First the terminals inside which a word is only characters: comments [19.4, ended by CR too],
# strings [156-160], IRIs [139]; then variables [166], language tags [145], brackets, prefixed names and blank node
# labels [140-142, 169], numbers, words, operators; at last, what can stand nowhere. Names are taken at least as far as
# the engine takes them: where Python's \w is wider than PN_CHARS [167], no token of SPARQL can begin with what it takes
# too much, so that the engine refuses the text; what it lacks is added.
# `<<` begins a quoted triple, but a comparison where an IRI follows (`?a<<http://x/#>`).
# No character is looked at more than a few times, however a text is made: what begins a string and does not end it is
# taken as far as a string could reach, and words with dots and hyphens between them are taken together, then parted.
_CHAR = (
    "\\w\u00b7\u0300-\u036f\u200c\u200d\u203f\u2040\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
    "\U00010000-\U000effff"
)
_LOCAL = (
    rf"(?:[{_CHAR}:]|%[0-9A-Fa-f]{{2}}|\\.)"
    rf"(?:(?:[{_CHAR}:.-]|%[0-9A-Fa-f]{{2}}|\\.)*(?:[{_CHAR}:-]|%[0-9A-Fa-f]{{2}}|\\.))?"
)
_IRI = r'<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>'
_TOKEN = re.compile(
    rf'''(?P<comment>\#[^\n\r]*)
      |(?P<string>"""(?:"{{0,2}}(?:[^"\\]|\\.))*"""|\'\'\'(?:'{{0,2}}(?:[^'\\]|\\.))*\'\'\'
        |"(?!"")(?:[^"\\\n\r]|\\[^\n\r])*"|'(?!\'\')(?:[^'\\\n\r]|\\[^\n\r])*')
      |(?P<unclosed>(?:"""|\'\'\').*|["'][^\n\r]*)
      |(?P<iri>{_IRI})
      |(?P<variable>[?$][{_CHAR}]+)
      |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      |(?P<open>[{{(\[]|<(?!{_IRI})<)
      |(?P<close>[}})\]]|>>)
      |(?P<name>(?:[^\W\d](?:[{_CHAR}.-]*[{_CHAR}-])?)?:(?:{_LOCAL})?)
      |(?P<word>[^\W\d][{_CHAR}]*)(?![{_CHAR}.-])
      |(?P<words>[^\W\d][{_CHAR}.-]*)
      |(?P<number>\d+)
      |(?P<operator>\|\||&&|[!/|^*+=<>-])
      |(?P<stray>[^ \t\r\n.,;?~])''',
    re.VERBOSE | re.DOTALL,
)
_IN_WORDS = re.compile(rf"(?P<word>[^\W\d][{_CHAR}]*)|(?P<number>\d+)|(?P<operator>-)")
_OPERATOR_WORDS = {"UNION", "BIND", "OPTIONAL", "MINUS", "EXISTS", "LATERAL"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}


class Token(NamedTuple):
    """One token of a query: its kind, its text, its offset."""

    kind: str
    text: str
    offset: int

    @property
    def end(self) -> int:
        """The offset behind the token."""
        return self.offset + len(self.text)

    @property
    def keyword(self) -> str:
        """The word in capitals, as the grammar spells its keywords; empty for every other token."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(text: str) -> Iterator[Token]:
    """Split a query into tokens; white space and what parts triples is left out; what begins a string is one too.

    >>> [token.text for token in tokens("ASK { ?s :p 'a # b' } # c")]
    ['ASK', '{', '?s', ':p', "'a # b'", '}', '# c']
    """
    for match in _TOKEN.finditer(text):
        inside = _IN_WORDS.finditer(text, *match.span()) if match.lastgroup == "words" else (match,)
        for part in inside:
            yield Token(part.lastgroup or "", part.group(), part.start())


def place(text: str, offset: int, file: str) -> tuple[Location, str]:
    r"""Where an offset is, and the line that it is in.

    >>> place("ASK {\n  oops }", 8, "query")
    (Location(file='query', line=2, column=3), '  oops }')
    """
    begin = text.rfind("\n", 0, offset) + 1
    line = text[begin:].partition("\n")[0].rstrip("\r")
    return Location(file, text.count("\n", 0, offset) + 1, offset - begin + 1), line


# -- the gate ------------------------------------------------------------------------------------------


def admit(text: str, *, file: str = "query") -> str:
    """Let a query pass, or refuse it.

    Deep nesting overruns the stack of the engine and ends the process, and a SERVICE would call another host; both
    are decided on tokens, so the engine must see the same tokens as we do. What could be seen in two ways is `<`,
    an IRI or a comparison (`?a<?b)SERVICE:c#>`): the text returned has each IRI begin with an escape of its first
    character, which can stand in nothing but an IRI. Behind a string that is not closed nothing can be told.

    Returns:
        The text as the engine is to get it.

    Raises:
        QueryError: AL017, with the place.
    """
    if len(text) > MOST_CHARACTERS:
        raise _refusal(f"the query has more than {MOST_CHARACTERS:,} characters", file, text, 0)
    depth = operators = 0
    parts, done = [], 0
    for token in tokens(text):
        depth = max(depth + (token.kind == "open") - (token.kind == "close"), 0)
        operators += token.kind == "operator" or token.keyword in _OPERATOR_WORDS
        if depth > MOST_DEPTH:
            raise _refusal(f"brackets are nested more than {MOST_DEPTH} deep", file, text, token.offset)
        if operators > MOST_OPERATORS:
            raise _refusal(f"the query has more than {MOST_OPERATORS} operators", file, text, token.offset)
        if calls_out(token):
            raise _refusal("SERVICE would call another host", file, text, token.offset)
        if token.kind == "unclosed":
            raise _refusal(
                "a string is not closed", file, text, token.offset, fix="close it with the quotes it began with"
            )
        if token.kind == "stray":
            raise _refusal(f"{token.text} can stand nowhere in a query", file, text, token.offset, fix="take it out")
        if token.kind == "iri":
            parts += [text[done : token.offset + 1], _escaped(token)]
            done = token.offset + 2
    return "".join([*parts, text[done:]])


def admitted_term(term: str) -> str:
    """A term as the RDF library writes it, as `admit` would let it pass.

    >>> admitted_term("<http://a>") == admit("<http://a>"), admitted_term('"<x>"')
    (True, '"<x>"')
    """
    if not term.endswith(">"):
        return term
    # An IRI, or a literal with the IRI of its datatype behind it.
    begin = term.rfind("<")
    return f"{term[:begin]}<{_escaped(Token('iri', term[begin:], 0))}{term[begin + 2 :]}"


def calls_out(token: Token) -> bool:
    """Whether an engine could read a SERVICE in a token.

    Oxigraph needs no space around keywords: `SERVICEx:y` is SERVICE x:y, and `trueSERVICE` is true, then SERVICE.
    Behind the colon of a prefixed name no keyword begins.

    >>> [token.text for token in tokens("ASK { ?service :service 'service' . SERVICEx:y {} }") if calls_out(token)]
    ['SERVICEx:y']
    """
    return token.kind in ("word", "name") and "service" in token.text.partition(":")[0].lower()


# Comments at the head, where stored queries have their header; and a word with what could be a keyword in it. None
# begins behind the sign of a variable or the colon of a prefixed name.
_HEAD = re.compile(r"(?:#[^\n\r]*[\n\r]+)*")
_MAY_NAME_GRAPH = re.compile(r"(?<![\w?$:])\w*?(?:graph|from)", re.IGNORECASE)


def may_see(text: str, graph: NamedNode) -> bool:
    """Whether a query could see a named graph; where that is not certain, yes.

    >>> best = NamedNode("https://w3id.org/alataw/graph/best")
    >>> may_see("ASK { ?s ?p ?o }", best), may_see("ASK { GRAPH <graph/names> { ?s ?p ?o } }", best)
    (False, False)
    >>> may_see("ASK { GRAPH <graph/best> { ?s ?p ?o } }", best), may_see("ASK { GRAPH ?g { ?s ?p ?o } }", best)
    (True, True)
    """
    if not _MAY_NAME_GRAPH.search(text, _HEAD.match(text).end()):  # type: ignore[union-attr]  # it matches nothing too
        return False
    told = [token for token in tokens(text) if token.kind != "comment"]
    for token, behind in pairwise(told):
        if token.kind in ("word", "name") and _MAY_NAME_GRAPH.match(token.text.partition(":")[0]):
            # The IRI may be relative to any base, or hold escapes.
            named = re.fullmatch(r"<(?:[^\\>]*/)?([^/\\>]+)>", behind.text)
            if not named or named[1] == graph.value.rpartition("/")[2]:
                return True
    return False


def offset_before(text: str, offset: int) -> int:
    """The offset in a text of an offset in what `admit` made of it."""
    grown = 0
    for token in tokens(text):
        behind = offset - grown - (token.offset + 1)
        if token.kind == "iri" and behind > 0:
            grown += min(behind, len(_escaped(token)) - 1)
    return min(offset - grown, len(text))


def _escaped(token: Token) -> str:
    """The first character of an IRI as an escape (SPARQL 1.1, 19.2), unless it is one, or there is none."""
    first = token.text[1]
    if first in "\\>":
        return first
    return f"\\u{ord(first):04X}" if ord(first) < 0x10000 else f"\\U{ord(first):08X}"


def fault(text: str) -> tuple[int, str, str] | None:
    """Look, in a text that the engine refused, for what is most often the matter.

    Returns:
        Where it is, why it is wrong, and what to do; None if it is something else.

    >>> fault("PREFIX : <#> ASK { ?s rdfs:label ?o }")
    (22, 'the prefix rdfs: is not declared', 'declare it with PREFIX rdfs: <...>')
    """
    told = [token for token in tokens(text) if token.kind != "comment"]
    declared = {name.text for word, name in pairwise(told) if word.keyword == "PREFIX"} | {"_:"}
    for token in told:
        prefix = token.text.partition(":")[0] + ":"
        if token.kind == "name" and prefix not in declared:
            return token.offset, f"the prefix {prefix} is not declared", f"declare it with PREFIX {prefix} <...>"
    form = next((token for token in told if token.keyword not in ("", "BASE", "PREFIX")), None)
    if form and form.keyword in _UPDATES:
        return form.offset, f"{form.keyword} would change the graph", "ask with SELECT, ASK, CONSTRUCT or DESCRIBE"
    return None


def _refusal(
    what: str, file: str, text: str, offset: int, *, fix: str = "ask in smaller steps, on this graph alone"
) -> QueryError:
    location, line = place(text, offset, file)
    return QueryError(
        what,
        code="AL017",
        fix=fix,
        location=location,
        source_line=line,
    )


def batches(terms: Iterable[NamedNode]) -> Iterator[list[NamedNode]]:
    """Part nodes that are asked for, each once and in order, so that no query grows too long.

    >>> [len(batch) for batch in batches(NamedNode(f"http://a/{number}") for number in range(130))]
    [60, 60, 10]
    """
    rest = iter(dict.fromkeys(terms))
    while batch := list(islice(rest, _BATCH)):
        yield batch
