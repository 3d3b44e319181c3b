"""Whatever a command prints goes well with the other commands of a terminal."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge import cli

RECORDING = str(Path(__file__).parents[2] / "recordings" / "04-appels.flac")


@pytest.mark.parametrize("command", [("settings", "agent"), ("replay", "--json", RECORDING)])
def test_whoever_reads_may_stop_at_any_line(command: tuple[str, ...]) -> None:
    """Such as `| head`: no traceback, but no word either that all was well."""
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w") as nobody:
        told = subprocess.run(
            [sys.executable, "-m", "edge.cli", *command],
            stdout=nobody,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (told.returncode, told.stderr) == (cli.UNREAD, "")


def test_a_pipe_that_is_not_our_output_breaks_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_options: argparse.Namespace) -> int:
        raise BrokenPipeError("the station's")

    parser = argparse.ArgumentParser()
    parser.set_defaults(run=gone, verbose=False)
    monkeypatch.setattr(cli, "_parser", lambda: parser)
    with pytest.raises(BrokenPipeError, match="the station's"):
        cli.main([])
