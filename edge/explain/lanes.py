"""Bars with their texts, so placed that none covers another. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasts, with its text above it."""

    begins: float
    ends: float
    text: str
    width: float
    """Of the text, in the same unit."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A bar in its lane."""

    number: int
    """Of the bar, from 0, as they were given."""
    bar: Bar
    """As much of it as the page shows."""
    lane: int
    """Counts from 0, downwards."""
    text_at: float
    """Where its text begins."""


def place(bars: Iterable[Bar], begins: float, ends: float, gap: float) -> list[Placed]:
    """Give each bar the first lane with room for it and its text, which stay within the page."""
    placed: list[Placed] = []
    taken: list[float] = []
    in_time = sorted(enumerate(bars), key=lambda each: (each[1].begins, each[1].ends))
    for number, bar in in_time:
        left, right = max(begins, bar.begins), min(ends, bar.ends)
        text_at = max(begins, min(left, ends - bar.width))
        first = min(left, text_at)
        lane = next((lane for lane, end in enumerate(taken) if end <= first), len(taken))
        if lane == len(taken):
            taken.append(begins)
        taken[lane] = max(right, text_at + bar.width) + gap
        placed.append(Placed(number, Bar(left, right, bar.text, bar.width), lane, text_at))
    return placed
