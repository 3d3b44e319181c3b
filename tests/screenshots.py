"""Photograph the nurse's page on a night with something to do: python tests/screenshots.py."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from browsers import DESKTOP, PHONE, chromium, cookies
from houses import House, a_house
from playwright.sync_api import Page
from samples import a_heartbeat, a_status, an_alert

from alert_broker.messages import Alert, DeviceState, Fault, Label, Priority, Reason
from alert_broker.settings import ChainRow, Escalation, Unit
from alert_broker.upkeep.settings import Upkeep

FOLDER = Path(__file__).parents[1] / "alert_broker" / "screenshots"
LEVELS = {"3": -46, "5": -58, "7": -61, "8": -39, "9": -63, "12": -31, "14": -44, "21": -60}

# Room 14's team is called at once, so that the picture need not wait for two minutes.
SOON = Escalation(
    units=(Unit("jardin", ("14",)),),
    chain=(
        ChainRow(groups=("équipe voisine",), after_s=(0.1,), unit="jardin"),
        *Escalation().chain,
    ),
)


AT_ONCE = Upkeep(wait_s=0)
TALL = DESKTOP | {"height": 1180}
"""So that what is in hand is seen below what waits."""


def main(folder: Path) -> None:
    """Write station.png and phone.png."""
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, a_house(Path(place), SOON, AT_ONCE) as house:
        for room in LEVELS:
            house.device.send(a_status(room=room, device=f"veilleur-{room}"))
        unplugged = (Fault.MICROPHONE_ABSENT,)
        house.device.send(
            a_status(room="17", device="veilleur-17", state=DeviceState.FAULT, faults=unplugged)
        )
        _a_night(house)
        for name, size in (("station", TALL), ("phone", PHONE)):
            with _page(house, size) as page:
                _rooms_speak(house)
                page.wait_for_timeout(900)
                page.screenshot(path=folder / f"{name}.png")


def _rooms_speak(house: House) -> None:
    for room, level in LEVELS.items():
        house.device.send(
            a_heartbeat(
                room=room,
                device=f"veilleur-{room}",
                level_dbfs=float(level),
                sent_at=datetime.now(UTC),
            )
        )


def _a_night(house: House) -> None:
    fall = Label.FALL, Priority.HIGH, Reason.IMPACT_THEN_SILENCE
    calls = Label.CALL, Priority.MEDIUM, Reason.REPEATED_CALL
    cry = Label.CRY, Priority.LOW, Reason.LASTING_CRY
    voice = Label.CALL, Priority.MEDIUM, Reason.SPOKEN_CALL
    _raise(house, "12", fall, ago_s=9)
    _raise(house, "14", calls, ago_s=95, repeats=3)
    _raise(house, "3", cry, ago_s=640, delay_s=480.0)
    for room, by, what in (("5", "Karim", cry), ("8", "Marie", voice), ("9", "Zoé", calls)):
        alert = _raise(house, room, what, ago_s=1900)
        house.desk.take(alert.id, by=by)
        if by != "Karim":
            house.desk.say(alert.id, "arrive", by=by)
        if by == "Zoé":
            house.desk.say(alert.id, "close", by=by, outcome="comfort")


def _raise(
    house: House, room: str, what: tuple[Label, Priority, Reason], ago_s: int, **more: object
) -> Alert:
    label, priority, reason = what
    at = datetime.now(UTC) - timedelta(seconds=ago_s)
    alert = an_alert(
        room=room, label=label, priority=priority, reason=reason, onset_at=at, raised_at=at, **more
    )
    house.device.send(alert)
    assert house.desk.shows(alert.id)
    return alert


@contextmanager
def _page(house: House, size: dict[str, int]) -> Iterator[Page]:
    with chromium() as browser:
        own = browser.new_context(
            viewport=size, color_scheme="dark", reduced_motion="reduce", timezone_id=_night()
        )
        own.add_cookies(cookies(house.desk.url, "Marie"))
        page = own.new_page()
        page.goto(house.desk.url)
        page.locator(".card").first.wait_for()
        page.locator("#sound").click()
        page.locator(".clock").click()
        page.locator(".card .called:visible").first.wait_for()
        yield page


def _night() -> str:
    """A time zone where it is between two and three in the morning."""
    ahead_h = (2 - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead_h:+d}"  # whose signs are the other way round


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
