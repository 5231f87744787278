"""The home of signposts: what leads from a document to its other forms, its thing, its licence, its collection.

They stand in the header Link (RFC 8288) and, all together, in link sets (RFC 9264).
Source: FAIR Signposting Profile, levels 1 and 2, https://signposting.org/FAIR/.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from alataw.application.holdings import Holdings
from alataw.application.negotiation import MEDIA_TYPES
from alataw.web import address, uri

ABOUT_PAGE = "https://schema.org/AboutPage"
DESCRIPTIONS = ("ttl", "jsonld", "rdf")
"""The suffixes of the descriptions of all that is published to which links lead."""

_DATASET = "https://schema.org/Dataset"


class Link(NamedTuple):
    """A link: how it relates, where it leads, and of what media type that is."""

    relation: str
    target: str
    media_type: str = ""

    def __str__(self) -> str:
        return f'<{self.target}>; rel="{self.relation}"' + (f'; type="{self.media_type}"' if self.media_type else "")


def header(links: Iterable[Link]) -> tuple[str, str]:
    """Links as a header."""
    return "Link", ", ".join(map(str, links))


def of_document(
    holdings: Holdings, path: str, iri: str, classes: Iterable[str], suffixes: Iterable[str], suffix: str
) -> list[Link]:
    """The links of a document, or of the thing itself.

    Args:
        holdings: What is published.
        path: The path of the thing.
        iri: The thing.
        classes: Its classes.
        suffixes: The suffixes of all its documents.
        suffix: That of this one; empty for the thing itself.
    """
    at = holdings.publication.url(address(path))
    forms = [Link("alternate", f"{at}.{other}", MEDIA_TYPES[other]) for other in suffixes if other != suffix]
    links = [link for link in forms if link.media_type != MEDIA_TYPES["linkset"]]
    # The thing is what its IRI says wherever it is asked for, and of its classes, as its page is of them too (FAIR
    # Signposting, `type` of a landing page); what describes it is a data set.
    links.append(Link("canonical", f"{at}.{suffix}" if suffix else uri(iri)))
    links += [Link("type", ABOUT_PAGE)] if suffix == "html" else []
    if suffix in ("", "html"):
        links += [Link("type", uri(class_)) for class_ in classes]
    else:
        links += [Link("type", _DATASET), Link("describes", uri(iri))]
    if suffix == "ttl":
        links.append(Link("describedby", holdings.publication.url(".well-known/void"), MEDIA_TYPES["ttl"]))
    else:
        links.append(Link("describedby", f"{at}.ttl", MEDIA_TYPES["ttl"]))
    links.append(Link("cite-as", uri(iri)))
    links.append(Link("collection", holdings.publication.url(""), MEDIA_TYPES["html"]))
    links.append(Link("linkset", f"{at}.linkset", MEDIA_TYPES["linkset"]))
    return links + _licence(holdings)


def of_publication(holdings: Holdings) -> list[Link]:
    """The links of the landing page: what there is to take, and who describes it."""
    url = holdings.publication.url
    return [
        Link("cite-as", uri(holdings.base)),
        Link("canonical", url("")),
        Link("type", _DATASET),
        Link("type", ABOUT_PAGE),
        *(Link("describedby", url(f"catalog.{suffix}"), MEDIA_TYPES[suffix]) for suffix in DESCRIPTIONS),
        *(Link("item", url(name), holdings.sent_as(name)) for name in holdings.files),
        _link_set(holdings),
        Link("api-catalog", url(".well-known/api-catalog"), MEDIA_TYPES["linkset"]),
        Link("search", url("search"), MEDIA_TYPES["html"]),
        *_licence(holdings),
    ]


def of_file(holdings: Holdings) -> list[Link]:
    """The links of a file: what it is a part of."""
    url = holdings.publication.url
    return [Link("collection", url(""), MEDIA_TYPES["html"]), _link_set(holdings), *_licence(holdings)]


def of_description(holdings: Holdings) -> list[Link]:
    """The links of the description of all that is published: what it describes."""
    url = holdings.publication.url
    return [Link("describes", url(""), MEDIA_TYPES["html"]), _link_set(holdings), *_licence(holdings)]


def of_all(holdings: Holdings) -> list[tuple[str, list[Link]]]:
    """The links of the landing page, of every file, and of the descriptions, by what they are anchored at."""
    url = holdings.publication.url
    return [
        (url(""), of_publication(holdings)),
        *((url(name), of_file(holdings)) for name in holdings.files),
        *((url(f"catalog.{suffix}"), of_description(holdings)) for suffix in DESCRIPTIONS),
    ]


def linkset(anchored: Iterable[tuple[str, Iterable[Link]]]) -> bytes:
    """Write the links of several anchors as a link set (RFC 9264, 4.2)."""
    told = []
    for anchor, links in anchored:
        context: dict[str, Any] = defaultdict(list)
        for link in links:
            target = {"href": link.target} | ({"type": link.media_type} if link.media_type else {})
            context[link.relation].append(target)
        told.append({"anchor": anchor, **context})
    return (json.dumps({"linkset": told}, ensure_ascii=False, indent=1) + "\n").encode()


def _link_set(holdings: Holdings) -> Link:
    return Link("linkset", holdings.publication.url("linkset"), MEDIA_TYPES["linkset"])


def _licence(holdings: Holdings) -> list[Link]:
    return [Link("license", uri(holdings.licence))] if holdings.licence else []
