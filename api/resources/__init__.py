"""One controller for each resource under /api/v1.

A handler says who may, parses, calls one function of `centres` or `sessions`, shapes the answer.
"""

from litestar.types import ControllerRouterHandler

from api.resources.accounts import AccountController, TokenController
from api.resources.attendance import AttendanceController
from api.resources.bookings import BookingController
from api.resources.centres import CentreController
from api.resources.closures import ClosureController
from api.resources.cohorts import CohortController, GroupController
from api.resources.cost_calendars import CostCalendarController
from api.resources.feed_links import FeedLinkController
from api.resources.holidays import HolidayController
from api.resources.hosts import AgreementController, HostController
from api.resources.learners import EnrolmentController, LearnerController
from api.resources.meetups import MeetupController
from api.resources.mentor_absences import MentorAbsenceController
from api.resources.mentors import MentorController
from api.resources.messages import MessageController
from api.resources.network import CountryController, RegionController
from api.resources.plan_inputs import (
    ApplicationController,
    CandidateController,
    JourneyController,
)
from api.resources.problem_types import problems
from api.resources.programmes import ProgrammeController, SponsorController
from api.resources.reach import ReachController
from api.resources.rooms import RoomController
from api.resources.scenarios import ScenarioController
from api.resources.seats import SeatController
from api.resources.slots import SlotController
from api.resources.timetable_reports import TimetableReportController
from api.resources.timetables import TimetableController
from api.resources.tools import ChangeController, geocode
from api.resources.wishes import WishesController

CONTROLLERS: list[ControllerRouterHandler] = [
    RegionController,
    CountryController,
    HostController,
    AgreementController,
    CentreController,
    RoomController,
    ClosureController,
    HolidayController,
    geocode,
    SlotController,
    ProgrammeController,
    SponsorController,
    MentorController,
    MentorAbsenceController,
    CohortController,
    GroupController,
    LearnerController,
    EnrolmentController,
    WishesController,
    TimetableController,
    ScenarioController,
    CandidateController,
    JourneyController,
    ApplicationController,
    TimetableReportController,
    CostCalendarController,
    MeetupController,
    ReachController,
    AttendanceController,
    SeatController,
    BookingController,
    MessageController,
    FeedLinkController,
    AccountController,
    TokenController,
    ChangeController,
    problems,
]
