"""The stored contract, and witnesses who hold real traffic against it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from paho.mqtt.client import MQTTMessage
from staffs import PIN, id_of
from strangers import Stranger

import alert_broker
from alert_broker.settings import Broker

FOLDER = Path(alert_broker.__path__[0]) / "schema"

Document = dict[str, Any]
Answered = tuple[str, str, int]
"""Method, address as the document writes it, and status."""


def stored(name: str) -> Document:
    document: Document = json.loads((FOLDER / name).read_text())
    return document


def check(value: object, schema: Document, document: Document) -> None:
    """Hold a value against a schema that stands in a document."""
    whole = {**schema, "components": document.get("components", {})}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


def promised() -> set[Answered]:
    """Every answer that the station's document declares."""
    return {
        (method.upper(), path, int(status))
        for path, methods in stored("station.openapi.json")["paths"].items()
        for method, operation in methods.items()
        for status in operation["responses"]
    }


class Clerk:
    """Asks a station, and holds each answer against its document; use it in a `with`."""

    def __init__(self, url: str) -> None:
        self._document = stored("station.openapi.json")
        self._client = httpx.Client(base_url=url, timeout=20)
        self.answered: set[Answered] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def ask(self, method: str, path: str, **request: Any) -> int:
        """The status of an answer that is as promised."""
        answer = self._client.request(method, path, **request)
        response = self._promise(method, path, answer.status_code)
        said = response.get("content", {})
        media = answer.headers.get("content-type", "").partition(";")[0]
        assert media in said or (not said and not answer.content), (method, path, answer.text)
        if media == "application/json":
            check(answer.json(), said[media]["schema"], self._document)
        return answer.status_code

    def sign_in(self, name: str, pin: str = PIN) -> int:
        """Ask to be let in as somebody of the staff."""
        return self.ask("POST", "/api/session", json={"person": id_of(name), "secret": pin})

    def read_events(self, until: set[str]) -> Iterator[str]:
        """Each kind of event that is read, as promised, until all of these have come."""
        with self._client.stream("GET", "/api/events") as answer:
            said = self._promise("GET", "/api/events", answer.status_code)["content"]
            kinds = said["text/event-stream"]["schema"]["x-events"]
            kind = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                kind = value if name == "event" else kind
                if name == "data":
                    check(json.loads(value), kinds[kind], self._document)
                    until = until - {kind}
                    yield kind
                if not until:
                    return

    def _promise(self, method: str, asked: str, status: int) -> Document:
        for path, methods in self._document["paths"].items():
            if re.fullmatch(re.sub(r"{\w+}", r"[^/]+", path), asked):
                responses: Document = methods[method.lower()]["responses"]
                assert str(status) in responses, f"{method} {path} never promised {status}"
                self.answered.add((method, path, status))
                return dict(responses[str(status)])
        raise AssertionError(f"{method} {asked} is not documented")


class Wiretap:
    """Holds all that the bus carries against its document; use it in a `with`."""

    def __init__(self, broker: Broker) -> None:
        self._document = stored("bus.asyncapi.json")
        self.carried: set[str] = set()
        """The kinds of message so far."""
        self.surprises: list[str] = []
        self._stranger = Stranger(broker, self._note)

    def __enter__(self) -> Self:
        self._stranger.__enter__()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stranger.__exit__()

    def _note(self, message: MQTTMessage) -> None:
        try:
            kind = self._kind(message.topic)
            assert travels(message) == self._promise(kind)
            where = self._document["components"]["messages"][kind]["payload"]["schema"]["$ref"]
            schema = stored(where)
            check(json.loads(message.payload), schema, schema)
            self.carried.add(kind)
        except Exception as error:  # noqa: BLE001  # told in the test, not on the network's thread
            self.surprises.append(f"{message.topic}: {error}")

    def _kind(self, topic: str) -> str:
        for kind, channel in self._document["channels"].items():
            if re.fullmatch(re.sub(r"{\w+}", r"[^/]+", channel["address"]), topic):
                return str(kind)
        raise AssertionError("no such topic is documented")

    def _promise(self, kind: str) -> Document:
        """How its one sender sends it."""
        (binding,) = [
            operation["bindings"]["mqtt"]
            for operation in self._document["operations"].values()
            if operation["action"] == "send" and operation["channel"]["$ref"].endswith(f"/{kind}")
        ]
        return {name: it for name, it in binding.items() if name != "bindingVersion"}


def travels(message: MQTTMessage) -> Document:
    """How a message came off the wire; its time is whole, since no broker held it for long."""
    expiry_s = getattr(message.properties, "MessageExpiryInterval", None)
    how = {"qos": message.qos, "retain": message.retain}
    return how if expiry_s is None else how | {"messageExpiryInterval": expiry_s}
