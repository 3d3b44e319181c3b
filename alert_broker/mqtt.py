"""One MQTT 5 session: it connects for ever, sends our messages and hands over those that arrive.

Callbacks run on paho's network thread: they must be quick. Nothing is queued while the broker is
away, since paho's queue would die with the process and send old news as new; whoever publishes
keeps what matters and tries again.
"""

import logging
import random
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from alert_broker import troubles
from alert_broker.inflight import Done, InFlight, Outcome
from alert_broker.messages import MAX_BYTES, Message, MessageRefused, encode
from alert_broker.paho import let_go, properties, send_at_once
from alert_broker.seldom import Seldom
from alert_broker.settings import Broker
from alert_broker.topics import SUBSCRIBED_QOS, channel_of, read, topic_of

log = logging.getLogger(__name__)
paho_log = logging.getLogger(f"{__name__}.paho")
paho_log.setLevel(logging.ERROR)
# Paho calls it an error that a session which has left is not connected; a handler's is one.
paho_log.addFilter(lambda record: str(record.msg).startswith("Caught exception"))

FAREWELL_S = 2.0
"""How long a session that leaves waits for its last message to be taken, seconds."""
FIRST_RETRY_S = (0.2, 1.0)
"""Between these, by chance, is the first pause before connecting again; each next is double..."""
LONGEST_RETRY_S = (20.0, 40.0)
"""...up to one between these."""
NO_MATCHING_SUBSCRIBERS = 0x10
MAX_PACKET = MAX_BYTES + 1024
"""Bytes that a broker may send us at once: a message with its topic and all that travels beside."""


@dataclass(frozen=True, slots=True)
class Role:
    """Who a session is on the bus."""

    name: str
    """Client identifier; a second session of the same name ends the first."""
    filters: tuple[str, ...] = ()
    """Topics it subscribes to, anew on each connection."""
    keep_s: int = 0
    """How long the broker queues what arrives while we are away, seconds."""
    will: Callable[[], Message] | None = None
    """Makes the message that the broker publishes should we vanish, anew on each connection."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a message reached us."""

    retained: bool = False
    """Whether the broker had kept it for newcomers: it is no news."""
    waited_s: float = 0.0
    """How long it lay at the broker, seconds, as far as its expiry tells (MQTT 5, 3.3.2.3.3)."""


