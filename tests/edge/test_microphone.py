"""A real microphone, as PortAudio gives it: heard as it is, and got back whenever it is lost."""

import subprocess
import sys
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest
import soxr
from listeners import Listener
from numpy.typing import NDArray
from soundcards import SoundServer, write_wav
from waiting import eventually

from alert_broker.messages import Fault
from edge import capture, take
from edge.audio import SAMPLE_RATE_HZ, Samples
from edge.cards import card_inputs
from edge.config import Microphone as Settings
from edge.devices import Device, find_devices
from edge.microphone import Microphone
from edge.portaudio import portaudio
from edge.trouble import MicrophoneTrouble

pytestmark = pytest.mark.sound

ROOM = Settings(silent_after_s=3600)
"""The null sink gives digital silence between two sounds, as no microphone would."""


def a_rising_tone(rate_hz: int, channels: int) -> NDArray[np.float32]:
    """Two seconds from 200 to 4000 Hz, half a second of silence before and after."""
    t = np.arange(2 * rate_hz) / rate_hz
    tone = 0.4 * np.sin(2 * np.pi * (200 * t + 950 * t**2)) * np.sin(np.pi * t / 2)
    padded = np.pad(tone.astype(np.float32), rate_hz // 2)
    return np.repeat(padded[:, None], channels, axis=1)


def likeness(heard: Samples, played: Samples) -> float:
    """Highest normalised cross-correlation, at any delay; 1 is the same sound."""
    heard, played = (soxr.resample(each, 1, 8) for each in (heard, played))
    size = len(heard) + len(played)
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size))
    place = int(np.argmax(np.fft.irfft(product, size)))
    found = heard[place : place + len(played)]
    found = np.pad(found, (0, len(played) - len(found)))
    return float(found @ played / (np.linalg.norm(found) * np.linalg.norm(played)))


def devices_now() -> list[Device]:
    return find_devices(portaudio(), card_inputs())


def fault_of(listener: Listener) -> Fault | None:
    trouble = listener.microphone.trouble
    return trouble.fault if trouble else None


@pytest.mark.parametrize(("rate_hz", "channels"), [(16_000, 1), (44_100, 1), (48_000, 2)])
def test_what_is_heard_is_what_was_played(
    make_room: Callable[..., SoundServer], tmp_path: Path, rate_hz: int, channels: int
) -> None:
    room = make_room(rate_hz, channels)
    room.start()
    played = a_rising_tone(rate_hz, channels)
    expected = soxr.resample(played[:, 0], rate_hz, SAMPLE_RATE_HZ)
    with Listener(ROOM) as listener:
        assert eventually(lambda: listener.hears)
        room.play(write_wav(tmp_path / "tone.wav", played, rate_hz))
        assert eventually(lambda: likeness(listener.heard, expected) > 0.995)
        assert listener.gaps == 0
    assert np.abs(listener.heard).max() == pytest.approx(np.abs(expected).max(), abs=0.01)


def test_one_of_several_is_chosen_by_a_part_of_its_name(room: SoundServer) -> None:
    with Listener(Settings(id="HAL")) as listener:
        assert eventually(lambda: listener.hears)
        taken = listener.microphone.take
    assert taken is not None
    assert taken.device.name == "hall"


def test_one_that_is_absent_is_named_with_what_is_there_and_heard_once_it_comes(
    make_room: Callable[..., SoundServer],
) -> None:
    room = make_room()
    with Listener(Settings(id="hall")) as listener:
        assert eventually(lambda: fault_of(listener) is Fault.MICROPHONE_ABSENT)
        assert str(listener.microphone.trouble) == (
            "microphone 'hall': no microphone is there: plug one in"
        )
        room.start()
        assert eventually(lambda: listener.hears)
        assert listener.gaps == 0, "nothing was heard before it"


def test_one_that_is_unplugged_is_told_and_heard_again_when_it_is_back(room: SoundServer) -> None:
    with Listener(ROOM) as listener:
        assert eventually(lambda: listener.hears)
        room.kill()
        assert eventually(lambda: fault_of(listener) is Fault.MICROPHONE_ABSENT)
        assert eventually(lambda: listener.gaps == 1), "the model must not join what it breaks off"
        heard = len(listener.heard)
        room.start()
        assert eventually(lambda: listener.hears and len(listener.heard) > heard)
        assert listener.gaps == 1
        assert listener.microphone.hearing.gaps == 1


