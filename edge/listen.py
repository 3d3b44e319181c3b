"""`veilleur listen`: puts the agent of a room together, and tells when it cannot be."""

import signal
import threading
from contextlib import ExitStack, suppress
from datetime import datetime

from alert_broker.messages import Fault
from alert_broker.mqtt import Role, Session
from alert_broker.settings import SettingsRefused
from alert_broker.systemd import notify
from classifier.errors import ModelRefused
from classifier.model import Classifier
from edge.agent import Agent
from edge.alerts import AlertWriter, Versions
from edge.config import AgentSettings
from edge.courier import Courier
from edge.ear import Ear
from edge.memory import give_back, share_one_arena
from edge.microphone import Microphone
from edge.outbox import Outbox
from edge.status import StatusWriter

TELL_S = 2.0
"""How long a device that cannot listen tries to tell the station why."""


def listen(settings: AgentSettings) -> int:
    """Listen until a signal ends it: 0; or until only a restart helps: 1.

    Raises:
        ModelRefused: nothing can be heard without a model; the station knows if it is in reach.
        OutboxBusy: another agent runs with these settings.
        SettingsRefused: a password file that cannot be read, or a rule that could never fire.
    """
    share_one_arena()
    with ExitStack() as parts:
        outbox = Outbox(settings.outbox, _now)
        parts.callback(outbox.close)
        # It may be a second until sound comes: meanwhile the model is loaded.
        microphone = parts.enter_context(Microphone(settings.microphone))
        classifier = _load_model(settings)
        ear = Ear(classifier, settings, lambda _at_s: _now())
        versions = Versions.of(classifier.version, settings)
        courier = parts.enter_context(Courier(settings, outbox, versions, _now))
        writer = AlertWriter(settings.room, versions, outbox.next_sequence, _now)
        agent = Agent(microphone, ear, writer, courier)
        give_back()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: agent.stop())
        code = agent.run()
        notify("STOPPING=1")
    return code


def _load_model(settings: AgentSettings) -> Classifier:
    try:
        return Classifier(settings.model.path)
    except ModelRefused as refused:
        with suppress(SettingsRefused):  # then the model is the lesser trouble, yet it came first
            _tell_station(settings, Fault.MODEL_REFUSED, str(refused))
        raise


def _tell_station(settings: AgentSettings, fault: Fault, detail: str) -> None:
    """Leave a status on the bus that stays there: a device that cannot listen is no secret."""
    status = StatusWriter(settings.room, Versions.of("", settings), _now).status((fault,), detail)
    told = threading.Event()

    def tell() -> None:
        session.publish(status, lambda _outcome: told.set())

    session = Session(settings.broker, Role(f"agent-{settings.room.device}"), on_connect=tell)
    session.start()
    told.wait(TELL_S)
    session.stop()


def _now() -> datetime:
    """Local time, which tells day from night, with its offset."""
    return datetime.now().astimezone()
