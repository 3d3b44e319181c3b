"""A microphone as a source of sound: any that PortAudio knows, for as long as it takes."""

import logging
import time
from collections.abc import Iterator
from typing import Self

from alert_broker.messages import Fault
from alert_broker.seldom import Seldom
from edge.audio import NOTHING, SILENCE_DBFS, AudioBlock
from edge.capture import Capture
from edge.config import Microphone as Settings
from edge.reader import Reader
from edge.status import Hearing
from edge.take import BLOCK_S, Take
from edge.trouble import MicrophoneTrouble

log = logging.getLogger(__name__)

TICK_S = 0.05
"""How often we look for sound while there is no microphone."""
_MOMENT_S, _SOON_S = 0.005, 0.01
"""We look for sound a moment after it is due, and soon again if it is late."""


class Microphone:
    """Hears through the microphone of the settings, and gets it back whenever it is lost.

    Use it in a `with`; one thread reads it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._capture = Capture(settings)
        self._reader: Reader | None = None
        self._earlier_overflows = 0
        self._gaps = Seldom(log)
        self._heard_s = time.monotonic()

    def __enter__(self) -> Self:
        self._capture.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._capture.stop()

    @property
    def take(self) -> Take | None:
        """What is heard now, None while nothing is."""
        return self._reader.take if self._reader else None

    @property
    def trouble(self) -> MicrophoneTrouble | None:
        """Why nothing can be heard; None while all is well, and before a first attempt failed."""
        return self._capture.trouble or self._silence()

    @property
    def alive(self) -> bool:
        """Whether it is heard, or looked for; if not, only a restart of the agent helps."""
        return self._capture.alive

    @property
    def stuck(self) -> bool:
        """Whether a sound system that hangs keeps us from looking for it."""
        return self._capture.stuck

    @property
    def hearing(self) -> Hearing:
        """How well sound flows."""
        return Hearing(
            audio_age_s=time.monotonic() - self._heard_s,
            level_dbfs=self._reader.level_dbfs if self._reader else SILENCE_DBFS,
            overflows=self._overflows,
            gaps=self._gaps.count,
        )

    def blocks(self) -> Iterator[AudioBlock]:
        """Yield sound as it comes, for ever; while none comes, an empty block at every tick.

        A gap is told as soon as the sound breaks off, not only when it comes back.
        """
        while True:
            yield self._next()

    def _next(self) -> AudioBlock:
        if self._reader and (block := self._reader.read()):
            self._heard_s = time.monotonic()
            if block.gap:
                self._gaps.warn(
                    f"sound of {self._reader.take.device} was lost, this machine was too slow: "
                    f"{self._overflows} overflows so far"
                )
            return block
        take = self._capture.take
        if take is not self.take:
            return self._turn_to(take)
        time.sleep(self._due_in_s())
        return AudioBlock(NOTHING)

    def _due_in_s(self) -> float:
        """When to look for the next sound, seconds from now."""
        if self._reader is None:
            return TICK_S
        due_s = self._reader.take.ring.last_s + BLOCK_S + _MOMENT_S
        return max(_SOON_S, due_s - time.monotonic())

    def _turn_to(self, take: Take | None) -> AudioBlock:
        """The microphone was lost, or is there again."""
        lost, self._reader = self._reader, Reader(take) if take else None
        if lost is None:
            return AudioBlock(NOTHING)
        self._earlier_overflows += lost.take.ring.overflows
        self._gaps.warn(f"a gap begins: no more sound of {lost.take.device}")
        return AudioBlock(NOTHING, gap=True)

    @property
    def _overflows(self) -> int:
        return self._earlier_overflows + (self._reader.take.ring.overflows if self._reader else 0)

    def _silence(self) -> MicrophoneTrouble | None:
        if self._reader is None or self._reader.still_s < self._settings.silent_after_s:
            return None
        return MicrophoneTrouble(
            Fault.MICROPHONE_SILENT,
            f"microphone {self._reader.take.device} gives no sound at all, not even noise: "
            "it is muted, or something in it is broken",
        )
