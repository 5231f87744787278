"""The home of requests and replies: what the application takes and gives, whoever carries it.

A reply is a function of the publication and the request alone, so that a server can keep it, a worker process can
make it, and a folder of files can hold it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

_IN_PATHS = "/%!$&'()*+,;=:@~-._"
"""What stands in a path as it is, the beginning of what is encoded already too."""


@dataclass(frozen=True)
class Request:
    """A request, as RFC 9110 has it.

    Args:
        method: In capitals.
        path: Decoded, below the address of the publication, without its slash: `station/alashankou.ttl`.
        query: What stands behind the question mark, as it came.
        headers: Names in small letters; several of one name are joined with `, `.
        body: Whole.
    """

    method: str = "GET"
    path: str = ""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the address, in order, empty ones too."""
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(frozen=True)
class Reply:
    """A reply, whole.

    Args:
        status: Its code.
        body: Empty for HEAD, which the rim takes care of.
        headers: In order; Content-Length is the rim's.
    """

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> Iterator[str]:
        """The values of a header."""
        return (value for said, value in self.headers if said.lower() == name.lower())

    def header(self, name: str) -> str:
        """The first value of a header; empty if there is none."""
        return next(self.all(name), "")


def address(path: str) -> str:
    """A path as it stands in an address: what an IRI may hold and a URI may not is encoded (RFC 3987, 3.1)."""
    return quote(path, safe=_IN_PATHS)


def uri(iri: str) -> str:
    """A whole IRI as a URI, in the same manner.

    >>> uri("https://example.org/def#Ü?")
    'https://example.org/def#%C3%9C?'
    """
    return quote(iri, safe=f"{_IN_PATHS}?#[]")
