"""No room stays unheard and unvisited: somebody is asked to go, again and again."""

import pytest
from clocks import Time
from hypothesis import given
from hypothesis import strategies as st

from alert_broker.rooms import Place
from alert_broker.upkeep.alarms import Alarms
from alert_broker.upkeep.defects import Defect
from alert_broker.upkeep.rounds import Round, Rounds, Visit
from alert_broker.upkeep.sight import STATION, Sight

EVERY_S = 1800.0
ROOM: Place = ("residence", "12")


class Night:
    """One room with defects that a test turns on and off, and its rounds."""

    def __init__(self) -> None:
        self.time = Time()
        self.alarms = Alarms("poste-1", wait_s=0)
        self.rounds = Rounds(EVERY_S)

    def is_so(self, place: Place = ROOM, **defects: bool) -> None:
        told = {Defect[name.upper()]: there for name, there in defects.items()}
        self.alarms.notice({place: Sight(told)}, self.time.instant())

    def visits(self, by: str = "Marie", place: Place = ROOM) -> None:
        now = self.time.instant()
        self.rounds.take(Visit(*place, by, "poste-1", now.at, now.elapsed_s))

    @property
    def now(self) -> list[Round]:
        return self.rounds.of(self.alarms.open, self.time.instant())


@pytest.fixture
def night() -> Night:
    return Night()


def test_a_room_that_is_heard_asks_for_none(night: Night) -> None:
    night.is_so(clock_wrong=True, outbox_full=True, store_failed=True)
    assert night.now == []


def test_a_blind_room_asks_for_one_at_once_and_until_somebody_was_there(night: Night) -> None:
    night.is_so(microphone_absent=True)
    for _ in range(3):
        (it,) = night.now
        assert it.due
        assert it.defects == (Defect.MICROPHONE_ABSENT,)
        night.time.s += 3600
    night.visits()
    (it,) = night.now
    assert not it.due
    assert it.visited is not None
    assert (it.visited.by, it.visited.at) == ("Marie", night.time.wall())


def test_it_asks_again_after_the_time_that_the_house_has_set(night: Night) -> None:
    night.is_so(device_silent=True)
    night.visits()
    night.time.s += EVERY_S - 0.1
    assert not night.now[0].due
    night.time.s += 0.1
    assert night.now[0].due


def test_no_change_of_the_clock_puts_it_off(night: Night) -> None:
    night.is_so(device_silent=True)
    night.visits()
    night.time.wall_is_wrong_by_s = -7200
    night.time.s += EVERY_S
    assert night.now[0].due


def test_it_ends_when_the_room_is_heard_again(night: Night) -> None:
    night.is_so(device_silent=True)
    night.is_so(device_silent=False)
    assert night.now == []


def test_one_trouble_after_the_other_is_one_time_of_blindness(night: Night) -> None:
    night.is_so(microphone_absent=True)
    night.visits()
    night.time.s += 60
    night.is_so(device_offline=True)
    (it,) = night.now
    assert not it.due, "somebody was there a minute ago"
    assert it.defects == (Defect.MICROPHONE_ABSENT, Defect.DEVICE_OFFLINE)


def test_a_visit_of_an_earlier_time_does_not_count(night: Night) -> None:
    night.is_so(device_silent=True)
    night.visits()
    night.is_so(device_silent=False)
    night.time.s += 60
    night.is_so(device_silent=True)
    (it,) = night.now
    assert it.due
    assert it.visited is None


def test_without_a_broker_every_room_is_to_be_looked_into(night: Night) -> None:
    night.is_so(STATION, broker_lost=True)
    (it,) = night.now
    assert (it.site, it.room, it.due) == ("", "", True)
    night.visits(place=STATION)
    assert not night.now[0].due


def test_whoever_went_to_every_room_was_in_each(night: Night) -> None:
    night.is_so(microphone_absent=True)
    night.is_so(STATION, broker_lost=True)
    night.visits(place=STATION)
    assert [it.due for it in night.now] == [False, False]
    night.time.s += EVERY_S
    night.visits()
    assert {it.room: it.due for it in night.now} == {"12": False, "": True}


def test_what_is_due_stands_first(night: Night) -> None:
    for room in ("1", "2", "3"):
        night.is_so(("residence", room), device_silent=True)
        night.time.s += 1
    night.visits(place=("residence", "1"))
    assert [it.room for it in night.now] == ["2", "3", "1"]


@given(
    st.lists(
        st.tuples(st.sampled_from(("goes blind", "is heard", "visit")), st.floats(0, 4000)),
        max_size=30,
    )
)
def test_nobody_is_ever_left_alone_longer_than_that(story: list[tuple[str, float]]) -> None:
    """Whatever happens: a blind room is due, or somebody was there less than that ago."""
    night = Night()
    blind_since: float | None = None
    visited: float | None = None
    for what, later_s in story:
        if what == "visit":
            night.visits()
            visited = night.time.s
        else:
            blind = what == "goes blind"
            night.is_so(device_silent=blind)
            blind_since = (
                (blind_since if blind_since is not None else night.time.s) if blind else None
            )
        night.time.s += later_s
        alone = visited is None or blind_since is None or visited < blind_since
        wanted = alone or night.time.s - (visited or 0) >= EVERY_S
        assert [it.due for it in night.now] == ([] if blind_since is None else [wanted])


def test_of_several_visits_the_latest_counts_whatever_their_order(night: Night) -> None:
    night.is_so(device_silent=True)
    now = night.time.instant()
    for later_s, by in ((60, "Zoé"), (30, "Marie")):
        night.rounds.take(Visit(*ROOM, by, "poste-1", now.at, now.elapsed_s + later_s))
    visited = night.now[0].visited
    assert visited is not None
    assert visited.by == "Zoé"
