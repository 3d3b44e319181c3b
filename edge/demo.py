"""`veilleur demo`: a recorded night in room 12, from its sounds to the nurse's screen.

Broker, station, terminal and room are the real ones, each a program of its own as in a house; only
the microphone is replaced by recordings. Played once, the night is also an exam: what the nurse
got is compared with what the label files promise.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import httpx
import msgspec

from alert_broker import clock
from alert_broker.broker import embedded_broker
from alert_broker.database import Database
from alert_broker.people.pins import new_pin
from alert_broker.people.register import Register
from alert_broker.people.rights import Role
from alert_broker.people.roll import Roll
from alert_broker.people.settings import People
from alert_broker.settings import Broker, Station, StationSettings, load
from alert_broker.views import AlertView, BoardView, Record
from alert_broker.words import Words
from edge.labels import Labelled, compare, read_labels
from edge.recording import Recording, find_recordings

ROOM = "12"
STARTS_AT = "23:00"
NURSE, NURSE_ID = "Marie", "p-demo00"
START_TIMEOUT_S = 30.0
VEILLEUR = (sys.executable, "-m", "edge.cli")


S = TypeVar("S", bound=msgspec.Struct)


class DemoFailed(ValueError):
    """A part of the demo did not start or stopped; the text says which."""


@dataclass(frozen=True, slots=True)
class Played:
    """One event of the replay, as `veilleur replay --json` printed it."""

    recording: Path
    label: str
    onset_s: float
    alert: str
    """The alert it became."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One alert as the nurse got it."""

    view: AlertView
    ids: tuple[str, ...]
    """Its own, and those of the repetitions that joined it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the night promised beside what the nurse got."""

    kept: int
    missed: tuple[tuple[Path, Labelled], ...]
    """Promised, and nothing arrived."""
    unpromised: tuple[AlertView, ...]
    """Arrived, and nobody promised it."""

    @property
    def passed(self) -> bool:
        """Whether the nurse got what was promised and nothing else."""
        return not self.missed and not self.unpromised


def play_once(recordings: Path) -> int:
    """Play the night as fast as the machine can; 0 if the nurse got what the labels promise."""
    _check_folder(recordings)
    with _house(watched=False) as house:
        played = house.play(recordings, "fast")
        alerts = house.alerts()
    verdict = judge(recordings, played, alerts)
    _print_night(alerts, played)
    _print_verdict(verdict)
    return 0 if verdict.passed else 1


def play_live(recordings: Path) -> int:
    """Play the night in real time and keep the station open until somebody stops it."""
    _check_folder(recordings)
    minutes = sum(Recording(path).seconds for path in find_recordings(recordings)) / 60.0
    with _house(watched=True) as house:
        print(
            f"\n  Poste de soins / nurse station : {house.url}\n"
            f"  S’identifier / sign in : {NURSE}, code {house.pin}\n"
            f"  La nuit dure {minutes:.0f} min / the night lasts {minutes:.0f} min\n"
            "  Ctrl-C pour arrêter / to stop\n",
            flush=True,
        )
        house.play(recordings, "realtime")
        print(f"\n  La nuit est finie. Le poste reste ouvert / still open: {house.url}\n")
        while True:
            time.sleep(3600)


def _check_folder(recordings: Path) -> None:
    if not recordings.is_dir():
        raise DemoFailed(f"{recordings}: no such folder: go to the project's own, or name another")


def judge(recordings: Path, played: list[Played], alerts: list[Arrived]) -> Verdict:
    """Compare the alerts on the board with the label file beside each recording."""
    arrived = {id_: alert for alert in alerts for id_ in alert.ids}
    kept, missed, expected = 0, [], set()
    for path in sorted(recordings.glob("*.flac")):
        heard = [event for event in played if event.recording == path and event.alert in arrived]
        result = compare(read_labels(path.with_suffix(".txt")), heard)
        kept += len(result.kept)
        missed += [(path, promise) for promise in result.missed]
        expected |= {event.alert for event in heard} - {e.alert for e in result.unpromised}
    unpromised = tuple(alert.view for id_, alert in arrived.items() if id_ not in expected)
    return Verdict(kept, tuple(missed), unpromised)


@dataclass(frozen=True, slots=True)
class _House:
    folder: Path
    url: str
    pin: str
    """The nurse's, to sign in on the page."""

    def play(self, recordings: Path, speed: str) -> list[Played]:
        """Replay the night as the agent of room 12 and return its events."""
        command = (*VEILLEUR, "replay", str(recordings), "--publish", "--json", "--speed", speed)
        where = ("--config", str(self.folder / "agent.toml"), "--room", ROOM)
        run = subprocess.run(
            (*command, *where, "--starts-at", STARTS_AT), stdout=subprocess.PIPE, check=False
        )
        if run.returncode:
            raise DemoFailed(f"the replay of {recordings} failed: see its message above")
        return [_played(line) for line in run.stdout.splitlines()]

    def alerts(self) -> list[Arrived]:
        """What the nurse sees now, the oldest first."""
        with httpx.Client(base_url=self.url) as page:
            page.post("/api/session", json={"person": NURSE_ID, "secret": self.pin})
            board = _read(page, "board", BoardView)
            return [
                Arrived(
                    view, tuple(it.id for it in _read(page, f"alerts/{view.id}", Record).alerts)
                )
                for view in sorted(board.alerts, key=lambda alert: alert.onset_at)
            ]


