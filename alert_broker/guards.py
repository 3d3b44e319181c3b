"""What stands before every request of the page: who may ask, and what a browser may do with it."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alert_broker.bodies import as_json
from alert_broker.seldom import Seldom
from alert_broker.views import Refused

HEADERS = {
    # Nothing inline, nothing foreign: a word of a room shown on the page can never be a script.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(), camera=(), geolocation=()",
}

NONE_OF_OURS = {400, 403, 404, 405, 415}
"""The statuses of requests that no screen of ours makes, or hardly ever."""


class Guards:
    """Wraps an application: refuses strangers, and adds the security headers to each answer."""

    def __init__(self, app: ASGIApp, names: tuple[str, ...], refused: Seldom) -> None:
        """Guard `app`; `names` are what it may be called besides localhost and bare addresses.

        `refused` counts what is asked and is none of ours.
        """
        self._app = app
        self._refused = refused
        self._names = {"localhost", *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] in NONE_OF_OURS:
                    what = f"{scope['method']} {scope['path'][:120]!r}"
                    self._refused.warn(f"request refused: {message['status']}, {what}")
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                # The program's files may be kept, once asked whether they are still the same.
                kept = scope["path"].startswith("/static/")
                headers["Cache-Control"] = "no-cache" if kept else "no-store"
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope))
        answer = as_json(Refused(refusal), 403) if refusal else self._app
        await answer(scope, receive, send_guarded)

    def _refusal(self, method: str, headers: Headers) -> str:
        """Why a request is refused; empty when it is not."""
        host = headers.get("host", "")
        if not self._is_ours(host):
            return f"host {host!r} is not ours: ask by address, or add it to station.names"
        origin = headers.get("origin")
        if method not in {"GET", "HEAD"} and origin and origin.partition("://")[2] != host:
            return "this request comes from another page"
        return ""

    def _is_ours(self, host: str) -> bool:
        """A foreign page whose name was made to lead here still asks by that name."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
