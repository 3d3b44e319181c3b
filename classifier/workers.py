"""Processes that work at once, on what one alone would take long for."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from classifier.errors import DataRefused


@contextmanager
def workers(
    processes: int, take_place: Callable[..., None] | None = None, *given: Any
) -> Iterator[Executor]:
    """So many processes, each of which has first called `take_place(*given)`.

    Raises:
        DataRefused: one of them was killed; what the others have begun is ended first.
    """
    executor = ProcessPoolExecutor(processes, get_context("spawn"), take_place, given)
    try:
        yield executor
    except BrokenProcessPool:
        raise DataRefused(
            "one of the processes was killed, most likely for want of memory: "
            "run it again with fewer --processes"
        ) from None
    finally:
        executor.shutdown(cancel_futures=True)
