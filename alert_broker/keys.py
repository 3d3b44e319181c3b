"""The keys that a nurse presses in a terminal, one at a time and without echo."""

import os
import re
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum


class Key(Enum):
    """What a key means; digits are plain numbers."""

    UP = "up"
    DOWN = "down"
    NEXT = "next"
    """I'm going; then, I'm there."""
    RELEASE = "release"
    CANCEL = "cancel"
    REAL = "real"
    FALSE = "false"
    COMFORT = "comfort"
    TEST = "test"
    QUIT = "quit"


_MEANING: dict[bytes, Key | int] = {
    b"\x1b[A": Key.UP,
    b"\x1bOA": Key.UP,
    b"k": Key.UP,
    b"\x1b[B": Key.DOWN,
    b"\x1bOB": Key.DOWN,
    b"j": Key.DOWN,
    b"\r": Key.NEXT,
    b"\n": Key.NEXT,
    b"x": Key.RELEASE,
    b"a": Key.CANCEL,
    b"r": Key.REAL,
    b"f": Key.FALSE,
    b"c": Key.COMFORT,
    b"t": Key.TEST,
    b"q": Key.QUIT,
    b"Q": Key.QUIT,
    **{b"%d" % number: number for number in range(1, 10)},
}

_KEYS = re.compile(rb"\x1b[\[O].|.", re.DOTALL)


@contextmanager
def raw_keys(terminal: int) -> Iterator[None]:
    """Let single keys through while the `with` lasts; Ctrl-C stays what it is."""
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)


def keys(terminal: int) -> Iterator[Key | int]:
    """What is pressed, until the terminal goes away; keys without a meaning are passed over."""
    while pressed := _read(terminal):
        for key in _KEYS.findall(pressed):
            if key in _MEANING:
                yield _MEANING[key]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 64)
    except OSError:
        return b""
