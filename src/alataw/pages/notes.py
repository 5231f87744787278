"""The home of footnotes: each source of a page once, numbered as it is met, with the places in it that are cited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase

from markupsafe import Markup

from alataw.pages.knowledge import Knowledge, Said
from alataw.pages.words import Words, joined, outward
from alataw.terms import DCTERMS, DEF, SCHEMA, Literal, NamedNode, Term, text_of


@dataclass
class Note:
    """A source, and the places in it that are cited: locator to the letter by which the page names it."""

    number: int
    source: NamedNode
    places: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WrittenNote:
    """A footnote ready to be shown: its number, the source in words, and its places by letter."""

    number: int
    text: Markup
    places: Mapping[str, str]


class Notes:
    """The footnotes of one page."""

    def __init__(self) -> None:
        self._notes: dict[NamedNode, Note] = {}

    def cite(self, source: Term | None, locator: str = "") -> Markup:
        """Cite a place of a source.

        Returns:
            A mark that leads to the footnote.
        """
        if not isinstance(source, NamedNode):
            return Markup("")
        note = self._notes.setdefault(source, Note(len(self._notes) + 1, source))
        letter = note.places.setdefault(locator, _letters(len(note.places))) if locator else ""
        mark = f"{note.number}{letter}"
        return Markup('<a class="note" href="#note-{}" aria-label="source {}">{}</a>').format(mark, mark, mark)

    def written(self, knowledge: Knowledge, words: Words) -> list[WrittenNote]:
        """The footnotes, each with the title, publisher, date and address of its source."""
        said = knowledge.sources
        return [
            WrittenNote(
                note.number, _text(note.source, said, words), {letter: place for place, letter in note.places.items()}
            )
            for note in self._notes.values()
        ]


def _letters(number: int) -> str:
    """A to z, then aa, ab and so on."""
    before, last = divmod(number, len(ascii_lowercase))
    return (_letters(before - 1) if before else "") + ascii_lowercase[last]


def _text(source: NamedNode, said: Said, words: Words) -> Markup:
    """A source as a reader may look it up."""
    of: dict[NamedNode, list[Term]] = {}
    for predicate, value in said.get(source, ()):
        of.setdefault(predicate, []).append(value)
    parts = [words.linked(source)]
    parts += [words.value(value) for value in (*of.get(DCTERMS.publisher, ()), *of.get(DCTERMS.issued, ()))]
    parts += [
        Markup('<span class="label">{}</span> {}').format(words.property(DEF.confidence), words.linked(value))
        for value in of.get(DEF.confidence, ())
    ]
    addresses = [text_of(value) for value in of.get(SCHEMA.url, ()) if isinstance(value, Literal)]
    parts += [outward(address, Markup("read it")) for address in addresses]
    return joined(parts, " · ")
