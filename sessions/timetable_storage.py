"""How a problem, its plans and the prices of its bound are kept: compressed JSON. Pure.

Whoever doubts a bound reads them back and works it out again in one pass.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar, get_type_hints

import msgspec

from sessions.timetabling.bound import RowPrice
from sessions.timetabling.instance import Instance
from sessions.timetabling.plan import Plan

T = TypeVar("T")


def pack_instance(instance: Instance) -> bytes:
    """Return a problem as bytes; `unpack_instance` gives back an equal one."""
    given = {each.name: getattr(instance, each.name) for each in fields(Instance) if each.init}
    return _packed(given)


def unpack_instance(data: bytes) -> Instance:
    """Return the problem that was packed."""
    stored: dict[str, Any] = json.loads(zlib.decompress(data))
    hints = get_type_hints(Instance)
    return Instance(**{name: msgspec.convert(value, hints[name]) for name, value in stored.items()})


def pack_plans(plans: Sequence[Plan]) -> bytes:
    """Return plans as bytes."""
    return _packed(list(plans))


def unpack_plans(data: bytes) -> tuple[Plan, ...]:
    """Return the plans that were packed."""
    return _unpacked(data, tuple[Plan, ...])


def pack_prices(prices: Sequence[RowPrice]) -> bytes:
    """Return prices as bytes."""
    return _packed(list(prices))


def unpack_prices(data: bytes) -> tuple[RowPrice, ...]:
    """Return the prices that were packed, to the bit."""
    return _unpacked(data, tuple[RowPrice, ...])


def _packed(value: object) -> bytes:
    return zlib.compress(msgspec.json.encode(value, order="deterministic"))


def _unpacked(data: bytes, kind: type[T]) -> T:
    return msgspec.json.decode(zlib.decompress(data), type=kind)
