"""How long somebody waits after wrong PINs. Pure.

Wrong tries are counted three ways, and the longest wait holds. What somebody mistypes at her own
screen slows her there; what others do elsewhere can never make her wait longer than a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

FORGET_S = 3600.0
"""Wrong tries count no more after a quiet hour."""


class Counted(NamedTuple):
    """Whose wrong tries are counted, and from where; empty for any."""

    person: str
    address: str


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong tries, and when the last one was."""

    count: int
    last_at: datetime


Known = dict[Counted, Failures]
"""All that counts."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Some tries are free; then each doubles the wait, up to the longest."""

    free: int
    first_s: float
    most_s: float

    def wait_s(self, failures: Failures, now: datetime) -> float:
        """Seconds until the next try; a clock that was set back makes it no longer."""
        since_s = (now - failures.last_at).total_seconds()
        if failures.count < self.free or since_s > FORGET_S:
            return 0.0
        # Far more doublings than any wait has, and no number that overflows.
        delay_s = min(self.most_s, self.first_s * 2.0 ** min(failures.count - self.free, 64))
        return min(delay_s, max(0.0, delay_s - since_s))


HERE = Limit(free=5, first_s=30.0, most_s=300.0)
"""One person at one address."""
PERSON = Limit(free=30, first_s=5.0, most_s=60.0)
"""One person, wherever the tries come from."""
ADDRESS = Limit(free=30, first_s=5.0, most_s=60.0)
"""One address, whoever it tries to be: it may be the only screen of a ward."""


def counted(person: str, address: str) -> dict[Counted, Limit]:
    """What a try of a person at an address counts against."""
    return {
        Counted(person, address): HERE,
        Counted(person, ""): PERSON,
        Counted("", address): ADDRESS,
    }


def wait_s(known: Mapping[Counted, Failures], person: str, address: str, now: datetime) -> float:
    """Seconds until a person may try again at an address; 0 for at once."""
    return max(
        limit.wait_s(known[who], now) if who in known else 0.0
        for who, limit in counted(person, address).items()
    )


def one_more(before: Failures | None, now: datetime) -> Failures:
    """With one wrong try more; old ones are forgotten."""
    if before is None or (now - before.last_at).total_seconds() > FORGET_S:
        return Failures(1, now)
    return Failures(before.count + 1, now)


def one_less(before: Failures) -> Failures | None:
    """Without a try that turned out to be right."""
    return Failures(before.count - 1, before.last_at) if before.count > 1 else None
