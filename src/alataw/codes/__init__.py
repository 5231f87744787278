"""The home of message codes: every message has one, and `alataw explain CODE` says more about it.

Codes are permanent: one that is no longer given stays here and says so. Tens are families:
0 reading files, 1 names and queries, 2 documents, 3 engines, 4 shapes, 6 exports, 7 repositories, 8 surroundings,
11 links, 12 the server.
"""

from alataw.codes.graph import GRAPH, Code
from alataw.codes.web import WEB

__all__ = ["CODES", "Code"]

CODES: dict[str, Code] = GRAPH | WEB
"""Every code, in order."""
