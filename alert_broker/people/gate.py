"""Who asks, and whether she may: each address says which right it takes."""

from starlette.requests import Request

from alert_broker.bodies import Refusal
from alert_broker.fields import Name
from alert_broker.people.door import Door
from alert_broker.people.person import Person, Session
from alert_broker.people.rights import Right, may


class Gate:
    """Stands before what a station serves."""

    def __init__(self, door: Door, station: Name) -> None:
        self._door = door
        # By station: on one machine browsers keep one jar of cookies for all ports.
        self.cookie = f"veilleur-{station}"

    def token(self, request: Request) -> str:
        """What the screen that asks holds; empty where nobody has signed in."""
        return request.cookies.get(self.cookie, "")

    def signed_in(self, request: Request) -> tuple[Person, Session] | None:
        """Whoever asks, None if nobody is signed in."""
        return self._door.who(self.token(request))

    def who(self, request: Request, right: Right) -> Person:
        """Whoever asks, if she may.

        Raises:
            Refusal: 401 nobody is signed in, 403 her role has no such right, or her secret is known
                to others.
        """
        found = self.signed_in(request)
        if found is None:
            raise Refusal("sign in first: POST /api/session", 401, code="sign_in_first")
        person, _ = found
        if person.given:
            raise Refusal(
                "choose your own PIN first: POST /api/session/secret", 403, code="choose_first"
            )
        if not may(person.role, right):
            raise Refusal(f"a {person.role} may not {right}", 403, code="no_right")
        return person
