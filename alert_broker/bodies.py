"""What requests and answers carry: JSON of our own types, checked."""

import asyncio
from typing import TypeVar

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from alert_broker.views import AlertView, Refused

MAX_BODY = 4096
"""Bytes; a screen tells of at most a hundred alerts at once."""

BODY_S = 10.0
"""How long a body may take to come."""

R = TypeVar("R", bound=Struct)


class Saying(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody does it: whoever is signed in."""


class Refusal(Exception):
    """A request that is not done: why, with the status that says so."""

    def __init__(
        self,
        problem: str,
        status: int,
        alert: AlertView | None = None,
        *,
        code: str = "",
        wait_s: float = 0.0,
    ) -> None:
        """`alert` is how it stands, when that is why; the rest as in `Refused`."""
        super().__init__(problem)
        self.status = status
        self.told = Refused(problem, alert, code, wait_s)

    def answer(self) -> Response:
        """What is said of it."""
        response = as_json(self.told, self.status)
        if self.told.wait_s:
            response.headers["Retry-After"] = str(int(self.told.wait_s) + 1)
        return response


async def read(request: Request, kind: type[R]) -> R:
    """What a request asks.

    Raises:
        Refusal: it is none of ours.
    """
    # Another site's form can send no such type without asking first, and we never consent.
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Refusal("send application/json", 415)
    try:
        return msgspec.json.decode(await _body(request), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(str(error), 400) from None
    except TimeoutError:
        raise Refusal(f"the rest did not come within {BODY_S:g} s", 400) from None


async def _body(request: Request) -> bytes:
    """The body, or as much of it as tells that it is too long to be ours."""
    body = b""
    async with asyncio.timeout(BODY_S):
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise msgspec.DecodeError(f"more than {MAX_BODY} bytes")
    return body


def as_json(value: Struct, status: int = 200) -> Response:
    """The answer that carries a value."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def screen_of(request: Request) -> str:
    """Where something was said, for the ledger: the address, and what kind of screen it was."""
    terminal = request.headers.get("user-agent", "").startswith("python-httpx")
    host = request.client.host if request.client else ""
    return f"{host} {'terminal' if terminal else 'page'}".lstrip()
