"""Hostile, broken and odd files: each is refused at its place with its code, or read as what it says; none is half used."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from alataw import foreign
from alataw.errors import InputError
from alataw.foreign import FORMATS, Source
from alataw.foreign.gates import MOST_DEPTH, MOST_IRI_BYTES

DESCRIPTION = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x.org/">\n'
LAUGHS = (
    b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 9))
    + b"]>\n"
    + DESCRIPTION
    + b'<rdf:Description rdf:about="http://x.org/a"><x:b>&i;</x:b></rdf:Description></rdf:RDF>'
)
TRIPLE = b"<http://x.org/a> <http://x.org/b> <http://x.org/c> .\n"

REFUSED: list[tuple[str, str, bytes, str, int]] = [
    # what, suffix, content, code, line (0 where only the file can be told)
    # RDF/XML
    ("entity expansion", ".rdf", LAUGHS, "AL007", 2),
    ("external entity", ".rdf", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n' + DESCRIPTION + b"</rdf:RDF>", "AL007", 1),
    ("external document type", ".rdf", b'\n<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + DESCRIPTION + b"</rdf:RDF>", "AL007", 2),
    ("document type behind a comment", ".rdf", b"<!-- x -->\n<!DOCTYPE x>" + DESCRIPTION + b"</rdf:RDF>", "AL007", 2),
    ("document type inside", ".rdf", DESCRIPTION + b'<!DOCTYPE x [<!ENTITY a "b">]></rdf:RDF>', "AL005", 2),
    ("cut off between elements", ".rdf", DESCRIPTION + b'<rdf:Description rdf:about="http://x.org/a"><x:b>q</x:b></rdf:Description>', "AL005", 2),
    ("not closed as opened", ".rdf", DESCRIPTION + b'\n<rdf:Description rdf:about="http://x.org/a"><x:b>q</x:c></rdf:Description></rdf:RDF>', "AL005", 3),
    ("another encoding", ".rdf", b'<?xml version="1.0" encoding="ISO-8859-1"?>\n' + DESCRIPTION + b"</rdf:RDF>", "AL002", 1),
    ("UTF-16", ".rdf", DESCRIPTION.decode().encode("utf-16"), "AL002", 1),
    ("deep elements", ".rdf", DESCRIPTION + b"<x:a>" * 5000 + b"</x:a>" * 5000 + b"</rdf:RDF>", "AL003", 2),
    ("no XML at all", ".rdf", b"hello", "AL005", 1),
    ("empty", ".rdf", b"", "AL005", 1),
    ("HTML", ".rdf", b"<html><body>404</body></html>", "AL005", 0),
    ("space in an IRI", ".rdf", DESCRIPTION + b'<rdf:Description rdf:about="http://x.org/a b"><x:b>q</x:b></rdf:Description></rdf:RDF>', "AL005", 2),
    ("NUL", ".rdf", DESCRIPTION + b"\0</rdf:RDF>", "AL002", 2),
    # JSON-LD
    ("remote context", ".jsonld", b'{\n"@context": "https://schema.org/", "@id": "http://x.org/a"}', "AL007", 2),
    ("context of this machine", ".jsonld", b'{"@context": "file:///etc/passwd", "@id": "http://x.org/a"}', "AL007", 1),
    ("context among contexts", ".jsonld", b'{"@context": [{"b": "http://x.org/b"},\n"other.jsonld"], "b": 1}', "AL007", 2),
    ("scoped context", ".jsonld", b'{"@context": {"b": {"@id": "http://x.org/b",\n"@context": "http://127.0.0.1:9/"}}, "b": {}}', "AL007", 2),
    ("embedded context", ".jsonld", b'{"http://x.org/b": [{"@context":\n\n"http://127.0.0.1:9/"}]}', "AL007", 3),
    ("import", ".jsonld", b'{"@context": {"@version": 1.1, "@import": "http://127.0.0.1:9/"}}', "AL007", 1),
    ("escaped keyword", ".jsonld", b'{"\\u0040context": "http://127.0.0.1:9/"}', "AL007", 1),
    ("deep lists", ".jsonld", b'{"http://x.org/b": ' + b'{"@list": [' * 3400 + b"]}" * 3400 + b"}", "AL003", 1),
    ("deep nodes", ".jsonld", b'{"http://x.org/b":\n' * 2000 + b"1" + b"}" * 2000, "AL003", MOST_DEPTH + 1),
    ("deep arrays", ".jsonld", b"[" * 100_000, "AL003", 1),
    ("NaN", ".jsonld", b'{"@id": "http://x.org/a",\n"http://x.org/b": NaN}', "AL005", 2),
    ("minus infinity", ".jsonld", b'{"http://x.org/b": -Infinity}', "AL005", 1),
    ("a key twice", ".jsonld", b'{"@id": "http://x.org/a",\n"http://x.org/b": 1,\n"http://x.org/b": 2}', "AL005", 3),
    ("a key twice, once escaped", ".jsonld", b'{"@id": "http://x.org/a",\n"\\u0040id": "http://x.org/b"}', "AL005", 2),
    ("half a character", ".jsonld", b'{"@id": "http://x.org/a",\n"http://x.org/b": "\\ud800"}', "AL005", 2),
    ("space in an IRI", ".jsonld", b'{"@id": "http://x.org/a b", "http://x.org/b": 1}', "AL005", 1),
    ("space in an IRI by another name", ".jsonld", b'{"@context": {"id": "@id", "b": {"@id": "http://x.org/b", "@type": "@id"}},\n"id": "http://x.org/a",\n"b": ["http://x.org/c d"]}', "AL005", 3),
    ("a context that is none", ".jsonld", b'{"@context": {"b": {"@id": "http://x.org/b",\n"@type": "no such type"}}, "b": 1}', "AL005", 2),
    ("cut off", ".jsonld", b'{"@id": "http://x.org/a",\n"http://x.org/b": "q"', "AL005", 2),
    ("behind the end", ".jsonld", b'{"@id": "http://x.org/a"} x', "AL005", 1),
    ("empty", ".jsonld", b"", "AL005", 1),
    ("latin-1", ".jsonld", b'{"http://x.org/b": "caf\xe9"}', "AL002", 1),
    # Turtle and TriG
    ("deep brackets", ".ttl", b"<http://x.org/a> <http://x.org/b> " + b"[ <http://x.org/b> " * 20_000, "AL003", 1),
    ("deep lists", ".ttl", b"<http://x.org/a> <http://x.org/b>\n" + b"(" * 100_000, "AL003", 2),
    ("deep triple terms", ".ttl", b"<http://x.org/a> <http://x.org/b> " + b"<<( <http://x.org/a> <http://x.org/b> " * 20_000, "AL003", 1),
    ("deep reifiers", ".trig", b"<< " * 20_000, "AL003", 1),
    ("deep graphs", ".trig", b"{" * 20_000, "AL003", 1),
    ("deep triple terms", ".nt", b"<http://x.org/a> <http://x.org/b> " + b"<<( <http://x.org/a> <http://x.org/b> " * 20_000, "AL003", 1),
    ("a triple term", ".nt", TRIPLE + b"<http://x.org/a> <http://x.org/b> <<( <http://x.org/a> <http://x.org/b> <http://x.org/c> )>> .", "AL005", 2),
    ("a reifier", ".ttl", b"<http://x.org/a> <http://x.org/b> <http://x.org/c> ~ <http://x.org/r> .", "AL005", 1),
    ("a base direction", ".ttl", b'<http://x.org/a> <http://x.org/b> "c"@ar--rtl .', "AL005", 1),
    ("a long IRI", ".ttl", TRIPLE + b"<http://x.org/" + b"a" * (MOST_IRI_BYTES + 1) + b"> a <http://x.org/b> .", "AL003", 2),
    ("a long language tag", ".ttl", b'<http://x.org/a> <http://x.org/b> "c"@en' + b"-aaaaaaaa" * 100 + b" .", "AL003", 1),
    ("byte order mark", ".ttl", b"\xef\xbb\xbf" + TRIPLE, "AL002", 1),
    ("byte order mark", ".nt", b"\xef\xbb\xbf" + TRIPLE, "AL002", 1),
    ("NUL", ".ttl", TRIPLE + b'<http://x.org/a> <http://x.org/b> "\0" .', "AL002", 2),
    ("latin-1", ".ttl", TRIPLE + b'<http://x.org/a> <http://x.org/b> "caf\xe9" .', "AL002", 2),
    ("half a character", ".ttl", b'<http://x.org/a> <http://x.org/b> "\\uD800" .', "AL001", 1),
    ("encoded half a character", ".nt", TRIPLE + b'<http://x.org/a> <http://x.org/b> "\xed\xa0\x80" .', "AL002", 2),
    ("space in an IRI", ".ttl", b"<http://x.org/a b> <http://x.org/b> 1 .", "AL001", 1),
    ("escaped > in an IRI", ".ttl", b"<http://x.org/a\\u003e> <http://x.org/b> 1 .", "AL001", 1),
    ("line end in an IRI", ".ttl", b"<http://x.org/a\n> <http://x.org/b> 1 .", "AL001", 1),
    ("a string not closed", ".ttl", TRIPLE + b'<http://x.org/a> <http://x.org/b> "c .\n', "AL001", 2),
    # N-Triples and N-Quads
    ("cut inside an IRI", ".nt", TRIPLE + TRIPLE[:-8], "AL005", 2),
    ("cut before the dot", ".nt", TRIPLE + TRIPLE[:-3], "AL005", 2),
    ("cut at the first token", ".nq", TRIPLE + b"<http://x.org/a>", "AL005", 2),
    ("two on a line", ".nt", TRIPLE[:-1] + b" " + TRIPLE, "AL005", 1),
    ("one on two lines", ".nt", b"<http://x.org/a>\n<http://x.org/b> <http://x.org/c> .", "AL005", 2),
    ("relative IRI", ".nt", b"<a> <http://x.org/b> <http://x.org/c> .", "AL005", 1),
    ("prefix", ".nt", b"@prefix x: <http://x.org/> .", "AL005", 1),
    ("a graph in triples", ".nt", b"<http://x.org/a> <http://x.org/b> <http://x.org/c> <http://x.org/g> .", "AL005", 1),
    ("literal as subject", ".nq", b'"a" <http://x.org/b> <http://x.org/c> .', "AL005", 1),
    # gzip
    ("not what it says", ".ttl.gz", TRIPLE, "AL009", 0),
    ("cut off", ".nt.gz", gzip.compress(random.Random(1).randbytes(1000).hex().encode())[:-20], "AL009", 0),
    ("checksum", ".nt.gz", gzip.compress(TRIPLE)[:-8] + bytes(8), "AL009", 0),
    ("rubbish behind", ".nt.gz", gzip.compress(TRIPLE) + b"rubbish", "AL009", 0),
    ("bomb", ".nt.gz", gzip.compress(b"\n" * (100 * 2**20), 9), "AL003", 0),
    ("fault inside", ".nt.gz", gzip.compress(TRIPLE + b"<x"), "AL005", 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("suffix", "content", "code", "line"),
    [case[1:] for case in REFUSED],
    ids=[f"{case[1]} {case[0]}" for case in REFUSED],
)
def test_a_hostile_file_is_refused_at_its_place(
    suffix: str, content: bytes, code: str, line: int, tmp_path: Path
) -> None:
    """Each by its code, at the line that is meant, with what to do."""
    file = tmp_path / f"theirs{suffix}"
    file.write_bytes(content)
    with pytest.raises(InputError) as refused:
        foreign.read([Source.of(file)], lambda _: None)
    error = refused.value
    assert error.location is not None
    assert (error.code, error.location.line) == (code, line), error
    assert error.location.file == file.as_posix()
    assert error.fix or error.why
    assert len(str(error)) < 2000


READ: list[tuple[str, str, bytes, int]] = [
    # what, suffix, content, triples
    ("an empty file", ".nt", b"", 0),
    ("comments alone", ".ttl", b"# nothing", 0),
    ("no line end at the end", ".nt", TRIPLE.rstrip(b"\n"), 1),
    ("CR LF", ".nt", TRIPLE.replace(b"\n", b"\r\n") * 2, 1),
    ("all graphs together", ".nq", TRIPLE + TRIPLE[:-2] + b"<http://x.org/g> .\n" + b"<http://x.org/a> <http://x.org/b> 'd' <http://x.org/g> .".replace(b"'", b'"'), 2),
    ("graphs of TriG", ".trig", b"@prefix : <http://x.org/> . :a :b 1 . :g { :a :b 2 } GRAPH :h { :a :b 1 . :a :b 3 . }", 3),
    ("an ill-typed literal", ".ttl", b'@prefix x: <http://www.w3.org/2001/XMLSchema#> . <http://x.org/a> <http://x.org/b> "abc"^^x:integer .', 1),
    ("brackets in strings", ".ttl", b'<http://x.org/a> <http://x.org/b> "' + b"[" * 1000 + b'" , """' + b"(" * 1000 + b'""" . # ' + b"{" * 1000, 2),
    ("a long string", ".ttl", b'<http://x.org/a> <http://x.org/b> "' + b"<b> " * 500_000 + b'" .', 1),
    ("a huge integer", ".ttl", b"<http://x.org/a> <http://x.org/b> " + b"9" * 5000 + b" .", 1),
    ("a relative IRI", ".ttl", b"<#a> <http://x.org/b> <> .", 1),
    ("relative IRIs", ".jsonld", b'{"@id": "a", "http://x.org/b": {"@id": "#c"}}', 1),
    ("relative IRIs", ".rdf", DESCRIPTION + b'<rdf:Description rdf:ID="a"><x:b rdf:resource="c"/></rdf:Description></rdf:RDF>', 1),
    ("brackets in strings", ".jsonld", b'{"http://x.org/b": "' + b"[{" * 1000 + b'"}', 1),
    ("a context inside", ".jsonld", b'{"@context": [{"b": {"@id": "http://x.org/b", "@type": "@id"}}, null, {"c": "http://x.org/c"}], "c": 1}', 1),
    ("equal keys of two objects", ".jsonld", b'[{"http://x.org/b": 1}, {"http://x.org/b": {"http://x.org/b": 2}}]', 3),
    ("escapes", ".jsonld", b'{"http://x.org/b": "\\ud83d\\ude82 \\" \\\\"}', 1),
    ("the word DOCTYPE", ".rdf", DESCRIPTION + b'<!-- <!DOCTYPE x> --><rdf:Description rdf:about="http://x.org/a"><x:b>&lt;!DOCTYPE x></x:b></rdf:Description></rdf:RDF>', 1),
    ("two gzips in a row", ".nt.gz", gzip.compress(TRIPLE) + gzip.compress(TRIPLE.replace(b"/c>", b"/d>")), 2),
    ("gzip by its content alone", ".nt", gzip.compress(TRIPLE), 1),
    ("blank nodes that are twins", ".nt", b"".join(b"_:a%d <http://x.org/b> _:a%d .\n" % (n, m) for n in range(40) for m in range(40)), 1600),
]  # fmt: skip


@pytest.mark.parametrize(
    ("suffix", "content", "triples"), [case[1:] for case in READ], ids=[f"{case[1]} {case[0]}" for case in READ]
)
def test_what_only_looks_hostile_is_read(suffix: str, content: bytes, triples: int, tmp_path: Path) -> None:
    """Nothing is lost, nothing is added."""
    file = tmp_path / f"theirs{suffix}"
    file.write_bytes(content)
    with foreign.read([Source.of(file)], lambda _: None) as data:
        assert len(data.graph) == triples


def test_of_files_of_which_one_is_refused_none_is_used(tmp_path: Path) -> None:
    """Each that is refused is told, the first with all others as its notes."""
    for name, content in (("a.nt", TRIPLE), ("b.nt", b"<x"), ("c.ttl", b"x"), ("d.nt", TRIPLE)):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        foreign.read([Source.of(path) for path in sorted(tmp_path.iterdir())], lambda _: None)
    assert refused.value.location is not None
    assert refused.value.location.file.endswith("b.nt")
    assert [note for note in refused.value.__notes__ if "c.ttl" in note]


@pytest.mark.parametrize("name", FORMATS)
def test_every_prefix_of_a_file_is_read_or_refused(name: str, tmp_path: Path) -> None:
    """Cut at any byte, a file is refused, or says no more than the whole."""
    whole = {
        "turtle": b'@prefix x: <http://x.org/> .\nx:a x:b "\xc3\xa9"@fr , [ x:c ( 1 2 ) ] .\n',
        "ntriples": TRIPLE + b'<http://x.org/a> <http://x.org/b> "\xc3\xa9"@fr .\n',
        "nquads": TRIPLE + b'<http://x.org/a> <http://x.org/b> "\xc3\xa9"@fr <http://x.org/g> .\n',
        "trig": b"@prefix x: <http://x.org/> .\nx:g { x:a x:b 1 } x:a x:b 2 .\n",
        "jsonld": b'{"@context": {"b": "http://x.org/b"}, "@id": "http://x.org/a", "b": ["x", {"b": 1.5}]}',
        "rdfxml": DESCRIPTION + b'<rdf:Description rdf:about="http://x.org/a"><x:b>q</x:b></rdf:Description></rdf:RDF>',
    }[name]
    file = tmp_path / "theirs"

    def said(content: bytes) -> int | None:
        file.write_bytes(content)
        try:
            with foreign.read([Source.of(file, name)], lambda _: None) as data:
                return len(data.graph)
        except InputError:
            return None

    everything = said(whole)
    assert everything
    shorter = [said(whole[:end]) for end in range(len(whole))]
    assert all(count is None or count <= everything for count in shorter)
    if name in ("jsonld", "rdfxml"):
        assert not any(shorter)
