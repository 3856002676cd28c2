"""What meetings refuse, in words a host could read."""

from centres.errors import NotFound, Refusal


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
