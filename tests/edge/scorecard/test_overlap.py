"""Event F1 is what published scores mean by it."""

import warnings

import numpy as np
import pytest

from edge.scorecard.overlap import TOLERANCE, Overlap, Span, overlap


def test_an_alarm_on_its_sound_is_right_and_one_elsewhere_wrong() -> None:
    assert overlap([(5.0, 8.0), (20.0, 22.0)], [(5.5, 8.5), (40.0, 41.0)]) == Overlap(1, 1, 1)
    assert Overlap(1, 1, 1).f1 == 0.5


def test_an_alarm_that_hardly_touches_its_sound_is_wrong() -> None:
    assert overlap([(5.0, 6.0)], [(5.95, 16.0)]) == Overlap(found=0, missed=1, wrong=1)


def test_nothing_promised_and_nothing_raised_has_no_score() -> None:
    assert overlap([], []).f1 is None


@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_a_public_implementation(seed: int) -> None:
    psds_eval = pytest.importorskip("psds_eval", reason="needs the test extra")
    rng = np.random.default_rng(seed)
    sounds, alarms = some_spans(rng), some_spans(rng)
    ours = {
        name: sum((overlap(sounds[name, n], alarms[name, n]) for n in range(5)), Overlap())
        for name in ("call", "cry")
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about the style of its caller
        judge = psds_eval.PSDSEval(TOLERANCE, TOLERANCE, cttc_threshold=0.3)
        judge.set_ground_truth(table(sounds), durations())
        _, theirs = judge.compute_macro_f_score(table(alarms))
    assert {name: each.f1 for name, each in ours.items()} == {
        name: pytest.approx(each, abs=1e-4) for name, each in theirs.items()
    }
    assert all(each.found and each.missed and each.wrong for each in ours.values())


def some_spans(rng: np.random.Generator) -> dict[tuple[str, int], list[Span]]:
    """Of two classes in five recordings of a minute; those of one class do not overlap."""
    spans: dict[tuple[str, int], list[Span]] = {}
    for name in ("call", "cry"):
        for recording in range(5):
            edges = np.sort(rng.uniform(0.0, 60.0, 12)).round(2)
            spans[name, recording] = [(float(a), float(b)) for a, b in edges.reshape(-1, 2)]
    return spans


def table(spans: dict[tuple[str, int], list[Span]]) -> object:
    pandas = pytest.importorskip("pandas")
    rows = [
        (str(recording), onset_s, max(offset_s, onset_s + 0.1), name)
        for (name, recording), some in spans.items()
        for onset_s, offset_s in some
    ]
    return pandas.DataFrame(rows, columns=["filename", "onset", "offset", "event_label"])


def durations() -> object:
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame({"filename": [str(n) for n in range(5)], "duration": 60.0})
