"""A station's store as its next run finds it, and what it then tells."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from samples import NOON
from sqlalchemy import Engine, event

from alert_broker.case import Heard
from alert_broker.database import Place
from alert_broker.messages import Alert, Step
from alert_broker.store import Store


@contextmanager
def reopened(place: Place, station: str = "poste-1") -> Iterator[Store]:
    store = Store(place, station)
    store.open()
    yield store
    store.close()


def came(alert: Alert) -> Heard:
    return Heard.arrived(alert, 0.0, NOON)


def kept(store: Store) -> set[str]:
    return {heard.alert.id for heard in store.load(NOON)[0]}


def recorded(store: Store) -> list[Step]:
    return [step for step, _ in store.load(NOON)[1]]


@contextmanager
def said_to_databases(what: str) -> Iterator[list[Any]]:
    """What every database is told meanwhile, of one kind of SQLAlchemy's events."""
    told: list[Any] = []

    def hear(*said: Any) -> None:
        told.append(said)

    event.listen(Engine, what, hear)
    try:
        yield told
    finally:
        event.remove(Engine, what, hear)
