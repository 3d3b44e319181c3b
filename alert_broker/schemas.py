"""The contract with programs that are not ours, written from our own types; see `schema/`."""

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from alert_broker import asyncapi, openapi
from alert_broker.topics import CHANNELS, Channel, topic

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class NotWritten(ValueError):
    """Documents that cannot be made, or a folder that takes none; the text says how to mend it."""


def documents() -> dict[str, str]:
    """The text of each document by file name: the messages, the bus, and the station's web side.

    Raises:
        NotWritten: what serves the web side is not installed.
    """
    try:
        from alert_broker.web import ENDPOINTS
    except ImportError:
        raise NotWritten("what serves is not installed: pip install 'veilleur[station]'") from None
    software = version("veilleur")
    written = {f"{kind}.schema.json": _message(kind, it) for kind, it in CHANNELS.items()}
    written["bus.asyncapi.json"] = asyncapi.document(software)
    written["station.openapi.json"] = openapi.document(ENDPOINTS, software)
    return {name: _text(document) for name, document in written.items()}


def write(folder: Path) -> Iterator[Path]:
    """Write the documents into a folder, yielding each path.

    Raises:
        NotWritten: as above, or the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in documents().items():
            (folder / name).write_text(text, encoding="utf-8")
            yield folder / name
    except OSError as error:
        raise NotWritten(f"{folder}: {error.strerror}; choose another folder") from None


def _message(kind: str, channel: Channel) -> dict[str, Any]:
    schema: dict[str, Any] = msgspec.json.schema(channel.message)
    message = schema["$defs"].pop(schema["$ref"].rpartition("/")[2])
    # Our types have a default version so that code need not repeat it; on the wire it is required.
    del message["properties"]["version"]["default"]
    message["required"].insert(1, "version")
    document = {"$schema": DIALECT, "$comment": _travels(kind, channel), **message}
    if schema["$defs"]:
        document["$defs"] = schema["$defs"]
    return document


def _travels(kind: str, channel: Channel) -> str:
    kept = "retained" if channel.retained else f"expires after {channel.expiry_s} s"
    return f"MQTT topic {topic('SITE', 'ROOM', kind)}, QoS {channel.qos}, {kept}"


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
