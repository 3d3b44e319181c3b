"""The door works on whatever the disk does, and lets nobody guess by asking many times at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from clocks import Time
from disks import full_disk
from postgres import Postgres
from samples import a_step, an_alert
from staffs import CHIEF, PIN, hire, id_of

from alert_broker.database import Database
from alert_broker.messages import Deed
from alert_broker.people.door import TurnedAway
from alert_broker.people.limits import HERE
from alert_broker.people.person import kept_of
from alert_broker.people.roll import PeopleRefused, Source
from alert_broker.people.settings import People
from alert_broker.people.staff import READ_S, Staff

MARIE, PAUL = id_of("Marie"), id_of("Paul")
DESK, PHONE = "192.168.1.5", "192.168.1.6"


class Ward:
    """A station's staff, run after run."""

    def __init__(self, folder: Path) -> None:
        self.time = Time()
        self._path = folder / "station.sqlite3"
        hire(self._path)
        self.begin()

    def begin(self) -> None:
        self.database = Database(self._path)
        self.database.open()
        self.staff = Staff(self.database, People(), 30, self.time.instant, "poste-1")
        assert self.staff.read()

    def restart(self) -> None:
        self.database.close()
        self.begin()

    def comes_in(self, person: str = MARIE, pin: str = PIN, address: str = DESK) -> str:
        """The token of somebody who signs in."""
        return self.staff.door.come_in(person, pin, address)[0]

    def wait_s(self, person: str = MARIE, address: str = DESK) -> float:
        """How long somebody is told to wait who has typed a wrong PIN."""
        with pytest.raises(TurnedAway) as told:
            self.comes_in(person, "000111", address)
        return told.value.wait_s

    def is_in(self, token: str) -> bool:
        return self.staff.door.who(token) is not None


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    ward = Ward(tmp_path)
    yield ward
    ward.database.close()


def test_a_session_ends_with_the_shift_and_not_before(ward: Ward) -> None:
    _, _, session = ward.staff.door.come_in(MARIE, PIN, DESK)
    token = ward.comes_in()
    ward.time.s += (session.ends_at - ward.time.wall()).total_seconds() - 1
    ward.restart()
    assert ward.is_in(token)
    ward.time.s += 2
    assert not ward.is_in(token)
    assert not ward.is_in("")
    assert not ward.is_in(kept_of(token)), "what is kept opens no door"


def test_a_full_disk_keeps_nobody_out_and_lets_nobody_guess(ward: Ward) -> None:
    with full_disk():
        assert ward.is_in(ward.comes_in())
        waits = [ward.wait_s(PAUL) for _ in range(5)]
        assert waits == [0, 0, 0, 0, 30]
    assert ward.is_in(ward.comes_in())


def test_a_wrong_pin_counts_on_after_a_restart(ward: Ward) -> None:
    for _ in range(5):
        ward.wait_s()
    ward.restart()
    with pytest.raises(TurnedAway) as told:
        ward.comes_in()
    assert not told.value.tried
    assert ward.is_in(ward.comes_in(address=PHONE)), "elsewhere she is let in"
    ward.time.s += 31
    assert ward.is_in(ward.comes_in())
    assert ward.wait_s() == 0, "and then all is forgotten"


def test_many_guesses_at_once_gain_nothing(ward: Ward) -> None:
    def guess(number: int) -> bool:
        try:
            ward.comes_in(pin=f"{number:06d}")
        except TurnedAway as told:
            return told.tried
        return True

    with ThreadPoolExecutor(16) as guessers:
        tried = list(guessers.map(guess, range(60)))
    assert sum(tried) == 5


def test_a_new_pin_ends_the_old_sessions_and_the_waiting(ward: Ward) -> None:
    token = ward.comes_in()
    for _ in range(5):
        ward.wait_s()
    ward.time.s += 1
    marie = ward.staff.roll.find(MARIE)
    assert marie is not None
    new = ward.staff.roll.reset(marie)
    ward.staff.door.forgive(MARIE)
    assert not ward.is_in(token)
    assert ward.is_in(ward.comes_in(pin=new))


def test_a_new_pin_of_her_own_lets_her_in_also_after_the_clock_was_set_back(ward: Ward) -> None:
    before = ward.comes_in()
    ward.time.wall_is_wrong_by_s = -3600
    token, _, _ = ward.staff.door.change(MARIE, PIN, "271828", DESK, Source(MARIE, "page"))
    for _ in range(2):
        assert ward.is_in(token)
        assert ward.is_in(ward.comes_in(pin="271828"))
        assert not ward.is_in(before)
        ward.restart()


def test_whoever_was_removed_is_out_and_what_she_did_keeps_her_name(ward: Ward) -> None:
    token = ward.comes_in()
    marie = ward.staff.roll.find(MARIE)
    assert marie is not None
    ward.staff.roll.remove(marie)
    assert not ward.is_in(token)
    claim = a_step(an_alert(), Deed.CLAIMED, by=MARIE)
    ward.restart()
    assert ward.staff.roll.name_of(claim) == "Marie"
    again, _ = ward.staff.roll.add("Marie", marie.role)
    assert again.id != MARIE
    ward.time.s += timedelta(days=31).total_seconds()
    ward.staff.door.clear(timedelta(days=30))
    ward.restart()
    assert ward.staff.roll.name_of(claim) == f"poste-1 ({MARIE})"


def test_names_from_before_carers_signed_in_stay(ward: Ward) -> None:
    assert ward.staff.roll.name_of(a_step(an_alert(), Deed.CLAIMED, by="Josiane")) == "Josiane"


def test_the_last_administrator_stays(ward: Ward) -> None:
    chief = ward.staff.roll.find(id_of(CHIEF))
    assert chief is not None
    with pytest.raises(PeopleRefused, match="last administrator"):
        ward.staff.roll.remove(chief)
    assert ward.staff.tend() == "", "and no other is made beside her"


def test_what_another_program_changed_is_known_within_seconds(ward: Ward, tmp_path: Path) -> None:
    ward.staff.tend()
    store = Database(tmp_path / "station.sqlite3")
    other = Staff(store, People(), 30, ward.time.instant, "poste-1")
    other.read()
    added, _ = other.roll.add("Nadia", other.roll.here()[0].role)
    ward.time.s += READ_S
    ward.staff.tend()
    assert ward.staff.roll.find(added.id) is not None


def test_two_stations_on_one_server_count_wrong_pins_together(postgres: Postgres) -> None:
    place, time = postgres.database(), Time()
    hire(place)
    databases = [Database(place), Database(place)]
    doors = []
    for number, database in enumerate(databases):
        database.open()
        staff = Staff(database, People(), 30, time.instant, f"poste-{number}")
        assert staff.read()
        doors.append(staff.door)
    for tried in range(HERE.free):
        with pytest.raises(TurnedAway):
            doors[tried % 2].come_in(MARIE, "000111", DESK)
    for door in doors:
        with pytest.raises(TurnedAway) as told:
            door.come_in(MARIE, PIN, DESK)
        assert told.value.wait_s > 0.0
        assert door.come_in(PAUL, PIN, PHONE), "nobody else waits"
    for database in databases:
        database.close()
