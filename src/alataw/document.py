"""The home of a document: one file of Turtle, the entity it speaks of, and where each triple stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from alataw import turtle
from alataw.errors import Location
from alataw.terms import NamedNode, Term, Triple


@dataclass(frozen=True)
class Document:
    """One entity's file, read.

    Args:
        iri: The entity: the IRI that the path of the file stands for.
        file: The file as people read its name.
        parsed: What was read.
    """

    iri: NamedNode
    file: str
    parsed: turtle.Parsed

    @classmethod
    def read(cls, data: bytes, *, iri: NamedNode, file: str) -> Document:
        """Read the bytes of a file.

        Raises:
            InputError: If they are not valid Turtle within the limits.
        """
        return cls(iri, file, turtle.parse(data, file=file))

    @property
    def triples(self) -> tuple[Triple, ...]:
        """What the document says, in the order of the text."""
        return self.parsed.triples

    def locate(self, subject: Term, predicate: NamedNode | None = None, value: Term | None = None) -> Location | None:
        """Find where the document says something.

        Returns:
            The place of the value, if the triple is said; else of the subject's first statement with the
            predicate; else of the subject's first statement; None if the document is silent on the subject.
        """
        places = self._places
        if (subject, predicate, value) in places:
            position = places[subject, predicate, value].object
        elif (subject, predicate) in places:
            position = places[subject, predicate].predicate
        elif (subject,) in places:
            position = places[subject,].subject
        else:
            return None
        return Location(self.file, *position)

    @cached_property
    def _places(self) -> dict[tuple[Term | None, ...], turtle.TriplePosition]:
        """The first place of each triple, of each subject with a predicate, and of each subject."""
        places: dict[tuple[Term | None, ...], turtle.TriplePosition] = {}
        for triple, position in zip(self.triples, self.parsed.positions, strict=True):
            for key in (tuple(triple), (triple.subject, triple.predicate), (triple.subject,)):
                places.setdefault(key, position)
        return places

    def canonical(self, prefixes: Mapping[str, str]) -> str:
        """Write the document as it should stand.

        Args:
            prefixes: How prefixes are spelled; those that only the document declares stay as they are.
        """
        spelled = dict(prefixes)
        known = set(prefixes.values())
        for prefix, namespace in self.parsed.prefixes.items():
            if namespace not in known:
                spelled.setdefault(prefix, namespace)
        return turtle.serialize(self.triples, prefixes=spelled, base_iri=self.parsed.base_iri, head=self.iri)
