"""How long until an alert is on a screen when a whole ward calls at once, and what that costs.

Broker, station, ward and screen are programs of their own, as in a house; the screen is what
`veilleur watch` reads with, and it says what it shows, as every screen does.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from alert_broker.broker import embedded_broker
from alert_broker.feed import Station
from alert_broker.picture import Lost
from alert_broker.settings import Broker
from alert_broker.views import AlertView, BoardView, View
from edge.ward.share import Ran

VEILLEUR = (sys.executable, "-m", "edge.cli")
SIZES = (10, 100, 300)
BURST = 100
SECONDS = 8
STARTS_IN_S = 30.0
SEEN_IN_S = 30.0
MOSQUITTO = """listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_on_changes true
autosave_interval 1
max_queued_messages 10000
"""
"""As a house runs it, see `deploy/`, but for who may do what."""


class BenchFailed(ValueError):
    """A program of the measurement did not do its part; the text says which."""


class Screen:
    """Notes when each alert first came, on the machine's monotonic clock, seconds."""

    def __init__(self, url: str) -> None:
        self.seen_s: dict[str, float] = {}
        self._station = Station(url)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        for happening in self._station.follow():
            now_s = time.monotonic()
            fresh = [it for it in _alerts(happening) if it.id not in self.seen_s]
            self.seen_s |= {it.id: now_s for it in fresh}
            if fresh:
                self._station.shown([it.id for it in fresh])


def ward_figures(sizes: Sequence[int] = SIZES, burst: int = BURST) -> dict[str, object]:
    """Figures for wards of these sizes, each with a station and a broker that begin empty.

    Raises:
        BenchFailed: a program did not start, or not every alert was received.
        BrokerUnavailable: there is neither Mosquitto nor the embedded broker.
    """
    figures: dict[str, object] = {"broker": "Mosquitto" if _mosquitto() else "embedded"}
    for rooms in sizes:
        figures[f"{rooms} rooms"] = _figures(rooms, min(rooms, burst))
    return figures


def _figures(rooms: int, burst: int) -> dict[str, object]:
    with (
        tempfile.TemporaryDirectory(prefix="veilleur-bench-") as folder,
        _broker(Path(folder)) as broker,
        _station(Path(folder), broker) as (url, process),
    ):
        screen = Screen(url)
        before_s = _cpu_s(process)
        ran = _ward(Path(folder), rooms, burst)
        deadline_s = time.monotonic() + SEEN_IN_S
        while len(screen.seen_s) < len(ran.told) and time.monotonic() < deadline_s:
            time.sleep(0.1)
        spent_s = _cpu_s(process) - before_s
        board = msgspec.json.decode(httpx.get(f"{url}/api/board").content, type=BoardView)
        delays_s = [
            screen.seen_s[it.alert] - it.raised_s for it in ran.told if it.alert in screen.seen_s
        ]
        return {
            "alerts within a second": burst,
            "lost": burst - len(delays_s),
            "twice or never sent": len(board.alerts) - len(delays_s),
            "alert to screen p50, s": round(statistics.median(delays_s), 2),
            "alert to screen p95, s": round(statistics.quantiles(delays_s, n=20)[18], 2),
            "the ward itself late, s": round(ran.behind_s, 2),
            "station CPU, s": round(spent_s, 2),
            "station resident, MiB": round(_resident_mib(process), 1),
        }


def _ward(folder: Path, rooms: int, burst: int) -> Ran:
    asked = ("--rooms", str(rooms), "--burst", str(burst), "--within", "1", "--for", str(SECONDS))
    command = (*VEILLEUR, "ward", "--config", str(folder / "agent.toml"), "--json", *asked)
    run = subprocess.run(command, capture_output=True, check=False)
    if run.returncode:
        raise BenchFailed(run.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return msgspec.json.decode(run.stdout, type=Ran)


@contextmanager
def _station(folder: Path, broker: Broker) -> Iterator[tuple[str, int]]:
    """The address and the process of a station that reaches its broker."""
    bus = f'[broker]\nhost = "{broker.host}"\nport = {broker.port}\n'
    port = _free_port()
    own = f'[station]\nport = {port}\ndatabase = "{folder / "station.sqlite3"}"\n'
    (folder / "agent.toml").write_text(bus, encoding="utf-8")
    (folder / "station.toml").write_text(own + bus, encoding="utf-8")
    command = (*VEILLEUR, "station", "--config", str(folder / "station.toml"))
    with (
        (folder / "station.log").open("wb") as log,
        subprocess.Popen(command, stderr=log) as process,
    ):
        try:
            _await_health(url := f"http://127.0.0.1:{port}")
            yield url, process.pid
        finally:
            process.terminate()


@contextmanager
def _broker(folder: Path) -> Iterator[Broker]:
    mosquitto = _mosquitto()
    if mosquitto is None:
        with embedded_broker() as broker:
            yield broker
        return
    broker, settings = Broker(port=_free_port()), folder / "mosquitto.conf"
    user = "user root\n" if os.geteuid() == 0 else ""
    settings.write_text(user + MOSQUITTO.format(port=broker.port, folder=folder), encoding="utf-8")
    with subprocess.Popen(
        (mosquitto, "-c", str(settings)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield broker
        finally:
            process.terminate()


def _mosquitto() -> str | None:
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


def _await_health(url: str) -> None:
    deadline_s = time.monotonic() + STARTS_IN_S
    while time.monotonic() < deadline_s:
        try:
            if httpx.get(f"{url}/health").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise BenchFailed("the station did not start, or does not reach its broker")


def _alerts(happening: View | Lost) -> Sequence[AlertView]:
    match happening:
        case AlertView():
            return (happening,)
        case BoardView():
            return happening.alerts
        case _:
            return ()


def _cpu_s(process: int) -> float:
    """Spent by a process so far, from the 14th and 15th word of its line."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mib(process: int) -> float:
    """The most memory that a process ever held."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
