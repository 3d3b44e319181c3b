"""No bar and no text of a picture covers another."""

from hypothesis import given
from hypothesis import strategies as st

from edge.explain.lanes import Bar, place

moments = st.floats(0.0, 60.0, allow_nan=False)
bars = st.builds(
    lambda begins, length, width: Bar(begins, begins + length, "x", width),
    moments,
    st.floats(0.0, 30.0),
    st.floats(0.5, 20.0),
)


@given(st.lists(bars, max_size=12))
def test_nothing_covers_anything_and_all_stays_on_the_page(given_bars: list[Bar]) -> None:
    placed = place(given_bars, 0.0, 60.0, 0.3)
    assert sorted(each.number for each in placed) == list(range(len(given_bars)))
    taken: dict[int, float] = {}
    for each in placed:
        left = min(each.bar.begins, each.text_at)
        right = max(each.bar.ends, each.text_at + each.bar.width)
        assert 0.0 <= left <= right <= 60.0 + 1e-9
        assert left >= taken.get(each.lane, 0.0)
        taken[each.lane] = right


def test_bars_apart_share_a_lane() -> None:
    placed = place([Bar(0.0, 5.0, "a", 2.0), Bar(10.0, 12.0, "b", 4.0)], 0.0, 60.0, 0.3)
    assert [each.lane for each in placed] == [0, 0]


def test_a_text_at_the_edge_moves_inwards() -> None:
    (placed,) = place([Bar(59.0, 60.0, "a", 8.0)], 0.0, 60.0, 0.3)
    assert placed.text_at == 52.0
