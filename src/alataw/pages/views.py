"""The home of views: an answer laid out as its stored query wants it shown, for a template to draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from alataw import dates
from alataw.pages import maps
from alataw.pages.columns import Columns
from alataw.pages.doubts import Doubts
from alataw.pages.knowledge import Knowledge, Row
from alataw.pages.maps import Map, Point
from alataw.pages.notes import Notes
from alataw.pages.timeline import Axis, Ends, Piece
from alataw.pages.units import unit_of
from alataw.pages.words import Words, date_words, is_date, joined, seen
from alataw.queries import StoredQuery
from alataw.solutions import Answer
from alataw.terms import DEF, XSD, Literal, NamedNode, Term, text_of

MOST_ROWS = 500
"""How many rows a page shows; all of them are in the formats to take away."""

MOST_BARS = 60
"""How many bars of a timeline or a chart are drawn."""


@dataclass(frozen=True)
class Table:
    """Rows of cells below their heads; `left_out` rows are not shown. Numbers stand to the right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Markup, ...], ...]
    numeric: tuple[bool, ...]
    left_out: int
    kind: str = "table"


@dataclass(frozen=True)
class Verdict:
    """An answer in one word, and what stands behind it."""

    word: str
    counts: Mapping[str, Markup]
    kind: str = "verdict"


@dataclass(frozen=True)
class Node:
    """What a graph says of one subject: property and values."""

    name: Markup
    said: tuple[tuple[Markup, Markup], ...]


@dataclass(frozen=True)
class Graph:
    """A graph, subject by subject, and in Turtle; `left_out` triples are not shown."""

    nodes: tuple[Node, ...]
    turtle: str
    left_out: int
    kind: str = "graph"


@dataclass(frozen=True)
class Span:
    """One row of a timeline: who or what, when in words, its pieces, why it is doubtful, what else is told."""

    name: Markup
    when: str
    pieces: tuple[Piece, ...]
    doubts: tuple[Markup, ...]
    details: tuple[Markup, ...]
    notes: Markup
    id: str


@dataclass(frozen=True)
class Timeline:
    """Claims with dates along one axis."""

    axis: Axis
    spans: tuple[Span, ...]
    left_out: int
    kind: str = "timeline"


@dataclass(frozen=True)
class Bar:
    """One number: for what, its length in per cent of the longest beside it, why it is doubtful."""

    name: Markup
    value: Markup
    width: float
    doubts: tuple[Markup, ...]
    details: tuple[Markup, ...]
    notes: Markup
    id: str


@dataclass(frozen=True)
class Panel:
    """Numbers that count the same, and so compare."""

    name: Markup
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Bars:
    """Numbers as bars, in panels: what does not compare stands apart, and what compares with nothing has no bar."""

    panels: tuple[Panel, ...]
    alone: tuple[Panel, ...]
    left_out: int
    kind: str = "bars"


View = Table | Verdict | Graph | Timeline | Bars | Map


