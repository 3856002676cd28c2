"""What meetings refuse, in words a host could read."""

from centres.errors import InvalidInput, NotFound, Refusal


class SlotNotFound(NotFound):
    """There is no such slot."""


class RoomTaken(Refusal):
    """This room already has a slot at that time."""

    constraints = ("room_never_holds_two_live_slots",)


class SlotOutsideAgreement(Refusal):
    """The slot lies outside the agreement of its centre."""

    constraints = ("slot_lies_inside_its_agreement",)


class SeatsDoNotFit(Refusal):
    """A slot has at least one seat and no more than its room."""

    constraints = ("slot_seats_are_positive_and_fit_the_room",)


class SlotEndsBeforeItStarts(Refusal):
    """A slot ends after it starts."""

    constraints = ("slot_ends_after_it_starts",)


class SlotHoldsAMeetup(Refusal):
    """This slot already holds a meetup."""

    constraints = ("slot_holds_one_live_meetup", "meetup_follows_its_slot")


class MeetupNotFound(NotFound):
    """There is no such meetup."""


class NoticeNotFound(NotFound):
    """There is nothing that this person has to be told."""


class MeetupFull(Refusal):
    """Every seat of this meetup is taken."""

    constraints = ("meetup_is_never_overbooked",)


class MeetupNotLive(Refusal):
    """This meetup has been cancelled or is over."""

    constraints = ("booking_needs_a_live_meetup",)


class AlreadyBooked(Refusal):
    """This learner already has a seat in this meetup."""

    constraints = ("learner_has_one_booking_per_meetup",)


class LearnerElsewhere(Refusal):
    """This learner has another meetup at that time."""

    constraints = ("learner_is_never_in_two_meetups_at_once",)


class MentorElsewhere(Refusal):
    """This mentor leads another meetup at that time."""

    constraints = ("mentor_is_never_in_two_meetups_at_once",)


class GroupElsewhere(Refusal):
    """This group has another meetup at that time or for that period."""

    constraints = ("group_is_never_in_two_meetups_at_once", "group_meets_once_per_period")


class AlreadyWaiting(Refusal):
    """This learner already waits for a seat in this meetup."""

    constraints = ("learner_waits_once_per_meetup",)


class AlreadyEnrolled(Refusal):
    """This learner is already enrolled in this cohort."""

    constraints = ("enrolment_belongs_to_one_cohort_once",)


class ProgrammeNotFound(NotFound):
    """There is no such programme."""


class SponsorNotFound(NotFound):
    """There is no such sponsor."""


class MentorNotFound(NotFound):
    """There is no such mentor."""


class CohortNotFound(NotFound):
    """There is no such cohort."""


class GroupNotFound(NotFound):
    """There is no such group."""


class LearnerNotFound(NotFound):
    """There is no such learner."""


class NotEnrolled(NotFound):
    """This learner is not enrolled in this cohort."""


class TimetableNotFound(NotFound):
    """There is no such timetable."""


class CodeTaken(Refusal):
    """This code already belongs to another record."""

    constraints = ("programme_code_key", "sponsor_code_key", "mentor_code_key", "cohort_code_key")


class MentorFromAbroad(Refusal):
    """A mentor leads groups of their own country only."""


class GroupNotInThisCohort(Refusal):
    """This group belongs to another cohort."""


class TimetableOutOfDate(Refusal):
    """Slots or groups have changed since this timetable was drafted."""

    def __init__(self, detail: str, *, changed: tuple[str, ...] = ()) -> None:
        """Keep the sentence, and one line for each planned meetup that no longer fits."""
        super().__init__(detail)
        self.changed = changed


class TimetableNotBeingMade(Refusal):
    """Only a timetable that waits or is being solved can be stopped."""


class TimetableWithoutProof(Refusal):
    """This timetable has no stored problem and prices to look into."""


class MeetupsHeldFast(Refusal):
    """Some of these meetups are pinned or too near, and nobody said to move them all the same."""


class MentorAbsenceNotFound(NotFound):
    """There is no such absence."""


class MentorAlreadyAbsent(Refusal):
    """This mentor already has an absence that touches these days."""

    constraints = ("mentor_is_absent_once_at_a_time",)


class CostCalendarNotFound(NotFound):
    """There is no such calendar of dear hours."""


class TimetableNotADraft(Refusal):
    """Only a draft can be published, and only once."""


class RoomNotOffered(Refusal):
    """This room or its centre is not open, so nothing can be published there."""


class AgreementNotInForce(Refusal):
    """No agreement with this centre's host allows slots now."""


class DateNotPublishable(Refusal):
    """One of the chosen dates cannot be published."""


class DateNotProposed(InvalidInput):
    """One of the chosen dates is not among those of the rule."""


class SlotLengthNotAllowed(InvalidInput):
    """A slot lasts from a quarter of an hour to a whole day."""


class NotTheCentresZone(InvalidInput):
    """The time zone given is not that of the centre."""


class RoomOfAnotherCentre(Refusal):
    """A slot can change rooms only within its centre."""


class NothingChanges(InvalidInput):
    """Nothing that could be changed was given."""


class ReasonNeeded(InvalidInput):
    """People were told to come: they need a reason."""


class SlotNotSuitable(Refusal):
    """This slot cannot take this meetup."""


class MeetupBegun(Refusal):
    """This meetup has begun, so its seats no longer change."""


class BookingNotFound(NotFound):
    """This learner has no seat in this meetup."""


class SeatsAreFree(Refusal):
    """There is nothing to wait for: this meetup has free seats."""


class NotWaiting(NotFound):
    """This learner does not wait for a seat in this meetup."""


class LinkNotFound(NotFound):
    """There is no such link, or it has been revoked."""


class FeedSubjectNotFound(NotFound):
    """There is nothing under this number or code whose meetups a calendar could show."""


class TooManyLinks(Refusal):
    """A learner has only so many calendar links at a time."""
