"""Under a television a call needs more evidence; what a television says never hides a fall or a
scream."""

from collections.abc import Mapping, Sequence
from dataclasses import replace as with_field

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace
from traces import HOP_S, MANIFEST, SOUNDS, of, quiet, trace

from alert_broker.messages import Label, Reason
from edge.config import AgentSettings, Veto
from edge.detector import Detector
from edge.events import Phase, SoundEvent

Step = Mapping[str, float]
WITHOUT = replace(AgentSettings(), veto=Veto(enabled=False))
WITH = replace(WITHOUT, veto=Veto(steady_s=10.0, pause_s=2.0, spoken_call=4, cry=8))


def heard(steps: Sequence[Step], settings: AgentSettings = WITH) -> list[SoundEvent]:
    detector, scores = Detector(MANIFEST, settings), trace(steps)
    events = [event for decision in scores for event in detector.hear(decision)]
    return events + detector.finish(scores[-1].at_s if scores else 0.0)


def story(events: Sequence[SoundEvent]) -> list[tuple[str, str]]:
    return [(event.phase.value, event.reason.value) for event in events]


def television(seconds: float, **also: float) -> list[Step]:
    return [{"speech": 0.9, "dbfs": -40.0, **also}] * round(seconds / HOP_S)


def music(seconds: float, **also: float) -> list[Step]:
    return [{"music": 0.9, "dbfs": -40.0, **also}] * round(seconds / HOP_S)


def snoring(seconds: float) -> list[Step]:
    """In and out, with a pause between."""
    breath = [{"snore": 0.8, "dbfs": -45.0}] * 2 + [{}] * 3
    return (breath * round(seconds / HOP_S))[: round(seconds / HOP_S)]


def test_two_hits_in_a_quiet_room_are_a_call() -> None:
    assert story(heard([*quiet(12), *of("spoken_call", 2 * HOP_S), *quiet(6)]))


def test_two_hits_in_a_television_are_none() -> None:
    for bed in (television, music):
        assert heard([*bed(12), *bed(2 * HOP_S, spoken_call=0.6), *bed(6)]) == []


def test_what_resembles_a_sob_in_snoring_is_none() -> None:
    assert heard([*snoring(20), *of("cry", 3 * HOP_S), *snoring(8)]) == []


def test_a_call_in_a_television_that_goes_on_is_told() -> None:
    events = heard([*television(12), *television(4, spoken_call=0.6), *television(6)])
    assert story(events) == [("raised", "spoken_call"), ("ended", "spoken_call")]
    assert events[0].decided_s - events[0].onset_s < 4.0


def test_a_television_that_was_just_turned_on_or_paused_asks_for_no_more() -> None:
    call = television(2 * HOP_S, spoken_call=0.6)
    assert heard([*television(8), *call, *quiet(6)])
    assert heard([*television(12), *quiet(3), *television(4), *call, *quiet(6)])


def test_a_scream_in_a_call_that_was_held_is_told_at_once() -> None:
    steps = [*television(12), *television(2 * HOP_S, spoken_call=0.6), *television(1, scream=0.6)]
    with_veto, without = heard(steps), heard(steps, WITHOUT)
    assert story(without)[:2] == [("raised", "spoken_call"), ("updated", "scream")]
    assert story(with_veto)[0] == ("raised", "scream")
    assert with_veto[0].decided_s == without[1].decided_s


def test_tears_that_last_are_told_whatever_else_sounds() -> None:
    none_enough = replace(WITHOUT, veto=replace(WITH.veto, cry=100))
    crying = television(40, cry=0.7)
    assert story(heard([*television(12), *crying, *television(9)], none_enough)) == [
        ("raised", "lasting_cry"),
        ("ended", "lasting_cry"),
    ]


def test_there_is_no_place_to_write_a_fall_or_a_scream() -> None:
    names = {field.name for field in fields(Veto)}
    assert not names & {"fall", "scream", "call", *(label.value for label in Label)} - {"cry"}


