"""The technical side over HTTP: what is wrong, who sees to it, who looked in, what is gone."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from alert_broker.bodies import Refusal, Saying, as_json, screen_of
from alert_broker.endpoints import Endpoint
from alert_broker.people.person import Person
from alert_broker.people.rights import Right
from alert_broker.rooms import Place, StillSpeaks, UnknownRoom
from alert_broker.upkeep.alarms import Alarm, UnknownAlarm
from alert_broker.upkeep.caretaker import Caretaker, NotBlind
from alert_broker.upkeep.views import UpkeepRecord
from alert_broker.views import Refused

RECORD = timedelta(days=7)
"""How far back `GET /api/upkeep` goes."""

DONE = 204


class InRoom(Saying, frozen=True, forbid_unknown_fields=True):
    """Of which room; both empty for all rooms, when none is heard."""

    site: Annotated[str, Meta(max_length=64)]
    room: Annotated[str, Meta(max_length=64)]

    @property
    def place(self) -> Place:
        """Which one."""
        return self.site, self.room


class UpkeepPages:
    """Answers requests about the technical side of one station."""

    def __init__(self, caretaker: Caretaker) -> None:
        self._caretaker = caretaker

    async def record(self, _request: Request, _by: Person) -> Response:
        """Answer with the record of late."""
        since = datetime.now(UTC) - RECORD
        return as_json(await run_in_threadpool(self._caretaker.record, since))

    async def see_to(self, request: Request, by: Person, _said: Saying) -> Response:
        """Note who looks after an alarm, and answer how it stands then."""
        try:
            said = request.path_params["id"], by.id, screen_of(request)
            return as_json(await run_in_threadpool(self._caretaker.see_to, *said))
        except UnknownAlarm:
            raise Refusal("no such alarm, or it is over", 404) from None

    async def visit(self, request: Request, by: Person, said: InRoom) -> Response:
        """Note who looked into a room."""
        try:
            screen = screen_of(request)
            await run_in_threadpool(self._caretaker.visit, said.place, by.id, screen)
        except NotBlind:
            raise Refusal("no round is asked for there", 404) from None
        return Response(status_code=DONE)

    async def retire(self, request: Request, by: Person, said: InRoom) -> Response:
        """Note that the device of a room was taken away."""
        try:
            screen = screen_of(request)
            await run_in_threadpool(self._caretaker.retire, said.place, by.id, screen)
        except UnknownRoom:
            raise Refusal("no such room", 404) from None
        except StillSpeaks as error:
            raise Refusal(str(error), 409) from None
        return Response(status_code=DONE)


UPKEEP: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/api/upkeep",
        "upkeep",
        "What was wrong in the last week, and who looked into rooms that nobody heard.",
        UpkeepPages.record,
        {200: UpkeepRecord},
        needs=Right.READ_UPKEEP,
    ),
    Endpoint(
        "POST",
        "/api/upkeep/alarms/{id}/see-to",
        "see_to",
        "Somebody looks after an alarm; 404 when there is none, or no more.",
        UpkeepPages.see_to,
        {200: Alarm, 404: Refused},
        asks=Saying,
        needs=Right.SEE_TO,
        parts={"id": str},
    ),
    Endpoint(
        "POST",
        "/api/upkeep/visit",
        "visit",
        "Somebody looked into a room; 404 when it is heard, or there is none.",
        UpkeepPages.visit,
        {DONE: None, 404: Refused},
        asks=InRoom,
        needs=Right.VISIT,
    ),
    Endpoint(
        "POST",
        "/api/upkeep/retire",
        "retire",
        "A room's device was taken away; 404 when there is no such room, 409 while it speaks.",
        UpkeepPages.retire,
        {DONE: None, 404: Refused, 409: Refused},
        asks=InRoom,
        needs=Right.RETIRE,
    ),
)
"""What a screen may ask and say of the technical side."""
