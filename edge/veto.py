"""A steady television, radio or snoring asks more of spoken calls and crying, and of nothing else.

Pure: the only time it knows is the stream's. What is held back here was heard and followed all the
same, so that a fall or a scream is told as if this were not here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alert_broker.messages import Label, Reason
from classifier.manifest import Manifest
from classifier.scores import Scores
from edge.config import Veto as VetoSettings
from edge.events import Phase, SoundEvent
from edge.tracker import Sound

BEDS = ("speech", "music", "snore")
"""Outputs that a loudspeaker, or somebody asleep, keeps high."""


class Steady:
    """Whether something goes on and on."""

    def __init__(self, settings: VetoSettings, manifest: Manifest) -> None:
        self._settings = settings
        self._beds = [
            (place, output.threshold)
            for place, output in enumerate(manifest.labels)
            if output.name in BEDS
        ]
        self._since_s = self._last_s = -float("inf")

    def hear(self, scores: Scores) -> bool:
        """Take one decision; whether it has gone on for long by now."""
        paused = scores.at_s - self._last_s > self._settings.pause_s
        if any(scores.values[place] >= threshold for place, threshold in self._beds):
            if paused:
                self._since_s = scores.at_s
            self._last_s, paused = scores.at_s, False
        return not paused and self._last_s - self._since_s >= self._settings.steady_s


@dataclass(slots=True)
class _Held:
    """An event that is heard, and not told yet."""

    event: SoundEvent
    missing: int
    """Hits until it is told all the same."""


class Veto:
    """Holds spoken calls and crying back until there is more of them; passes all else on."""

    def __init__(
        self,
        settings: VetoSettings,
        manifest: Manifest,
        sounds: Mapping[Label, Sequence[Sound]],
    ) -> None:
        """Begin a stream.

        Args:
            settings: how long, and how much more.
            manifest: of the model.
            sounds: the outputs that count for each class.
        """
        self._steady = Steady(settings, manifest)
        self._sounds = sounds
        # Whatever has another reason has no way to be held.
        self._further = {Reason.SPOKEN_CALL: settings.spoken_call, Reason.CRYING: settings.cry}
        if not settings.enabled:
            self._further.clear()
        self._held: dict[int, _Held] = {}

    def hear(self, scores: Scores, events: Iterable[SoundEvent]) -> list[SoundEvent]:
        """Take one decision and the events it brought; give on what may be told."""
        steady = self._steady.hear(scores)
        told = self._hit(scores)
        for event in events:
            told += self._take(event, steady=steady)
        return told

    def finish(self, events: Iterable[SoundEvent]) -> list[SoundEvent]:
        """The stream is over: what was not told by now never is."""
        return [event for event in events if event.number not in self._held]

    def _take(self, event: SoundEvent, *, steady: bool) -> list[SoundEvent]:
        further = self._further.get(event.reason, 0)
        if event.phase is Phase.RAISED and steady and further:
            self._held[event.number] = _Held(event, further)
            return []
        held = self._held.pop(event.number, None)
        if held is None:
            return [event]
        # It has become a scream, or tears that last; or it is over, and was not enough.
        return [replace(event, phase=Phase.RAISED)] if event.phase is Phase.UPDATED else []

    def _hit(self, scores: Scores) -> list[SoundEvent]:
        told = []
        for number, held in [*self._held.items()]:
            sounds = self._sounds[held.event.label]
            held.missing -= any(scores.values[each.place] >= each.threshold for each in sounds)
            if held.missing == 0:
                del self._held[number]
                told.append(replace(held.event, offset_s=scores.at_s, decided_s=scores.at_s))
        return told
