"""The technical side over HTTP: what is wrong, who sees to it, who looked in, what is gone."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alert_broker.bodies import Carer, Unreadable, as_json, read
from alert_broker.rooms import Place, StillSpeaks, UnknownRoom
from alert_broker.upkeep.alarms import UnknownAlarm
from alert_broker.upkeep.caretaker import Caretaker, NotBlind
from alert_broker.views import Refused

RECORD = timedelta(days=7)
"""How far back `GET /api/upkeep` goes."""

DONE = 204


class InRoom(Carer, frozen=True, forbid_unknown_fields=True):
    """Who says something of which room; both empty for all rooms, when none is heard."""

    site: Annotated[str, Meta(max_length=64)]
    room: Annotated[str, Meta(max_length=64)]

    @property
    def place(self) -> Place:
        """Which one."""
        return self.site, self.room


def upkeep_routes(caretaker: Caretaker) -> list[Route]:
    """What a screen may ask and say."""
    pages = UpkeepPages(caretaker)
    return [
        Route("/api/upkeep", pages.record),
        Route("/api/upkeep/alarms/{id}/see-to", pages.see_to, methods=["POST"]),
        Route("/api/upkeep/visit", pages.visit, methods=["POST"]),
        Route("/api/upkeep/retire", pages.retire, methods=["POST"]),
    ]


class UpkeepPages:
    """Answers requests about the technical side of one station."""

    def __init__(self, caretaker: Caretaker) -> None:
        self._caretaker = caretaker

    async def record(self, _request: Request) -> Response:
        """What was wrong in the last week, and who looked into rooms that nobody heard."""
        since = datetime.now(UTC) - RECORD
        return as_json(await run_in_threadpool(self._caretaker.record, since))

    async def see_to(self, request: Request) -> Response:
        """Somebody looks after an alarm, told in the answer; 404 when there is none, or no more."""
        try:
            said = await read(request, Carer)
            alarm_id = request.path_params["id"]
            return as_json(await run_in_threadpool(self._caretaker.see_to, alarm_id, said.who))
        except Unreadable as error:
            return as_json(Refused(str(error)), error.status)
        except UnknownAlarm:
            return as_json(Refused("no such alarm, or it is over"), 404)

    async def visit(self, request: Request) -> Response:
        """Somebody looked into a room; 404 when it is heard, or there is none."""
        try:
            said = await read(request, InRoom)
            await run_in_threadpool(self._caretaker.visit, said.place, said.who)
        except Unreadable as error:
            return as_json(Refused(str(error)), error.status)
        except NotBlind:
            return as_json(Refused("no round is asked for there"), 404)
        return Response(status_code=DONE)

    async def retire(self, request: Request) -> Response:
        """A room's device was taken away; 404 when there is no such room, 409 while it speaks."""
        try:
            said = await read(request, InRoom)
            await run_in_threadpool(self._caretaker.retire, said.place, said.who)
        except Unreadable as error:
            return as_json(Refused(str(error)), error.status)
        except UnknownRoom:
            return as_json(Refused("no such room"), 404)
        except StillSpeaks as error:
            return as_json(Refused(str(error)), 409)
        return Response(status_code=DONE)