@contextmanager
def _house(*, watched: bool) -> Iterator[_House]:
    """A broker, a station and, if `watched`, a terminal, until the `with` ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="veilleur-demo-")))
        broker = stack.enter_context(embedded_broker())
        _write_settings(folder, broker)
        pin = _hire(folder)
        log = stack.enter_context((folder / "station.log").open("wb"))
        station = stack.enter_context(
            _running("station", "--config", str(folder / "station.toml"), stderr=log)
        )
        house = _House(folder, _await_station(station, folder), pin)
        if watched:
            stack.enter_context(_running("watch", "--plain", "--url", house.url))
        yield house


def _hire(folder: Path) -> str:
    """Add the nurse of the demo, as a house would before its station starts; returns her PIN."""
    store = Database(folder / "station.sqlite3")
    store.open()
    roll = Roll(Register(store), clock.now, digits := People().pin_digits, Station().name)
    _, pin = roll.add(NURSE, Role.HEAD_NURSE, secret=new_pin(digits), person_id=NURSE_ID)
    store.close()
    return pin


def _read(page: httpx.Client, what: str, kind: type[S]) -> S:
    return msgspec.json.decode(page.get(f"/api/{what}").content, type=kind)


def _played(line: bytes) -> Played:
    event = json.loads(line)
    return Played(Path(event["recording"]), event["label"], event["onset_s"], event["alert"])


def _write_settings(folder: Path, broker: Broker) -> None:
    """The two settings files an installer would write."""
    bus = f'[broker]\nhost = "{broker.host}"\nport = {broker.port}\n'
    (folder / "agent.toml").write_text(
        f'[room]\nroom = "{ROOM}"\n[outbox]\npath = "{folder / "outbox.sqlite3"}"\n{bus}',
        encoding="utf-8",
    )
    (folder / "station.toml").write_text(
        f'[station]\nport = {_page_port()}\ndatabase = "{folder / "station.sqlite3"}"\n{bus}',
        encoding="utf-8",
    )


def _page_port() -> int:
    """8080, which is easy to remember, or a free one."""
    for port in (8080, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    raise DemoFailed("no free port on 127.0.0.1: stop a program that serves there")


@contextmanager
def _running(*arguments: str, stderr: IO[bytes] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """One of our own programs, stopped at the end."""
    with subprocess.Popen((*VEILLEUR, *arguments), stderr=stderr) as process:
        try:
            yield process
        finally:
            process.terminate()


def _await_station(station: subprocess.Popen[bytes], folder: Path) -> str:
    """The address of the page, once it is served."""
    settings = load(folder / "station.toml", StationSettings).station
    url = f"http://{settings.host}:{settings.port}"
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline_s and station.poll() is None:
        try:
            if httpx.get(f"{url}/health").status_code == httpx.codes.OK:
                return url
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    said = (folder / "station.log").read_text(encoding="utf-8", errors="replace")
    raise DemoFailed(f"the station did not start:\n{said[-2000:]}")


def _print_night(alerts: list[Arrived], played: list[Played]) -> None:
    """The alerts as the nurse got them, each with the recordings it came from."""
    heard = {event.alert: event for event in played}
    words = Words("fr")
    for alert in alerts:
        view = alert.view
        what = [words.of(view.priority), words.of(view.label), words.of(view.reason)]
        if view.repeats > 1:
            what.append(words.text("repeats", n=view.repeats))
        print(f"chambre {view.room} · {' · '.join(what)}")
        for event in (heard.get(id_) for id_ in alert.ids):
            where = f"{event.recording.name} à {event.onset_s:.1f} s" if event else "?"
            print(f"    {where}")


def _print_verdict(verdict: Verdict) -> None:
    for path, promise in verdict.missed:
        where = f"{path.name} {promise.onset_s:.1f}-{promise.offset_s:.1f} s"
        print(f"MANQUÉE / missed: {promise.label} promised by {where}", file=sys.stderr)
    for alert in verdict.unpromised:
        print(f"NON PROMISE / unpromised: {alert.label}, alert {alert.id}", file=sys.stderr)
    promised = verdict.kept + len(verdict.missed)
    print(f"{verdict.kept} alertes reçues sur {promised} promises / alerts received of promised")
