"""The nurse station: what arrives on the bus is shown, written down, and only then receipted.

Messages come on the bus's thread, what carers say on the web's, and time passes on a third; one
lock keeps what is stored, what is on the board and what the screens are told in step.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from alert_broker.board import Board, Mark
from alert_broker.case import Case, Heard
from alert_broker.clock import Clock, Instant
from alert_broker.escalation import due, rings, row_of
from alert_broker.keeper import Keeper
from alert_broker.life import MAY
from alert_broker.messages import (
    Acknowledgement,
    Alert,
    Deed,
    DeviceStatus,
    Heartbeat,
    Message,
    Outcome,
    Receipt,
    Step,
)
from alert_broker.mqtt import Delivery, Role, Session
from alert_broker.rooms import Room, Rooms
from alert_broker.screens import Screen, Screens
from alert_broker.settings import StationSettings
from alert_broker.steady import Steady
from alert_broker.steps import of_acknowledgement, on_the_bus
from alert_broker.store import ENDS, Store
from alert_broker.topics import topic
from alert_broker.views import AlertView, BoardView, Gone, LinkView, Record, RoomView, Tick

log = logging.getLogger(__name__)

READS = ("alert", "status", "heartbeat", "acknowledgement", "step")
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
        self._escalation = settings.escalation
        self._clock = clock
        self._steady = Steady(now)
        self._shown_for = timedelta(hours=self._settings.show_closed_h)
        self._board = Board(self._settings.name, self._escalation.rise_after)
        self._rooms = Rooms(self._settings.silent_after_s)
        self._keeper = Keeper(store, self._board, self._rooms, self._steady)
        self._keeper.begin(now.at - self._shown_for, now)
        self._screens = Screens()
        self._rung: dict[str, int] = {}
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
        self._raise_unraised(now)
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
            self._save_count(self._clock())

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
            return self._view(self._case(alert_id))

    def record(self, alert_id: str) -> Record:
        """All that was heard and done about an alert, also long after it was closed.

        Raises:
            UnknownAlert: there is no such alert.
        """
        with self._lock:
            self._recall(alert_id)
            return Record.of(self._case(alert_id))

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

    def say(self, alert_id: str, deed: Deed, by: str, outcome: Outcome | None = None) -> AlertView:
        """A carer does something about an alert; saying it twice is as good as once.

        Returns how the alert stands then.

        Raises:
            UnknownAlert: there is no such alert.
            Forbidden: it cannot follow what was done, as when somebody else was first.
        """
        with self._lock:
            case = self._case(alert_id)
            known = case.life.said(deed, by, self._settings.name, outcome)
            made = [] if known else [self._step(case, deed, by=by, outcome=outcome)]
            self._make(made)
            view = self._view(self._case(alert_id))
        self._publish(made)
        return view

    def delivered(self, alert_ids: Iterable[str]) -> None:
        """A screen shows these alerts; those that it need not tell of are passed over."""
        with self._lock:
            cases = {case.id: case for it in alert_ids if (case := self._board.find(it))}
            made = [
                self._step(case, Deed.DELIVERED)
                for case in cases.values()
                if Deed.DELIVERED in MAY[case.life.stage]
            ]
            self._make(made)

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
            made = self._remind(now)
            self._watch_link(now)
            self._every(TICK_S, self._tick, now)
            self._every(MEND_S, self._mend, now)
            self._every(CLEAN_S, self._clean, now)
        self._publish(made)

    def _take_alert(self, alert: Alert, waited_s: float) -> None:
        """What cannot be stored is shown all the same, and gets no receipt."""
        now = self._clock()
        with self._lock:
            self._recall(alert.id)
            arrived = Heard.arrived(alert, waited_s, now.at)
            made = [] if self._board.find(alert.id) else [self._placing(alert, now)]
            marks = self._note(made, now)
            if self._board.put(arrived):
                log.info("room %s: %s, %s", alert.room, alert.reason, alert.priority)
                self._show(alert.id)
            heard = self._board.heard_of(alert.id)
            safe = self._keeper.keep(lambda store: store.save([heard], marks))
        if safe:
            self._session.publish(self._receipt(alert))

    def _placing(self, alert: Alert, now: Instant) -> Step:
        """An alert that has just come is one of its own, or tells again of one that is open."""
        case = self._board.same_trouble(alert)
        if case is None:
            return self._step_of(alert, Deed.RAISED, now)
        return self._step_of(alert, Deed.JOINED, now, to=case.id)

    def _take_step(self, step: Step) -> None:
        """A step comes from another station; our own, come back, proves that the bus has it."""
        now = self._clock()
        with self._lock:
            self._recall(step.alert)
            made = self._stand_alone(step, now)
            if self._board.take(step, self._steady.s(now)):
                self._show(step.alert)
            self._make(made)
            mark = step, self._steady.s(now)
            self._keeper.keep(lambda store: store.save([], [mark], told=True))

    def _stand_alone(self, step: Step, now: Instant) -> list[Step]:
        """What another station ended before we joined something to it, it did not know of."""
        case = self._board.find(step.alert)
        if case is None or step.deed not in ENDS or step.station == self._settings.name:
            return []
        later = self._board.joined_after(case, step.at)
        return [self._step_of(alert, Deed.RAISED, now) for alert in later]

    def _raise_unraised(self, now: Instant) -> None:
        """What an earlier version stored begins to wait now."""
        raised = [
            self._step_of(case.opened_by.alert, Deed.RAISED, now)
            for case in self._board.cases()
            if case.life.stage.waits and case.life.waits_since_s is None
        ]
        marks = self._note(raised, now)
        if marks:
            self._keeper.keep(lambda store: store.save([], marks))

    def _remind(self, now: Instant) -> list[Step]:
        """What time alone does: ring again, call the next group, reopen."""
        now_s = self._steady.s(now)
        made: list[Step] = []
        for case in self._board.cases():
            alert = case.opened_by.alert
            row = row_of(self._escalation, alert.site, alert.room, now.at.astimezone().time())
            steps = due(case.life, now_s, row, self._escalation.reopen_s)
            made += [self._step(case, it.deed, to=it.to) for it in steps]
            rung = rings(case.life, now_s, self._escalation.repeat_s)
            if rung != self._rung.get(case.id, 0):
                self._rung[case.id] = rung
                self._show(case.id)
        self._make(made)
        return made

    def _make(self, made: list[Step]) -> None:
        """Steps made here: on the board, on the screens, in the store."""
        marks = self._note(made, self._clock())
        for step in made:
            log.info("room %s: %s %s", step.room, step.deed, step.to or step.by)
            self._show(step.alert)
        if marks:
            self._keeper.keep(lambda store: store.save([], marks))

    def _note(self, made: list[Step], now: Instant) -> list[Mark]:
        marks = [(step, self._steady.s(now)) for step in made]
        for mark in marks:
            self._board.take(*mark)
        return marks

    def _publish(self, made: list[Step]) -> None:
        for step in made:
            self._session.publish(on_the_bus(step))

    def _take_room(self, take: Callable[[Instant], Room]) -> None:
        now = self._clock()
        with self._lock:
            self._show_room(take(now), now)

    def _case(self, alert_id: str) -> Case:
        case = self._board.find(alert_id)
        if case is None:
            raise UnknownAlert(alert_id)
        return case

    def _recall(self, alert_id: str) -> None:
        """An alert long off the board comes again when its receipt was lost."""
        if self._board.find(alert_id) is None:
            self._keeper.keep(lambda store: self._board.restore(*store.find(alert_id)))

    def _greet(self) -> None:
        """The bus is back: give the rooms time to speak, and say what it may have missed."""
        untold: list[Step] = []
        with self._lock:
            self._rooms.expect(self._clock())
            self._keeper.keep(lambda store: untold.extend(store.untold(self._settings.name)))
        self._publish(untold)

    def _every(self, period_s: float, action: Callable[[Instant], None], now: Instant) -> None:
        if now.elapsed_s - self._done_s[action] >= period_s:
            self._done_s[action] = now.elapsed_s
            action(now)

    def _tick(self, now: Instant) -> None:
        self._screens.tell(Tick(now.at))

    def _mend(self, now: Instant) -> None:
        if self._keeper.mend(now.at - self._shown_for, now):
            self._raise_unraised(now)
            self._screens.tell(self._board_view())

    def _clean(self, now: Instant) -> None:
        for alert_id in self._board.clear(now.at - self._shown_for):
            self._rung.pop(alert_id, None)
            self._screens.tell(Gone(alert_id))
        forgotten = now.at - timedelta(days=self._settings.keep_days)
        self._save_count(now)
        self._keeper.keep(lambda store: store.forget(forgotten))

    def _save_count(self, now: Instant) -> None:
        """Signs of life, and how far the timers are."""
        self._keeper.keep(lambda store: store.save_rooms(self._rooms.all()))
        self._keeper.keep(lambda store: store.save_steady(self._steady.s(now)))

    def _watch_link(self, now: Instant) -> None:
        whole = self._session.connected and not self._keeper.problem
        link = self._link_view(lost_at=None if whole else self._link.lost_at or now.at)
        if link != self._link:
            self._link = link
            self._screens.tell(link)

    def _show(self, alert_id: str) -> None:
        if case := self._board.find(alert_id):
            self._screens.tell(self._view(case))

    def _show_room(self, room: Room, now: Instant) -> None:
        self._screens.tell(RoomView.of(room, self._rooms.health(room, now)))

    def _view(self, case: Case) -> AlertView:
        now_s = self._steady.s(self._clock())
        return AlertView.of(case, rings(case.life, now_s, self._escalation.repeat_s))

    def _board_view(self) -> BoardView:
        now = self._clock()
        rooms = self._rooms.all()
        return BoardView(
            now=now.at,
            station=self._settings.name,
            link=self._link,
            alerts=tuple(self._view(case) for case in self._board.cases()),
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

    def _step(self, case: Case, deed: Deed, **more: object) -> Step:
        return self._step_of(case.opened_by.alert, deed, self._clock(), turn=case.life.turn, **more)

    def _step_of(self, alert: Alert, deed: Deed, now: Instant, **more: object) -> Step:
        return Step(
            site=alert.site,
            room=alert.room,
            alert=alert.id,
            deed=deed,
            station=self._settings.name,
            at=now.at,
            **more,  # type: ignore[arg-type]
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
