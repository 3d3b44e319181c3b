"""A night in room 12, scene by scene, in the order of the names.

Levels are decibels of sound pressure at one metre: quiet talk 58, a television 57, a raised voice
66, a scream 78, a body on the floor 67 with peaks far above.
"""

from collections.abc import Callable

from recordings.synthesis import background, breath, distress, impact
from recordings.synthesis.acting import Calling, calls, falls, talk, television
from recordings.synthesis.room import (
    ARMCHAIR,
    BED,
    DOOR,
    FLOOR_BY_BED,
    MIDDLE,
    STANDING,
    TABLE,
    WASHBASIN,
    Room,
    through_wall,
)
from recordings.synthesis.signal import lay
from recordings.synthesis.speech import (
    ACTRESS,
    CARER,
    NEWSREADER,
    RAISED,
    RESIDENT,
    SHOUTED,
)
from recordings.synthesis.stage import Stage

Scene = Callable[[Stage], None]

NEWS_EVENING = (
    (NEWSREADER, "Bonsoir à tous. Le temps sera nuageux demain sur toute la Bretagne."),
    (NEWSREADER, "La circulation est difficile autour de Lyon après les fortes pluies."),
    (NEWSREADER, "Le ministre viendra mardi à l'aide des communes inondées."),
    (NEWSREADER, "En sport, l'équipe de France rencontrera l'Italie samedi soir."),
)
FILM = (
    (ACTRESS, "Tu ne m'as jamais dit qu'il viendrait ce soir."),
    (NEWSREADER, "Je l'ai appris ce matin, par le facteur."),
    (ACTRESS, "Et la maison ? Qui va s'occuper de la maison ?"),
    (NEWSREADER, "Nous verrons cela plus tard, il fait si beau."),
    (ACTRESS, "Alors allons au marché, j'ai besoin de fleurs et de fruits."),
    (NEWSREADER, "Prends ton manteau, le vent se lève sur la plage."),
    (ACTRESS, "Regarde, le bateau rentre déjà au port."),
    (NEWSREADER, "C'est l'heure, les enfants vont sortir de l'école."),
    (ACTRESS, "Je me souviens du jardin, du vieux puits et des cerisiers."),
    (NEWSREADER, "On les a coupés il y a longtemps, ma pauvre amie."),
    (ACTRESS, "Venez donc dîner dimanche, nous en parlerons."),
)


def bedtime(stage: Stage) -> None:
    """A quiet evening: the news, the carer's visit, talk with words that sound like calls."""
    television(stage, 0.5, 21.0, NEWS_EVENING)
    stage.play(8.0, impact.knocks(stage.rng, (0.0, 0.28, 0.55)), DOOR, 64, "knock")
    stage.play(9.6, impact.door(stage.rng, slammed=False), DOOR, 56, "door")
    stage.play(11.4, impact.walk(stage.rng, 3, 0.55, 0.5), MIDDLE, 54, "footsteps")
    end_s = talk(
        stage,
        13.0,
        (
            (CARER, "Bonsoir madame, je viens vous aider à vous coucher.", STANDING),
            (RESIDENT, "Déjà ? Ma sœur m'a bien aidée, vous savez, pour le jardin.", ARMCHAIR),
            (CARER, "Ah, c'est gentil ! Le Secours catholique passe demain matin.", STANDING),
            (RESIDENT, "Demain ? Je croyais que c'était l'infirmière, demain.", ARMCHAIR),
            (CARER, "Les deux. Allez, doucement, on se lève.", STANDING),
        ),
    )
    end_s = stage.play(end_s + 0.8, impact.rustle(stage.rng, 2.5), BED, 52, "bedclothes")
    end_s = talk(stage, end_s + 0.5, ((CARER, "Bonne nuit, dormez bien.", STANDING),))
    stage.play(end_s + 0.6, impact.walk(stage.rng, 4, 0.55, 0.5), MIDDLE, 54, "footsteps")
    stage.play(end_s + 3.2, impact.door(stage.rng, slammed=False), DOOR, 57, "door")


