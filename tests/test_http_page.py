"""docs/http.md names, for each clause, tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from alataw import livecheck

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([a-z0-9, -]+) \| (.+?) \| (`.*`) \|$", PAGE, re.MULTILINE)


def test_every_test_that_is_named_is_there() -> None:
    """By its file and its name."""
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 100
    for file, name in named:
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (file, name)


def test_every_clause_has_a_line_with_a_test() -> None:
    """And the page knows no clause that is not looked at; the order is the same."""
    told = [name for names, _, _ in ROWS for name in names.split(", ")]
    assert told == [clause.name for clause in livecheck.CLAUSES]
    assert all("::test_" in tests for _, _, tests in ROWS)


def test_the_table_of_others_has_every_clause() -> None:
    """It was made with the clauses of today."""
    table = PAGE.partition("<!-- table -->")[2].partition("<!-- end of table -->")[0]
    assert re.findall(r"^\| ([a-z0-9][a-z0-9-]*) \|", table, re.MULTILINE)[1:] == [
        clause.name for clause in livecheck.CLAUSES
    ]
