"""Pages for people: public, student, host, manager, login. Each works without JavaScript."""

from api.pages import closing, drafts, host, login, manage, public, publishing, slots, student
from api.pages.assets import ASSETS

PAGES = [
    *ASSETS,
    public.home,
    public.robots,
    student.student,
    student.meetup_ics,
    student.answer,
    student.add_device,
    student.revoke_device,
    login.login_form,
    login.login,
    login.logout,
    host.home,
    publishing.publish_form,
    publishing.publish,
    slots.slot_page,
    slots.change_preview,
    slots.change,
    slots.cancel_preview,
    slots.cancel,
    closing.closures,
    closing.close,
    closing.lift,
    manage.home,
    manage.holiday_page,
    manage.settle_holiday,
    drafts.drafts,
    drafts.ask,
    drafts.draft,
    drafts.publish,
    drafts.discard,
]
