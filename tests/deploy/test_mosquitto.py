"""The broker as we configure it for a house: each room speaks for itself alone, stations hear all.

The shipped files run in a real Mosquitto; only its port and the paths of its files are changed.
"""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from brokers import Mosquitto, free_port
from couriers import VERSIONS, clock
from houses import Programme
from msgspec.structs import replace
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from samples import NOON, a_receipt, an_alert
from waiting import eventually

from alert_broker.inflight import Outcome
from alert_broker.messages import (
    MAX_BYTES,
    Acknowledgement,
    DeviceState,
    DeviceStatus,
    Heartbeat,
    Message,
)
from alert_broker.mqtt import Role, Session
from alert_broker.probe import probe
from alert_broker.settings import Broker, StationSettings, load
from alert_broker.topics import Party, filters, topic
from edge.config import AgentSettings
from edge.courier import Courier
from edge.outbox import Outbox

pytestmark = pytest.mark.broker

DEPLOY = Path(__file__).parents[2] / "deploy"
PEOPLE = ("12", "13", "poste-1", "+")


@dataclass
class Member:
    """Somebody signed in, with all that arrives."""

    session: Session
    read: list[Message] = field(default_factory=list)

    def says(self, message: Message) -> Outcome:
        """What became of a message; the broker answers those at QoS 1."""
        told: list[Outcome] = []
        assert eventually(lambda: self.session.publish(message, told.append))
        assert eventually(lambda: told)
        return told[0]

    def may_say(self, message: Message) -> bool:
        return self.says(message) is not Outcome.REFUSED


class House:
    """The broker of a house, whose password is everybody's name said twice."""

    def __init__(self, folder: Path, make_mosquitto: Callable[..., Mosquitto]) -> None:
        self.folder = folder
        self._members = ExitStack()
        passwords = folder / "veilleur.passwords"
        passwords.touch()
        for name in PEOPLE:
            subprocess.run(["mosquitto_passwd", "-b", passwords, name, name * 2], check=True)
            (folder / name).write_text(name * 2)
        shipped = DEPLOY / "mosquitto"
        (folder / "veilleur.acl").write_bytes((shipped / "veilleur.acl").read_bytes())
        (folder / "conf.d").mkdir()
        (folder / "conf.d/veilleur.conf").write_text(
            (shipped / "veilleur.conf")
            .read_text(encoding="utf-8")
            .replace("/etc/mosquitto", str(folder))
            .replace("listener 1883", f"listener {free_port()}")
        )
        self.mosquitto = make_mosquitto(f"include_dir {folder / 'conf.d'}")

    def account(self, name: str) -> Broker:
        return replace(
            self.mosquitto.settings, username=name, password_file=str(self.folder / name)
        )

    def enter(self, name: str, *filters: str, keep_s: int = 0) -> Member:
        read: list[Message] = []
        session = Session(
            self.account(name),
            Role(f"program-of-{PEOPLE.index(name)}", filters, keep_s),
            lambda message, _kept: read.append(message),
        )
        session.start()
        self._members.callback(session.stop)
        assert eventually(lambda: session.connected), session.problem
        return Member(session, read)

    def leave(self) -> None:
        self._members.close()


@pytest.fixture
def house(tmp_path: Path, make_mosquitto: Callable[..., Mosquitto]) -> Iterator[House]:
    house = House(tmp_path, make_mosquitto)
    yield house
    house.leave()


def status(room: str) -> DeviceStatus:
    return DeviceStatus(
        site="residence",
        room=room,
        device=f"veilleur-{room}",
        state=DeviceState.ONLINE,
        since=NOON,
        model="m",
        config="c",
        software="s",
    )


def beat(room: str) -> Heartbeat:
    return Heartbeat(
        site="residence",
        room=room,
        device=f"veilleur-{room}",
        sent_at=NOON,
        uptime_s=1.0,
        audio_age_s=0.1,
        level_dbfs=-50.0,
        overflows=0,
        gaps=0,
        waiting=0,
    )


def taken(room: str) -> Acknowledgement:
    return Acknowledgement(
        site="residence",
        room=room,
        alert="0" * 32,
        by="Anne",
        station="poste-1",
        acknowledged_at=NOON,
    )


def station_filters() -> tuple[str, ...]:
    """As a station subscribes that is told no site."""
    return filters(Party.STATION, "+", "+")


def test_a_device_speaks_for_its_own_room(house: House) -> None:
    device, station = house.enter("12"), house.enter("poste-1", *station_filters())
    said = [an_alert(room="12"), status("12"), beat("12")]
    assert device.may_say(said[0])
    assert device.may_say(said[1])
    device.session.publish(said[2])
    assert eventually(lambda: len(station.read) == 3)
    assert sorted(map(repr, station.read)) == sorted(map(repr, said))


