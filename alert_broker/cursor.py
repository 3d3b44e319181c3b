"""Where a nurse is in the list of alerts: it stays with its alert when the list moves."""

from dataclasses import dataclass, replace
from typing import Self

from alert_broker.keys import Key
from alert_broker.views import AlertView


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a key would be about, and what the nurse was last told."""

    chosen: str = ""
    """The id of an open alert; empty until somebody chooses, so that nothing is taken unread."""
    notice: str = ""

    def moved(self, key: Key | int, alerts: list[AlertView]) -> Self:
        """After a digit or an arrow, with these alerts in sight."""
        place = self._place(key, [alert.id for alert in alerts])
        if not 0 <= place < len(alerts):
            return self
        return replace(self, chosen=alerts[place].id, notice="")

    def kept(self, alerts: list[AlertView]) -> Self:
        """Let go of an alert that is no longer open."""
        still = any(alert.id == self.chosen for alert in alerts)
        return self if still or not self.chosen else replace(self, chosen="")

    def _place(self, key: Key | int, ids: list[str]) -> int:
        if isinstance(key, int):
            return key - 1
        if self.chosen not in ids:
            return 0 if key is Key.DOWN else len(ids) - 1
        return ids.index(self.chosen) + (1 if key is Key.DOWN else -1)
