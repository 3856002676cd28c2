"""Pure: how compiled code reads `Arrays`: by the address of their table.

To numba an `Arrays` is one pointer. Its table does not change while a kernel runs, and kernels do
not look after the lifetime of arrays: whoever calls one holds them.
"""

import hashlib
import inspect
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

from sessions.timetabling import block_kernels, kernels
from sessions.timetabling.arrays import Arrays, names_of

WORD = ir.IntType(64)
_TEXTS = [inspect.getsource(each) for each in (kernels, block_kernels)]
_SOURCES = hashlib.sha256("".join(_TEXTS).encode()).hexdigest()[:12]


class Pointer(types.Type):
    """The type of one kind of `Arrays`; `kinds` are the types of its fields, by name."""

    def __init__(self, name: str, kinds: dict[str, Any]) -> None:
        """Name it for its fields and the kernels' sources: numba would take code from its cache
        that was made for others, as it looks at the one file only that a kernel stands in.
        """
        self.kinds = kinds
        told = ", ".join(f"{field}: {kind}" for field, kind in kinds.items())
        super().__init__(name=f"{name}({told}; {_SOURCES})")


def pointer_to(example: Arrays) -> Pointer:
    """Return the type of `Arrays` like this one."""
    kinds = {name: _kind(getattr(example, name)) for name in names_of(example)}
    return Pointer(type(example).__name__, kinds)


def _kind(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return types.Array(from_dtype(value.dtype), 1, "C")
    return types.boolean if isinstance(value, bool) else types.int64


_types: dict[type, Pointer] = {}


@typeof_impl.register(Arrays)
def _typeof(value: Arrays, _: object) -> Pointer:
    kind = type(value)
    if kind not in _types:
        _types[kind] = pointer_to(value)
    return _types[kind]


@register_model(Pointer)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Pointer) -> None:
        super().__init__(manager, kind, WORD.as_pointer())  # type: ignore[no-untyped-call]


@infer_getattr
class _Fields(AttributeTemplate):
    key = Pointer

    def generic_resolve(self, kind: Pointer, name: str) -> Any:  # type: ignore[override]
        return kind.kinds.get(name)


@unbox(Pointer)  # type: ignore[untyped-decorator]
def _unbox(kind: Pointer, given: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(given, "address")
    word = c.pyapi.long_as_longlong(address)
    c.pyapi.decref(address)
    pointer = c.builder.inttoptr(word, WORD.as_pointer())
    return NativeValue(pointer, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))


@lower_getattr_generic(Pointer)  # type: ignore[untyped-decorator]
def _read(context: Any, builder: Any, kind: Pointer, value: Any, name: str) -> Any:
    at = 2 * list(kind.kinds).index(name)
    field = kind.kinds[name]
    first = _word(builder, value, at)
    if not isinstance(field, types.Array):
        return context.cast(builder, first, types.int64, field)
    array = make_array(field)(context, builder)
    item = context.get_abi_sizeof(context.get_data_type(field.dtype))
    populate_array(
        array,
        data=builder.inttoptr(first, array.data.type),
        shape=[_word(builder, value, at + 1)],
        strides=[context.get_constant(types.intp, item)],
        itemsize=context.get_constant(types.intp, item),
        meminfo=None,
    )
    return array._getvalue()


def _word(builder: Any, pointer: Any, at: int) -> Any:
    word = builder.load(builder.gep(pointer, [ir.Constant(WORD, at)]))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word
