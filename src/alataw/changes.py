"""The home of checking what changed: since a revision, or while somebody edits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from alataw import checks, revisions, shapes
from alataw.datagraph import DataGraph
from alataw.document import Document
from alataw.errors import InputError
from alataw.report import Finding, Report
from alataw.repository import Repository, shown
from alataw.shapes.incremental import Live
from alataw.subject import Subject, read
from alataw.terms import Triple


def check_since(repository: Repository, revision: str, *, progress: Callable[[str], None] = lambda _: None) -> Report:
    """Check the files that differ from a revision, and the focus nodes that the difference can affect.

    Args:
        repository: What to check; it stands in a git repository.
        revision: What to compare with, such as `HEAD` or `main`.
        progress: Told each step.

    Returns:
        Of the findings of a full check, those in the files that changed, and those of the focus nodes looked at. That
        an acknowledgement is of nothing is told by a full check only. If shapes or ontology changed, all of them.

    Raises:
        UsageError: AL050 if git cannot tell.
    """
    progress("asking git")
    changed = {path.resolve() for path in revisions.changed_since(repository.root, revision)}
    if changed & _rules(repository):
        return checks.check(repository, progress=progress)
    subject, findings = read(repository, ())
    was = {triple for path in changed for triple in _said_at(repository, revision, path)}
    is_ = {
        triple
        for document in (*subject.data, *subject.ontology)
        if Path(document.file).resolve() in changed
        for triple in document.triples
    }
    progress("looking at what changed")
    live = Live(DataGraph(subject.graph), checks.triples_of(subject.shapes))
    return _report(subject, findings, changed, live.recheck(was - set(subject.graph), is_ - was))


class Watch:
    """A repository that is checked again as its files change.

    Args:
        repository: What to check.
        progress: Told each step of the first check.
    """

    def __init__(self, repository: Repository, progress: Callable[[str], None] = lambda _: None) -> None:
        self._root = repository.root
        self.report = self._begin(repository, progress)

    def _begin(self, repository: Repository, progress: Callable[[str], None] = lambda _: None) -> Report:
        self._repository = repository
        self._times = _times(repository)
        report = checks.check(repository, progress=progress)
        subject, _ = read(repository, ())
        self._said = set(subject.graph)
        self._live = Live(DataGraph(self._said), checks.triples_of(subject.shapes))
        return report

    def look(self) -> Report | None:
        """Check again what changed since the last look.

        Returns:
            The findings of the files and focus nodes that were looked at; None if nothing changed.
        """
        times = _times(self._repository)
        changed = {path for path in {*times, *self._times} if times.get(path) != self._times.get(path)}
        if not changed:
            return None
        if changed & _rules(self._repository):
            return self._begin(Repository(self._root))
        self._times = times
        self._repository.forget(changed)
        subject, findings = read(self._repository, ())
        said = set(subject.graph)
        results = self._live.change(self._said - said, said - self._said)
        self._said = said
        return _report(subject, findings, changed, results)


def _report(
    subject: Subject, findings: Iterable[Finding], changed: Collection[Path], results: Iterable[shapes.Result]
) -> Report:
    """The findings of the files that changed, and of the focus nodes that were looked at."""
    found = [*findings]
    for name, run in checks.CHECKS.items():
        if name not in ("shapes", "soundness of shapes"):
            found += run(subject)
    found = [finding for finding in found if Path(finding.location.file).resolve() in changed]
    found = checks.acknowledged(subject, [*found, *checks.findings_of(subject, results)])
    return Report.of(finding for finding in found if finding.code != "AL044")


def _rules(repository: Repository) -> set[Path]:
    """The files on which every finding may depend."""
    files = (*repository.ontology_files(), *repository.shape_files(), repository.root / "data" / "catalog.ttl")
    return {path.resolve() for path in files}


def _said_at(repository: Repository, revision: str, path: Path) -> Iterable[Triple]:
    """What a document of the data said at a revision; nothing if it could not be read."""
    if path.suffix != ".ttl" or not path.is_relative_to(repository.root / "data"):
        return ()
    data = revisions.bytes_at(repository.root, revision, path)
    if data is None:
        return ()
    try:
        return Document.read(data, iri=repository.iri_of(path), file=shown(path)).triples
    except InputError:
        return ()


def _times(repository: Repository) -> dict[Path, int]:
    """When each file was last written."""
    files = (*repository.data_files(), *repository.ontology_files(), *repository.shape_files())
    return {path.resolve(): path.stat().st_mtime_ns for path in files if path.exists()}
