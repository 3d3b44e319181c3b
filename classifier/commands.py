"""The subcommands that make the model: dataset, train, export."""

import argparse
from pathlib import Path

from classifier.arguments import at_least_one

_DEFAULT = "(%(default)s)"


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare them; each imports what it needs only when it runs."""
    dataset = commands.add_parser("dataset", help="make the scenes that teach, tune and judge")
    _add_places(dataset)
    dataset.add_argument("--scale", type=float, default=1.0, help="this share of the scenes (1)")
    dataset.add_argument("--processes", type=at_least_one, default=2, help="(%(default)s)")
    dataset.add_argument(
        "--audit", action="store_true", help="only listen for wrong labels and broken recordings"
    )
    dataset.add_argument("--mn04", type=Path, help="for --audit: published weights that doubt too")
    dataset.add_argument(
        "--free", action="store_true", help="only recordings that allow commercial use"
    )
    dataset.set_defaults(run=_dataset)

    _add_scenes(commands)

    train = commands.add_parser("train", help="teach the network; goes on where it stopped")
    _add_places(train)
    train.add_argument(
        "--mn04", type=Path, required=True, help="published weights to begin with, and to recall"
    )
    _add_begin(train, "a model to go on from instead")
    train.add_argument(
        "--epochs", type=at_least_one, default=2, help="over all scenes (%(default)s)"
    )
    train.add_argument("--only", choices=("sounds", "words", "urgent"), help="one part (all)")
    train.add_argument("--threads", type=at_least_one, default=2, help="(%(default)s)")
    train.set_defaults(run=_train)

    export = commands.add_parser("export", help="choose thresholds and write the model")
    _add_places(export)
    export.add_argument("--version", required=True, help="of the model, such as 2026.11")
    _add_begin(export, "a model whose parts stay where none was taught")
    export.add_argument("--out", type=Path, help="its manifest (the one of this package)")
    export.add_argument(
        "--int8", action="store_true", help="all convolutions in eight bits: smaller, not quicker"
    )
    export.set_defaults(run=_export)


def _add_places(command: argparse.ArgumentParser) -> None:
    _add_audio(command)
    command.add_argument("--work", type=Path, default=Path("build/training"), help=_DEFAULT)


def _add_begin(command: argparse.ArgumentParser, meaning: str) -> None:
    command.add_argument(
        "--from",
        dest="begin",
        metavar="MODEL",
        type=Path,
        help=f"{meaning}: its manifest, such as classifier/models/room_sounds.json",
    )


def _add_audio(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--audio",
        dest="manifests",
        metavar="AUDIO",
        action="append",
        type=lambda folder: Path(folder) / "manifest.csv",
        required=True,
        help="folder of recordings with their manifest.csv; once for each folder",
    )


def _add_scenes(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    scenes = commands.add_parser("scenes", help="make long nights with exact labels")
    _add_audio(scenes)
    scenes.add_argument("--out", type=Path, required=True, help="folder for recordings and labels")
    scenes.add_argument(
        "--part", choices=("train", "tune", "test", "held", "all"), default="test", help=_DEFAULT
    )
    scenes.add_argument(
        "--kind",
        choices=("night", "dense"),
        default="night",
        help="a sound a minute, or one every few seconds (%(default)s)",
    )
    scenes.add_argument("--hours", type=float, default=1.0, help="in whole scenes (%(default)s)")
    scenes.add_argument("--seed", type=int, default=0, help=_DEFAULT)
    scenes.add_argument(
        "--made-up", action="store_true", help="with falls by physics too, and blows that are none"
    )
    scenes.add_argument("--processes", type=at_least_one, default=1, help="that write at once (1)")
    scenes.add_argument(
        "--stream",
        action="store_true",
        help="WAV to standard output instead of recordings, such as into `aplay`",
    )
    scenes.set_defaults(run=_scenes, unread=0)


def _dataset(options: argparse.Namespace) -> int:
    return _audit(options) if options.audit else _make_dataset(options)


def _audit(options: argparse.Namespace) -> int:
    from collections import Counter

    from classifier.progress import bar
    from classifier.training.audit import audit, write_report
    from classifier.training.clips import read_clips
    from classifier.training.corpus import Recordings

    teacher = None
    if options.mn04:
        from classifier.training.teacher import Teacher

        teacher = Teacher(options.mn04)
    clips = read_clips(*options.manifests)
    with bar(len(clips), "audit") as done:
        findings = audit(Recordings(clips), teacher, done)
    report = options.work / "audit.csv"
    write_report(findings, report)
    for kind, number in sorted(Counter(finding.finding for finding in findings).items()):
        print(f"{number:6} {kind}")
    print(f"{report}: decide, and write what to leave out into exclusions.csv beside its manifest")
    return 0


def _make_dataset(options: argparse.Namespace) -> int:
    from classifier.training.make import make_dataset
    from classifier.training.workshop import Sizes, Workshop

    workshop = Workshop(options.manifests, options.work, options.free)
    make_dataset(workshop, Sizes().scaled(options.scale), options.processes)
    return 0


def _scenes(options: argparse.Namespace) -> int:
    import sys

    from classifier.errors import DataRefused
    from classifier.progress import bar
    from classifier.training.night_files import stream_nights, write_nights
    from classifier.training.nights import Wish

    wish = Wish(
        options.manifests,
        options.part,
        options.kind,
        options.hours,
        options.seed,
        options.made_up,
    )
    if options.stream and sys.stdout.isatty():
        raise DataRefused("--stream: sound is no text: pipe it, such as into `aplay`")
    with bar(wish.scenes, wish.kind) as done:
        if not options.stream:
            write_nights(wish, options.out, done, options.processes)
            return 0
        stream_nights(wish, options.out, sys.stdout.buffer, done)
    return 0


def _train(options: argparse.Namespace) -> int:
    import torch

    from classifier.training.learnt import Learnt
    from classifier.training.make import teach_sounds, teach_urgent, teach_words
    from classifier.training.workshop import Workshop

    torch.set_num_threads(options.threads)
    workshop = Workshop(options.manifests, options.work)
    begin = Learnt(options.begin) if options.begin else None
    if options.only in {None, "sounds"}:
        teach_sounds(workshop, options.mn04, options.epochs, begin)
    if options.only in {None, "words"}:
        teach_words(workshop, options.epochs, begin)
    if options.only in {None, "urgent"}:
        teach_urgent(workshop, options.epochs, begin)
    return 0


def _export(options: argparse.Namespace) -> int:
    from classifier.manifest import BUNDLED
    from classifier.training.learnt import Learnt
    from classifier.training.make import finish
    from classifier.training.workshop import Workshop

    workshop = Workshop(options.manifests, options.work)
    out = options.out or BUNDLED
    begin = Learnt(options.begin) if options.begin else None
    choices = finish(workshop, options.version, out, begin, int8=options.int8)
    for target, choice in choices.items():
        for point in choice.curve or (choice.released,):
            print(
                f"{'*' if point == choice.released else ' '} {target} from {point.threshold:g}: on "
                f"the tuning scenes recall {point.recall:.2f}, false alarms "
                f"{point.false_per_dense_h:.2f} a dense hour, {point.false_per_night:.1f} a night"
            )
    return 0
