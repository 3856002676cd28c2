"""Every other route: pages, feeds, health and what browsers load; who may open what.

People are logged in by a cookie here, and their forms carry the key of their login; whoever has a
token that only reads, or a learner's secret, has no form to send.
"""

from tests.api.access_rules import (
    A_MANAGER,
    ANYBODY,
    HOST,
    MANAGER,
    NOBODY,
    OK,
    WITH_ITS_SECRET,
    Rule,
    rule,
)
from tests.api.api_table import Try


def form(reads: Rule) -> Rule:
    """Return the same rule for a form, which needs the key of a login."""
    return reads | {"admin, reading token": 401, "manager, reading token": 401}


# Whoever hosts or manages has a workbook, of what is theirs; nobody has another's imports.
WORKBOOK = A_MANAGER | {"host": OK, "next_door": OK}
WORKBOOK_OF_ANOTHER = {caller: 404 if said == OK else said for caller, said in WORKBOOK.items()}

PAGES: dict[str, Try] = {
    "GET /health/live": Try(WITH_ITS_SECRET, "health/live"),
    "GET /health/ready": Try(WITH_ITS_SECRET, "health/ready"),
    "GET /metrics": Try(WITH_ITS_SECRET, "metrics"),
    "GET /robots.txt": Try(ANYBODY, "robots.txt"),
    "GET /static/style.css": Try(WITH_ITS_SECRET, "static/style.css"),
    "GET /static/icon.svg": Try(WITH_ITS_SECRET, "static/icon.svg"),
    "GET /static/attendance.js": Try(WITH_ITS_SECRET, "static/attendance.js"),
    "GET /static/student.js": Try(WITH_ITS_SECRET, "static/student.js"),
    "GET /static/{file_path:path}": Try(WITH_ITS_SECRET, "static/swagger/swagger-ui.css"),
    "GET /schema": Try(ANYBODY, "schema"),
    "GET /schema/{path:str}": Try(ANYBODY, "schema/swagger"),
    "GET /schema/swagger": Try(ANYBODY, "schema/swagger"),
    "GET /schema/openapi.json": Try(ANYBODY, "schema/openapi.json"),
    "GET /schema/oauth2-redirect.html": Try(ANYBODY, "schema/oauth2-redirect.html"),
    "GET /": Try(ANYBODY, ""),
    "GET /centres/{name:str}": Try(ANYBODY, "centres/{centre}"),
    "GET /centres/{code:str}/poster.pdf": Try(ANYBODY, "centres/{centre}/poster.pdf"),
    "GET /sitemap.xml": Try(ANYBODY, "sitemap.xml"),
    "GET /feeds/{name:str}": Try(WITH_ITS_SECRET, "feeds/{feed}.ics"),
    "GET /s/{token:str}": Try(WITH_ITS_SECRET, "s/{page}"),
    "GET /s/{token:str}/app.webmanifest": Try(WITH_ITS_SECRET, "s/{page}/app.webmanifest"),
    "GET /s/{token:str}/my-data.json": Try(WITH_ITS_SECRET, "s/{page}/my-data.json"),
    "GET /s/worker.js": Try(WITH_ITS_SECRET, "s/worker.js"),
    "GET /s/{token:str}/meetups/{name:str}": Try(WITH_ITS_SECRET, "s/{page}/meetups/{meetup}.ics"),
    "POST /s/{token:str}/meetups/{meetup_id:int}": Try(
        WITH_ITS_SECRET, "s/{page}/meetups/{meetup}", {"answer": "release"}
    ),
    "GET /s/{token:str}/meetups/{meetup_id:int}/elsewhere": Try(
        WITH_ITS_SECRET, "s/{page}/meetups/{meetup}/elsewhere"
    ),
    "POST /s/{token:str}/meetups/{meetup_id:int}/elsewhere": Try(
        dict.fromkeys(WITH_ITS_SECRET, 409), "s/{page}/meetups/{meetup}/elsewhere", {"to": ""}
    ),
    "POST /s/{token:str}/wishes": Try(WITH_ITS_SECRET, "s/{page}/wishes", {"wish": "remind"}),
    "POST /sms/{secret:str}/receipts": Try(NOBODY, "sms/{nobody}/receipts", {}),
    "POST /sms/{secret:str}/replies": Try(NOBODY, "sms/{nobody}/replies", {}),
    "POST /s/{token:str}/devices": Try(WITH_ITS_SECRET, "s/{page}/devices", {"device": "tablette"}),
    "POST /s/{token:str}/devices/{device_id:int}/revoke": Try(
        WITH_ITS_SECRET, "s/{page}/devices/{device}/revoke", {}
    ),
    "GET /a/{key:str}": Try(WITH_ITS_SECRET, "a/{answer}"),
    "GET /a/{key:str}/meetup.ics": Try(WITH_ITS_SECRET, "a/{answer}/meetup.ics"),
    "POST /a/{key:str}": Try(WITH_ITS_SECRET, "a/{answer}", {"comes": "no"}),
    "GET /login": Try(ANYBODY, "login"),
    "POST /login": Try(
        ANYBODY, "login", {"email": "host@network.example", "password": "{password}"}
    ),
    "POST /logout": Try(form(rule(OK)), "logout", {}),
    "GET /host": Try(HOST, "host?centre={centre}"),
    "GET /host/publish": Try(HOST, "host/publish?centre={centre}"),
    "POST /host/publish": Try(
        form(HOST),
        "host/publish",
        {"centre": "{centre}", "room": "{room}"},
    ),
    "GET /host/slots/{slot_id:int}": Try(HOST, "host/slots/{slot}"),
    "GET /host/slots/{slot_id:int}/change": Try(
        HOST,
        "host/slots/{slot}/change?scope=this&day=2027-01-09&starts=10:00&minutes=120&room={room}",
    ),
    "POST /host/slots/{slot_id:int}/change": Try(
        form(HOST), "host/slots/{slot}/change", {"scope": "this"}
    ),
    "GET /host/slots/{slot_id:int}/cancel": Try(
        HOST, "host/slots/{slot}/cancel?scope=this&reason=Travaux"
    ),
    "POST /host/slots/{slot_id:int}/cancel": Try(
        form(HOST), "host/slots/{slot}/cancel", {"scope": "this", "reason": "Travaux"}
    ),
    "GET /host/meetups/{meetup_id:int}/reach": Try(HOST, "host/meetups/{meetup}/reach"),
    "POST /host/meetups/{meetup_id:int}/calls": Try(
        form(HOST), "host/meetups/{meetup}/calls", {"notice": "{notice}", "outcome": "reached"}
    ),
    "GET /host/meetups/{meetup_id:int}/attendance": Try(HOST, "host/meetups/{meetup}/attendance"),
    "POST /host/meetups/{meetup_id:int}/attendance": Try(
        form(HOST), "host/meetups/{meetup}/attendance", {"v-SN-L0": "present"}
    ),
    "GET /host/meetups/{meetup_id:int}/sheet.pdf": Try(HOST, "host/meetups/{meetup}/sheet.pdf"),
    "GET /host/meetups/{meetup_id:int}/grid": Try(HOST, "host/meetups/{meetup}/grid"),
    "POST /host/meetups/{meetup_id:int}/grid": Try(
        form(HOST), "host/meetups/{meetup}/grid", {"rows": "+ Aminata p"}
    ),
    "POST /host/meetups/{meetup_id:int}/evidence": Try(
        form(HOST), "host/meetups/{meetup}/evidence", {}
    ),
    "GET /host/meetups/{meetup_id:int}/evidence/{photo_id:int}": Try(
        HOST, "host/meetups/{meetup}/evidence/{photo}"
    ),
    "GET /host/meetups/{meetup_id:int}/checkin": Try(HOST, "host/meetups/{meetup}/checkin"),
    "GET /c/{meetup_id:int}/{code:str}": Try(
        dict.fromkeys(WITH_ITS_SECRET, 409), "c/{meetup}/ABCDEF"
    ),
    "POST /c/{meetup_id:int}": Try(
        WITH_ITS_SECRET, "c/{meetup}", {"pass": "1.a.b", "digits": "0000"}
    ),
    "GET /s/{token:str}/here": Try(WITH_ITS_SECRET, "s/{page}/here"),
    "POST /s/{token:str}/here": Try(WITH_ITS_SECRET, "s/{page}/here", {"code": "ABCDEF"}),
    "POST /s/{token:str}/certificate": Try(
        dict.fromkeys(WITH_ITS_SECRET, 409), "s/{page}/certificate", {}
    ),
    "POST /host/meetups/{meetup_id:int}/certificate": Try(
        form(HOST), "host/meetups/{meetup}/certificate", {"learner": "SN-L0"}
    ),
    "GET /verify/{code:str}": Try(ANYBODY, "verify/ABCDEF"),
    "GET /host/readiness": Try(HOST, "host/readiness?centre={centre}"),
    "POST /host/readiness": Try(
        form(HOST),
        "host/readiness",
        {"centre": "{centre}", "room": "{room}", "day": "2027-01-09", "computers": "3"},
    ),
    "GET /manage/readiness": Try(A_MANAGER, "manage/readiness"),
    "GET /manage/readiness/{room:str}/{day:date}": Try(
        MANAGER, "manage/readiness/{room}/2027-01-09"
    ),
    "POST /manage/readiness/{room:str}/{day:date}": Try(
        form(MANAGER), "manage/readiness/{room}/2027-01-09", {"reason": ""}
    ),
    "GET /workbook": Try(WORKBOOK, "workbook"),
    "POST /workbook": Try(form(WORKBOOK), "workbook", {}),
    "GET /workbook/rendezvous.xlsx": Try(WORKBOOK, "workbook/rendezvous.xlsx"),
    "GET /workbook/oneroster.zip": Try(A_MANAGER, "workbook/oneroster.zip"),
    "GET /workbook/imports/{number:int}": Try(WORKBOOK_OF_ANOTHER, "workbook/imports/1"),
    "GET /workbook/imports/{number:int}/marked": Try(
        WORKBOOK_OF_ANOTHER, "workbook/imports/1/marked"
    ),
    "POST /workbook/imports/{number:int}/confirm": Try(
        form(WORKBOOK_OF_ANOTHER), "workbook/imports/1/confirm", {}
    ),
    "POST /workbook/imports/{number:int}/undo": Try(
        form(WORKBOOK_OF_ANOTHER), "workbook/imports/1/undo", {}
    ),
    "GET /manage/reports": Try(A_MANAGER, "manage/reports"),
    "GET /manage/reports/rows": Try(A_MANAGER, "manage/reports/rows?what=used"),
    "GET /manage/no-shows": Try(A_MANAGER, "manage/no-shows"),
    "POST /manage/no-shows": Try(
        form(MANAGER), "manage/no-shows", {"country": "SN", "warn_after": "2"}
    ),
    "GET /manage/people": Try(A_MANAGER, "manage/people"),
    "POST /manage/people": Try(form(MANAGER), "manage/people", {"centre": "{centre}", "email": ""}),
    "POST /manage/people/end": Try(
        form(MANAGER), "manage/people/end", {"centre": "{centre}", "account": ""}
    ),
    "GET /host/attendance/shell": Try(ANYBODY, "host/attendance/shell"),
    "GET /host/worker.js": Try(ANYBODY, "host/worker.js"),
    "GET /host/closures": Try(HOST, "host/closures?centre={centre}"),
    "POST /host/closures": Try(
        form(HOST),
        "host/closures",
        {
            "centre": "{centre}",
            "first_day": "2027-07-01",
            "last_day": "2027-07-01",
            "reason": "Bac",
        },
    ),
    "POST /host/closures/{closure_id:int}/lift": Try(
        form(HOST), "host/closures/{closure}/lift", {"revision": "1"}
    ),
    "GET /manage": Try(A_MANAGER, "manage"),
    "GET /manage/holidays/{holiday_id:int}": Try(MANAGER, "manage/holidays/{tentative}"),
    "POST /manage/holidays/{holiday_id:int}": Try(
        form(MANAGER), "manage/holidays/{tentative}", {"date": "2027-03-10", "revision": "1"}
    ),
    "GET /manage/map": Try(A_MANAGER, "manage/map"),
    "GET /manage/agreements": Try(A_MANAGER, "manage/agreements"),
    "POST /manage/agreements": Try(form(MANAGER), "manage/agreements", {"centre": "{centre}"}),
    "GET /manage/agreements/{agreement_id:int}": Try(MANAGER, "manage/agreements/{agreement}"),
    "POST /manage/agreements/{agreement_id:int}": Try(
        form(MANAGER), "manage/agreements/{agreement}", {"revision": "1"}
    ),
    "POST /manage/agreements/{agreement_id:int}/move": Try(
        form(MANAGER), "manage/agreements/{agreement}/move", {"state": "suspended"}
    ),
    "GET /manage/history": Try(A_MANAGER, "manage/history"),
    "GET /manage/timetables": Try(A_MANAGER, "manage/timetables"),
    "POST /manage/timetables": Try(form(A_MANAGER), "manage/timetables", {"countries": "SN"}),
    "GET /manage/timetables/{number:int}": Try(MANAGER, "manage/timetables/{timetable}"),
    "POST /manage/timetables/{number:int}/publish": Try(
        form(MANAGER), "manage/timetables/{timetable}/publish", {"revision": "1"}
    ),
    "POST /manage/timetables/{number:int}/stop": Try(
        form(MANAGER), "manage/timetables/{queued}/stop", {}
    ),
    "GET /manage/timetables/{number:int}/compare": Try(
        MANAGER, "manage/timetables/{timetable}/compare?with={timetable}"
    ),
    "GET /manage/timetables/{number:int}/changes": Try(
        MANAGER, "manage/timetables/{timetable}/changes"
    ),
    "POST /manage/timetables/{number:int}/repair": Try(
        form(MANAGER), "manage/timetables/{timetable}/repair", {}
    ),
    "GET /manage/absences": Try(A_MANAGER, "manage/absences"),
    "POST /manage/absences": Try(form(A_MANAGER), "manage/absences", {"mentor": "{mentor}"}),
    "POST /manage/absences/{absence_id:int}/lift": Try(
        form(MANAGER), "manage/absences/{absence}/lift", {"revision": "1"}
    ),
    "GET /manage/dear-hours": Try(A_MANAGER, "manage/dear-hours"),
    "POST /manage/dear-hours": Try(form(A_MANAGER), "manage/dear-hours", {"country": "SN"}),
    "POST /manage/dear-hours/{calendar_id:int}/lift": Try(
        form(MANAGER), "manage/dear-hours/{dear}/lift", {"revision": "1"}
    ),
    "POST /manage/meetups/{meetup_id:int}/pin": Try(
        form(MANAGER), "manage/meetups/{meetup}/pin", {}
    ),
    "POST /manage/meetups/{meetup_id:int}/unpin": Try(
        form(MANAGER), "manage/meetups/{meetup}/unpin", {}
    ),
    "POST /manage/timetables/{number:int}/discard": Try(
        form(MANAGER), "manage/timetables/{timetable}/discard", {"revision": "1"}
    ),
    "GET /manage/plans": Try(A_MANAGER, "manage/plans"),
    "POST /manage/plans": Try(form(A_MANAGER), "manage/plans", {"countries": "SN"}),
    "GET /manage/plans/compare": Try(
        MANAGER, "manage/plans/compare?with={scenario}&with={scenario_too}"
    ),
    "GET /manage/plans/{number:int}": Try(MANAGER, "manage/plans/{scenario}"),
    "POST /manage/plans/{number:int}/stop": Try(form(MANAGER), "manage/plans/{scenario}/stop", {}),
    "POST /manage/plans/{number:int}/prospects": Try(
        form(MANAGER), "manage/plans/{scenario}/prospects", {"site": "{candidate}"}
    ),
    "GET /manage/plans/{number:int}/export/{kind:str}": Try(
        MANAGER, "manage/plans/{scenario}/export/csv"
    ),
    "GET /manage/candidates": Try(A_MANAGER, "manage/candidates"),
    "POST /manage/candidates": Try(form(A_MANAGER), "manage/candidates", {"country": "SN"}),
    "GET /manage/journeys": Try(A_MANAGER, "manage/journeys"),
    "POST /manage/journeys": Try(form(A_MANAGER), "manage/journeys", {"country": "SN"}),
    "GET /manage/journeys/{line:int}": Try(MANAGER, "manage/journeys/{journey}"),
    "POST /manage/journeys/{line:int}": Try(form(MANAGER), "manage/journeys/{journey}", {}),
    "POST /manage/plans/lists": Try(form(A_MANAGER), "manage/plans/lists", {"kind": "sites"}),
}
"""Secrets that nobody has: each address of this kind, and the answer is that nothing is there."""
NO_SUCH_SECRET = {
    "GET": (
        "s/{nobody}",
        "s/{nobody}/meetups/{meetup}.ics",
        "s/{nobody}/here",
        "s/{nobody}/meetups/{meetup}/elsewhere",
        "feeds/{nobody}.ics",
        "feeds/{page}.ics",
        "s/{feed}",
    ),
    "POST": (
        "s/{nobody}/meetups/{meetup}",
        "s/{nobody}/devices",
        "s/{nobody}/meetups/{meetup}/elsewhere",
        "s/{nobody}/wishes",
        "s/{nobody}/here",
        "s/{nobody}/certificate",
        "s/{nobody}/devices/{device}/revoke",
    ),
}
