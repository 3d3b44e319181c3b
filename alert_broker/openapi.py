"""The station's web side as an OpenAPI 3.1 document, from the declarations that serve it."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from alert_broker.endpoints import Content, Endpoint

VERSION = "3.1.1"
PLACE = "#/components/schemas/{name}"
STREAM = "text/event-stream"

Schema = dict[str, Any]


def document(endpoints: Iterable[Endpoint], software: str) -> Schema:
    """The document of these endpoints, as served by a version of this program."""
    endpoints = tuple(endpoints)
    types = list(dict.fromkeys(kind for it in endpoints for kind in _types(it)))
    schemas, components = msgspec.json.schema_components(types, ref_template=PLACE)
    schema_of = dict(zip(types, schemas, strict=True))
    paths: dict[str, Schema] = {}
    for it in endpoints:
        paths.setdefault(it.path, {})[it.method.lower()] = _operation(it, schema_of)
    return {
        "openapi": VERSION,
        "info": {
            "title": "Veilleur: the nurse station",
            "description": "What screens read, and what carers do about an alert.",
            "version": software,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "http://127.0.0.1:8080", "description": "A station by default."}],
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(endpoint: Endpoint, schema_of: Mapping[Any, Schema]) -> Schema:
    operation: Schema = {"operationId": endpoint.name, "summary": endpoint.says}
    if endpoint.variables:
        operation["parameters"] = [
            {"name": it, "in": "path", "required": True, "schema": schema_of[endpoint.parts[it]]}
            for it in endpoint.variables
        ]
    if endpoint.asks:
        content = _content(endpoint.asks, schema_of)
        operation["requestBody"] = {"required": True, "content": content}
    answers = {**endpoint.answers, **endpoint.refusals}
    operation["responses"] = {
        str(status): _response(status, answers[status], schema_of) for status in sorted(answers)
    }
    return operation


def _response(status: int, content: Content, schema_of: Mapping[Any, Schema]) -> Schema:
    response: Schema = {"description": HTTPStatus(status).phrase}
    return response | ({"content": _content(content, schema_of)} if content else {})


def _content(content: Content, schema_of: Mapping[Any, Schema]) -> Schema:
    match content:
        case str():
            return {content: {"schema": {"type": "string"}}}
        case Mapping():
            kinds = {kind: schema_of[view] for kind, view in content.items()}
            said = "Server-sent events: the kind of each is one of `x-events`, its data that JSON."
            return {STREAM: {"schema": {"type": "string", "description": said, "x-events": kinds}}}
        case _:
            return {"application/json": {"schema": schema_of[content]}}


def _types(endpoint: Endpoint) -> Iterator[Any]:
    """Every type that its declaration names."""
    yield from (endpoint.parts[it] for it in endpoint.variables)
    for content in (endpoint.asks, *endpoint.answers.values(), *endpoint.refusals.values()):
        if isinstance(content, Mapping):
            yield from content.values()
        elif content is not None and not isinstance(content, str):
            yield content
