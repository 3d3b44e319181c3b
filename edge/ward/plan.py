"""What happens in a simulated ward, and when: one seed, one night. No I/O, no clock."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from alert_broker.messages import Label, Reason
from edge.agent import BEAT_S
from edge.events import Phase, SoundEvent

SOUNDS = (
    (Label.FALL, "impact", Reason.IMPACT),
    (Label.CALL, "scream", Reason.SCREAM),
    (Label.CALL, "spoken_call", Reason.SPOKEN_CALL),
    (Label.CRY, "cry", Reason.CRYING),
)
DECIDED_AFTER_S = 0.5
"""From the onset of a sound to its alert."""
LASTS_S = (1.0, 4.0)
"""Between these is how long after its alert a sound ends, which is told as well."""


class Impossible(ValueError):
    """A ward that cannot be; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a ward is asked to do."""

    rooms: int
    seconds: float
    burst: int
    """Alerts that come together, each of another room as long as there are rooms..."""
    within_s: float
    """...within this."""
    seed: int

    def __post_init__(self) -> None:
        if not 1 <= self.rooms <= 2000:
            raise Impossible(f"--rooms {self.rooms}: from 1 to 2000")
        if not 0 <= self.burst <= 100_000:
            raise Impossible(f"--burst {self.burst}: from 0 to 100000")
        if not 0 <= self.within_s <= self.seconds <= 86_400:
            raise Impossible("--within may not be longer than --for, nor that than a day")


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that one room does."""

    at_s: float
    """Since the ward began."""
    room: int
    """From 0."""
    event: SoundEvent | None = None
    """What it hears; None is a heartbeat."""


def happenings(plan: Plan) -> list[Happening]:
    """All that happens, in order."""
    return sorted([*_beats(plan), *_sounds(plan)], key=lambda it: it.at_s)


def _beats(plan: Plan) -> Iterator[Happening]:
    """Rooms were not switched on together, so their hearts do not beat together."""
    for room in range(plan.rooms):
        first_s = BEAT_S * room / plan.rooms
        for number in range(int(max(0.0, plan.seconds - first_s) / BEAT_S) + 1):
            yield Happening(first_s + number * BEAT_S, room)


def _sounds(plan: Plan) -> Iterator[Happening]:
    chance = random.Random(plan.seed)
    begins_s = (plan.seconds - plan.within_s) / 3
    rooms = _rooms(plan, chance)
    for number in range(plan.burst):
        at_s = begins_s + chance.random() * plan.within_s
        raised = _event(number, at_s, chance)
        room = next(rooms)
        yield Happening(at_s, room, raised)
        lasts_s = chance.uniform(*LASTS_S)
        ended = replace(raised, phase=Phase.ENDED, offset_s=at_s + lasts_s)
        yield Happening(at_s + lasts_s, room, replace(ended, decided_s=at_s + lasts_s))


def _event(number: int, at_s: float, chance: random.Random) -> SoundEvent:
    label, sound, reason = chance.choice(SOUNDS)
    return SoundEvent(
        number=number,
        phase=Phase.RAISED,
        label=label,
        sound=sound,
        onset_s=at_s - DECIDED_AFTER_S,
        offset_s=at_s,
        decided_s=at_s,
        score=round(chance.uniform(0.5, 1.0), 3),
        reason=reason,
    )


def _rooms(plan: Plan, chance: random.Random) -> Iterator[int]:
    """Every room once, in any order, again and again."""
    while True:
        order = list(range(plan.rooms))
        chance.shuffle(order)
        yield from order
