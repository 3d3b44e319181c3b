"""Where a nurse is in what she may choose: it stays with its alert when the list moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

from alert_broker.keys import Key


class Choice(Protocol):
    """An alert, a round or a technical alarm."""

    @property
    def id(self) -> str:
        """It stays."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a key would be about, and what the nurse was last told."""

    chosen: str = ""
    """The id of a choice; empty until somebody chooses, so that nothing is taken unread."""
    notice: str = ""

    def moved(self, key: Key | int, choices: Sequence[Choice]) -> Self:
        """After a digit or an arrow, with these in sight."""
        place = self._place(key, [it.id for it in choices])
        if not 0 <= place < len(choices):
            return self
        return replace(self, chosen=choices[place].id, notice="")

    def kept(self, choices: Sequence[Choice]) -> Self:
        """Let go of what is no longer there."""
        still = any(it.id == self.chosen for it in choices)
        return self if still or not self.chosen else replace(self, chosen="")

    def _place(self, key: Key | int, ids: list[str]) -> int:
        if isinstance(key, int):
            return key - 1
        if self.chosen not in ids:
            return 0 if key is Key.DOWN else len(ids) - 1
        return ids.index(self.chosen) + (1 if key is Key.DOWN else -1)
