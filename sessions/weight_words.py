"""What each weight of a timetable means, in words, and its usual value. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from centres.language import phrase
from sessions.timetabling.instance import Weights

WORDS: Mapping[str, str] = {
    "other_room": phrase("Autre salle que d'habitude : un mot sur la porte suffit."),
    "other_hour": phrase("Autre heure que d'habitude : chacun réorganise sa journée."),
    "other_week": phrase("Semaine décalée : le rythme se perd."),
    "other_centre": phrase(
        "Autre centre : un lieu à trouver, le mentor et le matériel à déplacer."
    ),
    "journey_per_km": phrase("Chaque kilomètre de plus, en moyenne par élève."),
    "unwelcome": phrase("Heures peu commodes pour le groupe : multiplie leur coût."),
    "drop": phrase("Séance non placée : se voir est ce qui fait tenir les élèves."),
    "changed": phrase("Créneau différent du planning publié : tout le monde est à prévenir."),
    "spread": phrase(
        "Heures peu commodes du groupe le plus touché : pour qu'aucun ne paie pour tous."
    ),
    "mentor_load": phrase("Séance d'un mentor au-delà de sa semaine pleine."),
    "host_load": phrase("Séance d'un centre au-delà de sa part : les hôtes partagent l'effort."),
    "mentor_meetups": phrase("Semaine pleine d'un mentor, en séances (ce n'est pas un coût)."),
    "host_share": phrase(
        "Part des créneaux d'un centre sans surcoût, de 0 à 1 (ce n'est pas un coût)."
    ),
}
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Weighed:
    """A weight: its name, what it means (a French message id), its usual and its chosen value."""

    name: str
    words: str
    usual: float
    chosen: float


def weighed(chosen: Weights | None = None) -> tuple[Weighed, ...]:
    """Return every weight in the order of the engine, at its usual value where none is chosen."""
    usual = Weights()
    return tuple(
        Weighed(
            each.name,
            WORDS[each.name],
            getattr(usual, each.name),
            getattr(chosen or usual, each.name),
        )
        for each in fields(Weights)
    )
