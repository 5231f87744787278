"""The home of answers: what a query gave, and the table of forms in which it is written.

CSV, TSV, JSON and XML are the W3C's SPARQL 1.1 results formats, written by the RDF library; Parquet is by polars.
Values are exact in all of them: a text that begins with = stays so, and a spreadsheet that opens the CSV may take it
for a formula.
"""

from __future__ import annotations

import importlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from itertools import chain, compress
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph

from alataw import geo, turtle
from alataw.errors import AlatawError, MissingExtraError, UnknownNameError
from alataw.store import Result, Solutions
from alataw.terms import BASE, GEO, XSD, BlankNode, Literal, NamedNode, Term, Triple, text_of

if TYPE_CHECKING:
    import pandas
    import polars


@dataclass(frozen=True)
class Answer:
    """What a query gave; one of solutions, a boolean, triples.

    Iterating gives the rows (tuples of terms, None where unbound) or the triples: `for tenure, operator, *_ in answer`.

    Args:
        variables: The columns, without `?`.
        rows: One tuple of terms a solution.
        boolean: The answer of an ASK, else None.
        triples: The graph of a CONSTRUCT, else None.
        labels: Words for IRIs, used where people read.
        prefixes: Prefix to namespace, used where Turtle is written.
        base: What paths are told against.
        described: Gives what the graph says of nodes; the rows of a SELECT become Turtle through it.
        located: Gives where a node lies, longitude first, else None; the rows become features through it.
    """

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    boolean: bool | None = None
    triples: tuple[Triple, ...] | None = None
    labels: Mapping[Term, str] = field(default_factory=dict, repr=False, compare=False)
    prefixes: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    base: str = field(default=BASE, repr=False, compare=False)
    described: Callable[[Iterable[Term]], Iterable[Triple]] | None = field(default=None, repr=False, compare=False)
    located: Callable[[Term], tuple[str, str] | None] = field(default=lambda _: None, repr=False, compare=False)

    @classmethod
    def of(cls, result: Result) -> Answer:
        """Take over what an engine gave."""
        if isinstance(result, bool):
            return cls(boolean=result)
        if isinstance(result, Solutions):
            return cls(result.variables, result.rows)
        return cls(triples=tuple(sorted(set(result), key=str)))

    def __iter__(self) -> Iterator[tuple[Term | None, ...] | Triple]:
        return iter(self.rows if self.triples is None else self.triples)

    def __len__(self) -> int:
        return len(self.rows if self.triples is None else self.triples)

    def __bool__(self) -> bool:
        return len(self) > 0 if self.boolean is None else self.boolean

    def part(self, begin: int, number: int) -> tuple[Answer, bool]:
        """So many rows, or triples of a graph, from one on, and whether there are more."""
        end = begin + number
        if self.triples is None:
            return replace(self, rows=self.rows[begin:end]), len(self) > end
        return replace(self, triples=self.triples[begin:end]), len(self) > end

    @property
    def columns(self) -> dict[str, tuple[Term | None, ...]]:
        """The terms by column.

        >>> Answer(("from",), ((Literal("2001"),), (None,))).columns["from"][0].value
        '2001'
        """
        return {name: tuple(row[number] for row in self.rows) for number, name in enumerate(self.variables)}

    def mappings(self) -> list[dict[str, Term | None]]:
        """The rows as terms by column, None where one is unbound."""
        return [dict(zip(self.variables, row, strict=True)) for row in self.rows]

    def dicts(self) -> list[dict[str, str]]:
        """The rows as texts by column, unbound ones left out."""
        return [
            {name: text_of(term) for name, term in zip(self.variables, row, strict=True) if term is not None}
            for row in self.rows
        ]

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a data frame of pandas: numbers and truth values as such, all else as text, None if unbound.

        Raises:
            MissingExtraError: AL080 if pandas is not installed.
        """
        return self._frame("pandas").DataFrame(self._values())

    def to_polars(self) -> polars.DataFrame:
        """The rows as a data frame of polars; as `to_pandas`.

        Raises:
            MissingExtraError: AL080 if polars is not installed.
        """
        return self._frame("polars").DataFrame(self._values(), strict=False)  # type: ignore[no-any-return]

    def _frame(self, library: str) -> Any:
        _only_rows(self)
        try:
            return importlib.import_module(library)
        except ImportError as error:
            fix = "pip install 'alataw[frames]'"
            raise MissingExtraError(f"data frames need {library}", code="AL080", fix=fix) from error

    def _values(self) -> dict[str, list[Any]]:
        """The columns as Python values."""
        if self.boolean is not None:
            return {"boolean": [self.boolean]}
        return {name: list(map(_reader(column), column)) for name, column in self.columns.items()}

    def write(self, format: str) -> bytes:
        """Write the answer in a format of `FORMATS`.

        Raises:
            UnknownNameError: AL018 if there is no such format, or none for this kind of answer.
        """
        if format not in FORMATS:
            raise UnknownNameError(
                f"answers are not written as {format}", code="AL018", fix=f"take one of {', '.join(FORMATS)}"
            )
        return FORMATS[format].write(self)

    def words(self, term: Term | None) -> str:
        """A term as people read it: a path or prefixed name, or the text of a literal."""
        if not isinstance(term, NamedNode):
            return text_of(term)
        for prefix, namespace in self._namespaces:
            local = term.value[len(namespace) :]
            if term.value.startswith(namespace) and local and not set(local) & set("/#"):
                return f"{prefix}:{local}"
        return term.value.removeprefix(self.base).removeprefix(BASE)

    @cached_property
    def _namespaces(self) -> list[tuple[str, str]]:
        """Prefixes and namespaces, the longest namespace first."""
        return sorted(self.prefixes.items(), key=lambda item: -len(item[1]))

    def __str__(self) -> str:
        return self.write("table").decode().rstrip("\n")

    def _repr_html_(self) -> str:
        if self.triples is not None or self.boolean is not None:
            return f"<pre>{escape(str(self))}</pre>"
        head = "".join(f"<th>{escape(name)}</th>" for name in self.variables)
        body = "".join(
            "<tr>" + "".join(f"<td><bdi>{self._html(term)}</bdi></td>" for term in row) + "</tr>" for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _html(self, term: Term | None) -> str:
        text = escape(self.labels.get(term, "") if term is not None else "") or escape(self.words(term))
        if isinstance(term, NamedNode) and term.value.startswith(("http://", "https://")):
            return f'<a href="{escape(term.value)}" title="{escape(self.words(term))}">{text}</a>'
        return text

    @cached_property
    def _json(self) -> bytes:
        """The SPARQL 1.1 results as JSON, from which the library writes its other formats."""
        if self.boolean is not None:
            return json.dumps({"head": {}, "boolean": self.boolean}).encode()
        bindings = [
            {name: _json_term(term) for name, term in zip(self.variables, row, strict=True) if term is not None}
            for row in self.rows
        ]
        head = {"vars": list(self.variables)}
        return json.dumps({"head": head, "results": {"bindings": bindings}}, ensure_ascii=False).encode()


def _json_term(term: Term) -> dict[str, str]:
    """SPARQL 1.1 Query Results JSON Format, 3.2.2."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple) or term.direction:
        raise AlatawError(f"{term} has no place in the results of SPARQL 1.1", code="AL060", fix="leave its column out")
    told = {"type": "literal", "value": term.value}
    if term.language:
        return told | {"xml:lang": term.language}
    if term.datatype == XSD.string:
        return told
    return told | {"datatype": term.datatype.value}


