"""The station's web side: the page, its JSON, its events, and what carers do about an alert."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from msgspec import Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from alert_broker.bodies import Carer, Unreadable, as_json, read
from alert_broker.guards import Guards
from alert_broker.life import Forbidden
from alert_broker.lives import UnknownAlert
from alert_broker.messages import AlertId, Deed, Outcome
from alert_broker.screens import Screen
from alert_broker.station import Station
from alert_broker.upkeep.web import upkeep_routes
from alert_broker.views import Refused

STATIC = Path(__file__).parent / "static"

DEEDS: Mapping[str, Deed] = {
    "acknowledge": Deed.CLAIMED,
    "arrive": Deed.IN_ROOM,
    "release": Deed.REOPENED,
    "close": Deed.CLOSED,
    "cancel": Deed.CANCELLED,
}
"""What a carer may do, by the last word of `POST /api/alerts/ID/...`."""


class Closing(Carer, frozen=True, forbid_unknown_fields=True):
    """Who closes it, and what it was."""

    outcome: Outcome


class Shown(Struct, frozen=True, forbid_unknown_fields=True):
    """What a screen shows by now."""

    alerts: tuple[AlertId, ...]


def application(station: Station, names: tuple[str, ...] = ()) -> Starlette:
    """The web application of a station; `names` as in its settings."""
    pages = Pages(station)
    return Starlette(
        routes=[
            Route("/", pages.page),
            Route("/health", pages.health),
            Route("/api/board", pages.board),
            Route("/api/events", pages.events),
            Route("/api/shown", pages.shown, methods=["POST"]),
            Route("/api/alerts/{id}", pages.record),
            Route("/api/alerts/{id}/{deed}", pages.say, methods=["POST"]),
            *upkeep_routes(station.caretaker),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guards, names=names)],
    )


class Pages:
    """Answers requests about one station."""

    def __init__(self, station: Station) -> None:
        self._station = station

    async def page(self, _request: Request) -> Response:
        """The nurse's page."""
        return FileResponse(STATIC / "index.html")

    async def health(self, _request: Request) -> Response:
        """200 while alerts get here and are written down, 503 while they do not."""
        link = self._station.link
        return as_json(link, 200 if link.broker and link.store else 503)

    async def board(self, _request: Request) -> Response:
        """Everything, at this moment."""
        return as_json(await run_in_threadpool(self._station.board))

    async def events(self, _request: Request) -> Response:
        """Server-sent events: everything first, also on a reconnection, then each change."""
        return StreamingResponse(
            self._until_gone(),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def record(self, request: Request) -> Response:
        """All that was heard and done about an alert; 404 if there is none."""
        try:
            return as_json(await run_in_threadpool(self._station.record, request.path_params["id"]))
        except UnknownAlert:
            return as_json(Refused("no such alert"), 404)

    async def shown(self, request: Request) -> Response:
        """A screen shows these alerts: only now are they delivered."""
        try:
            shown = await read(request, Shown)
        except Unreadable as error:
            return as_json(Refused(str(error)), error.status)
        await run_in_threadpool(self._station.delivered, shown.alerts)
        return Response(status_code=204)

    async def say(self, request: Request) -> Response:
        """A carer does something: 400 unreadable, 404 no such alert or deed, 409 not any more."""
        deed = DEEDS.get(request.path_params["deed"])
        if deed is None:
            return as_json(Refused(f"one of {', '.join(DEEDS)}"), 404)
        try:
            said = await read(request, Closing if deed is Deed.CLOSED else Carer)
        except Unreadable as error:
            return as_json(Refused(str(error)), error.status)
        return await run_in_threadpool(self._say, request.path_params["id"], deed, said)

    def _say(self, alert_id: str, deed: Deed, said: Carer) -> Response:
        outcome = said.outcome if isinstance(said, Closing) else None
        try:
            return as_json(self._station.say(alert_id, deed, said.who, outcome))
        except UnknownAlert:
            return as_json(Refused("no such alert"), 404)
        except Forbidden as error:
            return as_json(Refused(str(error), self._station.view(alert_id)), 409)

    async def _until_gone(self) -> AsyncIterator[bytes]:
        screen = Screen()
        try:
            await run_in_threadpool(self._station.join, screen)
            async for events in screen.events():
                yield events
        finally:
            self._station.leave(screen)
