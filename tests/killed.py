"""A program that promises lines of output, and is killed in the middle of it."""

import subprocess
import sys


def promises_of_one_killed(program: str, argument: str, wait_for: int = 50) -> set[str]:
    """Run Python code, kill -9 it after so many lines, and give all lines it got to print."""
    with subprocess.Popen(
        [sys.executable, "-c", program, argument],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": ":".join(sys.path)},
        text=True,
    ) as process:
        assert process.stdout is not None
        promised = [process.stdout.readline().strip() for _ in range(wait_for)]
        process.kill()
        return {*promised, *process.stdout.read().split()}
