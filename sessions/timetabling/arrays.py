"""Pure: arrays and numbers under names, with a table that says where they are in memory.

Compiled code reads them through that table. Handed over one by one, as arguments are, some ninety
arrays for each call of each kernel made up most of what there was to compile.
"""

from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """What has arrays of one dimension, whole numbers and yes or no for its fields.

    `table` is two words for each of them in their order, an array's address and length or the
    number itself; `address` is where the table is. Arrays are filled anew, never exchanged.
    """

    table: npt.NDArray[np.int64] = field(init=False, repr=False)
    address: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note where everything is. Raises ValueError for an array that is not in one piece."""
        table = np.zeros(2 * len(names_of(self)), dtype=np.int64)
        for i, name in enumerate(names_of(self)):
            value = getattr(self, name)
            if not isinstance(value, np.ndarray):
                table[2 * i] = value
                continue
            if value.ndim != 1 or not value.flags.c_contiguous or not value.flags.aligned:
                raise ValueError(f"{name} is not one row of numbers in one piece")
            table[2 * i : 2 * i + 2] = value.ctypes.data, len(value)
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "address", table.ctypes.data)


def names_of(arrays: Arrays) -> list[str]:
    """Return the names of the fields that have a place in the table, in its order."""
    return [each.name for each in fields(arrays) if each.init]
