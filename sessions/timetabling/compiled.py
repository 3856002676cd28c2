"""Pure: the kernels as machine code where numba is installed, as plain Python elsewhere.

Both are the same source, so both give the same answers. Machine code is kept by numba beside
`kernels.py`, or in the user's cache folder where that cannot be written, or nowhere.
"""

import importlib.util
import types
from collections.abc import Callable
from functools import cache
from typing import Any

from sessions.timetabling import kernels


def can_compile() -> bool:
    """Return whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


@cache
def kernels_in(plain: bool = False) -> Any:
    """Return the namespace of kernels to call: machine code, or plain Python if asked or needed."""
    if plain or not can_compile():
        return kernels
    import numba

    names: dict[str, Any] = {
        **{key: value for key, value in vars(kernels).items() if key not in kernels.NAMES},
    }
    for name in kernels.NAMES:
        source: Callable[..., Any] = getattr(kernels, name)
        own = types.FunctionType(source.__code__, names, name, source.__defaults__)
        own.__module__ = kernels.__name__
        own.__qualname__ = name
        try:
            names[name] = numba.njit(own, cache=True)
        except RuntimeError:  # nowhere to keep it: neither the package nor the user's cache
            names[name] = numba.njit(own)
    return types.SimpleNamespace(**{name: names[name] for name in kernels.NAMES})
