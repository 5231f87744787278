"""The home of the build: everything that is published, made at once or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alataw import catalog, exports, reports
from alataw.errors import UsageError
from alataw.graph import VIEWS, Graph
from alataw.report import Report
from alataw.repository import writing


def build(graph: Graph, directory: Path, progress: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Check the graph, and write both views, the catalog and a summary.

    Args:
        graph: What to build.
        directory: Where to; what was there is replaced when all is written, and stays if anything fails.
        progress: Told the name of each step as it begins.

    Returns:
        The summary: counts, digests, and what the check found.

    Raises:
        UsageError: AL073 if the check fails.
        RepositoryError: AL072 if the folder cannot be written.
    """
    progress("check")
    report = graph.check()
    if not report.conforms:
        raise UsageError(
            "the check found something that fails, and nothing was built",
            code="AL073",
            why=reports.summary(report),
            fix="run `alataw check`, and mend what it finds",
        )
    with writing(directory):
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".alataw-build-") as scratch:
            made = Path(scratch) / "build"
            made.mkdir()
            files = {}
            for view in VIEWS:
                progress(f"write the view {view}")
                for name in ("turtle", "nquads", "jsonld"):
                    data = graph.export(name, view=view)
                    files[f"{view}.{exports.FORMATS[name].suffix}"] = (exports.FORMATS[name].media_type, data)
            progress("describe")
            files["catalog.ttl"] = ("text/turtle", catalog.write(graph.source(), files))
            summary = _summary(graph, report, {name: data for name, (_, data) in files.items()})
            files["summary.json"] = ("application/json", (json.dumps(summary, indent=2) + "\n").encode())
            for name, (_, data) in files.items():
                (made / name).write_bytes(data)
            _replace(made, directory)
    return summary


def _summary(graph: Graph, report: Report, files: dict[str, bytes]) -> dict[str, Any]:
    triples = graph.triples()
    entities = {triple.subject for triple in triples if "#" not in str(triple.subject)}
    return {
        "triples": len(triples),
        "best": len(graph.triples("best")),
        "entities": len(entities),
        "findings": reports.summary(report),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }


def _replace(made: Path, directory: Path) -> None:
    """Put a folder in the place of another by renaming."""
    old = made.with_name("old")
    if directory.exists():
        os.replace(directory, old)
    os.replace(made, directory)
    shutil.rmtree(old, ignore_errors=True)
