"""The home of the checks that SHACL cannot make: bytes, paths, prefixes, dates, names of files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from alataw import dates
from alataw.document import Document
from alataw.errors import InputError, Location
from alataw.names import nearest
from alataw.report import Finding, Severity
from alataw.repository import shown
from alataw.subject import Subject
from alataw.terms import BASE, DCTERMS, OWL, RDF, BlankNode, Literal, NamedNode, Term, Triple, text_of


def at(
    code: str,
    document: Document,
    location: Location | None,
    message: str,
    *,
    severity: Severity = Severity.VIOLATION,
    triple: Triple | None = None,
) -> Finding:
    """Make a finding at a place of a document; the document as a whole if there is none."""
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


def form(subject: Subject) -> Iterator[Finding]:
    """Every document is in canonical form."""
    prefixes = subject.repository.prefixes
    for document in subject.documents:
        for position in document.parsed.comments:
            yield at(
                "AL026",
                document,
                Location(document.file, *position),
                "A comment would be lost in canonical form; say it as rdfs:comment or remove it.",
            )
        written = document.parsed.text
        wanted = document.canonical(prefixes)
        if written != wanted:
            number, told = _difference(written.split("\n"), wanted.split("\n"))
            message = f"Not in canonical form: {told}; run `alataw format {document.file}`."
            yield at("AL020", document, Location(document.file, number, 1), message)


def _difference(lines: list[str], wanted: list[str]) -> tuple[int, str]:
    """Which line is the first that differs, counted from 1, and what should be there."""
    pairs = enumerate(zip(lines, wanted, strict=False))
    number = next((n for n, (is_, shall) in pairs if is_ != shall), min(len(lines), len(wanted)) - 1)
    if lines[number].endswith("\r"):
        return number + 1, "lines end with LF, and this one ends with CR LF"
    if number == len(wanted) - 1:
        return number + 1, "the text should end before this line"
    if lines[number] == wanted[number]:
        return number + 1, "the last line has no line end"
    shall = wanted[number].strip()
    return number + 1, f"here should stand `{shall}`" if shall else "here should stand an empty line"


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def paths(subject: Subject) -> Iterator[Finding]:
    """Every file stands where its IRI says, and speaks of nothing else."""
    classes = subject.repository.classes
    by_folded: dict[str, str] = {}
    for document in subject.facts:
        iri = document.iri.value
        slug = iri.rpartition("/")[2]
        if not iri.startswith("file:"):
            if not _SLUG.fullmatch(slug):
                yield at(
                    "AL021",
                    document,
                    None,
                    f"The name {slug} is no slug; take lower-case ASCII words with hyphens.",
                )
            twin = by_folded.setdefault(iri.casefold(), document.file)
            if twin != document.file:
                yield at("AL021", document, None, f"Differs from {twin} only in case; rename one.")
            folder, slash, _ = iri.removeprefix(subject.repository.base).partition("/")
            if slash and folder not in classes and document in subject.data:
                near = nearest(folder, classes, limit=1)
                hint = f" (data/{near[0]}/?)" if near else ""
                message = f"No class has the folder data/{folder}/; move the file to the folder of its class{hint}."
                yield at("AL021", document, None, message)
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
                yield at("AL021", document, document.locate(triple.subject), message, triple=triple)


def _class_of(document: Document, class_: NamedNode | None) -> Iterator[Finding]:
    """The entity of a file is of the class that its folder names, or of none if it was withdrawn or renamed."""
    kinds = {t.object for t in document.triples if t.subject == document.iri and t.predicate == RDF.type}
    said = {t.predicate for t in document.triples if t.subject == document.iri}
    if class_ is None or class_ in kinds or (not kinds and said & {OWL.deprecated, DCTERMS.isReplacedBy}):
        return
    name = class_.value.rpartition("#")[2]
    if not kinds:
        yield at("AL021", document, None, f"Nothing is said of <{document.iri.value}>; say `a :{name}`.")
        return
    triple = next(t for t in document.triples if t.subject == document.iri and t.predicate == RDF.type)
    location = document.locate(*triple)
    message = f"A file of this folder is a :{name}; correct the class or move the file."
    yield at("AL021", document, location, message, triple=triple)


def references(subject: Subject) -> Iterator[Finding]:
    """Every IRI of ours that is named has a document, and the fragment in it."""
    base = subject.repository.base
    # A graph of one's own names what we publish under our address as it names anything else on the web; only
    # the terms of the ontology travel with it.
    ours = (base, *(BASE + path for path in ("def", "vocabulary/", "shape/", "alignment/")))
    # The context and the graphs are addresses of what is published, not of documents.
    addresses = tuple(base + path for path in ("context/", "graph/"))
    for document in subject.documents:
        for triple in document.triples:
            for term in (triple.predicate, triple.object):
                if not isinstance(term, NamedNode) or not term.value.startswith(ours):
                    continue
                if term in subject.said or term.value == base or term.value.startswith(addresses):
                    continue
                if subject.is_refused(term):
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
    return at("AL022", document, position, message, triple=triple)


def prefixes(subject: Subject) -> Iterator[Finding]:
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
            yield at("AL023", document, Location(document.file, line, 1), message)


def calendar(subject: Subject) -> Iterator[Finding]:
    """Every date is one."""
    for document in subject.facts:
        for triple in document.triples:
            wrong = dates.problem(triple.object) if isinstance(triple.object, Literal) else None
            if wrong:
                message = f"{wrong[0].upper()}{wrong[1:]}; write the date as the source does."
                yield at("AL024", document, document.locate(*triple), message, triple=triple)


def blanks(subject: Subject) -> Iterator[Finding]:
    """Facts have no blank nodes."""
    for document in subject.facts:
        for triple in document.triples:
            if isinstance(triple.object, BlankNode):
                message = f"A blank node cannot be pointed at; name it <{document.iri.value}#...>."
                yield at("AL025", document, document.locate(*triple), message, triple=triple)


def normal_form(subject: Subject) -> Iterator[Finding]:
    """All text is in Unicode's Normalization Form C."""
    for document in subject.documents:
        for number, line in enumerate(document.parsed.lines, 1):
            if not unicodedata.is_normalized("NFC", line):
                normal = unicodedata.normalize("NFC", line)
                column = next((n for n, (a, b) in enumerate(zip(line, normal, strict=False), 1) if a != b), 1)
                message = "The text is not in Normalization Form C; retype the letter."
                yield at("AL027", document, Location(document.file, number, column), message)


def strays(subject: Subject) -> Iterator[Finding]:
    """Nothing stands in data/ but documents and mappings."""
    for path in subject.repository.stray_files():
        yield Finding(
            "AL028",
            Severity.VIOLATION,
            "No file of this name may stand here; move or remove it.",
            Location(shown(path)),
        )


def mappings(subject: Subject) -> Iterator[Finding]:
    """The links to Wikidata can be read, and each is of an entity that there is."""
    repository = subject.repository
    file = shown(repository.mapping_file)
    try:
        links = repository.mappings()
    except InputError as error:
        yield Finding(error.code, Severity.VIOLATION, f"{error.why}; {error.fix}.", error.location or Location(file))
        return
    for row in links:
        if repository.base + row.path not in subject.by_iri:
            message = f"<{row.path}> has no document; correct the path or remove the row."
            yield Finding("AL119", Severity.VIOLATION, message, Location(file, row.line, 1))
