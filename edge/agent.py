"""The agent of a room: what the microphone hears becomes alerts, and its health is told."""

import logging
import time

from alert_broker.messages import Fault
from alert_broker.systemd import notify
from edge.alerts import AlertWriter
from edge.audio import AudioBlock
from edge.courier import Courier
from edge.ear import Ear
from edge.microphone import Microphone

log = logging.getLogger(__name__)

BEAT_S = 5.0
"""How often the station hears that sound flows; it calls a room silent after 30 s without."""
WATCHDOG_S = 1.0
"""How often systemd hears that we live."""


class Agent:
    """Listens on one thread; `stop` may come from another one, or from a signal."""

    def __init__(
        self, microphone: Microphone, ear: Ear, writer: AlertWriter, courier: Courier
    ) -> None:
        self._microphone = microphone
        self._ear = ear
        self._writer = writer
        self._courier = courier
        self._stopping = False
        self._told = ""
        self._beaten_s = self._notified_s = -float("inf")

    def run(self) -> int:
        """Listen until told to stop: 0; or until only a restart helps: 1."""
        notify("READY=1")
        for block in self._microphone.blocks():
            if self._stopping:
                break
            self._hear(block)
            self._tend(time.monotonic())
            if not (self._courier.alive and self._microphone.alive):
                log.error("a part of the agent has died, the log above says why: restart it")
                return 1
        return 0

    def stop(self) -> None:
        """Let `run` end; returns at once."""
        self._stopping = True

    def _hear(self, block: AudioBlock) -> None:
        if not block.gap and not block.samples.size:
            return
        for finding in self._ear.hear(block):
            alert = self._writer.write(finding)
            log.info(
                "%s %s: %s, %s, score %.2f, revision %d of alert %s",
                *(finding.event.phase.value, alert.label, alert.reason, alert.priority),
                *(alert.score, alert.revision, alert.id),
            )
            self._courier.send(alert)

    def _tend(self, now_s: float) -> None:
        """Tell the station and systemd how we are; they draw their conclusions from silence."""
        self._tell_health()
        if now_s - self._beaten_s >= BEAT_S:
            self._beaten_s = now_s
            self._courier.beat(self._microphone.hearing)
        # A sound system that hangs for long keeps even the search for a microphone from going on.
        if now_s - self._notified_s >= WATCHDOG_S and not self._microphone.stuck:
            self._notified_s = now_s
            notify("WATCHDOG=1")

    def _tell_health(self) -> None:
        faults, detail = self._health()
        if detail == self._told:
            return
        self._told = detail
        log.log(logging.WARNING if faults else logging.INFO, "%s", detail)
        notify(f"STATUS={detail}")
        self._courier.report(faults, detail)

    def _health(self) -> tuple[tuple[Fault, ...], str]:
        if trouble := self._microphone.trouble:
            return (trouble.fault,), str(trouble)
        take = self._microphone.take
        # Before any sound has come, and any attempt has failed, there is nothing to tell.
        return (), f"hears {take}" if take and take.flows else self._told
