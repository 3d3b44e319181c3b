"""`veilleur replay`: one line an event, the same bytes every time, and no file passed over."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from models import touchy_model

RECORDINGS = Path(__file__).parents[2] / "recordings"
FALL = RECORDINGS / "03-chute.flac"


def replay(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "edge.cli", "replay", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False)


def events(run: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture
def touchy(tmp_path: Path) -> Path:
    """A model that hears an event in almost anything."""
    return touchy_model(tmp_path)


pytestmark = pytest.mark.system


def test_each_event_is_one_object_on_one_line(touchy: Path) -> None:
    run = replay(FALL, "--json", "--model", touchy)
    assert run.returncode == 0, run.stderr
    assert events(run)
    for event in events(run):
        assert event["recording"] == str(FALL)
        assert event["label"] in {"fall", "call", "cry"}
        assert event["priority"] in {"high", "medium", "low"}
        assert 0.0 <= event["onset_s"] <= event["offset_s"] <= soundfile.info(FALL).duration + 1.5
        assert 0.0 <= event["score"] <= 1.0


def test_the_same_input_gives_the_same_bytes(touchy: Path) -> None:
    first, second = (replay(FALL, "--json", "--model", touchy) for _ in range(2))
    assert first.stdout == second.stdout != b""


def test_a_recording_is_heard_by_the_model_that_the_room_has(touchy: Path, tmp_path: Path) -> None:
    """So that what a room said can be checked; the option stands above the settings."""
    config = tmp_path / "agent.toml"
    config.write_text(f'[model]\nmanifest = "{touchy}"\n', encoding="utf-8")
    told = replay(FALL, "--json", "--model", touchy)
    assert told.stdout != replay(FALL, "--json").stdout
    assert replay(FALL, "--json", "--config", config).stdout == told.stdout
    config.write_text('[model]\nmanifest = "elsewhere.json"\n', encoding="utf-8")
    assert replay(FALL, "--json", "--config", config, "--model", touchy).stdout == told.stdout
    refused = replay(FALL, "--config", config)
    assert refused.returncode == 1
    assert b"elsewhere.json: No such file" in refused.stderr


def test_the_path_is_told_as_it_was_given(touchy: Path, tmp_path: Path) -> None:
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "a.flac").write_bytes(FALL.read_bytes())
    run = replay(f"{tmp_path}/./night/../night", "--json", "--model", touchy)
    assert {event["recording"] for event in events(run)} == {f"{tmp_path}/night/../night/a.flac"}


def test_what_cannot_be_read_is_named_after_the_rest_was_heard(
    touchy: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "letter.wav"
    bad.write_text("Chère maman")
    run = replay(bad, tmp_path / "gone.wav", FALL, "--json", "--model", touchy)
    assert run.returncode == 1
    assert {event["recording"] for event in events(run)} == {str(FALL)}
    said = run.stderr.decode().splitlines()
    assert [line.split(":")[1].strip() for line in said] == [str(bad), str(tmp_path / "gone.wav")]


def test_a_night_is_more_urgent_than_a_day(touchy: Path) -> None:
    by_day, by_night = (
        events(replay(FALL, "--json", "--model", touchy, "--starts-at", at))
        for at in ("14:00", "23:00")
    )
    rank = ["high", "medium", "low"]
    priorities = [
        (rank.index(day["priority"]), rank.index(night["priority"]))
        for day, night in zip(by_day, by_night, strict=True)
    ]
    assert all(day >= night for day, night in priorities)


def test_people_read_one_line_an_event(touchy: Path) -> None:
    run = replay(FALL, "--model", touchy)
    assert all(line.startswith(f"{FALL}: ") for line in run.stdout.decode().splitlines())
    assert run.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--room", "12/alert"], "--room: room.room: "),
        (["--config", "nowhere.toml"], "nowhere.toml: No such file"),
    ],
)
def test_a_wrong_setting_is_named(arguments: list[str], said: str) -> None:
    run = replay(FALL, *arguments)
    assert run.returncode == 1
    assert run.stderr.decode().startswith(f"veilleur: {said}")


def test_a_rule_that_could_never_fire_is_named_with_its_file(tmp_path: Path) -> None:
    settings = tmp_path / "agent.toml"
    settings.write_text("[rules.cry]\nhits = 20\nwithin_s = 0.5\n")
    run = replay(FALL, "--config", settings)
    assert run.returncode == 1
    assert f"veilleur: {settings}: rules.cry.hits: 20 within 0.5 s" in run.stderr.decode()


def in_terminal(*arguments: object) -> bytes:
    """What a person sees: standard error is a terminal."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "edge.cli", "replay", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs) as run:
        os.close(theirs)
        seen = b""
        # Linux says EIO, not end of file, when the other side of a terminal has gone.
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 4096):
                seen += piece
        assert run.wait() == 0
    os.close(ours)
    return seen


def test_with_many_files_a_bar_shows_on_a_terminal() -> None:
    assert b"2/2" in in_terminal(FALL, FALL)
    assert in_terminal(FALL) == b""


def peak_mib(path: Path) -> float:
    command = [sys.executable, "-m", "edge.cli", "replay", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss / 1024.0


def test_a_night_needs_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    """Twenty minutes would be 77 MB as samples."""
    rng = np.random.default_rng(0)
    minute = (0.01 * rng.standard_normal(60 * 16_000)).astype(np.float32)
    for name, minutes in (("short.wav", 1), ("long.wav", 20)):
        with soundfile.SoundFile(tmp_path / name, "w", 16_000, 1) as file:
            for _ in range(minutes):
                file.write(minute)
    assert peak_mib(tmp_path / "long.wav") - peak_mib(tmp_path / "short.wav") < 15.0
