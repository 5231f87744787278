"""The home of `alataw doctor`: what is needed, and whether it is there."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

from alataw.errors import AlatawError
from alataw.repository import Repository, shown

EXTRAS = {"site": ("jinja2", "shapely"), "frames": ("pandas", "polars"), "mcp": ("mcp",)}
"""The optional parts, and the modules each needs."""


def examine(directory: Path | None) -> tuple[list[str], bool]:
    """Look at Python, libraries, the repository and optional parts.

    Returns:
        One line for each, and whether all that is needed is there; an optional part that is missing is no fault.
    """
    lines = [f"ok    Python {sys.version.split()[0]}"]
    well = True
    for name in _libraries():
        try:
            lines.append(f"ok    {name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"fail  {name} is not installed; install alataw again")
            well = False
    try:
        repository = Repository.find(directory)
        lines.append(f"ok    repository {shown(repository.root)}: {len(repository.data_files())} documents")
        lines.append(
            f"ok    {len(repository.queries())} stored queries, {len(repository.shape_files()) - 1} shapes files"
        )
        for document in (*repository.ontology(), *repository.data(), *repository.shapes()):
            _ = document.triples
        lines.append("ok    every document can be read")
    except AlatawError as error:
        lines.append(f"fail  {error}")
        well = False
    for extra, modules in EXTRAS.items():
        missing = [module for module in modules if find_spec(module) is None]
        if missing:
            lines.append(f"-     optional part {extra} is not installed: pip install 'alataw[{extra}]'")
        else:
            lines.append(f"ok    optional part {extra}")
    lines.append(f"ok    output is {sys.stdout.encoding or 'bytes'}; `alataw --install-completion` completes names")
    return lines, well


def _libraries() -> list[str]:
    """What the package needs, by its own metadata."""
    try:
        needed = requires("alataw") or []
    except PackageNotFoundError:
        needed = []
    plain = [line for line in needed if "extra ==" not in line]
    return sorted(
        {"".join(letter if letter.isalnum() or letter in "-_" else " " for letter in line).split()[0] for line in plain}
    )
