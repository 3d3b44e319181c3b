"""The bus as an AsyncAPI 3 document: who sends what, who reads it, and how it travels."""

import inspect
from typing import Any

from alert_broker.topics import CHANNELS, SUBSCRIBED_QOS, Channel, Party, topic

VERSION = "3.0.0"
DIALECT = "application/schema+json;version=draft-2020-12"
BINDING = "0.2.0"

Schema = dict[str, Any]


def document(software: str) -> Schema:
    """The document; what each message holds stands in the file of its own beside it."""
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Veilleur: the bus",
            "description": "What rooms and nurse stations say to each other. No sound, no name.",
            "version": software,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "house": {
                "host": "127.0.0.1:1883",
                "protocol": "mqtt",
                "protocolVersion": "5",
                "description": "The house's own broker; see `[broker]` in the settings.",
            }
        },
        "channels": {kind: _channel(kind, channel) for kind, channel in CHANNELS.items()},
        "operations": {
            name: operation
            for kind, channel in CHANNELS.items()
            for name, operation in _operations(kind, channel).items()
        },
        "components": {
            "messages": {kind: _message(kind, channel) for kind, channel in CHANNELS.items()}
        },
    }


def _channel(kind: str, channel: Channel) -> Schema:
    return {
        "address": topic("{site}", "{room}", kind),
        "summary": _first_line(channel),
        "parameters": {
            "site": {"location": "$message.payload#/site", "description": "The establishment."},
            "room": {"location": "$message.payload#/room", "description": "The room."},
        },
        "messages": {kind: {"$ref": f"#/components/messages/{kind}"}},
    }


def _message(kind: str, channel: Channel) -> Schema:
    return {
        "name": kind,
        "title": channel.message.__name__,
        "summary": _first_line(channel),
        "contentType": "application/json",
        "payload": {"schemaFormat": DIALECT, "schema": {"$ref": f"./{kind}.schema.json"}},
    }


def _operations(kind: str, channel: Channel) -> dict[str, Schema]:
    """One for each party that has to do with a channel."""
    how: Schema = {"qos": channel.qos, "retain": channel.retained}
    if channel.expiry_s is not None:
        how["messageExpiryInterval"] = channel.expiry_s
    sends = {f"{channel.sent_by}_sends_{kind}": _operation("send", kind, how)}
    reads = {
        f"{party}_reads_{kind}": _operation("receive", kind, {"qos": SUBSCRIBED_QOS})
        for party in Party
        if party in channel.read_by
    }
    return sends | reads


def _operation(action: str, kind: str, how: Schema) -> Schema:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{kind}"},
        "messages": [{"$ref": f"#/channels/{kind}/messages/{kind}"}],
        "bindings": {"mqtt": {**how, "bindingVersion": BINDING}},
    }


def _first_line(channel: Channel) -> str:
    return (inspect.getdoc(channel.message) or "").partition("\n")[0]
