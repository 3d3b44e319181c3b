"""The nurse station: what arrives on the bus is shown, written down, and only then receipted.

Messages come on the bus's thread, acknowledgements on the web's; one lock keeps what is stored,
what is on the board and what the screens are told in step.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from alert_broker.board import Board, Case
from alert_broker.clock import Clock, Instant
from alert_broker.keeper import Keeper
from alert_broker.messages import (
    Acknowledgement,
    Alert,
    DeviceStatus,
    Heartbeat,
    Message,
    Receipt,
)
from alert_broker.mqtt import Delivery, Role, Session
from alert_broker.rooms import Room, Rooms
from alert_broker.screens import Screen, Screens
from alert_broker.settings import StationSettings
from alert_broker.store import Store
from alert_broker.topics import topic
from alert_broker.views import AlertView, BoardView, Gone, LinkView, RoomView, Tick

log = logging.getLogger(__name__)

READS = ("alert", "status", "heartbeat", "acknowledgement")
SESSION_KEPT_S = 7 * 86_400
"""How long the broker keeps for us what arrives while we are away."""
TICK_S = 3.0
"""How often every screen is told that the station lives."""
MEND_S = 5.0
"""How often a store that failed is tried again."""
CLEAN_S = 60.0
"""How often what is old is cleared away, and the rooms' signs of life are stored."""


class UnknownAlert(LookupError):
    """No alert on the board has this id."""


class AlreadyTaken(ValueError):
    """Somebody else was first."""

    def __init__(self, acknowledgement: Acknowledgement) -> None:
        super().__init__(f"already taken by {acknowledgement.by}")
        self.acknowledgement = acknowledgement