def asleep(stage: Stage) -> None:
    """Snoring, a fit of coughing, a trolley and doors in the corridor."""
    end_s = stage.play(1.0, breath.snoring(stage.rng, 3), BED, 53, "snore")
    stage.play(6.5, through_wall(background.trolley(stage.rng, 7.0)), DOOR, 52, "trolley")
    end_s = stage.play(end_s + 1.0, breath.cough(stage.rng, 4), BED, 66, "cough")
    end_s = stage.play(end_s + 0.5, impact.rustle(stage.rng, 2.0), BED, 50, "bedclothes")
    stage.play(end_s + 1.0, through_wall(impact.door(stage.rng, slammed=True)), DOOR, 62, "door")
    stage.play(end_s + 2.5, breath.snoring(stage.rng, 3), BED, 51, "snore")


def fall_with_chair(stage: Stage) -> None:
    """Up in the dark: slippers, a fall that takes the chair along, then nothing."""
    stage.play(2.0, impact.rustle(stage.rng, 1.8), BED, 50, "bedclothes")
    stage.play(4.5, impact.walk(stage.rng, 6, 0.75, 0.1), MIDDLE, 50, "footsteps")
    falls(stage, 10.0, stumble=True, furniture=True)


def calls_over_television(stage: Stage) -> None:
    """Somebody calls, more and more urgently, while a film goes on."""
    television(stage, 0.3, 38.0, FILM)
    calls(
        stage,
        6.0,
        Calling(RAISED, BED, 66, pause_s=2.2),
        ("S'il vous plaît !", "S'il vous plaît, venez !", "Il y a quelqu'un ? Aidez-moi !"),
    )
    calls(
        stage,
        25.0,
        Calling(SHOUTED, BED, 72, pause_s=1.6),
        ("Infirmière ! Venez vite !", "À l'aide ! À l'aide !", "Au secours, aidez-moi !"),
    )


def doors_and_dishes(stage: Stage) -> None:
    """All that bangs and clatters and is no fall: a tray, a slammed door, a stick, a chair."""
    stage.play(1.5, impact.crockery(stage.rng, 6.0), TABLE, 62, "dishes")
    stage.play(9.5, impact.door(stage.rng, slammed=True), DOOR, 75, "door_slam")
    stage.play(13.0, background.running_water(stage.rng, 6.0), WASHBASIN, 60, "water")
    stage.play(20.5, impact.clatter(stage.rng, 5, 400.0, 2600.0), MIDDLE, 68, "dropped_stick")
    stage.play(24.0, impact.walk(stage.rng, 7, 0.52, 0.7), MIDDLE, 60, "footsteps")
    stage.play(29.0, impact.knocks(stage.rng, (0.0, 0.25, 0.5, 0.75)), DOOR, 68, "knock")
    stage.play(31.5, impact.crockery(stage.rng, 3.0, 4.0), TABLE, 66, "dishes")
    stage.play(36.0, impact.door(stage.rng, slammed=True), DOOR, 73, "door_slam")


def weeping(stage: Stage) -> None:
    """Half a minute of tears in the dark."""
    stage.play(3.0, impact.rustle(stage.rng, 1.5), BED, 48, "bedclothes")
    stage.play(6.0, distress.crying(stage.rng, 24.0), BED, 63, "cry:crying")


