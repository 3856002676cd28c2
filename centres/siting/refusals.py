"""What site planning refuses, in words a manager could read."""

from centres.errors import InvalidInput, Refusal


class UnusableSiting(InvalidInput):
    """The figures of this site plan contradict each other or make no sense."""


class RuleNotOffered(InvalidInput):
    """This rule cannot be kept with this objective."""


class NoPlanPossible(Refusal):
    """No choice of sites keeps every rule."""


class PointsOutOfReach(NoPlanPossible):
    """Some places cannot be reached from any permitted site."""


class NotEnoughSeats(NoPlanPossible):
    """The sites that may be open have fewer seats than there are learners."""


class NoPlanFoundInTime(Refusal):
    """No plan was found in the time given, and none was shown to be impossible."""
