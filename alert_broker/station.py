"""The nurse station: what arrives on the bus is shown, written down, and only then receipted.

Messages come on the bus's thread, what carers say on the web's, and time passes on a third; one
lock keeps what is stored, what is on the board and what the screens are told in step.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta

from alert_broker.board import Board
from alert_broker.case import Case
from alert_broker.chores import Chores
from alert_broker.clock import Clock, Instant
from alert_broker.keeper import HEAD_S, Keeper
from alert_broker.link import Link
from alert_broker.lives import Lives
from alert_broker.messages import (
    Acknowledgement,
    Alert,
    Deed,
    DeviceStatus,
    Heartbeat,
    Message,
    Outcome,
    Step,
)
from alert_broker.mqtt import Delivery, Role, Session
from alert_broker.postgres import UPKEEP
from alert_broker.rooms import Room, Rooms
from alert_broker.screens import Screen, Screens
from alert_broker.seldom import Seldom
from alert_broker.settings import StationSettings
from alert_broker.steady import Steady
from alert_broker.steps import Named, as_said, of_acknowledgement, on_the_bus, receipt_of
from alert_broker.store import Store
from alert_broker.topics import Party, filters
from alert_broker.upkeep.caretaker import Caretaker
from alert_broker.views import AlertView, BoardView, Gone, LinkView, Record, RoomView, Tick

log = logging.getLogger(__name__)

SESSION_KEPT_S = 7 * 86_400
"""How long the broker keeps for us what arrives while we are away."""
TICK_S = 3.0
"""How often every screen is told that the station lives."""
MEND_S = 5.0
"""How often a store that failed is tried again."""
CLEAN_S = 60.0
"""How often what is old is cleared away, and the rooms' signs of life are stored."""


