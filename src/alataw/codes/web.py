"""Codes of what happens between hosts: engines elsewhere, links, the server."""

from __future__ import annotations

from alataw.codes.graph import Code

WEB: dict[str, Code] = {
    "AL100": Code(
        "the table cannot be read",
        "The file as a whole is no table of the form: not CSV in UTF-8 with commas, a header that lacks a column or "
        "has one twice, a quote that is opened and never closed, a NUL byte, too large, or empty. Nothing of it is "
        "used. Save it from the spreadsheet as CSV in UTF-8.",
    ),
    "AL101": Code(
        "a row that is no row",
        "The row has more or fewer cells than the header, a cell of two lines, a control character, a cell of "
        "extreme length, or one that a spreadsheet would run as a formula. The row is left out and the rest goes on.",
    ),
    "AL102": Code(
        "no such property or type",
        "Each row says one property of one entity; docs/spreadsheet.md lists the properties and what kinds of "
        "entity have them. The row is left out and the rest goes on.",
    ),
    "AL103": Code(
        "a value that cannot be read",
        "The cell is not what its property takes: a date as precise as the source, a number, a code whose check "
        "digit is right, a concept of the vocabulary. The row is left out and the rest goes on.",
    ),
    "AL104": Code(
        "whom the row speaks of is doubtful",
        "Nothing, or more than one thing, is called as the row says, or the rows say too little to make a new entity, "
        "or a new one would bear the name of one that stands. Nothing is guessed: write the slug that is meant.",
    ),
    "AL105": Code(
        "what the value names is unknown",
        "The value names a station, railway line, organisation, place or country that has no document here, or a name "
        "that several have. Write its slug, or add its document first; the row is left out and the rest goes on.",
    ),
    "AL106": Code(
        "no source, no claim",
        "Every row needs the title of its source, a confidence of the list, and an address that is one, if any. "
        "The row is left out and the rest goes on.",
    ),
    "AL107": Code(
        "a decision that leads nowhere",
        "data/mapping/decided-rows.csv says which claims here say what a row says, and one of them is gone. Correct "
        "the decision, or write the claim.",
    ),
    "AL108": Code(
        "the point lies outside of its country",
        "Coordinates are held against coarse polygons of countries: up to a kilometre outside is an Info, up to twenty "
        "a Warning, farther a Violation; a border crossing may lie twenty kilometres from either country. Mostly "
        "longitude and latitude were exchanged, a sign was lost, or the country is another.",
    ),
    "AL109": Code(
        "the point lies in an area that two countries claim",
        "The area is named and no side is taken: the country of the entity is what its sources say.",
    ),
    "AL110": Code(
        "the list cannot be read",
        "A list of things is GeoJSON, CSV or RDF, in UTF-8, compressed by gzip or not. Things need an id and a name; "
        "points, codes, countries and kinds help. Nothing of a list that is broken is used.",
    ),
    "AL111": Code(
        "not a file of mappings",
        "data/mapping/wikidata.sssom.tsv is SSSOM/TSV: a header of YAML behind `#`, then one mapping a row, with "
        "subject, object, justification and who reviewed it. A rejected pair has the predicate modifier Not.",
    ),
    "AL112": Code(
        "no such kind",
        "What is linked is of a class of the ontology, named as its folder: station, border-crossing, place.",
    ),
    "AL113": Code(
        "Wikidata did not answer as it should",
        "The service, or the one named with --endpoint, was slow, busy, or gave something else than it was asked "
        "for: a page, half an answer, a redirect to another host. Nothing was linked from it; what was answered "
        "before is kept, and the next run goes on from there.",
    ),
    "AL114": Code(
        "not in the cache",
        "With --offline nobody is asked, and what was never asked is not known. Run once without it.",
    ),
    "AL115": Code(
        "the item was merged",
        "Wikidata's editors found that the item was one with another, and left a redirect. Link to the other.",
    ),
    "AL116": Code(
        "the item is gone",
        "Wikidata has nothing under this number any more. Look for another item, or remove the link.",
    ),
    "AL117": Code(
        "the item is of another kind",
        "The item is a town, a stop or a border crossing that bears the same name, not the thing itself. The station, "
        "the city and the port of entry are three things.",
    ),
    "AL118": Code(
        "the item is far away",
        "The item's coordinates lie more than 5 km from ours. One of the points is wrong, or the link is.",
    ),
    "AL119": Code(
        "a link that cannot be",
        "Two entities are linked to one item, or the entity of a link has no document. One of the rows is wrong.",
    ),
    "AL120": Code(
        "the address cannot be listened on",
        "Another process listens there, the address is not one of this machine, or the port is for administrators "
        "alone. Nothing was started. `ss -ltnp` tells who listens.",
    ),
    "AL121": Code(
        "the graph cannot be published",
        "The process that reads the graph could not, and says why: a file that is no Turtle, a store that is empty or "
        "half loaded, an engine that does not answer. `alataw check` and `alataw doctor` say more.",
    ),
    "AL122": Code(
        "no server listens there",
        "`alataw reload` speaks to the server through a socket of this machine that is named after the port. Name the "
        "--port of the server, or its --control, and be the user that runs it.",
    ),
    "AL123": Code(
        "a setting of the server is not clear",
        "--base-url is an address of the web, without query and fragment. --trust names an address, or a network as "
        "10.0.0.0/8. `alataw mcp --http` is HOST:PORT, [::1]:8000 if the host is an address of version 6.",
    ),
    "AL124": Code(
        "the new data was refused",
        "The server has read the data anew and could not publish it. What was published before still is; nobody has "
        "noticed. Mend the data and reload again.",
    ),
    "AL130": Code(
        "there is nothing here",
        "No entity, no document and no stored query has this path. Nothing that was ever published vanishes: what is "
        "withdrawn says so, and what was renamed leads on.",
    ),
    "AL131": Code(
        "the method is not for this path",
        "What is published is read: GET and HEAD, and POST for a query. The header Allow names what the path takes.",
    ),
    "AL132": Code(
        "nothing acceptable",
        "The header Accept names only media types that this cannot be told in. Those that it can be told in are "
        "listed; the suffix of a document takes one without any header.",
    ),
    "AL133": Code(
        "the request is malformed",
        "The SPARQL 1.1 Protocol wants exactly one `query`, percent-encoded in UTF-8, in the address or in the body.",
    ),
    "AL134": Code(
        "a body of another kind",
        "A query is sent as application/sparql-query, or as `query` in application/x-www-form-urlencoded.",
    ),
    "AL135": Code(
        "the answer is too large",
        "An answer is given whole or not at all, so that no part of one passes for all of it. Ask with LIMIT, for a "
        "part at a time, or take the whole graph as a file.",
    ),
    "AL136": Code(
        "refused",
        "The graph is only asked: an update changes nothing here, and SERVICE, which would call another host, is not "
        "followed.",
    ),
    "AL137": Code(
        "withdrawn",
        "The entity was published once, and is not any more. What is still said of it stands in the answer.",
    ),
    "AL138": Code(
        "the graph is not held here",
        "A query is asked of the graphs that stand here: the default graph, and those that the service description "
        "names. Nothing is ever fetched, whatever a query or a request names.",
    ),
}
"""Every code from AL100 on, in order."""
