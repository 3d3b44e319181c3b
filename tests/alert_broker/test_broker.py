"""The demo's broker stays on this machine, and says clearly when it cannot run."""

import socket
import sys
from pathlib import Path

import pytest
from brokers import free_port
from samples import an_alert
from stations import PostStation

from alert_broker.broker import BrokerUnavailable, embedded_broker

pytestmark = pytest.mark.broker
LISTENING = "0A"


@pytest.fixture(autouse=True)
def _installed() -> None:
    pytest.importorskip("iotcore", reason="no embedded broker here: pip install 'veilleur[demo]'")


def test_it_carries_an_alert() -> None:
    with embedded_broker() as broker, PostStation(broker, receipts=False) as station:
        station.session.publish(alert := an_alert())
        assert station.reads(lambda s: s.alerts == [alert])


def test_only_this_machine_can_reach_it() -> None:
    with embedded_broker() as broker:
        assert listeners() == {("127.0.0.1", broker.port)}


def test_its_port_is_free_again_afterwards() -> None:
    port = free_port()
    for _twice in range(2):
        with embedded_broker(port) as broker:
            assert broker.port == port


def test_a_port_that_is_taken_is_named() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(BrokerUnavailable, match=str(other.getsockname()[1])),
        embedded_broker(other.getsockname()[1]),
    ):
        pass


def test_a_port_that_cannot_be_is_refused() -> None:
    with pytest.raises(BrokerUnavailable, match="70000"), embedded_broker(70_000):
        pass


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "iotcore", None)
    with pytest.raises(BrokerUnavailable, match=r"veilleur\[demo\]"), embedded_broker():
        pass


def listeners() -> set[tuple[str, int]]:
    """Address and port of every TCP socket on which a child process of ours listens."""
    children = " ".join(p.read_text() for p in Path("/proc/self/task").glob("*/children")).split()
    files = [link for child in children for link in Path(f"/proc/{child}/fd").iterdir()]
    sockets = {str(link.readlink()).removeprefix("socket:[").rstrip("]") for link in files}
    found = set()
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in sockets:
                address, port = fields[1].split(":")
                raw = bytes.fromhex(address)  # four bytes at a time, in the machine's order
                words = b"".join(raw[i : i + 4][::-1] for i in range(0, len(raw), 4))
                found.add((socket.inet_ntop(family, words), int(port, 16)))
    return found
