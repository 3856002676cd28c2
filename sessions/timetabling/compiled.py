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

from sessions.timetabling import block_kernels, kernels
from sessions.timetabling.arrays import Arrays
from sessions.timetabling.blocks import empty_block
from sessions.timetabling.flat import flatten
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.state import kin_of, multipliers_for, scratch_for, state_for


def can_compile() -> bool:
    """Return whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


def kernels_in(plain: bool = False) -> Any:
    """Return the kernels to call: machine code, or plain Python if asked for or without numba."""
    return _PLAIN if plain or not can_compile() else compile_kernels()


def compile_kernels(on_kernel: Callable[[str, int, int], None] = lambda *_: None) -> Any:
    """Return the compiled kernels: from numba's cache in a second, the first time in some twenty.

    `on_kernel` is told the name of each before it is compiled, its number from 0, and how many
    there are; nothing once they are there. Raises ImportError without numba.
    """
    if not _ready:
        _ready.append(_compiled(on_kernel))
    return _ready[0]


_MODULES = (kernels, block_kernels)
_PLAIN = types.SimpleNamespace(
    **vars(kernels), **{name: getattr(block_kernels, name) for name in block_kernels.KERNELS}
)
_ready: list[Any] = []


def _compiled(on_kernel: Callable[[str, int, int], None]) -> Any:
    import numba

    from sessions.timetabling.native import pointer_to

    njit: Any = numba.njit  # its stubs know nothing of leaving code out

    problem = flatten(Instance(1, (), ()), Weights())
    floats, ints = np.zeros(1), np.zeros(1, dtype=np.int64)
    examples = {
        "f": problem.flat,
        "s": scratch_for(problem.flat),
        "st": state_for(problem.flat, 1),
        "m": multipliers_for(problem.flat, ints),
        "k": kin_of(problem),
        "i": 1,
        "x": 1.0,
        "b": True,
        "I": ints,
        "F": floats,
        "J": ints.reshape(1, 1),
        "e": empty_block(problem.flat),
    }
    kinds = {
        name: pointer_to(each) if isinstance(each, Arrays) else numba.typeof(each)
        for name, each in examples.items()
    }
    names = {**vars(kernels), **vars(block_kernels)}
    takes = {name: (module, each) for module in _MODULES for name, each in module.KERNELS.items()}
    for number, (name, (module, given)) in enumerate(takes.items()):
        on_kernel(name, number, len(takes))
        source: Callable[..., Any] = getattr(module, name)
        own = types.FunctionType(source.__code__, names, name)
        own.__module__, own.__qualname__ = module.__name__, name
        signature = tuple(kinds[each] for each in given.split())
        # To call from Python takes code of its own, which takes longer to make than the kernel.
        inner = name in module.INNER
        how = {"nogil": True, "no_cpython_wrapper": inner, "no_cfunc_wrapper": True}
        try:
            names[name] = njit(signature, cache=True, **how)(own)
        except RuntimeError:  # numba found no folder to keep it in
            names[name] = njit(signature, **how)(own)
    return types.SimpleNamespace(**{name: names[name] for name in takes})
