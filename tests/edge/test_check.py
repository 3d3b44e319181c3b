"""An installer sees in half a minute what works, what does not, and how to mend it."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from brokers import Mosquitto, free_port
from soundcards import SoundServer, write_wav

from edge.check import check
from edge.cli import main

pytestmark = pytest.mark.sound


@pytest.fixture
def speech(room: SoundServer, tmp_path: Path) -> None:
    """Somebody speaks, for long enough."""
    noise = np.random.default_rng(1).normal(0, 0.03, (20 * 16_000, 1)).astype(np.float32)
    room.play_meanwhile(write_wav(tmp_path / "noise.wav", noise, 16_000))


def settings(folder: Path, port: int, more: str = "") -> Path:
    path = folder / "agent.toml"
    path.write_text(f'[room]\nroom = "14"\n[broker]\nport = {port}\n{more}', encoding="utf-8")
    return path


@pytest.mark.broker
@pytest.mark.usefixtures("speech")
def test_all_in_place(
    mosquitto: Mosquitto, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = settings(tmp_path, mosquitto.settings.port)
    code = check(path)
    configuration, microphone, model, *rules, broker = capsys.readouterr().out.splitlines()
    assert configuration == f"✓ configuration: {path}: site residence, room 14, device veilleur-12"
    assert microphone.startswith("✓ microphone: default at 44100 Hz, 2 channels: ")
    loudest_dbfs = float(microphone.split()[-2])
    assert -40 < loudest_dbfs < -25
    assert model.startswith("✓ model: ")
    assert [rule.split(":")[0] for rule in rules] == ["  fall", "  call", "  cry"]
    assert all(" hit" in rule and "sensitivity normal; " in rule for rule in rules)
    assert broker == f"✓ broker: 127.0.0.1:{mosquitto.settings.port} answers"
    assert code == 0


def test_nothing_in_place_is_told_part_by_part(
    make_room: Callable[..., SoundServer],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_room()
    port = free_port()
    path = settings(tmp_path, port, '[microphone]\nid = "USB"\n')
    code = check(path)
    _configuration, microphone, *_model, broker = capsys.readouterr().out.splitlines()
    assert microphone.startswith("✗ microphone: microphone 'USB': no microphone is there")
    assert broker.startswith(f"✗ broker: broker 127.0.0.1:{port} cannot be reached")
    assert code == 1


@pytest.mark.usefixtures("room")
def test_a_settings_file_that_is_wrong_and_a_microphone_that_is_muted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = check(settings(tmp_path, 99_999))
    lines = capsys.readouterr().out.splitlines()
    assert "broker.port: Expected `int` <= 65535; see `veilleur settings`" in lines[0]
    assert lines[0].endswith("below, the defaults are checked")
    assert lines[1].startswith("✗ microphone: microphone default gives no sound at all")
    assert len([line for line in lines if line[0] in "✓✗"]) == 4
    assert code == 1


def test_a_rule_that_could_never_fire_is_told_with_the_model(
    make_room: Callable[..., SoundServer],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_room()
    never = (
        "[rules.call]\nhits = 20\nwithin_s = 0.5\nsure = 1.0\nrelease = 0.6\n"
        "merge_s = 2.0\ncooldown_s = 2.0\nlongest_s = 30.0\n"
    )
    assert check(settings(tmp_path, 1, never)) == 1
    assert "✗ model: rules.call.hits: 20 within 0.5 s can never be" in capsys.readouterr().out


@pytest.mark.system
@pytest.mark.usefixtures("speech")
def test_on_a_terminal_the_level_moves_while_one_speaks(tmp_path: Path) -> None:
    terminal, side = pty.openpty()
    command = [sys.executable, "-m", "edge.cli", "check", "--config"]
    program = subprocess.Popen(
        [*command, str(settings(tmp_path, free_port()))], stdout=side, stderr=subprocess.PIPE
    )
    os.close(side)
    shown = b""
    try:
        while more := os.read(terminal, 65_536):
            shown += more
    except OSError:  # Linux says so when the last program has closed a terminal
        os.close(terminal)
    _said, complaints = program.communicate(timeout=30)
    assert shown.decode().count("dBFS") > 20
    assert "█" in shown.decode()
    assert program.returncode == 1
    assert complaints == b"", "no log besides the lines"


class TestDevices:
    @pytest.mark.usefixtures("room")
    def test_they_are_listed_with_their_ids(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["devices"]) == 0
        rows = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert ["hall", "hall", "32", "44100"] in rows
        assert ["*", "default", "default", "32", "44100"] in rows

    @pytest.mark.usefixtures("room")
    def test_a_program_can_read_them_too(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["devices", "--json"]) == 0
        found = {each["id"]: each for each in json.loads(capsys.readouterr().out)}
        assert found["default"]["default"] is True
        assert found["hall"] == {
            "id": "hall",
            "name": "hall",
            "channels": 32,
            "rate_hz": 44100,
            "default": False,
        }

    def test_none_is_an_error(
        self, make_room: Callable[..., SoundServer], capsys: pytest.CaptureFixture[str]
    ) -> None:
        make_room()
        assert main(["devices"]) == 1
        assert capsys.readouterr().err.endswith("veilleur: no microphone is there: plug one in\n")
