"""The session finds its broker again, says why it cannot, and no message can break it."""

import gc
import subprocess
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from brokers import AnyBroker, Mosquitto
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from samples import NOON, an_alert
from stations import PostStation
from waiting import eventually

from alert_broker.inflight import Outcome
from alert_broker.messages import MAX_BYTES, DeviceState, DeviceStatus, Message, encode
from alert_broker.mqtt import Delivery, Role, Session
from alert_broker.probe import probe
from alert_broker.settings import Broker

pytestmark = pytest.mark.broker

ALERTS = "veilleur/residence/12/alert"
STATUS = DeviceStatus(
    site="residence",
    room="12",
    device="veilleur-12",
    state=DeviceState.ONLINE,
    since=NOON,
    model="m",
    config="c",
    software="s",
)


@pytest.fixture
def outsider(any_broker: AnyBroker) -> Iterator[Client]:
    """A program that is not ours, on the same broker."""
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.connect(any_broker.settings.host, any_broker.settings.port)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


@contextmanager
def running(session: Session) -> Iterator[Session]:
    session.start()
    assert eventually(lambda: session.connected), session.problem
    yield session
    session.stop()


def connected(broker: Broker, name: str = "agent") -> AbstractContextManager[Session]:
    return running(Session(broker, Role(name)))


def test_it_finds_a_broker_that_starts_after_it(any_broker: AnyBroker) -> None:
    any_broker.stop()
    session = Session(any_broker.settings, Role("agent"))
    session.start()
    assert eventually(lambda: "cannot be reached (Connection refused)" in session.problem)
    assert not session.publish(an_alert())
    any_broker.start()
    assert eventually(lambda: session.connected)
    assert session.problem == ""
    session.stop()


def test_it_hears_again_after_the_broker_was_restarted(any_broker: AnyBroker) -> None:
    with PostStation(any_broker.settings, receipts=False) as station:
        any_broker.stop()
        assert eventually(lambda: not station.session.connected)
        any_broker.start()
        assert eventually(lambda: station.session.publish(STATUS))
        assert station.reads(lambda s: s.status == STATUS)


def test_an_alert_travels_with_a_guarantee_and_an_expiry(
    any_broker: AnyBroker, outsider: Client
) -> None:
    seen: list[MQTTMessage] = []
    outsider.on_message = lambda _client, _userdata, message: seen.append(message)
    outsider.subscribe(ALERTS, qos=1)
    with connected(any_broker.settings) as session:
        assert eventually(lambda: session.publish(an_alert()) and seen)
    assert seen[0].qos == 1
    assert 0 < seen[0].properties.MessageExpiryInterval <= 3600  # type: ignore[union-attr]


def test_an_alert_that_lay_at_the_broker_tells_how_long(any_broker: AnyBroker) -> None:
    lay: list[float] = []
    absent = Role("station", (ALERTS,), keep_s=60)

    def listener() -> Session:
        return Session(any_broker.settings, absent, lambda _, how: lay.append(how.waited_s))

    with connected(any_broker.settings) as agent:
        with running(listener()):
            assert eventually(lambda: agent.publish(an_alert()) and lay)
            assert max(lay) < 2
        agent.publish(an_alert())
        time.sleep(3)
        with running(listener()):
            assert eventually(lambda: lay[-1] >= 2)


def test_a_newcomer_is_told_the_retained_status(any_broker: AnyBroker) -> None:
    told: list[Outcome] = []
    with connected(any_broker.settings) as session:
        session.publish(STATUS, told.append)
        assert eventually(lambda: told)
    with PostStation(any_broker.settings) as newcomer:
        assert newcomer.reads(lambda s: s.status == STATUS)


