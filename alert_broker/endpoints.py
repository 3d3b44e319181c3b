"""An address of the web side, declared once: the declaration serves it and documents it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alert_broker.bodies import Refusal, read
from alert_broker.fields import AlertId
from alert_broker.people.gate import Gate
from alert_broker.people.rights import Right
from alert_broker.views import Refused

Content = type[Struct] | Mapping[str, type[Struct]] | str | None
"""JSON of a Struct, an event stream by kinds of event, a text of that media type, or nothing."""


@dataclass(frozen=True)
class Endpoint:
    """One method of one address."""

    method: str
    path: str
    name: str
    says: str
    """What it does, for whoever writes a program for it."""
    handler: Callable[..., Awaitable[Response]]
    """Takes whoever serves it, the request, who asks and what, as `needs` and `asks` say."""
    answers: Mapping[int, Content]
    """What may come, by status; what every address may refuse stands in `refusals`."""
    asks: type[Struct] | None = None
    """The JSON of the request."""
    needs: Right | None = None
    """What whoever asks must be allowed; anybody may without it, also before she signs in."""
    parts: Mapping[str, Any] = field(default_factory=lambda: {"id": AlertId})
    """The types of what stands in braces in the path."""

    @property
    def variables(self) -> list[str]:
        """What stands in braces in the path."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def refusals(self) -> dict[int, Content]:
        """What comes of a request that is none of ours, before the handler sees it."""
        stranger: dict[int, Content] = {401: Refused} if self.needs else {}
        unreadable: dict[int, Content] = {400: Refused, 415: Refused} if self.asks else {}
        return {403: Refused} | stranger | unreadable

    def route(self, server: object, gate: Gate) -> Route:
        """How it is served, by `server`, to those whom `gate` lets by."""
        serve = partial(self._serve, server, gate)
        return Route(self.path, serve, methods=[self.method], name=self.name)

    async def _serve(self, server: object, gate: Gate, request: Request) -> Response:
        try:
            self._check_path(request)
            by = [gate.who(request, self.needs)] if self.needs else []
            said = [await read(request, self.asks)] if self.asks else []
            return await self.handler(server, request, *by, *said)
        except Refusal as refusal:
            return refusal.answer()

    def _check_path(self, request: Request) -> None:
        try:
            for it in self.variables:
                msgspec.convert(request.path_params[it], self.parts[it])
        except msgspec.ValidationError as error:
            raise Refusal(f"no such address: {error}", 404) from None
