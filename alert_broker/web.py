"""The station's web side: the page, its JSON, its events, and the one thing a nurse may change."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from alert_broker.guards import Guards
from alert_broker.screens import Screen
from alert_broker.station import AlreadyTaken, Station, UnknownAlert
from alert_broker.views import Refused, Taken

STATIC = Path(__file__).parent / "static"
MAX_BODY = 4096
"""Bytes; ours has under a hundred."""


class Claim(Struct, frozen=True, forbid_unknown_fields=True):
    """Who goes to the room."""

    by: Annotated[str, Meta(min_length=1, max_length=80, pattern=r"\S")]


def application(station: Station, names: tuple[str, ...] = ()) -> Starlette:
    """The web application of a station; `names` as in its settings."""
    pages = Pages(station)
    return Starlette(
        routes=[
            Route("/", pages.page),
            Route("/health", pages.health),
            Route("/api/board", pages.board),
            Route("/api/events", pages.events),
            Route("/api/alerts/{id}/acknowledge", pages.acknowledge, methods=["POST"]),
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
        return _json(link, 200 if link.broker and link.store else 503)

    async def board(self, _request: Request) -> Response:
        """Everything, at this moment."""
        return _json(await run_in_threadpool(self._station.board))

    async def events(self, _request: Request) -> Response:
        """Server-sent events: everything first, also on a reconnection, then each change."""
        return StreamingResponse(
            self._until_gone(),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def acknowledge(self, request: Request) -> Response:
        """Somebody goes: 400 unreadable, 404 no such alert, 409 somebody else was first."""
        # Another site's form can send no such type without asking first, and we never consent.
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _json(Refused("send application/json"), 415)
        try:
            claim = msgspec.json.decode(await _body(request), type=Claim)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return _json(Refused(str(error)), 400)
        return await run_in_threadpool(self._claim, request.path_params["id"], claim.by.strip())

    def _claim(self, alert_id: str, by: str) -> Response:
        try:
            return _json(Taken.of(self._station.acknowledge(alert_id, by)))
        except UnknownAlert:
            return _json(Refused("no such alert"), 404)
        except AlreadyTaken as error:
            return _json(Refused(str(error), Taken.of(error.acknowledgement)), 409)

    async def _until_gone(self) -> AsyncIterator[bytes]:
        screen = Screen()
        try:
            await run_in_threadpool(self._station.join, screen)
            async for events in screen.events():
                yield events
        finally:
            self._station.leave(screen)


async def _body(request: Request) -> bytes:
    """The body, or as much of it as tells that it is too long to be ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise msgspec.DecodeError(f"more than {MAX_BODY} bytes")
    return body


def _json(value: Struct, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
