"""What a replay hears goes to the nurse as if a microphone had heard it now."""

from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Self

from edge.agent import BEAT_S
from edge.alerts import AlertWriter, Versions
from edge.audio import AudioBlock, level_dbfs
from edge.config import AgentSettings
from edge.courier import Courier
from edge.outbox import Outbox
from edge.status import Hearing
from edge.triage import Finding

DELIVERY_S = 60.0
"""How long a replay that is over waits for a station to have everything, seconds."""


class Undelivered(ValueError):
    """No station has received all alerts; they are safe in the outbox."""


class Publisher:
    """Sends the findings of recordings; use it in a `with`, which ends once a station has all."""

    def __init__(self, settings: AgentSettings, model: str, wait_s: float = DELIVERY_S) -> None:
        """Open the outbox.

        Args:
            settings: of the device that the recordings stand for.
            model: its version, told with each alert.
            wait_s: how long the end waits for a station, seconds.

        Raises:
            OutboxBusy: another agent works with it.
        """
        self._settings = settings
        self._wait_s = wait_s
        self._versions = Versions.of(model, settings)
        self._outbox = Outbox(settings.outbox, _now)
        self._courier = Courier(settings, self._outbox, self._versions, _now)
        self._writers: dict[Path, AlertWriter] = {}
        self._beaten_s = -float("inf")

    def __enter__(self) -> Self:
        self._courier.start()
        self._courier.report(detail="replays recordings")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        delivered = kind is not None or self._courier.drain(self._wait_s)
        waiting = len(self._outbox)
        why = self._courier.problem or "no station has sent its receipt"
        self._courier.stop()
        if not delivered:
            raise Undelivered(
                f"{waiting} alerts wait in {self._settings.outbox.path}: {why}; "
                "they leave with the next `veilleur listen` or `replay --publish`"
            )

    def hear(self, block: AudioBlock) -> None:
        """Show that sound flows, now and then, as a microphone's agent does."""
        now_s = monotonic()
        if now_s - self._beaten_s >= BEAT_S:
            self._beaten_s = now_s
            self._courier.beat(Hearing(0.0, level_dbfs(block.samples), 0, 0))

    def publish(self, recording: Path, finding: Finding) -> str:
        """Send one finding; returns the identity of its alert."""
        writer = self._writers.get(recording) or AlertWriter(
            self._settings.room, self._versions, self._outbox.next_sequence, _now
        )
        self._writers[recording] = writer
        alert = writer.write(finding)
        self._courier.send(alert)
        return alert.id


def _now() -> datetime:
    return datetime.now().astimezone()
