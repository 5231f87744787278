"""The home of one stored query: its parameters, its finished text, its answer.

A stored query is valid SPARQL that runs as it stands, with its example values. Its header says what it answers (see
`header`); each parameter `p` is a block `VALUES ?p { example }`, and asking replaces the rows of that block by terms
that the RDF library writes. No text of a reader ever becomes text of the query.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from alataw import querytext, sparql
from alataw.errors import ParameterError
from alataw.names import nearest
from alataw.queries.header import Header
from alataw.queries.holding import hold
from alataw.queries.parameters import Parameter, Value, listed
from alataw.queries.telling import told
from alataw.resolution import DERIVED, Resolver
from alataw.solutions import Answer
from alataw.store import Bound, Store
from alataw.terms import XSD, Literal, NamedNode, Term, text_of

MOST_ROWS = 2**31 - 1
"""The greatest `limit` and `offset`."""
MOST_COMBINATIONS = 100
"""Of how many combinations of its values a query may be asked, where something is made of each."""


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
            parameters=tuple(Parameter.read(name, kind, header) for name, kind in said.get("parameters", {}).items()),
            derived={name: (of["as"], tuple(of["from"])) for name, of in said.get("derived", {}).items()},
            columns=said.get("columns", {}),
            min_rows=said["contract"]["min-rows"],
            within_ms=said["contract"]["within-ms"],
            tags=tuple(said.get("tags", ())),
            file=file,
            evidence=said.get("evidence", "rows"),
            explanation=explanation,
        )
        hold(query, header)
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
        rows = self._all_rows(values, resolver)
        text = _windowed(told(self.text, self._several(rows)), _count("limit", limit), _count("offset", offset))
        return filled(text, _texts(rows))

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
        return self.ask_of(store, rows, limit=_count("limit", limit), offset=_count("offset", offset), bound=bound)

    def ask_of(
        self,
        store: Store,
        rows: Mapping[str, list[str]],
        *,
        limit: int | None = None,
        offset: int | None = None,
        bound: Bound | None = None,
    ) -> Answer:
        """Ask a store of terms as they stand, whether or not they are what the parameters ask for.

        Args:
            store: The engine.
            rows: The terms of parameters, and of what is derived, in N-Triples; what is left out is UNDEF.
            limit: At most so many rows.
            offset: How many rows are left out.
            bound: The most that the answer may hold.

        Raises:
            QueryError: As `ask`.
        """
        rows = {
            name: rows.get(name, []) for name in (*(parameter.name for parameter in self.parameters), *self.derived)
        }
        several = self._several(rows)
        text = filled(_windowed(told(self.text, several), limit, offset), _texts(rows))
        # The text was admitted when it was read, and terms are admitted one by one: reading all of it again would take
        # longer than many an answer.
        admitted = told(self._admitted, several)
        admitted = filled(_windowed(admitted, limit, offset), _texts(rows, sparql.admitted_term))
        return self._truths(Answer.of(store.query(text, file=self.file, admitted=admitted, bound=bound)))

    def _several(self, rows: Mapping[str, list[str]]) -> tuple[str, ...]:
        """The parameters with several values that no column tells."""
        return tuple(
            parameter.name
            for parameter in self.parameters
            if len(rows[parameter.name]) > 1 and parameter.name not in self.columns
        )

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
        terms = (known[name].term(one, resolver) for name in values if name in known for one in listed(values[name]))
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
        for _, of in self.derived.values():
            number = math.prod(len(rows[parameter]) for parameter in of)
            if number > MOST_COMBINATIONS:
                raise ParameterError(
                    f"{self.name} has too many values",
                    code="AL015",
                    why=f"{', '.join(of)} make {number:,} combinations; {MOST_COMBINATIONS:,} may be asked at once",
                    fix="ask for fewer at a time",
                )
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
        given = listed(value) or ([parameter.default] if parameter.default else [])
        terms = list(dict.fromkeys(parameter.term(one, resolver) for one in given))
        if not given and parameter.required:
            raise ParameterError(
                f"{self.name} needs {parameter.name}",
                code="AL013",
                why=parameter.description,
                fix=f"for example: alataw query {self.name} {self.example}",
            )
        if len(terms) > 1 and self.view == "boolean":
            raise ParameterError(
                f"{self.name} takes one value of {parameter.name}",
                code="AL015",
                why="it has one answer, and could not say for which of them it is",
                fix="ask for each by itself",
            )
        return terms

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


@lru_cache(maxsize=256)
def _windowed(text: str, limit: int | None, offset: int | None) -> str:
    """A text of `queries/` with a window laid over, before it is filled: most are asked with one limit."""
    return querytext.window(text, limit, offset)


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
    return querytext.blocks(text)


def _shell(text: str) -> str:
    return f"'{text}'" if re.search(r"[^\w./:-]", text) else text


def _count(name: str, number: int | None) -> int | None:
    if number is None or (isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= MOST_ROWS):
        return number
    raise ParameterError(f"{name} is refused", code="AL015", why=f"{number} is no number of rows", fix="write 10")


def _truth(term: Term | None) -> Term | None:
    words = {"0": "false", "1": "true"}
    return Literal(words.get(term.value, term.value), datatype=XSD.boolean) if isinstance(term, Literal) else term
