"""The home of views: an answer laid out as its stored query wants it shown, for a template to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from alataw.pages.words import Words, isolated
from alataw.solutions import Answer
from alataw.terms import NamedNode, Term

MOST_ROWS = 500
"""How many rows a page shows; all of them are in the formats to take away."""


@dataclass(frozen=True)
class Table:
    """Rows of cells below their heads; `left_out` rows are not shown."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Markup, ...], ...]
    left_out: int
    kind: str = "table"


@dataclass(frozen=True)
class Verdict:
    """An answer in one word, and what stands behind it."""

    word: str
    counts: Mapping[str, Markup]
    kind: str = "verdict"


@dataclass(frozen=True)
class Text:
    """A graph in Turtle; `left_out` triples are not shown."""

    text: str
    left_out: int
    kind: str = "text"


View = Table | Verdict | Text


def table(answer: Answer, words: Words) -> Table:
    """Lay out an answer as a table: columns that hold nothing are left out."""
    held = [number for number, column in enumerate(answer.columns.values()) if any(column) or not answer.rows]
    rows = tuple(tuple(cell(row[number], words) for number in held) for row in answer.rows[:MOST_ROWS])
    return Table(tuple(answer.variables[number] for number in held), rows, max(0, len(answer) - MOST_ROWS))


def cell(term: Term | None, words: Words) -> Markup:
    """A term in a table: exact, and linked by its name where it is a thing."""
    if isinstance(term, NamedNode):
        return words.linked(term)
    return words.value(term)


def text(answer: Answer) -> Text:
    """Lay out a graph as Turtle."""
    from dataclasses import replace

    triples = answer.triples or ()
    shown = replace(answer, triples=triples[:MOST_ROWS])
    return Text(shown.write("turtle").decode(), max(0, len(triples) - MOST_ROWS))


def verdict(answer: Answer, words: Words) -> Verdict:
    """Lay out a question of yes or no."""
    if answer.boolean is not None:
        return Verdict("yes" if answer.boolean else "no", {})
    said = dict(zip(answer.variables, answer.rows[0], strict=True)) if answer.rows else {}
    word = said.pop("answer", None)
    counts = {name: words.value(term) for name, term in said.items() if term is not None}
    return Verdict(words.plain(word) if word else "nothing found", counts)


def lay_out(answer: Answer, view: str, words: Words) -> View:
    """Lay out an answer as its query wants it shown, or as a table where it cannot be."""
    if answer.triples is not None:
        return text(answer)
    if answer.boolean is not None or (view == "boolean" and len(answer) == 1):
        return verdict(answer, words)
    return table(answer, words)


__all__ = ["MOST_ROWS", "Table", "Text", "Verdict", "View", "cell", "isolated", "lay_out", "table", "text", "verdict"]
