"""The life of an alert: what may follow what, and what stands once all is told. No I/O, no clock.

It is the sum of its steps. Whatever the order and number in which they become known, the same
steps give the same life, so that two stations that hear of each other late still agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from alert_broker.messages import Deed, Outcome, Step


class Stage(StrEnum):
    """Where an alert stands."""

    RAISED = "raised"
    """A station has it, and no screen has shown it yet."""
    DELIVERED = "delivered"
    """A screen shows it, and nobody goes yet."""
    ACKNOWLEDGED = "acknowledged"
    """Somebody goes: claimed by one carer."""
    IN_ROOM = "in_room"
    """Somebody is there."""
    CLOSED = "closed"
    """Somebody was there and said what it was."""
    CANCELLED = "cancelled"
    """Withdrawn."""

    @property
    def waits(self) -> bool:
        """Whether nobody has answered."""
        return self in {Stage.RAISED, Stage.DELIVERED}

    @property
    def held(self) -> bool:
        """Whether somebody has it, and has not closed it."""
        return self in {Stage.ACKNOWLEDGED, Stage.IN_ROOM}

    @property
    def ended(self) -> bool:
        """Whether it is over for good."""
        return self in {Stage.CLOSED, Stage.CANCELLED}


ENDS = (Deed.CLOSED, Deed.CANCELLED)
"""After these nothing follows."""
WAITING = frozenset({Deed.CLAIMED, Deed.ESCALATED, Deed.CANCELLED})
HELD = frozenset({Deed.REOPENED, Deed.CLOSED, Deed.CANCELLED})
MAY: Mapping[Stage, frozenset[Deed]] = {
    Stage.RAISED: WAITING | {Deed.DELIVERED},
    Stage.DELIVERED: WAITING,
    Stage.ACKNOWLEDGED: HELD | {Deed.IN_ROOM},
    Stage.IN_ROOM: HELD,
    Stage.CLOSED: frozenset(),
    Stage.CANCELLED: frozenset(),
}
"""What a station may do at each stage. Of these, time alone escalates and reopens: it ends none."""


class Forbidden(ValueError):
    """What somebody wants to do cannot follow what was done; `stands` is that, if a step is."""

    def __init__(self, deed: Deed, stage: Stage, stands: Step | None) -> None:
        who = f" by {stands.by}" if stands else ""
        super().__init__(f"{deed}: the alert is {stage}{who}")
        self.stands = stands


@dataclass(frozen=True)
class Life:
    """What became of one alert, as far as its steps are known."""

    since_s: Mapping[Step, float] = field(default_factory=dict)
    """Each step, and when it became known here: seconds that no clock change bends."""

    def after(self, step: Step, since_s: float) -> "Life":
        """With one more step; one that is known already changes nothing."""
        return self.joined(Life({step: since_s}))

    def joined(self, other: "Life") -> "Life":
        """With what another account tells."""
        both = dict(self.since_s)
        for step, since_s in other.since_s.items():
            both[step] = min(since_s, both.get(step, since_s))
        return self if both == self.since_s else Life(both)

    @cached_property
    def turn(self) -> int:
        """How often it was reopened."""
        return max((it.turn + (it.deed is Deed.REOPENED) for it in self.since_s), default=0)

    @cached_property
    def claim(self) -> Step | None:
        """Who goes, since it was last reopened; the first of several."""
        return self._first(Deed.CLAIMED, turn=self.turn)

    @cached_property
    def visit(self) -> Step | None:
        """Who is there."""
        return self._first(Deed.IN_ROOM, turn=self.turn)

    @cached_property
    def calls(self) -> tuple[Step, ...]:
        """Whom it was escalated to since it was last reopened, each group once, in order."""
        found: dict[str, Step] = {}
        for step in sorted(self._of(Deed.ESCALATED, turn=self.turn), key=_order):
            found.setdefault(step.to, step)
        return tuple(found.values())

    @cached_property
    def reopening(self) -> Step | None:
        """What opened it again, None if nothing did."""
        return self._first(Deed.REOPENED, turn=self.turn - 1)

    @cached_property
    def before(self) -> Step | None:
        """Who went before it was last reopened."""
        return self._first(Deed.CLAIMED, turn=self.turn - 1)

    @cached_property
    def end(self) -> Step | None:
        """Who ended it, and how; the first of several."""
        return self._first(*ENDS)

    @cached_property
    def stage(self) -> Stage:
        """Where it stands."""
        if self.end:
            return Stage.CLOSED if self.end.deed is Deed.CLOSED else Stage.CANCELLED
        if self.visit:
            return Stage.IN_ROOM
        if self.claim:
            return Stage.ACKNOWLEDGED
        return Stage.DELIVERED if self._first(Deed.DELIVERED) else Stage.RAISED

    @cached_property
    def waits_since_s(self) -> float | None:
        """Since when nobody has answered: since it was raised, or last reopened."""
        if not self.stage.waits:
            return None
        begins = [*self._of(Deed.REOPENED, turn=self.turn - 1)] or [*self._of(Deed.RAISED)]
        return min((self.since_s[step] for step in begins), default=None)

    @cached_property
    def held_since_s(self) -> float | None:
        """Since when whoever has it was last heard of."""
        steps = [step for step in (self.claim, self.visit) if step]
        held = self.stage.held and steps
        return max(self.since_s[step] for step in steps) if held else None

    @property
    def stands(self) -> Step | None:
        """The step that made its stage, if a carer made it."""
        return self.end or self.visit or self.claim

    def said(self, deed: Deed, by: str, station: str, outcome: Outcome | None) -> Step | None:
        """The step that says so already; None where it may be said now.

        Raises:
            Forbidden: it cannot follow what was done.
        """
        for step in (self.claim, self.visit, self.end):
            if step and (step.deed, step.outcome, step.by, step.station) == (
                deed,
                outcome,
                by,
                station,
            ):
                return step
        if deed not in MAY[self.stage]:
            raise Forbidden(deed, self.stage, self.stands)
        return None

    def _of(self, *deeds: Deed, turn: int | None = None) -> list[Step]:
        return [it for it in self.since_s if it.deed in deeds and turn in {None, it.turn}]

    def _first(self, *deeds: Deed, turn: int | None = None) -> Step | None:
        return min(self._of(*deeds, turn=turn), key=_order, default=None)


def _order(step: Step) -> tuple[object, ...]:
    """Two of the same moment are told apart alike at every station, by all that they say."""
    what = step.deed, step.turn, step.to, step.outcome or "", step.version
    return step.at, step.station, step.by, what, (step.alert, step.site, step.room)
