"""A technician is told of all that is wrong, once, for as long as it is, and of nothing else."""

from collections.abc import Callable

import pytest
from clocks import Time
from hypothesis import given
from hypothesis import strategies as st
from samples import a_heartbeat, a_status

from alert_broker.messages import DeviceState, Fault
from alert_broker.rooms import Place, Rooms
from alert_broker.upkeep.alarms import Alarm, Alarms, UnknownAlarm
from alert_broker.upkeep.defects import Defect
from alert_broker.upkeep.sight import STATION, Own, Sight, of_house, of_room

SILENT_AFTER_S = 30.0
CLOCK_OFF_S = 10.0
WAIT_S = 15.0
ROOM: Place = ("residence", "12")


class Watch:
    """A house that is looked at every second; it notes what begins and ends."""

    def __init__(self) -> None:
        self.time = Time()
        self.rooms = Rooms(SILENT_AFTER_S)
        self.alarms = Alarms("poste-1", WAIT_S)
        self.broker = True
        self.store = True
        self.left_mib: float | None = 10_000.0
        self.ended: list[Alarm] = []
        self.began: list[Alarm] = []

    def beats(self, room: str = "12", **changes: object) -> None:
        usual = {"sent_at": self.time.wall()}
        beat = a_heartbeat(room=room, device=f"veilleur-{room}", **usual | changes)
        self.rooms.beat(beat, self.time.instant())

    def says(self, *faults: Fault, state: DeviceState | None = None, room: str = "12") -> None:
        usual = DeviceState.FAULT if faults else DeviceState.ONLINE
        status = a_status(
            room=room, device=f"veilleur-{room}", state=state or usual, faults=faults, detail="why"
        )
        self.rooms.state(status, self.time.instant(), kept=False)

    def look(self) -> None:
        now = self.time.instant()
        seen = {
            (it.site, it.room): of_room(it, self.rooms.health(it, now), SILENT_AFTER_S, CLOCK_OFF_S)
            for it in self.rooms.all()
        }
        own = Own(self.broker, self.store, "why not", self.left_mib)
        house = of_house(seen, own, least_mib=500)
        for alarm in self.alarms.notice(house, now):
            (self.ended if alarm.ended_at else self.began).append(alarm)

    def passes(self, seconds: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        for _ in range(seconds):
            self.time.s += 1
            meanwhile()
            self.look()

    @property
    def open(self) -> list[Defect]:
        return [alarm.defect for alarm in self.alarms.open]


@pytest.fixture
def watch() -> Watch:
    watch = Watch()
    watch.says()
    watch.beats()
    watch.look()
    return watch


def test_a_room_that_is_well_makes_no_alarm(watch: Watch) -> None:
    watch.passes(600, watch.beats)
    assert not watch.began


def test_a_device_that_falls_silent_is_an_alarm_until_it_is_heard_again(watch: Watch) -> None:
    watch.passes(int(SILENT_AFTER_S + WAIT_S))
    assert not watch.began
    watch.passes(2)
    (alarm,) = watch.began
    assert (alarm.defect, alarm.room, alarm.device) == (Defect.DEVICE_SILENT, "12", "veilleur-12")
    watch.passes(3600)
    assert len(watch.began) == 1, "once is enough"
    watch.beats()
    watch.look()
    (ended,) = watch.ended
    assert ended.id == alarm.id
    assert ended.ended_at == watch.time.wall()
    assert not watch.open


def test_a_device_that_only_starts_again_is_none(watch: Watch) -> None:
    watch.says(state=DeviceState.OFFLINE)
    watch.passes(int(WAIT_S) - 1)
    watch.says()
    watch.beats()
    watch.passes(60, watch.beats)
    assert not watch.began


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_that_a_device_tells_is_one_of_its_own(watch: Watch, fault: Fault) -> None:
    watch.says(fault)
    watch.passes(60, watch.beats)
    (alarm,) = watch.began
    assert (alarm.defect.value, alarm.detail) == (fault.value, "why")
    watch.says()
    watch.look()
    assert not watch.open


def test_a_device_that_hears_nothing_and_does_not_know_it_is_found_out(watch: Watch) -> None:
    watch.passes(60, lambda: watch.beats(audio_age_s=SILENT_AFTER_S + 1))
    assert watch.open == [Defect.NO_SOUND]


def test_a_microphone_that_is_reported_is_not_told_twice(watch: Watch) -> None:
    watch.says(Fault.MICROPHONE_STALLED)
    watch.passes(60, lambda: watch.beats(audio_age_s=SILENT_AFTER_S + 1))
    assert watch.open == [Defect.MICROPHONE_STALLED]


def test_what_it_said_before_it_fell_silent_still_stands(watch: Watch) -> None:
    watch.says(Fault.MODEL_REFUSED)
    watch.passes(120)
    assert set(watch.open) == {Defect.MODEL_REFUSED, Defect.DEVICE_SILENT}


def test_a_clock_that_is_not_set_is_seen_by_the_station(watch: Watch) -> None:
    wrong = watch.time.wall().replace(year=1970)
    watch.passes(60, lambda: watch.beats(sent_at=wrong))
    assert watch.open == [Defect.CLOCK_WRONG]
    watch.beats()
    watch.look()
    assert not watch.open


def test_when_most_clocks_differ_it_is_the_station_that_is_wrong(watch: Watch) -> None:
    def all_beat() -> None:
        for room in ("12", "13", "14", "15"):
            watch.beats(room)

    watch.time.wall_is_wrong_by_s = 3600

    def all_are_behind() -> None:
        watch.time.wall_is_wrong_by_s = 0
        at = watch.time.wall()
        watch.time.wall_is_wrong_by_s = 3600
        for room in ("12", "13", "14", "15"):
            watch.beats(room, sent_at=at)

    watch.passes(60, all_are_behind)
    (alarm,) = watch.began
    assert (alarm.defect, alarm.place) == (Defect.CLOCK_WRONG, STATION)
    watch.passes(1, all_beat)
    assert not watch.open


def test_a_lost_broker_is_one_alarm_and_not_one_for_each_room(watch: Watch) -> None:
    watch.says(Fault.MICROPHONE_ABSENT)
    watch.passes(60, watch.beats)
    watch.broker = False
    watch.passes(600)
    assert watch.open == [Defect.BROKER_LOST, Defect.MICROPHONE_ABSENT]
    watch.broker = True
    watch.rooms.expect(watch.time.instant())
    watch.look()
    assert watch.open == [Defect.MICROPHONE_ABSENT]


def test_a_store_that_fails_is_the_stations_own(watch: Watch) -> None:
    watch.store = False
    watch.passes(60, watch.beats)
    (alarm,) = watch.began
    assert (alarm.defect, alarm.place, alarm.detail) == (Defect.STORE_FAILED, STATION, "why not")


def test_a_disk_is_told_before_it_is_full_and_until_there_is_room_again(watch: Watch) -> None:
    watch.left_mib = 499
    watch.passes(60, watch.beats)
    (alarm,) = watch.began
    assert (alarm.defect, alarm.place) == (Defect.DISK_LOW, STATION)
    assert alarm.detail == "499 MiB left on the disk of the store"
    watch.left_mib = None
    watch.passes(60, watch.beats)
    assert watch.open == [Defect.DISK_LOW], "nobody can tell now"
    watch.left_mib = 500
    watch.look()
    assert not watch.open


def test_whoever_looks_after_it_first_stays_and_it_is_no_less_wrong(watch: Watch) -> None:
    watch.says(Fault.MICROPHONE_ABSENT)
    watch.passes(60, watch.beats)
    (alarm,) = watch.began
    for by in ("Paul", "Zoé"):
        seen_to = watch.alarms.see_to(alarm.id, by, watch.time.instant()).seen_to
        assert seen_to is not None
        assert seen_to.by == "Paul"
    watch.passes(3600, watch.beats)
    assert watch.open == [Defect.MICROPHONE_ABSENT]
    watch.says()
    watch.look()
    with pytest.raises(UnknownAlarm):
        watch.alarms.see_to(alarm.id, "Zoé", watch.time.instant())


def test_a_restart_of_the_station_begins_none_anew(watch: Watch) -> None:
    watch.says(Fault.MICROPHONE_ABSENT)
    watch.passes(60, watch.beats)
    kept = watch.alarms.open
    watch.alarms = Alarms("poste-1", WAIT_S)
    watch.alarms.take(kept)
    watch.passes(60, watch.beats)
    assert len(watch.began) == 1
    watch.says()
    watch.look()
    assert [alarm.id for alarm in watch.ended] == [kept[0].id]


def test_a_room_that_is_retired_has_none_left(watch: Watch) -> None:
    watch.says(Fault.MICROPHONE_ABSENT, state=DeviceState.FAULT)
    watch.passes(60, watch.beats)
    (ended,) = watch.alarms.dismiss(ROOM, watch.time.instant())
    assert ended.ended_at
    assert not watch.open


sights = st.dictionaries(st.sampled_from(Defect), st.booleans())
moments = st.lists(st.tuples(sights, st.floats(0, 40)), max_size=40)


@given(moments)
def test_whatever_happens_each_alarm_lasted_and_ends_once(
    moments: list[tuple[dict[Defect, bool], float]],
) -> None:
    time, alarms = Time(), Alarms("poste-1", WAIT_S)
    open_: dict[str, Alarm] = {}
    for defects, later_s in moments:
        for alarm in alarms.notice({ROOM: Sight(defects)}, time.instant()):
            if alarm.ended_at is None:
                assert alarm.id not in open_
                assert time.s - alarm.since_s >= WAIT_S
                assert defects[alarm.defect]
                open_[alarm.id] = alarm
            else:
                assert open_.pop(alarm.id).defect is alarm.defect
                assert not defects[alarm.defect]
        assert {alarm.id for alarm in alarms.open} == set(open_)
        time.s += later_s


@given(moments)
def test_a_place_of_which_nothing_is_told_stays_as_it_was(
    moments: list[tuple[dict[Defect, bool], float]],
) -> None:
    time, alarms = Time(), Alarms("poste-1", 0)
    for defects, later_s in moments:
        alarms.notice({ROOM: Sight(defects)}, time.instant())
        time.s += later_s
    before = alarms.open
    assert alarms.notice({ROOM: Sight()}, time.instant()) == []
    assert alarms.notice({}, time.instant()) == []
    assert alarms.open == before
