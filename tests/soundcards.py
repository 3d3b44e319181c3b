"""A room to listen to on a machine without a sound card: a private PulseAudio, of this user."""

import os
import shutil
import signal
import subprocess
import wave
from ctypes.util import find_library
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from waiting import eventually


class SoundServer:
    """What is played in it is what its microphone hears; a test may freeze, kill and restart it."""

    def __init__(self, folder: Path, rate_hz: int = 48_000, channels: int = 1) -> None:
        """The folder's path must be short: a socket lies in it."""
        self._folder = folder
        self._format = f"rate={rate_hz} channels={channels} format=s16le"
        self._process: subprocess.Popen[bytes] | None = None
        self._players: list[subprocess.Popen[bytes]] = []
        settings = folder / "asound.conf"
        settings.write_text(
            'pcm.!default { type pulse device "room.monitor" }\nctl.!default { type pulse }\n'
            'pcm.hall { type pulse device "room.monitor" }\n'
        )
        self.environment = {
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
            "PULSE_SERVER": f"unix:{folder}/pulse.sock",
            "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{settings}",
        }
        """Set before PortAudio starts, it finds the microphones `default`, `pulse` and `hall`."""

    def start(self) -> None:
        socket = self._folder / "pulse.sock"
        socket.unlink(missing_ok=True)
        with (self._folder / "pulse.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no"),
                    *("--exit-idle-time=-1", "--disallow-exit", "--disable-shm=yes"),
                    *("-L", f"module-native-protocol-unix auth-anonymous=1 socket={socket}"),
                    *("-L", f"module-null-sink sink_name=room {self._format}"),
                ],
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
            )
        assert eventually(socket.exists), (self._folder / "pulse.log").read_text()

    def kill(self) -> None:
        """To a program that listens, as if the microphone were unplugged."""
        self._send(signal.SIGKILL)
        assert self._process is not None
        self._process.wait(10)
        self._process = None

    def freeze(self) -> None:
        """Nothing answers any more, and no error says so."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def stop(self) -> None:
        for player in self._players:
            player.kill()
            player.wait(10)
        if self._process is not None:
            self.thaw()
            self.kill()

    def play(self, recording: Path) -> None:
        """Play a recording in the room to its end."""
        assert self.play_meanwhile(recording).wait(60) == 0

    def play_meanwhile(self, recording: Path) -> subprocess.Popen[bytes]:
        """Begin to play a recording in the room."""
        player = subprocess.Popen(
            ["paplay", "--device=room", str(recording)],
            env=os.environ | self.environment,
            stderr=subprocess.DEVNULL,
        )
        self._players.append(player)
        return player

    def _send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


def need_sound() -> None:
    """Skip a test where no private sound server can be had."""
    missing = [name for name in ("pulseaudio", "paplay") if shutil.which(name) is None]
    if find_library("portaudio") is None:
        missing.append("libportaudio2")
    if missing:
        pytest.skip(f"no {', no '.join(missing)} here: run tests/set-up")


def write_wav(path: Path, samples: NDArray[np.float32], rate_hz: int) -> Path:
    """Write samples [n, channels], full scale ±1, as 16-bit WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.round(samples * 32_767).astype("<i2").tobytes())
    return path
