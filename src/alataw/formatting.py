"""The home of rewriting files in canonical form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alataw.errors import AlatawError, InputError, Location
from alataw.repository import Repository, shown
from alataw.repository import write as put


def format_files(repository: Repository, paths: Sequence[Path], *, write: bool) -> tuple[list[str], list[AlatawError]]:
    """Rewrite files in canonical form.

    Args:
        repository: Whose prefixes are used.
        paths: Files, or folders of which every Turtle file is taken; none for the whole repository.
        write: Whether to change the files, or only to tell which would change.

    Returns:
        The files that changed, and why others were refused: those stay as they are.
    """
    everything = [
        *repository.ontology_files(),
        *repository.shape_files(),
        *repository.example_files(),
        *repository.data_files(),
    ]
    files = [file for path in paths for file in (sorted(path.rglob("*.ttl")) if path.is_dir() else [path])]
    changed: list[str] = []
    refused: list[AlatawError] = []
    for file in files or everything:
        try:
            document = repository.read(file)
            if document.parsed.comments:
                raise _with_comment(document.file, *document.parsed.comments[0])
            canonical = document.canonical(repository.prefixes)
            if canonical == document.parsed.text:
                continue
            if write:
                put(file, canonical.encode())
        except AlatawError as error:
            refused.append(error)
        else:
            changed.append(shown(file))
    return changed, refused


def _with_comment(file: str, line: int, column: int) -> InputError:
    return InputError(
        "a comment would be lost",
        code="AL026",
        why="canonical form keeps triples only",
        fix="say it as rdfs:comment, or remove it, and run again",
        location=Location(file, line, column),
    )
