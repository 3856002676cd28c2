"""Pure: opening costs that may be added up, because they are in one money."""

from collections.abc import Iterable

from centres.errors import InvalidInput
from centres.language import Sentence

# Both francs are 655.957 to the euro by treaty, so one is worth one of the other.
SAME_MONEY = {"XAF": "XOF"}


class MixedMoney(InvalidInput):
    """These costs are in moneys whose rate nobody has fixed."""


def moneys(currencies: Iterable[str | None]) -> list[str]:
    """Return the different moneys among ISO 4217 codes, the two CFA francs as one."""
    return sorted({SAME_MONEY.get(each, each) for each in currencies if each})


def require_one_money(currencies: Iterable[str | None]) -> None:
    """Raise MixedMoney unless costs in these currencies may be added up."""
    found = moneys(currencies)
    if len(found) > 1:
        raise MixedMoney(
            Sentence(
                "Les coûts d'ouverture sont en {names} : ils ne s'additionnent pas. Faites un"
                " scénario par monnaie, ou choisissez un but sans coûts ni budget.",
                names=", ".join(found),
            ),
            field="countries",
        )
