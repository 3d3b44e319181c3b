"""What a pipe is told of the technical side: once each, and with who does something about it."""

from msgspec.structs import replace
from samples import NOON, an_alarm

from alert_broker.said import Said
from alert_broker.upkeep.defects import Defect
from alert_broker.upkeep.rounds import Round
from alert_broker.upkeep.texts import calls, changes
from alert_broker.upkeep.views import UpkeepView
from alert_broker.words import Words

GONE = an_alarm()
DUE = Round("residence", "12", NOON, (Defect.DEVICE_SILENT,), due=True)
PAUL = Said("Paul", "poste-1", NOON)


def told(before: UpkeepView, after: UpkeepView, *, several_sites: bool = False) -> list[str]:
    return list(changes(before, after, Words("en"), several_sites=several_sites))


def test_what_began_what_is_seen_to_and_what_is_over_is_one_line_each() -> None:
    calm, alarm = UpkeepView(), UpkeepView((GONE,))
    seen_to = UpkeepView((replace(GONE, seen_to=PAUL),))
    assert told(calm, alarm) == ["⚙    Room 12 · no news of the device"]
    assert told(alarm, alarm) == []
    assert told(alarm, seen_to) == ["⚙    Room 12 · no news of the device · Paul sees to it"]
    assert told(seen_to, calm) == ["⚙    Room 12 · no news of the device · Paul sees to it · over"]


def test_a_round_says_where_why_and_who_was_there() -> None:
    due = UpkeepView((), (DUE,))
    visited = UpkeepView((), (replace(DUE, due=False, visited=PAUL),))
    assert told(UpkeepView(), due, several_sites=True) == [
        "↻    Look in · residence · Room 12 · no news of the device"
    ]
    (line,) = told(due, visited)
    assert line.startswith("↻    Room 12 · no news of the device · Paul looked in at ")


def test_the_whole_house_and_each_station_have_names() -> None:
    lost = replace(GONE, site="", room="", defect=Defect.BROKER_LOST)
    all_rooms = replace(DUE, site="", room="", defects=(Defect.BROKER_LOST,))
    assert told(UpkeepView(), UpkeepView((lost,), (all_rooms,))) == [
        "⚙    poste-1 · the station has lost the rooms",
        "↻    Look in · All rooms · the station has lost the rooms",
    ]


def test_only_what_nobody_does_calls_somebody() -> None:
    assert len(calls(UpkeepView((GONE,), (DUE,)))) == 2
    assert not calls(
        UpkeepView((replace(GONE, seen_to=PAUL),), (replace(DUE, due=False, visited=PAUL),))
    )
