"""A slow screen misses no news, costs no memory, and holds up nobody."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, an_alert

from alert_broker.case import Case, Heard
from alert_broker.messages import Alert
from alert_broker.screens import Screen, Screens
from alert_broker.views import EVENTS, AlertView, Gone, Tick, View

SNAPSHOT = Tick(NOON)


def view(alert: Alert) -> AlertView:
    return AlertView.of(Case(Heard.arrived(alert, 0.0, NOON)), rings=0)


def told(*views: View) -> list[View]:
    """What one screen reads that was too slow to read any of these as they came."""

    async def read() -> list[View]:
        screens, screen = Screens(), Screen()
        screens.join(screen, SNAPSHOT)
        for it in views:
            screens.tell(it)
        return read_views(await anext(screen.events()))

    return asyncio.run(read())


def read_views(events: bytes) -> list[View]:
    found = []
    for event in events.decode().removesuffix("\n\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in event.split("\n"))
        found.append(msgspec.json.decode(fields["data"], type=EVENTS[fields["event"]]))
    return found


def about(it: View) -> object:
    return it.id if isinstance(it, AlertView | Gone) else type(it)


def test_it_is_told_how_things_stand_and_then_what_changes() -> None:
    alert = view(an_alert())
    assert told(alert) == [SNAPSHOT, alert]


def test_of_a_thousand_changes_to_one_alert_only_the_last_is_kept() -> None:
    changes = [an_alert(id="a" * 32, repeats=repeats) for repeats in range(1000)]
    assert told(*map(view, changes)) == [SNAPSHOT, view(changes[-1])]


ids = st.sampled_from([digit * 32 for digit in "abc"])
changes = st.builds(lambda id_, n: view(an_alert(id=id_, repeats=n)), ids, st.integers(0, 99))
ticks = st.integers(1, 99).map(lambda s: Tick(NOON + timedelta(seconds=s)))


@given(st.lists(changes | ticks | ids.map(Gone), max_size=30))
def test_however_slow_it_ends_up_knowing_the_same(views: list[View]) -> None:
    everything = [SNAPSHOT, *views]
    assert {about(it): it for it in told(*views)} == {about(it): it for it in everything}
    assert told(*views)[-1] == everything[-1]


def test_a_screen_that_left_is_told_nothing_more() -> None:
    async def leave() -> None:
        screens, gone, stays = Screens(), Screen(), Screen()
        for screen in (gone, stays):
            screens.join(screen, SNAPSHOT)
        screens.leave(gone)
        screens.tell(news := view(an_alert()))
        assert read_views(await anext(stays.events())) == [SNAPSHOT, news]
        assert read_views(await anext(gone.events())) == [SNAPSHOT]

    asyncio.run(leave())


def test_a_station_that_stops_ends_what_its_screens_read_and_can_still_be_told() -> None:
    screens = Screens()

    async def stop() -> None:
        screen = Screen()
        screens.join(screen, SNAPSHOT)
        screens.dismiss()
        async with asyncio.timeout(10):
            assert len([events async for events in screen.events()]) <= 1

    asyncio.run(stop())
    # An alert may come between the end of the page and the end of the bus.
    screens.tell(view(an_alert()))


def test_a_burst_comes_in_few_deliveries_and_complete() -> None:
    alerts = [view(an_alert()) for _ in range(300)]

    async def burst() -> None:
        screens, screen = Screens(), Screen()
        screens.join(screen, SNAPSHOT)
        events = screen.events()
        writer = asyncio.create_task(asyncio.to_thread(lambda: [*map(screens.tell, alerts)]))
        deliveries = [it async for it in until_complete(events, 1 + len(alerts))]
        await writer
        assert [it for events in deliveries for it in events] == [SNAPSHOT, *alerts]
        assert len(deliveries) < 30

    asyncio.run(burst())


async def until_complete(events: AsyncIterator[bytes], wanted: int) -> AsyncIterator[list[View]]:
    async for some in events:
        found = read_views(some)
        yield found
        wanted -= len(found)
        if not wanted:
            return
