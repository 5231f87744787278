"""The home of citations: how a page, or the graph, is cited in a text and in BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alataw.pages.knowledge import Knowledge
from alataw.pages.words import Words
from alataw.terms import NamedNode


@dataclass(frozen=True)
class Citation:
    """One line for a text, and an entry of BibTeX."""

    text: str
    bibtex: str


def of(thing: NamedNode, words: Words, knowledge: Knowledge) -> Citation:
    """Cite what the graph tells of a thing; the release says which state of it was read."""
    title, release = words.plain(thing), knowledge.release
    publisher = knowledge.publisher
    key = re.sub(r"[^A-Za-z0-9]+", "-", words.path(thing)).strip("-")
    text = f"{publisher}: {title}. In: {knowledge.title}, release {release}. {thing.value}"
    fields = {
        "author": f"{{{_bibtex(publisher)}}}",
        "title": _bibtex(title),
        "howpublished": _bibtex(knowledge.title),
        "edition": f"release {release}",
        "url": _bibtex(thing.value),
    }
    told = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return Citation(text, f"@misc{{alataw-{key},\n{told}\n}}")


def _bibtex(text: str) -> str:
    """A text as BibTeX holds it: what it would take for markup is escaped, braces are left out."""
    return re.sub(r"([#$%&_])", r"\\\1", re.sub(r"[{}\\]", "", text))
