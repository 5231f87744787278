"""The home of stored queries: a question written once, with its parameters, and how it is asked.

A stored query is valid SPARQL that runs as it stands, with its example values. Its header says in YAML, behind
`#+`, what it answers; each parameter `p` is a block `VALUES ?p { example }`, and asking replaces the rows of
that block by terms that the RDF library writes. No text of a reader ever becomes text of the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from alataw import sparql
from alataw.errors import Location, ParameterError, UsageError
from alataw.names import nearest
from alataw.resolution import DATATYPES, Resolver
from alataw.solutions import Answer
from alataw.store import Store
from alataw.terms import BlankNode, Literal, NamedNode, Term, Triple

ANYTHING = "Entity"
"""The class of a parameter that takes whatever has an IRI of ours."""

VIEWS = ("table", "timeline", "bar-chart", "line-chart", "map", "graph", "boolean", "turtle")
_HEADER = {"summary", "description", "about", "view", "parameters", "columns", "contract", "tags"}
_PARAMETER = {"class", "datatype", "in", "required", "example", "description"}
_COLUMN = {"class", "datatype", "in", "description"}
_CONTRACT = {"min-rows", "within-ms"}

Value = str | int | float | bool | Term
"""What a parameter may be given as: text to be resolved, a Python value, or a term."""


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
    """

    name: str
    kind: str
    of: str
    required: bool
    example: str
    description: str

    def term(self, value: Value, resolver: Resolver) -> Term:
        """Turn a value into a term of this kind.

        Raises:
            UnknownNameError: If it names nothing.
            ParameterError: AL015 if it is of another kind.
        """
        if isinstance(value, (BlankNode, Triple)):
            raise ParameterError(f"--{self.name} takes no blank node", code="AL015", fix="give an IRI or a literal")
        if isinstance(value, Literal) and self.kind == "datatype":
            return value
        text = value.value if isinstance(value, (NamedNode, Literal)) else str(value)
        if isinstance(value, bool):
            text = text.lower()
        if self.kind == "datatype":
            return resolver.literal(text, self.of)
        if self.kind == "in":
            return resolver.concept(text, self.of)
        return resolver.entity(text, None if self.of == ANYTHING else self.of)


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
        columns: Name to what the column holds, in the order of the projection.
        min_rows: The fewest rows that the example values give.
        within_ms: The time in which they come.
        tags: What it belongs to.
    """

    name: str
    text: str
    summary: str
    description: str
    about: str = ""
    view: str = "table"
    parameters: tuple[Parameter, ...] = ()
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    min_rows: int = 0
    within_ms: int = 0
    tags: tuple[str, ...] = ()

    @classmethod
    def read(cls, name: str, text: str, *, file: str = "") -> StoredQuery:
        """Read a file of `queries/`.

        Raises:
            UsageError: AL016 if it breaks a rule of stored queries.
        """
        header = _header(text, file or f"{name}.rq")
        query = cls(
            name=name,
            text=text,
            summary=str(header["summary"]),
            description=str(header.get("description", header["summary"])),
            about=str(header.get("about", "")),
            view=str(header.get("view", "table")),
            parameters=tuple(_parameter(key, said, file) for key, said in header.get("parameters", {}).items()),
            columns={key: dict(said or {}) for key, said in header.get("columns", {}).items()},
            min_rows=int(header["contract"]["min-rows"]),
            within_ms=int(header["contract"].get("within-ms", 0)),
            tags=tuple(header.get("tags", ())),
        )
        query._hold(file or f"{name}.rq")
        return query

    def _hold(self, file: str) -> None:
        """Hold the text against the rules that the header implies."""
        words = {token.text.upper() for token in sparql.tokens(self.text) if token.kind == "word"}
        blocks = _blocks(self.text)
        for parameter in self.parameters:
            if parameter.name not in blocks:
                raise _malformed(file, f"no block VALUES ?{parameter.name} {{ ... }} binds the parameter")
        if "SELECT" in words and "CONSTRUCT" not in words and not {"ORDER", "BY"} <= words:
            raise _malformed(file, "a SELECT without ORDER BY has no order that can be compared")
        if self.view not in VIEWS:
            raise _malformed(file, f"the view {self.view} is none of {', '.join(VIEWS)}")

    def bind(
        self,
        values: Mapping[str, Value | Iterable[Value] | None],
        resolver: Resolver,
        *,
        limit: int | None = None,
        offset: int | None = None,
    ) -> str:
        """Finish the text: every parameter's rows replaced by terms.

        Args:
            values: Parameter to value, to several values (several rows), or to None (left out).
            resolver: Where names are looked up.
            limit: The most rows to give.
            offset: How many rows to leave out first.

        Returns:
            SPARQL that any engine understands, and that can be pasted elsewhere.

        Raises:
            ParameterError: AL013 missing, AL014 unknown, AL015 of the wrong kind.
            UnknownNameError: AL011 or AL012, for a name.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                near = nearest(name, known)
                raise ParameterError(
                    f"{self.name} has no parameter {name}",
                    code="AL014",
                    why=f"it has {', '.join(known)}" if known else "it takes none",
                    fix=f"did you mean --{near[0]}?" if near else f"see `alataw query {self.name} --help`",
                )
        rows = {name: self._row(parameter, values.get(name), resolver) for name, parameter in known.items()}
        text = self.text
        for start, end, name in sorted(
            ((start, end, name) for name, places in _blocks(text).items() for start, end in places),
            reverse=True,
        ):
            if name in rows:
                text = f"{text[:start]} {rows[name]} {text[end:]}"
        for word, number in (("LIMIT", limit), ("OFFSET", offset)):
            if number is not None:
                if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                    raise ParameterError(f"{number} is no {word.lower()}", code="AL015", fix="give a whole number")
                text = f"{text.rstrip()}\n{word} {number}\n"
        return text

    def _row(self, parameter: Parameter, value: Value | Iterable[Value] | None, resolver: Resolver) -> str:
        """The rows of one block."""
        if value is None:
            if parameter.required:
                raise ParameterError(
                    f"{self.name} needs --{parameter.name}",
                    code="AL013",
                    why=parameter.description,
                    fix=f"for example: alataw query {self.name} {self.example}",
                )
            return "UNDEF"
        single = isinstance(value, (str, int, float, NamedNode, Literal, BlankNode, Triple))
        several = cast("list[Value]", [value] if single else value)
        terms = [parameter.term(one, resolver) for one in several]
        # str() of a pyoxigraph term is its N-Triples form, with everything escaped that needs it.
        return " ".join(map(str, terms))

    @property
    def example(self) -> str:
        """The example values as they are typed."""
        return " ".join(
            part if number == 0 and not re.search(r"\s", part) else f"--{parameter.name} {_shell(part)}"
            for number, parameter in enumerate(self.parameters)
            if parameter.required
            for part in [parameter.example]
        )

    def ask(
        self,
        store: Store,
        resolver: Resolver,
        values: Mapping[str, Value | Iterable[Value] | None],
        *,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Answer:
        """Ask a store.

        Raises:
            ParameterError, UnknownNameError: As `bind`.
            QueryError: If the engine refuses the finished text.
        """
        text = self.bind(values, resolver, limit=limit, offset=offset)
        return Answer.of(store.query(text, file=f"{self.name}.rq"))


def _shell(text: str) -> str:
    return f"'{text}'" if re.search(r"[^\w./:-]", text) else text


def _blocks(text: str) -> dict[str, list[tuple[int, int]]]:
    """Find each `VALUES ?p { ... }`: variable to where the inside of its braces begins and ends."""
    blocks: dict[str, list[tuple[int, int]]] = {}
    tokens = [token for token in sparql.tokens(text) if token.kind != "comment"]
    for number, token in enumerate(tokens[:-2]):
        variable, brace = tokens[number + 1 : number + 3]
        if token.text.upper() == "VALUES" and variable.kind == "variable" and brace.text == "{":
            close = next(later for later in tokens[number + 3 :] if later.text == "}")
            blocks.setdefault(variable.text[1:], []).append((brace.end, close.offset))
    return blocks


def _header(text: str, file: str) -> dict[str, Any]:
    """Read the YAML behind `#+`, and hold it against the keys that a header has."""
    import yaml

    lines = text.splitlines()
    said = [line[3:] if line.startswith("#+ ") else line[2:] for line in lines if line.startswith("#+")]
    try:
        # All scalars as text: in YAML 1.1 the parameter `on` and the country NO are truth values.
        header = yaml.load("\n".join(said), Loader=yaml.BaseLoader)  # noqa: S506  # it makes texts only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or "the header is not YAML"
        raise _malformed(file, why, mark.line + 1 if mark else 1) from error
    if not isinstance(header, dict):
        raise _malformed(file, "the file has no header behind #+")
    _only(header, _HEADER, "header", file)
    for key in ("summary", "contract", "columns"):
        if key not in header and not (key == "columns" and header.get("view") in ("turtle", "boolean")):
            raise _malformed(file, f"the header has no {key}")
    _only(header["contract"], _CONTRACT, "contract", file)
    if "min-rows" not in header["contract"]:
        raise _malformed(file, "the contract has no min-rows")
    for said_of in (header.get("columns") or {}).values():
        _only(said_of or {}, _COLUMN, "column", file)
    return header


def _parameter(name: str, said: Mapping[str, Any], file: str) -> Parameter:
    _only(said, _PARAMETER, f"parameter {name}", file)
    kinds = [kind for kind in ("class", "datatype", "in") if kind in said]
    if len(kinds) != 1 or "example" not in said:
        raise _malformed(file, f"the parameter {name} needs an example and one of class, datatype, in")
    if kinds == ["datatype"] and said["datatype"] not in DATATYPES:
        raise _malformed(file, f"the datatype of {name} is none of {', '.join(DATATYPES)}")
    return Parameter(
        name=name,
        kind=kinds[0],
        of=str(said[kinds[0]]),
        required=said.get("required", "false") == "true",
        example=str(said["example"]),
        description=str(said.get("description", "")),
    )


def _only(said: Mapping[str, Any], known: set[str], what: str, file: str) -> None:
    if not isinstance(said, Mapping):
        raise _malformed(file, f"the {what} is not a table of keys")
    for key in said:
        if key not in known:
            raise _malformed(file, f"the {what} has an unknown key {key}; it may have {', '.join(sorted(known))}")


def _malformed(file: str, why: str, line: int = 1) -> UsageError:
    return UsageError(
        "this is not a stored query",
        code="AL016",
        why=why,
        fix="see how the other files of queries/ are written",
        location=Location(file, line, 1),
    )
