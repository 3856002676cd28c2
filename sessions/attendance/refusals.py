"""What attendance refuses, in words a host could read."""

from centres.errors import NotFound, Refusal


class MarkAboutAnother(Refusal):
    """This person is not on the sheet of the meetup."""

    constraints = ("mark_is_of_somebody_on_the_sheet", "attendance_is_of_somebody_on_the_sheet")


class EvidenceNotFound(NotFound):
    """There is no such photograph of this meetup."""

    constraints = ("evidence_is_of_the_same_meetup",)


class MarkKept(Refusal):
    """A mark is never changed; another one supersedes it."""

    constraints = ("mark_is_never_changed",)


class MarkIdTaken(Refusal):
    """Another mark has this number."""

    constraints = ("attendance_mark_mark_key",)


class CodeRefused(Refusal):
    """This code does not show that somebody is there now."""


class NobodyLikeThat(Refusal):
    """Nobody on the sheet can be told by this."""


class MorePeopleLikeThat(Refusal):
    """Several people on the sheet can be told by this."""
