"""A terminal that a nurse works with: it draws each happening, rings, and says what she does."""

import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from rich.console import Console
from rich.live import Live

from alert_broker.cursor import Cursor
from alert_broker.feed import Answer, Station
from alert_broker.keys import Key, keys, raw_keys
from alert_broker.life import Stage
from alert_broker.messages import Outcome
from alert_broker.picture import Lost, Picture, news
from alert_broker.terminal import draw
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.rounds import Round
from alert_broker.upkeep.texts import calls
from alert_broker.views import AlertView, View
from alert_broker.words import Words

Happening = View | Lost | Answer | Key | int
"""An event, a loss, the answer to our own request, a key, or the number of a choice."""

REFRESH_S = 0.5
"""The ages run on though nothing happens."""
REMIND_S = {"high": 10.0, "medium": 30.0, "low": float("inf"), "lost": 10.0}
"""How soon what nobody has taken is heard again."""


OUTCOMES = {
    Key.REAL: Outcome.REAL,
    Key.FALSE: Outcome.FALSE,
    Key.COMFORT: Outcome.COMFORT,
    Key.TEST: Outcome.TEST,
}


def deed_of(key: Key, stage: Stage) -> tuple[str, Outcome | None] | None:
    """What a key says of an alert at a stage, as a word of the station's web side."""
    match key:
        case Key.NEXT if stage.waits:
            return "acknowledge", None
        case Key.NEXT if stage is Stage.ACKNOWLEDGED:
            return "arrive", None
        case Key.RELEASE if stage.held:
            return "release", None
        case Key.CANCEL if not stage.ended:
            return "cancel", None
        case _ if stage.held and key in OUTCOMES:
            return "close", OUTCOMES[key]
    return None


class Interactive:
    """One nurse's terminal; `run` until she quits."""

    def __init__(self, station: Station, words: Words) -> None:
        """Unless somebody has signed in to the station, she can only watch."""
        self._station = station
        self._words = words
        self._happenings: queue.SimpleQueue[Happening] = queue.SimpleQueue()
        self._picture = Picture()
        self._cursor = Cursor()
        self._console = Console()
        self._rang_at = datetime.now(UTC)
        self._shown: set[str] = set()

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
            case Key.UP | Key.DOWN | int():
                self._cursor = self._cursor.moved(happening, self._picture.choices)
            case Key():
                self._press(happening)
            case Answer():
                self._tell(happening)
            case _:
                self._show(happening)
        return True

    def _show(self, happening: View | Lost) -> None:
        before = self._picture
        self._picture = before.then(happening, datetime.now(UTC))
        self._cursor = self._cursor.kept(self._picture.choices)
        after = self._picture
        called = not after.open and calls(after.upkeep) - calls(before.upkeep)
        if news(before, after) or (after.trouble and not before.trouble) or called:
            self._ring()
        self._tell_shown()

    def _tell_shown(self) -> None:
        """Only now are they delivered; after a loss all are told again."""
        if not self._picture.reached:
            self._shown.clear()
            return
        raised = {it.id for it in self._picture.open if it.stage is Stage.RAISED} - self._shown
        if raised:
            self._shown |= raised
            self._in_background(lambda: self._say_shown(sorted(raised)))

    def _say_shown(self, alert_ids: list[str]) -> Iterator[Happening]:
        self._station.shown(alert_ids)
        yield from ()

    def _press(self, key: Key) -> None:
        ask = self._wish(key)
        if ask:
            # A key held down asks once: the next one must be chosen first.
            self._cursor = Cursor()
            self._in_background(lambda: [ask()])

    def _wish(self, key: Key) -> Callable[[], Answer] | None:
        """What a key asks of the station, with what is chosen."""
        station, cursor = self._station, self._cursor
        match next((it for it in self._picture.choices if it.id == cursor.chosen), None):
            case AlertView(id=alert_id, stage=stage) if deed := deed_of(key, stage):
                return partial(station.say, alert_id, *deed)
            case Round(site=site, room=room) if key is Key.NEXT:
                return partial(station.visit, site, room)
            case Alarm(id=alarm_id) if key is Key.NEXT:
                return partial(station.see_to, alarm_id)
        return None

    def _tell(self, answer: Answer) -> None:
        why = "watch_who" if answer.code == "sign_in_first" else answer.code or "take_failed"
        notice = "" if answer.recorded else self._words.text(why)
        if answer.alert and answer.alert.ended:
            who = answer.alert.ended.by or answer.alert.ended.station
            notice = self._words.text("ended_first", by=who)
        elif answer.alert and answer.alert.taken:
            notice = self._words.text("taken_first", by=answer.alert.taken.by)
        self._cursor = replace(self._cursor, notice=notice)

    def _remind(self) -> None:
        alerts = self._picture.open
        kind = "lost" if self._picture.trouble else alerts[0].priority if alerts else "low"
        if (datetime.now(UTC) - self._rang_at).total_seconds() >= REMIND_S[kind]:
            self._ring()

    def _ring(self) -> None:
        self._rang_at = datetime.now(UTC)
        self._console.bell()
