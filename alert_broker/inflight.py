"""What was handed to the network and what became of it: one outcome for each message."""

import threading
from collections.abc import Callable
from enum import Enum


class Outcome(Enum):
    """What became of a published message, as far as the broker knows."""

    TAKEN = "taken"
    """The broker has it; that a nurse does is proven by nothing less than a receipt."""
    UNHEARD = "unheard"
    """The broker has it and nobody subscribes to it."""
    REFUSED = "refused"
    """The broker's access list forbids it."""
    LOST = "lost"
    """The connection broke first: it may have arrived, or not."""


Done = Callable[[Outcome], None]


class InFlight:
    """Joins each message's number with whoever waits for its outcome; thread-safe.

    The number is known only once the message is under way, so the outcome may come first.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, Done] = {}
        self._early: dict[int, Outcome] = {}

    def expect(self, number: int, done: Done) -> None:
        """Call `done` with the outcome of message `number`, now if it is known."""
        with self._lock:
            outcome = self._early.pop(number, None)
            if outcome is None:
                self._waiting[number] = done
        if outcome is not None:
            done(outcome)

    def settle(self, number: int, outcome: Outcome) -> None:
        """The broker has answered for message `number`."""
        with self._lock:
            done = self._waiting.pop(number, None)
            if done is None:
                self._early[number] = outcome
        if done is not None:
            done(outcome)

    def lose(self) -> None:
        """The connection is gone, and with it every answer still expected."""
        with self._lock:
            lost = list(self._waiting.values())
            self._waiting.clear()
            self._early.clear()
        for done in lost:
            done(Outcome.LOST)