class Station:
    """One nurse station: `start` connects it, `tend` is to be called a few times a second."""

    def __init__(self, settings: StationSettings, store: Store, clock: Clock) -> None:
        """Take up what an earlier run had on its board.

        Raises:
            SettingsRefused: the broker's password file cannot be read.
            StoreBusy: another station uses the store.
        """
        now = clock()
        self._settings = settings.station
        self._clock = clock
        self._shown_for = timedelta(hours=self._settings.show_taken_h)
        self._board = Board()
        self._rooms = Rooms(self._settings.silent_after_s)
        self._keeper = Keeper(store, self._board, self._rooms)
        self._keeper.begin(now.at - self._shown_for, now.elapsed_s)
        self._screens = Screens()
        self._lock = threading.Lock()
        self._session = Session(
            settings.broker,
            Role(
                name=f"station-{self._settings.name}",
                filters=tuple(topic(self._settings.site, "+", kind) for kind in READS),
                keep_s=SESSION_KEPT_S,
            ),
            on_message=self.receive,
            on_connect=self._greet,
        )
        self._link = self._link_view(lost_at=now.at)
        self._done_s: dict[Callable[[Instant], None], float] = dict.fromkeys(
            (self._tick, self._mend, self._clean), now.elapsed_s
        )

    @property
    def link(self) -> LinkView:
        """What stands between the rooms and the screens, as of the last `tend`."""
        return self._link

    def start(self) -> None:
        """Begin to connect to the broker, for ever; returns at once."""
        self._session.start()

    def stop(self) -> None:
        """Leave the bus; the broker keeps what arrives meanwhile."""
        self._session.stop()
        with self._lock:
            self._keeper.keep(lambda store: store.save_rooms(self._rooms.all()))

    def board(self) -> BoardView:
        """Everything a screen shows, now."""
        with self._lock:
            return self._board_view()

    def join(self, screen: Screen) -> None:
        """Tell a screen everything, and from then on each change."""
        with self._lock:
            self._screens.join(screen, self._board_view())

    def leave(self, screen: Screen) -> None:
        """Tell a screen nothing more."""
        self._screens.leave(screen)

    def dismiss(self) -> None:
        """End what every screen reads: the station stops."""
        self._screens.dismiss()

    def acknowledge(self, alert_id: str, by: str) -> Acknowledgement:
        """Somebody goes; saying it twice is as good as once.

        Raises:
            UnknownAlert: there is no such alert.
            AlreadyTaken: somebody else goes.
        """
        with self._lock:
            case = self._board.find(alert_id)
            if case is None:
                raise UnknownAlert(alert_id)
            first = case.acknowledgement
            if first is not None:
                if (first.by, first.station) != (by, self._settings.name):
                    raise AlreadyTaken(first)
                return first
            taken = self._acknowledgement(case.alert, by)
            self._board.acknowledge(taken)
            self._show(alert_id)
            self._keeper.keep(lambda store: store.save_acknowledgement(taken, told=False))
        self._session.publish(taken)
        return taken

    def receive(self, message: Message, delivery: Delivery) -> None:
        """Take a message from the bus."""
        match message:
            case Alert():
                if self._take_alert(message, delivery.waited_s):
                    self._session.publish(self._receipt(message))
            case Acknowledgement():
                self._take_acknowledgement(message)
            case DeviceStatus():
                self._take_room(lambda now: self._rooms.state(message, now, kept=delivery.retained))
            case Heartbeat():
                self._take_room(lambda now: self._rooms.beat(message, now))

    def tend(self) -> None:
        """Notice what no message tells: silence, a lost link, time gone by."""
        now = self._clock()
        with self._lock:
            for room in self._rooms.turned(now):
                self._show_room(room, now)
            self._watch_link(now)
            self._every(TICK_S, self._tick, now)
            self._every(MEND_S, self._mend, now)
            self._every(CLEAN_S, self._clean, now)

    def _take_alert(self, alert: Alert, waited_s: float) -> bool:
        """Whether it is safe here; what cannot be stored is shown all the same."""
        with self._lock:
            self._recall(alert.id)
            if self._board.put(Case.arrived(alert, waited_s, self._clock().at)):
                log.info("room %s: %s, %s", alert.room, alert.reason, alert.priority)
                self._show(alert.id)
            case = self._board.find(alert.id)
            return case is not None and self._keeper.keep(lambda store: store.save(case))

    def _take_acknowledgement(self, taken: Acknowledgement) -> None:
        with self._lock:
            self._recall(taken.alert)
            if self._board.acknowledge(taken):
                self._show(taken.alert)
            # Our own, come back, is equal to what we have: now the bus has been told.
            if self._board.acknowledgement(taken.alert) == taken:
                self._keeper.keep(lambda store: store.save_acknowledgement(taken, told=True))

    def _take_room(self, take: Callable[[Instant], Room]) -> None:
        now = self._clock()
        with self._lock:
            self._show_room(take(now), now)

    def _recall(self, alert_id: str) -> None:
        """An alert long off the board comes again when its receipt was lost."""
        if self._board.find(alert_id) is None:
            self._keeper.keep(lambda store: self._restore(store.find(alert_id)))

    def _restore(self, case: Case | None) -> None:
        if case is not None:
            self._board.put(case)

    def _greet(self) -> None:
        """The bus is back: give the rooms time to speak, and say what it may have missed."""
        untold: list[Acknowledgement] = []
        with self._lock:
            self._rooms.expect(self._clock())
            self._keeper.keep(lambda store: untold.extend(store.untold()))
        for taken in untold:
            self._session.publish(taken)

    def _every(self, period_s: float, action: Callable[[Instant], None], now: Instant) -> None:
        if now.elapsed_s - self._done_s[action] >= period_s:
            self._done_s[action] = now.elapsed_s
            action(now)

    def _tick(self, now: Instant) -> None:
        self._screens.tell(Tick(now.at))

    def _mend(self, now: Instant) -> None:
        if self._keeper.mend(now.at - self._shown_for, now.elapsed_s):
            self._screens.tell(self._board_view())

    def _clean(self, now: Instant) -> None:
        for alert_id in self._board.clear(now.at - self._shown_for):
            self._screens.tell(Gone(alert_id))
        forgotten = now.at - timedelta(days=self._settings.keep_days)
        self._keeper.keep(lambda store: store.save_rooms(self._rooms.all()))
        self._keeper.keep(lambda store: store.forget(forgotten))

    def _watch_link(self, now: Instant) -> None:
        whole = self._session.connected and not self._keeper.problem
        link = self._link_view(lost_at=None if whole else self._link.lost_at or now.at)
        if link != self._link:
            self._link = link
            self._screens.tell(link)

    def _show(self, alert_id: str) -> None:
        if case := self._board.find(alert_id):
            self._screens.tell(AlertView.of(case))

    def _show_room(self, room: Room, now: Instant) -> None:
        self._screens.tell(RoomView.of(room, self._rooms.health(room, now)))

    def _board_view(self) -> BoardView:
        now = self._clock()
        rooms = self._rooms.all()
        return BoardView(
            now=now.at,
            station=self._settings.name,
            link=self._link,
            alerts=tuple(AlertView.of(case) for case in self._board.cases()),
            rooms=tuple(RoomView.of(room, self._rooms.health(room, now)) for room in rooms),
        )

    def _link_view(self, lost_at: datetime | None) -> LinkView:
        return LinkView(
            broker=self._session.connected,
            store=not self._keeper.problem,
            lost_at=lost_at,
            problem=self._session.problem or self._keeper.problem,
            malformed=self._session.malformed,
        )

    def _acknowledgement(self, alert: Alert, by: str) -> Acknowledgement:
        return Acknowledgement(
            site=alert.site,
            room=alert.room,
            alert=alert.id,
            by=by,
            station=self._settings.name,
            acknowledged_at=self._clock().at,
        )

    def _receipt(self, alert: Alert) -> Receipt:
        return Receipt(
            site=alert.site,
            room=alert.room,
            alert=alert.id,
            revision=alert.revision,
            station=self._settings.name,
            received_at=self._clock().at,
        )
