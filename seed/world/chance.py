"""Chance that repeats: one stream of draws for each subject, all from one seed. Pure."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *subject: str) -> Random:
    """Return the draws about one subject: always the same for the same seed.

    Each subject has a stream of its own, so that one more room in Dakar does not rename a learner
    in Lomé. Python seeds from text with SHA-512, the same on every machine.
    """
    return Random("/".join((str(seed), *subject)))  # noqa: S311 - nothing secret is drawn


def drawn(chance: Random, shares: Mapping[T, float]) -> T:
    """Return one of the keys, each as often as its share of the whole."""
    keys = list(shares)
    return chance.choices(keys, [shares[key] for key in keys])[0]


def apportioned(total: int, shares: Sequence[float], least: int = 0) -> list[int]:
    """Return whole numbers that add up to `total` in these proportions, none below `least`.

    Largest remainders, ties to the lower index. Raises ValueError if `least` asks for too much.
    """
    spare = total - least * len(shares)
    if spare < 0:
        raise ValueError(f"{total} is too little for {len(shares)} times {least}")
    exact = [spare * share / sum(shares) for share in shares]
    whole = [int(each) for each in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (whole[i] - exact[i], i))
    for index in by_remainder[: spare - sum(whole)]:
        whole[index] += 1
    return [least + each for each in whole]
