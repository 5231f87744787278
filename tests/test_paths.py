"""A property path says in triples what its text says."""

from __future__ import annotations

import pytest

from alataw.paths import to_rdf
from alataw.shapes import Index

A, B, C = "<http://x.org/a>", "<http://x.org/b>", "<http://x.org/c>"


@pytest.mark.parametrize(
    "path",
    [
        "http://x.org/a",
        f"^{A}",
        f"({A})*",
        f"({A})+",
        f"({A})?",
        f"{A}/{B}/{C}",
        f"({A}|{B})",
        f"({A}/{B}|^{C})",
        f"^({A})*",
        f"(({A}|{B}))+",
        f"{A}/(({B}|^{C}))*",
    ],
)
def test_a_path_comes_back_from_its_triples(path: str) -> None:
    """Text to RDF and back is the same text."""
    node, triples = to_rdf(path, "path")
    assert Index(triples).path_text(node) == path
    assert len(set(triples)) == len(triples)