def test_one_that_freezes_is_told_and_heard_again_when_it_moves(room: SoundServer) -> None:
    with Listener(Settings(stalled_after_s=1, silent_after_s=3600)) as listener:
        assert eventually(lambda: listener.hears)
        room.freeze()
        assert eventually(lambda: fault_of(listener) is Fault.MICROPHONE_STALLED)
        assert "microphone default is open, yet gave no sound for 1 s" in str(
            listener.microphone.trouble
        )
        assert listener.microphone.hearing.audio_age_s > 0.9
        heard = len(listener.heard)
        room.thaw()
        assert eventually(lambda: listener.hears and len(listener.heard) > heard)


def test_a_sound_system_that_never_answers_is_told_and_leads_to_a_restart(
    room: SoundServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "STUCK_AFTER_S", 3.0)
    room.freeze()
    with Listener(Settings(id="hall", stalled_after_s=1, silent_after_s=3600)) as listener:
        assert eventually(lambda: fault_of(listener) is Fault.MICROPHONE_STALLED)
        assert "microphone hall: the sound system does not answer" in str(
            listener.microphone.trouble
        )
        assert eventually(lambda: listener.microphone.stuck)
        room.thaw()
        assert eventually(lambda: listener.hears and not listener.microphone.stuck)


def test_a_muted_one_is_told_until_something_is_heard(room: SoundServer, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 1e-3, (144_000, 1)).astype(np.float32)
    with Listener(Settings(silent_after_s=1)) as listener:
        assert eventually(lambda: fault_of(listener) is Fault.MICROPHONE_SILENT)
        assert "not even noise" in str(listener.microphone.trouble)
        room.play_meanwhile(write_wav(tmp_path / "noise.wav", noise, 48_000))
        assert eventually(lambda: listener.hears)
        assert eventually(lambda: -67 < listener.microphone.hearing.level_dbfs < -63)


def test_sound_that_is_not_read_in_time_is_counted_and_not_joined(room: SoundServer) -> None:
    settings = Settings(ring_s=0.5, silent_after_s=3600)
    with Microphone(settings) as microphone:
        blocks = microphone.blocks()
        assert eventually(lambda: len(next(blocks).samples))
        assert eventually(lambda: microphone.hearing.overflows > 3)
        before = list(takewhile(lambda block: not block.gap, blocks))
        kept_s = sum(len(block.samples) for block in before) / SAMPLE_RATE_HZ
        assert 0.3 < kept_s < 0.7, "the oldest is heard, the newest is lost"
        assert microphone.hearing.gaps >= 1
        assert microphone.trouble is None


def test_a_rate_that_nobody_can_use_is_told_with_all_that_were_tried(
    room: SoundServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "COMMON_RATES_HZ", (900_000, 800_000))
    device = next(each for each in devices_now() if each.name == "hall")
    odd = Device(**{field: getattr(device, field) for field in device.__slots__} | {"rate_hz": 1})
    with pytest.raises(MicrophoneTrouble, match="hall works at none of 900000, 800000 Hz"):
        take.open_take(portaudio(), odd, 1.0)


def test_a_program_ends_though_its_sound_server_hangs(room: SoundServer) -> None:
    listening = (
        "from edge.config import Microphone as Settings\n"
        "from edge.microphone import Microphone\n"
        "with Microphone(Settings()) as microphone:\n"
        "    for block in microphone.blocks():\n"
        "        if len(block.samples):\n"
        "            print('heard', flush=True)\n"
        "            input()\n"
        "            break\n"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", listening], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout.readline() == "heard\n"
    room.freeze()
    program.communicate("\n", timeout=30)
    assert program.returncode == 0


def test_without_the_library_the_fix_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr("ctypes.util.find_library", lambda _name: None)
    with pytest.raises(MicrophoneTrouble, match="sudo apt install libportaudio2"):
        portaudio()
