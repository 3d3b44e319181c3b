"""The command `veilleur station`, as a house runs it: killed, restarted, stopped, misconfigured."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import Mosquitto, free_port
from couriers import at_work
from houses import Device, Programme
from postgres import Postgres
from samples import an_alert
from waiting import eventually

from alert_broker.database import Place
from alert_broker.messages import Alert, Receipt
from alert_broker.settings import Broker, ChainRow, Escalation
from alert_broker.views import AlertView, LinkView, Tick

pytestmark = pytest.mark.system


@pytest.fixture
def station(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Programme]:
    with Programme(mosquitto.settings, tmp_path) as station:
        yield station


@pytest.fixture
def anywhere(mosquitto: Mosquitto, tmp_path: Path, place: Place) -> Iterator[Programme]:
    """Its store is a file, then a server's."""
    with Programme(mosquitto.settings, tmp_path, database=str(place)) as station:
        yield station


@pytest.mark.broker
class TestKilled:
    def test_again_and_again_it_loses_no_alert_and_shows_none_twice(
        self, anywhere: Programme, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        station = anywhere
        alerts = [an_alert(sequence=number) for number in range(1, 31)]
        with at_work(mosquitto.settings, tmp_path / "outbox") as courier:
            for alert in alerts:
                courier.send(alert)
                if alert.sequence % 10 == 0:
                    station.kill()
                    station.start()
            assert courier.drain(60)
        station.kill()
        station.start()
        (one,) = station.board().alerts
        told = [alert.id for alert in station.record(one.id).alerts]
        assert sorted(told) == sorted(alert.id for alert in alerts)
        assert one.repeats == len(alerts), "the same call in one room, counted once each"

    def test_as_it_says_that_it_has_an_alert_it_has_it(
        self, station: Programme, mosquitto: Mosquitto
    ) -> None:
        with Device(mosquitto.settings) as device:
            device.send(alert := an_alert())
            assert eventually(lambda: device.of(Receipt))
            station.kill()
        station.start()
        assert station.alert(alert.id)

    def test_as_it_says_that_somebody_goes_it_still_knows(
        self, station: Programme, mosquitto: Mosquitto
    ) -> None:
        with Device(mosquitto.settings) as device:
            device.send(alert := an_alert())
            assert station.shows(alert.id)
        assert station.take(alert.id, by="Marie").is_success
        station.kill()
        station.start()
        shown = station.alert(alert.id)
        assert shown is not None
        assert shown.taken is not None
        assert shown.taken.by == "Marie"

    def test_at_any_step_it_knows_all_that_was_said_and_does_nothing_twice(
        self, anywhere: Programme, mosquitto: Mosquitto
    ) -> None:
        station = anywhere
        with Device(mosquitto.settings) as device:
            device.send(alert := an_alert())
            assert station.shows(alert.id)
        for what, outcome in (("acknowledge", ""), ("arrive", ""), ("close", "false")):
            assert station.say(alert.id, what, outcome=outcome).is_success
            before = station.record(alert.id)
            station.kill()
            station.start()
            assert station.record(alert.id) == before
        assert [it.deed for it in before.steps] == ["raised", "claimed", "in_room", "closed"]
        assert eventually(lambda: station.board().link.broker)
        assert station.record(alert.id) == before, "nor when it tells the bus what it had missed"

    def test_it_goes_on_waiting_for_an_answer_where_it_was(
        self, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        soon = Escalation(
            repeat_s=10.0, chain=(ChainRow(groups=("a", "b"), after_s=(1.0, 3600.0)),)
        )
        with (
            Programme(mosquitto.settings, tmp_path, soon) as station,
            Device(mosquitto.settings) as device,
        ):
            device.send(alert := an_alert())
            assert station.shows(alert.id)
            assert eventually(lambda: called(station, alert) == ["a"])
            for _ in range(2):
                station.kill()
                station.start()
            assert called(station, alert) == ["a"]
            assert eventually(lambda: shown(station, alert).rings >= 1)
            assert called(station, alert) == ["a"]

    def test_what_comes_meanwhile_waits_at_the_broker(
        self, station: Programme, mosquitto: Mosquitto
    ) -> None:
        assert eventually(lambda: station.board().link.broker)
        station.kill()
        with Device(mosquitto.settings) as device:
            device.send(alert := an_alert())
            station.start()
            assert station.shows(alert.id)
            assert eventually(lambda: device.of(Receipt))

    @pytest.mark.alone
    def test_hides_nothing_from_another_that_shares_its_store(
        self, mosquitto: Mosquitto, postgres: Postgres, tmp_path: Path
    ) -> None:
        told = {"database": str(postgres.database())}
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
        with (
            Programme(mosquitto.settings, tmp_path / "one", name="poste-1", **told) as one,
            Programme(mosquitto.settings, tmp_path / "two", name="poste-2", **told) as two,
        ):
            with Device(mosquitto.settings) as device:
                device.send(alert := an_alert())
                assert one.shows(alert.id)
                assert two.shows(alert.id)
            mosquitto.stop()
            assert one.take(alert.id, by="Marie").is_success
            one.kill()
            assert eventually(lambda: shown(two, alert).taken, within_s=1.0)
            refused = two.take(alert.id, by="Paul")
            assert refused.status_code == 409
            assert "Marie" in refused.text
            one.start()
            assert one.record(alert.id).alerts == two.record(alert.id).alerts


def shown(station: Programme, alert: Alert) -> AlertView:
    view = station.alert(alert.id)
    assert view is not None
    return view


def called(station: Programme, alert: Alert) -> list[str]:
    """Whom an alert was escalated to."""
    return [call.to for call in shown(station, alert).calls]


class TestStopped:
    def test_it_ends_at_once_though_screens_are_watching(self, tmp_path: Path) -> None:
        with Programme(Broker(port=free_port()), tmp_path) as station, station.events() as events:
            next(events)
            assert station.stop() == 0
            assert all(isinstance(event, Tick | LinkView) for event in events), "and then no more"

    def test_the_service_manager_hears_that_it_serves_lives_and_stops(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(tmp_path / "notify"))
            manager.settimeout(20)
            monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
            with Programme(Broker(port=free_port()), tmp_path) as station:
                heard = [manager.recv(100) for _ in range(3)]
                assert heard == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
                assert station.stop() == 0
            while heard[-1] == b"WATCHDOG=1":
                heard.append(manager.recv(100))
            assert heard[-1] == b"STOPPING=1"


class TestMisconfigured:
    def test_a_port_that_is_taken_is_named(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            said = refused(tmp_path, f"[station]\nport = {port}\n")
        assert f"station.host and port: 127.0.0.1:{port}: Address already in use" in said

    def test_an_address_of_another_machine_is_named(self, tmp_path: Path) -> None:
        said = refused(tmp_path, '[station]\nhost = "192.0.2.1"\nport = 0\n')
        assert "station.host and port: 192.0.2.1:0: Cannot assign requested address" in said
        assert "choose an address of this machine" in said

    def test_a_field_that_is_misspelt_is_named(self, tmp_path: Path) -> None:
        said = refused(tmp_path, "[station]\nsilent_after = 30\n")
        assert "station.toml: station: Object contains unknown field `silent_after`" in said

    def test_a_file_that_another_station_uses_is_named(self, tmp_path: Path) -> None:
        with Programme(Broker(port=free_port()), tmp_path):
            database = tmp_path / "station.sqlite3"
            said = refused(tmp_path / "other", f'[station]\nport = 0\ndatabase = "{database}"\n')
        assert f"{database}: another station uses it, stop that one" in said


def refused(folder: Path, settings: str) -> str:
    """What the command says, in one line, as it refuses to run."""
    folder.mkdir(exist_ok=True)
    (folder / "station.toml").write_text(settings)
    run = subprocess.run(
        [sys.executable, "-m", "edge.cli", "station", "--config", str(folder / "station.toml")],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    said = [line for line in run.stderr.splitlines() if line.startswith("veilleur: ")]
    assert "Traceback" not in run.stderr
    assert len(said) == 1
    return said[0]
