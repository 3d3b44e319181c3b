"""PortAudio, loaded only where a microphone is needed."""

import atexit
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alert_broker.messages import Fault
from edge.trouble import MicrophoneTrouble


def portaudio() -> Any:
    """The binding, after a look at what is plugged in now: PortAudio looks only as it starts.

    Every stream must be closed before; one thread at a time may use PortAudio.

    Raises:
        MicrophoneTrouble: the library is not installed, or does not start.
    """
    binding = sys.modules.get("sounddevice")
    if binding is None:
        return _load()
    if binding._initialized:
        binding._terminate()
    try:
        binding._initialize()
    except binding.PortAudioError as error:
        raise MicrophoneTrouble(
            Fault.MICROPHONE_ABSENT, f"PortAudio does not start ({error}): restart the device"
        ) from None
    return binding


def keep_log_audible() -> None:
    """Give our log and tracebacks a descriptor of their own: PortAudio's is often closed."""
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, errors="backslashreplace")
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(sys.stderr)


@contextmanager
def muted() -> Iterator[None]:
    """PortAudio and ALSA write a page to the terminal for each attempt; we say one line."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _load() -> Any:
    try:
        import sounddevice
    except OSError:
        raise MicrophoneTrouble(
            Fault.MICROPHONE_ABSENT,
            "the PortAudio library is not installed: sudo apt install libportaudio2",
        ) from None
    # At our end it would wait for ever for a sound server that hangs; Linux tidies up after us.
    atexit.unregister(sounddevice._exit_handler)
    return sounddevice
