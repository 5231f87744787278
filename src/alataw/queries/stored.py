"""The home of one stored query: its parameters, its finished text, its answer.

A stored query is valid SPARQL that runs as it stands, with its example values. Its header says what it answers (see
`header`); each parameter `p` is a block `VALUES ?p { example }`, and asking replaces the rows of that block by terms
that the RDF library writes. No text of a reader ever becomes text of the query.
"""

from __future__ import annotations

import datetime
import decimal
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from alataw import sparql
from alataw.errors import ParameterError, UnknownNameError
from alataw.names import nearest
from alataw.queries.header import Header
from alataw.resolution import DERIVED, Resolver, literal
from alataw.solutions import Answer
from alataw.store import Bound, EmbeddedStore, Solutions, Store
from alataw.terms import XSD, Literal, NamedNode, Term, Triple, text_of

ANYTHING = "Entity"
"""The class of a parameter that takes whatever has an IRI of ours."""

MOST_ROWS = 2**31 - 1
"""The greatest `limit` and `offset`."""

TRIPLE = ("subject", "predicate", "object")
"""The columns of a graph, where it is told as rows."""

Value = str | int | float | bool | decimal.Decimal | datetime.date | Term
"""What a parameter may be given as: text to be resolved, a Python value, or a term."""

_TAKEN = (str, int, float, decimal.Decimal, datetime.date, NamedNode, Literal)
"""What is read as a value: all else has no text of its own, or is no thing that could be asked for."""


@dataclass(frozen=True)
class Parameter:
    """One parameter: the kind of term it takes, and an example.

    Args:
        name: Its name, without `?`.
        kind: `class`, `datatype` or `in`.
        of: The class, the datatype, or the vocabulary.
        required: Whether the query cannot be asked without it.
        example: A value that is known to give an answer.
        description: A sentence.
        default: The value that it has if it is left out; empty if the query is then asked without it.
    """

    name: str
    kind: str
    of: str
    required: bool
    example: str
    description: str
    default: str = ""

    def term(self, value: Value, resolver: Resolver) -> Term:
        """Turn a value into a term of this kind; of a literal its lexical form is read.

        Raises:
            UnknownNameError: AL011 or AL012, if it does not name one thing.
            ParameterError: AL015 if it is of another kind.
        """
        is_node = isinstance(value, NamedNode)
        if not isinstance(value, _TAKEN) or (is_node and self.kind == "datatype"):
            raise ParameterError(f"{self.name} is refused", code="AL015", why=f"it takes a {self.of}", fix="give one")
        text = value.value if isinstance(value, Literal) else str(value)
        if isinstance(value, bool):
            text = text.lower()
        try:
            if self.kind == "datatype":
                return literal(text, self.of)
            if self.kind == "in":
                return resolver.concept(text, self.of)
            return resolver.entity(text, None if self.of == ANYTHING else self.of)
        except UnknownNameError as error:
            error.parameter = self.name
            raise
        except ParameterError as error:
            told = f"{self.name}: {error.what}"
            raise ParameterError(told, code=error.code, why=error.why, fix=error.fix) from None


