"""A replay that publishes: the nurse gets what a microphone would have sent, or it waits safely."""

from pathlib import Path

import numpy as np
import pytest
from brokers import AnyBroker, free_port
from msgspec.structs import replace
from stations import PostStation

from alert_broker.messages import Heartbeat, Label, Priority, Reason
from alert_broker.settings import Broker
from edge.audio import AudioBlock
from edge.config import AgentSettings
from edge.config import Outbox as OutboxSettings
from edge.events import Phase, SoundEvent
from edge.publisher import Publisher, Undelivered
from edge.triage import Finding

pytestmark = pytest.mark.broker
RECORDING = Path("night.flac")


def a_finding(phase: Phase) -> Finding:
    event = SoundEvent(1, phase, Label.FALL, "fall", 10.0, 11.5, 12.0, 0.9, Reason.IMPACT)
    return Finding(event, Priority.HIGH, 1)


def settings(broker: Broker, folder: Path) -> AgentSettings:
    outbox = OutboxSettings(path=str(folder / "outbox.sqlite3"), resend_s=1.0)
    usual = AgentSettings()
    return replace(usual, broker=broker, outbox=outbox, room=replace(usual.room, room="7"))


def test_what_is_heard_arrives_in_its_order_for_its_room(
    any_broker: AnyBroker, tmp_path: Path
) -> None:
    with PostStation(any_broker.settings) as station:
        with Publisher(settings(any_broker.settings, tmp_path), "m 1") as publisher:
            alert = publisher.publish(RECORDING, a_finding(Phase.RAISED))
            assert station.reads(lambda s: s.alerts)
            assert publisher.publish(RECORDING, a_finding(Phase.ENDED)) == alert
        assert station.reads(lambda s: len(s.alerts) >= 2)
        assert [(a.id, a.room, a.revision) for a in station.alerts] == [
            (alert, "7", 0),
            (alert, "7", 1),
        ]
        assert station.alerts[-1].duration_s == 1.5


def test_a_room_that_replays_is_no_silent_room(any_broker: AnyBroker, tmp_path: Path) -> None:
    loud = AudioBlock(np.full(16_000, 0.1, np.float32))
    with (
        PostStation(any_broker.settings) as station,
        Publisher(settings(any_broker.settings, tmp_path), "m 1") as publisher,
    ):
        assert station.reads(lambda s: s.status)
        publisher.hear(loud)
        assert station.reads(lambda s: s.of(Heartbeat))
        (beat,) = station.of(Heartbeat)
        assert beat.level_dbfs == pytest.approx(-20.0, abs=0.1)


def test_without_a_station_alerts_wait_and_leave_with_the_next_replay(
    any_broker: AnyBroker, tmp_path: Path
) -> None:
    nowhere = settings(Broker(port=free_port()), tmp_path)
    with (
        pytest.raises(Undelivered, match=r"1 alerts wait in .*cannot be reached"),
        Publisher(nowhere, "m 1", wait_s=0.5) as publisher,
    ):
        alert = publisher.publish(RECORDING, a_finding(Phase.RAISED))
    with PostStation(any_broker.settings) as station:
        with Publisher(settings(any_broker.settings, tmp_path), "m 1"):
            pass
        assert [a.id for a in station.alerts] == [alert]
