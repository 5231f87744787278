"""A service of the public web: a bad answer does no harm, ends in time, and is told for what it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from misbehaving import GOOD, JSON, SEEN

from alataw import exchange
from alataw.errors import AlatawError, RemoteError, UsageError
from alataw.exchange import PUBLIC, Answered, Exchange

At = Callable[[str], str]


def fetch(address: str, timeout_s: float = 1.0) -> Answered:
    """Ask as Wikidata is asked, with little patience."""
    manners = replace(PUBLIC, tries=3, wait_s=0.01)
    answered = Exchange((address,), timeout_s=timeout_s, manners=manners).get(address, JSON)
    answered.media_type_of({JSON: JSON})
    return answered


@pytest.mark.parametrize("manner", ["good", "429-then-good", "429-date", "429-rubbish", "to-good"])
def test_a_good_answer_is_reached(manner: str, misbehaving: At) -> None:
    """A busy server is asked again, as it says; a redirect on the same host is followed."""
    assert fetch(misbehaving(f"/{manner}")).data == GOOD
    assert len(SEEN) == (1 if manner == "good" else 2)
    assert all(agent.startswith("alataw/") and "w3id.org/alataw" in agent for _, agent in SEEN)


@pytest.mark.parametrize(
    ("manner", "code", "why", "asked"),
    [
        ("html", "AL031", "it sent text/html", 1),
        ("403", "AL035", "it answered 403", 1),
        ("500", "AL081", "it answered 500", 3),
        ("429-for-an-hour", "AL081", "it answered 429", 1),
        ("cut-by-length", "AL081", "cut off", 3),
        ("to-another-host", "AL032", "localhost:1", 1),
        ("to-a-file", "AL032", "passwd", 1),
        ("to-itself", "AL032", "to-itself", 6),
        ("compressed", "AL031", "compressed", 1),
        ("large", "AL031", "greater than 1 MiB", 1),
    ],
)
def test_a_bad_answer_is_told(
    manner: str, code: str, why: str, asked: int, misbehaving: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what the server did; only what may pass is asked again."""
    monkeypatch.setattr(exchange, "MOST_BYTES", 1 << 20)
    with pytest.raises(AlatawError) as caught:
        fetch(misbehaving(f"/{manner}"), timeout_s=5)
    assert caught.value.code == code
    assert why in caught.value.why
    assert len(SEEN) == asked


def test_an_answer_that_drips_ends(misbehaving: At) -> None:
    """A byte every tenth of a second keeps every socket's time-out from firing, but not the deadline."""
    started = time.monotonic()
    with pytest.raises(RemoteError) as caught:
        fetch(misbehaving("/drip"), timeout_s=0.5)
    assert time.monotonic() - started < 10  # patience is longer, but it is not asked again
    assert "within 0.5 s" in caught.value.why
    assert len(SEEN) == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/", "http:///x"])
def test_only_the_web_is_asked(address: str) -> None:
    """No file, no other protocol."""
    with pytest.raises(UsageError):
        fetch(address)


def test_nobody_there_is_told() -> None:
    """A refused connection is a remote failure."""
    with pytest.raises(RemoteError) as caught:
        fetch("http://127.0.0.1:9/")
    assert "refused" in caught.value.why
