"""Clocks that a test moves by hand."""

from datetime import datetime, timedelta

from samples import NOON

from alert_broker.clock import Instant


class Time:
    """A wall clock and a monotonic one that a test moves."""

    def __init__(self) -> None:
        self.s = 1000.0
        self.wall_is_wrong_by_s = 0.0

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.s + self.wall_is_wrong_by_s)

    def monotonic(self) -> float:
        return self.s

    def instant(self) -> Instant:
        return Instant(self.wall(), self.s)
