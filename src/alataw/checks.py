"""The home of the check: everything that is looked at, in order, and one report of what was found.

Rules about facts are shapes; what stands here is what SHACL cannot see: bytes, paths, names of files.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from alataw import forms, plausibility, shapes
from alataw.borders import Borders
from alataw.datagraph import DataGraph
from alataw.document import Document
from alataw.errors import Location, UnknownNameError
from alataw.report import Acknowledgement, Finding, Report, Severity
from alataw.repository import Repository, shown
from alataw.store import as_stored
from alataw.subject import Subject, read
from alataw.terms import DEF, SCHEMA, NamedNode, Term, Triple, text_of


def check(
    repository: Repository,
    paths: Sequence[Path] = (),
    *,
    engine: str = shapes.DEFAULT,
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

    Raises:
        UnknownNameError: AL018 if there is no such engine.
    """
    if engine not in shapes.ENGINES:
        raise UnknownNameError(
            f"no engine is named {engine}", code="AL018", fix=f"take one of {', '.join(shapes.ENGINES)}"
        )
    subject, findings = read(repository, paths)
    for name, run in CHECKS.items():
        progress(name)
        findings += run(subject) if name != "shapes" else _conformance(subject, engine)
    findings = acknowledged(subject, findings)
    if paths:
        wanted = [path.resolve() for path in paths]
        findings = [
            finding
            for finding in findings
            if any(Path(finding.location.file).resolve().is_relative_to(path) for path in wanted)
        ]
    return Report.of(findings)


# -- shapes -----------------------------------------------------------------------------------------


def _soundness(subject: Subject) -> Iterator[Finding]:
    """Every shape checks something."""
    for fault in shapes.lint(triples_of(subject.shapes), triples_of([*subject.ontology, *subject.facts])):
        location, line = subject.locate(fault.subject, fault.predicate, fault.value)
        yield Finding(
            code=fault.code,
            severity=fault.severity,
            message=f"{fault.message[0].upper()}{fault.message[1:]}.",
            location=location,
            source_line=line,
            source_shape=fault.subject,
            result_path=fault.predicate.value if fault.predicate else "",
            value=fault.value,
        )


def _conformance(subject: Subject, engine: str) -> Iterator[Finding]:
    """The data and the ontology conform to the shapes; the examples are for tests to hold to them."""
    try:
        results = shapes.validate(subject.graph, triples_of(subject.shapes), engine=engine)
    except Exception as error:  # an engine may fail in any way; that it did must not pass for a clean check
        message = f"The shapes could not be run: {error}."
        yield Finding("AL045", Severity.VIOLATION, message, Location(shown(subject.repository.root / "ontology/shape")))
        return
    yield from findings_of(subject, results)


def findings_of(subject: Subject, results: Iterable[shapes.Result]) -> Iterator[Finding]:
    """Validation results as findings, each at the place of what it is about."""
    for result in results:
        if subject.is_refused(result.value):
            continue
        predicate = NamedNode(result.path) if re.fullmatch(r"[^<>^|/()*+?\s]+:[^<>\s]+", result.path) else None
        location, line = subject.locate(result.focus_node, predicate, result.value)
        finding = finding_of(result, location, line)
        yield replace(finding, identity=_identity(finding, subject))


def finding_of(result: shapes.Result, location: Location, line: str = "") -> Finding:
    """A validation result as a finding at a place."""
    return Finding(
        code="AL040",
        severity=Severity.of(result.severity),
        message=result.message,
        location=location,
        source_line=line,
        focus_node=result.focus_node,
        result_path=result.path,
        value=result.value,
        source_shape=result.source_shape,
        source_constraint_component=result.component,
    )


def _plausibility(subject: Subject) -> Iterator[Finding]:
    """Coordinates lie where they can."""
    for finding in plausibility.places(subject, Borders.read(subject.repository.borders())):
        yield replace(finding, identity=_identity(finding, subject))


def triples_of(documents: Iterable[Document]) -> list[Triple]:
    """What documents say, together."""
    return [triple for document in documents for triple in document.triples]


def _identity(finding: Finding, subject: Subject) -> str:
    focus = finding.focus_node
    return identity(finding, (triple for _, triple in subject.said.get(focus, ())) if focus is not None else ())


def identity(finding: Finding, said: Iterable[Triple]) -> str:
    """Digest a finding with what is said of its focus node, so that it changes when the data under it does.

    Numbers count by their value, as engines keep them, and links to Wikidata are no facts.
    """
    parts = [
        finding.code,
        text_of(finding.source_shape),
        text_of(finding.source_constraint_component),
        text_of(finding.focus_node),
        finding.result_path,
        str(finding.value and as_stored(finding.value)),
        finding.message,
        *sorted(str(Triple(t.subject, t.predicate, as_stored(t.object))) for t in said if t.predicate != SCHEMA.sameAs),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


# -- what a check looks at --------------------------------------------------------------------------


def coverage(repository: Repository) -> list[shapes.Coverage]:
    """Count what each shape looks at in a repository."""
    subject, _ = read(repository, ())
    return shapes.coverage(DataGraph(subject.graph), triples_of(subject.shapes))


def prove(repository: Repository, progress: Callable[[str], None] = lambda _: None) -> Report:
    """Break the data once for each constraint; a constraint that nothing broke is a finding."""
    subject, findings = read(repository, ())
    for proof in shapes.prove(DataGraph(subject.graph), triples_of(subject.shapes), progress):
        if proof.mutation is None:
            location, line = subject.locate(proof.shape, None, None)
            findings.append(unproved(proof, location, line))
    return Report.of(findings)


def unproved(proof: shapes.Proof, location: Location, line: str) -> Finding:
    """The finding that nothing made a constraint fire."""
    return Finding(
        code="AL051",
        severity=Severity.WARNING,
        message="No change of the data that was tried makes this constraint fire; look whether any can.",
        location=location,
        source_line=line,
        source_shape=proof.shape,
        source_constraint_component=proof.component,
    )


# -- acknowledgements -------------------------------------------------------------------------------


def acknowledged(subject: Subject, findings: Iterable[Finding]) -> list[Finding]:
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
    if any(finding.code == "AL045" for finding in findings):
        return marked  # a rule that did not run says nothing of what it would find
    used = {finding.identity for finding in marked if finding.acknowledged}
    for identity, (document, triple) in known.items():
        if identity not in used:
            message = (
                f"No finding is {identity} any more; look at what is found of {text_of(triple.subject)} now, "
                "then acknowledge that or remove this."
            )
            location = document.locate(*triple)
            marked.append(forms.at("AL044", document, location, message, severity=Severity.WARNING, triple=triple))
    return marked


def _word(document: Document, node: Term) -> Acknowledgement:
    said = {triple.predicate: text_of(triple.object) for triple in document.triples if triple.subject == node}
    return Acknowledgement(
        by=said.get(DEF.acknowledgedBy, ""),
        on=said.get(DEF.acknowledgedOn, ""),
        reason=said.get(DEF.reason, ""),
    )


CHECKS: dict[str, Callable[[Subject], Iterable[Finding]]] = {
    "canonical form": forms.form,
    "paths and classes": forms.paths,
    "references": forms.references,
    "prefixes": forms.prefixes,
    "dates": forms.calendar,
    "blank nodes": forms.blanks,
    "Unicode": forms.normal_form,
    "stray files": forms.strays,
    "places": _plausibility,
    "links to Wikidata": forms.mappings,
    "soundness of shapes": _soundness,
    "shapes": lambda subject: _conformance(subject, shapes.DEFAULT),
}
"""Every check, in the order in which they run."""