@pytest.mark.parametrize(
    "message",
    [
        an_alert(room="13"),
        an_alert(site="other-house", room="12"),
        status("13"),
        a_receipt(an_alert(room="12")),
        taken("12"),
    ],
    ids=["another-room", "another-house", "another-status", "a-receipt", "an-acknowledgement"],
)
def test_a_device_can_say_nothing_else(house: House, message: Message) -> None:
    assert not house.enter("12").may_say(message)


def test_a_device_hears_what_stations_answer_to_its_room_and_nothing_else(house: House) -> None:
    neighbour, station = house.enter("13"), house.enter("poste-1")
    assert neighbour.may_say(status("13"))  # retained: a newcomer would be told
    curious = house.enter("12", "veilleur/#", "#")
    assert neighbour.may_say(an_alert(room="13"))
    neighbour.session.publish(beat("13"))
    for room in ("13", "12"):
        assert station.may_say(a_receipt(an_alert(room=room)))
        assert station.may_say(taken(room))
    assert eventually(lambda: taken("12") in curious.read)
    assert {message.room for message in curious.read} == {"12"}


def test_a_name_that_is_a_wildcard_opens_no_room(house: House) -> None:
    assert not house.enter("+").may_say(an_alert(room="12"))


def test_a_station_hears_every_room_and_answers_it(house: House) -> None:
    station = house.enter("poste-1", *station_filters())
    for room in ("12", "13"):
        device = house.enter(room, topic("residence", room, "receipt"))
        alert = an_alert(room=room)
        assert device.may_say(alert)
        assert eventually(lambda alert=alert: alert in station.read)
        assert station.may_say(a_receipt(alert))
        assert eventually(lambda device=device, alert=alert: device.read == [a_receipt(alert)])


def test_another_screen_hears_who_goes(house: House) -> None:
    station = house.enter("poste-1", *station_filters())
    assert station.may_say(taken("12"))
    assert eventually(lambda: station.read == [taken("12")])


@pytest.mark.parametrize("message", [an_alert(room="12"), status("12")], ids=["alert", "status"])
def test_a_station_cannot_speak_for_a_room(house: House, message: Message) -> None:
    assert not house.enter("poste-1").may_say(message)


def test_nobody_enters_without_the_right_password(house: House) -> None:
    assert probe(house.account("12")) == ""
    assert "Not authorized" in probe(replace(house.account("12"), username="13"))
    assert "Not authorized" in probe(replace(house.account("12"), username="14"))
    assert "Not authorized" in probe(house.mosquitto.settings)


def test_only_this_machine_can_connect_until_the_house_says_otherwise() -> None:
    lines = (DEPLOY / "mosquitto/veilleur.conf").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("listener")] == ["listener 1883 127.0.0.1"]


@pytest.mark.parametrize(("length", "passes"), [(MAX_BYTES, True), (20_000, False)])
def test_a_packet_longer_than_any_of_ours_goes_nowhere(
    house: House, length: int, *, passes: bool
) -> None:
    left: list[object] = []
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.on_disconnect = lambda *reason: left.append(reason)
    client.username_pw_set("12", "1212")
    client.connect(house.mosquitto.settings.host, house.mosquitto.settings.port)
    client.loop_start()
    assert eventually(client.is_connected)
    sent = client.publish(topic("residence", "12", "alert"), b"x" * length, qos=1)
    assert eventually(lambda: sent.is_published() or left)
    assert sent.is_published() == passes
    client.loop_stop()


@pytest.mark.alone  # on a busy machine the kill may come between its answer and its disk
def test_alerts_for_a_station_that_is_away_survive_the_end_of_the_broker(house: House) -> None:
    house.enter("poste-1", *station_filters(), keep_s=3600)
    house.leave()
    alerts = [an_alert(room="12", sequence=number) for number in range(5)]
    device = house.enter("12")
    assert [device.says(alert) for alert in alerts] == [Outcome.TAKEN] * 5
    house.mosquitto.kill()
    house.mosquitto.start()
    station = house.enter("poste-1", *station_filters(), keep_s=3600)
    assert eventually(lambda: station.read == alerts)


def test_with_the_settings_that_we_ship_an_alert_reaches_the_nurse(
    house: House, tmp_path: Path
) -> None:
    agent = load(DEPLOY / "agent.toml", AgentSettings)
    station = load(DEPLOY / "station.toml", StationSettings)
    assert agent.broker.username == agent.room.room
    agent = replace(
        agent,
        broker=house.account(agent.broker.username),
        outbox=replace(agent.outbox, path=str(tmp_path / "outbox.sqlite3")),
    )
    named = {"name": station.station.name, "site": station.station.site}
    with (
        Programme(house.account(station.broker.username), tmp_path, **named) as desk,
        Courier(agent, Outbox(agent.outbox, clock), VERSIONS, clock) as courier,
    ):
        courier.send(alert := an_alert(site=agent.room.site, room=agent.room.room))
        assert desk.shows(alert.id)
        assert courier.drain(20), "the station's receipt came back"
        assert desk.take(alert.id).is_success
