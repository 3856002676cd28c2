"""What a family's solver hands back to be measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scored:
    """An answer in the family's own format, with its score; `workers` ran beside this process."""

    cost: float
    bound: float
    gap: float
    proven: bool
    solution: dict[str, object]
    workers: int = 0
