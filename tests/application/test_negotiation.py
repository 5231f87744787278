"""Content negotiation, by the rules of RFC 9110, 12.5.1, written out once more and held against what is chosen."""

from __future__ import annotations

import re

import pytest
from answers import Ask, media_type, told
from hypothesis import given, settings
from hypothesis import strategies as st

from alataw.application.documents import ENTITY
from alataw.application.negotiation import MEDIA_TYPES, RDF, ROWS, TRUTH, Offer, choose, languages, split

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
RDFLIB = (
    "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, application/n-quads, "
    "application/trix, application/trig"
)
TYPES = sorted({offer.media_type for offer in (*ENTITY, *RDF, *ROWS)})


def quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The quality of a media type: that of the most specific range that fits (12.5.1); 0 if none does."""
    type_ = media_type.partition("/")[0]
    for wanted in (media_type, f"{type_}/*", "*/*"):
        found = [q for range_, q in ranges if range_ == wanted]
        if found:
            return max(found)
    return 0.0


RANGES = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(TYPES), st.sampled_from(["*/*", "text/*", "application/*", "image/png", "image/*"])),
        st.integers(0, 1000).map(lambda n: n / 1000),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda pair: pair[0],
)


@given(RANGES, st.sampled_from([RDF, ROWS, TRUTH, ENTITY]))
@settings(deadline=None, max_examples=300)
def test_the_best_quality_wins(ranges: list[tuple[str, float]], among: tuple[Offer, ...]) -> None:
    """What is chosen has the greatest quality of all that is offered; nothing is chosen where all have none."""
    accept = ", ".join(f"{range_};q={q:g}" for range_, q in ranges)
    chosen = choose(accept, among)
    best = max(quality(offer.media_type, ranges) for offer in among)
    assert (chosen is None) == (best == 0)
    if chosen:
        assert quality(chosen.media_type, ranges) == best


@given(RANGES, st.sampled_from([RDF, ROWS, TRUTH, ENTITY]), st.sampled_from([";charset=utf-8", "; Charset=UTF8"]))
@settings(deadline=None, max_examples=100)
def test_the_encoding_that_is_sent_makes_no_difference(
    ranges: list[tuple[str, float]], among: tuple[Offer, ...], charset: str
) -> None:
    """A range that asks for UTF-8 is the range."""
    plain, said = (", ".join(f"{range_}{each};q={q:g}" for range_, q in ranges) for each in ("", charset))
    assert choose(plain, among) == choose(said, among)


@given(RANGES, st.randoms())
@settings(deadline=None, max_examples=100)
def test_order_and_spelling_make_no_difference(ranges: list[tuple[str, float]], chance: object) -> None:
    """Blanks, capitals and the order of ranges are of no account; a quality of 1 need not be said."""
    plain = ", ".join(f"{range_};q={q:g}" for range_, q in ranges)
    shuffled = list(ranges)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    odd = " ,\t".join(f"{range_.upper()} ; Q={q:g}" if q < 1 else range_ for range_, q in shuffled)
    assert choose(plain, ENTITY) == choose(odd, ENTITY)


@given(st.one_of(st.text(max_size=200), st.text(alphabet='a/*;=q01.,"\\ \t', max_size=80)))
@settings(deadline=None, max_examples=500)
def test_nonsense_never_fails(accept: str) -> None:
    """Whatever the header holds, something is chosen or nothing is."""
    for among in (RDF, ENTITY):
        chosen = choose(accept, among)
        assert chosen is None or chosen in among
    languages(accept)


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("", "ttl"),
        ("*/*", "ttl"),
        (BROWSER, "html"),
        ("text/html", "html"),
        ("text/html, */*", "html"),
        (RDFLIB, "ttl"),
        ("application/rdf+xml, */*;q=0.1", "rdf"),
        ("application/ld+json, application/json;q=0.9, */*;q=0.1", "jsonld"),
        ("application/json", "jsonld"),
        ("text/n3, */*;q=0.1", "ttl"),
        ("text/html;q=0.5, text/turtle", "ttl"),
        ("text/*;q=0.9, text/turtle;q=0.1, application/n-triples;q=0.5", "html"),
        ("text/turtle;charset=utf-8", "ttl"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#framed"', "jsonld"),
        ("text/turtle;charset=utf-8, application/rdf+xml;q=0.5", "ttl"),
        ("application/rdf+xml;q=0.5, text/turtle ; Charset=\"UTF-8\" ; q=0.9", "ttl"),
        ("text/csv;charset=utf-8, application/json;q=0.5", "csv"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted", */*;q=0.1', "jsonld"),
        ('application/ld+json;profile="x, y";q=0.2, application/rdf+xml;q=0.5', "rdf"),
        ("application/ld+json;profile=x, application/ld+json;q=0, application/rdf+xml;q=0.5", "rdf"),
        ("application/ld+json;profile=x, APPLICATION/LD+JSON;q=0.1, application/rdf+xml;q=0.5", "rdf"),
        ("text/turtle;charset=latin-1;q=0.1, application/rdf+xml", "rdf"),
        ("application/geo+json", "geojson"),
        (";;;,,,", "ttl"),
        ("gibberish", "ttl"),
        ("text/turtle;q=7, application/rdf+xml", "rdf"),
        ("image/png", None),
        ("*/*;q=0", None),
        ("*/*, text/turtle;q=0, text/html;q=0", "nt"),
    ],
)  # fmt: skip
def test_what_clients_send(accept: str, suffix: str | None) -> None:
    """Browsers get a page, readers of RDF what they weigh highest, and what is no header counts as none."""
    chosen = choose(accept, ENTITY)
    assert (chosen.suffix if chosen else None) == suffix


def test_nothing_acceptable_is_told_with_the_list(ask: Ask) -> None:
    """406, with the media types that there are; the same with every representation that exists refused by name."""
    reply = ask("station/alashankou", accept="image/png")
    assert reply.status == 406
    assert {"text/turtle", "application/ld+json"} <= set(re.findall(r"[\w.+-]+/[\w.+-]+", told(reply)["fix"]))


def test_a_suffix_needs_no_header(ask: Ask) -> None:
    """A document's own address gives it, whatever the header says."""
    assert media_type(ask("station/alashankou.nt", accept="text/html")) == "application/n-triples"


def test_languages_are_weighed() -> None:
    """Best first; those of quality 0, and the wildcard, are no language that one could choose."""
    assert languages("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5, ru;q=0") == ("fr-CH", "fr", "en", "de")
    assert languages("de;q=0.1, zh-Hans;q=0.9") == ("zh-Hans", "de")
    assert languages("") == ()


def test_only_so_many_languages_are_heard() -> None:
    """The ten best, and none that is longer than any tag in use (RFC 5646, 4.4.1)."""
    many = ", ".join(f"x-{number};q=0.{number:03}" for number in range(1, 900))
    assert languages(f"de, {many}") == ("de", *(f"x-{number}" for number in range(899, 890, -1)))
    assert languages(f"{'a' * 8}{'-bbbbbbbb' * 4}, {'a-' * 17}b, fr") == ("a-" * 17 + "b", "fr")


def test_media_types_are_told_apart() -> None:
    """One suffix a media type, so that each names the other."""
    assert len(set(MEDIA_TYPES.values())) == len(MEDIA_TYPES)
    assert all(split(f"a/b.{suffix}") == ("a/b", suffix) for suffix in MEDIA_TYPES)
    assert split("a.b/c") == ("a.b/c", "")
