"""A warning that may come a thousand times a second becomes one line a minute."""

import logging
import threading
import time
from collections.abc import Callable


class Seldom:
    """Logs the first complaint, then one a minute with how many were held back; thread-safe."""

    def __init__(
        self,
        log: logging.Logger,
        every_s: float = 60.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._every_s = every_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._said_at = -float("inf")
        self._held_back = 0
        self.count = 0
        """How many complaints there ever were."""

    def warn(self, text: str) -> None:
        """Count a complaint, and log it if none was logged of late."""
        with self._lock:
            self.count += 1
            now = self._monotonic()
            if now - self._said_at < self._every_s:
                self._held_back += 1
                return
            held_back, self._held_back, self._said_at = self._held_back, 0, now
        more = f" (and {held_back} more since the last such line)" if held_back else ""
        self._log.warning("%s%s", text, more)