DISTRACTORS = ("speech", "music", "snore")
LEVELS = st.sampled_from([0.0, 0.3, 0.5, 0.7, 0.95])
steps = st.lists(
    st.fixed_dictionaries(
        {"dbfs": st.sampled_from([-70.0, -50.0, -20.0])},
        optional=dict.fromkeys(SOUNDS, LEVELS),
    ),
    max_size=150,
)
settings = st.builds(
    Veto,
    enabled=st.just(True),
    steady_s=st.sampled_from([5.0, 10.0, 30.0]),
    pause_s=st.sampled_from([0.5, 2.0, 20.0]),
    spoken_call=st.integers(0, 20),
    cry=st.integers(0, 50),
).map(lambda veto: replace(WITHOUT, veto=veto))


def grave(events: Sequence[SoundEvent]) -> list[SoundEvent]:
    """Falls, and calls once they are screams."""
    return [event for event in events if event.label is Label.FALL or event.reason is Reason.SCREAM]


def in_turn(events: Sequence[SoundEvent]) -> list[SoundEvent]:
    """All of an event but whether this is the first that is told of it."""
    return [
        event if event.phase is Phase.ENDED else with_field(event, phase=Phase.RAISED)
        for event in events
    ]


@given(steps, settings)
def test_falls_and_screams_are_told_as_if_there_were_no_veto(
    steps: list[Step], how: AgentSettings
) -> None:
    with_veto, without = heard(steps, how), heard(steps, WITHOUT)
    assert in_turn(grave(with_veto)) == in_turn(grave(without))
    began_so = {event.number for event in grave(without) if event.phase is Phase.RAISED}
    assert [event for event in with_veto if event.number in began_so] == [
        event for event in without if event.number in began_so
    ]


@given(steps, st.lists(st.tuples(LEVELS, LEVELS, LEVELS), min_size=150, max_size=150), settings)
def test_whatever_the_distractors_are_falls_and_screams_are_the_same(
    steps: list[Step], beds: list[tuple[float, ...]], how: AgentSettings
) -> None:
    other = [
        {**step, **dict(zip(DISTRACTORS, bed, strict=True))}
        for step, bed in zip(steps, beds, strict=False)
    ]
    assert in_turn(grave(heard(steps, how))) == in_turn(grave(heard(other, how)))


@given(steps, settings)
def test_what_is_told_was_heard_without_a_veto_too_and_no_later_than_it_ended(
    steps: list[Step], how: AgentSettings
) -> None:
    without = {event.number: event for event in heard(steps, WITHOUT)}
    told = heard(steps, how)
    for number in {event.number for event in told}:
        phases = [event for event in told if event.number == number]
        assert [event.phase for event in phases].count(Phase.RAISED) == 1
        assert phases[0].phase is Phase.RAISED
        assert phases[-1] == without[number]
        assert [event.score for event in phases] == sorted(event.score for event in phases)
    assert [event.decided_s for event in told] == sorted(event.decided_s for event in told)


@given(steps, st.integers(1, 20))
def test_a_spoken_call_with_so_many_further_hits_is_always_told(
    before: list[Step], further: int
) -> None:
    """However steady the television is: hits after the one that raised it are never too late."""
    how = replace(WITHOUT, veto=replace(WITH.veto, spoken_call=further))
    begun = [*television(12), *before, *television(10)]
    call = television((2 + further) * HOP_S, spoken_call=0.7)
    raised = [event for event in heard([*begun, *call], how) if event.phase is Phase.RAISED]
    ends_s = trace([*begun, *call])[-1].at_s
    assert any(event.label is Label.CALL and event.decided_s >= ends_s - HOP_S for event in raised)


@given(steps)
def test_a_veto_that_is_off_changes_nothing(steps: list[Step]) -> None:
    off = replace(WITHOUT, veto=replace(WITH.veto, enabled=False))
    assert heard(steps, off) == heard(steps, WITHOUT)


def test_a_room_that_nobody_configured_asks_more_under_a_television() -> None:
    hits, once = 2 * HOP_S, of("spoken_call", 2 * HOP_S)
    under = [*television(40), *television(hits, spoken_call=0.6), *television(6)]
    assert heard(under, AgentSettings()) == []
    assert heard([*quiet(40), *once, *quiet(6)], AgentSettings())
