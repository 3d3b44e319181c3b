"""A machine of the house that holds connections, by mistake or on purpose, keeps nobody out."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from brokers import Mosquitto
from houses import Desk, Device, House, Programme
from samples import an_alert
from waiting import eventually

from alert_broker import connections
from alert_broker.messages import Receipt

pytestmark = pytest.mark.broker

SOON_S = 0.3
FILES = 1024
"""What a system gives a program."""
HALF = b"GET /api/board HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@contextmanager
def files(most: int) -> Iterator[None]:
    """What is started within it may open so many."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.system
def test_a_thousand_of_one_machine_keep_out_no_alert_and_no_other_screen(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    station = Programme(mosquitto.settings, tmp_path)
    with files(FILES):
        station.start()
    with Device(mosquitto.settings) as device, files(3 * FILES), ExitStack() as held:
        held.callback(station.stop)
        for _ in range(FILES + 100):
            held.enter_context(connected(station))
        device.send(an_alert())
        assert eventually(lambda: device.of(Receipt), within_s=5)
        elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(transport=elsewhere) as screen:
            assert len(screen.get(f"{station.url}/api/board").json()["alerts"]) == 1


class TestAConnection:
    @pytest.fixture
    def desk(self, house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
        monkeypatch.setattr(connections, "IDLE_S", SOON_S)
        return house.desk

    @pytest.mark.parametrize("said", [b"", HALF, HALF + b"\r\n" + HALF])
    def test_that_asks_nothing_or_not_to_the_end_is_closed(self, desk: Desk, said: bytes) -> None:
        with connected(desk) as wire:
            wire.sendall(said)
            assert closed(wire)

    def test_of_a_screen_that_only_listens_stays(self, desk: Desk) -> None:
        with desk.events() as events:
            for _ in range(3):  # the board, and a tick every three seconds
                next(events)


def connected(desk: Desk) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(desk.url.rpartition(":")[2])), 5)


def closed(wire: socket.socket) -> bool:
    """Whether the station ends a connection in time."""
    wire.settimeout(10)
    try:
        while wire.recv(65536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True
