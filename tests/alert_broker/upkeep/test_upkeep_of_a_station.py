"""The technical side of a real station: told, seen to, visited, retired; kept over a restart."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from brokers import Embedded
from houses import Desk, Device, serving
from samples import a_heartbeat, a_status, an_alert
from staffs import id_of
from waiting import eventually

from alert_broker.messages import DeviceState, Fault
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.defects import Defect
from alert_broker.upkeep.rounds import Round
from alert_broker.upkeep.settings import Upkeep
from alert_broker.upkeep.views import Retired, UpkeepView
from alert_broker.views import BoardView

pytestmark = pytest.mark.broker

AT_ONCE = Upkeep(wait_s=0)
HERE = {"site": "residence", "room": "12"}


@pytest.fixture
def broker() -> Iterator[Embedded]:
    pytest.importorskip("iotcore", reason="no embedded broker here: pip install 'veilleur[demo]'")
    broker = Embedded()
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def desk(broker: Embedded, tmp_path: Path) -> Iterator[Desk]:
    with serving(broker.settings, tmp_path / "store", upkeep=AT_ONCE) as desk:
        assert eventually(lambda: desk.board().link.broker and not desk.board().upkeep.alarms)
        yield desk


@pytest.fixture
def device(broker: Embedded) -> Iterator[Device]:
    with Device(broker.settings) as device:
        yield device


def alarms(desk: Desk) -> dict[Defect, Alarm]:
    return {alarm.defect: alarm for alarm in desk.board().upkeep.alarms}


def rounds(desk: Desk) -> dict[str, Round]:
    return {it.room: it for it in desk.board().upkeep.rounds}


def unplug(device: Device, desk: Desk) -> Alarm:
    faults = (Fault.MICROPHONE_ABSENT,)
    device.send(a_status(state=DeviceState.FAULT, faults=faults, detail="USB microphone: gone"))
    device.send(a_heartbeat(sent_at=datetime.now(UTC)))
    assert eventually(lambda: Defect.MICROPHONE_ABSENT in alarms(desk))
    return alarms(desk)[Defect.MICROPHONE_ABSENT]


def test_a_dead_microphone_is_an_alarm_and_never_an_alert(desk: Desk, device: Device) -> None:
    alarm = unplug(device, desk)
    assert (alarm.room, alarm.detail, alarm.station) == ("12", "USB microphone: gone", "poste-1")
    assert desk.board().alerts == ()


def test_an_alert_is_never_an_alarm(desk: Desk, device: Device) -> None:
    device.send(alert := an_alert())
    assert desk.shows(alert.id)
    assert desk.board().upkeep == UpkeepView()


def test_it_is_seen_to_by_one_and_that_ends_nothing(desk: Desk, device: Device) -> None:
    alarm = unplug(device, desk)
    for by in ("Paul", "Zoé"):
        assert desk.upkeep(f"alarms/{alarm.id}/see-to", by).is_success
    seen_to = alarms(desk)[Defect.MICROPHONE_ABSENT].seen_to
    assert seen_to is not None
    assert seen_to.by == "Paul"
    assert rounds(desk)["12"].due


def test_it_ends_by_itself_and_that_is_recorded(desk: Desk, device: Device) -> None:
    unplug(device, desk)
    device.send(a_status())
    assert eventually(lambda: not alarms(desk))
    assert not rounds(desk)
    (kept,) = [alarm for alarm in desk.upkeep_record().alarms if alarm.room]
    assert kept.ended_at is not None
    assert kept.ended_at >= kept.began_at


def test_a_round_is_ticked_off_and_that_is_recorded(desk: Desk, device: Device) -> None:
    unplug(device, desk)
    assert desk.upkeep("visit", "Marie", **HERE).is_success
    visited = rounds(desk)["12"].visited
    assert visited is not None
    assert visited.by == "Marie"
    assert not rounds(desk)["12"].due
    (visit,) = desk.upkeep_record().visits
    assert (visit.by, visit.room) == ("Marie", "12")


@pytest.mark.parametrize(
    ("what", "said", "status"),
    [
        ("visit", HERE, 404),
        ("retire", HERE, 404),
        ("visit", {"site": "residence"}, 400),
        ("retire", {"site": "residence"}, 400),
        ("alarms/none/see-to", {}, 404),
        ("alarms/none/see-to", {"more": "1"}, 400),
    ],
)
def test_what_cannot_be_is_refused(
    desk: Desk, what: str, said: dict[str, str], status: int
) -> None:
    answer = desk.upkeep(what, **said)
    assert answer.status_code == status
    assert answer.json()["problem"]


def test_a_room_whose_device_still_speaks_cannot_be_retired(desk: Desk, device: Device) -> None:
    unplug(device, desk)
    answer = desk.upkeep("retire", **HERE)
    assert answer.status_code == 409
    assert "still speaks" in answer.json()["problem"]


def test_a_restart_keeps_what_was_wrong_who_sees_to_it_and_who_was_there(
    broker: Embedded, device: Device, tmp_path: Path
) -> None:
    with serving(broker.settings, tmp_path / "store", upkeep=AT_ONCE) as desk:
        alarm = unplug(device, desk)
        desk.upkeep(f"alarms/{alarm.id}/see-to", "Paul")
        desk.upkeep("visit", "Marie", **HERE)
        assert eventually(lambda: Defect.BROKER_LOST not in alarms(desk))
        before = desk.board().upkeep
    with serving(broker.settings, tmp_path / "store", upkeep=AT_ONCE) as desk:
        assert eventually(lambda: Defect.BROKER_LOST not in alarms(desk))
        assert desk.board().upkeep == before


def test_the_ledger_tells_what_was_wrong_and_who_looked_in(
    broker: Embedded, device: Device, tmp_path: Path
) -> None:
    with serving(broker.settings, tmp_path / "store", upkeep=AT_ONCE) as desk:
        unplug(device, desk)
        desk.upkeep("visit", "Marie", **HERE)
        device.send(a_status())
        assert eventually(lambda: not rounds(desk))
        device.send(a_status(state=DeviceState.OFFLINE))
        assert eventually(lambda: Defect.DEVICE_OFFLINE in alarms(desk))
        desk.upkeep("retire", "Tom", **HERE)
        device.send(a_heartbeat(sent_at=datetime.now(UTC)))
        assert eventually(lambda: desk.board().rooms)
    config = tmp_path / "station.toml"
    config.write_text(f'[station]\ndatabase = "{tmp_path / "store"}"\n')
    command = [sys.executable, "-m", "edge.cli", "ledger", "--config", str(config)]
    told = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    wanted = (
        "alarm raised microphone_absent veilleur-12 USB microphone: gone",
        f"round made {id_of('Marie')} (Marie)' [poste-1 127.0.0.1 terminal]",
        "alarm ended microphone_absent",
        "alarm raised device_offline",
        f"room retired veilleur-12 {id_of('Tom')} (Tom)' [poste-1 127.0.0.1 terminal]",
        "alarm ended device_offline",
        "room taken back veilleur-12",
    )
    places = [told.find(text) for text in wanted]
    assert -1 not in places, told
    assert places == sorted(places)
    assert "whole: " in told.splitlines()[-1]


def test_a_room_taken_down_can_be_retired_for_good_until_it_speaks_again(
    broker: Embedded, device: Device, tmp_path: Path
) -> None:
    with serving(broker.settings, tmp_path / "store", upkeep=AT_ONCE) as desk:
        device.send(a_status(state=DeviceState.OFFLINE))
        assert eventually(lambda: Defect.DEVICE_OFFLINE in alarms(desk))
        with desk.events() as events:
            assert isinstance(next(events), BoardView)
            assert desk.upkeep("retire", **HERE).is_success
            assert any(it == Retired("residence", "12") for it in events)
        assert not desk.board().rooms
        assert not alarms(desk)
        assert not rounds(desk)
    with serving(broker.settings, tmp_path / "store", upkeep=AT_ONCE) as desk:
        assert eventually(lambda: desk.board().link.broker)
        device.send(alert := an_alert())
        assert desk.shows(alert.id), "the broker has told all that it had kept"
        assert not desk.board().rooms
        device.send(a_heartbeat(sent_at=datetime.now(UTC)))
        assert eventually(lambda: [it.room for it in desk.board().rooms] == ["12"])


def test_its_own_disk_is_told_while_there_is_still_room(broker: Embedded, tmp_path: Path) -> None:
    nearly_full = Upkeep(wait_s=0, disk_left_mib=1e12)
    with serving(broker.settings, tmp_path / "store", upkeep=nearly_full) as desk:
        assert eventually(lambda: set(alarms(desk)) == {Defect.DISK_LOW})
        alarm = alarms(desk)[Defect.DISK_LOW]
        assert (alarm.room, alarm.station) == ("", "poste-1")
        assert "MiB left" in alarm.detail
        assert desk.board().link.store
        assert not desk.board().upkeep.rounds


def test_a_lost_broker_asks_for_a_round_of_all_rooms(
    broker: Embedded, desk: Desk, device: Device
) -> None:
    device.send(a_heartbeat(sent_at=datetime.now(UTC)))
    assert eventually(lambda: desk.board().rooms)
    broker.stop()
    assert eventually(lambda: set(alarms(desk)) == {Defect.BROKER_LOST})
    assert set(rounds(desk)) == {""}
    assert desk.upkeep("visit", "Marie", site="", room="").is_success
    broker.start()
    assert eventually(lambda: not alarms(desk), within_s=60)
