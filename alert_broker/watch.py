"""`veilleur watch`: the nurse's screen in a terminal, or one line a change in a pipe."""

import signal
import sys
from datetime import UTC, datetime

from alert_broker.feed import Station
from alert_broker.people.terminal import Who, sign_in
from alert_broker.picture import Picture
from alert_broker.plain import lines
from alert_broker.words import Words


def watch(url: str, who: Who, words: Words, *, plain: bool) -> int:
    """Show a station's alerts until somebody quits; 0 then.

    Raises:
        AddressRefused: the URL is none.
        SignInRefused: the station does not let her in.
    """
    station = Station(url)
    if who.name:
        sign_in(station, who, words)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
            _print(station, words)
        else:
            from alert_broker.interactive import Interactive

            Interactive(station, words).run()
    except KeyboardInterrupt:
        pass
    return 0


def _print(station: Station, words: Words) -> None:
    picture = Picture()
    for happening in station.follow():
        now = datetime.now(UTC)
        before, picture = picture, picture.then(happening, now)
        for line in lines(before, picture, words, now):
            print(line, flush=True)
