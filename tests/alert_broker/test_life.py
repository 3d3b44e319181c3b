"""No alert is forgotten, none ends by itself, and two who go at once are told of each other."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, a_step, an_alert

from alert_broker.escalation import due, rings
from alert_broker.life import MAY, Forbidden, Life, Stage
from alert_broker.messages import Deed, Outcome, Step
from alert_broker.settings import ChainRow

ALERT = an_alert()
ROW = ChainRow(groups=("voisine", "responsable"), after_s=(120.0, 300.0))
REOPEN_S = 600.0
BY_HAND = [Deed.CLAIMED, Deed.IN_ROOM, Deed.REOPENED, Deed.CLOSED, Deed.CANCELLED]
TICK_S = 5


@dataclass
class Bedside:
    """One alert, the carers who press, and the time that passes, as at a station."""

    life: Life = field(default_factory=lambda: Life({a_step(ALERT, Deed.RAISED): 0.0}))
    s: int = 0
    made: list[tuple[int, Deed, str]] = field(default_factory=list)

    def press(self, deed: Deed, by: str = "Marie", outcome: Outcome = Outcome.REAL) -> Step:
        said = outcome if deed is Deed.CLOSED else None
        known = self.life.said(deed, by, "poste-1", said)
        return known or self._make(deed, by=by, outcome=said)

    def show(self) -> None:
        if Deed.DELIVERED in MAY[self.life.stage]:
            self._make(Deed.DELIVERED)

    def wait(self, seconds: int) -> None:
        end = self.s + seconds
        while self.s < end:
            self.s = min(end, self.s + TICK_S)
            for it in due(self.life, self.s, ROW, REOPEN_S):
                self._make(it.deed, to=it.to)

    def _make(self, deed: Deed, **more: object) -> Step:
        at = NOON + timedelta(seconds=self.s)
        step = a_step(ALERT, deed, turn=self.life.turn, at=at, **more)
        self.life = self.life.after(step, self.s)
        self.made.append((self.s, deed, step.to or step.by))
        return step

    @property
    def stage(self) -> Stage:
        return self.life.stage


presses = st.tuples(st.sampled_from(BY_HAND), st.sampled_from(["Marie", "Paul"]))
waits = st.integers(1, 1500)
days = st.lists(presses | waits, max_size=30)


def lived(day: list[tuple[Deed, str] | int]) -> Bedside:
    """The alert after such a day; what cannot be done is refused, and changes nothing."""
    bed = Bedside()
    for it in day:
        if isinstance(it, int):
            bed.wait(it)
            continue
        before = bed.life
        try:
            bed.press(*it)
        except Forbidden:
            assert bed.life == before
    return bed


steps = st.builds(
    lambda deed, turn, by, station, s, to: a_step(
        ALERT, deed, turn=turn, by=by, station=station, at=NOON + timedelta(seconds=s), to=to
    ),
    st.sampled_from(Deed),
    st.integers(0, 3),
    st.sampled_from(["", "Marie", "Paul"]),
    st.sampled_from(["poste-1", "poste-2"]),
    st.integers(0, 20),
    st.sampled_from(["", "voisine", "responsable"]),
)


class TestNothingEndsByItself:
    @given(days, st.integers(1, 20_000))
    def test_whatever_time_passes(self, day: list[tuple[Deed, str] | int], seconds: int) -> None:
        bed = lived(day)
        ended = bed.stage.ended
        bed.wait(seconds)
        assert bed.stage.ended is ended

    @given(days)
    def test_and_what_ended_stays_so(self, day: list[tuple[Deed, str] | int]) -> None:
        bed = lived([*day, (Deed.CLAIMED, "Marie"), (Deed.CLOSED, "Marie")])
        end = bed.life.end
        for deed in BY_HAND:
            with pytest.raises(Forbidden):
                bed.press(deed, "Zoé")
        bed.wait(5000)
        assert bed.life.end == end
        assert bed.stage.ended


class TestNobodyIsForgotten:
    @given(days)
    def test_an_open_alert_either_calls_somebody_or_is_held_for_a_while(
        self, day: list[tuple[Deed, str] | int]
    ) -> None:
        bed = lived(day)
        if bed.stage.ended:
            return
        bed.wait(int(REOPEN_S) + 300 + 2 * TICK_S)
        assert bed.stage.waits
        assert [step.to for step in bed.life.calls] == ["voisine", "responsable"]

    @given(days)
    def test_each_group_is_called_once_a_turn_and_in_order(
        self, day: list[tuple[Deed, str] | int]
    ) -> None:
        called: list[str] = []
        for _, deed, who in lived(day).made:
            if deed is Deed.REOPENED:
                called = []
            elif deed is Deed.ESCALATED:
                called.append(who)
            assert called == ["voisine", "responsable"][: len(called)]

    @given(st.integers(0, 100_000), st.integers(0, 100_000))
    def test_it_rings_again_every_minute_for_ever(self, first: int, second: int) -> None:
        life = Bedside().life
        early, late = sorted([first, second])
        assert rings(life, early, 60) <= rings(life, late, 60)
        assert rings(life, late + 60, 60) == rings(life, late, 60) + 1

    def test_a_station_that_was_away_calls_all_that_it_should_have(self) -> None:
        assert [it.to for it in due(Bedside().life, 9999, ROW, REOPEN_S)] == list(ROW.groups)

    def test_a_clock_that_went_back_only_makes_it_wait(self) -> None:
        assert due(Bedside().life, -9999, ROW, REOPEN_S) == []
        assert rings(Bedside().life, -9999, 60) == 0


class TestOneCarerHasIt:
    @given(st.lists(st.sampled_from(["Marie", "Paul", "Zoé"]), min_size=1, max_size=6))
    def test_the_first_of_several_and_the_others_are_told_who(self, names: list[str]) -> None:
        bed = Bedside()
        for name in names:
            if name == names[0]:
                assert bed.press(Deed.CLAIMED, name).by == names[0]
            else:
                with pytest.raises(Forbidden, match=names[0]) as refused:
                    bed.press(Deed.CLAIMED, name)
                assert refused.value.stands == bed.life.claim
        assert [who for _, deed, who in bed.made if deed is Deed.CLAIMED] == [names[0]]

    @given(st.lists(steps, max_size=12), st.randoms(use_true_random=False))
    def test_the_same_one_at_every_station_in_whatever_order_the_news_came(
        self, told: list[Step], chance: random.Random
    ) -> None:
        again = told * 2
        chance.shuffle(again)
        here, there = Life(), Life()
        for step in told:
            here = here.after(step, 7.0)
        for step in again:
            there = there.after(step, 7.0)
        assert here == there
        assert (here.stage, here.claim, here.visit, here.end, here.calls, here.turn) == (
            (there.stage, there.claim, there.visit, there.end, there.calls, there.turn)
        )

    @pytest.mark.parametrize(
        "change",
        [
            {"turn": 1},
            {"by": "Paul"},
            {"station": "poste-2"},
            {"outcome": Outcome.TEST},
            {"to": "x"},
        ],
        ids=str,
    )
    def test_the_same_one_though_two_steps_differ_in_one_thing_alone(
        self, change: dict[str, object]
    ) -> None:
        one = a_step(ALERT, Deed.CLOSED, by="Marie")
        other = a_step(ALERT, Deed.CLOSED, **{"by": "Marie"} | change)
        here, there = Life({one: 1.0, other: 1.0}), Life({other: 1.0, one: 1.0})
        assert here.end == there.end

    @given(st.lists(steps, max_size=8), st.lists(steps, max_size=8), st.lists(steps, max_size=8))
    def test_accounts_are_joined_in_any_grouping(
        self, one: list[Step], two: list[Step], three: list[Step]
    ) -> None:
        a, b, c = (Life(dict.fromkeys(it, 1.0)) for it in (one, two, three))
        assert a.joined(b).joined(c) == a.joined(b.joined(c)) == c.joined(b).joined(a)
        assert a.joined(a) is a


class TestEachStep:
    @pytest.mark.parametrize("stage", Stage)
    @pytest.mark.parametrize("deed", BY_HAND)
    def test_follows_what_it_may_and_nothing_else(self, stage: Stage, deed: Deed) -> None:
        way: dict[Stage, list[Deed]] = {
            Stage.RAISED: [],
            Stage.DELIVERED: [],
            Stage.ACKNOWLEDGED: [Deed.CLAIMED],
            Stage.IN_ROOM: [Deed.CLAIMED, Deed.IN_ROOM],
            Stage.CLOSED: [Deed.CLAIMED, Deed.CLOSED],
            Stage.CANCELLED: [Deed.CANCELLED],
        }
        bed = Bedside()
        if stage is Stage.DELIVERED:
            bed.show()
        for step in way[stage]:
            bed.press(step)
        assert bed.stage is stage
        if deed in MAY[stage]:
            assert bed.press(deed, "Paul").deed is deed
        else:
            with pytest.raises(Forbidden):
                bed.press(deed, "Paul")

    def test_said_twice_is_as_good_as_once(self) -> None:
        bed = Bedside()
        for deed in (Deed.CLAIMED, Deed.IN_ROOM, Deed.CLOSED):
            assert bed.press(deed) is bed.press(deed)
        assert len(bed.made) == 3

    def test_another_outcome_does_not_replace_the_first(self) -> None:
        bed = Bedside()
        bed.press(Deed.CLAIMED)
        bed.press(Deed.CLOSED, outcome=Outcome.REAL)
        with pytest.raises(Forbidden):
            bed.press(Deed.CLOSED, outcome=Outcome.FALSE)

    def test_an_outcome_is_said_at_the_end_and_only_there(self) -> None:
        with pytest.raises(ValueError, match="outcome"):
            a_step(ALERT, Deed.CLOSED, outcome=None)
        with pytest.raises(ValueError, match="outcome"):
            a_step(ALERT, Deed.CLAIMED, outcome=Outcome.TEST)


# Each line: what happens; after it, where the alert stands. Numbers are seconds that pass.
TRACES = {
    "somebody comes at once": """
        show                delivered
        10                  delivered
        claimed Marie       acknowledged
        40                  acknowledged
        in_room Marie       in_room
        200                 in_room
        closed Marie        closed
        100000              closed     10 claimed, 50 in_room, 250 closed
        """,
    "nobody comes for long": """
        60                  raised
        show                delivered
        250                 delivered
        claimed Paul        acknowledged
        closed Paul         closed     120 voisine, 300 responsable, 310 claimed, 310 closed
        """,
    "it is never closed": """
        claimed Marie       acknowledged
        599                 acknowledged
        1                   raised
        120                 raised
        claimed Paul        acknowledged
        500                 acknowledged
        in_room Paul        in_room
        599                 in_room
        1                   raised     0 claimed, 600 reopened, 720 voisine, 720 claimed, \
1220 in_room, 1820 reopened
        """,
    "whoever went cannot go after all": """
        claimed Marie       acknowledged
        100                 acknowledged
        reopened Marie      raised
        119                 raised
        claimed Paul        acknowledged
        in_room Paul        in_room
        cancelled Paul      cancelled  0 claimed, 100 reopened, 219 claimed, 219 in_room, \
219 cancelled
        """,
}


@pytest.mark.parametrize("night", TRACES)
def test_a_night_replayed_goes_as_it_went(night: str) -> None:
    bed = Bedside()
    for line in TRACES[night].strip().splitlines():
        first, *rest = line.split(maxsplit=3 if line.split()[0] in set(Deed) else 2)
        if first.isdigit():
            bed.wait(int(first))
        elif first == "show":
            bed.show()
        else:
            bed.press(Deed(first), rest.pop(0))
        assert bed.stage == rest.pop(0), line
    told = [f"{s} {to if deed is Deed.ESCALATED else deed}" for s, deed, to in bed.made]
    assert ", ".join(it for it in told if "delivered" not in it) == rest[0]
