"""The technical side of a station: what is wrong, who sees to it, and which rooms to look into."""

import threading
from datetime import datetime

from msgspec.structs import replace

from alert_broker.clock import Clock, Instant
from alert_broker.keeper import Keeper
from alert_broker.ledger.entries import Act, Alarmed, CameBack, TakenAway, Visited
from alert_broker.rooms import Place, Room, Rooms
from alert_broker.screens import Screens
from alert_broker.settings import StationSettings
from alert_broker.steady import Steady
from alert_broker.steps import Named
from alert_broker.store import Store
from alert_broker.upkeep import neighbours
from alert_broker.upkeep.alarms import Alarm, Alarms
from alert_broker.upkeep.neighbours import Neighbour
from alert_broker.upkeep.records import Records
from alert_broker.upkeep.rounds import Rounds, Visit
from alert_broker.upkeep.sight import Own, Sight, of_house, of_room
from alert_broker.upkeep.views import Retired, Retirement, UpkeepRecord, UpkeepView
from alert_broker.views import LinkView

MEET_S = 5.0
"""How often stations that share a store say that they are alive."""


class NotBlind(LookupError):
    """A room is heard: nobody need go there for that."""


class Caretaker:
    """Keeps alarms, rounds and retired rooms, in memory, on the screens and in the store.

    What carers and technicians say takes the station's lock; the rest is called under it.
    """

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        settings: StationSettings,
        rooms: Rooms,
        keeper: Keeper,
        steady: Steady,
        screens: Screens,
        lock: threading.Lock,
        clock: Clock,
        named: Named,
    ) -> None:
        """Of a station, of which these are parts; nothing is read before `begin`."""
        self._station = settings.station.name
        self._silent_after_s = settings.station.silent_after_s
        self._clock_off_s = settings.upkeep.clock_off_s
        self._least_mib = settings.upkeep.disk_left_mib
        self._rooms = rooms
        self._keeper = keeper
        self._lock = lock
        self._clock = clock
        self._named = named
        self._steady = steady
        self._screens = screens
        self._alarms = Alarms(self._station, settings.upkeep.wait_s)
        self._rounds = Rounds(settings.upkeep.round_every_min * 60)
        self._unsaved: list[Act] = []
        self._neighbours: list[Neighbour] = []
        self._met_s = -MEET_S
        self._heard = True
        self._told = UpkeepView()

    def begin(self) -> None:
        """Take up what an earlier run left, and write down what the store could not take."""
        self._note(*map(Alarmed, self._alarms.open))
        self._keeper.keep(self._load)

    def part(self) -> None:
        """Let the other stations know that we stop."""
        if self._keeper.shared:
            self._keeper.keep(lambda store: self._in(store).part())

    def catch_up(self) -> None:
        """Stations that share our store wrote of alarms, rounds or retired rooms."""
        self._keeper.keep(self._load)
        self._show()

    def view(self) -> UpkeepView:
        """What a screen shows, now."""
        here = {self._station, *self._others}
        alarms = [it for it in self._alarms.open if it.room or it.station in here]
        # The rooms may reach another station, and their alerts come here through the store.
        blinding = [it for it in alarms if it.room or not self._heard]
        rounds = self._rounds.of(blinding, self._now())
        return UpkeepView(tuple(alarms), tuple(rounds)).named(self._named)

    def take_back(self) -> None:
        """Rooms that had been retired have spoken: write it down."""
        for it in self._rooms.returned():
            self._note(CameBack(it.site, it.room, it.device, self._station, self._now().at))

    def look(self, link: LinkView) -> None:
        """Notice what began and what is over; tell the screens if anything did."""
        now = self._clock()
        if self._keeper.shared and now.elapsed_s - self._met_s >= MEET_S:
            self._met_s = now.elapsed_s
            self._meet(hears=link.broker)
        self._heard = link.broker or any(it.alive and it.hears for it in self._neighbours)
        seen = {(room.site, room.room): self._sight(room, now) for room in self._rooms.all()}
        own = Own(link.broker, link.store, link.problem, self._keeper.left_mib)
        house = of_house(seen, own, self._least_mib)
        house |= neighbours.seen(self._neighbours)
        changed = self._alarms.notice(house, self._steady.instant(now), self._others)
        self._note(*map(Alarmed, changed))
        self._show()

    def tidy(self, forgotten: datetime) -> None:
        """Forget what ended before then; learn who looked in, and what was retired, elsewhere."""
        self._keeper.keep(lambda store: self._in(store).forget(forgotten))
        self._keeper.keep(self._load)

    def record(self, since: datetime) -> UpkeepRecord:
        """What lasts or ended since then, and who visited; empty while the store fails."""
        found: list[UpkeepRecord] = []
        with self._lock:
            self._keeper.keep(lambda store: found.append(self._in(store).since(since)))
        return found[0].named(self._named) if found else UpkeepRecord((), ())

    def see_to(self, alarm_id: str, by: str, screen: str = "") -> Alarm:
        """Somebody looks after a technical alarm; whoever said so first stays.

        Raises:
            UnknownAlarm: there is none, or it is over.
        """
        with self._lock:
            alarm = self._alarms.see_to(alarm_id, by, self._now())
            self._note(Alarmed(alarm, screen))
            self._show()
            stands = next((it for it in self._alarms.open if it.id == alarm_id), alarm)
        return stands.named(self._named)

    def visit(self, place: Place, by: str, screen: str = "") -> None:
        """Somebody looked into a room that nobody hears.

        Raises:
            NotBlind: it is heard, or there is no such room.
        """
        with self._lock:
            now = self._now()
            if not any((it.site, it.room) == place for it in self.view().rounds):
                raise NotBlind(place)
            visit = Visit(*place, by, self._station, now.at, now.elapsed_s)
            self._rounds.take(visit)
            self._note(Visited(visit, screen))
            self._show()

    def retire(self, place: Place, by: str, screen: str = "") -> None:
        """The device of a room was taken away: the room leaves the screens until it speaks again.

        Raises:
            UnknownRoom: there is none.
            StillSpeaks: its device was not taken away.
        """
        with self._lock:
            now = self._clock()
            room = self._rooms.retire(place, now)
            retirement = Retirement(*place, room.device, by, self._station, now.at)
            self._note(TakenAway(retirement, screen))
            self._let_go(place)
            self._show()

    def _sight(self, room: Room, now: Instant) -> Sight:
        health = self._rooms.health(room, now)
        return of_room(room, health, self._silent_after_s, self._clock_off_s)

    def _now(self) -> Instant:
        return self._steady.instant(self._clock())

    @property
    def _others(self) -> set[str]:
        """The other stations on our store that are alive."""
        return {it.name for it in self._neighbours if it.alive} - {self._station}

    def _meet(self, *, hears: bool) -> None:
        met: list[Neighbour] = []
        count_s = self._now().elapsed_s
        told = self._keeper.keep(
            lambda store: met.extend(self._in(store).meet(count_s, hears=hears))
        )
        # Whoever found us silent may be silent now: that we are here is for us to tell.
        self._neighbours = [*met, Neighbour(self._station, 0.0, hears=False)] if told else []

    def _load(self, store: Store) -> None:
        """What could not be saved yet stands as it is here."""
        unsaved = {it.alarm.trouble for it in self._unsaved if isinstance(it, Alarmed)}
        alarms, visits = self._in(store).load(it.id for it in self._alarms.open)
        now_s = self._now().elapsed_s
        for alarm in alarms:
            if alarm.trouble not in unsaved and (not alarm.site or self._rooms.ours(alarm.site)):
                self._alarms.take([replace(alarm, since_s=min(alarm.since_s, now_s))])
        for visit in visits:
            self._rounds.take(replace(visit, since_s=min(visit.since_s, now_s)))
        self._leave_retired(store)

    def _leave_retired(self, store: Store) -> None:
        for it in self._in(store).retired():
            if self._rooms.leave_retired(it.place, it.at):
                self._let_go(it.place)

    def _let_go(self, place: Place) -> None:
        """A room is no longer ours."""
        self._note(*map(Alarmed, self._alarms.dismiss(place, self._now())))
        self._screens.tell(Retired(*place))

    def _note(self, *acts: Act) -> None:
        """Write these down; a store that fails is given them again once it is mended."""
        self._unsaved += acts
        unsaved = [*self._unsaved]
        if unsaved and self._keeper.keep(lambda store: self._in(store).save(unsaved)):
            self._unsaved.clear()
            if self._keeper.shared:  # another station may have been first
                self._keeper.keep(self._load)

    def _in(self, store: Store) -> Records:
        return Records(store.database, self._station)

    def _show(self) -> None:
        view = self.view()
        if view != self._told:
            self._told = view
            self._screens.tell(view)
