"""A web server on this machine that gives a file as a real one may: in parts, or badly."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class FileServer(ThreadingHTTPServer):
    """Gives `content` at every address but /nothing; breaks off as told."""

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.breaks_off_after: list[int] = []
        """Bytes after which each further answer breaks off, until the list is used up."""
        self.knows_ranges = True
        self.asked: list[str] = []
        """The Range header of each request; empty where there was none."""

    def url(self, path: str = "/sound.wav") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.server.asked.append(wanted)
        if self.path == "/nothing":
            self.send_error(404)
            return
        from_byte = int(wanted.removeprefix("bytes=").rstrip("-") or 0)
        ranged = self.server.knows_ranges and from_byte > 0
        rest = self.server.content[from_byte:] if ranged else self.server.content
        self.send_response(206 if ranged else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        breaks_off = self.server.breaks_off_after
        self.wfile.write(rest[: breaks_off.pop(0)] if breaks_off else rest)

    def log_message(self, template: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(content: bytes) -> Iterator[FileServer]:
    with FileServer(content) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
