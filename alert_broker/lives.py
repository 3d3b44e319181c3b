"""The lives of a station's alerts: each step on its board, on its screens and in its store.

Not thread-safe: the station calls it under its lock, and tells the bus what was made here.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from alert_broker.board import Board, Mark
from alert_broker.case import Case, Heard
from alert_broker.clock import Clock
from alert_broker.escalation import due, rings, row_of
from alert_broker.keeper import Keeper
from alert_broker.ledger.entries import Rang
from alert_broker.life import ENDS, MAY
from alert_broker.messages import Alert, Deed, MessageRefused, Outcome, Step
from alert_broker.settings import StationSettings
from alert_broker.store import Known, Store

log = logging.getLogger(__name__)

PLACES = (Deed.RAISED, Deed.JOINED)
"""With one of these a station takes an alert up."""


class UnknownAlert(LookupError):
    """No alert on the board has this id."""


class Lives:
    """What this station makes of alerts, what carers say of them, and what time does."""

    def __init__(
        self,
        settings: StationSettings,
        board: Board,
        keeper: Keeper,
        clock: Clock,
        show: Callable[[Case], None],
    ) -> None:
        """`clock` counts steady seconds; `show` tells the screens of a case."""
        self._station = settings.station.name
        self._escalation = settings.escalation
        self._board = board
        self._keeper = keeper
        self._clock = clock
        self._show_case = show
        self._rung: dict[str, int] = {}

    def find(self, alert_id: str) -> Case:
        """The case that an alert opened or joined.

        Raises:
            UnknownAlert: there is no such alert on the board.
        """
        case = self._board.find(alert_id)
        if case is None:
            raise UnknownAlert(alert_id)
        return case

    def recorded(self, alert_id: str) -> Case:
        """As `find`; one that is long off the board is read, and comes on no screen again.

        Raises:
            UnknownAlert: neither the board nor the store has it.
        """
        aside = Board(self._station)
        if self._board.find(alert_id) is None:
            self._keeper.keep(lambda store: aside.restore(*store.find(alert_id)))
        return aside.find(alert_id) or self.find(alert_id)

    def rings(self, case: Case) -> int:
        """How often a case has rung again by now."""
        return rings(case.life, self._now_s(), self._escalation.repeat_s)

    def raise_unraised(self) -> None:
        """What an earlier version stored, or a failing store did not, begins to wait now."""
        raised = [
            self._step(case.opened_by.alert, Deed.RAISED)
            for case in self._board.cases()
            if case.life.stage.waits and case.life.waits_since_s is None
        ]
        marks = self._note(raised)
        if marks:
            self._keeper.keep(lambda store: store.save([], marks))

    def recall(self, alert_id: str) -> None:
        """An alert long off the board comes again when its receipt was lost."""
        if self._board.find(alert_id) is None:
            self.catch_up(lambda store: store.find(alert_id))

    def arrive(self, alert: Alert, waited_s: float) -> bool:
        """An alert comes; whether it is safe here. What cannot be stored is shown all the same.

        Raises:
            MessageRefused: another device has sent an alert of this id.
        """
        self.recall(alert.id)
        arrived = Heard.arrived(alert, waited_s, self._clock().at)
        if known := self._board.heard_of(alert.id):
            _check_origin(alert, known.alert)
            arrived = known.joined(arrived)
        marks = self._note([] if self._board.find(alert.id) else [self._placing(alert)])
        if self._board.put(arrived):
            log.info("room %s: %s, %s", alert.room, alert.reason, alert.priority)
            self._show(alert.id)
        return self._keeper.keep(lambda store: store.save([arrived], marks))

    def hear_of(self, step: Step) -> None:
        """A step comes from another station; our own, come back, proves that the bus has it."""
        self.recall(step.alert)
        self._learn(step, self._now_s())
        mark = step, self._now_s()
        self._keeper.keep(lambda store: store.save([], [mark], told=True))

    def catch_up(self, read: Callable[[Store], Known]) -> None:
        """Take up what is in the store: other stations may write there as well."""
        found: list[Known] = []
        self._keeper.keep(lambda store: found.append(read(store)))
        for heard, marks in found:
            known: dict[str, list[Step]] = {}
            for step, since_s in marks:
                known.setdefault(step.alert, []).append(step)
                ours = step.station == self._station or not self._keeper.shared
                self._learn(step, min(since_s, self._now_s()) if ours else self._now_s())
            for it in heard:
                self._take_up(it, known.get(it.alert.id, []))

    def say(
        self, alert_id: str, deed: Deed, by: str, outcome: Outcome | None, place: str = ""
    ) -> list[Step]:
        """A carer does something about an alert; none are made when she has said so before.

        `place` is the screen that she says it on.

        Raises:
            UnknownAlert: there is no such alert.
            Forbidden: it cannot follow what was done, as when somebody else was first.
        """
        with self._agreed([alert_id]):
            case = self.find(alert_id)
            if case.life.said(deed, by, self._station, outcome):
                return []
            return self._make([self._about(case, deed, by=by, outcome=outcome)], place)

    def deliver(self, alert_ids: Iterable[str]) -> None:
        """A screen shows these alerts; those that it need not tell of are passed over."""
        cases = {case.id: case for it in alert_ids if (case := self._board.find(it))}
        self._make(
            [
                self._about(case, Deed.DELIVERED)
                for case in cases.values()
                if Deed.DELIVERED in MAY[case.life.stage]
            ]
        )

    def remind(self) -> list[Step]:
        """What time alone does: ring again, call the next group, reopen."""
        cases = self._board.cases()
        self._ring(cases)
        late = [case.id for case in cases if self._due(case)]
        if not late:
            return []
        with self._agreed(late):
            return self._make([step for it in late for step in self._due(self.find(it))])

    def clear(self, before: datetime) -> list[str]:
        """Drop what ended before then from the board; returns the ids of the cases."""
        return self._board.clear(before)

    @contextmanager
    def _agreed(self, alert_ids: list[str]) -> Iterator[None]:
        """Of stations that share a store one decides at a time, and knows what was decided."""
        if not self._keeper.shared:
            yield
            return
        with self._keeper.alone():
            self.catch_up(lambda store: store.find(*alert_ids))
            yield

    def _due(self, case: Case) -> list[Step]:
        alert, now = case.opened_by.alert, self._clock()
        row = row_of(self._escalation, alert.site, alert.room, now.at.astimezone().time())
        found = due(case.life, now.elapsed_s, row, self._escalation.reopen_s)
        return [self._about(case, it.deed, to=it.to) for it in found]

    def _learn(self, step: Step, since_s: float) -> None:
        """A step that was not made here and now."""
        alone = self._stand_alone(step)
        if self._board.take(step, since_s):
            self._show(step.alert)
        self._make(alone)

    def _take_up(self, heard: Heard, known: list[Step]) -> None:
        """An alert that another station wrote down; one that is new here is placed as it was there.

        `known` are its steps.
        """
        alert = heard.alert
        new = self._board.find(alert.id) is None and not any(it.deed in ENDS for it in known)
        own = any(it.station == self._station and it.deed in PLACES for it in known)
        made = [self._placed_as(alert, known)] if new and not own else []
        marks = self._note(made)
        if self._board.put(heard):
            self._show(alert.id)
        if marks:
            self._keeper.keep(lambda store: store.save([], marks))

    def _placed_as(self, alert: Alert, known: list[Step]) -> Step:
        joined = [step.to for step in known if step.deed is Deed.JOINED]
        if joined and not any(step.deed is Deed.RAISED for step in known):
            return self._step(alert, Deed.JOINED, to=joined[0])
        return self._step(alert, Deed.RAISED)

    def _placing(self, alert: Alert) -> Step:
        """An alert that has just come is one of its own, or tells again of one that is open."""
        case = self._board.same_trouble(alert)
        if case is None:
            return self._step(alert, Deed.RAISED)
        return self._step(alert, Deed.JOINED, to=case.id)

    def _stand_alone(self, step: Step) -> list[Step]:
        """What another station ended before we joined something to it, it did not know of."""
        case = self._board.find(step.alert)
        if case is None or step.deed not in ENDS or step.station == self._station:
            return []
        later = self._board.joined_after(case, step.at)
        return [self._step(alert, Deed.RAISED) for alert in later]

    def _ring(self, cases: list[Case]) -> None:
        """Show what rings again, and write it down: all at once, as a ward that called at once."""
        before, self._rung = self._rung, {case.id: self.rings(case) for case in cases}
        turned = [case for case in cases if self._rung[case.id] != before.get(case.id, 0)]
        for case in turned:
            self._show(case.id)
        # A count that begins anew, as once it is answered, is no ring.
        rang = [self._rang(case) for case in turned if self._rung[case.id] > before.get(case.id, 0)]
        if rang:
            self._keeper.keep(lambda store: store.note(rang))

    def _rang(self, case: Case) -> Rang:
        alert, times = case.opened_by.alert, self._rung[case.id]
        return Rang(alert.id, alert.site, alert.room, self._station, self._clock().at, times)

    def _make(self, made: list[Step], place: str = "") -> list[Step]:
        """Steps made here: on the board, on the screens, in the store."""
        marks = self._note(made)
        for step in made:
            log.info("room %s: %s %s", step.room, step.deed, step.to or step.by)
            self._show(step.alert)
        if marks:
            self._keeper.keep(lambda store: store.save([], marks, place=place))
        return made

    def _note(self, made: list[Step]) -> list[Mark]:
        marks = [(step, self._now_s()) for step in made]
        for mark in marks:
            self._board.take(*mark)
        return marks

    def _show(self, alert_id: str) -> None:
        if case := self._board.find(alert_id):
            self._show_case(case)

    def _about(self, case: Case, deed: Deed, **more: object) -> Step:
        return self._step(case.opened_by.alert, deed, turn=case.life.turn, **more)

    def _step(self, alert: Alert, deed: Deed, **more: object) -> Step:
        return Step(
            site=alert.site,
            room=alert.room,
            alert=alert.id,
            deed=deed,
            station=self._station,
            at=self._clock().at,
            **more,  # type: ignore[arg-type]
        )

    def _now_s(self) -> float:
        return self._clock().elapsed_s


def _check_origin(alert: Alert, known: Alert) -> None:
    """Nobody may move an alert to another room."""
    if (alert.site, alert.room, alert.device) != (known.site, known.room, known.device):
        raise MessageRefused(
            f"{alert.device} in room {alert.room} revises alert {alert.id} of {known.device}"
        )
