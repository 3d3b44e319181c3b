"""A house for tests: its real nurse station, asked over HTTP, and the devices of its rooms."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self, TypeVar

import httpx
import msgspec
from brokers import free_port
from msgspec.structs import replace
from staffs import hire, sign_in
from waiting import eventually

from alert_broker.broker import embedded_broker
from alert_broker.database import place_of
from alert_broker.inflight import Outcome
from alert_broker.messages import Message
from alert_broker.mqtt import Delivery, Role, Session
from alert_broker.service import Service
from alert_broker.settings import Broker, Escalation, Station, StationSettings
from alert_broker.settings_example import example
from alert_broker.topics import Party, channel_of, filters
from alert_broker.upkeep.settings import Upkeep
from alert_broker.upkeep.views import UpkeepRecord
from alert_broker.views import EVENTS, AlertView, BoardView, Record, View

M = TypeVar("M", bound=Message)


class Desk:
    """What a nurse's screen asks of a station."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._signed_in: dict[str, httpx.Cookies] = {}

    def as_(self, name: str) -> httpx.Cookies:
        """What the screen of somebody of the staff holds once she has signed in."""
        if name not in self._signed_in:
            answer = sign_in(self.url, name)
            assert answer.is_success, answer.text
            self._signed_in[name] = answer.cookies
        return self._signed_in[name]

    def board(self) -> BoardView:
        return msgspec.json.decode(httpx.get(f"{self.url}/api/board").content, type=BoardView)

    def alert(self, alert_id: str) -> AlertView | None:
        """One alert as it is shown now, None when it is not."""
        return next((it for it in self.board().alerts if it.id == alert_id), None)

    def shows(self, alert_id: str) -> bool:
        """Whether an alert comes on the board in time."""
        return eventually(lambda: self.alert(alert_id))

    def take(self, alert_id: str, by: str = "Marie") -> httpx.Response:
        """Say that somebody goes."""
        return self.say(alert_id, "acknowledge", by)

    def say(self, alert_id: str, what: str, by: str = "Marie", outcome: str = "") -> httpx.Response:
        """A carer does something about an alert."""
        said = {"outcome": outcome} if outcome else {}
        url = f"{self.url}/api/alerts/{alert_id}/{what}"
        return httpx.post(url, json=said, cookies=self.as_(by))

    def close(self, alert_id: str, by: str = "Marie", outcome: str = "real") -> None:
        """Somebody went, and says what it was."""
        self.take(alert_id, by)
        assert self.say(alert_id, "close", by, outcome).is_success

    def record(self, alert_id: str) -> Record:
        """All that was heard and done about an alert."""
        answer = httpx.get(f"{self.url}/api/alerts/{alert_id}", cookies=self.as_("Odile"))
        return msgspec.json.decode(answer.content, type=Record)

    def upkeep(self, what: str, by: str = "Paul", **said: str) -> httpx.Response:
        """Somebody says something of the technical side."""
        return httpx.post(f"{self.url}/api/upkeep/{what}", json=said, cookies=self.as_(by))

    def upkeep_record(self) -> UpkeepRecord:
        """What was wrong with devices, and who visited."""
        answer = httpx.get(f"{self.url}/api/upkeep", cookies=self.as_("Tom"))
        return msgspec.json.decode(answer.content, type=UpkeepRecord)

    def answers(self) -> bool:
        try:
            httpx.get(f"{self.url}/health")
        except httpx.TransportError:
            return False
        return True

    @contextmanager
    def events(self) -> Iterator[Iterator[View]]:
        """What a screen is told from now on; the whole board first."""
        with httpx.stream("GET", f"{self.url}/api/events", timeout=20) as answer:
            yield _views(answer.iter_lines())


@contextmanager
def serving(
    broker: Broker,
    database: Path,
    escalation: Escalation = Escalation(),  # noqa: B008
    upkeep: Upkeep = Upkeep(),  # noqa: B008
    **station: Any,
) -> Iterator[Desk]:
    """A station in this process, until the `with` ends."""
    hire(database)
    told = Station(port=0, database=str(database), **station)
    settings = StationSettings(told, broker, escalation, upkeep)
    service = Service(settings)
    thread = threading.Thread(target=service.run)
    thread.start()
    try:
        desk = Desk(service.address)
        assert eventually(desk.answers)
        yield desk
    finally:
        service.stop()
        thread.join()


class Programme(Desk):
    """The command `veilleur station`, on one port and one file however often it is started."""

    def __init__(
        self,
        broker: Broker,
        folder: Path,
        escalation: Escalation = Escalation(),  # noqa: B008
        upkeep: Upkeep = Upkeep(),  # noqa: B008
        **station: Any,
    ) -> None:
        usual = Station(port=free_port(), database=str(folder / "station.sqlite3"))
        settings = replace(usual, **station)
        hire(place_of(settings))
        super().__init__(f"http://127.0.0.1:{settings.port}")
        self._config = folder / "station.toml"
        self._config.write_text(example(StationSettings(settings, broker, escalation, upkeep)))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        command = [sys.executable, "-m", "edge.cli", "station", "--config", str(self._config)]
        self._process = subprocess.Popen(command)
        assert eventually(self.answers)

    def stop(self) -> int:
        """As a service manager would; returns the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        return self._process.wait(10)

    def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def freeze(self) -> None:
        """It is there, and nothing answers any more."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)


class Device:
    """A room's side of the bus: sends what a test tells it, and notes what it is told."""

    def __init__(self, broker: Broker, room: str = "12") -> None:
        self.told: list[Message] = []
        role = Role(f"agent-{room}", filters(Party.DEVICE, "residence", room))
        self._session = Session(broker, role, self._note)

    def __enter__(self) -> Self:
        self._session.start()
        assert eventually(lambda: self._session.connected), self._session.problem
        return self

    def __exit__(self, *_error: object) -> None:
        self._session.stop()

    def send(self, message: Message) -> None:
        """Again, as a room's courier does, while nobody is there yet to hear it."""
        assert eventually(lambda: self._is_heard(message)), self._session.problem

    def of(self, kind: type[M]) -> list[M]:
        """What it was told, of one kind."""
        return [message for message in self.told if isinstance(message, kind)]

    def _is_heard(self, message: Message) -> bool:
        outcome = SimpleQueue[Outcome]()
        if not self._session.publish(message, outcome.put):
            return False
        told = outcome.get(timeout=20)
        return told is not Outcome.UNHEARD or channel_of(message).retained

    def _note(self, message: Message, _delivery: Delivery) -> None:
        self.told.append(message)


@dataclass(frozen=True)
class House:
    """A station that serves, and the device of room 12, on the demo's broker."""

    broker: Broker
    desk: Desk
    device: Device


@contextmanager
def a_house(
    folder: Path,
    escalation: Escalation = Escalation(),  # noqa: B008
    upkeep: Upkeep = Upkeep(),  # noqa: B008
) -> Iterator[House]:
    with (
        embedded_broker(free_port()) as broker,
        serving(broker, folder / "station.sqlite3", escalation, upkeep, names=("Poste",)) as desk,
        Device(broker) as device,
    ):
        assert eventually(lambda: desk.board().link.broker)
        yield House(broker, desk, device)


def _views(lines: Iterator[str]) -> Iterator[View]:
    kind = ""
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield msgspec.json.decode(value, type=EVENTS[kind])
