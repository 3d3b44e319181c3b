"""`veilleur people`, as an installer uses it; and the first start of a station."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from brokers import free_port
from houses import Programme
from staffs import sign_in
from terminals import Terminal
from waiting import eventually

from alert_broker.people.person import FIRST
from alert_broker.settings import Broker

pytestmark = [pytest.mark.broker, pytest.mark.system]


def veilleur(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge.cli", *arguments, "--config", "station.toml"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def people(*arguments: str, folder: Path) -> str:
    run = veilleur("people", *arguments, folder=folder)
    assert run.returncode == 0, run.stderr
    return run.stdout


def refusal(*arguments: str, folder: Path) -> str:
    run = veilleur("people", *arguments, folder=folder)
    assert run.returncode == 1
    assert run.stderr.startswith("veilleur: ")
    assert len(run.stderr.splitlines()) == 1, "one line says it, and nothing stands before it"
    return run.stderr


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Programme]:
    with Programme(Broker(port=free_port()), tmp_path) as station:
        yield station


class TestWhileTheStationRuns:
    def test_somebody_is_added_and_signs_in_within_seconds(
        self, station: Programme, tmp_path: Path
    ) -> None:
        said = people("add", "Nadia", "--id", "p-nadia0", folder=tmp_path)
        pin = re.search(r"^Nadia \(p-nadia0, carer\): (\d{6})$", said, re.MULTILINE)
        assert pin is not None
        asked = {"person": "p-nadia0", "secret": pin[1]}
        url = f"{station.url}/api/session"
        assert eventually(lambda: httpx.post(url, json=asked).is_success)
        assert httpx.post(url, json=asked).json()["must_choose"]
        assert "p-nadia0  carer          Nadia\n" in people("list", folder=tmp_path)
        assert "Nadia" in people("remove", "nadia", folder=tmp_path)
        assert eventually(lambda: not httpx.post(url, json=asked).is_success)
        assert "Nadia" not in people("list", folder=tmp_path)

    def test_whoever_types_her_own_at_the_terminal_need_not_choose_again(
        self, station: Programme, tmp_path: Path
    ) -> None:
        config = str(tmp_path / "station.toml")
        command = "people", "reset", "Marie", "--ask", "--config", config
        with Terminal(*command) as terminal:
            for asked in ("PIN or password: ", "once more: "):
                assert terminal.shows(asked)
                terminal.press("271828\n")
            assert terminal.process.wait(20) == 0
        assert b"271828" not in terminal.output
        entered = sign_in(station.url, "Marie", "271828")
        assert entered.is_success, "at once: no wrong try is counted meanwhile"
        assert not entered.json()["must_choose"]

    @pytest.mark.usefixtures("station")
    def test_a_mistake_is_told_and_changes_nothing(self, tmp_path: Path) -> None:
        before = people("list", folder=tmp_path)
        assert "has that name" in refusal("add", "MARIE", folder=tmp_path)
        assert "Expected `str`" in refusal("add", " ", folder=tmp_path)
        assert "Expected `str`" in refusal("add", "Ana", "--id", "ana", folder=tmp_path)
        assert "nobody here has this name" in refusal("reset", "Personne", folder=tmp_path)
        chief = next(it for it in before.splitlines() if "administrator" in it).split()[0]
        assert "last administrator" in refusal("remove", chief, folder=tmp_path)
        assert people("list", folder=tmp_path) == before


def test_without_a_store_it_says_where_it_looked(tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_text("")
    said = refusal("list", folder=tmp_path)
    assert f"{tmp_path}/station.sqlite3: no store there" in said
    assert not (tmp_path / "station.sqlite3").exists()


class TestTheFirstStart:
    def test_tells_the_administrators_secret_once_and_keeps_it_nowhere(
        self, tmp_path: Path
    ) -> None:
        port = free_port()
        (tmp_path / "station.toml").write_text(f"[station]\nport = {port}\n")
        first, second = start(tmp_path, port), start(tmp_path, port)
        (secret,) = re.findall(r"^ +((?:\w{4}-){3}\w{4})$", first, re.MULTILINE)
        assert secret not in second
        assert "Administrateur" not in second
        kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert secret.encode() not in kept
        assert f"{FIRST}  administrator  Administrateur" in people("list", folder=tmp_path)


def start(folder: Path, port: int) -> str:
    """Start a station, sign nobody in, stop it; what it said."""
    command = [sys.executable, "-m", "edge.cli", "station", "--config", "station.toml"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        url = f"http://127.0.0.1:{port}/api/people"
        assert eventually(lambda: "Administrateur" in asked(url))
        process.send_signal(signal.SIGTERM)
        return process.communicate(timeout=20)[1]


def asked(url: str) -> str:
    try:
        return httpx.get(url).text
    except httpx.TransportError:
        return ""
