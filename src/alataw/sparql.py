"""The home of SPARQL text: its tokens, the gate before the engine, and the parts that stored queries fill in.

A query is never built by splicing text: what is filled in stands between tokens found here, and is written by the
RDF library.
"""

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
_FORMS = {"SELECT", "CONSTRUCT", "ASK", "DESCRIBE"}
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


# -- the parts that are filled in ----------------------------------------------------------------------


def blocks(text: str) -> dict[str, list[tuple[int, int]]]:
    """Find each `VALUES ?p { ... }`, in sub-selects too.

    Returns:
        Variable to where the inside of the braces begins and ends, for each of its blocks.

    >>> text = "SELECT * { VALUES ?p { 'a}' } }"
    >>> [text[start:end] for start, end in blocks(text)["p"]]
    [" 'a}' "]
    """
    found: dict[str, list[tuple[int, int]]] = {}
    told = [token for token in tokens(text) if token.kind != "comment"]
    for number, token in enumerate(told[:-3]):
        variable, brace = told[number + 1 : number + 3]
        if token.keyword == "VALUES" and variable.kind == "variable" and brace.text == "{":
            close = next((later for later in told[number + 3 :] if later.text == "}"), None)
            if close:
                found.setdefault(variable.text[1:], []).append((brace.end, close.offset))
    return found


def prologue(text: str) -> str:
    """The BASE and PREFIX lines, and what stands before them."""
    return text[: next((token.offset for token in tokens(text) if token.keyword in _FORMS), 0)]


def form(text: str) -> str:
    """The form of a query: SELECT, CONSTRUCT, ASK or DESCRIBE; empty if it is none.

    >>> form("PREFIX select: <#> ASK {}")
    'ASK'
    """
    return next((token.keyword for token in tokens(text) if token.keyword in _FORMS), "")


def is_ordered(text: str) -> bool:
    """Whether the query as a whole, not only a part of it, has an ORDER BY."""
    return any(token.keyword == "ORDER" for token in outermost(text))


def window(text: str, limit: int | None, offset: int | None) -> str:
    r"""Narrow the rows of a query, within the LIMIT and OFFSET that it has.

    >>> window("SELECT * {} LIMIT 10 OFFSET 5", 100, 3)
    'SELECT * {}\nLIMIT 7\nOFFSET 8'
    """
    if limit is None and offset is None:
        return text
    told = outermost(text)
    own = {
        token.keyword: (token.offset, number.end, int(number.text))
        for token, number in pairwise(told)
        if token.keyword in ("LIMIT", "OFFSET") and number.kind == "number"
    }
    # A VALUES clause of the whole query comes after LIMIT and OFFSET (SPARQL 1.1, 19.8, [2] and [7]).
    end = next((token.offset for token in told if token.keyword == "VALUES"), len(text))
    rest = text[end:]
    for begin, behind, _ in sorted(own.values(), reverse=True):
        text = text[:begin].rstrip() + text[behind:end]
        end = len(text)
    most = [] if limit is None else [limit]
    if "LIMIT" in own:
        most.append(max(own["LIMIT"][2] - (offset or 0), 0))
    skipped = (offset or 0) + (own["OFFSET"][2] if "OFFSET" in own else 0)
    clauses = [f"LIMIT {min(most)}"] if most else []
    clauses += [f"OFFSET {skipped}"] if skipped else []
    ending = "\n" if rest or text.endswith("\n") else ""
    return "\n".join([text[:end].rstrip(), *clauses]) + ending + rest


def over(text: str, default: NamedNode, named: Iterable[NamedNode]) -> str:
    r"""A query over a dataset of its own (SPARQL 1.1, 13.2).

    >>> over("ASK WHERE { ?s ?p ?o }", NamedNode("http://a"), [NamedNode("http://b")])
    'ASK FROM <http://a>\nFROM NAMED <http://b>\nWHERE { ?s ?p ?o }'
    """
    where = next((token.offset for token in outermost(text) if token.keyword == "WHERE"), None)
    if where is None:
        return text
    clauses = "".join([f"FROM {default}\n", *(f"FROM NAMED {graph}\n" for graph in named)])
    return text[:where] + clauses + text[where:]


def without_dataset(text: str) -> tuple[str, list[str], list[str]]:
    """Part a query from its FROM clauses (SPARQL 1.1, 19.8, [13]).

    Returns:
        The query with blanks in their place, and the graphs of FROM and of FROM NAMED, as they are written.

    >>> text, default, named = without_dataset("ASK FROM NAMED <a> FROM x:b {}")
    >>> text.split(), default, named
    (['ASK', '{}'], ['x:b'], ['<a>'])
    """
    default: list[str] = []
    named: list[str] = []
    told = outermost(text)
    for token, next_, behind in zip(told, told[1:], told[2:] + told[:1], strict=False):
        graph = behind if next_.keyword == "NAMED" else next_
        if token.keyword == "FROM" and graph.kind in ("iri", "name"):
            (default if graph is next_ else named).append(graph.text)
            clause = text[token.offset : graph.end]
            text = text[: token.offset] + re.sub(r"[^\r\n]", " ", clause) + text[graph.end :]
    return text, default, named


def wrapped(text: str) -> str:
    r"""A SELECT as the only part of another, so that a window can be laid over rows that are sorted already.

    >>> wrapped("PREFIX : <#> SELECT ?s { ?s :p ?o } ORDER BY ?s")
    'PREFIX : <#> SELECT * WHERE { {\nSELECT ?s { ?s :p ?o } ORDER BY ?s\n} }'
    """
    head = prologue(text)
    return f"{head}SELECT * WHERE {{ {{\n{text[len(head) :]}\n}} }}"


def sorted_graph(text: str) -> str:
    r"""A CONSTRUCT whose solutions are sorted within, so that a window can be laid over; empty for other forms.

    >>> sorted_graph("CONSTRUCT { ?s :p ?o } WHERE { ?s :q ?o }")
    'CONSTRUCT { ?s :p ?o } WHERE { { SELECT DISTINCT ?s ?o WHERE { ?s :q ?o }\nORDER BY ?s ?o } }'
    """
    told = [token for token in tokens(text) if token.kind != "comment"]
    begin = next((n for n, token in enumerate(told) if token.keyword == "CONSTRUCT"), None)
    close = next((n for n, token in enumerate(told) if begin is not None and n > begin and token.text == "}"), None)
    if begin is None or close is None or told[close + 1].keyword != "WHERE" or outermost(text)[-1].keyword != "WHERE":
        return ""
    variables = dict.fromkeys("?" + t.text[1:] for t in told[begin:close] if t.kind == "variable")
    if not variables:
        return ""
    where, names = text[told[close + 1].end :].rstrip(), " ".join(variables)
    return f"{text[: told[close + 1].offset]}WHERE {{ {{ SELECT DISTINCT {names} WHERE{where}\nORDER BY {names} }} }}"


def outermost(text: str) -> list[Token]:
    """The tokens that stand in no brackets."""
    told, depth = [], 0
    for token in tokens(text):
        depth += (token.kind == "open") - (token.kind == "close")
        if not depth and token.kind not in ("comment", "close"):
            told.append(token)
    return told
