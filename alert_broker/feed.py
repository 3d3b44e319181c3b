"""The station's events over HTTP, for ever; and what a terminal says to it."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import httpx
import msgspec

from alert_broker.messages import Outcome
from alert_broker.people.views import Me, PersonView, Team
from alert_broker.picture import Lost
from alert_broker.views import EVENTS, AlertView, BoardView, Refused, View

SILENT_S = 8.0
"""The station ticks every 3 s; a link can die without a word."""
CONNECT_S = 3.0
RETRY_S = 1.0
SHOWN_AT_ONCE = 50
"""Alerts told of in one request, which stays far below what a station reads."""


class AddressRefused(ValueError):
    """A station's address that cannot be one; the text says what one looks like."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the station said when a carer wanted something."""

    recorded: bool
    alert: AlertView | None = None
    """How the alert stands, when it stands in the way."""
    code: str = ""
    """The text that says why it is not done, if there is one."""
    wait_s: float = 0.0
    """How long to wait before the next try, if that is why."""
    problem: str = ""
    """For whoever types a command, in English."""
    must_choose: bool = False
    """She is in, and may do nothing before she has chosen what she signs in with."""


class Station:
    """A station as a terminal reaches it."""

    def __init__(self, url: str) -> None:
        """Prepare; nothing is asked yet.

        Raises:
            AddressRefused: not the address of a web page.
        """
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise AddressRefused(_advice(url, str(error))) from None
        if address.scheme not in {"http", "https"} or not address.host:
            raise AddressRefused(_advice(url, "no http address"))
        self._client = httpx.Client(
            base_url=address,
            timeout=httpx.Timeout(SILENT_S, connect=CONNECT_S),
            trust_env=False,  # a proxy for the internet does not know the house
        )

    def follow(self) -> Iterator[View | Lost]:
        """Everything first, then each change; after each loss everything again."""
        while True:
            yield from self._until_lost()
            time.sleep(RETRY_S)

    def people(self) -> Sequence[PersonView] | None:
        """Whoever may sign in, None while the station is out of reach."""
        try:
            return msgspec.json.decode(self._client.get("/api/people").content, type=Team).people
        except (httpx.HTTPError, msgspec.DecodeError):
            return None

    def sign_in(self, person: PersonView, secret: str) -> Answer:
        """Let this terminal be hers until her shift ends."""
        answer = self._ask("/api/session", {"person": person.id, "secret": secret})
        return replace(answer, must_choose=answer.recorded and self._me().must_choose)

    def change_secret(self, secret: str, new: str) -> Answer:
        """Whoever has signed in does so with something new from now on."""
        return self._ask("/api/session/secret", {"secret": secret, "new": new})

    def say(self, alert_id: str, what: str, outcome: Outcome | None = None) -> Answer:
        """Whoever has signed in does something: `what` is a word of `web.DEEDS`."""
        return self._ask(f"/api/alerts/{alert_id}/{what}", {"outcome": outcome} if outcome else {})

    def visit(self, site: str, room: str) -> Answer:
        """Whoever has signed in looked into a room; both empty for all of them."""
        return self._ask("/api/upkeep/visit", {"site": site, "room": room})

    def see_to(self, alarm_id: str) -> Answer:
        """Whoever has signed in looks after a technical alarm."""
        return self._ask(f"/api/upkeep/alarms/{alarm_id}/see-to", {})

    def retire(self, site: str, room: str) -> Answer:
        """Whoever has signed in took the device of a room away."""
        return self._ask("/api/upkeep/retire", {"site": site, "room": room})

    def board(self) -> BoardView | None:
        """All, at this moment; None while the station is out of reach."""
        try:
            return msgspec.json.decode(self._client.get("/api/board").content, type=BoardView)
        except (httpx.HTTPError, msgspec.DecodeError):
            return None

    def shown(self, alert_ids: Sequence[str]) -> None:
        """Tell that these are on a screen; a station out of reach is told once it is back."""
        for begin in range(0, len(alert_ids), SHOWN_AT_ONCE):
            some = alert_ids[begin : begin + SHOWN_AT_ONCE]
            with suppress(httpx.HTTPError):
                self._client.post("/api/shown", json={"alerts": some})

    def _me(self) -> Me:
        try:
            return msgspec.json.decode(self._client.get("/api/session").content, type=Me)
        except (httpx.HTTPError, msgspec.DecodeError):
            return Me()

    def _ask(self, url: str, said: Mapping[str, str]) -> Answer:
        try:
            answer = self._client.post(url, json=said)
            if answer.is_success:
                return Answer(recorded=True)
            no = msgspec.json.decode(answer.content, type=Refused)
            return Answer(False, no.alert, no.code, no.wait_s, no.problem)
        except (httpx.HTTPError, msgspec.DecodeError):
            return Answer(recorded=False)

    def _until_lost(self) -> Iterator[View | Lost]:
        try:
            with self._client.stream("GET", "/api/events") as answer:
                if answer.is_success:
                    yield from views(answer.iter_lines())
                    yield Lost("the station has stopped")
                else:
                    said = _problem(answer.read())
                    yield Lost(f"{self._client.base_url}: {answer.status_code} {said[:200]}")
        except httpx.HTTPError as error:
            yield Lost(f"{self._client.base_url}: {str(error) or type(error).__name__}")
        except msgspec.DecodeError as error:
            yield Lost(f"the station is of another version: {error}")


def views(lines: Iterable[str]) -> Iterator[View]:
    """Read `text/event-stream` as our station writes it: each event has a kind and one line.

    Raises:
        msgspec.DecodeError: an event is not what its kind promises.
    """
    kind = ""
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data" and kind in EVENTS:
            yield msgspec.json.decode(value, type=EVENTS[kind])


def _problem(body: bytes) -> str:
    """Why a station refuses, or the first line of what another page answers."""
    try:
        return msgspec.json.decode(body, type=Refused).problem
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body.decode(errors="replace").partition("\n")[0]


def _advice(url: str, why: str) -> str:
    return f"--url {url}: {why}; give the address of the page, as http://127.0.0.1:8080"
