"""A terminal that a nurse works with: it draws each happening, rings, and takes alerts."""

import queue
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from rich.console import Console
from rich.live import Live

from alert_broker.cursor import Cursor
from alert_broker.feed import Answer, Station
from alert_broker.keys import Key, keys, raw_keys
from alert_broker.picture import Lost, Picture, news
from alert_broker.terminal import draw
from alert_broker.views import View
from alert_broker.words import Words

Happening = View | Lost | Answer | Key | int
"""An event, a loss, the answer to our own request, a key, or the number of an alert."""

REFRESH_S = 0.5
"""The ages run on though nothing happens."""
REMIND_S = {"high": 10.0, "medium": 30.0, "low": float("inf"), "lost": 10.0}
"""How soon what nobody has taken is heard again."""


class Interactive:
    """One nurse's terminal; `run` until she quits."""

    def __init__(self, station: Station, by: str, words: Words) -> None:
        """`by` is said with each acknowledgement; the station's own name if it is empty."""
        self._station = station
        self._by = by
        self._words = words
        self._happenings: queue.SimpleQueue[Happening] = queue.SimpleQueue()
        self._picture = Picture()
        self._cursor = Cursor()
        self._console = Console()
        self._rang_at = datetime.now(UTC)

    def run(self) -> None:
        """Draw until somebody quits."""
        self._in_background(self._station.follow)
        terminal = sys.stdin.fileno()
        with raw_keys(terminal), Live(console=self._console, screen=True, auto_refresh=False) as it:
            self._in_background(lambda: keys(terminal))
            while self._goes_on():
                self._remind()
                now, rows = datetime.now(UTC), self._console.height
                it.update(draw(self._picture, self._cursor, self._words, now, rows), refresh=True)

    def _in_background(self, happenings: Callable[[], Iterable[Happening]]) -> None:
        def work() -> None:
            for happening in happenings():
                self._happenings.put(happening)

        threading.Thread(target=work, daemon=True).start()

    def _goes_on(self) -> bool:
        """Wait for the next happening and do what it asks; False to quit."""
        try:
            happening = self._happenings.get(timeout=REFRESH_S)
        except queue.Empty:
            return True
        match happening:
            case Key.QUIT:
                return False
            case Key.TAKE:
                self._take()
            case Key() | int():
                self._cursor = self._cursor.moved(happening, self._picture.open)
            case Answer():
                self._tell(happening)
            case _:
                self._show(happening)
        return True

    def _show(self, happening: View | Lost) -> None:
        before = self._picture
        self._picture = before.then(happening, datetime.now(UTC))
        self._cursor = self._cursor.kept(self._picture.open)
        if news(before, self._picture) or (self._picture.trouble and not before.trouble):
            self._ring()

    def _take(self) -> None:
        alert_id = self._cursor.chosen
        if alert_id:
            # A key held down asks once: the next one must be chosen first.
            self._cursor = Cursor()
            by = self._by or self._picture.station
            self._in_background(lambda: [self._station.take(alert_id, by)])

    def _tell(self, answer: Answer) -> None:
        if answer.first:
            notice = self._words.text("taken_first", by=answer.first.by)
        else:
            notice = "" if answer.recorded else self._words.text("take_failed")
        self._cursor = replace(self._cursor, notice=notice)

    def _remind(self) -> None:
        alerts = self._picture.open
        kind = "lost" if self._picture.trouble else alerts[0].priority if alerts else "low"
        if (datetime.now(UTC) - self._rang_at).total_seconds() >= REMIND_S[kind]:
            self._ring()

    def _ring(self) -> None:
        self._rang_at = datetime.now(UTC)
        self._console.bell()
