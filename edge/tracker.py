"""Scores of one class become its events: evidence, onset, hysteresis, pauses, offset, cool-down.

Pure: the only time it knows is the stream's.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from alert_broker.messages import Label, Reason
from classifier.scores import Scores
from edge.config import Rule
from edge.events import Phase, SoundEvent

REASONS = {
    "fall": Reason.IMPACT,
    "scream": Reason.SCREAM,
    "spoken_call": Reason.SPOKEN_CALL,
    "cry": Reason.CRYING,
    "baby_cry": Reason.CRYING,
}
"""What an output says by itself."""
_GRAVER = {Reason.SPOKEN_CALL: Reason.SCREAM, Reason.CRYING: Reason.LASTING_CRY}
"""The only ways a reason may change while an event goes on."""
LASTING_CRY_S = 30.0
"""Tears of half a minute do not stop by themselves."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One output of the model that counts for a class."""

    name: str
    place: int
    """In the scores."""
    threshold: float
    """A score from here on is a hit."""


@dataclass(frozen=True, slots=True)
class _Evidence:
    sound: Sound
    score: float

    @property
    def strength(self) -> float:
        """1 at the threshold."""
        return self.score / self.sound.threshold


class Tracker:
    """Follows one class through a stream; at most one of its events is open."""

    def __init__(
        self,
        label: Label,
        rule: Rule,
        sounds: Sequence[Sound],
        hop_s: float,
        next_number: Callable[[], int],
    ) -> None:
        """Begin a stream.

        Args:
            label: the class.
            rule: when its scores become an event.
            sounds: the outputs of the model that count for it, at least one.
            hop_s: from one decision to the next, seconds.
            next_number: numbers the events of the stream.
        """
        self._label = label
        self._rule = rule
        self._sounds = sounds
        self._hop_s = hop_s
        self._next_number = next_number
        self._hits: deque[tuple[float, float]] = deque()
        self._open: SoundEvent | None = None
        self._deaf_until_s = 0.0

    def hear(self, scores: Scores) -> list[SoundEvent]:
        """Take one decision; give what begins, changes or ends with it."""
        strongest = self._strongest(scores)
        if self._open is None:
            return self._await(scores, strongest)
        if strongest.strength >= self._rule.release:
            return self._go_on(self._open, scores, strongest)
        if scores.at_s - self._open.offset_s > self._rule.merge_s + self._hop_s:
            return [self._end(self._open, scores.at_s)]
        return []

    def finish(self, at_s: float) -> list[SoundEvent]:
        """The stream is over: so is what was heard in it."""
        return [self._end(self._open, at_s)] if self._open else []

    def _await(self, scores: Scores, strongest: _Evidence) -> list[SoundEvent]:
        if strongest.strength < 1.0 or scores.at_s < self._deaf_until_s:
            return []
        onset_s = self._onset_s(scores)
        self._hits.append((scores.at_s, onset_s))
        while self._hits[0][0] <= scores.at_s - self._rule.within_s:
            self._hits.popleft()
        if len(self._hits) < self._rule.hits and strongest.score < self._rule.sure:
            return []
        event = SoundEvent(
            number=self._next_number(),
            phase=Phase.RAISED,
            label=self._label,
            sound=strongest.sound.name,
            onset_s=self._hits[0][1],
            offset_s=scores.at_s,
            decided_s=scores.at_s,
            score=strongest.score,
            reason=REASONS[strongest.sound.name],
        )
        self._hits.clear()
        self._open = event
        return [event]

    def _go_on(self, event: SoundEvent, scores: Scores, strongest: _Evidence) -> list[SoundEvent]:
        offset_s = min(scores.at_s, event.onset_s + self._rule.longest_s)
        heard = replace(event, offset_s=offset_s, score=max(event.score, strongest.score))
        if offset_s < scores.at_s:
            return [self._end(heard, scores.at_s)]
        self._open = heard
        return self._grow_graver(heard, scores, strongest)

    def _grow_graver(
        self, event: SoundEvent, scores: Scores, strongest: _Evidence
    ) -> list[SoundEvent]:
        """A call that becomes a scream, and tears that do not stop, are news."""
        graver = _GRAVER.get(event.reason)
        lasts = scores.at_s - event.onset_s >= LASTING_CRY_S
        screamed = strongest.strength >= 1.0 and REASONS[strongest.sound.name] is graver
        if not screamed and not (lasts and graver is Reason.LASTING_CRY):
            return []
        self._open = replace(
            event,
            phase=Phase.UPDATED,
            sound=strongest.sound.name if screamed else event.sound,
            decided_s=scores.at_s,
            reason=graver or event.reason,
        )
        return [self._open]

    def _end(self, event: SoundEvent, at_s: float) -> SoundEvent:
        self._open = None
        self._deaf_until_s = at_s + self._rule.cooldown_s
        # The window of the last hit reached a hop past the sound, on average.
        offset_s = max(event.onset_s, min(event.offset_s - self._hop_s, at_s))
        return replace(event, phase=Phase.ENDED, offset_s=offset_s, decided_s=at_s)

    def _strongest(self, scores: Scores) -> _Evidence:
        heard = [_Evidence(sound, scores.values[sound.place]) for sound in self._sounds]
        return max(heard, key=lambda evidence: evidence.strength)

    def _onset_s(self, scores: Scores) -> float:
        """A blow is where the window is loudest; a voice began in the newest hop, as a rule."""
        if self._label is Label.FALL:
            return scores.peak_s
        return max(0.0, scores.at_s - self._hop_s)
