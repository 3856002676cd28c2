"""What texts cost: rates that the operator states, a country at a time. Pure.

Prices differ by operator, bundle and month, so none is built in: a country without a stated rate
has a number of parts and no price, and says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

_RATE = re.compile(r"([A-Z]{2})=(\d{1,6}(?:\.\d{1,4})?)([A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one part: an amount of a currency, ISO 4217."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class SmsCost:
    """What some texts take: parts in all, their price by currency, and parts without a price."""

    parts: int = 0
    amounts: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    unpriced: int = 0


def read_rates(stated: str) -> dict[str, Rate]:
    """Return the rates that a text states by ISO 3166 country, "SN=20XOF,GM=1.5GMD".

    Raises ValueError, naming the piece that cannot be read or the country stated twice.
    """
    rates: dict[str, Rate] = {}
    for piece in filter(None, (each.strip() for each in stated.split(","))):
        match = _RATE.fullmatch(piece)
        if match is None:
            raise ValueError(f"{piece[:40]!r} is no rate: write SN=20XOF")
        if match[1] in rates:
            raise ValueError(f"{match[1]} is stated twice")
        rates[match[1]] = Rate(Decimal(match[2]), match[3])
    return rates


def sms_cost(parts: Mapping[str, int], rates: Mapping[str, Rate]) -> SmsCost:
    """Return what so many parts by country cost at these rates.

    Twelve parts to Senegal at 20 XOF and two to a country without a rate: 14 parts, 240 XOF and
    two without a price.
    """
    amounts: dict[str, Decimal] = {}
    for country, number in sorted(parts.items()):
        rate = rates.get(country)
        if rate is not None and number:
            amounts[rate.currency] = amounts.get(rate.currency, Decimal(0)) + rate.amount * number
    return SmsCost(
        parts=sum(parts.values()),
        amounts=MappingProxyType(dict(sorted(amounts.items()))),
        unpriced=sum(number for country, number in parts.items() if country not in rates),
    )
