"""Spellings and scripts of a name meet in its key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alataw
from alataw import geo, names
from alataw.names import beginning, fold, grams, keys, nearest
from alataw.terms import DEF, SKOS, Literal, NamedNode, Triple

ONE = NamedNode("https://w3id.org/alataw/station/one")
CLAIM = NamedNode("https://w3id.org/alataw/station/one#name")


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (("Alashankou", "ALASHANKOU", "阿拉山口", "Алашанькоу", "alashan kou", "Ａｌａｓｈａｎｋｏｕ"), "alashankou"),
        (("Ürümqi", "Urumqi", "U\u0308ru\u0308mqi"), "urumqi"),
        (("重庆",), "chongqing"),
        (("长春", "Changchun"), "changchun"),
        (("旅顺", "Lüshun"), "lushun"),
        (("Dostyq", "DOSTYQ!", "dos-tyq"), "dostyq"),
        (("Брест", "Brest"), "brest"),
        (("გარდაბანი", "Gardabani"), "gardabani"),
    ],
)
def test_spellings_of_a_name_have_one_key(spellings: tuple[str, ...], key: str) -> None:
    """Script, case, accents, width and spaces make no difference."""
    assert {fold(spelling) for spelling in spellings} == {key}


def test_a_text_without_letters_has_no_key() -> None:
    """Punctuation alone finds nothing, rather than everything."""
    assert fold(" -–. ") == ""


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    """Folding is idempotent and leaves Latin letters and digits only."""
    key = fold(text)
    assert fold(key) == key
    assert key.isascii()
    assert key == "" or key.isalnum()


def test_a_claimed_name_leads_to_what_bears_it() -> None:
    """The index has labels under their entity, and names claimed under what the claim is about."""
    said = [
        Triple(ONE, SKOS.prefLabel, Literal("One", language="en")),
        Triple(CLAIM, DEF.about, ONE),
        Triple(CLAIM, DEF.name, Literal("一", language="zh")),
        Triple(CLAIM, DEF.name, Literal("—", language="en")),
    ]
    index = set(keys(said))
    found = {triple for triple in index if triple.predicate == DEF.nameKey}
    assert found == {Triple(ONE, DEF.nameKey, Literal("one")), Triple(ONE, DEF.nameKey, Literal("yi"))}
    parts = {triple.object.value for triple in index - found if triple.predicate == SKOS.hiddenLabel}
    assert parts == {"o", "on", "one", "y", "yi"}


@given(st.text(alphabet="abcdefg", min_size=4, max_size=30), st.data())
def test_any_part_of_a_name_leads_to_it(name: str, data: st.DataObject) -> None:
    """Whatever part of four letters or more is typed, what it is looked up by is in the index of the whole."""
    start = data.draw(st.integers(0, len(name) - 4))
    part = name[start : data.draw(st.integers(start + 4, len(name)))]
    assert beginning(part) in grams(name)
    assert all(beginning(name[:length]) in grams(name) for length in range(1, 4))


def test_a_mistyped_word_finds_the_nearest_and_nonsense_nothing() -> None:
    """Suggestions are near or absent."""
    words = ["operators-of-station", "openings-of-crossing", "lines-of-station"]
    assert nearest("operater", words)[0] == "operators-of-station"
    assert nearest("qqqqzz", words) == ()


def test_a_graph_that_is_ready_derives_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that answers many times makes everything before: no reader waits for what the first one needed."""
    graph = alataw.open(Path(__file__).resolve().parents[1]).ready()

    def never(*_: object) -> None:
        raise AssertionError("derived again")

    for module, name in ((names, "keys"), (geo, "index"), (alataw.Graph, "_best")):
        monkeypatch.setattr(module, name, never)
    assert graph.query("find-by-name", name="阿拉山口")
    assert graph.query("entities-in-box", west="82", south="45", east="83", north="46")
    assert graph.sparql("ASK { GRAPH ?any { ?s ?p ?o } }")
