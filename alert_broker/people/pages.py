"""The web side of people: signing in and out, who there is, and who lives where."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from alert_broker.bodies import Refusal, Saying, as_json, screen_of
from alert_broker.clock import Clock
from alert_broker.database import StoreFailed
from alert_broker.endpoints import Endpoint
from alert_broker.people.door import Entered, TurnedAway
from alert_broker.people.gate import Gate
from alert_broker.people.person import Person, PersonId, Session
from alert_broker.people.rights import MANAGES, Right, Role, may, may_manage
from alert_broker.people.roll import PeopleRefused, Source
from alert_broker.people.staff import Staff
from alert_broker.people.views import (
    Changing,
    Dweller,
    Given,
    Me,
    Newcomer,
    PersonView,
    ResidentView,
    SigningIn,
    Team,
)
from alert_broker.views import Refused

MOST_WAITING = 20
"""Sign-ins that may wait for their turn: each takes a tenth of a second."""

T = TypeVar("T")


class PeoplePages:
    """Answers requests about the people of one station."""

    def __init__(self, staff: Staff, gate: Gate, clock: Clock) -> None:
        self._staff = staff
        self._gate = gate
        self._clock = clock
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    async def me(self, request: Request) -> Response:
        """Answer who is signed in."""
        found = self._gate.signed_in(request)
        return as_json(self._me(*found) if found else Me())

    async def sign_in(self, request: Request, asked: SigningIn) -> Response:
        """Let somebody in, and give her screen a token."""
        if self._waiting >= MOST_WAITING:
            raise Refusal("too many at once", 429, code="busy", wait_s=1.0)
        door, address = self._staff.door, _address(request)
        return self._entered(
            request,
            await self._slowly(lambda: door.come_in(asked.person, asked.secret, address)),
        )

    async def change(self, request: Request, asked: Changing) -> Response:
        """Let whoever is signed in choose what she signs in with."""
        if self._waiting >= MOST_WAITING:
            raise Refusal("too many at once", 429, code="busy", wait_s=1.0)
        if (found := self._gate.signed_in(request)) is None:
            raise Refusal("sign in first: POST /api/session", 401, code="sign_in_first")
        person, _ = found
        door, address, source = self._staff.door, _address(request), _source(request, person)
        return self._entered(
            request,
            await self._slowly(
                lambda: door.change(person.id, asked.secret, asked.new, address, source)
            ),
        )

    def _entered(self, request: Request, entered: Entered) -> Response:
        token, person, session = entered
        response = as_json(self._me(person, session))
        response.set_cookie(
            self._gate.cookie,
            token,
            max_age=max(0, int((session.ends_at - self._clock().at).total_seconds())),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    async def sign_out(self, request: Request) -> Response:
        """Let whoever is signed in go, if anybody is."""
        await run_in_threadpool(self._staff.door.go, self._gate.token(request))
        response = as_json(Me())
        response.delete_cookie(self._gate.cookie, httponly=True, samesite="strict")
        return response

    async def team(self, _request: Request) -> Response:
        """Answer who may sign in."""
        return as_json(Team(tuple(PersonView.of(it) for it in self._staff.roll.here())))

    async def add(self, request: Request, by: Person, asked: Newcomer) -> Response:
        """Add somebody, and answer her PIN."""
        _refuse_stranger(by, asked.role)
        source = _source(request, by)
        person, secret = await self._slowly(
            lambda: self._staff.roll.add(asked.name, asked.role, source)
        )
        return as_json(Given(PersonView.of(person), secret))

    async def reset(self, request: Request, by: Person, _said: Saying) -> Response:
        """Give somebody a new PIN, and answer it."""
        person = self._managed(request, by)
        source = _source(request, by)
        secret = await self._slowly(lambda: self._staff.roll.reset(person, source))
        await run_in_threadpool(self._staff.door.forgive, person.id)
        return as_json(Given(PersonView.of(person), secret))

    async def remove(self, request: Request, by: Person) -> Response:
        """Remove somebody, and answer who is left."""
        person = self._managed(request, by)
        source = _source(request, by)
        await self._slowly(lambda: self._staff.roll.remove(person, source))
        return await self.team(request)

    async def name_resident(self, request: Request, _by: Person, asked: Dweller) -> Response:
        """Note who lives in a room, and answer what the screen may show."""
        place = asked.site, asked.room
        await self._slowly(lambda: self._staff.residents.name(place, asked.name.strip()))
        return await self.me(request)

    def _managed(self, request: Request, by: Person) -> Person:
        """Whom a request is about, if whoever asks may manage her."""
        person = self._staff.roll.find(request.path_params["id"])
        if person is None or not person.here:
            raise Refusal("nobody here has this id", 404)
        _refuse_stranger(by, person.role)
        return person

    def _me(self, person: Person, session: Session) -> Me:
        shown = self._staff.residents.all() if may(person.role, Right.SEE_RESIDENTS) else {}
        return Me.of(
            person,
            session,
            tuple(role for role in Role if may_manage(person.role, role)),
            tuple(ResidentView(*place, name) for place, name in sorted(shown.items())),
            self._staff.pin_digits,
        )

    async def _slowly(self, action: Callable[[], T]) -> T:
        """One after the other: digests need memory, and must not take all threads of the page."""
        self._waiting += 1
        try:
            async with self._turn:
                return await run_in_threadpool(action)
        except TurnedAway as error:
            code, status = ("wrong_secret", 401) if error.tried else ("wait_first", 429)
            raise Refusal(str(error), status, code=code, wait_s=error.wait_s) from None
        except PeopleRefused as error:
            raise Refusal(str(error), 409, code=error.code) from None
        except StoreFailed as error:
            raise Refusal(str(error), 503, code="not_kept") from None
        finally:
            self._waiting -= 1


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _source(request: Request, by: Person) -> Source:
    return Source(by.id, screen_of(request))


def _refuse_stranger(by: Person, role: Role) -> None:
    if not may_manage(by.role, role):
        whom = ", ".join(sorted(MANAGES.get(by.role, ())))
        raise Refusal(f"a {by.role} manages {whom} alone", 403, code="no_right")


_ONE = {"id": PersonId}
PEOPLE: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/api/session",
        "me",
        "Who is signed in on this screen, what she may do and whom she cares for.",
        PeoplePages.me,
        {200: Me},
    ),
    Endpoint(
        "POST",
        "/api/session",
        "sign_in",
        "Sign in until the shift ends; 401 the wrong secret, 429 too often, with how long to wait.",
        PeoplePages.sign_in,
        {200: Me, 401: Refused, 429: Refused},
        asks=SigningIn,
    ),
    Endpoint(
        "POST",
        "/api/session/secret",
        "change_secret",
        "Whoever is signed in chooses her own PIN or password: her other screens sign her out. "
        "409 it is too weak or the one that she has, 503 the store fails; else as signing in.",
        PeoplePages.change,
        {200: Me, 401: Refused, 409: Refused, 429: Refused, 503: Refused},
        asks=Changing,
    ),
    Endpoint(
        "DELETE",
        "/api/session",
        "sign_out",
        "Sign out; saying it twice is as good as once.",
        PeoplePages.sign_out,
        {200: Me},
    ),
    Endpoint(
        "GET",
        "/api/people",
        "team",
        "Whoever may sign in: the names that a screen offers.",
        PeoplePages.team,
        {200: Team},
    ),
    Endpoint(
        "POST",
        "/api/people",
        "add_person",
        "Add somebody; her PIN is told this once. 409 her name is taken, 503 the store fails.",
        PeoplePages.add,
        {200: Given, 409: Refused, 503: Refused},
        asks=Newcomer,
        needs=Right.MANAGE_PEOPLE,
    ),
    Endpoint(
        "POST",
        "/api/people/{id}/reset",
        "reset_person",
        "A new PIN, told this once: whoever is signed in with the old one must do so again.",
        PeoplePages.reset,
        {200: Given, 404: Refused, 503: Refused},
        asks=Saying,
        needs=Right.MANAGE_PEOPLE,
        parts=_ONE,
    ),
    Endpoint(
        "DELETE",
        "/api/people/{id}",
        "remove_person",
        "She signs in no more, what she did stays; 409 nobody could manage people any more.",
        PeoplePages.remove,
        {200: Team, 404: Refused, 409: Refused, 503: Refused},
        needs=Right.MANAGE_PEOPLE,
        parts=_ONE,
    ),
    Endpoint(
        "POST",
        "/api/residents",
        "name_resident",
        "Who lives in a room: kept in the store, shown to those who care, never on the bus.",
        PeoplePages.name_resident,
        {200: Me, 503: Refused},
        asks=Dweller,
        needs=Right.NAME_RESIDENTS,
    ),
)
"""What a screen may ask and say of people."""