def _results(format_: pyoxigraph.QueryResultsFormat) -> Callable[[Answer], bytes]:
    def write(answer: Answer) -> bytes:
        _only_rows(answer)
        parsed = pyoxigraph.parse_query_results(answer._json, format=pyoxigraph.QueryResultsFormat.JSON)
        written = parsed.serialize(format=format_)
        assert written is not None  # noqa: S101  # no output was given, so bytes come back
        return written if written.endswith(b"\n") else written + b"\n"

    return write


# XML 1.0, 2.2: what is no Char.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(answer: Answer) -> bytes:
    for row in answer.rows:
        for term in row:
            if _NOT_XML.search(text_of(term)):
                told = f"XML cannot hold the value {text_of(term)!r}"
                raise AlatawError(told, code="AL060", why="it has a control character", fix="take --format json")
    # XML 1.0, 2.11: a reader makes a line feed of a carriage return, unless it is a reference.
    return _results(pyoxigraph.QueryResultsFormat.XML)(answer).replace(b"\r", b"&#13;")


def _only_rows(answer: Answer) -> None:
    if answer.triples is not None:
        raise _unfit("a graph", "turtle")


def _unfit(what: str, format_: str) -> UnknownNameError:
    return UnknownNameError(f"the answer is {what}", code="AL018", fix=f"take --format {format_}")


# What would move, hide or colour other text of a terminal or a page: control characters, line ends, and the marks that
# turn the direction of text (Unicode Standard Annex 9, 2).
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def _cells(answer: Answer) -> list[list[str]]:
    return [[UNSEEN.sub(" ", answer.words(term)) for term in row] for row in answer.rows]


_READERS: tuple[tuple[set[NamedNode], Callable[[str], Any]], ...] = (
    ({XSD.integer}, int),
    ({XSD.integer, XSD.decimal, XSD.double, XSD.float}, float),
    ({XSD.boolean}, lambda text: text in ("true", "1")),
)


