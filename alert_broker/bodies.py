"""What requests and answers carry: JSON of our own types, checked."""

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

MAX_BODY = 4096
"""Bytes; a screen tells of at most a hundred alerts at once."""

R = TypeVar("R", bound=Struct)


class Carer(Struct, frozen=True, forbid_unknown_fields=True):
    """Who does it."""

    by: Annotated[str, Meta(min_length=1, max_length=80, pattern=r"\S")]

    @property
    def who(self) -> str:
        """Her name, as it is shown."""
        return self.by.strip()


class Unreadable(ValueError):
    """A request that is none of ours; `status` says why."""

    def __init__(self, problem: str, status: int = 400) -> None:
        super().__init__(problem)
        self.status = status


async def read(request: Request, kind: type[R]) -> R:
    """What a request asks.

    Raises:
        Unreadable: it is none of ours.
    """
    # Another site's form can send no such type without asking first, and we never consent.
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Unreadable("send application/json", 415)
    try:
        return msgspec.json.decode(await _body(request), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from None


async def _body(request: Request) -> bytes:
    """The body, or as much of it as tells that it is too long to be ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise msgspec.DecodeError(f"more than {MAX_BODY} bytes")
    return body


def as_json(value: Struct, status: int = 200) -> Response:
    """The answer that carries a value."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")
