"""Seconds for timers that last for hours: no change of the clock bends them, nor does a restart.

While the station runs they follow the count that never jumps. From one run to the next only the
wall clock can tell how long we were away; where it says less than nothing, that was nothing.
"""

from alert_broker.clock import Instant


class Steady:
    """Seconds that only ever grow."""

    def __init__(self, now: Instant, last_s: float = 0.0) -> None:
        """Go on from `last_s`, the latest that an earlier run wrote down; 0 if none did."""
        self._ahead_s = 0.0
        self.begin_at(now, max(now.at.timestamp(), last_s))

    def s(self, now: Instant) -> float:
        """The seconds at an instant."""
        return now.elapsed_s + self._ahead_s

    def instant(self, now: Instant) -> Instant:
        """The same instant, counted in these seconds."""
        return Instant(now.at, self.s(now))

    def at_least(self, now: Instant, last_s: float) -> None:
        """An earlier run's count became known only now: never fall behind it."""
        if self.s(now) < last_s:
            self.begin_at(now, last_s)

    def begin_at(self, now: Instant, seconds: float) -> None:
        """Count from there: only before anything is timed."""
        self._ahead_s = seconds - now.elapsed_s
