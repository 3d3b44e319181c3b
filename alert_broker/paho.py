"""What the MQTT client must be told, since it does not know."""

import socket
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.properties import Properties


def properties(packet: int, **values: int) -> Properties:
    """The MQTT 5 properties of one kind of packet."""
    properties = Properties(packet)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(properties, name, value)
    return properties


def let_go(client: Client) -> None:
    """Break the circle of client and session: a client that dies in one leaves sockets open."""
    client.on_pre_connect = client.on_connect = client.on_connect_fail = None
    client.on_disconnect = client.on_subscribe = client.on_publish = client.on_message = None


def send_at_once(_client: Client, _userdata: Any, connection: Any) -> None:
    """Without this, the system holds small packets back for 40 ms."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
