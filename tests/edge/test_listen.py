"""A sound in the room becomes an alert at the station; a deaf device is no secret."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import pytest
from agents import RunningAgent, ServiceManager
from brokers import Mosquitto
from couriers import VERSIONS, a_courier, clock
from soundcards import SoundServer
from stations import PostStation
from waiting import eventually

from alert_broker.messages import DeviceState, Fault, Heartbeat
from alert_broker.settings import Broker
from classifier import model
from classifier.errors import ModelRefused
from classifier.model import Classifier
from edge import capture
from edge.agent import Agent
from edge.alerts import AlertWriter
from edge.config import AgentSettings, Model
from edge.config import Microphone as MicrophoneSettings
from edge.config import Outbox as OutboxSettings
from edge.courier import Courier
from edge.ear import Ear
from edge.labels import Labelled, read_labels
from edge.listen import listen
from edge.microphone import Microphone

pytestmark = [pytest.mark.sound, pytest.mark.broker]

RECORDINGS = Path(__file__).parents[2] / "recordings"
QUIET = "[microphone]\nsilent_after_s = 3600\n"
"""The null sink gives digital silence between two sounds, as no microphone would."""


def soonest_promise() -> tuple[Path, Labelled]:
    """The scene in which a nurse is needed soonest, and what for."""
    promises = [
        (path, labelled)
        for path in sorted(RECORDINGS.glob("*.flac"))
        for labelled in read_labels(path.with_suffix(".txt"))
        if labelled.promises_alert
    ]
    return min(promises, key=lambda promise: promise[1].offset_s)


@contextmanager
def seen_listening(broker: Broker, folder: Path) -> Iterator[tuple[PostStation, RunningAgent]]:
    """A station, and an agent that it has seen online."""
    with PostStation(broker) as station, RunningAgent(folder, broker, QUIET) as agent:
        assert station.reads(lambda s: s.status and s.status.state is DeviceState.ONLINE)
        yield station, agent


class TestTheCommand:
    """The whole process, with a real sound server and a real broker."""

    @pytest.mark.system
    def test_a_sound_in_the_room_becomes_an_alert(
        self, room: SoundServer, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        scene, promise = soonest_promise()
        with (
            PostStation(mosquitto.settings) as station,
            RunningAgent(tmp_path, mosquitto.settings, QUIET) as agent,
        ):
            assert agent.says("hears default at 44100 Hz"), agent.log
            room.play_meanwhile(scene)
            assert station.reads(lambda s: s.alerts, within_s=90), agent.log
            (alert, *_) = station.alerts
            assert (alert.room, alert.label, alert.late) == ("12", promise.label, False)

    @pytest.mark.system
    def test_it_listens_while_the_broker_is_away_and_delivers_when_it_comes(
        self, room: SoundServer, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        mosquitto.stop()
        scene, promise = soonest_promise()
        with RunningAgent(tmp_path, mosquitto.settings, QUIET) as agent:
            assert agent.says("hears default"), agent.log
            room.play_meanwhile(scene)
            assert agent.says(f"raised {promise.label}", within_s=90), agent.log
            mosquitto.start()
            with PostStation(mosquitto.settings) as station:
                assert station.reads(lambda s: s.alerts, within_s=60), agent.log
            assert station.alerts[0].label == promise.label

    @pytest.mark.system
    def test_the_station_sees_a_microphone_go_and_come(
        self, room: SoundServer, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        with seen_listening(mosquitto.settings, tmp_path) as (station, agent):
            assert station.status.detail == "hears default at 44100 Hz, 2 channels"
            room.kill()
            assert station.reads(lambda s: s.status.faults == (Fault.MICROPHONE_ABSENT,))
            room.start()
            assert station.reads(lambda s: s.status.state is DeviceState.ONLINE)
            assert station.reads(lambda s: s.of(Heartbeat) and s.of(Heartbeat)[-1].gaps == 1)
            assert "a gap begins" in agent.log

    @pytest.mark.system
    def test_told_to_stop_it_says_goodbye_even_when_the_sound_server_hangs(
        self, room: SoundServer, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        with seen_listening(mosquitto.settings, tmp_path) as (station, agent):
            room.freeze()
            assert agent.stop() == 0
            assert station.reads(lambda s: s.status.state is DeviceState.OFFLINE)
            assert station.status.detail == "stopped"

    @pytest.mark.system
    def test_systemd_hears_that_it_is_ready_and_lives_without_microphone_or_broker(
        self, make_room: Callable[..., SoundServer], tmp_path: Path
    ) -> None:
        make_room()
        with RunningAgent(tmp_path, Broker(port=1)) as agent:
            assert agent.manager.hears("READY=1"), agent.log
            assert agent.says("microphone of the system: no microphone is there"), agent.log
            agent.manager.forget()
            assert agent.manager.hears("WATCHDOG=1")
            assert agent.stop() == 0
            assert agent.manager.hears("STOPPING=1")


class TestTheAgent:
    """In this process, where a test can break its parts."""

    SETTINGS = AgentSettings(microphone=MicrophoneSettings(stalled_after_s=1, silent_after_s=3600))

    @pytest.fixture
    def courier(self, tmp_path: Path) -> Iterator[Courier]:
        with a_courier(Broker(port=1), tmp_path / "outbox.sqlite3") as courier:
            yield courier

    def an_agent(self, microphone: Microphone, courier: Courier) -> Agent:
        ear = Ear(Classifier(), self.SETTINGS, lambda _at_s: clock())
        writer = AlertWriter(self.SETTINGS.room, VERSIONS, lambda: 1, clock)
        return Agent(microphone, ear, writer, courier)

    def test_the_watchdog_bites_when_the_sound_system_hangs_for_long(
        self,
        room: SoundServer,
        courier: Courier,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(capture, "STUCK_AFTER_S", 2.0)
        manager = ServiceManager(tmp_path)
        monkeypatch.setenv("NOTIFY_SOCKET", manager.address)
        with Microphone(self.SETTINGS.microphone) as microphone:
            agent = self.an_agent(microphone, courier)
            thread = threading.Thread(target=agent.run)
            thread.start()
            assert manager.hears("WATCHDOG=1")
            room.freeze()
            assert eventually(lambda: microphone.stuck)
            manager.forget()
            assert not manager.hears("WATCHDOG=1", within_s=3)
            room.thaw()
            assert manager.hears("WATCHDOG=1")
            agent.stop()
            thread.join()
        manager.close()

    @pytest.mark.usefixtures("room")
    def test_without_a_courier_it_asks_for_a_restart(self, courier: Courier) -> None:
        with Microphone(self.SETTINGS.microphone) as microphone:
            courier.stop()
            assert self.an_agent(microphone, courier).run() == 1

    @pytest.mark.usefixtures("room")
    def test_with_nobody_looking_for_the_microphone_it_asks_for_a_restart(
        self, courier: Courier
    ) -> None:
        microphone = Microphone(self.SETTINGS.microphone)
        with microphone:
            pass
        assert self.an_agent(microphone, courier).run() == 1


def test_a_model_that_was_changed_is_refused_and_the_station_knows_also_later(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    copytree(model.BUNDLED.parent, tmp_path / "models")
    manifest = tmp_path / "models" / model.BUNDLED.name
    next(manifest.parent.glob("*.onnx")).write_bytes(b"changed")
    outbox = OutboxSettings(path=str(tmp_path / "outbox.sqlite3"))
    with pytest.raises(ModelRefused, match=r"differs from model\.sha256"):
        listen(AgentSettings(broker=mosquitto.settings, outbox=outbox, model=Model(str(manifest))))
    with PostStation(mosquitto.settings) as station:
        assert station.reads(lambda s: s.status)
        assert station.status.faults == (Fault.MODEL_REFUSED,)
        assert "differs from model.sha256" in station.status.detail
