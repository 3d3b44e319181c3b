"""Brings alerts and the device's health to the station: outbox, timetable and MQTT session.

One thread of its own does the work; whoever calls only leaves a note in its mailbox, so that
listening never waits for the network.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Self

from msgspec.structs import replace

from alert_broker.inflight import Outcome
from alert_broker.messages import Acknowledgement, Alert, Fault, Message, Receipt
from alert_broker.mqtt import Role, Session
from alert_broker.topics import Party, filters
from edge.alerts import Versions
from edge.config import AgentSettings
from edge.outbox import Outbox, Waiting
from edge.resends import LONGEST_S, Resends
from edge.status import Hearing, StatusWriter

log = logging.getLogger(__name__)


class Courier:
    """Sends each alert until a station has received it; start it, or use it in a `with`."""

    def __init__(
        self,
        settings: AgentSettings,
        outbox: Outbox,
        versions: Versions,
        clock: Callable[[], datetime],
        on_acknowledged: Callable[[Acknowledgement], None] = lambda _acknowledgement: None,
    ) -> None:
        """Prepare to deliver for the device of these settings.

        Args:
            settings: the room, the broker and the pause before an alert is sent again.
            outbox: what is owed to the station; the courier closes it when it stops.
            versions: told in the device's status.
            clock: the time, with its offset from UTC.
            on_acknowledged: told when somebody goes to the room; on the courier's thread.
        """
        room = settings.room
        self._outbox = outbox
        self._on_acknowledged = on_acknowledged
        self._status = StatusWriter(room, versions, clock)
        self._resends = Resends(settings.outbox.resend_s)
        self._session = Session(
            settings.broker,
            Role(
                name=f"agent-{room.device}",
                filters=filters(Party.DEVICE, room.site, room.room),
                will=lambda: self._status.offline("vanished without a word"),
            ),
            on_message=lambda message, _kept: self._mailbox.put(partial(self._take, message)),
            on_connect=lambda: self._mailbox.put(self._greet),
        )
        self._health: tuple[tuple[Fault, ...], str] | None = None
        self._told_fault: Fault | None = None
        self._greeted = 0
        self._mailbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._delivered = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._session.connected

    @property
    def problem(self) -> str:
        """Why it is not, in one line; empty when it is."""
        return self._session.problem

    @property
    def unheard(self) -> bool:
        """Whether the broker said that no station is listening."""
        return self._resends.unheard

    @property
    def alive(self) -> bool:
        """Whether the courier still works; if not, only a restart of the agent helps."""
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to connect and to deliver, also what an earlier run left; returns at once."""
        self._thread.start()
        self._session.start()

    def stop(self) -> None:
        """Say goodbye and leave; what is not delivered stays in the outbox."""
        self._mailbox.put(self._leave)
        self._thread.join()
        self._session.stop(self._status.offline("stopped"))
        self._outbox.close()

    def send(self, alert: Alert) -> None:
        """Deliver an alert; when this returns it is on disk, and a power cut cannot lose it."""
        with self._delivered:
            self._outbox.put(alert)
        self._mailbox.put(_nothing)

    def report(self, faults: tuple[Fault, ...] = (), detail: str = "") -> None:
        """Tell how the device is: retained by the broker, told again on each connection."""
        self._mailbox.put(partial(self._set_health, faults, detail))

    def beat(self, hearing: Hearing) -> None:
        """Send one heartbeat, if there is a connection."""
        self._mailbox.put(partial(self._send_beat, hearing))

    def drain(self, timeout_s: float) -> bool:
        """Wait until a station has every alert; False if time ran out first."""
        with self._delivered:
            return self._delivered.wait_for(lambda: not len(self._outbox), timeout_s)

    def _work(self) -> None:
        while not self._stopping:
            self._read_mail()
            self._outbox.tend()
            if self._outbox.fault is not self._told_fault:
                self._send_status()
            self._send_due()
            with self._delivered:
                self._delivered.notify_all()

    def _read_mail(self) -> None:
        """Do what the notes ask; without any, wait for one until the next alert is due."""
        pause_s = self._resends.pause_s(time.monotonic()) if self.connected else LONGEST_S
        try:
            self._mailbox.get(timeout=pause_s)()
            while not self._stopping:
                self._mailbox.get_nowait()()
        except queue.Empty:
            return

    def _send_due(self) -> None:
        if not self.connected or self._greeted != self._session.connections:
            return
        now_s = time.monotonic()
        for entry in self._resends.due(self._outbox.waiting(), now_s):
            alert = replace(entry.alert, delay_s=round(now_s - entry.since_s, 3))
            self._session.publish(alert, self._by_mail(partial(self._alert_sent, entry)))

    def _send_status(self) -> None:
        self._told_fault = self._outbox.fault
        if self._health is None:
            return
        faults, detail = self._health
        if self._told_fault:
            faults = (*faults, self._told_fault)
            detail = f"{self._outbox.problem}; {detail}"
        status = self._status.status(faults, detail)
        self._session.publish(status, self._by_mail(self._status_sent))

    def _send_beat(self, hearing: Hearing) -> None:
        waiting = len(self._outbox)
        self._session.publish(
            self._status.heartbeat(hearing, waiting=waiting, unheard=self.unheard)
        )
        if self.unheard and not waiting:
            self._send_status()  # its answer says whether a station has come

    def _by_mail(self, take: Callable[[Outcome], None]) -> Callable[[Outcome], None]:
        """The broker's answer comes on the network's thread; it is read on ours."""
        return lambda outcome: self._mailbox.put(partial(take, outcome))

    def _alert_sent(self, entry: Waiting, outcome: Outcome) -> None:
        if outcome is not Outcome.LOST:
            self._resends.answered(entry.alert.id, entry.alert.revision)
        if outcome in {Outcome.TAKEN, Outcome.UNHEARD}:
            self._note_listener(outcome is Outcome.TAKEN)

    def _status_sent(self, outcome: Outcome) -> None:
        # Others may read the status alone: while alerts wait, only an alert's answer counts.
        if not len(self._outbox) and outcome in {Outcome.TAKEN, Outcome.UNHEARD}:
            self._note_listener(outcome is Outcome.TAKEN)

    def _note_listener(self, there_is_one: bool) -> None:
        if self.unheard and there_is_one:
            log.info("a station is listening")
        elif not self.unheard and not there_is_one:
            log.warning("no station is listening: alerts wait in the outbox")
        self._resends.heard(there_is_one)

    def _take(self, message: Message) -> None:
        match message:
            case Receipt():
                if self._outbox.receive(message):
                    log.info("alert %s received by %s", message.alert, message.station)
            case Acknowledgement():
                log.info("alert %s acknowledged by %s", message.alert, message.by)
                self._on_acknowledged(message)

    def _greet(self) -> None:
        self._greeted = self._session.connections
        self._resends.restart()
        self._send_status()

    def _set_health(self, faults: tuple[Fault, ...], detail: str) -> None:
        self._health = faults, detail
        self._send_status()

    def _leave(self) -> None:
        self._stopping = True


def _nothing() -> None:
    """A note that only wakes the courier."""
