"""The home of how often a client may ask: a bucket each, which fills at an even pace (token bucket)."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from math import ceil

from alataw.serving.settings import Networks

MOST_CLIENTS = 50_000
"""How many clients are remembered; the one that was silent longest is forgotten first, with a full bucket."""


class Rates:
    """Buckets by client.

    Args:
        rate: How many requests a second, for long; 0 for no limit.
        burst: How many at once.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, float(burst)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, client: str, now: float) -> int:
        """Take a token; the seconds to wait if there is none, else 0.

        >>> rates = Rates(rate=2, burst=1)
        >>> rates.wait_s("a", 0.0), rates.wait_s("a", 0.0), rates.wait_s("b", 0.0), rates.wait_s("a", 0.5)
        (0, 1, 0, 0)
        """
        if not self._rate:
            return 0
        tokens, then = self._buckets.pop(client, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        wait = 0 if tokens >= 1 else ceil((1 - tokens) / self._rate)
        self._buckets[client] = (tokens if wait else tokens - 1, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return wait


def client_of(peer: str, forwarded_for: str, trusted: Networks) -> str:
    """Who asks: the last whom no trusted proxy stands for.

    An IPv6 client is known by its network of 64 bits, since it may take any address of it.

    >>> from alataw.serving.settings import networks
    >>> client_of("127.0.0.1", "6.6.6.6, 1.2.3.4", networks(["127.0.0.1"]))
    '1.2.3.4'
    >>> client_of("127.0.0.1", "1.2.3.4", ()), client_of("2001:db8::1:2", "", ())
    ('127.0.0.1', '2001:db8::')
    """
    hops = [peer]
    if trusted and forwarded_for:
        hops = [*(hop.strip() for hop in forwarded_for.split(",")), peer]
    client = peer
    for hop in reversed(hops):
        try:
            address = ipaddress.ip_address(hop)
        except ValueError:
            break
        mapped = getattr(address, "ipv4_mapped", None)
        address = mapped or address
        client = str(address)
        if isinstance(address, ipaddress.IPv6Address) and not address.is_loopback:
            client = str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
        if not any(address in network for network in trusted):
            break
    return client
