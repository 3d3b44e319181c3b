"""The embedded MQTT 5 broker of the demo and the tests: rumqttd, inside the wheel of iotcore.

Not for a real house: it enforces no access list, forgets its queues when it stops, and never says
that nobody subscribes. A real house runs Mosquitto, see `deploy/`.
"""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alert_broker.settings import Broker

if TYPE_CHECKING:
    from iotcore import Broker as Rumqttd

# Left to itself it listens on every address of the machine, and speaks MQTT 3.1.1 alone.
CONFIGURATION = """
id = 0

[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 200
max_segment_size = 1048576
max_segment_count = 10

[v5.demo]
name = "demo"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1

[v5.demo.connections]
connection_timeout_ms = 5000
max_payload_size = 65536
max_inflight_count = 100
"""


class BrokerUnavailable(ValueError):
    """The embedded broker cannot run here; the text says what to do."""


@contextmanager
def embedded_broker(port: int = 0) -> Iterator[Broker]:
    """Run the broker on 127.0.0.1 while the `with` lasts; yields how to reach it. 0: a free port.

    Raises:
        BrokerUnavailable: the `demo` extra is not installed, or the port is taken.
    """
    try:
        from iotcore import Broker as Rumqttd
    except ImportError:
        raise BrokerUnavailable(
            "the embedded broker is not installed: pip install 'veilleur[demo]'"
        ) from None
    if not 0 <= port <= 65535:
        raise BrokerUnavailable(f"port {port}: give one from 1 to 65535, or 0 for a free one")
    broker = Broker(port=port or _free_port())
    with tempfile.TemporaryDirectory(prefix="veilleur-broker-") as folder:
        configuration = Path(folder) / "rumqttd.toml"
        configuration.write_text(CONFIGURATION.format(port=broker.port), encoding="utf-8")
        process = Rumqttd(config_path=str(configuration))
        _start(process)
        try:
            yield broker
        finally:
            process.stop()


def _start(process: "Rumqttd") -> None:
    try:
        process.start()
    except OSError as error:
        raise BrokerUnavailable(f"{error}: stop what uses it, or choose another port") from None
    except RuntimeError as error:
        raise BrokerUnavailable(f"the embedded broker does not start: {error}") from None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