def nightmare(stage: Stage) -> None:
    """Screams out of sleep; a carer comes."""
    stage.play(1.0, breath.snoring(stage.rng, 2), BED, 51, "snore")
    screams = [
        (0.0, distress.scream(stage.rng, 1.3)),
        (1.9, 0.9 * distress.scream(stage.rng, 1.6, 720.0)),
        (4.2, 0.8 * distress.scream(stage.rng, 1.1, 780.0)),
    ]
    end_s = stage.play(9.0, lay(screams), BED, 78, "call:scream")
    stage.play(end_s + 5.0, impact.door(stage.rng, slammed=False), DOOR, 59, "door")
    stage.play(end_s + 6.4, impact.walk(stage.rng, 4, 0.42, 0.5), MIDDLE, 56, "footsteps")
    talk(
        stage,
        end_s + 8.2,
        (
            (CARER, "Tout va bien, je suis là. Vous avez fait un mauvais rêve.", STANDING),
            (RESIDENT, "Ah, c'est vous.", BED),
        ),
    )


def fall_and_calls(stage: Stage) -> None:
    """A fall beside the bed; after a while a weak voice from the floor."""
    stage.play(1.5, impact.rustle(stage.rng, 2.0), BED, 50, "bedclothes")
    end_s = falls(stage, 6.0, stumble=False, furniture=False)
    calls(
        stage,
        end_s + 7.0,
        Calling(RAISED, FLOOR_BY_BED, 64, pause_s=2.0),
        ("Aïe ! Aidez-moi !", "Je suis tombée ! Venez m'aider !", "Au secours ! Au secours !"),
    )


def tears_and_fan(stage: Stage) -> None:
    """Tears again, softer, under the noise of a fan; a television next door."""
    words = background.music(stage.rng, 14.0)
    stage.play(0.5, through_wall(words), DOOR, 48, "television")
    stage.play(12.0, distress.crying(stage.rng, 18.0, 530.0), ARMCHAIR, 62, "cry:crying")


def morning(stage: Stage) -> None:
    """Shutters, breakfast and talk: a day begins, nothing has happened."""
    stage.play(0.8, impact.door(stage.rng, slammed=False), DOOR, 57, "door")
    stage.play(2.4, impact.walk(stage.rng, 3, 0.5, 0.6), MIDDLE, 56, "footsteps")
    end_s = talk(
        stage,
        4.2,
        (
            (CARER, "Bonjour ! Avez-vous bien dormi ?", STANDING),
            (RESIDENT, "Pas trop mal. Il est tombé de la neige, on dirait.", BED),
            (CARER, "Oui ! La sortie de secours était bloquée ce matin.", STANDING),
        ),
    )
    stage.play(end_s + 0.5, impact.crockery(stage.rng, 5.0), TABLE, 62, "dishes")
    end_s = talk(
        stage,
        end_s + 6.0,
        (
            (CARER, "Je vous laisse le café. Vous m'appelez si vous voulez du pain.", TABLE),
            (RESIDENT, "Merci, vous êtes gentille. Passez-moi donc le sucre.", ARMCHAIR),
        ),
    )
    stage.play(end_s + 0.8, background.running_water(stage.rng, 4.0), WASHBASIN, 58, "water")
    stage.play(end_s + 5.5, breath.cough(stage.rng, 2), ARMCHAIR, 66, "cough")


_QUIET, _FURNISHED = Room(), Room(absorption=0.24)
_FAN = Room(absorption=0.2, ventilation_db_spl=48.0)

NIGHT: tuple[tuple[str, float, Room, Scene], ...] = (
    ("01-coucher", 46.0, _FURNISHED, bedtime),
    ("02-sommeil", 42.0, _QUIET, asleep),
    ("03-chute", 26.0, _QUIET, fall_with_chair),
    ("04-appels", 44.0, _FURNISHED, calls_over_television),
    ("05-porte-et-vaisselle", 40.0, _QUIET, doors_and_dishes),
    ("06-pleurs", 36.0, _QUIET, weeping),
    ("07-cauchemar", 34.0, _FURNISHED, nightmare),
    ("08-chute-et-appels", 34.0, _QUIET, fall_and_calls),
    ("09-larmes", 36.0, _FAN, tears_and_fan),
    ("10-matin", 40.0, _FURNISHED, morning),
)
"""Name, length in seconds, room and what happens."""
