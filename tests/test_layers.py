"""The house stands as drawn: imports point down, doors are few, effects are at the rim."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "alataw"

# Top first; a module imports from lower rows, and from its own row only what stands to its right.
LAYERS = """
command:  cli cli_check cli_import cli_link cli_live cli_load cli_mcp cli_query cli_serve
serve:    serving application pages publication reconciliation_draft reconciliation
link:     adoption linkcheck links
front:    livecheck diagnosis builds agents asking contracts notebook questions console graph formatting
describe: catalog exports entities
compare:  ledger wikibase wikidata listings matching
ask:      snippets queries solutions resolution labels
check:    reports enginecheck conformance fixes changes checks plausibility forms subject shapes
load:     loading disputes remote exchange transport foreign datagraph store
import:   importing statements identification drafts register sources
disk:     workers revisions repository
document: document
text:     querytext turtle sparql paths sssom
values:   names geo borders dates
ground:   codes report listening errors terms web
"""
ORDER = [name for line in LAYERS.strip().splitlines() for name in line.partition(":")[2].split()]

# What may import a library: its one door.
DOORS = {
    "rdflib": {"shapes", "graph"},
    "pyshacl": {"shapes"},
    "typer": {"cli", "cli_check", "cli_import", "cli_link", "cli_live", "cli_mcp", "cli_query", "cli_serve", "console"},
    "SPARQLWrapper": {"remote", "wikidata"},
    "mcp": {"agents"},
    "http": {"exchange", "transport", "livecheck", "serving"},
    "werkzeug": {"application"},
    "httptools": {"serving"},
    "uvloop": {"serving"},
    "prometheus_client": {"serving"},
    "pyld": {"exports"},
    "rapidfuzz": {"names", "turtle", "matching"},
    "pypinyin": {"names"},
    "anyascii": {"names"},
    "yaml": {"queries"},
    "jinja2": {"pages"},
}
# What the modules are made of that only `alataw serve` imports.
SERVING = {"httptools", "uvloop", "prometheus_client"}
# What may touch the disk; everything else is given bytes and gives bytes.
RIM = {
    "repository",
    "cli",
    "cli_link",
    "cli_query",
    "builds",
    "store",
    "diagnosis",
    "foreign",
    "wikidata",
    "linkcheck",
    "serving",
    "pages",
}


def module_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[tuple[str, bool]]:
    """Each module imported, and whether that is done at the head of the file (not where it is used)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    lazy = {inner for node in ast.walk(tree) if isinstance(node, functions) for inner in ast.walk(node)}
    lazy |= {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "alataw" else [f"alataw.{alias.name}" for alias in node.names]
            found += [(name, node not in lazy) for name in names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, node not in lazy) for alias in node.names]
    return found


FILES = [
    path
    for path in sorted(SOURCE.rglob("*.py"))
    if path.name not in ("__init__.py", "__main__.py") or path.parent != SOURCE
]


def test_every_module_has_a_layer() -> None:
    """The drawing names each module once, and no module that is not there."""
    assert sorted(ORDER) == sorted({module_of(path) for path in FILES})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_point_down(path: Path) -> None:
    """A module imports lower layers only."""
    here = module_of(path)
    for name, _ in imports(path):
        parts = name.split(".")
        if parts[0] == "alataw" and len(parts) > 1 and parts[1] != here:
            assert ORDER.index(parts[1]) > ORDER.index(here), f"{here} imports {parts[1]}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_library_has_one_door_and_is_imported_where_it_is_used(path: Path) -> None:
    """Heavy libraries are behind one module, and do not slow the start."""
    for name, at_head in imports(path):
        library = name.split(".")[0]
        if library in DOORS:
            assert module_of(path) in DOORS[library], f"{path.name} imports {library}"
            light = {"typer", "rapidfuzz", "http", *SERVING}
            assert not at_head or library in light, f"{path.name} imports {library} at its head"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_effects_are_at_the_rim(path: Path) -> None:
    """Only the rim opens files."""
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    touching = {
        call
        for call in calls
        if call == "open" or call.endswith((".read_bytes", ".read_text", ".write_bytes", ".write_text"))
    }
    assert not touching or module_of(path) in RIM, touching


def test_modules_can_be_read_in_one_sitting() -> None:
    """No module is longer than its readers' patience, and none is named for nothing in particular."""
    for path in FILES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 460, path
        assert path.stem not in {"utils", "util", "common", "helpers", "helper", "misc", "core"}