class Station:
    """One nurse station: `start` connects it, `tend` is to be called a few times a second."""

    def __init__(
        self, settings: StationSettings, store: Store, clock: Clock, named: Named = as_said
    ) -> None:
        """Take up what an earlier run had on its board; `named` as screens are to show it.

        Raises:
            SettingsRefused: the broker's password file cannot be read.
            StoreRefused: another station uses the store, or a newer program made it.
        """
        now = clock()
        self._settings = settings.station
        self._clock = clock
        self._named = named
        self._steady = Steady(now)
        self._shown_for = timedelta(hours=self._settings.show_closed_h)
        self._board = Board(self._settings.name, settings.escalation.rise_after)
        self._rooms = Rooms(self._settings.silent_after_s, self._settings.site)
        self._keeper = Keeper(store, self._board, self._rooms, self._steady)
        self._keeper.begin(now.at - self._shown_for, now)
        self._screens = Screens()
        self._lives = Lives(
            settings,
            self._board,
            self._keeper,
            clock=lambda: self._steady.instant(clock()),
            show=lambda case: self._screens.tell(self._view(case)),
        )
        self._lives.raise_unraised()
        self.refused = Seldom(log)  # requests that were none of ours
        self._lock = threading.Lock()
        parts = self._rooms, self._keeper, self._steady, self._screens
        self.caretaker = Caretaker(settings, *parts, self._lock, clock, named)
        """The technical side."""
        self.caretaker.begin()
        self._session = Session(
            settings.broker,
            Role(
                name=f"station-{self._settings.name}",
                filters=filters(Party.STATION, self._settings.site, "+"),
                keep_s=SESSION_KEPT_S,
            ),
            on_message=self.receive,
            on_connect=self._greet,
        )
        self._link = Link(self._session, self._keeper, self.refused, now.at)
        chores = {
            self._tick: TICK_S,
            self._mend: MEND_S,
            self._clean: CLEAN_S,
            self._keeper.log_head: HEAD_S,
        }
        self._chores = Chores(chores, now)

    @property
    def link(self) -> LinkView:
        """What stands between the rooms and the screens, as of the last `tend`."""
        return self._link.view

    def start(self) -> None:
        """Begin to connect to the broker, for ever; returns at once."""
        self._session.start()

    def stop(self) -> None:
        """Leave the bus; the broker keeps what arrives meanwhile."""
        self._session.stop()
        with self._lock:
            self._save_count(self._clock())
            self.caretaker.part()
            self._keeper.log_head(self._clock())

    def board(self) -> BoardView:
        """Everything a screen shows, now."""
        with self._lock:
            return self._board_view()

    def view(self, alert_id: str) -> AlertView:
        """How an alert stands now.

        Raises:
            UnknownAlert: there is no such alert.
        """
        with self._lock:
            return self._view(self._lives.find(alert_id))

    def record(self, alert_id: str) -> Record:
        """All that was heard and done about an alert, also long after it was closed.

        Raises:
            UnknownAlert: there is no such alert.
        """
        with self._lock:
            return Record.of(self._lives.recorded(alert_id), self._named)

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

    def say(
        self, alert_id: str, deed: Deed, by: str, outcome: Outcome | None = None, place: str = ""
    ) -> AlertView:
        """How an alert stands after a carer does something on the screen `place`, once or twice.

        Raises:
            UnknownAlert: there is no such alert.
            Forbidden: it cannot follow what was done, as when somebody else was first.
        """
        with self._lock:
            made = self._lives.say(alert_id, deed, by, outcome, place)
            view = self._view(self._lives.find(alert_id))
        self._publish(made)
        return view

    def delivered(self, alert_ids: Iterable[str]) -> None:
        """A screen shows these alerts; those that it need not tell of are passed over."""
        with self._lock:
            self._lives.deliver(alert_ids)

    def catch_up(self, alert_ids: set[str]) -> None:
        """Stations that share our store wrote of these alerts, or of any if none is named.

        One of them may stand for the technical side.
        """
        since = self._clock().at - self._shown_for
        with self._lock:
            if not alert_ids or UPKEEP in alert_ids:
                self.caretaker.catch_up()
            if not alert_ids:
                self._lives.catch_up(lambda store: store.load(since))
            elif alerts := alert_ids - {UPKEEP}:
                self._lives.catch_up(lambda store: store.find(*alerts))

    def receive(self, message: Message, delivery: Delivery) -> None:
        """Take a message from the bus."""
        match message:
            case Alert():
                self._take_alert(message, delivery.waited_s)
            case Acknowledgement():
                self._take_step(of_acknowledgement(message))
            case Step():
                self._take_step(message)
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
            made = self._lives.remind()
            if self._link.look(now.at):
                self._screens.tell(self._link.view)
            self.caretaker.look(self._link.view)
            self._chores.do(now)
        self._publish(made)

    def _take_alert(self, alert: Alert, waited_s: float) -> None:
        """Only what is safe here gets a receipt."""
        with self._lock:
            safe = self._lives.arrive(alert, waited_s)
        if safe:
            self._session.publish(receipt_of(alert, self._settings.name, self._clock().at))

    def _take_step(self, step: Step) -> None:
        with self._lock:
            self._lives.hear_of(step)

    def _publish(self, made: list[Step]) -> None:
        for step in made:
            self._session.publish(on_the_bus(step))

    def _take_room(self, take: Callable[[Instant], Room | None]) -> None:
        now = self._clock()
        with self._lock:
            if room := take(now):
                self._show_room(room, now)
                self.caretaker.take_back()

    def _greet(self) -> None:
        """The bus is back: give the rooms time to speak, and say what it may have missed."""
        untold: list[Step] = []
        with self._lock:
            self._rooms.expect(self._clock())
            self._keeper.keep(lambda store: untold.extend(store.untold(self._settings.name)))
        self._publish(untold)

    def _tick(self, now: Instant) -> None:
        self._screens.tell(Tick(now.at))

    def _mend(self, now: Instant) -> None:
        if self._keeper.mend(now.at - self._shown_for, now):
            self._lives.raise_unraised()
            self.caretaker.begin()
            self._screens.tell(self._board_view())

    def _clean(self, now: Instant) -> None:
        for alert_id in self._lives.clear(now.at - self._shown_for):
            self._screens.tell(Gone(alert_id))
        forgotten = now.at - timedelta(days=self._settings.keep_days)
        self._save_count(now)
        self._keeper.keep(lambda store: store.forget(forgotten))
        self.caretaker.tidy(forgotten)

    def _save_count(self, now: Instant) -> None:
        """Signs of life, and how far the timers are."""
        self._keeper.keep(lambda store: store.save_rooms(self._rooms.all()))
        self._keeper.keep(lambda store: store.save_steady(self._steady.s(now)))

    def _show_room(self, room: Room, now: Instant) -> None:
        self._screens.tell(RoomView.of(room, self._rooms.health(room, now)))

    def _view(self, case: Case) -> AlertView:
        return AlertView.of(case, self._lives.rings(case), self._named)

    def _board_view(self) -> BoardView:
        now = self._clock()
        rooms = self._rooms.all()
        return BoardView(
            now=now.at,
            station=self._settings.name,
            link=self._link.view,
            alerts=tuple(self._view(case) for case in self._board.cases()),
            rooms=tuple(RoomView.of(room, self._rooms.health(room, now)) for room in rooms),
            upkeep=self.caretaker.view(),
        )
