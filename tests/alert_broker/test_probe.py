"""What `veilleur check` says of the broker, in one line."""

import socket
import threading

import pytest
from brokers import AnyBroker, free_port

from alert_broker.probe import probe
from alert_broker.settings import Broker, SettingsRefused

pytestmark = pytest.mark.broker


class TestWhatIsWrongInOneLine:
    """What `veilleur check` prints."""

    def test_nothing(self, any_broker: AnyBroker) -> None:
        assert probe(any_broker.settings) == ""

    def test_nobody_there(self) -> None:
        port = free_port()
        assert probe(Broker(port=port)) == (
            f"broker 127.0.0.1:{port} cannot be reached (Connection refused): "
            "check broker.host, broker.port"
        )

    def test_no_such_name(self) -> None:
        assert "no-such-host.invalid:1883 cannot be reached (" in probe(
            Broker(host="no-such-host.invalid")
        )

    def test_only_mqtt_3(self) -> None:
        iotcore = pytest.importorskip("iotcore")
        with iotcore.Broker(port=free_port(), listen="127.0.0.1") as old:
            assert "MQTT 3.1.1" in probe(Broker(port=old.port))

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (b"\x20\x02\x00\x01", "it speaks only MQTT 3.1.1, use one that speaks MQTT 5"),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n", "MQTT"),
            (b"", "closed the connection unanswered"),
        ],
    )
    def test_something_else_listens_there(self, answer: bytes, said: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=answer_once, args=(server, answer), daemon=True).start()
            assert said in probe(Broker(port=server.getsockname()[1]))

    def test_silence(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            said = probe(Broker(port=server.getsockname()[1]), timeout_s=0.3)
        assert "did not answer within 0.3 s" in said

    def test_a_password_file_that_is_not_there(self) -> None:
        with pytest.raises(SettingsRefused, match="nowhere: No such file"):
            probe(Broker(username="room-12", password_file="nowhere"))


def answer_once(server: socket.socket, answer: bytes) -> None:
    connection, _address = server.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(answer)
