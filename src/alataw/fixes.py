"""The home of mending: what is mechanically wrong in a document, put right without changing anything else.

A fix takes one triple and gives what should stand in its place. Form and prefixes are mended by writing the document in
its one canonical form, after which a fix shows as the lines it is about.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import NamedTuple, TypeAlias

from alataw import dates, turtle
from alataw.document import Document
from alataw.errors import InputError, Location
from alataw.repository import Repository, shown, write
from alataw.terms import DEF, RDF, SH, XSD, Literal, NamedNode, Term, Triple


class Change(NamedTuple):
    """What is planned for a file: how it reads now, how it would read, and by which fixes."""

    path: Path
    before: str
    after: str
    fixes: tuple[str, ...]

    @property
    def difference(self) -> str:
        """The change as a unified difference."""
        file = shown(self.path)
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True), self.after.splitlines(keepends=True), f"a/{file}", f"b/{file}"
        )
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def plan(repository: Repository, paths: Sequence[Path]) -> list[Change]:
    """Find what can be mended.

    Args:
        repository: Whose documents, prefixes and base.
        paths: Files, or folders of which every Turtle file is taken; none for the whole repository.

    Returns:
        One change a file, by path. A file that cannot be read, or has comments, which canonical form would lose, has
        none: the check says so.
    """
    facts = {*repository.data_files(), *repository.example_files()}
    files = [*repository.ontology_files(), *repository.shape_files(), *sorted(facts)]
    if paths:
        named = [file for path in paths for file in (sorted(path.rglob("*.ttl")) if path.is_dir() else [path])]
        facts |= {file.resolve() for file in named if not file.resolve().is_relative_to(repository.root)}
        files = list(dict.fromkeys(file.resolve() for file in named))
    datatypes = _datatypes(repository)
    changes = []
    for file in files:
        try:
            document = repository.read(file)
        except InputError:
            continue
        if not document.parsed.comments and (
            change := _change(repository, file, document, datatypes if file in facts else None)
        ):
            changes.append(change)
    return changes


def _change(repository: Repository, file: Path, document: Document, datatypes: Datatypes | None) -> Change | None:
    names: dict[str, None] = {}
    triples = []
    for triple in document.triples:
        mended = triple
        for name, mend in FIXES.items() if datatypes is not None else ():
            before, mended = mended, mend(mended, datatypes or {})
            if mended != before:
                names[name] = None
        triples.append(mended)
    text = document.parsed.text
    after = Document(document.iri, document.file, _with(document.parsed, triples)).canonical(repository.prefixes)
    if text == after:
        return None
    if text != document.canonical(repository.prefixes):
        names = {"canonical form": None, **names}
    return Change(file, text, after, tuple(names))


def _with(parsed: turtle.Parsed, triples: Sequence[Triple]) -> turtle.Parsed:
    return turtle.Parsed(parsed.text, parsed.file, tuple(triples), parsed.prefixes, parsed.base_iri)


def apply(repository: Repository, change: Change) -> None:
    """Write a change.

    Raises:
        InputError: AL047 if the new text would not be read, or the file is not what it was.
        RepositoryError: AL072 if it cannot be written. The file stays as it was in each case.
    """
    file = shown(change.path)
    try:
        turtle.parse(change.after.encode(), file=file)
    except InputError as error:
        raise InputError("the mended text cannot be read", code="AL047", why=error.what) from error
    if Repository(repository.root).read(change.path).parsed.text != change.before:
        what = "the file has changed since it was read"
        raise InputError(what, code="AL047", fix="run the check again", location=Location(file))
    write(change.path, change.after.encode())


# -- the fixes --------------------------------------------------------------------------------------

Datatypes: TypeAlias = Mapping[Term, Set[Term]]
"""Property to the datatypes that the shapes let its values have."""


def date(triple: Triple, datatypes: Datatypes) -> Triple:
    """Give a date the datatype that its lexical form has.

    A value that is typed as a date but is none of that type, or stands where a date must and has no such type; and
    whose form is exactly one of those of `dates`.

    >>> before = Literal("1990-09", datatype=XSD.date)
    >>> date(Triple(DEF.x, DEF["from"], before), {}).object.datatype.value.rpartition("#")[2]
    'gYearMonth'
    """
    value = triple.object
    if not isinstance(value, Literal) or value.language:
        return triple
    allowed = datatypes.get(triple.predicate, _DATES)
    typed = value.datatype in _DATES
    if not (allowed & _DATES) or (dates.problem(value) is None if typed else triple.predicate not in datatypes):
        return triple
    better = dates.literal(value.value)
    if better.datatype not in allowed or dates.problem(better):
        return triple
    return Triple(triple.subject, triple.predicate, better)


def label(triple: Triple, datatypes: Datatypes) -> Triple:
    """Tag a text that must have a language, and has none, as English, if all its letters are Latin.

    >>> label(Triple(DEF.x, DEF.name, Literal("Dostyk")), {DEF.name: {RDF.langString}}).object.language
    'en'
    """
    value = triple.object
    if not isinstance(value, Literal) or value.datatype != XSD.string or not _is_latin(value.value):
        return triple
    if datatypes.get(triple.predicate) != {RDF.langString}:
        return triple
    return Triple(triple.subject, triple.predicate, Literal(value.value, language="en"))


_DATES: Set[Term] = {*dates.DATATYPES, DEF.edtf}


def _is_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def _datatypes(repository: Repository) -> Datatypes:
    """Read off the shapes which datatypes each property may have: `sh:datatype`, also within `sh:or`."""
    said: dict[Term, list[tuple[NamedNode, Term]]] = defaultdict(list)
    for document in repository.shapes():
        for triple in document.triples:
            said[triple.subject].append((triple.predicate, triple.object))

    def within(node: Term) -> Iterator[Term]:
        for predicate, value in said.get(node, ()):
            if predicate == SH.datatype:
                yield value
            elif predicate in (SH["or"], RDF.first, RDF.rest):
                yield from within(value)

    found: dict[Term, set[Term]] = defaultdict(set)
    for shape, statements in list(said.items()):
        for predicate, path in statements:
            if predicate == SH.path:
                found[path] |= set(within(shape))
    return {path: kinds for path, kinds in found.items() if kinds}


FIXES: dict[str, Callable[[Triple, Datatypes], Triple]] = {"date datatype": date, "language of a label": label}
"""What is mended in a triple, in order; each leaves alone what it is not sure of."""
