"""From the end of the decisive frame to the alert at a subscriber, through a real broker."""

import queue
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from alert_broker.broker import embedded_broker
from alert_broker.messages import Alert, Message
from alert_broker.mqtt import Role, Session
from alert_broker.settings import Broker
from alert_broker.topics import topic
from classifier.manifest import Manifest
from classifier.model import Classifier
from edge.alerts import AlertWriter, Versions
from edge.audio import SAMPLE_RATE_HZ, AudioBlock
from edge.bench_costs import NOON, blocks_of, some_sound
from edge.config import AgentSettings
from edge.courier import Courier
from edge.ear import Ear
from edge.events import Phase
from edge.outbox import Outbox

SOUND_S = 300.0
ARRIVES_S = 10.0
TOUCHY = 0.001
"""Times the thresholds: nearly everything is an event, so that there are many to measure."""


def delivery_delays_s(model: Path) -> list[float]:
    """Delays of many alerts of the model of a manifest, seconds.

    Counted from the stream time of the decisive frame's end: waiting for the block that holds it,
    computing, writing to disk and sending are all in it. Nothing waits for real time.

    Raises:
        BrokerUnavailable: the demo's broker is not installed.
    """
    classifier, settings = Classifier(model), AgentSettings()
    classifier.manifest = _touchy(classifier.manifest)
    with embedded_broker() as broker, tempfile.TemporaryDirectory() as folder:
        outbox_path = str(Path(folder) / "outbox.sqlite3")
        settings = replace(
            settings, broker=broker, outbox=replace(settings.outbox, path=outbox_path)
        )
        outbox = Outbox(settings.outbox, lambda: NOON)
        versions = Versions.of(classifier.version, settings)
        writer = AlertWriter(settings.room, versions, outbox.next_sequence, lambda: NOON)
        ear = Ear(classifier, settings, lambda _at_s: NOON)
        with (
            _subscriber(broker) as arrived,
            Courier(settings, outbox, versions, lambda: NOON) as courier,
        ):
            _wait_until_connected(courier)
            return list(_delays_s(ear, writer, courier, arrived))


def _delays_s(
    ear: Ear, writer: AlertWriter, courier: Courier, arrived: "queue.SimpleQueue[Alert]"
) -> Iterator[float]:
    for block in blocks_of(some_sound(SOUND_S), SAMPLE_RATE_HZ):
        began_s = time.monotonic()
        for finding in ear.hear(AudioBlock(block)):
            alert = writer.write(finding)
            courier.send(alert)
            while (news := arrived.get(timeout=ARRIVES_S)) != alert:
                assert news.id != alert.id or news.revision <= alert.revision
            if finding.event.phase is Phase.RAISED:
                waited_s = ear.heard_s - finding.event.decided_s
                yield waited_s + time.monotonic() - began_s


@contextmanager
def _subscriber(broker: Broker) -> Iterator["queue.SimpleQueue[Alert]"]:
    arrived: queue.SimpleQueue[Alert] = queue.SimpleQueue()

    def take(message: Message, _kept: object) -> None:
        if isinstance(message, Alert):
            arrived.put(replace(message, delay_s=0.0))

    session = Session(broker, Role("bench", (topic("+", "+", "alert"),)), take)
    session.start()
    try:
        yield arrived
    finally:
        session.stop()


def _wait_until_connected(courier: Courier) -> None:
    deadline_s = time.monotonic() + ARRIVES_S
    while not courier.connected and time.monotonic() < deadline_s:
        time.sleep(0.02)


def _touchy(manifest: Manifest) -> Manifest:
    labels = tuple(
        replace(label, threshold=TOUCHY * label.threshold, curve=()) for label in manifest.labels
    )
    return replace(manifest, labels=labels)
