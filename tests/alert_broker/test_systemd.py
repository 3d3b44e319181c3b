"""The service manager hears that we live, and cannot make us deaf."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from alert_broker.systemd import notify


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Where systemd would read."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield wire


def test_it_is_told_in_order(manager: socket.socket) -> None:
    notify("READY=1")
    notify("WATCHDOG=1")
    assert [manager.recv(64), manager.recv(64)] == [b"READY=1", b"WATCHDOG=1"]


def test_a_manager_that_does_not_read_stops_nobody(manager: socket.socket, tmp_path: Path) -> None:
    """Linux keeps ten words for it unless told otherwise; then whoever sends one more waits."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.setblocking(False)
        wire.connect(str(tmp_path / "notify"))
        with contextlib.suppress(BlockingIOError):
            while True:
                wire.send(b"WATCHDOG=1")
    telling = threading.Thread(target=notify, args=("WATCHDOG=1",), daemon=True)
    telling.start()
    telling.join(10.0)
    assert not telling.is_alive()


def test_without_a_manager_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")


def test_a_manager_that_is_gone_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify("READY=1")
