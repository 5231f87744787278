"""The home of what is checked: every document that could be read, by what it is, and where each statement stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from alataw.document import Document
from alataw.errors import InputError, Location
from alataw.report import Finding, Severity
from alataw.repository import Repository, shown
from alataw.terms import NamedNode, Term, Triple


@dataclass
class Subject:
    """What is checked: the documents that could be read, by what they are.

    Args:
        repository: Where they come from.
        data: The documents of `data/`, and those given by name.
        ontology: The documents that say what terms there are.
        shapes: The documents of shapes.
        examples: The examples.
        extra: Files given by name that stand outside the repository.
        refused: The IRIs of documents that could not be read; what they say is not known.
    """

    repository: Repository
    data: list[Document]
    ontology: list[Document]
    shapes: list[Document]
    examples: list[Document]
    extra: list[Document]
    refused: set[str] = field(default_factory=set)

    @property
    def documents(self) -> list[Document]:
        """Every document, in order."""
        return [*self.ontology, *self.shapes, *self.examples, *self.data, *self.extra]

    @property
    def graph(self) -> list[Triple]:
        """What is held to the shapes: data, what was given beside it, and the ontology; examples are for tests."""
        return [triple for each in (*self.ontology, *self.data, *self.extra) for triple in each.triples]

    @property
    def facts(self) -> list[Document]:
        """The documents that say facts: data, what was given beside it, and examples."""
        return [*self.data, *self.extra, *self.examples]

    @cached_property
    def by_iri(self) -> dict[str, list[Document]]:
        """Document IRI to its documents; more than one is a finding."""
        by_iri: dict[str, list[Document]] = defaultdict(list)
        for document in self.documents:
            by_iri[document.iri.value].append(document)
        return by_iri

    @cached_property
    def said(self) -> dict[Term, list[tuple[Document, Triple]]]:
        """Subject to what is said of it, and where."""
        said: dict[Term, list[tuple[Document, Triple]]] = defaultdict(list)
        for document in self.documents:
            for triple in document.triples:
                said[triple.subject].append((document, triple))
        return said

    def is_refused(self, term: Term | None) -> bool:
        """Whether a term is said, if anywhere, in a document that could not be read: that is the one finding then."""
        return isinstance(term, NamedNode) and term.value.partition("#")[0] in self.refused

    def locate(self, subject: Term, predicate: NamedNode | None, value: Term | None) -> tuple[Location, str]:
        """The place of a statement, and its line; the repository as a whole if nothing says it."""
        found = [document for document, triple in self.said.get(subject, ())]
        exact = [
            document
            for document, triple in self.said.get(subject, ())
            if triple.predicate == predicate and triple.object == value
        ]
        for document in exact or found:
            location = document.locate(subject, predicate, value)
            if location:
                return location, document.parsed.line(location.line)
        return Location(shown(self.repository.root)), ""


def read(repository: Repository, paths: Sequence[Path]) -> tuple[Subject, list[Finding]]:
    """Read everything; what cannot be read is a finding, and the rest goes on."""
    findings: list[Finding] = []
    refused: set[str] = set()

    def documents(files: Iterable[Path]) -> list[Document]:
        read_ = []
        for file in files:
            try:
                read_.append(repository.read(file))
            except InputError as error:
                findings.append(_from_error(error, shown(file)))
                refused.add(repository.iri_of(file).value)
        return read_

    inside = repository.root
    extra = [path for path in paths if path.is_file() and not path.resolve().is_relative_to(inside)]
    for path in paths:
        if not path.exists():
            findings.append(_from_error(InputError("there is no such file or folder", code="AL004"), path.as_posix()))
    return (
        Subject(
            repository,
            data=documents(repository.data_files()),
            ontology=documents(repository.ontology_files()),
            shapes=documents(repository.shape_files()),
            examples=documents(repository.example_files()),
            extra=documents(extra),
            refused=refused,
        ),
        findings,
    )


def _from_error(error: InputError, file: str) -> Finding:
    said = [error.what, *([error.why] if error.why else [])]
    return Finding(
        code=error.code,
        severity=Severity.VIOLATION,
        message=": ".join(said) + (f"; {error.fix}." if error.fix else "."),
        location=error.location or Location(file),
        source_line=error.source_line,
    )
