"""What the network of places refuses, in words a host could read."""

from centres.errors import InvalidInput, NotFound, Refusal, StillInUse


class RegionNotFound(NotFound):
    """There is no such region."""


class CountryNotFound(NotFound):
    """There is no such country in the network."""


class HostNotFound(NotFound):
    """There is no such host."""


class CentreNotFound(NotFound):
    """There is no such centre."""


class RoomNotFound(NotFound):
    """There is no such room."""


class AgreementNotFound(NotFound):
    """There is no such agreement."""


class ClosureNotFound(NotFound):
    """There is no such closure."""


class HolidayNotFound(NotFound):
    """There is no such public holiday."""


class CodeUsedBefore(Refusal):
    """This code has already been given, and a code is never given twice."""

    constraints = (
        "code_is_never_reused",
        "region_code_key",
        "country_iso2_key",
        "host_code_key",
        "centre_code_key",
        "room_code_key",
    )


class CodeNeverChanges(Refusal):
    """A code that was given stays for good."""

    constraints = ("code_never_changes",)


class NotTheCountrysZone(InvalidInput):
    """The time zone given is not one of the country's."""


class IllegalCentreStep(Refusal):
    """A centre cannot go from its present state to that one."""


class CentreStillHoldsSlots(StillInUse):
    """Slots are still offered in this centre."""


class RoomStillHoldsSlots(StillInUse):
    """Slots are still offered in this room."""


class AgreementStillHoldsSlots(StillInUse):
    """Slots that were already published need this agreement as it is."""


class AgreementEndsBeforeItStarts(InvalidInput):
    """The last day of an agreement cannot come before its first."""

    constraints = ("agreement_ends_after_it_starts",)


class AgreementIncomplete(Refusal):
    """An agreement in force needs its first and last day and its hours a week."""

    constraints = ("agreement_in_force_has_dates_and_hours",)


class AgreementsOverlap(Refusal):
    """Another agreement with this centre is in force on some of these days."""

    constraints = ("agreements_in_force_never_overlap",)


class AgreementIsClosed(Refusal):
    """A closed agreement is evidence and no longer changes."""


class StepOutOfOrder(InvalidInput):
    """A step is dated after the one before it and not in the future."""


class ClosureEndsBeforeItStarts(InvalidInput):
    """The last day of a closure cannot come before its first."""

    constraints = ("closure_ends_after_it_starts",)


class ClosureRoomElsewhere(InvalidInput):
    """The room to be closed is in another centre."""

    constraints = ("closure_room_is_in_its_centre",)


class ClosureIsLifted(Refusal):
    """This closure has been lifted."""


class HolidayIsSettled(Refusal):
    """The date of this holiday does not wait for anything."""


class HolidayIsStruck(Refusal):
    """This holiday has been struck off the list."""


class HolidayMovedTooFar(InvalidInput):
    """A holiday moves by a month at the most."""


class HolidayListedAlready(Refusal):
    """This holiday is already on the list."""

    constraints = ("holiday_is_listed_once",)


class HistoryNotKept(InvalidInput):
    """No history is kept of this kind of record."""
