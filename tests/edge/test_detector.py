"""What counts as a fall, a call, crying: no short blow is lost, no lone word raises the house."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st
from traces import HOP_S, MANIFEST, SOUNDS, of, quiet, trace

from alert_broker.messages import Label
from classifier.scores import Scores
from edge.config import AgentSettings
from edge.detector import Detector
from edge.events import Phase, SoundEvent

Step = Mapping[str, float]


def heard(steps: Sequence[Step], settings: AgentSettings | None = None) -> list[SoundEvent]:
    return events_of(trace(steps), settings)


def events_of(scores: Sequence[Scores], settings: AgentSettings | None = None) -> list[SoundEvent]:
    detector = Detector(MANIFEST, settings or AgentSettings())
    events = [event for decision in scores for event in detector.hear(decision)]
    return events + detector.finish(scores[-1].at_s if scores else 0.0)


def story(events: Sequence[SoundEvent]) -> list[tuple[str, str, str]]:
    return [(event.label.value, event.phase.value, event.reason.value) for event in events]


def ended(events: Sequence[SoundEvent]) -> list[SoundEvent]:
    return [event for event in events if event.phase is Phase.ENDED]


class TestAFall:
    def test_a_single_hit_is_enough_however_short(self) -> None:
        events = heard([*quiet(3), {"fall": 0.5, "dbfs": -20.0}, *quiet(3)])
        assert story(events)[0] == ("fall", "raised", "impact")

    def test_it_is_told_at_once_and_its_sequel_later(self) -> None:
        events = heard([*quiet(5), *of("fall", 0.5), *quiet(12)])
        assert story(events) == [
            ("fall", "raised", "impact"),
            ("fall", "ended", "impact_then_silence"),
        ]
        assert events[1].decided_s - events[0].decided_s < 9.0

    def test_a_voice_after_it_is_news(self) -> None:
        events = heard([*quiet(5), *of("fall", 0.5), *quiet(3), *of("spoken_call", 2), *quiet(9)])
        assert story(events) == [
            ("fall", "raised", "impact"),
            ("call", "raised", "spoken_call"),
            ("fall", "updated", "impact_then_voice"),
            ("call", "ended", "spoken_call"),
            ("fall", "ended", "impact_then_voice"),
        ]

    def test_a_moan_after_it_is_a_voice_though_too_short_for_crying(self) -> None:
        events = heard([*quiet(5), *of("fall", 0.5), *quiet(3), {"cry": 0.5}, *quiet(9)])
        assert story(events) == [
            ("fall", "raised", "impact"),
            ("fall", "updated", "impact_then_voice"),
            ("fall", "ended", "impact_then_voice"),
        ]

    def test_a_moan_within_the_blow_or_long_after_says_nothing(self) -> None:
        within = [*quiet(5), {"fall": 0.9, "cry": 0.9}, *quiet(12)]
        after = [*quiet(5), *of("fall", 0.5), *quiet(10), {"cry": 0.5}, *quiet(3)]
        for steps in (within, after):
            assert story(ended(heard(steps))) == [("fall", "ended", "impact_then_silence")]

    def test_a_room_that_stays_loud_is_not_called_silent(self) -> None:
        loud = [{"speech": 0.9, "dbfs": -30.0}] * 30
        events = heard([*quiet(5), *of("fall", 0.5), *loud])
        assert story(ended(events)) == [("fall", "ended", "impact")]

    def test_silence_is_measured_against_the_rooms_own_floor(self) -> None:
        fan = [{"dbfs": -35.0}] * 40
        events = heard([*fan, *of("fall", 0.5), *fan])
        assert story(ended(events)) == [("fall", "ended", "impact_then_silence")]

    def test_a_fall_during_the_sequel_of_another_is_one_more(self) -> None:
        events = heard([*quiet(5), *of("fall", 0.5), *quiet(5.5), *of("fall", 0.5), *quiet(12)])
        assert [event.label for event in events if event.phase is Phase.RAISED] == [Label.FALL] * 2
        assert len(ended(events)) == 2

    def test_it_begins_where_the_window_was_loudest(self) -> None:
        scores = trace([*quiet(5), {"fall": 0.9}, *quiet(3)])
        (hit,) = (decision for decision in scores if decision.values[0])
        assert events_of(scores)[0].onset_s == hit.peak_s


class TestACall:
    def test_one_word_that_might_be_one_is_not_enough(self) -> None:
        assert heard([*quiet(3), {"spoken_call": 0.6}, *quiet(3), {"spoken_call": 0.6}]) == []

    def test_a_scream_beyond_doubt_needs_no_second_hit(self) -> None:
        events = heard([*quiet(3), {"scream": 0.95}, *quiet(6)])
        assert story(events) == [("call", "raised", "scream"), ("call", "ended", "scream")]

    def test_calls_with_short_pauses_are_one_trouble(self) -> None:
        once = [*of("spoken_call", 1.5), *quiet(1.5)]
        assert len(ended(heard([*quiet(3), *once, *once, *once, *quiet(6)]))) == 1

    def test_calls_with_long_pauses_are_several(self) -> None:
        once = [*of("spoken_call", 1.5), *quiet(8)]
        assert len(ended(heard([*quiet(3), *once, *once, *once]))) == 3

    def test_a_call_that_becomes_a_scream_is_news(self) -> None:
        events = heard([*quiet(3), *of("spoken_call", 2), *of("scream", 1), *quiet(6)])
        assert story(events) == [
            ("call", "raised", "spoken_call"),
            ("call", "updated", "scream"),
            ("call", "ended", "scream"),
        ]
        assert events[1].sound == "scream"

    def test_it_does_not_flicker_around_the_threshold(self) -> None:
        waver = [{"spoken_call": 0.55}, {"spoken_call": 0.4}] * 8
        assert len(heard([*quiet(3), *waver, *quiet(6)])) == 2

    def test_a_call_without_end_ends_at_its_longest_and_counts_again(self) -> None:
        events = heard([*quiet(3), *of("spoken_call", 70), *quiet(6)])
        assert len(ended(events)) >= 2
        longest_s = AgentSettings().rules.call.longest_s
        assert all(event.offset_s - event.onset_s <= longest_s for event in ended(events))


class TestCrying:
    def test_a_sob_is_not_enough(self) -> None:
        assert heard([*quiet(3), *of("cry", 0.9), *quiet(6)]) == []

    def test_tears_are_told_and_tears_that_last_are_told_again(self) -> None:
        events = heard([*quiet(3), *of("cry", 40), *quiet(9)])
        assert story(events) == [
            ("cry", "raised", "crying"),
            ("cry", "updated", "lasting_cry"),
            ("cry", "ended", "lasting_cry"),
        ]


steps = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            **{name: st.sampled_from([0.2, 0.3, 0.45, 0.5, 0.7, 0.95]) for name in SOUNDS},
            "dbfs": st.sampled_from([-70.0, -50.0, -20.0]),
        },
    ),
    max_size=120,
)


@given(steps)
def test_every_event_is_raised_once_and_ended_once(steps: list[Step]) -> None:
    events = heard(steps)
    for number in {event.number for event in events}:
        phases = [event.phase for event in events if event.number == number]
        assert phases[0] is Phase.RAISED
        assert phases[-1] is Phase.ENDED
        assert set(phases[1:-1]) <= {Phase.UPDATED}


@given(steps)
def test_an_event_keeps_its_label_and_its_onset_and_time_goes_forward(steps: list[Step]) -> None:
    events = heard(steps)
    assert [e.decided_s for e in events] == sorted(e.decided_s for e in events)
    for number in {event.number for event in events}:
        phases = [event for event in events if event.number == number]
        assert len({(event.label, event.onset_s) for event in phases}) == 1
        assert all(event.onset_s <= event.offset_s <= event.decided_s for event in phases)
        assert [e.score for e in phases] == sorted(e.score for e in phases)


@given(steps)
def test_no_blow_is_ever_left_out(steps: list[Step]) -> None:
    """Each hit for a fall is in a fall, or within the cool-down of one: never filtered away."""
    rule, events = AgentSettings().rules.fall, heard(steps)
    falls = [event for event in ended(events) if event.label is Label.FALL]
    for decision in trace(steps):
        if decision.values[0] >= 0.5:
            reach_s = rule.longest_s + rule.merge_s + rule.cooldown_s + 3 * HOP_S
            assert any(0.0 <= decision.at_s - fall.onset_s <= reach_s for fall in falls)


@given(steps)
def test_what_is_under_every_threshold_raises_nothing(steps: list[Step]) -> None:
    low = [{name: min(score, 0.49) for name, score in step.items()} for step in steps]
    assert heard(low) == []


@given(steps, steps)
def test_the_same_scores_give_the_same_events(first: list[Step], second: list[Step]) -> None:
    assert heard([*first, *second]) == heard([*first, *second])
