"""The home of replies that are kept: as long as the release is the same, the same request has the same reply.

The application is shown no other headers of a GET than those of `KEYED`, so that its reply can depend on no others.
What was not asked for longest goes when the memory is full, and all goes when another release is published.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from alataw.serving.problems import problem
from alataw.web import Reply, Request

READING = ("GET", "HEAD")
"""The methods that have what stands at an address: what they get may be kept, and have conditions."""

KEYED = ("accept", "accept-language")
"""The headers on which the reply to a GET may vary."""

SHARE = 16
"""No reply takes more than one part in so many of the memory."""

_KEPT_BY_304 = ("cache-control", "content-location", "date", "etag", "expires", "last-modified", "link", "vary")
"""What a 304 keeps (RFC 9110, 15.4.5), with Link, so that a document is described however it is asked for."""

_CORS = "access-control-"

Key = tuple[str, ...]


def key(request: Request) -> Key:
    """What tells a request from others that may have another reply."""
    return (request.path, request.query, *(request.headers.get(name, "") for name in KEYED))


class Cache:
    """Replies by key.

    Args:
        most_bytes: How much they may take.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most, self._used = most_bytes, 0
        self._kept: OrderedDict[Key, Reply] = OrderedDict()

    def get(self, key: Key) -> Reply | None:
        """The reply that is kept, if there is one."""
        reply = self._kept.get(key)
        if reply is not None:
            self._kept.move_to_end(key)
        return reply

    def put(self, key: Key, reply: Reply) -> None:
        """Keep a reply, if it may be kept."""
        size = _size(key, reply)
        if not keepable(reply) or size > self._most // SHARE:
            return
        if key in self._kept:
            self._used -= _size(key, self._kept.pop(key))
        self._kept[key] = reply
        self._used += size
        while self._used > self._most:
            self._used -= _size(*self._kept.popitem(last=False))

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._used = 0

    @property
    def used_bytes(self) -> int:
        """How much the replies take."""
        return self._used


def _size(key: Key, reply: Reply) -> int:
    """About what a reply takes, with the objects around it."""
    said = sum(len(name) + len(value) + 200 for name, value in reply.headers)
    return len(reply.body) + said + sum(map(len, key)) + 600


def keepable(reply: Reply) -> bool:
    """Whether a reply may be kept, and given to others.

    >>> keepable(Reply(200)), keepable(Reply(404)), keepable(Reply(200, headers=(("Cache-Control", "no-cache"),)))
    (True, False, False)
    """
    control = reply.header("cache-control").lower()
    return reply.status == 200 and not any(word in control for word in ("no-cache", "no-store", "private"))


def under_conditions(request: Request, reply: Reply, home: str = "/") -> Reply:
    """The reply; 412 if it is not what the client wants, 304 if the client has it already (RFC 9110, 13.2.2).

    >>> kept = Reply(200, b"fine", (("ETag", '"a"'), ("Vary", "Accept"), ("Content-Type", "text/plain")))
    >>> under_conditions(Request(headers={"if-none-match": 'W/"a", "b"'}), kept)
    Reply(status=304, body=b'', headers=(('ETag', '"a"'), ('Vary', 'Accept')))
    >>> under_conditions(Request(headers={"if-match": 'W/"a", "b"'}), kept).status
    412
    """
    # Conditions are about what stands at an address, which is what GET has. A POST here is a query: it changes nothing,
    # so that there is nothing to be guarded, and its reply is no state of the address that a client could have already.
    if reply.status != 200 or request.method not in READING:
        return reply
    asked, tag, modified = request.headers, reply.header("etag"), reply.header("last-modified")
    if "if-match" in asked:
        wanted = asked["if-match"] == "*" or tag in _TAG.findall(asked["if-match"])  # strong: ours are never weak
    else:
        wanted = not _later(modified, asked.get("if-unmodified-since", ""))
    if not wanted:
        return problem(412, request, home=home)
    if "if-none-match" in asked:
        tags = asked["if-none-match"]
        unchanged = tags == "*" or _opaque(tag) in map(_opaque, _TAG.findall(tags))
    else:
        unchanged = _later(modified, asked.get("if-modified-since", "")) is False
    if not unchanged:
        return reply
    kept = (
        (name, value) for name, value in reply.headers if name.lower() in _KEPT_BY_304 or name.lower().startswith(_CORS)
    )
    return Reply(304, b"", tuple(kept))


# entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE (RFC 9110, 8.8.3)
_TAG = re.compile(r'(?:W/)?"[^"]*"')


def _opaque(tag: str) -> str:
    """What the weak comparison compares."""
    return tag.removeprefix("W/")


def _later(modified: str, since: str) -> bool | None:
    """Whether it was modified later; None if that cannot be told."""
    if not (modified and since):  # reading a date takes as long as all else about a reply that is kept
        return None
    try:
        return _instant(modified) > _instant(since)
    except (TypeError, ValueError, OverflowError):  # no date
        return None


def _instant(date: str) -> datetime:
    """Read a date in any of its three forms, of which that of asctime names no time zone (RFC 9110, 5.6.7)."""
    instant = parsedate_to_datetime(date)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