class Session:
    """A self-healing connection to the broker."""

    def __init__(
        self,
        broker: Broker,
        role: Role,
        on_message: Callable[[Message, Delivery], None] = lambda _message, _delivery: None,
        on_connect: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare a session; `start` connects.

        Args:
            broker: where, and as whom to sign in.
            role: who we are.
            on_message: takes each valid message, and how it reached us; may refuse it too.
            on_connect: called on each connection, when messages can be published.

        Raises:
            SettingsRefused: the password file cannot be read.
        """
        self._broker = broker
        self._role = role
        self._on_message = on_message
        self._on_connect = on_connect
        self._answered = False
        self._ready = False
        self.connections = 0
        """How often it has connected."""
        self._problem = ""
        self._in_flight = InFlight()
        self._malformed = Seldom(log)
        self._forbidden = Seldom(log)
        self._losses = Seldom(log)
        self._client = self._make_client()

    @property
    def connected(self) -> bool:
        """Whether messages can be published now."""
        return self._ready

    @property
    def problem(self) -> str:
        """Why there is no connection, in one line with the fix; empty when there is one."""
        return self._problem

    @property
    def malformed(self) -> int:
        """How many arriving messages were refused."""
        return self._malformed.count

    def start(self) -> None:
        """Begin to connect, and to reconnect whenever the connection is lost; returns at once."""
        self._client.connect_async(
            self._broker.host,
            self._broker.port,
            self._broker.keepalive_s,
            # Mosquitto 2.0.11 loses the queue of a kept session in a power cut when this is True.
            clean_start=self._role.keep_s == 0,
            properties=properties(
                PacketTypes.CONNECT,
                SessionExpiryInterval=self._role.keep_s,
                MaximumPacketSize=MAX_PACKET,
            ),
        )
        self._client.loop_start()

    def publish(self, message: Message, done: Done = lambda _outcome: None) -> bool:
        """Send a message now; False, and nothing is sent, when there is no connection.

        `done` is called with what became of it, on the network thread or before this returns; a
        connection that breaks at a bad moment may leave it uncalled.
        """
        if not self._ready:
            return False
        channel = channel_of(message)
        expiry = {} if channel.expiry_s is None else {"MessageExpiryInterval": channel.expiry_s}
        sent = self._client.publish(
            topic_of(message),
            encode(message),
            channel.qos,
            channel.retained,
            properties(PacketTypes.PUBLISH, **expiry),
        )
        self._in_flight.expect(sent.mid, done)
        return True

    def stop(self, farewell: Message | None = None) -> None:
        """Say a last message if there is a connection, and leave: the will is not published."""
        if farewell is not None:
            said = threading.Event()
            if self.publish(farewell, lambda _outcome: said.set()):
                said.wait(FAREWELL_S)
        self._client.disconnect()
        self._client.loop_stop()
        let_go(self._client)

    def _make_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, self._role.name, protocol=MQTTProtocolVersion.MQTTv5
        )
        if self._broker.username:
            client.username_pw_set(self._broker.username, self._broker.password())
        # A handler's error is logged and must not end the network thread: the sender sends again.
        client.suppress_exceptions = True
        client.enable_logger(paho_log)
        # Every device loses a broker at the same moment; they must not all come back at one.
        client.reconnect_delay_set(
            random.uniform(*FIRST_RETRY_S),  # type: ignore[arg-type]  # fractions do work
            random.uniform(*LONGEST_RETRY_S),  # type: ignore[arg-type]
        )
        client.on_socket_open = send_at_once
        client.on_pre_connect = self._before_connect
        client.on_connect = self._after_connect
        client.on_connect_fail = self._after_connect_fail
        client.on_disconnect = self._after_disconnect
        client.on_subscribe = self._after_subscribe
        client.on_publish = self._after_publish
        client.on_message = self._after_message
        return client

    def _before_connect(self, client: Client, _userdata: Any) -> None:
        self._answered = False
        if self._role.will is not None:
            message = self._role.will()
            channel = channel_of(message)
            client.will_set(topic_of(message), encode(message), channel.qos, channel.retained)

    def _after_connect(
        self,
        client: Client,
        _userdata: Any,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._answered = True
        if reason.is_failure:
            self._tell(troubles.refused(self._broker, reason))
            return
        client.drop_out_messages()  # else paho sends them again, out of date and out of order
        self._in_flight.lose()
        if self._role.filters:
            client.subscribe([(it, SubscribeOptions(SUBSCRIBED_QOS)) for it in self._role.filters])
        self._problem = ""
        self.connections += 1
        self._ready = True
        log.info("connected to broker %s:%d", self._broker.host, self._broker.port)
        self._on_connect()

    def _after_connect_fail(self, _client: Client, _userdata: Any) -> None:
        # Paho swallows the error it is handling as it calls us.
        self._tell(troubles.unreachable(self._broker, sys.exception()))

    def _after_disconnect(
        self,
        _client: Client,
        _userdata: Any,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure and not self._answered:
            self._tell(troubles.unanswered(self._broker))
        elif reason.is_failure and self._ready:
            self._problem = troubles.lost(self._broker, reason, self._role.name)
            self._losses.warn(self._problem)
        self._ready = False

    def _after_subscribe(
        self,
        _client: Client,
        _userdata: Any,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        for name, reason in zip(self._role.filters, reasons, strict=False):
            if reason.is_failure:
                self._forbidden.warn(f"broker refuses that we read {name} ({reason})")

    def _after_publish(
        self,
        _client: Client,
        _userdata: Any,
        mid: int,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._forbidden.warn(f"broker refuses a message ({reason}): check its access list")
            self._in_flight.settle(mid, Outcome.REFUSED)
        elif reason.value == NO_MATCHING_SUBSCRIBERS:
            self._in_flight.settle(mid, Outcome.UNHEARD)
        else:
            self._in_flight.settle(mid, Outcome.TAKEN)

    def _after_message(self, _client: Client, _userdata: Any, arrived: MQTTMessage) -> None:
        try:
            message = read(arrived.topic, bytes(arrived.payload))
            self._on_message(message, _delivery(message, arrived))
        except (MessageRefused, UnicodeDecodeError) as error:
            self._malformed.warn(f"message refused: {error}")

    def _tell(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            log.warning("%s", problem)


def _delivery(message: Message, arrived: MQTTMessage) -> Delivery:
    expiry_s = channel_of(message).expiry_s
    left_s = getattr(arrived.properties, "MessageExpiryInterval", None)
    if expiry_s is None or left_s is None:
        return Delivery(arrived.retain)
    return Delivery(arrived.retain, max(0.0, expiry_s - left_s))
