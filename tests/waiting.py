"""Waiting for what other threads and programs do."""

import time
from collections.abc import Callable


def eventually(happened: Callable[[], object], within_s: float = 20.0) -> bool:
    """Whether it happens in time; the limit is generous, only a hang should meet it."""
    deadline = time.monotonic() + within_s
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
