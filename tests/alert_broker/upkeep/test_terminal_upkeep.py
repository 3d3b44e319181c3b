"""In a terminal, what a carer may do on the page about rounds and technical alarms, and no more."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from houses import House
from samples import a_heartbeat, a_status
from staffs import PIN
from terminals import Terminal
from waiting import eventually

from alert_broker.messages import DeviceState, Fault
from alert_broker.upkeep.rounds import Round

pytestmark = [pytest.mark.broker, pytest.mark.system]

DOWN = "\x1b[B"
ROOM = "901"


def tell(house: House, state: DeviceState, *faults: Fault, room: str = ROOM) -> None:
    """The device of a room tells how it is."""
    device = f"veilleur-{room}"
    house.device.send(a_status(room=room, device=device, state=state, faults=faults))


def beat(house: House, room: str = ROOM) -> None:
    house.device.send(a_heartbeat(room=room, device=f"veilleur-{room}", sent_at=datetime.now(UTC)))


@pytest.fixture
def blind(house: House) -> Iterator[None]:
    """A room whose microphone is unplugged, until the test is over."""
    tell(house, DeviceState.FAULT, Fault.MICROPHONE_ABSENT)
    beat(house)
    assert eventually(lambda: house.desk.board().upkeep.rounds)
    yield
    tell(house, DeviceState.ONLINE)
    assert eventually(lambda: not house.desk.board().upkeep.alarms)


@contextmanager
def signed_in(house: House, name: str) -> Iterator[Terminal]:
    with Terminal("watch", "--url", house.desk.url, "--by", name) as terminal:
        assert terminal.shows(f"Code de {name}")
        terminal.press(f"{PIN}\n")
        assert terminal.shows(f"1 Chambre {ROOM} · micro débranché")
        assert terminal.shows(f"2 Chambre {ROOM} · micro débranché")
        yield terminal


def the_round(house: House) -> Round:
    (it,) = house.desk.board().upkeep.rounds
    return it


def test_a_round_is_ticked_off_by_whoever_chose_it(house: House, blind: None) -> None:
    with signed_in(house, "Anne") as terminal:
        terminal.press("\r\r")
        terminal.press("1")
        assert terminal.shows(f"▶1 Chambre {ROOM}")
        assert terminal.shows("Entrée : passage fait")
        assert the_round(house).visited is None, "nothing is done unchosen"
        terminal.press("\r")
        assert terminal.shows("passage de Anne à")
    visited = the_round(house).visited
    assert visited is not None
    assert visited.by == "Anne"


def test_a_technical_alarm_is_seen_to(house: House, blind: None) -> None:
    with signed_in(house, "Tom") as terminal:
        terminal.press(DOWN)
        terminal.press(DOWN)
        assert terminal.shows("Entrée : je m’en occupe")
        terminal.press("\r")
        assert terminal.shows("Tom s’en occupe")


def test_a_role_that_does_not_care_for_residents_ticks_off_none(house: House, blind: None) -> None:
    with signed_in(house, "Tom") as terminal:
        terminal.press("1")
        assert terminal.shows("Entrée : passage fait")
        terminal.press("\r")
        assert terminal.shows("Votre rôle ne le permet pas.")
    assert the_round(house).visited is None


class TestVeilleurRetire:
    @staticmethod
    def run(house: House, tmp_path: Path, *more: str) -> subprocess.CompletedProcess[str]:
        pin = tmp_path / "pin"
        pin.write_text(PIN)
        return subprocess.run(
            [sys.executable, "-m", "edge.cli", "retire", *more, "--url", house.desk.url,
             "--secret-file", str(pin)],
            capture_output=True, check=False, text=True,
        )  # fmt: skip

    def test_takes_a_room_off_the_screens(self, house: House, tmp_path: Path) -> None:
        tell(house, DeviceState.OFFLINE, room="902")
        assert eventually(lambda: house.desk.board().upkeep.rounds)
        told = self.run(house, tmp_path, "902", "--by", "Tom")
        assert (told.returncode, told.stderr) == (0, "")
        assert told.stdout == "residence/902 is retired until its device speaks again\n"
        assert not house.desk.board().upkeep.rounds

    @pytest.mark.parametrize(
        ("room", "by", "why"),
        [
            ("903", "Tom", "room 903: its device veilleur-903 still speaks; unplug it"),
            ("903", "Anne", "a carer may not retire"),
            ("nowhere", "Tom", "nowhere: no such room; the station knows these: "),
        ],
    )
    def test_says_why_it_does_not(
        self, house: House, tmp_path: Path, room: str, by: str, why: str
    ) -> None:
        tell(house, DeviceState.ONLINE, room="903")
        beat(house, room="903")
        assert eventually(lambda: "903" in {it.room for it in house.desk.board().rooms})
        told = self.run(house, tmp_path, room, "--by", by)
        assert told.returncode != 0
        assert why in told.stderr
        assert "Traceback" not in told.stderr
