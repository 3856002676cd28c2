"""Which centre a host's page is about: one of the caller's own, chosen by `?centre=`."""

from dataclasses import dataclass

from api.access.caller import Caller
from api.pages.forms import Typed
from centres.errors import NotFound
from centres.language import Sentence
from sessions.host_calendar import HostedCentre, HostedSlot, hosted_centres


@dataclass(frozen=True, slots=True)
class Hosting:
    """The centres that somebody may publish for, and the one this page is about."""

    centres: tuple[HostedCentre, ...]
    centre: HostedCentre


async def hosting(caller: Caller, typed: Typed) -> Hosting:
    """Return the caller's centres and the one that was asked for, the first by default.

    One query. Raises LoginNeeded, and NotFound for another's centre or for somebody without any.
    """
    caller.require_known()
    centres = await hosted_centres(
        countries=None if caller.admin else caller.countries, centres=caller.centres
    )
    wanted = typed["centre"]
    chosen = next((each for each in centres if each.code == wanted or not wanted), None)
    if chosen is None:
        raise NotFound(Sentence("Vous n'accueillez aucun centre ouvert sous ce nom."))
    return Hosting(tuple(centres), chosen)


def require_own(caller: Caller, slot: HostedSlot) -> None:
    """Raise NotFound unless the slot is in one of the caller's centres."""
    caller.require_host(slot.centre, slot.country)
