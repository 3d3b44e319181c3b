"""Who is called next depends on the house: its sites, its units, the hour."""

from datetime import time

import pytest

from alert_broker.escalation import row_of
from alert_broker.settings import ChainRow, Escalation, Unit


def row(group: str, **fits: str) -> ChainRow:
    return ChainRow(groups=(group,), after_s=(120.0,), **fits)


HOUSE = Escalation(
    units=(Unit("nord", ("12", "14")), Unit("jardin", ("1", "12"), site="annexe")),
    chain=(
        row("jardin", unit="jardin"),
        row("nord-nuit", unit="nord", begins="20:00", ends="07:00"),
        row("nord", unit="nord"),
        row("annexe", site="annexe"),
        row("nuit", begins="20:00", ends="07:00"),
        row("jour"),
    ),
)


@pytest.mark.parametrize(
    ("site", "room", "hour", "called"),
    [
        ("residence", "12", 3, "nord-nuit"),
        ("residence", "12", 7, "nord"),
        ("residence", "12", 20, "nord-nuit"),
        ("residence", "1", 12, "jour"),
        ("residence", "1", 23, "nuit"),
        ("annexe", "12", 3, "jardin"),
        ("annexe", "2", 3, "annexe"),
        ("annexe", "14", 12, "nord"),
    ],
)
def test_the_first_row_that_fits_the_room_and_the_hour(
    site: str, room: str, hour: int, called: str
) -> None:
    assert row_of(HOUSE, site, room, time(hour)).groups == (called,)


def test_a_house_that_says_nothing_calls_the_next_team_then_whoever_is_responsible() -> None:
    usual = row_of(Escalation(), "residence", "12", time(3))
    assert usual.after_s == (120.0, 300.0)
    assert (Escalation().repeat_s, Escalation().reopen_s) == (60.0, 600.0)
