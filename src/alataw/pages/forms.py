"""The home of the forms of stored queries: a field for each parameter, of its kind, with what may be put into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alataw.pages.knowledge import Knowledge
from alataw.pages.words import Words
from alataw.queries import ANYTHING, Parameter, StoredQuery
from alataw.terms import BASE, DEF, NamedNode, text_of

MOST_CHOICES = 400
"""How many things a field offers to choose from; of more, names are typed."""

_MODES = {"integer": "numeric", "decimal": "decimal"}


@dataclass(frozen=True)
class Field:
    """A field of a form.

    Args:
        name: The parameter.
        value: What was typed.
        example: What could be typed.
        description: A sentence.
        hint: What it takes, in words.
        is_required: Whether there is no answer without it.
        choices: Path to name of all that it takes; empty if they are too many, or any.
        is_closed: Whether it takes nothing else.
        mode: The keyboard that suits it (HTML, 6.8.7.1 `inputmode`).
    """

    name: str
    value: str
    example: str
    description: str
    hint: str
    is_required: bool
    choices: tuple[tuple[str, str], ...]
    is_closed: bool
    mode: str


def fields(query: StoredQuery, values: Mapping[str, str], knowledge: Knowledge, words: Words) -> list[Field]:
    """The fields of the form of a stored query."""
    return [
        Field(
            name=parameter.name,
            value=values.get(parameter.name, ""),
            example=parameter.example,
            description=parameter.description,
            hint=_hint(parameter),
            is_required=parameter.required,
            choices=_choices(parameter, knowledge, words),
            is_closed=parameter.kind == "in",
            mode=_MODES.get(parameter.of, "text"),
        )
        for parameter in query.parameters
    ]


def _hint(parameter: Parameter) -> str:
    if parameter.kind == "class":
        return "a path, an IRI, a Wikidata item or a name in any script"
    return {"date": "a year, month or day: 2003, 2003-09, 2003-09-12", "name": "a name in any script"}.get(
        parameter.of, "" if parameter.kind == "in" else parameter.of
    )


def _choices(parameter: Parameter, knowledge: Knowledge, words: Words) -> tuple[tuple[str, str], ...]:
    if parameter.kind == "in":
        scheme = NamedNode(f"{BASE}vocabulary/{parameter.of}")
        found = [(text_of(concept).rpartition("#")[2], concept) for concept in knowledge.concepts_of(scheme)]
    elif parameter.kind == "class" and parameter.of != ANYTHING:
        if not 0 < knowledge.classes.get(DEF[parameter.of], 0) <= MOST_CHOICES:
            return ()
        rows = knowledge.rows("entities-of-class", kind=DEF[parameter.of])
        found = [(words.path(row["entity"]), row["entity"]) for row in rows if row["entity"] is not None]
    else:
        return ()
    return tuple(dict.fromkeys((path, words.plain(term)) for path, term in found))
