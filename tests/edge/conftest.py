"""What the tests of the room share: a sound server to listen to, outboxes."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import outboxes
import pytest
from clocks import Time
from soundcards import SoundServer, need_sound

from edge.config import Outbox as OutboxSettings
from edge.outbox import Outbox


@pytest.fixture
def make_room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., SoundServer]]:
    """Makes a sound server of some rate and channels, not started, and the system's own."""
    need_sound()
    with ExitStack() as rooms:

        def make(rate_hz: int = 48_000, channels: int = 1) -> SoundServer:
            folder = Path(rooms.enter_context(tempfile.TemporaryDirectory(prefix="room-")))
            server = SoundServer(folder, rate_hz, channels)
            rooms.callback(server.stop)
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            return server

        yield make


@pytest.fixture
def room(make_room: Callable[..., SoundServer]) -> SoundServer:
    """A running sound server, the system's own for this test."""
    server = make_room()
    server.start()
    return server


@pytest.fixture
def opened() -> Iterator[outboxes.Opened]:
    """Opens outboxes; what a test leaves open, as a power cut would, is closed at its end."""
    with ExitStack() as left_open:

        def opened(place: OutboxSettings, time: Time) -> Outbox:
            outbox = outboxes.opened(place, time)
            left_open.callback(outbox.close)
            return outbox

        yield opened
