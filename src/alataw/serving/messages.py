"""The home of the form of HTTP messages: what of a head is taken, and how the head of a reply is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from time import time
from urllib.parse import quote_from_bytes, unquote_to_bytes

from alataw.web import Reply, Request


class RefusedError(Exception):
    """A request that is not taken, and why.

    Args:
        status: The status of the reply.
        retry_s: When it may be tried again.
        request: As much of it as was read.
    """

    def __init__(self, status: int, retry_s: int | None = None, request: Request | None = None) -> None:
        super().__init__(status)
        self.status, self.retry_s, self.request = status, retry_s, request or Request("")


# absolute-form (RFC 9112, 3.2.2): what stands before the path is no business of ours.
_AUTHORITY = re.compile(rb"https?://[^/?#]*", re.IGNORECASE)
# pchar, "/" and "?" (RFC 3986), and what people and browsers leave as it is, UTF-8 too; % needs its two digits.
_TARGET = re.compile(rb"(?:[\x21\x22\x24\x26-\x7e\x80-\xff]|%[0-9A-Fa-f]{2})*")
# uri-host [ ":" port ] (RFC 9110, 7.2, after RFC 3986, 3.2.2), which may be empty.
_HOST = re.compile(r"(?:\[[\w.:~!$&'()*+,;=-]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?", re.ASCII)
_ASCII = bytes(range(0x21, 0x7F))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def path_of(target: bytes, method: str) -> tuple[str, str]:
    """Read the target of a request: its path, decoded once, and its query, as it came.

    Raises:
        RefusedError: 400 if it is malformed, or holds control characters or steps upwards.

    >>> path_of(b"/station/%E9%98%BF?a=%20b", "GET"), path_of(b"http://evil.example/x", "GET")
    (('/station/阿', 'a=%20b'), ('/x', ''))
    >>> path_of("/search?text=阿".encode(), "GET"), path_of(b"http://example.org?x=1", "GET")
    (('/search', 'text=%E9%98%BF'), ('/', 'x=1'))
    """
    if target == b"*" and method == "OPTIONS":
        return "*", ""
    authority = _AUTHORITY.match(target)
    if authority:
        target = target[authority.end() :]
        if not target.startswith(b"/"):  # an empty path (RFC 9110, 4.2.3)
            target = b"/" + target
    if not target.startswith(b"/") or not _TARGET.fullmatch(target):
        raise RefusedError(400)
    before, _, query = target.partition(b"?")
    try:
        path = unquote_to_bytes(before).decode()
        query.decode()
    except UnicodeDecodeError:
        raise RefusedError(400) from None
    if _CONTROL.search(path) or not {"..", "."}.isdisjoint(path.replace("\\", "/").split("/")):
        raise RefusedError(400)
    return path, quote_from_bytes(query, safe=_ASCII)


def check_headers(fields: Sequence[tuple[bytes, bytes]], version: str, most_body: int) -> dict[str, str]:
    """Read the headers of a request; several of one name are joined.

    Raises:
        RefusedError: If they break a rule (400), announce a body that is too long (413) or compressed (415), expect
            what is not done (417), or use a coding (501) or a version (505) that is not spoken.
    """
    headers: dict[str, str] = {}
    for name, value in fields:
        key, said = name.decode("ascii").lower(), value.decode("latin-1").strip(" \t")
        if _CONTROL.search(said.replace("\t", "")):
            raise RefusedError(400)
        if key in headers and key in ("host", "content-length", "transfer-encoding"):
            raise RefusedError(400)
        headers[key] = f"{headers[key]}, {said}" if key in headers else said
    if version not in ("1.0", "1.1"):
        raise RefusedError(505)
    if (version == "1.1" and "host" not in headers) or not _HOST.fullmatch(headers.get("host", "")):
        raise RefusedError(400)  # RFC 9112, 3.2
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if length is not None and (coding is not None or not (length.isascii() and length.isdecimal())):
        raise RefusedError(400)
    if coding is not None and (coding.lower() != "chunked" or version == "1.0"):
        raise RefusedError(501 if version == "1.1" else 400)
    if length is not None and (len(length) > 18 or int(length) > most_body):
        raise RefusedError(413)
    if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise RefusedError(415)
    if headers.get("expect", "100-continue").lower() != "100-continue":
        raise RefusedError(417)
    return headers


def head_of(reply: Reply, *, keep: bool, length: int) -> bytes:
    r"""Write the head of a reply.

    >>> head_of(Reply(204, headers=(("Allow", "GET"),)), keep=False, length=0).split(b"\r\n")[:2]
    [b'HTTP/1.1 204 No Content', b'Allow: GET']
    """
    lines = f"{_stated(reply.status, reply.headers)}Date: {_date(int(time()))}\r\n"
    if reply.status not in (204, 304):
        lines += f"Content-Length: {length}\r\n"
    if not keep:
        lines += "Connection: close\r\n"
    return (lines + "\r\n").encode("latin-1")


def sound(reply: Reply) -> bool:
    r"""Whether the headers of a reply can be written as they are, and none can be mistaken for another.

    >>> sound(Reply(200, headers=(("Location", "/a\r\nSet-Cookie: b"),)))
    False
    """
    return all(
        not _CONTROL.search(name + value) and value.isascii() and name.lower() not in _OURS
        for name, value in reply.headers
    )


_OURS = {"content-length", "transfer-encoding", "connection", "date"}


@lru_cache(maxsize=2000)
def _stated(status: int, headers: tuple[tuple[str, str], ...]) -> str:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers)


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