def _reader(column: Iterable[Term | None]) -> Callable[[Term | None], Any]:
    """What reads a column: as numbers if all of it are numbers that a frame can hold, else as text."""
    bound = [term for term in column if term is not None]
    for datatypes, read in _READERS:
        if bound and all(isinstance(term, Literal) and term.datatype in datatypes for term in bound):
            if read is int and any(abs(int(text_of(term))) >= 2**63 for term in bound):
                break
            return lambda term: None if term is None else read(text_of(term))
    return lambda term: None if term is None else text_of(term)


_NUMBERS = {XSD.integer, XSD.decimal, XSD.double}


def _is_number(term: Term | None) -> bool:
    return term is None or (isinstance(term, Literal) and term.datatype in _NUMBERS)


def _table(answer: Answer) -> bytes:
    """Columns that hold anything, side by side, as wide as a terminal shows their characters; numbers to the right."""
    if answer.triples is not None:
        return _turtle(answer)
    if answer.boolean is not None:
        return b"yes\n" if answer.boolean else b"no\n"
    from rich.cells import cell_len

    held = [any(column) or not answer.rows for column in answer.columns.values()]
    lines = [list(compress(line, held)) for line in (answer.variables, *_cells(answer))]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    right = [all(map(_is_number, column)) for column in compress(answer.columns.values(), held)]
    text = ""
    for line in lines:
        fill = [" " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)]
        padded = (gap + cell if to else cell + gap for cell, gap, to in zip(line, fill, right, strict=True))
        text += "  ".join(padded).rstrip() + "\n"
    return text.encode()


def _markdown(answer: Answer) -> bytes:
    _only_rows(answer)
    if answer.boolean is not None:
        return _table(answer)
    lines = [list(answer.variables), ["---"] * len(answer.variables), *_cells(answer)]
    told = ("| " + " | ".join(_for_markdown(cell) for cell in line) + " |" for line in lines)
    return ("\n".join(told) + "\n").encode()


def _for_markdown(cell: str) -> str:
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", cell.replace("&", "&amp;").replace("<", "&lt;"))


def _json_lines(answer: Answer) -> bytes:
    """One object a row, texts by column; for tools that read line by line."""
    _only_rows(answer)
    rows = answer.dicts() if answer.boolean is None else [{"boolean": answer.boolean}]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _geojson(answer: Answer) -> bytes:
    """A feature for each row (RFC 7946, 3.2): where its own columns say, else where the first of its nodes lies."""
    _only_rows(answer)
    if answer.boolean is not None:
        raise _unfit("a boolean", "json")
    features = []
    for row, told in zip(answer.rows, answer.dicts(), strict=True):
        point = _point(row, told, answer)
        geometry = {"type": "Point", "coordinates": [*map(float, point)]} if point else None
        features.append({"type": "Feature", "geometry": geometry, "properties": told})
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'.encode()


def _point(row: Iterable[Term | None], told: Mapping[str, str], answer: Answer) -> tuple[str, str] | None:
    """Where a row lies, longitude first."""
    if "longitude" in told and "latitude" in told:
        return told["longitude"], told["latitude"]
    held = [term for term in row if term is not None]
    own = (geo.point(term.value) for term in held if isinstance(term, Literal) and term.datatype == GEO.wktLiteral)
    nodes = (answer.located(term) for term in held if isinstance(term, NamedNode))
    return next(filter(None, chain(own, nodes)), None)


def _parquet(answer: Answer) -> bytes:
    """The data frame of an answer; needs polars."""
    written = io.BytesIO()
    answer.to_polars().write_parquet(written)
    return written.getvalue()


def _turtle(answer: Answer) -> bytes:
    """The graph of a CONSTRUCT; of a SELECT, what the graph says of the nodes that its rows name."""
    triples = answer.triples
    if triples is None:
        if answer.described is None:
            raise _unfit("a table" if answer.boolean is None else "a boolean", "csv")
        triples = tuple(answer.described(term for row in answer.rows for term in row if term is not None))
    return turtle.serialize(triples, prefixes=answer.prefixes, base_iri=answer.base).encode()


class Format(NamedTuple):
    """A form of an answer: its media type and what writes it."""

    media_type: str
    write: Callable[[Answer], bytes]


_W3C = pyoxigraph.QueryResultsFormat
FORMATS: dict[str, Format] = {
    "table": Format("text/plain", _table),
    "csv": Format("text/csv", _results(_W3C.CSV)),
    "tsv": Format("text/tab-separated-values", _results(_W3C.TSV)),
    "json": Format("application/sparql-results+json", _results(_W3C.JSON)),
    "xml": Format("application/sparql-results+xml", _xml),
    "jsonl": Format("application/jsonl", _json_lines),
    "markdown": Format("text/markdown", _markdown),
    "turtle": Format("text/turtle", _turtle),
    "geojson": Format("application/geo+json", _geojson),
    "parquet": Format("application/vnd.apache.parquet", _parquet),
}
"""Every form of an answer."""
