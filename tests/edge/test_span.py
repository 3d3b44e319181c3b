"""Which seconds a picture shows: those asked for, or the minute that holds most."""

from pathlib import Path

import pytest

from edge.explain.span import Span, SpanRefused, fullest, parse_wish

NIGHT = Path("nuit.flac")


@pytest.mark.parametrize(
    ("begins", "ends", "span"),
    [
        ("75.5", "80", Span(75.5, 80.0)),
        ("1:15,5", "1:20", Span(75.5, 80.0)),
        ("70", None, Span(70.0, 130.0)),
        ("580", None, Span(580.0, 600.0)),
        (None, "30", Span(0.0, 30.0)),
        (None, "2:00", Span(60.0, 120.0)),
        ("0", "10:00", Span(0.0, 600.0)),
    ],
)
def test_what_was_asked_for_is_shown(begins: str | None, ends: str | None, span: Span) -> None:
    assert parse_wish(begins, ends).span(NIGHT, 600.0) == span


@pytest.mark.parametrize(
    ("begins", "ends", "said"),
    [
        ("600", None, r"--from 600: nuit\.flac lasts 600\.0 s"),
        ("10", "601", r"--to 601: nuit\.flac lasts 600\.0 s"),
        ("20", "10", "--to 10: not after --from 20: swap them"),
        ("20", "20", "--to 20: not after"),
        ("-3", None, "--from -3: write seconds"),
        ("nan", None, "--from nan: write seconds"),
        (None, "1:75", "--to 1:75: write seconds"),
        (None, "", "--to : write seconds"),
    ],
)
def test_what_the_recording_does_not_have_is_named(
    begins: str | None, ends: str | None, said: str
) -> None:
    with pytest.raises(SpanRefused, match=said):
        parse_wish(begins, ends).span(NIGHT, 600.0)


def test_a_picture_of_an_hour_is_refused() -> None:
    with pytest.raises(SpanRefused, match="3600 s are too many for one picture: choose 600 s"):
        parse_wish("0", "60:00").span(NIGHT, 3600.0)


@pytest.mark.parametrize(
    ("onsets_s", "seconds", "span"),
    [
        ([], 600.0, Span(0.0, 60.0)),
        ([3.0], 20.0, Span(0.0, 20.0)),
        ([300.0], 600.0, Span(295.0, 355.0)),
        ([590.0], 600.0, Span(540.0, 600.0)),
        ([100.0, 300.0, 340.0, 500.0], 600.0, Span(295.0, 355.0)),
    ],
)
def test_the_minute_with_most_events_is_shown(
    onsets_s: list[float], seconds: float, span: Span
) -> None:
    assert fullest(onsets_s, seconds) == span
