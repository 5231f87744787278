"""The home of Turtle text: reading it with the place of every triple, writing it in its one canonical form.

pyoxigraph decides what is valid and what the triples are; what is kept here is where they stand.
"""

from alataw.turtle.gate import LIMITS, Limits, decode
from alataw.turtle.reader import Parsed, parse
from alataw.turtle.scanner import Position, TriplePosition
from alataw.turtle.writer import serialize

__all__ = ["LIMITS", "Limits", "Parsed", "Position", "TriplePosition", "decode", "parse", "serialize"]