class Views:
    """Lays out answers for one page.

    Args:
        knowledge: What is known.
        words: How terms are written.
        notes: The footnotes of the page.
        doubts: Claim to why it is doubtful.
        known: What the page is about, and need not be told again.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        words: Words,
        notes: Notes,
        doubts: Doubts | None = None,
        known: Sequence[Term] = (),
    ) -> None:
        self._knowledge = knowledge
        self._words = words
        self._notes = notes
        self._doubts = doubts or {}
        self._known = known

    def lay_out(self, answer: Answer, query: StoredQuery | None = None) -> View:
        """Lay out an answer as its query wants it shown, or as a table where it cannot be."""
        if answer.triples is not None:
            return self._statements(answer)
        wanted = query.view if query else "table"
        if answer.boolean is not None or (wanted == "boolean" and len(answer) == 1):
            return self._verdict(answer, query)
        drawn = self._ways[wanted](answer, query) if query and wanted in self._ways and answer.rows else None
        return drawn or self.table(answer)

    @property
    def _ways(self) -> Mapping[str, Callable[[Answer, StoredQuery], View | None]]:
        return {
            "timeline": self._timeline,
            "bar-chart": self._bars,
            "line-chart": self._bars,
            "map": self._map,
        }

    def table(self, answer: Answer) -> Table:
        """Lay out an answer as a table: columns that hold nothing are left out."""
        columns = list(answer.columns.values())
        held = [number for number, column in enumerate(columns) if any(column) or not answer.rows]
        rows = tuple(tuple(self._words.value(row[number]) for number in held) for row in answer.rows[:MOST_ROWS])
        numeric = tuple(bool(answer.rows) and all(map(_is_number, columns[number])) for number in held)
        heads = tuple(answer.variables[number] for number in held)
        return Table(heads, rows, numeric, max(0, len(answer) - MOST_ROWS))

    def _statements(self, answer: Answer) -> Graph:
        """Lay out a graph: what it says, subject by subject, and the same in Turtle."""
        triples = answer.triples or ()
        by: dict[Term, dict[NamedNode, list[Markup]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in triples[:MOST_ROWS]:
            by[subject][predicate].append(self._words.value(value))
        nodes = tuple(
            Node(
                self._words.linked(subject),
                tuple((self._words.property(predicate), joined(values)) for predicate, values in of.items()),
            )
            for subject, of in by.items()
        )
        turtle = replace(answer, triples=triples[:MOST_ROWS]).write("turtle").decode()
        return Graph(nodes, turtle, max(0, len(triples) - MOST_ROWS))

    def _verdict(self, answer: Answer, query: StoredQuery | None) -> Verdict:
        if answer.boolean is not None:
            return Verdict("yes" if answer.boolean else "no", {})
        said = answer.mappings()[0]
        word = said.pop("answer", None)
        meant = {name: of.get("description", name).rstrip(".") for name, of in query.columns.items()} if query else {}
        counts = {meant.get(name, name): self._words.value(term) for name, term in said.items() if term is not None}
        return Verdict(self._words.plain(word) if word else "nothing found", counts)

    # -- timeline ------------------------------------------------------------------------------

    def _timeline(self, answer: Answer, query: StoredQuery) -> Timeline | None:
        columns = Columns.of(query, self._knowledge)
        rows = answer.mappings()
        things = list(columns.without(self._known, rows))
        if not (columns.ends or columns.dates) or not things:
            return None
        told = list(_by_claim(rows, columns.claim))
        ends = [_ends(row, columns) for row, _ in told]
        axis = Axis.around(ends)
        home = self._home(told, columns)
        spans = tuple(
            Span(
                name=self._name(row, things[0], columns),
                when=_when(row, columns),
                pieces=axis.pieces(end) if columns.ends else axis.mark(text_of(row[columns.dates[0]])),
                doubts=tuple(self._doubts.get(row.get(columns.claim) or DEF.Claim, ())),
                details=tuple(self._details(row, things[1:], columns)),
                notes=self._cited(every),
                id=_id(row, columns, home),
            )
            for (row, every), end in zip(told[:MOST_BARS], ends, strict=False)
        )
        return Timeline(axis, spans, max(0, len(told) - MOST_BARS))

    # -- bars ----------------------------------------------------------------------------------

    def _bars(self, answer: Answer, query: StoredQuery) -> Bars | None:
        columns = Columns.of(query, self._knowledge)
        rows = answer.mappings()
        things = [column for column in columns.without(self._known, rows) if column not in columns.concepts]
        if not columns.numbers or not (columns.dates or things):
            return None
        head = columns.dates[0] if columns.dates else things[0]
        panels: dict[tuple[Term | str | None, ...], list[Bar]] = defaultdict(list)
        told = list(_by_claim(rows, columns.claim))
        home = self._home(told, columns)
        for row, every in told[:MOST_BARS]:
            key = (*(row[column] for column in columns.concepts), _shape(row[head]))
            panels[key].append(self._bar(row, every, head, columns, _id(row, columns, home)))
        laid = [Panel(self._panel(key), _scaled(bars)) for key, bars in panels.items()]
        several = sorted((panel for panel in laid if len(panel.bars) > 1), key=lambda panel: -len(panel.bars))
        alone = [panel for panel in laid if len(panel.bars) == 1]
        return Bars(tuple(several), tuple(alone), max(0, len(told) - MOST_BARS))

    def _bar(self, row: Row, every: Sequence[Row], head: str, columns: Columns, id_: str) -> Bar:
        first, *others = columns.numbers
        beside = [column for column in others if row[column] is not None]
        return Bar(
            name=self._words.value(row[head]) if is_date(row[head]) else self._name(row, head, columns),
            value=self._number(row[first], first),
            width=_float(row[first]),
            doubts=tuple(self._doubts.get(row.get(columns.claim) or DEF.Claim, ())),
            details=tuple(Markup("{} {}").format(column, self._number(row[column], column)) for column in beside),
            notes=self._cited(every),
            id=id_,
        )

    def _panel(self, key: tuple[Term | str | None, ...]) -> Markup:
        parts = [
            self._words.linked(part) if isinstance(part, NamedNode) else Markup.escape(part) for part in key if part
        ]
        return joined(parts, " · ")

    def _number(self, term: Term | None, column: str) -> Markup:
        return self._words.value(term, unit_of(DEF[column], self._knowledge))

    # -- map -----------------------------------------------------------------------------------

    def _map(self, answer: Answer, query: StoredQuery) -> Map | None:
        columns = Columns.of(query, self._knowledge)
        nodes = [row[column] for row in answer.mappings() for column in columns.things[:1]]
        points = list(self.points(node for node in dict.fromkeys(nodes) if node))
        return maps.draw(points) if points else None

    def points(self, nodes: Iterator[Term], *, main: Term | None = None) -> Iterator[Point]:
        """The points of things that have one."""
        for node in nodes:
            place = self._knowledge.points.get(node)
            if place is None:
                continue
            label = self._words.label(node)
            language = (label.language or "") if label else ""
            name, address = self._words.plain(node), self._words.address(node)
            yield Point(float(place[0]), float(place[1]), name, address, language, node == main)

    # -- what rows share -----------------------------------------------------------------------

    def _home(self, told: Iterable[tuple[Row, Sequence[Row]]], columns: Columns) -> str:
        """The thing whose claims a page can name by their fragments: the one that it is about, or that all are of.

        Empty where they are of several, of which two may have the same fragment.
        """
        things = {_parted(row, columns)[0] for row, _ in told}
        about = {text_of(term) for term in self._known} & things or things
        return next(iter(about)) if len(about) == 1 else ""

    def _name(self, row: Row, column: str, columns: Columns) -> Markup:
        """The name of a thing as the row gives it, leading to its page."""
        term, named = row[column], row.get(columns.names.get(column, ""))
        if isinstance(named, Literal) and isinstance(term, NamedNode) and not self._words.is_labelled(term, named):
            return self._words.called(term, named)
        return self._words.linked(term)

    def _details(self, row: Row, things: Sequence[str], columns: Columns) -> Iterator[Markup]:
        for column in things:
            if row[column] is not None and row[column] not in self._known:
                yield self._name(row, column, columns)
        wording = row.get("statedAs")
        if wording is not None:
            yield Markup("<q>{}</q>").format(self._words.value(wording))
        rank = row.get("rank")
        if isinstance(rank, NamedNode) and not rank.value.endswith("#normal"):
            yield self._words.linked(rank)

    def _cited(self, rows: Sequence[Row]) -> Markup:
        marks = [self._notes.cite(row.get("source"), text_of(row.get("locator"))) for row in rows]
        return joined(dict.fromkeys(marks), " ")


def _by_claim(rows: Sequence[Row], claim: str) -> Iterator[tuple[Row, Sequence[Row]]]:
    """Each claim once, with the rows that tell it: one for each of its sources."""
    by: dict[object, list[Row]] = defaultdict(list)
    for number, row in enumerate(rows):
        by[row[claim] if claim else number].append(row)
    return ((every[0], every) for every in by.values())


def _ends(row: Row, columns: Columns) -> Ends:
    if columns.ends:
        return Ends.of(text_of(row.get("from")), text_of(row.get("until")))
    date = text_of(row[columns.dates[0]])
    return Ends.of(date, date)


def _when(row: Row, columns: Columns) -> str:
    if not columns.ends:
        return date_words(text_of(row[columns.dates[0]]))
    begin, end = text_of(row.get("from")), text_of(row.get("until"))
    if not begin and not end:
        return "no dates stated"
    return f"{date_words(begin) if begin else 'start not stated'} – {date_words(end) if end else 'no end stated'}"


def _shape(term: Term | None) -> str:
    """What kind of period a date is: only like periods compare."""
    if not is_date(term):
        return ""
    first, last = dates.first_day(text_of(term)), dates.last_day(text_of(term)).rstrip("~")
    if len(first) == len(last) == 4:
        return "whole years" if first == last else "several years"
    year = first[:4]
    return date_words(text_of(term)).replace(f" {year}", "") if last[:4] == year else "other periods"


def _scaled(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    most = max((bar.width for bar in bars), default=0.0) or 1.0
    return tuple(replace(bar, width=round(max(bar.width, 0.0) / most * 100, 2)) for bar in bars)


def _float(term: Term | None) -> float:
    try:
        return float(text_of(term) or 0)
    except ValueError:
        return 0.0


def _is_number(term: Term | None) -> bool:
    return term is None or (isinstance(term, Literal) and term.datatype in (XSD.integer, XSD.decimal, XSD.double))


def _id(row: Row, columns: Columns, home: str) -> str:
    thing, fragment = _parted(row, columns)
    return seen(fragment) if home and thing == home else ""


def _parted(row: Row, columns: Columns) -> tuple[str, str]:
    """The thing that the claim of a row is of, and its fragment; empty if the row tells none."""
    thing, _, fragment = text_of(row.get(columns.claim)).partition("#")
    return thing, fragment
