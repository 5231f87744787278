"""Codes of what happens where the graph stands: files, queries, shapes, exports."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """What a code means.

    Args:
        title: What is wrong, in a few words.
        explanation: A paragraph: when it is given, why it matters, what to do.
    """

    title: str
    explanation: str


GRAPH: dict[str, Code] = {
    "AL001": Code(
        "not valid Turtle",
        "The file breaks the grammar of RDF 1.1 Turtle at the place shown. Nothing of the file is used until "
        "it is mended, since half a file may say the opposite of the whole. Frequent causes: a string that is "
        "not closed, a statement without its ` ;` or ` .`, a prefix that no @prefix line declares.",
    ),
    "AL002": Code(
        "not clean UTF-8",
        "The file is not UTF-8, begins with a byte order mark, or holds a NUL byte, which is what a write that "
        "was cut off leaves behind. Save it as UTF-8 without a byte order mark, or fetch it again.",
    ),
    "AL003": Code(
        "over a limit",
        "The file is larger, more deeply nested, or has longer tokens than a document of facts can need. The "
        "limits keep a hostile or broken file from exhausting the machine. Split the file or mend it.",
    ),
    "AL004": Code(
        "the file cannot be read",
        "The operating system refuses the file: it does not exist, is a folder, or may not be read. Nothing "
        "was changed.",
    ),
    "AL005": Code(
        "not valid RDF of its format",
        "The file breaks the grammar of N-Triples, N-Quads, TriG, JSON-LD or RDF/XML, is cut off, or says what readers "
        "take in different ways: a key twice in one JSON object, an IRI that is none, triple terms of RDF 1.2. "
        "Nothing of it is used until it is mended.",
    ),
    "AL006": Code(
        "unknown format of RDF",
        "Turtle, N-Triples, N-Quads, TriG, JSON-LD and RDF/XML are read, each also compressed with gzip. The suffix "
        "tells which; where it does not, --data-format or --shapes-format does.",
    ),
    "AL007": Code(
        "refused before reading",
        "The file would have another file or the web fetched (a context of JSON-LD that is named by its address) or "
        "could expand without end (a document type of XML). Nothing is fetched. Put what is meant into the file.",
    ),
    "AL008": Code(
        "the worker process ended",
        "Other people's files are read and checked in a process of their own, with a limit of memory and time and "
        "without network. It ended before its work was done, at the file or step shown; this process and your files "
        "are untouched. If the file is to be trusted, raise --memory-limit or --time-limit.",
    ),
    "AL009": Code(
        "the compressed file is damaged",
        "The file is compressed with gzip, but is cut off, or its checksum is wrong. Fetch it again.",
    ),
    "AL010": Code(
        "no stored query of that name",
        "Stored queries are the files of `queries/`, named by their question. `alataw query` lists them with "
        "what they answer.",
    ),
    "AL011": Code(
        "no such entity or concept",
        "A name is looked up as an IRI, a prefixed name, a path such as station/alashankou, a slug, a Wikidata "
        "item, and a label in any language; nothing of the wanted class has it. The nearest names are shown.",
    ),
    "AL012": Code(
        "the name is not unique",
        "Several entities of the wanted class bear this name. Take one of the paths shown.",
    ),
    "AL013": Code(
        "a parameter is missing",
        "The stored query needs this parameter. `alataw query NAME --help` shows its parameters with examples.",
    ),
    "AL014": Code(
        "unknown parameter",
        "The stored query has no parameter of this name. `alataw query NAME --help` shows those it has.",
    ),
    "AL015": Code(
        "a parameter is of the wrong kind",
        "The value cannot be read as the kind of term that the parameter takes, or holds characters that no "
        "name or date holds. Values become terms before they meet the query, so that none can change it.",
    ),
    "AL016": Code(
        "a stored query is malformed",
        "The header or the text breaks a rule of stored queries: YAML behind `#+`, every parameter a VALUES "
        "block of its own, every SELECT with an ORDER BY, columns as declared.",
    ),
    "AL017": Code(
        "the SPARQL was refused",
        "The engine cannot run this query: it breaks the grammar of SPARQL 1.1 at the place shown, is longer or "
        "more deeply nested than is safe to parse, would change data, or would call another service.",
    ),
    "AL018": Code(
        "unknown format",
        "The command does not write this format. `--help` lists the formats it writes.",
    ),
    "AL019": Code("unknown code", "No message has this code. `alataw explain` lists all codes."),
    "AL020": Code(
        "not in canonical form",
        "A document has one spelling, so that one changed fact is one changed line. `alataw format FILE` "
        "rewrites the file; it changes no triple.",
    ),
    "AL021": Code(
        "at the wrong path",
        "The path of a file is its IRI: data/station/alashankou.ttl speaks of <station/alashankou> and its "
        "fragments only, its folder is the class in kebab-case, its slug is lower-case ASCII words with "
        "hyphens. Move the statement or rename the file.",
    ),
    "AL022": Code(
        "dangling reference",
        "An IRI of the graph has no document, or no such fragment in its document. Write the document, or "
        "correct the IRI; the nearest ones are shown.",
    ),
    "AL023": Code(
        "prefix not as declared",
        "Prefixes have one spelling for the whole graph, in ontology/prefixes.ttl. Take the prefix declared "
        "there, or declare a new one there first.",
    ),
    "AL024": Code(
        "not a date",
        "The lexical form is no day, month or year of the calendar, or does not fit its datatype. Write the "
        "date as precisely as the source and no more: xsd:gYear, xsd:gYearMonth, xsd:date, or :edtf for what "
        "is open, approximate or a span.",
    ),
    "AL025": Code(
        "blank node in data",
        "Facts have no blank nodes, since nobody can point at one and no difference shows it. Give the node a "
        "fragment of its entity's IRI.",
    ),
    "AL026": Code(
        "comment that would be lost",
        "Canonical form keeps triples, not comments. Say it as rdfs:comment or :statedAs, or remove it.",
    ),
    "AL027": Code(
        "text not in NFC",
        "The same letter can be written as one character or as several. Unicode's Normalization Form C is used "
        "everywhere, so that equal names are equal. `alataw format FILE` does not touch it: retype the text.",
    ),
    "AL028": Code(
        "a file where none may stand",
        "data/ holds data/<class>/<slug>.ttl, data/catalog.ttl and data/mapping/*.sssom.tsv. Move the file or "
        "remove it.",
    ),
    "AL030": Code(
        "a stored query has rotted",
        "The query gives less than its contract promises, or less than at the last release, or takes too long. See "
        "what left the graph; if that was meant, correct the contract, or release again with "
        "`alataw query --verify --record`.",
    ),
    "AL031": Code(
        "the endpoint answered something else",
        "What came back is not of the media type that was asked for, is compressed, cut off, too great, or has other "
        "columns. Nothing of it was used. Often the address is that of a page for people, or a proxy answered.",
    ),
    "AL032": Code(
        "the endpoint points elsewhere",
        "The address answers with a redirect. It is not followed, since the query and the credentials were meant for "
        "one host alone. If the new address is right, name it.",
    ),
    "AL033": Code(
        "the endpoint cuts answers",
        "The endpoint gives no more than so many rows, and says that there are more. Ordered queries are asked page by "
        "page; this one has no order, or is a graph.",
    ),
    "AL034": Code(
        "the engine holds no whole graph",
        "The folder or the endpoint is empty, a load into it was stopped, or an older release filled it, which knew "
        "fewer indexes. `alataw load` fills it, and goes on where a load was stopped.",
    ),
    "AL035": Code(
        "the engine is not clear, or refuses access",
        "One engine is asked: in memory, in a folder (--store), or an endpoint (--endpoint), whose address begins with "
        "http:// or https://. Writing needs --update-endpoint or --graph-store. Who you are is said by --auth, and by "
        "user:password or a token in ALATAW_CREDENTIALS.",
    ),
    "AL036": Code(
        "not a record of a release",
        "queries/release.tsv keeps what each stored query gave at the last release: query, rows, columns and pace, "
        "parted by tabs. `alataw query --verify --record` writes it.",
    ),
    "AL037": Code(
        "the query was ended",
        "The query took more time or memory than a query of an agent may. Nothing else was affected. Ask for less, or "
        "in smaller steps.",
    ),
    "AL038": Code(
        "a query of grlc cannot be taken over",
        "The decorators are no YAML, the query asks neither SELECT nor CONSTRUCT, a variable that takes an IRI has no "
        "default that could be its example, one ends in a datatype that no parameter has, or what the query becomes "
        "would be no stored query.",
    ),
    "AL039": Code(
        "the magic was not understood",
        "`%alataw NAME VALUES` asks a stored query as the command does; `%%alataw` above a cell asks the SPARQL in it, "
        "and `%%alataw answer` keeps what comes in a variable.",
    ),
    "AL040": Code(
        "the data does not conform",
        "A SHACL shape of ontology/shape/ says otherwise. A Violation cannot be true or cannot be used; a "
        "Warning is a disagreement or something an editor must look at; an Info is imprecise but usable. Fix "
        "the data, or acknowledge a Warning with a name, a date and a reason.",
    ),
    "AL041": Code(
        "unknown SHACL term",
        "The shape uses a term that SHACL does not have, so that the line checks nothing. Other tools pass "
        "over it in silence. Correct the spelling.",
    ),
    "AL042": Code(
        "the shape targets nothing",
        "No node of the data is looked at by this shape, so that it can never find anything. Correct its "
        "target, or remove the shape.",
    ),
    "AL043": Code(
        "not allowed in shapes",
        "Shapes are SHACL Core and SHACL-SPARQL. Scripts, rules, imports, calls to other services and shapes "
        "that contain themselves are refused, not passed over.",
    ),
    "AL044": Code(
        "acknowledges nothing",
        "The finding that was acknowledged is gone or has changed, because the data under it changed. Look at "
        "the finding anew, then acknowledge it again or remove the acknowledgement.",
    ),
    "AL045": Code(
        "the shape could not be run",
        "The engine failed on this shape. The check counts as failed, since a rule that did not run found nothing.",
    ),
    "AL046": Code(
        "these options do not go together",
        "The check is of a repository (paths, --fix), of other people's files (--data with --shapes), or of what an "
        "engine holds (--store, --endpoint).",
    ),
    "AL047": Code(
        "not mended",
        "What --fix would write does not read back as what it should say, or the file has changed since it was "
        "read. It stays as it is.",
    ),
    "AL048": Code(
        "a shape names what the data nearly has",
        "The shape names a class or a property that occurs nowhere in the data, while the data has one that is "
        "spelled nearly the same, or the same in a namespace nearly the same (http and https). Most often that is a "
        "typing error, and the shape checks nothing. Correct the name; if it is right, give the data an instance.",
    ),
    "AL049": Code(
        "a constraint that can never fire",
        "No data can break this constraint: sh:minCount 0, a pattern that every text matches, sh:closed without "
        "true, a qualified shape without a count, an alternative that asks nothing. It looks like a check and is "
        "none. Correct it or remove it. `alataw check --prove` finds more of them by breaking the data.",
    ),
    "AL050": Code(
        "git cannot tell what changed",
        "`alataw check --since REV` asks git which files differ from a revision. The folder must be in a git "
        "repository and the revision must exist. Name another revision, or check everything.",
    ),
    "AL051": Code(
        "nothing made the constraint fire",
        "`alataw check --prove` breaks the data for each constraint until the check finds it. For this one, nothing "
        "that was tried did. Either the data has nothing that the constraint looks at, or it can never fire. A "
        "failing fixture shows that it can.",
    ),
    "AL060": Code(
        "cannot be written in this format",
        "The format has no way to say this triple or value: XML, for one, cannot hold most control characters, "
        "and RDF/XML needs a local name in every predicate. Choose another format or change the value.",
    ),
    "AL070": Code(
        "not a repository",
        "A repository is a folder with ontology/, data/ and queries/. Without --repository, the nearest such "
        "folder upwards is taken, else the graph that came with the package.",
    ),
    "AL071": Code("the folder is not empty", "`alataw new` writes into a folder that is new or empty."),
    "AL072": Code(
        "cannot be written",
        "The operating system refused the write. Files are written beside and renamed, so that what was there "
        "is still there.",
    ),
    "AL073": Code(
        "the build was refused",
        "The check found something that fails, so nothing was built and the build that was there stays. Run "
        "`alataw check` to see the findings.",
    ),
    "AL080": Code(
        "an optional part is missing",
        "The command needs a library that the plain installation leaves out. The message names the extra.",
    ),
    "AL081": Code(
        "a remote service failed",
        "The service did not answer, or answered something else than it was asked for. Nothing was changed.",
    ),
    "AL090": Code(
        "a bug",
        "Something happened that should not. Run again with --debug and report the traceback.",
    ),
}
"""Every code below AL100, in order."""
