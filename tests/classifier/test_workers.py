"""Several processes do what one would; one that is killed is told, and nobody waits for it."""

import os
from operator import neg

import pytest

from classifier.errors import DataRefused
from classifier.workers import workers


def test_all_is_done_in_its_order() -> None:
    with workers(2) as team:
        assert list(team.map(neg, range(20))) == [-number for number in range(20)]


def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(DataRefused, match=r"killed.*fewer --processes"), workers(2) as team:
        list(team.map(os._exit, [1, 1, 1]))


def test_what_is_wrong_with_the_work_is_told_as_it_is() -> None:
    with pytest.raises(ValueError, match="invalid literal"), workers(2) as team:
        list(team.map(int, ["1", "none", *["2"] * 1000]))