@dataclass(frozen=True)
class StoredQuery:
    """A question of `queries/`.

    Args:
        name: The question in kebab-case; the name of its file.
        text: The whole file.
        summary: What it answers, as a clause.
        description: What it answers, in full.
        about: The class of entity that the question is about; empty for the graph as a whole.
        view: How an answer is best shown.
        parameters: In the order of the header.
        derived: Name to what is made of which parameters, to look up an index by (see `resolution.DERIVED`).
        columns: Name to what the column holds, in the order of the projection; empty but for a SELECT.
        min_rows: The fewest rows that the example values give.
        within_ms: The time in which they come.
        tags: What it belongs to.
        file: The file, as it is shown to people.
        evidence: Where the claims are on which a row rests: in the row (`rows`), in what the explanation gives
            (`query`), or nowhere, because the row says what is not claimed (`none`).
        explanation: The query of `<name>.explain.rq`: columns of this one, and `claim`.
    """

    name: str
    text: str
    summary: str
    description: str
    about: str = ""
    view: str = "table"
    parameters: tuple[Parameter, ...] = ()
    derived: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    min_rows: int = 0
    within_ms: int = 0
    tags: tuple[str, ...] = ()
    file: str = "query"
    evidence: str = "rows"
    explanation: str = ""

    @classmethod
    def read(cls, name: str, text: str, *, file: str = "", explanation: str = "") -> StoredQuery:
        """Read a file of `queries/`, and the explanation beside it.

        Raises:
            UsageError: AL016 if it breaks a rule of stored queries.
            QueryError: AL017 if the query is refused by the engine.
        """
        file = file or f"{name}.rq"
        header = Header.read(text, file)
        said = header.said
        query = cls(
            name=name,
            text=text,
            summary=said["summary"],
            description=said.get("description", said["summary"]),
            about=said.get("about", ""),
            view=said.get("view", "table"),
            parameters=tuple(_parameter(name, kind, header) for name, kind in said.get("parameters", {}).items()),
            derived={name: (of["as"], tuple(of["from"])) for name, of in said.get("derived", {}).items()},
            columns=said.get("columns", {}),
            min_rows=said["contract"]["min-rows"],
            within_ms=said["contract"]["within-ms"],
            tags=tuple(said.get("tags", ())),
            file=file,
            evidence=said.get("evidence", "rows"),
            explanation=explanation,
        )
        _hold(query, header)
        return query

    @property
    def example(self) -> str:
        """The example values of what is required, as they are typed."""
        return " ".join(
            _shell(parameter.example) if number == 0 else f"--{parameter.name} {_shell(parameter.example)}"
            for number, parameter in enumerate(self.parameters)
            if parameter.required
        )

    def bind(
        self,
        values: Mapping[str, Value | Iterable[Value] | None],
        resolver: Resolver,
        *,
        limit: int | None = None,
        offset: int | None = None,
    ) -> str:
        """Finish the text: the rows of every parameter replaced by terms.

        Args:
            values: Parameter to value, to several values (several rows), or to None (left out).
            resolver: Where names are looked up.
            limit: The most rows to give; a LIMIT of the query itself is never exceeded.
            offset: How many rows to leave out first.

        Returns:
            SPARQL that any engine understands, and that can be pasted elsewhere.

        Raises:
            ParameterError: AL013 missing, AL014 unknown, AL015 of the wrong kind.
            UnknownNameError: AL011 or AL012, for a name.
        """
        text = filled(self.text, _texts(self._all_rows(values, resolver)))
        return sparql.window(text, _count("limit", limit), _count("offset", offset))

    def ask(
        self,
        store: Store,
        resolver: Resolver,
        values: Mapping[str, Value | Iterable[Value] | None],
        *,
        limit: int | None = None,
        offset: int | None = None,
        bound: Bound | None = None,
    ) -> Answer:
        """Ask a store.

        Raises:
            ParameterError, UnknownNameError: As `bind`.
            QueryError: If the engine refuses the finished text, or the answer is over the bound (AL135).
        """
        rows = self._all_rows(values, resolver)
        limit, offset = _count("limit", limit), _count("offset", offset)
        text = sparql.window(filled(self.text, _texts(rows)), limit, offset)
        # The text was admitted when it was read, and terms are admitted one by one: reading all of it again would take
        # longer than many an answer.
        admitted = sparql.window(filled(self._admitted, _texts(rows, sparql.admitted_term)), limit, offset)
        return self._truths(Answer.of(store.query(text, file=self.file, admitted=admitted, bound=bound)))

    def _truths(self, answer: Answer) -> Answer:
        """Give columns of truth values back as such: Virtuoso computes them as 0 and 1."""
        places = {place for place, said in enumerate(self.columns.values()) if said.get("datatype") == "boolean"}
        if not places:
            return answer
        rows = (tuple(_truth(term) if at in places else term for at, term in enumerate(row)) for row in answer.rows)
        return replace(answer, rows=tuple(rows))

    def bind_explanation(self, values: Mapping[str, Value | Iterable[Value] | None], resolver: Resolver) -> str:
        """Finish the text of the explanation, for all rows.

        Raises:
            ParameterError, UnknownNameError: As `bind`.
        """
        return filled(self.explanation, _texts(self._all_rows(values, resolver)))

    def nodes(self, values: Mapping[str, Value | Iterable[Value] | None], resolver: Resolver) -> list[NamedNode]:
        """The entities that values name."""
        known = {parameter.name: parameter for parameter in self.parameters if parameter.kind == "class"}
        terms = (known[name].term(one, resolver) for name in values if name in known for one in _listed(values[name]))
        return [term for term in terms if isinstance(term, NamedNode)]

    def _all_rows(
        self, values: Mapping[str, Value | Iterable[Value] | None], resolver: Resolver
    ) -> dict[str, list[str]]:
        """The rows of the blocks of every parameter."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise self._unknown(name)
        rows = {name: self._rows(parameter, values.get(name), resolver) for name, parameter in known.items()}
        # str() of a pyoxigraph term is its form in N-Triples, with everything escaped that needs it.
        return {name: list(dict.fromkeys(map(str, terms))) for name, terms in (rows | self._derived(rows)).items()}

    def _derived(self, rows: Mapping[str, list[Term]]) -> dict[str, list[Term]]:
        """The rows of what is made of parameters; where one has several values, of each together with the others."""
        return {
            name: [
                term
                for given in itertools.product(*(rows[parameter] for parameter in of))
                for term in DERIVED[kind]([text_of(term) for term in given])
            ]
            for name, (kind, of) in self.derived.items()
        }

    def _rows(self, parameter: Parameter, value: Value | Iterable[Value] | None, resolver: Resolver) -> list[Term]:
        """The rows of the blocks of one parameter; none for UNDEF."""
        given = _listed(value) or ([parameter.default] if parameter.default else [])
        if not given and parameter.required:
            raise ParameterError(
                f"{self.name} needs {parameter.name}",
                code="AL013",
                why=parameter.description,
                fix=f"for example: alataw query {self.name} {self.example}",
            )
        return list(dict.fromkeys(parameter.term(one, resolver) for one in given))

    @cached_property
    def _admitted(self) -> str:
        """The text as the embedded engine is to get it."""
        return sparql.admit(self.text, file=self.file)

    def _unknown(self, name: str) -> ParameterError:
        known = [parameter.name for parameter in self.parameters]
        near = nearest(name, known, limit=1)
        return ParameterError(
            f"{self.name} has no parameter {name}",
            code="AL014",
            why=f"it has {', '.join(known)}" if known else "it takes none",
            fix=f"did you mean {near[0]}?" if near else f"see `alataw query {self.name} --help`",
        )


def _listed(value: Value | Iterable[Value] | None) -> list[Any]:
    """The values of a parameter: none, one, or several."""
    several = isinstance(value, Iterable) and not isinstance(value, (str, bytes, bytearray, Mapping, Triple))
    return [one for one in (value if several else [value]) if one is not None]  # type: ignore[union-attr]


def _texts(rows: Mapping[str, list[str]], write: Callable[[str], str] = str) -> dict[str, str]:
    """The rows of each parameter as they stand in its blocks."""
    return {name: " ".join(map(write, terms)) or "UNDEF" for name, terms in rows.items()}


def filled(text: str, rows: Mapping[str, str]) -> str:
    """Put rows into the blocks of variables; other blocks stay as they are."""
    places = [(place, name) for name, found in _blocks(text).items() for place in found if name in rows]
    for (start, end), name in sorted(places, reverse=True):
        text = f"{text[:start]} {rows[name]} {text[end:]}"
    return text


@lru_cache(maxsize=256)
def _blocks(text: str) -> dict[str, list[tuple[int, int]]]:
    """The blocks of a text of `queries/`, of which there are few."""
    return sparql.blocks(text)


def _shell(text: str) -> str:
    return f"'{text}'" if re.search(r"[^\w./:-]", text) else text


def _count(name: str, number: int | None) -> int | None:
    if number is None or (isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= MOST_ROWS):
        return number
    raise ParameterError(f"{name} is refused", code="AL015", why=f"{number} is no number of rows", fix="write 10")


# -- what the header says, held against the query ------------------------------------------------------


def _parameter(name: str, said: Mapping[str, Any], header: Header) -> Parameter:
    here = ("parameters", name)
    kinds = [kind for kind in ("class", "datatype", "in") if kind in said]
    if len(kinds) != 1 or "example" not in said:
        raise header.fault(f"the parameter {name} has an example, and one of class, datatype, in", here)
    if name in ("limit", "offset"):
        raise header.fault(f"every query has {name} already", here)
    if said.get("required") and "default" in said:
        raise header.fault(f"{name} is required, so its default is never used", (*here, "default"))
    return Parameter(
        name=name,
        kind=kinds[0],
        of=said[kinds[0]],
        required=said.get("required", False),
        example=said["example"],
        description=said.get("description", ""),
        default=said.get("default", ""),
    )


def _hold(query: StoredQuery, header: Header) -> None:
    """Hold the text against what the header says, by asking it of an empty store."""
    store = EmbeddedStore()
    result = store.query(query.text, file=query.file)
    projection = list(result.variables) if isinstance(result, Solutions) else []
    if list(query.columns) != projection:
        told = f"the columns are {', '.join(projection)}, in this order" if projection else "only a SELECT has columns"
        raise header.fault(told, ("columns",))
    if projection and not sparql.is_ordered(query.text):
        raise header.fault("a SELECT without ORDER BY has no order that can be compared")
    _hold_evidence(query, header, store)
    _hold_derived(query, header, store)
    blocks = sparql.blocks(query.text)
    for parameter in query.parameters:
        here = ("parameters", parameter.name)
        if parameter.name not in blocks:
            raise header.fault(f"no block VALUES ?{parameter.name} {{ ... }} binds the parameter", here)
        for place in blocks[parameter.name]:
            rows = _block(query, parameter.name, place, store)
            if not all(_is_example(parameter, term) for row in rows for term in row) or len(rows) != 1:
                raise header.fault(
                    f"the block VALUES ?{parameter.name} holds another value than the example", (*here, "example")
                )


def _hold_derived(query: StoredQuery, header: Header, store: Store) -> None:
    """Hold the blocks of what is derived to what the examples give."""
    examples = {p.name: [literal(p.example, p.of)] for p in query.parameters if p.kind == "datatype"}
    blocks = sparql.blocks(query.text)
    for name, (_, of) in query.derived.items():
        here = ("derived", name)
        if any(parameter not in examples for parameter in of) or name not in blocks:
            raise header.fault(f"{name} has a block of its own, and is made of parameters with a datatype", here)
        expected = query._derived({parameter: list(terms) for parameter, terms in examples.items()})[name]
        for place in blocks[name]:
            if [row[0] for row in _block(query, name, place, store)] != expected:
                told = " ".join(map(str, expected))
                raise header.fault(f"the block VALUES ?{name} holds something else than {told}", here)


def _block(query: StoredQuery, name: str, place: tuple[int, int], store: Store) -> tuple[tuple[Term | None, ...], ...]:
    """The rows that a block holds."""
    asked = f"{sparql.prologue(query.text)} SELECT * {{ VALUES ?{name} {{{query.text[place[0] : place[1]]}}} }}"
    found = store.query(asked, file=query.file)
    return found.rows if isinstance(found, Solutions) else ()


def _hold_evidence(query: StoredQuery, header: Header, store: Store) -> None:
    """Hold the explanation to giving claims by columns of the query."""
    if (query.evidence == "query") != bool(query.explanation):
        told = f"{query.name}.explain.rq stands beside a query whose evidence is `query`, and beside no other"
        raise header.fault(told, ("evidence",))
    if query.explanation:
        result = store.query(query.explanation, file=query.file.removesuffix(".rq") + ".explain.rq")
        given = set(result.variables) if isinstance(result, Solutions) else set()
        if "claim" not in given or not given - {"claim"} <= set(query.columns or TRIPLE):
            told = f"{query.name}.explain.rq gives columns of the query, and claim"
            raise header.fault(told, ("evidence",))


def _is_example(parameter: Parameter, term: Term | None) -> bool:
    """Whether a term is what the example of a parameter names, as far as the text alone tells."""
    if term is None:
        return not parameter.required
    if parameter.kind == "datatype":
        return term == literal(parameter.example, parameter.of)
    ends = (f"/{parameter.example}", f"#{parameter.example}")
    return isinstance(term, NamedNode) and (term.value == parameter.example or term.value.endswith(ends))


def _truth(term: Term | None) -> Term | None:
    words = {"0": "false", "1": "true"}
    return Literal(words.get(term.value, term.value), datatype=XSD.boolean) if isinstance(term, Literal) else term
