"""A finding becomes an alert: an identity that lasts, a revision that rises, times on the wall."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Self

from alert_broker.messages import Alert
from alert_broker.settings import fingerprint
from edge.config import AgentSettings, Room
from edge.events import Phase, SoundEvent
from edge.triage import Finding


@dataclass(frozen=True, slots=True)
class Versions:
    """What ran when a decision was made."""

    model: str
    config: str
    software: str

    @classmethod
    def of(cls, model: str, settings: AgentSettings) -> Self:
        """Those of this program, with a model and its settings."""
        return cls(model, fingerprint(settings), version("veilleur"))


@dataclass(frozen=True, slots=True)
class _Identity:
    """What stays the same through all revisions of one alert."""

    id: str
    sequence: int
    onset_at: datetime
    raised_at: datetime


class AlertWriter:
    """Writes the alerts of one stream of sound, as if it were heard now."""

    def __init__(
        self,
        room: Room,
        versions: Versions,
        next_sequence: Callable[[], int],
        clock: Callable[[], datetime],
    ) -> None:
        """Prepare to write.

        Args:
            room: where the sound is heard.
            versions: of the model and the configuration.
            next_sequence: the device's count of alerts; it must go on after a restart.
            clock: the time, with its offset from UTC.
        """
        self._room = room
        self._versions = versions
        self._next_sequence = next_sequence
        self._clock = clock
        self._open: dict[int, tuple[_Identity, int]] = {}

    def write(self, finding: Finding) -> Alert:
        """The alert of a finding; each further phase of one event is a higher revision of it."""
        event = finding.event
        known = self._open.pop(event.number, None)
        identity, revision = known or (self._identify(event), 0)
        ended = event.phase is Phase.ENDED
        if not ended:
            self._open[event.number] = identity, revision + 1
        return Alert(
            site=self._room.site,
            room=self._room.room,
            device=self._room.device,
            id=identity.id,
            revision=revision,
            sequence=identity.sequence,
            label=event.label,
            sound=event.sound,
            priority=finding.priority,
            reason=event.reason,
            repeats=finding.repeats,
            score=event.score,
            onset_at=identity.onset_at,
            raised_at=identity.raised_at,
            duration_s=event.offset_s - event.onset_s if ended else None,
            model=self._versions.model,
            config=self._versions.config,
        )

    def _identify(self, event: SoundEvent) -> _Identity:
        raised_at = self._clock()
        return _Identity(
            id=uuid.uuid4().hex,
            sequence=self._next_sequence(),
            onset_at=raised_at - timedelta(seconds=event.decided_s - event.onset_s),
            raised_at=raised_at,
        )
