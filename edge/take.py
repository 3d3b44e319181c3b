"""A microphone that is open: its stream, and the ring its sound goes into."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from alert_broker.messages import Fault
from edge.devices import Device
from edge.portaudio import muted
from edge.ring import Frames, Ring
from edge.trouble import MicrophoneTrouble

COMMON_RATES_HZ = (48_000, 44_100, 32_000, 16_000, 96_000, 24_000, 22_050, 8_000)
"""Tried in turn after the rate that the device prefers; a lower one holds no speech."""
MOST_CHANNELS = 2
"""More are the other capsules of an array, or a sound server's courtesy."""
FIRST_SOUND_S = 5.0
"""A sound server that has just started may take seconds to give the first."""
BLOCK_S = 0.05
"""Sound comes in pieces of this length."""

_NOT_THIS_WAY = {-9994, -9997, -9998}
"""PortAudio's errors of sample format, sample rate and channels: another combination may do."""
_IN_USE = -9985


@dataclass(frozen=True, slots=True)
class Take:
    """All that is heard from one opening of a microphone to its closing."""

    device: Device
    rate_hz: int
    channels: int
    ring: Ring
    opened_s: float
    """By the monotonic clock."""
    stream: Any

    def __str__(self) -> str:
        channels = "1 channel" if self.channels == 1 else f"{self.channels} channels"
        return f"{self.device} at {self.rate_hz} Hz, {channels}"

    @property
    def flows(self) -> bool:
        """Whether sound has come."""
        return self.ring.last_s > self.opened_s

    @property
    def age_s(self) -> float:
        """Since sound last came, or since it was opened: the only sign of a frozen device."""
        return time.monotonic() - max(self.ring.last_s, self.opened_s)

    def trouble(self, stalled_after_s: float) -> MicrophoneTrouble | None:
        """Why it is of no more use, None while it is."""
        if not self.stream.active:  # no error ever says so
            return MicrophoneTrouble(
                Fault.MICROPHONE_ABSENT,
                f"microphone {self.device} stopped: unplugged, or its sound server left",
            )
        patience_s = stalled_after_s if self.flows else max(stalled_after_s, FIRST_SOUND_S)
        if self.age_s > patience_s:
            return MicrophoneTrouble(
                Fault.MICROPHONE_STALLED,
                f"microphone {self.device} is open, yet gave no sound for {patience_s:g} s:"
                " opening it again",
            )
        return None

    def close(self) -> None:
        """Let go of it. Hangs for as long as a sound server hangs."""
        with muted():
            self.stream.close()


def open_take(binding: Any, device: Device, ring_s: float) -> Take:
    """Open a microphone at a rate and with channels that it offers.

    Raises:
        MicrophoneTrouble: another program has it, it is gone, or offers nothing we can use.
    """
    problem = ""
    for rate_hz, channels in _combinations(device):
        try:
            return _open(binding, device, rate_hz, channels, ring_s)
        except binding.PortAudioError as error:
            code = error.args[1] if len(error.args) > 1 else 0
            if code not in _NOT_THIS_WAY:
                raise _trouble(device, error, code) from None
            problem = str(error.args[0])
    tried = ", ".join(dict.fromkeys(str(rate_hz) for rate_hz, _channels in _combinations(device)))
    raise MicrophoneTrouble(
        Fault.MICROPHONE_ABSENT,
        f"microphone {device} works at none of {tried} Hz ({problem}): use another microphone",
    )


def _open(binding: Any, device: Device, rate_hz: int, channels: int, ring_s: float) -> Take:
    ring = Ring(round(ring_s * rate_hz), channels)

    # Raw, because the binding's own arrays are made in a way that NumPy 2.5 warns of.
    def hear(sound: Any, _count: int, _time: Any, flags: Any) -> None:
        frames: Frames = np.frombuffer(sound, np.float32).reshape(-1, channels)
        ring.write(frames, lost=bool(flags.input_overflow))

    with muted():
        opened_s = time.monotonic()
        stream = binding.RawInputStream(
            device=device.index,
            samplerate=rate_hz,
            channels=channels,
            dtype="float32",
            blocksize=round(BLOCK_S * rate_hz),
            latency="high",
            callback=hear,
        )
        try:
            stream.start()
        except binding.PortAudioError:
            stream.close()  # else the next attempt finds it in use, by us
            raise
    return Take(device, rate_hz, channels, ring, opened_s, stream)


def _combinations(device: Device) -> Iterator[tuple[int, int]]:
    """Rates and numbers of channels to try, the likeliest first."""
    rates_hz = (device.rate_hz, *COMMON_RATES_HZ)
    for rate_hz in dict.fromkeys(rate for rate in rates_hz if rate >= min(COMMON_RATES_HZ)):
        for channels in dict.fromkeys((min(device.channels, MOST_CHANNELS), 1, device.channels)):
            yield rate_hz, channels


def _trouble(device: Device, error: Exception, code: int) -> MicrophoneTrouble:
    if code == _IN_USE:
        return MicrophoneTrouble(
            Fault.MICROPHONE_BUSY,
            f"microphone {device} is in use by another program: stop it, or choose another one",
        )
    return MicrophoneTrouble(
        Fault.MICROPHONE_ABSENT,
        f"microphone {device} cannot be opened ({error.args[0]}): plug it in again",
    )
