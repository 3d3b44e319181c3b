"""Sound waits for the agent in order, and what is lost is never joined over."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.ring import Frames, Ring

SIZE = 100
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 60), st.booleans()),
        st.just(("read", 0, False)),
    ),
    max_size=60,
)


def count(start: int, n: int) -> Frames:
    """Two channels of numbers that tell each frame from every other."""
    numbers = np.arange(start, start + n, dtype=np.float32)
    return np.stack([numbers, -numbers], axis=1)


@given(STEPS)
def test_whatever_is_written_and_read_in_whatever_order(steps: list[tuple[str, int, bool]]) -> None:
    ring = Ring(SIZE, 2)
    heard: list[float] = []
    gaps: list[int] = []
    kept: list[float] = []
    expected_gaps: list[int] = []
    offered, waiting, lost = 0, 0, False

    def read() -> int:
        frames, gap = ring.read()
        np.testing.assert_array_equal(frames[:, 0], -frames[:, 1])
        if gap:
            gaps.append(len(heard))
        heard.extend(frames[:, 0].tolist())
        return len(frames)

    for what, size, lost_before in steps:
        if what == "read":
            waiting -= read()
            continue
        ring.write(count(offered, size), lost=lost_before)
        fits = size <= SIZE - waiting
        lost = lost or lost_before or not fits
        if fits:
            if lost:
                expected_gaps.append(len(kept))
            kept.extend(range(offered, offered + size))
            waiting, lost = waiting + size, False
        offered += size
    while read():
        pass
    assert heard == kept
    assert gaps == expected_gaps


def test_every_loss_is_counted() -> None:
    ring = Ring(SIZE, 2)
    ring.write(count(0, 60), lost=False)
    ring.write(count(60, 60), lost=False)
    assert ring.overflows == 1
    ring.read()
    ring.write(count(120, 10), lost=True)
    assert ring.overflows == 2


def test_what_was_read_stays_as_it_is_when_more_is_written() -> None:
    ring = Ring(SIZE, 2)
    ring.write(count(0, SIZE), lost=False)
    frames, _gap = ring.read()
    ring.write(count(500, SIZE), lost=False)
    np.testing.assert_array_equal(frames, count(0, SIZE))
