"""The home of timelines: claims with dates as bars and marks, as precise as their sources.

A bar is full from the last day on which it may have begun to the first on which it may have ended, and fades over the
days between the first and the last of each end; where no end is stated it fades away. Where neither is, nothing is
full: a broken line says that it may be any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alataw.dates import first_day, last_day

Years = float


@dataclass(frozen=True)
class Ends:
    """The days between which something began and ended, in years; None where nobody says."""

    began: tuple[Years | None, Years | None]
    ended: tuple[Years | None, Years | None]

    @classmethod
    def of(cls, begin: str, end: str) -> Ends:
        """The ends of what lasts from one date until another; empty where none is stated.

        >>> Ends.of("[..2001]", "2005")
        Ends(began=(None, 2002.0), ended=(2005.0, 2006.0))
        """
        return cls(_between(begin), _between(end))

    @property
    def known(self) -> list[Years]:
        """Every day that is stated."""
        return [year for year in (*self.began, *self.ended) if year is not None]


@dataclass(frozen=True)
class Piece:
    """A piece of a bar, in per cent of the axis: `full`, fading `in` or `out`, or `open` where nobody knows when."""

    kind: str
    start: float
    width: float


@dataclass(frozen=True)
class Axis:
    """Years from left to right, and where the marked ones stand, in per cent."""

    first: Years
    last: Years
    ticks: tuple[tuple[float, int], ...]

    @classmethod
    def around(cls, spans: Sequence[Ends]) -> Axis:
        """An axis that holds all that is stated, with room for what is not."""
        known = [year for span in spans for year in span.known]
        if not known:
            return cls(0.0, 1.0, ())
        low, high = min(known), max(known)
        room = max(1.5, (high - low) * 0.12)
        first, last = low - room, high + room
        step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000) if (last - first) / step <= 7)
        years = range(-int(-first // step) * step, int(last) + 1, step)
        return cls(first, last, tuple((_per_cent(year, first, last), year) for year in years if first <= year <= last))

    def pieces(self, span: Ends) -> tuple[Piece, ...]:
        """The pieces of the bar of something that lasts."""
        if not span.known:
            return (Piece("open", 0.0, 100.0),)
        (begin_first, begin_last), (end_first, end_last) = span.began, span.ended
        edge = (self.last - self.first) * 0.14
        full_from = begin_last if begin_last is not None else self.first + edge
        full_to = end_first if end_first is not None else self.last - edge
        if begin_last is None and end_first is not None:
            full_from = min(full_from, end_first)
        if end_first is None and begin_last is not None:
            full_to = max(full_to, begin_last)
        pieces = (
            ("in", begin_first if begin_first is not None else self.first, min(full_from, full_to)),
            ("full", full_from, full_to),
            ("out", max(full_to, begin_first or self.first), end_last if end_last is not None else self.last),
        )
        return tuple(self._piece(kind, start, stop) for kind, start, stop in pieces if stop > start)

    def mark(self, date: str) -> tuple[Piece, ...]:
        """The mark of something that happened on a date, as wide as the date is coarse."""
        first, last = _between(date)
        if first is None and last is None:
            return ()
        if first is None or last is None:
            stop = last if last is not None else self.last
            start = first if first is not None else self.first
            return (self._piece("in" if first is None else "out", start, stop),)
        return (self._piece("mark", first, max(last, first + (self.last - self.first) * 0.012)),)

    def _piece(self, kind: str, start: Years, stop: Years) -> Piece:
        left, right = _per_cent(start, self.first, self.last), _per_cent(stop, self.first, self.last)
        return Piece(kind, left, round(right - left, 2))


def _between(date: str) -> tuple[Years | None, Years | None]:
    """The first and the last day that a date may mean, the last one over."""
    return (
        (_years(first_day(date), over=False), _years(last_day(date).rstrip("~"), over=True)) if date else (None, None)
    )


def _years(text: str, *, over: bool) -> Years | None:
    """A year, month or day in years; with `over` its end rather than its beginning."""
    parts = [int(part) for part in text.split("-") if part.isdigit()]
    if not parts:
        return None
    year, month, day = (*parts, 1, 1)[:3]
    lasts = {1: 1.0, 2: 1 / 12, 3: 1 / 365}[min(len(parts), 3)] if over else 0.0
    return round(year + (month - 1) / 12 + (day - 1) / 365 + lasts, 4)


def _per_cent(year: Years, first: Years, last: Years) -> float:
    return round((year - first) / (last - first) * 100, 2)
