"""Pure: the kernels as machine code where numba is installed, as plain Python elsewhere.

Both are the same source, so both give the same answers. Each kernel is compiled once, for one
signature; numba keeps the code beside `kernels.py`, or in the user's cache folder where that
cannot be written, or nowhere.
"""

import importlib.util
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from sessions.timetabling import kernels
from sessions.timetabling.flat import flatten
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.state import kin_of, multipliers_for, scratch_for, state_for


def can_compile() -> bool:
    """Return whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


def kernels_in(plain: bool = False) -> Any:
    """Return the kernels to call: machine code, or plain Python if asked for or without numba."""
    return kernels if plain or not can_compile() else compile_kernels()


def compile_kernels(on_kernel: Callable[[str, int, int], None] = lambda *_: None) -> Any:
    """Return the compiled kernels: from numba's cache in a second, the first time in some twenty.

    `on_kernel` is told the name of each before it is compiled, its number from 0, and how many
    there are; nothing once they are there. Raises ImportError without numba.
    """
    if not _ready:
        _ready.append(_compiled(on_kernel))
    return _ready[0]


_ready: list[Any] = []


def _compiled(on_kernel: Callable[[str, int, int], None]) -> Any:
    import numba

    problem = flatten(Instance(1, (), ()), Weights())
    floats, ints = np.zeros(1), np.zeros(1, dtype=np.int64)
    examples = {
        "f": problem.flat,
        "s": scratch_for(problem.flat),
        "st": state_for(problem.flat, 1),
        "m": multipliers_for(problem.flat),
        "k": kin_of(problem),
        "i": 1,
        "x": 1.0,
        "b": True,
        "I": ints,
        "F": floats,
        "J": ints.reshape(1, 1),
    }
    kinds = {name: numba.typeof(example) for name, example in examples.items()}
    names = dict(vars(kernels))
    for number, (name, takes) in enumerate(kernels.KERNELS.items()):
        on_kernel(name, number, len(kernels.KERNELS))
        source: Callable[..., Any] = getattr(kernels, name)
        own = types.FunctionType(source.__code__, names, name)
        own.__module__, own.__qualname__ = kernels.__name__, name
        signature = tuple(kinds[each] for each in takes.split())
        try:
            names[name] = numba.njit(signature, cache=True)(own)
        except RuntimeError:  # numba found no folder to keep it in
            names[name] = numba.njit(signature)(own)
    return types.SimpleNamespace(**{name: names[name] for name in kernels.KERNELS})
