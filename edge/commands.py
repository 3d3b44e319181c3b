"""The subcommands of the room: to listen, to replay and judge recordings, to check and measure."""

import argparse
from datetime import time
from pathlib import Path

from classifier.arguments import at_least_one


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare them; each imports what it needs only when it runs."""
    replay = commands.add_parser("replay", help="hear recordings as a microphone would")
    replay.add_argument("paths", nargs="+", type=Path, metavar="FILE_OR_FOLDER")
    replay.add_argument("--config", type=Path, help="settings file of the agent (all defaults)")
    replay.add_argument("--model", type=Path, help="manifest of another model")
    replay.add_argument("--json", action="store_true", help="one JSON object a line and event")
    replay.add_argument(
        "--speed", choices=("fast", "realtime"), default="fast", help="(%(default)s)"
    )
    replay.add_argument("--publish", action="store_true", help="send alerts, as `listen` would")
    replay.add_argument("--room", help="name of the room, instead of the file's")
    _add_start(replay)
    replay.set_defaults(run=_replay)

    listen = commands.add_parser("listen", help="hear the room and send alerts, for ever")
    listen.add_argument("--config", type=Path, help="settings file of the agent (all defaults)")
    listen.set_defaults(run=_listen)

    devices = commands.add_parser("devices", help="list the microphones with their stable ids")
    devices.add_argument("--json", action="store_true", help="as a JSON list")
    devices.set_defaults(run=_devices)

    check = commands.add_parser("check", help="test settings, microphone, model and broker")
    check.add_argument("--config", type=Path, help="settings file of the agent (all defaults)")
    check.set_defaults(run=_check)

    _register_evaluate(commands)

    _register_explain(commands)

    bench = commands.add_parser("bench", help="measure speed and size on this machine")
    bench.add_argument("--model", type=Path, help="manifest of another model")
    bench.add_argument("--yamnet", type=Path, help="weights of the reference (random ones)")
    bench.add_argument(
        "--ward", action="store_true", help="how a station bears a burst from 10, 100 and 300 rooms"
    )
    bench.add_argument("--json", action="store_true", help="as one JSON object")
    bench.set_defaults(run=_bench)

    _register_ward(commands)

    demo = commands.add_parser("demo", help="a recorded night in room 12, on an embedded broker")
    demo.add_argument("recordings", nargs="?", type=Path, default=Path("recordings"))
    demo.add_argument("--once", action="store_true", help="play it fast, judge it, and end")
    demo.set_defaults(run=_demo)

    settings = commands.add_parser("settings", help="print a settings file with every default")
    settings.add_argument("program", choices=("agent", "station"), help="whose settings")
    settings.set_defaults(run=_settings)


def _register_ward(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ward = commands.add_parser("ward", help="simulate many rooms, to see what a station bears")
    ward.add_argument("--config", type=Path, help="settings file of the agent (all defaults)")
    ward.add_argument("--rooms", type=int, default=30, help="(%(default)s)")
    ward.add_argument("--for", dest="seconds", type=float, default=10.0, help="seconds (10)")
    ward.add_argument("--burst", type=int, default=0, help="so many alerts together (none)...")
    ward.add_argument("--within", type=float, default=1.0, help="...within so many seconds (1)")
    ward.add_argument("--seed", type=int, default=0, help="the same one, the same night (0)")
    ward.add_argument("--json", action="store_true", help="as one JSON object")
    ward.set_defaults(run=_ward)


def _register_evaluate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    evaluate = commands.add_parser("evaluate", help="count what is missed and made up")
    evaluate.add_argument("places", nargs="*", type=Path, metavar="FOLDER_OR_CSV")
    evaluate.add_argument(
        "--manifest",
        type=Path,
        action="append",
        default=[],
        metavar="CSV",
        help="a list of labelled recordings, in a column `path`; as good as a folder",
    )
    evaluate.add_argument("--config", type=Path, help="settings file of the agent (all defaults)")
    evaluate.add_argument("--model", type=Path, help="manifest of another model")
    evaluate.add_argument(
        "--previous", type=Path, metavar="MANIFEST", help="beside this model, at equal false alarms"
    )
    evaluate.add_argument(
        "--beside", type=Path, metavar="NPZ", help="weights of plain YAMNet: beside it, likewise"
    )
    evaluate.add_argument(
        "--against", type=Path, metavar="JSON", help="fail where worse than this stored scorecard"
    )
    evaluate.add_argument("--plots", type=Path, metavar="FOLDER", help="pictures of it, as PNG")
    evaluate.add_argument("--json", action="store_true", help="every figure, as JSON")
    evaluate.add_argument("--processes", type=at_least_one, default=1, help="that hear at once (1)")
    evaluate.set_defaults(run=_evaluate)


def _register_explain(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    explain = commands.add_parser("explain", help="draw what was heard in a recording, and why")
    explain.add_argument("recording", type=Path, metavar="FILE")
    explain.add_argument("--config", type=Path, help="settings file of the agent (all defaults)")
    explain.add_argument("--model", type=Path, help="manifest of another model")
    explain.add_argument("--out", type=Path, metavar="PNG", help="(FILE-explain.png, here)")
    explain.add_argument("--from", dest="begins", metavar="S", help="first second, or min:s")
    explain.add_argument("--to", dest="ends", metavar="S", help="last second (a minute later)")
    explain.add_argument("--language", choices=("fr", "en"), help="one alone (both, French first)")
    _add_start(explain)
    explain.set_defaults(run=_explain)


def _add_start(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--starts-at",
        type=time.fromisoformat,
        default=time(23),
        metavar="HH:MM",
        help="local time at which a recording begins, for priorities (23:00)",
    )


def _replay(options: argparse.Namespace) -> int:
    from msgspec.structs import replace

    from alert_broker.settings import check, load
    from classifier.model import Classifier
    from edge.config import AgentSettings
    from edge.publisher import Publisher
    from edge.replay import Replay, Telling

    settings = load(options.config, AgentSettings)
    if options.room is not None:
        room = replace(settings.room, room=options.room)
        settings = check(replace(settings, room=room), "--room")
    classifier = Classifier(options.model or settings.model.path)
    telling = Telling(
        as_json=options.json,
        realtime=options.speed == "realtime",
        starts_at=options.starts_at,
    )
    if not options.publish:
        return Replay(classifier, settings, telling).run(options.paths)
    with Publisher(settings, classifier.version) as publisher:
        replay = Replay(classifier, settings, telling, publisher.publish, publisher.hear)
        return replay.run(options.paths)


def _listen(options: argparse.Namespace) -> int:
    from alert_broker.settings import load
    from edge.config import AgentSettings
    from edge.listen import listen
    from edge.portaudio import keep_log_audible

    settings = load(options.config, AgentSettings)
    keep_log_audible()
    return listen(settings)


def _devices(options: argparse.Namespace) -> int:
    from edge.listing import list_devices

    return list_devices(as_json=options.json)


def _check(options: argparse.Namespace) -> int:
    import logging

    from edge.check import check

    if not options.verbose:
        logging.getLogger().setLevel(logging.ERROR)  # each line of the check says it all
    return check(options.config)


def _evaluate(options: argparse.Namespace) -> int:
    from alert_broker.settings import load
    from edge.config import AgentSettings
    from edge.evaluate import Request, evaluate

    settings = load(options.config, AgentSettings)
    return evaluate(
        Request(
            places=[*options.places, *options.manifest],
            settings=settings,
            model=options.model or settings.model.path,
            previous=options.previous,
            yamnet=options.beside,
            against=options.against,
            plots=options.plots,
            as_json=options.json,
            processes=options.processes,
        )
    )


def _explain(options: argparse.Namespace) -> int:
    from alert_broker.settings import load
    from edge.config import AgentSettings
    from edge.explain.review import Request, review
    from edge.explain.span import parse_wish

    settings = load(options.config, AgentSettings)
    request = Request(
        recording=options.recording,
        settings=settings,
        model=options.model or settings.model.path,
        picture=options.out,
        wish=parse_wish(options.begins, options.ends),
        languages=(options.language,) if options.language else ("fr", "en"),
        starts_at=options.starts_at,
    )
    return review(request)


def _bench(options: argparse.Namespace) -> int:
    from edge.bench import bench, tell

    if options.ward:
        from edge.bench_ward import ward_figures

        tell(ward_figures(), as_json=options.json)
        return 0
    return bench(options.model, options.yamnet, as_json=options.json)


def _ward(options: argparse.Namespace) -> int:
    import logging

    from alert_broker.settings import load
    from edge.config import AgentSettings
    from edge.ward.plan import Plan
    from edge.ward.run import run

    if not options.verbose:
        logging.getLogger().setLevel(logging.WARNING)  # every room would tell of each receipt
    plan = Plan(options.rooms, options.seconds, options.burst, options.within, options.seed)
    return run(load(options.config, AgentSettings), plan, as_json=options.json)


def _demo(options: argparse.Namespace) -> int:
    from edge.demo import play_live, play_once

    return (play_once if options.once else play_live)(options.recordings)


def _settings(options: argparse.Namespace) -> int:
    from alert_broker.settings import StationSettings
    from alert_broker.settings_example import example
    from edge.config import AgentSettings

    kind = AgentSettings if options.program == "agent" else StationSettings
    print(example(kind()), end="")
    return 0
