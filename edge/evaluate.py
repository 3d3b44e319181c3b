"""`veilleur evaluate`: labelled recordings go the way of a microphone; what was missed, what was
made up, and how soon, in figures that anyone can compute again."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from alert_broker.messages import Label
from classifier.errors import DataRefused
from classifier.model import Classifier
from classifier.progress import bar
from classifier.workers import workers
from edge.config import AgentSettings
from edge.recording import RecordingRefused
from edge.scorecard.card import Facts, Scorecard
from edge.scorecard.contender import Contender, Performance, plainly
from edge.scorecard.duel import AtBudgets, Duel, at_budgets, budget_facts, duel
from edge.scorecard.hearing import Hearing, hear
from edge.scorecard.scene_list import find_scenes
from edge.scorecard.stored import drops, read_stored
from edge.scorecard.sweep import Sweep
from edge.scorecard.table import print_cards, print_duels
from edge.scorecard.trial import read_scene


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be judged, and how it is told."""

    places: Sequence[Path]
    """Folders of scenes, or lists of them."""
    settings: AgentSettings = field(default_factory=AgentSettings)
    model: Path | None = None
    """Manifest; the bundled model by default."""
    previous: Path | None = None
    """Manifest of the model that ours is to be better than."""
    yamnet: Path | None = None
    """Weights of plain YAMNet, to stand beside ours."""
    against: Path | None = None
    """A stored scorecard that ours must not fall behind."""
    plots: Path | None = None
    """Folder for pictures."""
    as_json: bool = False
    processes: int = 1
    """That hear at once; their number changes no figure."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one folder."""

    card: Scorecard
    ours: Performance
    sweeps: Mapping[Label, Sweep]
    """Ours, by class."""
    duels: Sequence[Duel]
    at_budgets: AtBudgets
    """Ours; empty without another model beside it."""

    def facts(self) -> Facts:
        """All figures, ready for JSON."""
        facts = self.card.facts()
        if self.duels:
            facts["at_budgets"] = budget_facts(self.at_budgets)
            facts["beside"] = {each.name: each.facts() for each in self.duels}
        return facts


def evaluate(request: Request) -> int:
    """Judge all places and print; 1 if ours falls behind what was stored, else 0.

    Raises:
        RecordingRefused: a recording cannot be heard to its end.
        LabelsRefused: a recording without labels, or labels that cannot be read.
        ModelRefused: a model that is not what its manifest promises.
        DataRefused: what a reference or a picture needs is not there, or a process was killed.
    """
    if not request.places:
        raise RecordingRefused("nothing to judge: give a folder of labelled recordings")
    contenders = _contenders(request)
    stored = read_stored(request.against) if request.against else None
    scenes = {place: find_scenes(place) for place in request.places}
    verdicts = {}
    with (
        bar(sum(map(len, scenes.values())), "evaluate") as done,
        _listening(request, contenders) as hear_all,
    ):
        for place, recordings in scenes.items():
            performances = listen(recordings, contenders, hear_all, done)
            verdicts[place] = _verdict(performances, released=request.previous is not None)
    _tell(request, contenders[0].classifier.version, verdicts)
    behind = drops(stored, {place: each.card for place, each in verdicts.items()}) if stored else []
    for drop in behind:
        print(f"veilleur: behind {stored.model if stored else ''}: {drop}", file=sys.stderr)
    return 1 if behind else 0


HearAll = Callable[[Sequence[Path]], Iterable[list[Hearing]]]
"""From recordings to what each contender made of them, in their order."""


def listen(
    recordings: Sequence[Path],
    contenders: Sequence[Contender],
    hear_all: HearAll,
    done: Callable[[], None],
) -> list[Performance]:
    """Let every contender hear every recording.

    Raises:
        RecordingRefused: a recording cannot be heard to its end.
        LabelsRefused: a recording without labels, or labels that cannot be read.
    """
    scenes = [read_scene(recording) for recording in recordings]
    heard = []
    for hearings in hear_all(recordings):
        heard.append(hearings)
        done()
    columns = zip(*heard, strict=True)
    return [
        Performance(contender.settings, scenes, hearings)
        for contender, hearings in zip(contenders, columns, strict=True)
    ]


@contextmanager
def _listening(request: Request, contenders: Sequence[Contender]) -> Iterator[HearAll]:
    """One recording after the other, or as many at once as there are processes."""
    if request.processes == 1:
        yield partial(map, partial(_heard_by, contenders))
        return
    with workers(request.processes, _take_place, request) as team:
        yield partial(team.map, _heard_here)


def _heard_by(contenders: Sequence[Contender], recording: Path) -> list[Hearing]:
    return [hear(contender.classifier, recording) for contender in contenders]


_here: list[Contender] = []
"""Those of a process that hears for another."""


def _take_place(request: Request) -> None:
    _here.extend(_contenders(request))


def _heard_here(recording: Path) -> list[Hearing]:
    return _heard_by(_here, recording)


def _contenders(request: Request) -> list[Contender]:
    """Ours, then those beside it."""
    contenders = [Contender(Classifier(request.model), request.settings)]
    if request.previous:
        contenders.append(Contender(Classifier(request.previous), request.settings))
    if request.yamnet:
        try:
            from classifier.training.plain_yamnet import open_plain_yamnet

            yamnet = open_plain_yamnet(request.yamnet)
        except ImportError as error:
            raise DataRefused(f"--beside: {error}: pip install 'veilleur[train]'") from None
        contenders.append(Contender(yamnet, plainly(request.settings)))
    return contenders


def _verdict(performances: Sequence[Performance], *, released: bool) -> Verdict:
    ours, *others = performances
    card = ours.card()
    duels = [
        duel(card, other, released=released and place == 0) for place, other in enumerate(others)
    ]
    sweeps = ours.sweeps()
    return Verdict(card, ours, sweeps, duels, at_budgets(sweeps, ours) if others else {})


def _tell(request: Request, model: str, verdicts: Mapping[Path, Verdict]) -> None:
    if request.plots:
        _draw(request.plots, verdicts)
    if request.as_json:
        folders = {str(place): verdict.facts() for place, verdict in verdicts.items()}
        print(json.dumps({"model": model, "folders": folders}, indent=2))
        return
    print_cards(model, {place: verdict.card for place, verdict in verdicts.items()})
    for place, verdict in verdicts.items():
        if verdict.duels:
            print_duels(place.name, model, verdict.card, verdict.at_budgets, verdict.duels)


def _draw(folder: Path, verdicts: Mapping[Path, Verdict]) -> None:
    try:
        from edge.scorecard.plots import draw
    except ImportError as error:
        raise DataRefused(f"--plots: {error}: pip install 'veilleur[explain]'") from None
    for place, verdict in verdicts.items():
        draw(folder, place.stem, verdict.ours, verdict.card, verdict.sweeps)
