"""The home of the check: everything that is looked at, in order, and one report of what was found.

Rules about facts are shapes; what stands here is what SHACL cannot see: bytes, paths, names of files.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from alataw import dates, shapes
from alataw.document import Document
from alataw.errors import InputError, Location
from alataw.names import nearest
from alataw.report import Acknowledgement, Finding, Report, Severity
from alataw.repository import Repository, shown
from alataw.terms import BASE, DEF, RDF, BlankNode, Literal, NamedNode, Term, Triple, text_of


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
    """

    repository: Repository
    data: list[Document]
    ontology: list[Document]
    shapes: list[Document]
    examples: list[Document]
    extra: list[Document]

    @property
    def documents(self) -> list[Document]:
        """Every document, in order."""
        return [*self.ontology, *self.shapes, *self.examples, *self.data, *self.extra]

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


def check(
    repository: Repository,
    paths: Sequence[Path] = (),
    *,
    engine: str = "pyshacl",
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Check a repository.

    Args:
        repository: What to check.
        paths: Files or folders whose findings are wanted; none for all. A file outside the repository is
            checked as if it stood in `data/`.
        engine: What runs the shapes; a key of `shapes.ENGINES`.
        progress: Told the name of each check as it begins.

    Returns:
        All findings, sorted by place; acknowledged ones are marked.
    """
    subject, findings = _read(repository, paths)
    for name, run in CHECKS.items():
        progress(name)
        findings += run(subject) if name != "shapes" else _conformance(subject, engine)
    findings = _acknowledged(subject, findings)
    if paths:
        wanted = [path.resolve() for path in paths]
        findings = [
            finding
            for finding in findings
            if any(Path(finding.location.file).resolve().is_relative_to(path) for path in wanted)
        ]
    return Report.of(findings)


def _read(repository: Repository, paths: Sequence[Path]) -> tuple[Subject, list[Finding]]:
    """Read everything; what cannot be read is a finding, and the rest goes on."""
    findings: list[Finding] = []

    def read(files: Iterable[Path]) -> list[Document]:
        documents = []
        for file in files:
            try:
                documents.append(repository.read(file))
            except InputError as error:
                findings.append(_from_error(error, shown(file)))
        return documents

    inside = repository.root
    extra = [path for path in paths if path.is_file() and not path.resolve().is_relative_to(inside)]
    for path in paths:
        if not path.exists():
            findings.append(_from_error(InputError("there is no such file or folder", code="AL004"), path.as_posix()))
    return (
        Subject(
            repository,
            data=read(repository.data_files()),
            ontology=read(repository.ontology_files()),
            shapes=read(repository.shape_files()),
            examples=read(repository.example_files()),
            extra=read(extra),
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


# -- bytes, paths and names -------------------------------------------------------------------------


def _at(
    code: str,
    document: Document,
    location: Location | None,
    message: str,
    *,
    severity: Severity = Severity.VIOLATION,
    triple: Triple | None = None,
) -> Finding:
    where = location or Location(document.file, 1, 1)
    return Finding(
        code=code,
        severity=severity,
        message=message,
        location=where,
        source_line=document.parsed.line(where.line),
        focus_node=triple.subject if triple else None,
        result_path=triple.predicate.value if triple else "",
        value=triple.object if triple else None,
    )


def _form(subject: Subject) -> Iterator[Finding]:
    """Every document is in canonical form."""
    prefixes = subject.repository.prefixes
    for document in subject.documents:
        for position in document.parsed.comments:
            yield _at(
                "AL026",
                document,
                Location(document.file, *position),
                "A comment would be lost in canonical form; say it as rdfs:comment or remove it.",
            )
        written = document.parsed.text
        wanted = document.canonical(prefixes)
        if written != wanted:
            lines, wanted_lines = written.split("\n"), wanted.split("\n")
            number = next(
                (n for n, (is_, shall) in enumerate(zip(lines, wanted_lines, strict=False)) if is_ != shall),
                min(len(lines), len(wanted_lines)) - 1,
            )
            shall = wanted_lines[number].strip() if number < len(wanted_lines) else ""
            message = f"Not in canonical form: here should stand `{shall}`; run `alataw format {document.file}`."
            yield _at("AL020", document, Location(document.file, number + 1, 1), message)


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _paths(subject: Subject) -> Iterator[Finding]:
    """Every file stands where its IRI says, and speaks of nothing else."""
    classes = subject.repository.classes
    by_folded: dict[str, str] = {}
    for document in subject.facts:
        iri = document.iri.value
        slug = iri.rpartition("/")[2]
        if not iri.startswith("file:"):
            if not _SLUG.fullmatch(slug):
                yield _at(
                    "AL021",
                    document,
                    None,
                    f"The name {slug} is no slug; take lower-case ASCII words with hyphens.",
                )
            twin = by_folded.setdefault(iri.casefold(), document.file)
            if twin != document.file:
                yield _at("AL021", document, None, f"Differs from {twin} only in case; rename one.")
            folder = iri.removeprefix(subject.repository.base).partition("/")[0]
            yield from _class_of(document, classes.get(folder))
        own = f"{iri}#"
        strangers: set[Term] = set()
        for triple in document.triples:
            name = text_of(triple.subject)
            if isinstance(triple.subject, NamedNode) and name != iri and not name.startswith(own):
                if iri.startswith("file:") or triple.subject in strangers:
                    continue
                strangers.add(triple.subject)
                path = name.partition("#")[0].removeprefix(subject.repository.base)
                message = f"This file speaks of {document.iri.value}, not of <{path}>; move it to data/{path}.ttl."
                yield _at("AL021", document, document.locate(triple.subject), message, triple=triple)


def _class_of(document: Document, class_: NamedNode | None) -> Iterator[Finding]:
    """The entity of a file is of the class that its folder names."""
    kinds = {t.object for t in document.triples if t.subject == document.iri and t.predicate == RDF.type}
    if class_ is None or class_ in kinds:
        return
    name = class_.value.rpartition("#")[2]
    if not kinds:
        yield _at("AL021", document, None, f"Nothing is said of <{document.iri.value}>; say `a :{name}`.")
        return
    triple = next(t for t in document.triples if t.subject == document.iri and t.predicate == RDF.type)
    location = document.locate(*triple)
    message = f"A file of this folder is a :{name}; correct the class or move the file."
    yield _at("AL021", document, location, message, triple=triple)


def _references(subject: Subject) -> Iterator[Finding]:
    """Every IRI of ours that is named has a document, and the fragment in it."""
    bases = {BASE, subject.repository.base}
    # The base itself, the context and the graphs are addresses of what is published, not of documents.
    addresses = tuple(base + path for base in bases for path in ("context/", "graph/", "queries/"))
    for document in subject.documents:
        for triple in document.triples:
            for term in (triple.predicate, triple.object):
                if not isinstance(term, NamedNode) or not term.value.startswith(tuple(bases)):
                    continue
                if term in subject.said or term.value in bases or term.value.startswith(addresses):
                    continue
                yield _dangling(subject, document, triple, term)


def _dangling(subject: Subject, document: Document, triple: Triple, term: NamedNode) -> Finding:
    path = term.value.removeprefix(subject.repository.base).removeprefix(BASE)
    page, _, fragment = path.partition("#")
    named = [s.value for s in subject.said if isinstance(s, NamedNode)]
    known = [iri.removeprefix(subject.repository.base).removeprefix(BASE) for iri in named]
    near = nearest(path, [name for name in known if ("#" in name) == bool(fragment)], limit=1)
    hint = f" or correct it (<{near[0]}>?)" if near else ""
    what = "has no such fragment" if fragment and term.value.partition("#")[0] in subject.by_iri else "has no document"
    todo = "say something of it" if "fragment" in what else f"add data/{page}.ttl"
    message = f"<{path}> {what}; {todo}{hint}."
    position = document.locate(*triple)
    if term == triple.predicate:
        position = document.locate(triple.subject, triple.predicate)
    return _at("AL022", document, position, message, triple=triple)


def _prefixes(subject: Subject) -> Iterator[Finding]:
    """Every prefix is spelled as declared."""
    declared = subject.repository.prefixes
    spelled = {namespace: prefix for prefix, namespace in declared.items()}
    for document in subject.documents:
        for prefix, namespace in document.parsed.prefixes.items():
            if declared.get(prefix) == namespace:
                continue
            if namespace in spelled:
                message = f"<{namespace}> is spelled `{spelled[namespace]}:`, not `{prefix}:`; correct the prefix."
            elif prefix in declared:
                message = f"`{prefix}:` stands for <{declared[prefix]}>, not <{namespace}>; correct the namespace."
            else:
                message = f"`{prefix}:` is declared nowhere else; declare it in ontology/prefixes.ttl or remove it."
            pattern = re.compile(rf"^\s*@?prefix\s+{re.escape(prefix)}:", re.IGNORECASE)
            line = next((n for n, text in enumerate(document.parsed.lines, 1) if pattern.match(text)), 1)
            yield _at("AL023", document, Location(document.file, line, 1), message)


def _dates(subject: Subject) -> Iterator[Finding]:
    """Every date is one."""
    for document in subject.facts:
        for triple in document.triples:
            wrong = dates.problem(triple.object) if isinstance(triple.object, Literal) else None
            if wrong:
                message = f"{wrong[0].upper()}{wrong[1:]}; write the date as the source does."
                yield _at("AL024", document, document.locate(*triple), message, triple=triple)


def _blanks(subject: Subject) -> Iterator[Finding]:
    """Facts have no blank nodes."""
    for document in subject.facts:
        for triple in document.triples:
            if isinstance(triple.object, BlankNode):
                message = f"A blank node cannot be pointed at; name it <{document.iri.value}#...>."
                yield _at("AL025", document, document.locate(*triple), message, triple=triple)


def _normal_form(subject: Subject) -> Iterator[Finding]:
    """All text is in Unicode's Normalization Form C."""
    for document in subject.documents:
        for number, line in enumerate(document.parsed.lines, 1):
            if not unicodedata.is_normalized("NFC", line):
                normal = unicodedata.normalize("NFC", line)
                column = next((n for n, (a, b) in enumerate(zip(line, normal, strict=False), 1) if a != b), 1)
                message = "The text is not in Normalization Form C; retype the letter."
                yield _at("AL027", document, Location(document.file, number, column), message)


def _strays(subject: Subject) -> Iterator[Finding]:
    """Nothing stands in data/ but documents and mappings."""
    for path in subject.repository.stray_files():
        yield Finding(
            "AL028",
            Severity.VIOLATION,
            "No file of this name may stand here; move or remove it.",
            Location(shown(path)),
        )


# -- shapes -----------------------------------------------------------------------------------------


def _soundness(subject: Subject) -> Iterator[Finding]:
    """Every shape checks something."""
    for fault in shapes.lint(_triples(subject.shapes), _triples([*subject.ontology, *subject.facts])):
        location, line = subject.locate(fault.subject, fault.predicate, fault.value)
        yield Finding(
            code=fault.code,
            severity=Severity.VIOLATION,
            message=f"{fault.message[0].upper()}{fault.message[1:]}.",
            location=location,
            source_line=line,
            source_shape=fault.subject,
            result_path=fault.predicate.value if fault.predicate else "",
            value=fault.value,
        )


def _conformance(subject: Subject, engine: str) -> Iterator[Finding]:
    """The data and the ontology conform to the shapes; the examples are for tests to hold to them."""
    data = _triples([*subject.ontology, *subject.data, *subject.extra])
    try:
        results = shapes.validate(data, _triples(subject.shapes), engine=engine)
    except Exception as error:  # an engine may fail in any way; that it did must not pass for a clean check
        message = f"The shapes could not be run: {error}."
        yield Finding("AL045", Severity.VIOLATION, message, Location(shown(subject.repository.root / "ontology/shape")))
        return
    for result in results:
        predicate = NamedNode(result.path) if re.fullmatch(r"[^<>^|/()*+?\s]+:[^<>\s]+", result.path) else None
        location, line = subject.locate(result.focus_node, predicate, result.value)
        finding = Finding(
            code="AL040",
            severity=result.severity,
            message=result.message,
            location=location,
            source_line=line,
            focus_node=result.focus_node,
            result_path=result.path,
            value=result.value,
            source_shape=result.source_shape,
            source_constraint_component=result.component,
        )
        yield replace(finding, identity=_identity(finding, subject))


def _triples(documents: Iterable[Document]) -> list[Triple]:
    return [triple for document in documents for triple in document.triples]


def _identity(finding: Finding, subject: Subject) -> str:
    """Digest a finding with what is said of its focus node, so that it changes when the data under it does."""
    focus = finding.focus_node
    said = sorted(str(triple) for _, triple in subject.said.get(focus, ())) if focus is not None else []
    parts = [
        finding.code,
        text_of(finding.source_shape),
        text_of(finding.source_constraint_component),
        text_of(finding.focus_node),
        finding.result_path,
        str(finding.value),
        finding.message,
        *said,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


# -- acknowledgements -------------------------------------------------------------------------------


def _acknowledged(subject: Subject, findings: Iterable[Finding]) -> list[Finding]:
    """Mark what editors have acknowledged; an acknowledgement of nothing is a finding itself."""
    known: dict[str, tuple[Document, Triple]] = {}
    for document in [*subject.data, *subject.extra]:
        for triple in document.triples:
            if triple.predicate == DEF.finding:
                known[text_of(triple.object)] = (document, triple)
    findings = list(findings)
    marked = []
    for finding in findings:
        where = known.get(finding.identity) if finding.identity else None
        if where and finding.severity is not Severity.VIOLATION:
            marked.append(replace(finding, acknowledged=_word(where[0], where[1].subject)))
        else:
            marked.append(finding)
    used = {finding.identity for finding in marked if finding.acknowledged}
    for identity, (document, triple) in known.items():
        if identity not in used:
            message = (
                f"No finding is {identity} any more; look at what is found of {text_of(triple.subject)} now, "
                "then acknowledge that or remove this."
            )
            location = document.locate(*triple)
            marked.append(_at("AL044", document, location, message, severity=Severity.WARNING, triple=triple))
    return marked


def _word(document: Document, node: Term) -> Acknowledgement:
    said = {triple.predicate: text_of(triple.object) for triple in document.triples if triple.subject == node}
    return Acknowledgement(
        by=said.get(DEF.acknowledgedBy, ""),
        on=said.get(DEF.acknowledgedOn, ""),
        reason=said.get(DEF.reason, ""),
    )


CHECKS: dict[str, Callable[[Subject], Iterable[Finding]]] = {
    "canonical form": _form,
    "paths and classes": _paths,
    "references": _references,
    "prefixes": _prefixes,
    "dates": _dates,
    "blank nodes": _blanks,
    "Unicode": _normal_form,
    "stray files": _strays,
    "soundness of shapes": _soundness,
    "shapes": lambda subject: _conformance(subject, "pyshacl"),
}
"""Every check, in the order in which they run."""
