"""From the bus to the nurse and back, on real brokers: nothing is lost, and nothing comes twice."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from brokers import AnyBroker, Mosquitto
from disks import full_disk
from houses import Desk, Device, serving
from samples import a_heartbeat, an_alert
from waiting import eventually

from alert_broker.life import Stage
from alert_broker.messages import Acknowledgement, Alert, Receipt
from alert_broker.rooms import Health
from alert_broker.settings import ChainRow, Escalation
from alert_broker.views import AlertView

pytestmark = pytest.mark.broker

AGENT = """
import sys, time
from pathlib import Path
from couriers import at_work
from alert_broker.settings import Broker
with at_work(Broker(port=int(sys.argv[1])), Path(sys.argv[2])):
    time.sleep(600)
"""


@pytest.fixture
def device(any_broker: AnyBroker) -> Iterator[Device]:
    with Device(any_broker.settings) as device:
        yield device


@pytest.fixture
def desk(any_broker: AnyBroker, tmp_path: Path) -> Iterator[Desk]:
    with serving(any_broker.settings, tmp_path / "station.sqlite3") as desk:
        assert linked(desk)
        yield desk


@pytest.fixture
def two_desks(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[list[Desk]]:
    with ExitStack() as stack:
        desks = []
        for name in ("poste-1", "poste-2"):
            desk = serving(mosquitto.settings, tmp_path / name, name=name)
            desks.append(stack.enter_context(desk))
        assert all(map(linked, desks))
        yield desks


def linked(desk: Desk) -> bool:
    """Whether a station reaches the broker, in time."""
    return eventually(lambda: desk.board().link.broker)


def taken_by(desk: Desk, alert: Alert) -> str:
    shown = desk.alert(alert.id)
    return shown.taken.by if shown and shown.taken else ""


def stage(desk: Desk, alert: Alert) -> Stage | None:
    shown = desk.alert(alert.id)
    return shown.stage if shown else None


def called(desk: Desk, alert: Alert) -> list[str]:
    """Whom an alert was escalated to."""
    shown = desk.alert(alert.id)
    return [call.to for call in shown.calls] if shown else []


def receipts(device: Device, alert: Alert) -> list[Receipt]:
    return [receipt for receipt in device.of(Receipt) if receipt.alert == alert.id]


class TestAnAlert:
    def test_is_shown_and_its_receipt_comes_back(self, desk: Desk, device: Device) -> None:
        device.send(alert := an_alert(revision=3))
        assert eventually(lambda: receipts(device, alert))
        assert receipts(device, alert)[0].revision == 3
        assert desk.alert(alert.id)

    def test_that_comes_again_is_receipted_again(self, desk: Desk, device: Device) -> None:
        alert = an_alert()
        for _ in range(3):
            device.send(alert)
        assert eventually(lambda: len(receipts(device, alert)) == 3)
        assert [it.id for it in desk.board().alerts] == [alert.id]

    def test_that_cannot_be_written_down_is_shown_and_gets_no_receipt(
        self, desk: Desk, device: Device
    ) -> None:
        alert = an_alert()
        with full_disk():
            device.send(alert)
            assert desk.shows(alert.id)
            assert eventually(lambda: not desk.board().link.store)
            assert httpx.get(f"{desk.url}/health").status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert eventually(lambda: desk.board().link.store)
        assert receipts(device, alert) == []
        device.send(alert)
        assert eventually(lambda: receipts(device, alert))


class TestTwoStations:
    def test_both_show_who_goes(self, two_desks: list[Desk], mosquitto: Mosquitto) -> None:
        here, there = two_desks
        with Device(mosquitto.settings) as device:
            device.send(alert := an_alert())
            assert here.shows(alert.id)
            assert there.shows(alert.id)
            with there.events() as screen:
                next(screen)
                here.take(alert.id, by="Marie")
                told = next(it for it in screen if isinstance(it, AlertView) and it.taken)
            assert (told.id, told.taken and told.taken.by) == (alert.id, "Marie")
            assert eventually(lambda: taken_by(there, alert) == "Marie")
            assert there.take(alert.id, by="Paul").status_code == HTTPStatus.CONFLICT
            assert eventually(lambda: device.of(Acknowledgement))

    def test_agree_when_two_nurses_press_at_once(
        self, two_desks: list[Desk], mosquitto: Mosquitto
    ) -> None:
        alerts = [an_alert(room=f"1{number}") for number in range(8)]
        names = ("Marie", "Paul")
        with Device(mosquitto.settings) as device, ThreadPoolExecutor() as nurses:
            for alert in alerts:
                device.send(alert)
                assert all(desk.shows(alert.id) for desk in two_desks)
                pressed = [
                    nurses.submit(desk.take, alert.id, name)
                    for desk, name in zip(two_desks, names, strict=True)
                ]
                assert sum(it.result().is_success for it in pressed) >= 1
            for alert in alerts:
                assert eventually(lambda alert=alert: agreed(two_desks, alert) in names)

    def test_both_show_what_became_of_it(self, two_desks: list[Desk], mosquitto: Mosquitto) -> None:
        here, there = two_desks
        with Device(mosquitto.settings) as device:
            device.send(alert := an_alert())
            assert all(desk.shows(alert.id) for desk in two_desks)
        here.take(alert.id, by="Marie")
        assert eventually(lambda: stage(there, alert) is Stage.ACKNOWLEDGED)
        assert there.say(alert.id, "arrive", by="Marie").is_success
        assert eventually(lambda: stage(here, alert) is Stage.IN_ROOM)
        here.say(alert.id, "release", by="Marie")
        assert eventually(lambda: stage(there, alert) is Stage.RAISED)
        there.close(alert.id, by="Paul")
        assert eventually(lambda: stage(here, alert) is Stage.CLOSED)
        deeds = ["claimed", "in_room", "reopened", "claimed", "closed"]
        for desk in two_desks:
            steps = desk.record(alert.id).steps
            assert [it.deed for it in steps if it.deed != "raised"] == deeds
            assert [it.turn for it in steps if it.deed == "claimed"] == [0, 1]

    def test_call_the_next_group_once(self, mosquitto: Mosquitto, tmp_path: Path) -> None:
        soon = Escalation(chain=(ChainRow(groups=("a", "b"), after_s=(0.5, 1.0)),))
        with ExitStack() as stack:
            names = ("poste-1", "poste-2")
            desks = [
                stack.enter_context(serving(mosquitto.settings, tmp_path / name, soon, name=name))
                for name in names
            ]
            assert all(map(linked, desks))
            with Device(mosquitto.settings) as device:
                device.send(alert := an_alert())
            for desk in desks:
                assert eventually(lambda desk=desk: called(desk, alert) == ["a", "b"])
                records = [it.to for it in desk.record(alert.id).steps if it.deed == "escalated"]
                assert set(records) == {"a", "b"}

    def test_who_goes_was_said_while_the_broker_was_away(
        self, two_desks: list[Desk], mosquitto: Mosquitto
    ) -> None:
        here, there = two_desks
        with Device(mosquitto.settings) as device:
            device.send(alert := an_alert())
            assert here.shows(alert.id)
            assert there.shows(alert.id)
        mosquitto.stop()
        assert eventually(lambda: not here.board().link.broker)
        here.take(alert.id, by="Marie")
        assert taken_by(here, alert) == "Marie"
        assert taken_by(there, alert) == ""
        mosquitto.start()
        assert eventually(lambda: taken_by(there, alert) == "Marie", within_s=60)


def agreed(desks: list[Desk], alert: Alert) -> str:
    """The name that all stations show, empty while they differ."""
    names = {taken_by(desk, alert) for desk in desks}
    return names.pop() if len(names) == 1 else ""


class TestTheLink:
    def test_says_at_once_that_the_broker_is_away_and_back(
        self, desk: Desk, any_broker: AnyBroker
    ) -> None:
        any_broker.stop()
        assert eventually(lambda: not desk.board().link.broker)
        link = desk.board().link
        assert link.lost_at is not None
        assert str(any_broker.settings.port) in link.problem
        assert httpx.get(f"{desk.url}/health").status_code == HTTPStatus.SERVICE_UNAVAILABLE
        any_broker.start()
        assert linked(desk)
        assert desk.board().link.lost_at is None

    def test_once_back_tells_nothing_of_a_room_until_it_speaks(
        self, desk: Desk, device: Device, any_broker: AnyBroker
    ) -> None:
        device.send(a_heartbeat())
        assert eventually(lambda: health(desk, "12") is Health.ONLINE)
        any_broker.stop()
        assert eventually(lambda: not desk.board().link.broker)
        any_broker.start()
        assert linked(desk)
        assert eventually(lambda: health(desk, "12") is Health.AWAITED)
        device.send(a_heartbeat())
        assert eventually(lambda: health(desk, "12") is Health.ONLINE)

    def test_to_a_broker_that_hangs_is_lost_too(self, mosquitto: Mosquitto, tmp_path: Path) -> None:
        with serving(mosquitto.settings, tmp_path / "store") as desk:
            assert linked(desk)
            mosquitto.freeze()
            assert eventually(lambda: not desk.board().link.broker, within_s=60)
            mosquitto.thaw()
            assert linked(desk)

    def test_to_a_device_whose_power_is_cut_is_lost_at_once(
        self, desk: Desk, any_broker: AnyBroker, tmp_path: Path
    ) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", AGENT, str(any_broker.settings.port), str(tmp_path / "outbox")],
            env={"PYTHONPATH": ":".join(sys.path)},
        ) as agent:
            assert eventually(lambda: health(desk, "12") is Health.ONLINE)
            agent.kill()
            assert eventually(lambda: health(desk, "12") is Health.OFFLINE)


def health(desk: Desk, room: str) -> Health | None:
    return next((it.health for it in desk.board().rooms if it.room == room), None)
