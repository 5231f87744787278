"""The home of the page of one entity: what stands on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alataw.pages import facts
from alataw.pages.facts import Facts
from alataw.pages.knowledge import Knowledge
from alataw.pages.notes import Notes
from alataw.pages.words import Words
from alataw.terms import RDF, NamedNode


class EntityPage:
    """What the page of one entity tells.

    Args:
        entity: The entity.
        knowledge: What is known.
        words: How terms are written.
    """

    def __init__(self, entity: NamedNode, knowledge: Knowledge, words: Words) -> None:
        self._entity = entity
        self._knowledge = knowledge
        self._words = words

    def values(self) -> Mapping[str, Any]:
        """What the template fills in."""
        words, notes = self._words, Notes()
        said = self._knowledge.described([self._entity])
        about = Facts(self._entity, said, self._knowledge, words, notes)
        title = words.label(self._entity)
        links = self._knowledge.rows("links-to-entity", entity=self._entity, limit=200)
        return {
            "title": words.plain(self._entity),
            "heading": words.name(self._entity),
            "iri": self._entity.value,
            "names": facts.names(said.get(self._entity, ()), title),
            "classes": [words.linked(kind) for kind in about.all(self._entity, RDF.type)],
            "main": about.main(),
            "parts": about.parts(),
            "links": [(words.linked(row["from"]), words.property(row["property"])) for row in links],
            "notes": notes.written(self._knowledge, words),
        }
