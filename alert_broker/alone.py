"""One station, one store: a lock beside the file, held as long as the program lives.

The store itself stays open to others, so that people can be added while the station runs.
"""

import fcntl
from pathlib import Path
from typing import IO


class Alone:
    """A lock that the kernel lets go of when its holder ends, however that is."""

    def __init__(self, path: Path) -> None:
        """`path` is what the lock is about; it stands beside that."""
        self._path = path.with_name(f"{path.name}.lock")
        self._held: IO[str] | None = None

    def take(self) -> bool:
        """Whether it is ours now, or already was.

        Raises:
            OSError: the lock cannot be written.
        """
        if self._held:
            return True
        file = self._path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._held = file
        return True

    def leave(self) -> None:
        """Let another have it."""
        if self._held:
            self._held.close()
            self._held = None
