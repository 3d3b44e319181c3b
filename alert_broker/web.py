"""The station's web side: the page, its JSON, its events, and what carers do about an alert."""

from collections.abc import AsyncIterator, Mapping
from functools import partial

from msgspec import Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from alert_broker import clock
from alert_broker.bodies import Refusal, Saying, as_json, screen_of
from alert_broker.endpoints import Endpoint
from alert_broker.fields import AlertId
from alert_broker.guards import Guards
from alert_broker.life import Forbidden
from alert_broker.lives import UnknownAlert
from alert_broker.messages import Deed, Outcome
from alert_broker.page import STATIC, page
from alert_broker.people.gate import Gate
from alert_broker.people.pages import PEOPLE, PeoplePages
from alert_broker.people.person import Person
from alert_broker.people.rights import NEEDS, Right
from alert_broker.people.staff import Staff
from alert_broker.screens import Screen
from alert_broker.settings import StationSettings
from alert_broker.station import Station
from alert_broker.upkeep.web import UPKEEP, UpkeepPages
from alert_broker.views import EVENTS, AlertView, BoardView, LinkView, Record, Refused

DEEDS: Mapping[str, Deed] = {right.value: deed for deed, right in NEEDS.items()}
"""What a carer may do, by the last word of `POST /api/alerts/ID/...`."""


class Closing(Saying, frozen=True, forbid_unknown_fields=True):
    """What it was."""

    outcome: Outcome


class Shown(Struct, frozen=True, forbid_unknown_fields=True):
    """What a screen shows by now."""

    alerts: tuple[AlertId, ...]


class Pages:
    """Answers requests about one station."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._page = page()

    async def page(self, _request: Request) -> Response:
        """Answer with the nurse's page."""
        return HTMLResponse(self._page)

    async def worker(self, _request: Request) -> Response:
        """Answer with the page's worker: it may serve only what lies below its own address."""
        return FileResponse(STATIC / "worker.js")

    async def health(self, _request: Request) -> Response:
        """Answer how the links are."""
        link = self._station.link
        return as_json(link, 200 if link.broker and link.store else 503)

    async def board(self, _request: Request) -> Response:
        """Answer with everything."""
        return as_json(await run_in_threadpool(self._station.board))

    async def events(self, _request: Request) -> Response:
        """Answer with everything, and for as long as somebody reads with each change."""
        return StreamingResponse(
            self._until_gone(),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def record(self, request: Request, _by: Person) -> Response:
        """Answer with the record of an alert."""
        try:
            return as_json(await run_in_threadpool(self._station.record, request.path_params["id"]))
        except UnknownAlert:
            raise _no_such_alert() from None

    async def shown(self, _request: Request, shown: Shown) -> Response:
        """Note what a screen shows."""
        await run_in_threadpool(self._station.delivered, shown.alerts)
        return Response(status_code=204)

    async def say(self, request: Request, by: Person, said: Saying, *, deed: Deed) -> Response:
        """Note what a carer does, and answer how the alert stands then."""
        place = screen_of(request)
        alert_id = request.path_params["id"]
        return await run_in_threadpool(self._say, alert_id, deed, by, said, place)

    def _say(self, alert_id: str, deed: Deed, by: Person, said: Saying, place: str) -> Response:
        outcome = said.outcome if isinstance(said, Closing) else None
        try:
            return as_json(self._station.say(alert_id, deed, by.id, outcome, place))
        except UnknownAlert:
            raise _no_such_alert() from None
        except Forbidden as error:
            raise Refusal(str(error), 409, self._station.view(alert_id)) from None

    async def _until_gone(self) -> AsyncIterator[bytes]:
        screen = Screen()
        try:
            await run_in_threadpool(self._station.join, screen)
            async for events in screen.events():
                yield events
        finally:
            self._station.leave(screen)


ALERTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/", "page", "The nurse's page.", Pages.page, {200: "text/html"}),
    Endpoint(
        "GET",
        "/worker.js",
        "worker",
        "What keeps the page's own files in a browser, and nothing that the station tells.",
        Pages.worker,
        {200: "text/javascript"},
    ),
    Endpoint(
        "GET",
        "/health",
        "health",
        "200 while alerts get here and are written down, 503 while they do not.",
        Pages.health,
        {200: LinkView, 503: LinkView},
    ),
    Endpoint("GET", "/api/board", "board", "All, at this moment.", Pages.board, {200: BoardView}),
    Endpoint(
        "GET",
        "/api/events",
        "events",
        "Everything first, also on a reconnection, then each change.",
        Pages.events,
        {200: EVENTS},
    ),
    Endpoint(
        "POST",
        "/api/shown",
        "shown",
        "A screen shows these alerts: only now are they delivered.",
        Pages.shown,
        {204: None},
        asks=Shown,
    ),
    Endpoint(
        "GET",
        "/api/alerts/{id}",
        "record",
        "All that was heard and done about an alert, also long after it was closed.",
        Pages.record,
        {200: Record, 404: Refused},
        needs=Right.READ_RECORDS,
    ),
    *(
        Endpoint(
            "POST",
            f"/api/alerts/{{id}}/{word}",
            word,
            f"A carer does something about an alert: it is {deed.replace('_', ' ')}.",
            partial(Pages.say, deed=deed),
            {200: AlertView, 404: Refused, 409: Refused},
            asks=Closing if deed is Deed.CLOSED else Saying,
            needs=NEEDS[deed],
        )
        for word, deed in DEEDS.items()
    ),
)
ENDPOINTS = (*ALERTS, *PEOPLE, *UPKEEP)
"""All that is served besides the page's own files."""


def application(station: Station, staff: Staff, settings: StationSettings) -> Starlette:
    """The web application of a station, for its staff."""
    gate = Gate(staff.door, settings.station.name)
    pages, upkeep = Pages(station), UpkeepPages(station.caretaker)
    people = PeoplePages(staff, gate, clock.now)
    return Starlette(
        routes=[
            *(endpoint.route(pages, gate) for endpoint in ALERTS),
            *(endpoint.route(people, gate) for endpoint in PEOPLE),
            *(endpoint.route(upkeep, gate) for endpoint in UPKEEP),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guards, names=settings.station.names, refused=station.refused)],
        exception_handlers={HTTPException: _refuse},
    )


async def _refuse(request: Request, error: Exception) -> Response:
    """No such address, or it knows no such method."""
    assert isinstance(error, HTTPException)
    problem = f"{request.method} {request.url.path[:120]}: {error.detail}"
    return as_json(Refused(problem), error.status_code)


def _no_such_alert() -> Refusal:
    return Refusal("no such alert", 404)
