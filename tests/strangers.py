"""Somebody on the bus who knows no rule: says any bytes anywhere, and hears everything."""

from collections.abc import Callable, Iterable
from typing import Any, Self
from uuid import uuid4

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.subscribeoptions import SubscribeOptions
from waiting import eventually

from alert_broker.settings import Broker


class Stranger:
    """Use it in a `with`, which returns once it hears."""

    def __init__(
        self, broker: Broker, hear: Callable[[MQTTMessage], None] = lambda _message: None
    ) -> None:
        self._broker = broker
        self._listens = False
        self._client = Client(
            CallbackAPIVersion.VERSION2, uuid4().hex, protocol=MQTTProtocolVersion.MQTTv5
        )
        self._client.on_message = lambda _client, _userdata, message: hear(message)
        self._client.on_subscribe = self._subscribed

    def __enter__(self) -> Self:
        self._client.connect(self._broker.host, self._broker.port)
        self._client.loop_start()
        self._client.subscribe([("#", SubscribeOptions(qos=1, retainAsPublished=True))])
        assert eventually(lambda: self._listens)
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        # A client that dies in a circle leaves its sockets open.
        self._client.on_message = self._client.on_subscribe = None

    def shout(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Say something; returns once the broker has it."""
        self.say_all([(topic, payload)], qos=qos, retain=retain)

    def say_all(
        self, said: Iterable[tuple[str, bytes]], *, qos: int = 1, retain: bool = False
    ) -> None:
        """Say all of this, on each topic; returns once the broker has it."""
        for sent in [self._client.publish(*it, qos, retain) for it in said]:
            sent.wait_for_publish(20)

    def _subscribed(self, *_told: Any) -> None:
        self._listens = True
