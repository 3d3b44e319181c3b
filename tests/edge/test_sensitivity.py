"""An installer chooses how much a room hears by what it costs, and nothing that could never be."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from traces import MANIFEST, quiet, trace

from alert_broker.messages import Label, Priority, Reason
from alert_broker.settings import SettingsRefused
from classifier.manifest import Label as Output
from classifier.manifest import Manifest, OperatingPoint
from edge.config import Aftermath, AgentSettings, Night, PriorityRow, Sensitivity, Unusual, Veto
from edge.detector import Detector
from edge.effective import rule_in_force
from edge.events import Phase
from edge.sensitivity import operating_point, threshold

ALL: tuple[Sensitivity, ...] = ("very_low", "low", "normal", "high", "very_high")
CURVE = (
    OperatingPoint(0.3, 0.8, 8.0, 4.0),
    OperatingPoint(0.4, 0.7, 4.0, 1.2),
    OperatingPoint(0.5, 0.62, 2.0, 0.4),
    OperatingPoint(0.7, 0.5, 1.0, 0.0),
)
FALL, *OTHERS = MANIFEST.labels
MEASURED = replace(MANIFEST, labels=(replace(FALL, curve=CURVE), *OTHERS))


def rules(label: str, **changes: Any) -> AgentSettings:
    settings = AgentSettings()
    rule = replace(getattr(settings.rules, label), **changes)
    return replace(settings, rules=replace(settings.rules, **{label: rule}))


def falls(score: float, settings: AgentSettings, manifest: Manifest = MEASURED) -> int:
    detector = Detector(manifest, settings)
    decisions = trace([*quiet(3), {"fall": score}, *quiet(3)])
    events = [event for decision in decisions for event in detector.hear(decision)]
    return sum(event.phase is Phase.RAISED for event in events)


def test_normal_is_what_was_released() -> None:
    assert threshold(MEASURED.labels[0], "normal") == FALL.threshold
    assert falls(0.49, AgentSettings()) == 0
    assert falls(0.5, AgentSettings()) == 1


@pytest.mark.parametrize(
    ("sensitivity", "hears"), [("low", 0.7), ("normal", 0.5), ("high", 0.4), ("very_high", 0.3)]
)
def test_each_step_goes_one_point_along_the_curve(sensitivity: str, hears: float) -> None:
    settings = rules("fall", sensitivity=sensitivity)
    assert falls(hears, settings) == 1
    assert falls(hears - 0.01, settings) == 0


def test_where_the_curve_ends_it_stays() -> None:
    assert threshold(MEASURED.labels[0], "very_low") == threshold(MEASURED.labels[0], "low") == 0.7


@given(st.integers(0, 3), st.lists(st.sampled_from(CURVE), unique=True, min_size=1))
def test_more_sensitive_never_hears_less(place: int, points: list[OperatingPoint]) -> None:
    curve = tuple(sorted(points, key=lambda point: point.threshold))
    output = Output("fall", "fall", curve[place % len(curve)].threshold, curve)
    found = [operating_point(output, each) for each in ALL]
    assert [each.recall for each in found if each] == sorted(each.recall for each in found if each)
    assert found[2] == curve[place % len(curve)]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            AgentSettings(),
            "fall: threshold 0.5, 1 hit, sensitivity normal; on the tuning scenes hears 62 % at "
            "0.4 false alarms a night",
        ),
        (
            rules("fall", sensitivity="high"),
            "fall: threshold 0.4, 1 hit, sensitivity high; on the tuning scenes hears 70 % at "
            "1.2 false alarms a night",
        ),
    ],
)
def test_the_rule_in_force_says_what_it_costs(settings: AgentSettings, said: str) -> None:
    assert rule_in_force(MEASURED, settings, Label.FALL) == said


def test_a_class_of_two_sounds_tells_them_apart() -> None:
    assert rule_in_force(MEASURED, AgentSettings(), Label.CALL) == (
        "call: threshold 0.5, 2 hits in 2 s or one of 0.9, "
        "sensitivity normal; what it costs: unknown"
    )
    labels = tuple(
        replace(each, curve=CURVE) if each.event == "cry" else each for each in MANIFEST.labels
    )
    assert rule_in_force(replace(MANIFEST, labels=labels), AgentSettings(), Label.CRY).endswith(
        "hears 62 % of cry at 0.4 false alarms a night, "
        "62 % of baby_cry at 0.4 false alarms a night"
    )


def table(*rows: PriorityRow, **changes: Any) -> AgentSettings:
    return replace(AgentSettings(), priority=rows, **changes)


FALLS = PriorityRow(Label.FALL, Priority.HIGH)
QUIET_FALLS = PriorityRow(Label.FALL, Priority.HIGH, reason=Reason.IMPACT_THEN_SILENCE)
LASTING = PriorityRow(Label.CRY, Priority.HIGH, reason=Reason.LASTING_CRY)
ODD = PriorityRow(Label.UNUSUAL, Priority.MEDIUM)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            rules("cry", hits=9, within_s=2.0),
            r"rules\.cry\.hits: 9 within 2 s can never be.*5 at most.*in force: cry: .*9 hits",
        ),
        (rules("call", sensitivity="high"), r"rules\.call\.sensitivity: high: trace 1 was not"),
        (
            rules("call", longest_s=1.0),
            r"veto\.spoken_call: 2 further hits can never be.* 1 hits at most: "
            r"lower it or lengthen that; in force: call: ",
        ),
        (table(FALLS, QUIET_FALLS), r"priority\[1\]: fall \(impact_then_silence\) is high: never"),
        (table(FALLS, FALLS), r"priority\[1\]: fall is high: never"),
        (
            table(PriorityRow(Label.FALL, Priority.LOW, reason=Reason.SCREAM), FALLS),
            r"priority\[0\]: fall \(scream\) is low: never",
        ),
        (
            table(
                PriorityRow(Label.CRY, Priority.HIGH, period="night"),
                PriorityRow(Label.CRY, Priority.LOW, period="day"),
                PriorityRow(Label.CRY, Priority.MEDIUM),
            ),
            r"priority\[2\]: cry is medium: never",
        ),
        (
            table(PriorityRow(Label.CRY, Priority.HIGH, repeats=100)),
            r"priority\[0\]: cry from 100 times on is high: never",
        ),
        (
            replace(AgentSettings(), night=Night("20:00", "20:00")),
            r"priority\[2\]: call by night is high: never",
        ),
        (
            table(QUIET_FALLS, FALLS, aftermath=Aftermath(listen_s=1.0)),
            r"priority\[0\]: fall \(impact_then_silence\) is high: never",
        ),
        (
            replace(rules("cry", longest_s=20.0), priority=(LASTING,)),
            r"priority\[0\]: cry \(lasting_cry\) is high: never",
        ),
        (table(ODD), r"priority\[0\]: unusual is medium: never"),
    ],
)
def test_what_could_never_happen_is_refused(settings: AgentSettings, said: str) -> None:
    with pytest.raises(SettingsRefused, match=said):
        Detector(MANIFEST, settings)


@pytest.mark.parametrize(
    "settings",
    [
        AgentSettings(),
        table(QUIET_FALLS, FALLS),
        table(LASTING),
        table(ODD, unusual=Unusual(enabled=True)),
        replace(AgentSettings(), veto=Veto(enabled=False)),
        rules("cry", hits=9, within_s=2.0, sure=0.9),
    ],
)
@pytest.mark.parametrize("hop_frames", [24, 48])
def test_what_can_happen_is_not(settings: AgentSettings, hop_frames: int) -> None:
    Detector(replace(MANIFEST, hop_frames=hop_frames), settings)
