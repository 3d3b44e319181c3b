"""What follows a fall says how bad it was: silence, a voice, or ordinary noise. Pure."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from alert_broker.messages import Label, Reason
from classifier.scores import Scores
from edge.config import Aftermath as AftermathSettings
from edge.events import Phase, SoundEvent
from edge.tracker import Sound

FLOOR_S = 60.0
"""How far back the room's own floor is looked for."""
FLOOR_SHARE = 0.1
"""The level that this share of the hops stays below is the floor: between sounds, the room."""
SETTLE_S = 1.5
"""Reverberation and what still topples are no answer."""
QUIET_SHARE = 0.8
"""Of the hops after a fall, so many must be quiet to call it silence."""


class Floor:
    """The level of the room when nothing sounds, learnt as it goes."""

    def __init__(self, hop_s: float) -> None:
        self._levels: deque[float] = deque(maxlen=max(1, round(FLOOR_S / hop_s)))
        self._rising: list[float] = []

    def hear(self, level_dbfs: float) -> None:
        """Take the level of one hop."""
        if self.learnt:
            del self._rising[bisect_left(self._rising, self._levels[0])]
        self._levels.append(level_dbfs)
        insort(self._rising, level_dbfs)

    @property
    def learnt(self) -> bool:
        """Whether it has heard for long enough to know."""
        return len(self._levels) == self._levels.maxlen

    @property
    def dbfs(self) -> float:
        """The floor, dBFS; call it after the first hop."""
        return self._rising[int(FLOOR_SHARE * len(self._rising))]


@dataclass(slots=True)
class _Fallen:
    """A fall whose aftermath is being heard."""

    event: SoundEvent
    floor_dbfs: float
    """Before the fall."""
    quiet: int = 0
    heard: int = 0
    over: bool = False
    """Its own sound has ended."""

    @property
    def silent(self) -> bool:
        return self.heard > 0 and self.quiet >= QUIET_SHARE * self.heard


class Aftermath:
    """Holds the end of each fall back until what follows it is known."""

    def __init__(
        self, settings: AftermathSettings, hop_s: float, moans: Sequence[Sound] = ()
    ) -> None:
        """Begin a stream.

        Args:
            settings: how long to listen, and what is silence.
            hop_s: from one decision to the next, seconds.
            moans: outputs of which a single hit after a fall is a voice: a moan seldom lasts as
                long as crying that is told by itself.
        """
        self._settings = settings
        self._moans = moans
        self._floor = Floor(hop_s)
        self._fallen: list[_Fallen] = []

    def hear(self, scores: Scores, events: Iterable[SoundEvent]) -> list[SoundEvent]:
        """Take one decision and the events it brought; give them on, falls with their sequel."""
        self._listen(scores)
        self._floor.hear(scores.level_dbfs)
        told: list[SoundEvent] = []
        for event in events:
            told += self._take(event)
        return told + self._moan(scores) + self._judge(scores.at_s)

    def finish(self, at_s: float, events: Iterable[SoundEvent]) -> list[SoundEvent]:
        """The stream is over: what is known by now has to do."""
        told: list[SoundEvent] = []
        for event in events:
            told += self._take(event)
        told += [self._end(fallen, at_s) for fallen in self._fallen]
        self._fallen.clear()
        return told

    def _listen(self, scores: Scores) -> None:
        for fallen in self._fallen:
            if scores.at_s - fallen.event.onset_s > SETTLE_S:
                fallen.heard += 1
                limit_dbfs = fallen.floor_dbfs + self._settings.quiet_db
                fallen.quiet += scores.level_dbfs <= limit_dbfs

    def _take(self, event: SoundEvent) -> list[SoundEvent]:
        if event.label is not Label.FALL:
            return [event, *self._answer(event)]
        if event.phase is Phase.RAISED:
            self._fallen.append(_Fallen(event, self._floor.dbfs))
            return [event]
        for fallen in self._fallen:
            if fallen.event.number == event.number:
                fallen.event = replace(event, reason=fallen.event.reason)
                fallen.over = event.phase is Phase.ENDED
        return []

    def _answer(self, voice: SoundEvent) -> list[SoundEvent]:
        """A voice that is raised after a fall belongs to it."""
        fallen = [each for each in self._fallen if voice.onset_s >= each.event.onset_s]
        return _answered(fallen, voice.decided_s)

    def _moan(self, scores: Scores) -> list[SoundEvent]:
        """So does a moan, once the blow itself has died away."""
        if all(scores.values[moan.place] < moan.threshold for moan in self._moans):
            return []
        fallen = [each for each in self._fallen if scores.at_s - each.event.onset_s > SETTLE_S]
        return _answered(fallen, scores.at_s)

    def _judge(self, at_s: float) -> list[SoundEvent]:
        due = [
            fallen
            for fallen in self._fallen
            if fallen.over and at_s - fallen.event.onset_s >= self._settings.listen_s
        ]
        self._fallen = [fallen for fallen in self._fallen if fallen not in due]
        return [self._end(fallen, at_s) for fallen in due]

    def _end(self, fallen: _Fallen, at_s: float) -> SoundEvent:
        fall = fallen.event
        silent = fall.reason is Reason.IMPACT and fallen.silent
        return replace(
            fall,
            phase=Phase.ENDED,
            reason=Reason.IMPACT_THEN_SILENCE if silent else fall.reason,
            decided_s=at_s,
        )


def _answered(fallen: Iterable[_Fallen], at_s: float) -> list[SoundEvent]:
    """A voice after a bare impact is news of it."""
    told = []
    for each in fallen:
        if each.event.reason is Reason.IMPACT:
            each.event = replace(
                each.event,
                phase=Phase.UPDATED,
                reason=Reason.IMPACT_THEN_VOICE,
                decided_s=at_s,
            )
            told.append(each.event)
    return told
