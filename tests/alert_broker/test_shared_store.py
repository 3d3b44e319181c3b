"""Stations that share a PostgreSQL agree, while no broker can be reached as well."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from typing import TypeVar

import pytest
from brokers import free_port
from clocks import Time
from postgres import Postgres
from samples import an_alert
from sqlalchemy import URL
from stores import said_to_databases
from waiting import eventually

from alert_broker.database import REST_S, Database
from alert_broker.ledger import book
from alert_broker.ledger.audit import audit
from alert_broker.ledger.entries import Stepped
from alert_broker.life import Forbidden, Stage
from alert_broker.lives import UnknownAlert
from alert_broker.messages import Alert, Deed, Outcome, Step
from alert_broker.mqtt import Delivery
from alert_broker.peers import listening
from alert_broker.postgres import CHANNEL, MANY
from alert_broker.settings import Broker, StationSettings
from alert_broker.settings import Station as Settings
from alert_broker.station import Station
from alert_broker.store import Store
from alert_broker.views import AlertView

T = TypeVar("T")

pytestmark = pytest.mark.alone


class Post:
    """One of several stations on one store, with a clock of its own."""

    def __init__(self, url: URL, name: str) -> None:
        self.name = name
        self.time = Time()
        self.store = Store(url, name)
        settings = StationSettings(Settings(name=name), Broker(port=free_port()))
        self.station = Station(settings, self.store, self.time.instant)
        self._peers = ExitStack()
        self._peers.enter_context(listening(url, name, self.station.catch_up))

    def stop(self) -> None:
        self._peers.close()
        self.station.stop()
        self.store.close()

    def hears(self, **changes: object) -> Alert:
        alert = an_alert(**changes)
        self.station.receive(alert, Delivery(retained=False))
        return alert

    def says(self, alert: Alert, deed: Deed) -> AlertView:
        outcome = Outcome.REAL if deed is Deed.CLOSED else None
        return self.station.say(alert.id, deed, f"Marie at {self.name}", outcome)

    def stage(self, alert: Alert) -> Stage | None:
        try:
            return self.station.view(alert.id).stage
        except UnknownAlert:
            return None

    def later(self, seconds: float) -> None:
        self.time.s += seconds
        self.station.tend()


@pytest.fixture
def url(postgres: Postgres) -> URL:
    return postgres.database()


@pytest.fixture
def posts(url: URL) -> Iterator[tuple[Post, Post]]:
    one, two = Post(url, "poste-1"), Post(url, "poste-2")
    yield one, two
    for post in (one, two):
        post.stop()


def within_a_second(happens: Callable[[], object]) -> bool:
    return eventually(happens, within_s=1.0)


def at_once(*actions: Callable[[], T]) -> list[T]:
    """What each gives, all begun at the same moment."""
    ready = Barrier(len(actions))

    def act(action: Callable[[], T]) -> T:
        ready.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return [*threads.map(act, actions)]


def steps(url: URL, alert: Alert, deed: Deed) -> list[Step]:
    store = Store(url)
    found = [step for step, _ in store.find(alert.id)[1] if step.deed is deed]
    store.close()
    return found


Posts = tuple[Post, Post]


def test_what_one_is_told_the_other_shows_within_a_second(posts: Posts) -> None:
    one, two = posts
    alert = one.hears()
    assert within_a_second(lambda: two.stage(alert) is Stage.RAISED)
    for post, deed, stage in (
        (two, Deed.CLAIMED, Stage.ACKNOWLEDGED),
        (one, Deed.IN_ROOM, Stage.IN_ROOM),
        (two, Deed.CLOSED, Stage.CLOSED),
    ):
        post.says(alert, deed)
        began = time.monotonic()
        assert within_a_second(lambda: one.stage(alert) is two.stage(alert) is stage)  # noqa: B023
        assert time.monotonic() - began < 1.0


def test_a_repetition_joins_at_both(posts: Posts) -> None:
    one, two = posts
    alert = one.hears()
    again = one.hears()
    assert within_a_second(lambda: two.stage(again))
    assert two.station.view(again.id).id == alert.id
    assert len(two.station.board().alerts) == 1


def test_of_two_claims_at_once_one_is_made_and_the_other_is_told_who(
    posts: Posts, url: URL
) -> None:
    def claim(post: Post, alert: Alert) -> str:
        try:
            post.says(alert, Deed.CLAIMED)
        except Forbidden as refused:
            return f"no: {refused.stands.by if refused.stands else None}"
        return f"yes: Marie at {post.name}"

    winners = set()
    for number in range(10):
        alert = posts[0].hears(room=f"r{number}")
        assert within_a_second(lambda: posts[1].stage(alert))  # noqa: B023
        said = at_once(*(lambda post=post: claim(post, alert) for post in posts))  # type: ignore[misc]  # noqa: B023
        (claimed,) = steps(url, alert, Deed.CLAIMED)
        assert sorted(said) == [f"no: {claimed.by}", f"yes: {claimed.by}"]
        winners.add(claimed.by)
    assert winners


def test_it_calls_the_next_group_once_whoever_is_alive(posts: Posts, url: URL) -> None:
    one, two = posts
    alert = one.hears()
    assert within_a_second(lambda: two.stage(alert))
    at_once(*(lambda post=post: post.later(125.0) for post in posts))  # type: ignore[misc]
    assert [step.to for step in steps(url, alert, Deed.ESCALATED)] == ["équipe voisine"]
    one.time.s += 180.0  # it is frozen
    two.later(180.0)
    one.station.tend()
    called = [(step.to, step.station) for step in steps(url, alert, Deed.ESCALATED)]
    assert called[1:] == [("responsable", "poste-2")]


def test_a_whole_ward_that_nobody_answers_holds_no_other_up(posts: Posts) -> None:
    """While one decides the others wait, and after three seconds they fail."""
    one, two = posts
    alerts = [one.hears(room=f"r{number}") for number in range(MANY + 1)]
    assert within_a_second(lambda: two.stage(alerts[-1]))
    with said_to_databases("before_cursor_execute") as statements:
        one.later(121.0)
    assert len(one.station.view(alerts[-1].id).calls) == 1
    assert len(statements) < len(alerts)


def test_it_is_open_again_once(posts: Posts, url: URL) -> None:
    one, two = posts
    alert = one.hears()
    one.says(alert, Deed.CLAIMED)
    assert within_a_second(lambda: two.stage(alert) is Stage.ACKNOWLEDGED)
    at_once(*(lambda post=post: post.later(601.0) for post in posts))  # type: ignore[misc]
    assert len(steps(url, alert, Deed.REOPENED)) == 1


def test_one_that_comes_later_knows_all_and_rings_again_for_none(posts: Posts, url: URL) -> None:
    open_, closed = posts[0].hears(room="a"), posts[0].hears(room="b")
    for deed in (Deed.CLAIMED, Deed.CLOSED):
        posts[0].says(closed, deed)
    third = Post(url, "poste-3")
    assert (third.stage(open_), third.stage(closed)) == (Stage.RAISED, Stage.CLOSED)
    third.stop()


def test_they_write_one_ledger(posts: Posts, url: URL) -> None:
    alerts = [post.hears(room=f"{post.name}-{number}") for number in range(5) for post in posts]
    at_once(*(lambda post=post: post.later(125.0) for post in posts))  # type: ignore[misc]
    with Database(url).look() as connection:
        found = audit([*book.links(connection)], book.beside(connection))
    assert found.faults == []
    steps = [entry for _, entry in found.entries if isinstance(entry, Stepped)]
    assert {entry.about for entry in steps} == {alert.id for alert in alerts}


def test_one_goes_on_alone_while_the_server_is_away_and_tells_what_was_said_then(
    own_postgres: Postgres,
) -> None:
    url = own_postgres.database()
    one, two = Post(url, "poste-1"), Post(url, "poste-2")
    alert = one.hears()
    assert within_a_second(lambda: two.stage(alert))
    own_postgres.stop()
    assert one.says(alert, Deed.CLAIMED).stage is Stage.ACKNOWLEDGED
    own_postgres.start()

    time.sleep(REST_S)
    for post in (one, two):
        post.later(6.0)
    assert within_a_second(lambda: two.stage(alert) is Stage.ACKNOWLEDGED)
    for post in (one, two):
        post.stop()


def test_what_no_station_says_to_the_others_makes_none_of_them_deaf(
    posts: Posts, url: URL, postgres: Postgres
) -> None:
    one, two = posts
    postgres.run(f"NOTIFY {CHANNEL}, 'nonsense'", str(url.database))
    alert = one.hears()
    assert within_a_second(lambda: two.stage(alert) is Stage.RAISED)
