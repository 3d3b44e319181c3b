"""The messages as JSON Schema documents, for programs that are not ours; see `schema/`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from alert_broker.topics import CHANNELS, Channel, topic

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class NotWritten(ValueError):
    """A folder that takes no files; the text names it."""


def documents() -> dict[str, str]:
    """The text of one document for each kind of message, by file name."""
    return {f"{kind}.schema.json": _document(kind, it) for kind, it in CHANNELS.items()}


def write(folder: Path) -> Iterator[Path]:
    """Write the documents into a folder, yielding each path.

    Raises:
        NotWritten: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in documents().items():
            (folder / name).write_text(text, encoding="utf-8")
            yield folder / name
    except OSError as error:
        raise NotWritten(f"{folder}: {error.strerror}; choose another folder") from None


def _document(kind: str, channel: Channel) -> str:
    schema: dict[str, Any] = msgspec.json.schema(channel.message)
    message = schema["$defs"].pop(schema["$ref"].rpartition("/")[2])
    # Our types have a default version so that code need not repeat it; on the wire it is required.
    del message["properties"]["version"]["default"]
    message["required"].insert(1, "version")
    document = {"$schema": DIALECT, "$comment": _travels(kind, channel), **message}
    if schema["$defs"]:
        document["$defs"] = schema["$defs"]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _travels(kind: str, channel: Channel) -> str:
    kept = "retained" if channel.retained else f"expires after {channel.expiry_s} s"
    return f"MQTT topic {topic('SITE', 'ROOM', kind)}, QoS {channel.qos}, {kept}"
