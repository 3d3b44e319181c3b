"""A nurse's terminal: a real pseudo-terminal, or a pipe, with one of our commands in it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from abc import ABC, abstractmethod
from typing import Self

from waiting import eventually

HOME = b"\x1b[H"
ESCAPES = re.compile(rb"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()].)")


class Command(ABC):
    """One of our commands, whose output is read as it comes."""

    def __init__(self, *arguments: str) -> None:
        self.output = b""
        self._arguments = (sys.executable, "-m", "edge.cli", *arguments)
        self.process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        reading = self._start()
        self._reader = threading.Thread(target=self._read, args=(reading,))
        self._reader.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.wait(10)
        self._reader.join()

    @abstractmethod
    def _start(self) -> int: ...

    def _read(self, reading: int) -> None:
        try:
            while some := os.read(reading, 65536):
                self.output += some
        except OSError:  # how a pseudo-terminal says that its program has gone
            pass
        os.close(reading)


class Pipe(Command):
    """Its lines, as another program reads them."""

    def _start(self) -> int:
        reading, writing = os.pipe()
        self.process = subprocess.Popen(self._arguments, stdout=writing)
        os.close(writing)
        return reading

    @property
    def lines(self) -> list[str]:
        return self.output.decode().splitlines()

    def says(self, text: str) -> bool:
        """Whether a line with this text comes in time."""
        return eventually(lambda: text in self.output.decode())


class Terminal(Command):
    """Its screen, as a nurse reads it, and its keyboard."""

    def _start(self) -> int:
        self._keyboard, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.settings = termios.tcgetattr(theirs)
        self.process = subprocess.Popen(
            self._arguments,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        os.close(theirs)
        return os.dup(self._keyboard)

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        os.close(self._keyboard)

    @property
    def screen(self) -> str:
        """What stands on it now."""
        frames = self.output.split(HOME)
        return ESCAPES.sub(b"", frames[-1]).decode(errors="replace")

    @property
    def settings_now(self) -> list[object]:
        return termios.tcgetattr(self._keyboard)

    def shows(self, text: str) -> bool:
        """Whether this text comes on the screen in time."""
        return eventually(lambda: text in self.screen)

    def hides(self, text: str) -> bool:
        """Whether a whole screen without this text comes in time."""
        return eventually(lambda: text not in self.screen and "quit" in self.screen)

    def press(self, keys: str) -> None:
        os.write(self._keyboard, keys.encode())
