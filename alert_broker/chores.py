"""What is to be done every so often, since nothing asks for it. No I/O, no clock of its own."""

from collections.abc import Callable, Mapping

from alert_broker.clock import Instant

Chore = Callable[[Instant], None]


class Chores:
    """Does each thing once its time has come, for the first time after that time."""

    def __init__(self, every_s: Mapping[Chore, float], now: Instant) -> None:
        """Each with how often it is to be done, seconds."""
        self._every_s = every_s
        self._done_s = dict.fromkeys(every_s, now.elapsed_s)

    def do(self, now: Instant) -> None:
        """Do what is due, in the order in which they were given."""
        for chore, every_s in self._every_s.items():
            if now.elapsed_s - self._done_s[chore] >= every_s:
                self._done_s[chore] = now.elapsed_s
                chore(now)
