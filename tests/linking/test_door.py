"""The door to other hosts: a bad answer does no harm, ends in time, and is told for what it is."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from misbehaving import GOOD, JSON, SEEN

from alataw.door import Door
from alataw.errors import RemoteError

DOOR = Door(deadline_s=1.0, most_bytes=1_000_000, attempts=3, wait_s=0.01, most_wait_s=2.0)
At = Callable[[str], str]


@pytest.mark.parametrize("manner", ["good", "429-then-good", "429-date", "429-rubbish", "to-good"])
def test_a_good_answer_is_reached(manner: str, misbehaving: At) -> None:
    """A busy server is asked again, as it says; a redirect on the same host is followed."""
    assert DOOR.fetch(misbehaving(f"/{manner}"), accept=(JSON,)).body == GOOD
    assert len(SEEN) == (1 if manner == "good" else 2)
    assert all(agent.startswith("alataw/") and "w3id.org/alataw" in agent for _, agent in SEEN)


@pytest.mark.parametrize(
    ("manner", "why", "asked"),
    [
        ("html", "it answered text/html", 1),
        ("403", "it answered 403", 1),
        ("500", "it answered 500", 3),
        ("429-for-an-hour", "it answered 429", 1),
        ("cut-by-length", "IncompleteRead", 3),
        ("to-another-host", "another host", 1),
        ("to-a-file", "another host", 1),
        ("to-itself", "more than 5 times", 6),
        ("compressed", "compressed", 1),
        ("large", "over 1,000,000 bytes", 1),
    ],
)
def test_a_bad_answer_is_told(manner: str, why: str, asked: int, misbehaving: At) -> None:
    """The error says what the server did; only what may pass is asked again."""
    with pytest.raises(RemoteError) as caught:
        DOOR.fetch(misbehaving(f"/{manner}"), accept=(JSON,))
    assert caught.value.code == "AL113"
    assert why in caught.value.why
    assert caught.value.exit_code == 4
    assert len(SEEN) == asked


def test_an_answer_that_drips_ends(misbehaving: At) -> None:
    """A byte every tenth of a second keeps every socket's time-out from firing, but not the deadline."""
    started = time.monotonic()
    with pytest.raises(RemoteError) as caught:
        Door(deadline_s=0.5).fetch(misbehaving("/drip"), accept=(JSON,))
    assert time.monotonic() - started < 3
    assert "within 0.5 s" in caught.value.why
    assert len(SEEN) == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/", "http:///x"])
def test_only_the_web_is_asked(address: str) -> None:
    """No file, no other protocol."""
    with pytest.raises(RemoteError, match="did not give"):
        DOOR.fetch(address, accept=(JSON,))


def test_nobody_there_is_told() -> None:
    """A refused connection is a remote failure, asked again as often as allowed."""
    with pytest.raises(RemoteError) as caught:
        DOOR.fetch("http://127.0.0.1:9/", accept=(JSON,))
    assert "ConnectionRefused" in caught.value.why
