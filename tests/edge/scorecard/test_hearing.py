"""What was heard once is judged as if it were heard again."""

from pathlib import Path

from alert_broker.messages import Label
from classifier.model import Classifier
from edge.config import AgentSettings
from edge.events import Phase
from edge.replay import Replay, Telling
from edge.scorecard.hearing import hear, lowest_threshold

RECORDING = Path(__file__).parents[3] / "recordings" / "08-chute-et-appels.flac"


def test_a_recording_heard_once_gives_the_events_and_priorities_of_a_replay() -> None:
    classifier, settings = Classifier(), AgentSettings()
    findings = list(Replay(classifier, settings, Telling()).findings(RECORDING))
    ended = {each.event.number: each for each in findings if each.event.phase is Phase.ENDED}
    expected = [
        (
            each.event.label,
            each.event.onset_s,
            each.event.decided_s,
            ended[each.event.number].event.offset_s,
            ended[each.event.number].priority,
        )
        for each in findings
        if each.event.phase is Phase.RAISED
    ]
    alarms = [
        (each.label, each.onset_s, each.decided_s, each.offset_s, each.priority)
        for each in hear(classifier, RECORDING).alarms(settings)
    ]
    assert alarms == expected
    assert {label for label, *_ in alarms} >= {Label.FALL, Label.CALL}


def test_with_a_threshold_that_nothing_reaches_a_class_is_silent() -> None:
    hearing = hear(Classifier(), RECORDING)
    alarms = hearing.with_thresholds({Label.CALL: 0.9995}).alarms(AgentSettings())
    assert [each.label for each in alarms] == [Label.FALL]
    lowest = lowest_threshold(hearing.manifest, Label.CALL)
    unmoved = hearing.with_thresholds({Label.CALL: lowest}).alarms(AgentSettings())
    assert unmoved == hearing.alarms(AgentSettings())
