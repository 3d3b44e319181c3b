"""What the subcommands of several folders ask for in the same way."""

import argparse


def at_least_one(text: str) -> int:
    """A number of things of which there must be one.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: write a whole number, at least 1")
    return int(text)