def test_garbage_is_counted_logged_once_and_breaks_nothing(
    any_broker: AnyBroker, outsider: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with PostStation(any_broker.settings, receipts=False) as station:
        for payload in (
            b"",
            b"\xff" * 100,
            b"[" * 9000,
            b"x" * (MAX_BYTES + 1),
            b'{"type":"alert"}',
        ):
            outsider.publish(ALERTS, payload, qos=1)
        outsider.publish("veilleur/audio", b"RIFF", qos=1)
        outsider.publish("veilleur/residence/13/alert", encode(an_alert(room="12")), qos=1)
        assert eventually(lambda: station.session.malformed == 7)
        station.session.publish(alert := an_alert())
        assert station.reads(lambda s: s.alerts == [alert])
    assert sum("message refused" in line for line in caplog.messages) == 1


def test_an_error_of_the_handler_does_not_deafen_the_session(
    any_broker: AnyBroker, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Message] = []

    def handle(message: Message, _delivery: Delivery) -> None:
        heard.append(message)
        raise OSError("the disk is full")

    listener = Session(any_broker.settings, Role("station", ("veilleur/#",)), handle)
    listener.start()
    assert eventually(lambda: listener.publish(STATUS))
    assert eventually(lambda: heard == [STATUS])
    listener.publish(alert := an_alert())
    assert eventually(lambda: heard == [STATUS, alert])
    assert "the disk is full" in caplog.text
    listener.stop()


def test_it_learns_whether_anybody_listens(mosquitto: Mosquitto) -> None:
    told: list[Outcome] = []
    with connected(mosquitto.settings) as session:
        session.publish(an_alert(), told.append)
        assert eventually(lambda: told == [Outcome.UNHEARD])
        with PostStation(mosquitto.settings):
            session.publish(an_alert(), told.append)
            assert eventually(lambda: told[1:] == [Outcome.TAKEN])
        session.publish(an_alert(), told.append)
        assert eventually(lambda: told[2:] == [Outcome.TAKEN]), "queued for the absent station"


def test_it_learns_what_was_lost_with_the_connection(mosquitto: Mosquitto) -> None:
    told: list[Outcome] = []
    with connected(mosquitto.settings) as session:
        mosquitto.freeze()
        assert session.publish(an_alert(), told.append)
        mosquitto.kill()
        assert eventually(lambda: not session.connected)
        assert not session.publish(an_alert(), told.append)
        mosquitto.start()
        assert eventually(lambda: told == [Outcome.LOST])


def test_what_came_while_it_was_away_waits_for_it_even_through_a_power_cut(
    mosquitto: Mosquitto,
) -> None:
    with PostStation(mosquitto.settings):
        pass
    alerts = [an_alert(sequence=n) for n in range(20)]
    told: list[Outcome] = []
    with connected(mosquitto.settings) as session:
        for alert in alerts:
            session.publish(alert, told.append)
        # Mosquitto may write a change only with the next one; a device sends again in any case.
        session.publish(STATUS, told.append)
        assert eventually(lambda: len(told) == 21)
        mosquitto.kill()
        mosquitto.start()
        with PostStation(mosquitto.settings) as station:
            assert station.reads(lambda s: s.alerts == alerts)


def test_two_programs_of_the_same_name_are_told_so(
    any_broker: AnyBroker, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(any_broker.settings), connected(any_broker.settings):
        assert eventually(lambda: "another program may call itself agent too" in caplog.text)


def test_a_broker_that_falls_silent_is_noticed(mosquitto: Mosquitto) -> None:
    with connected(Broker(port=mosquitto.settings.port, keepalive_s=1)) as session:
        mosquitto.freeze()
        assert eventually(lambda: not session.connected)
        mosquitto.thaw()
        assert eventually(lambda: session.connected)


def test_a_session_that_left_is_gone_at_once_with_its_sockets(mosquitto: Mosquitto) -> None:
    def come_and_leave() -> "weakref.ref[Session]":
        session = Session(mosquitto.settings, Role("passer-by"))
        session.start()
        assert eventually(lambda: session.connected)
        session.stop()
        return weakref.ref(session)

    gc.disable()
    try:
        assert come_and_leave()() is None, "only the garbage collector would close its sockets"
    finally:
        gc.enable()


class TestWhoMaySayWhat:
    """A Mosquitto that asks for a password and has an access list."""

    @pytest.fixture
    def guarded(self, tmp_path: Path, make_mosquitto: Callable[..., Mosquitto]) -> Mosquitto:
        passwords, access = tmp_path / "passwords", tmp_path / "access"
        subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "room-12", "secret"], check=True)
        access.write_text(f"user room-12\ntopic write {ALERTS}\n")
        return make_mosquitto(f"password_file {passwords}", f"acl_file {access}")

    @pytest.fixture
    def signed_in(self, guarded: Mosquitto, tmp_path: Path) -> Broker:
        (tmp_path / "secret").write_text("secret\n")
        return Broker(
            port=guarded.settings.port,
            username="room-12",
            password_file=str(tmp_path / "secret"),
        )

    def test_a_wrong_password_is_told(self, guarded: Mosquitto, tmp_path: Path) -> None:
        (tmp_path / "wrong").write_text("guess\n")
        broker = Broker(
            port=guarded.settings.port, username="room-12", password_file=str(tmp_path / "wrong")
        )
        assert "(Not authorized): check broker.username and password_file" in probe(broker)
        assert "Not authorized" in probe(guarded.settings)

    def test_its_own_topic_is_open_to_it(self, signed_in: Broker) -> None:
        told: list[Outcome] = []
        with connected(signed_in) as session:
            session.publish(an_alert(), told.append)
            assert eventually(lambda: told == [Outcome.UNHEARD])

    def test_the_topic_of_another_room_is_not(
        self, signed_in: Broker, caplog: pytest.LogCaptureFixture
    ) -> None:
        told: list[Outcome] = []
        with connected(signed_in) as session:
            session.publish(an_alert(room="13"), told.append)
            assert eventually(lambda: told == [Outcome.REFUSED])
        assert "Not authorized" in caplog.text
