"""How soon somebody must go: by class, by night, by repetition, and never less as more is known."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as with_setting
from samples import NOON

from alert_broker.messages import Label, Priority, Reason
from edge.config import AgentSettings, Night, PriorityRow
from edge.events import Phase, SoundEvent
from edge.triage import Finding, Triage, is_night, priority_of

MIDNIGHT = NOON - timedelta(hours=12)


def an_event(label: str, reason: Reason, number: int = 1, at_s: float = 10.0) -> SoundEvent:
    return SoundEvent(
        number, Phase.RAISED, Label(label), "sound", at_s - 1, at_s, at_s, 0.9, reason
    )


def judged(label: str, reason: Reason, at: datetime) -> Priority:
    return Triage(AgentSettings()).judge(an_event(label, reason), at).priority


@pytest.mark.parametrize(
    ("label", "reason", "by_day", "by_night"),
    [
        ("fall", Reason.IMPACT, Priority.HIGH, Priority.HIGH),
        ("call", Reason.SCREAM, Priority.HIGH, Priority.HIGH),
        ("call", Reason.SPOKEN_CALL, Priority.MEDIUM, Priority.HIGH),
        ("cry", Reason.CRYING, Priority.LOW, Priority.MEDIUM),
    ],
)
def test_the_table_we_ship(
    label: str, reason: Reason, by_day: Priority, by_night: Priority
) -> None:
    assert (judged(label, reason, NOON), judged(label, reason, MIDNIGHT)) == (by_day, by_night)


def in_turn(*events: SoundEvent, at: datetime = NOON) -> list[Finding]:
    triage = Triage(AgentSettings())
    return [triage.judge(event, at) for event in events]


def test_the_third_call_of_late_is_urgent_and_says_why() -> None:
    calls = (an_event("call", Reason.SPOKEN_CALL, n, 60.0 * n) for n in (1, 2, 3))
    findings = in_turn(*calls)
    assert [finding.repeats for finding in findings] == [1, 2, 3]
    assert [finding.priority for finding in findings] == ["medium", "medium", "high"]
    assert findings[-1].event.reason is Reason.REPEATED_CALL


def test_what_was_long_ago_no_longer_counts() -> None:
    findings = in_turn(
        an_event("call", Reason.SPOKEN_CALL, 1, 10.0), an_event("call", Reason.SPOKEN_CALL, 2, 2000)
    )
    assert findings[-1].repeats == 1


def test_falls_do_not_count_as_calls() -> None:
    findings = in_turn(
        an_event("fall", Reason.IMPACT, 1), an_event("call", Reason.SPOKEN_CALL, 2, 11.0)
    )
    assert findings[-1].repeats == 1


def test_all_phases_of_one_event_count_once() -> None:
    call = an_event("call", Reason.SPOKEN_CALL)
    assert [finding.repeats for finding in in_turn(call, call, call)] == [1, 1, 1]


def test_priority_never_sinks_while_an_event_goes_on() -> None:
    """Called out at 6:59, still going on at 7:00."""
    triage = Triage(AgentSettings())
    call = an_event("call", Reason.SPOKEN_CALL)
    early = NOON.replace(hour=6, minute=59)
    assert triage.judge(call, early).priority is Priority.HIGH
    assert triage.judge(call, early + timedelta(minutes=2)).priority is Priority.HIGH


@pytest.mark.parametrize("then", [Reason.IMPACT_THEN_SILENCE, Reason.IMPACT_THEN_VOICE])
def test_what_follows_an_impact_may_raise_its_priority(then: Reason) -> None:
    """In a house that does not run for every impact."""
    rows = (
        PriorityRow(Label.FALL, Priority.MEDIUM, reason=Reason.IMPACT),
        PriorityRow(Label.FALL, Priority.HIGH),
    )
    triage = Triage(with_setting(AgentSettings(), priority=rows))
    fall = an_event("fall", Reason.IMPACT)
    assert triage.judge(fall, NOON).priority is Priority.MEDIUM
    later = replace(fall, phase=Phase.UPDATED, reason=then)
    assert triage.judge(later, NOON).priority is Priority.HIGH


def test_what_no_row_of_the_table_fits_is_still_told() -> None:
    rows = (PriorityRow(Label.FALL, Priority.HIGH),)
    settings = with_setting(AgentSettings(), priority=rows)
    finding = Triage(settings).judge(an_event("cry", Reason.CRYING), NOON)
    assert finding.priority is Priority.LOW


def test_the_first_row_that_fits_decides() -> None:
    rows = (
        PriorityRow(Label.CRY, Priority.HIGH, reason=Reason.LASTING_CRY),
        PriorityRow(Label.CRY, Priority.LOW, period="day"),
        PriorityRow(Label.CRY, Priority.MEDIUM),
    )
    lasting, crying = (an_event("cry", reason) for reason in (Reason.LASTING_CRY, Reason.CRYING))
    assert priority_of(rows, lasting, night=False, repeats=1) is Priority.HIGH
    assert priority_of(rows, crying, night=False, repeats=1) is Priority.LOW
    assert priority_of(rows, crying, night=True, repeats=1) is Priority.MEDIUM


@pytest.mark.parametrize(
    ("begins", "ends", "hour", "night"),
    [
        ("20:00", "07:00", 23, True),
        ("20:00", "07:00", 6, True),
        ("20:00", "07:00", 7, False),
        ("20:00", "07:00", 12, False),
        ("00:00", "06:00", 3, True),
        ("00:00", "06:00", 23, False),
    ],
)
def test_a_night_may_go_past_midnight(begins: str, ends: str, hour: int, night: bool) -> None:
    assert is_night(Night(begins, ends), NOON.replace(hour=hour)) is night


@given(st.lists(st.tuples(st.sampled_from(list(Label)), st.floats(0, 4000)), max_size=40))
def test_repeats_are_those_of_the_last_quarter_of_an_hour(
    raised: list[tuple[Label, float]],
) -> None:
    triage = Triage(AgentSettings())
    raised.sort(key=lambda one: one[1])
    for number, (label, at_s) in enumerate(raised):
        finding = triage.judge(an_event(label.value, Reason.CRYING, number, at_s), NOON)
        recent = [t for same, t in raised[: number + 1] if same is label and t >= at_s - 900]
        assert finding.repeats == len(recent)
