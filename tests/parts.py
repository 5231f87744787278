"""A part of the graph that stands by itself: what tests break and export, so that they need not take all of it."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

from alataw.repository import Repository
from alataw.terms import BASE, text_of

ROOT = Path(__file__).resolve().parents[1]
BEGIN = (
    "border-crossing/cn-kz-alashankou-dostyk",
    "catalog",
    "source/un-locode-2024",
    "station/alashankou",
    "train-service/almaty-urumqi",
)
"""Where it begins: Alashankou, and all that its documents name; all places besides, since vocabularies name some."""


@cache
def files() -> tuple[str, ...]:
    """The files of `data/` that the part is made of."""
    documents = {document.iri.value: document for document in Repository(ROOT).data()}
    wanted = [*(BASE + path for path in BEGIN), *(iri for iri in documents if "/place/" in iri)]
    found: dict[str, None] = {}
    while wanted:
        iri = wanted.pop()
        if iri in documents and iri not in found:
            found[iri] = None
            wanted += [text_of(triple.object).partition("#")[0] for triple in documents[iri].triples]
    return tuple(f"data/{iri.removeprefix(BASE)}.ttl" for iri in found)


def copy_part(folder: Path) -> Path:
    """Make a repository of the part: all of the ontology and the queries, and these documents."""
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    for file in files():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, folder / file)
    return folder


_HEAD = """@base <https://w3id.org/alataw/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

"""
_GONE = {
    "never-was": 'skos:prefLabel "A station that never was"@en ;\n  rdfs:comment "The source meant the town."@en ;\n  owl:deprecated true',
    "old-slug": "dcterms:isReplacedBy <station/alashankou>",
    "elsewhere": "owl:deprecated true ;\n  dcterms:isReplacedBy <https://example.org/other>",
}


def withdraw(folder: Path) -> None:
    """Withdraw a station that never was in a repository, and rename others: into one of ours, and into another's."""
    for slug, said in _GONE.items():
        file = folder / "data" / "station" / f"{slug}.ttl"
        file.write_text(f"{_HEAD}<station/{slug}>\n  {said}\n.\n", encoding="utf-8")


def date(folder: Path, day: str) -> None:
    """Let the catalog of a repository say the day of its release."""
    catalog = folder / "data" / "catalog.ttl"
    text, changed = re.subn(r'(?<=dcterms:modified ")[-0-9]+', day, catalog.read_text(encoding="utf-8"))
    assert changed == 1
    catalog.write_text(text, encoding="utf-8")
