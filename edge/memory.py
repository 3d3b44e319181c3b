"""The C library keeps memory for a rainy day; a small device has none to keep."""

import ctypes

_M_ARENA_MAX = -8
"""From glibc's malloc.h; musl has neither of these functions, and needs neither."""


def share_one_arena() -> None:
    """Let all threads allocate from one place: call it before they start."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Return what only the start needed: onnxruntime unpacks a model four times its size."""
    if malloc_trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        malloc_trim(0)
