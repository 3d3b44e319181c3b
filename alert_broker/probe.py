"""Can this program reach the broker and sign in? One attempt, one answer."""

import threading
import time
import uuid

from alert_broker.mqtt import Role, Session
from alert_broker.settings import Broker
from alert_broker.troubles import silent


def probe(broker: Broker, timeout_s: float = 10.0) -> str:
    """Connect once and leave; returns what is wrong and how to mend it, empty if nothing is.

    Raises:
        SettingsRefused: the password file cannot be read.
    """
    connected = threading.Event()
    session = Session(broker, Role(f"check-{uuid.uuid4().hex[:8]}"), on_connect=connected.set)
    session.start()
    deadline = time.monotonic() + timeout_s
    while not connected.wait(0.05) and not session.problem and time.monotonic() < deadline:
        pass
    problem = "" if connected.is_set() else session.problem or silent(broker, timeout_s)
    session.stop()
    return problem
