"""Every operation of the API: who may, where it is tried, and with what.

`{names}` in addresses and bodies are those of `tests.api.peopled_world`.
"""

from typing import Any, NamedTuple

from tests.api.access_rules import (
    A_MANAGER,
    A_MANAGER_WRITES,
    ADMIN,
    ADMIN_WRITES,
    ANYBODY,
    HOST,
    HOST_OR_LEADER,
    HOST_OR_LEADER_WRITES,
    HOST_WRITES,
    HOSTS_LIST,
    LEADER,
    MANAGER,
    MANAGER_HIDDEN,
    MANAGER_HIDDEN_WRITES,
    MANAGER_WRITES,
    MANAGERS_LIST,
    MEETUP_MANAGER,
    MEETUP_MANAGER_WRITES,
    MENTORS_LIST,
    OK,
    SOMEBODY,
    SOMEBODY_WRITES,
    Rule,
    rule,
    writing,
)

Body = dict[str, Any]


class Try(NamedTuple):
    """One address, and a body that a caller who may would see accepted."""

    rule: Rule
    at: str
    body: Body | None = None


PLACE = {"latitude": 14.7, "longitude": -17.4, "precision": "city"}
OFFER = {"room": "{room}", "starts": "15:00", "minutes": 120, "added": ["2027-02-06"]}
SHUT = {"centre": "{centre}", "first_day": "2027-07-01", "last_day": "2027-07-02", "reason": "Bac"}
WHY = {"reason": "Travaux"}
JOURNEY = {
    "country": "SN", "from_name": "Gorée", "from_latitude": 14.667, "from_longitude": -17.3985,
    "kind": "extra", "minutes": 45, "source": "chaloupe", "observed_on": "2026-11-01",
}  # fmt: skip
APPLICATION = {
    "country": "SN", "place": "Thiès", "applicants": 20, "source": "campagne",
    "counted_on": "2026-11-01", "latitude": 14.79, "longitude": -16.93,
}  # fmt: skip
COUNTRY = {
    "iso2": "CI", "region": "{region}", "name_fr": "Côte d'Ivoire", "name_en": "Ivory Coast",
    "name_pt": "Costa do Marfim", "zone": "Africa/Abidjan", "currency": "XOF",
    "phone_prefix": "+225",
}  # fmt: skip
COHORT = {
    "code": "SN-C9", "programme": "{programme}", "country": "SN", "starts_on": "2027-01-04",
    "ends_on": "2027-06-30", "cadence_weeks": 2, "meetup_minutes": 120,
}  # fmt: skip
AWAY = {
    "mentor": "{mentor}", "first_day": "2027-01-23", "last_day": "2027-01-23", "reason": "Formation"
}  # fmt: skip
DEAR = {
    "country": "SN", "name": "Ramadan", "first_day": "2027-02-08", "last_day": "2027-03-09",
    "starts_minute": 960, "ends_minute": 1140, "points": 5,
}  # fmt: skip
MARK = {
    "mark": "8d3c3d3e-5a55-4d0a-9d1b-1d2f6f3b7a10", "value": "present", "device": "phone",
    "device_at": "2027-01-09T09:05:00Z", "learner": "{learner}",
}  # fmt: skip
OWN_TOKEN = rule(404, manager=OK)

API: dict[str, Try] = {
    "GET /regions": Try(ANYBODY, "regions"),
    "GET /regions/{code:str}": Try(ANYBODY, "regions/{region}"),
    "POST /regions": Try(ADMIN_WRITES, "regions", {"code": "nord", "name": "Nord"}),
    "PATCH /regions/{code:str}": Try(ADMIN_WRITES, "regions/{region}", {"name": "Sud"}),
    "GET /countries": Try(ANYBODY, "countries"),
    "GET /countries/{iso2:str}": Try(ANYBODY, "countries/SN"),
    "POST /countries": Try(ADMIN_WRITES, "countries", COUNTRY),
    "PATCH /countries/{iso2:str}": Try(ADMIN_WRITES, "countries/SN", {"name_fr": "Le Sénégal"}),
    "GET /hosts": Try(MANAGERS_LIST, "hosts"),
    "GET /hosts/{code:str}": Try(MANAGER, "hosts/{host}"),
    "POST /hosts": Try(
        MANAGER_HIDDEN_WRITES,
        "hosts",
        {"code": "cem", "name": "CEM", "kind": "school", "country": "SN"},
    ),
    "PATCH /hosts/{code:str}": Try(MANAGER_HIDDEN_WRITES, "hosts/{host}", {"name": "Collège"}),
    "GET /agreements": Try(HOSTS_LIST, "agreements?centre={centre}"),
    "GET /agreements/{agreement_id:int}": Try(HOST, "agreements/{agreement}"),
    "GET /agreements/{agreement_id:int}/steps": Try(HOST, "agreements/{agreement}/steps"),
    "POST /agreements": Try(MANAGER_HIDDEN_WRITES, "agreements", {"centre": "{planned}"}),
    "PATCH /agreements/{agreement_id:int}": Try(
        MANAGER_HIDDEN_WRITES, "agreements/{agreement}", {"hours_a_week": 39}
    ),
    "POST /agreements/{agreement_id:int}/move": Try(
        MANAGER_HIDDEN_WRITES, "agreements/{prospect}/move", {"state": "negotiating"}
    ),
    "GET /centres": Try(ANYBODY, "centres"),
    "GET /centres/{code:str}": Try(ANYBODY, "centres/{centre}"),
    "POST /centres": Try(
        MANAGER_HIDDEN_WRITES,
        "centres",
        {"host": "{host}", "country": "SN", "name": "Annexe", "city": "Dakar", **PLACE},
    ),
    "PATCH /centres/{code:str}": Try(
        MANAGER_HIDDEN_WRITES, "centres/{centre}", {"directions": "au fond de la cour"}
    ),
    "POST /centres/{code:str}/open": Try(MANAGER_HIDDEN_WRITES, "centres/{planned}/open"),
    "POST /centres/{code:str}/suspend": Try(MANAGER_HIDDEN_WRITES, "centres/{next_door}/suspend"),
    "POST /centres/{code:str}/close": Try(MANAGER_HIDDEN_WRITES, "centres/{next_door}/close"),
    "GET /centres/{code:str}/opening-hours": Try(ANYBODY, "centres/{centre}/opening-hours"),
    "PATCH /centres/{code:str}/opening-hours": Try(
        HOST_WRITES,
        "centres/{centre}/opening-hours",
        {"hours": [{"weekday": 5, "opens": "08:00", "closes": "18:00"}]},
    ),
    "GET /rooms": Try(ANYBODY, "rooms?centre={centre}"),
    "GET /rooms/{code:str}": Try(ANYBODY, "rooms/{room}"),
    "POST /rooms": Try(HOST_WRITES, "rooms", {"centre": "{centre}", "name": "Amphi", "seats": 60}),
    "PATCH /rooms/{code:str}": Try(HOST_WRITES, "rooms/{room}", {"name": "Salle d'en bas"}),
    "POST /rooms/{code:str}/open": Try(HOST_WRITES, "rooms/{shut}/open"),
    "POST /rooms/{code:str}/lose-preview": Try(HOST, "rooms/{room}/lose-preview", WHY),
    "POST /rooms/{code:str}/lose": Try(HOST_WRITES, "rooms/{room}/lose", WHY),
    "GET /closures": Try(HOSTS_LIST, "closures?centre={centre}"),
    "GET /closures/{closure_id:int}": Try(HOST, "closures/{closure}"),
    "POST /closures": Try(HOST_WRITES, "closures", SHUT),
    "POST /closures/preview": Try(HOST, "closures/preview", SHUT),
    "POST /closures/{closure_id:int}/lift": Try(HOST_WRITES, "closures/{closure}/lift"),
    "GET /holidays": Try(ANYBODY, "holidays"),
    "GET /holidays/{holiday_id:int}": Try(ANYBODY, "holidays/{tentative}"),
    "POST /holidays": Try(
        MANAGER_HIDDEN_WRITES,
        "holidays",
        {"country": "SN", "day": "2027-05-05", "name_fr": "Deuil national"},
    ),
    "POST /holidays/{holiday_id:int}/move-preview": Try(
        MANAGER_HIDDEN, "holidays/{tentative}/move-preview", {"day": "2027-03-11"}
    ),
    "POST /holidays/{holiday_id:int}/move": Try(
        MANAGER_HIDDEN_WRITES, "holidays/{tentative}/move", {"day": "2027-03-11"}
    ),
    "POST /holidays/{holiday_id:int}/confirm": Try(
        MANAGER_HIDDEN_WRITES, "holidays/{tentative}/confirm", {}
    ),
    "POST /holidays/{holiday_id:int}/strike": Try(
        MANAGER_HIDDEN_WRITES, "holidays/{tentative}/strike", {}
    ),
    "POST /holidays/{holiday_id:int}/restore": Try(
        MANAGER_HIDDEN_WRITES, "holidays/{struck}/restore"
    ),
    "GET /geocode": Try(SOMEBODY, "geocode?address=Dakar&country=SN"),
    "GET /slots": Try(HOSTS_LIST, "slots?centre={centre}"),
    "GET /slots/{slot_id:int}": Try(HOST, "slots/{slot}"),
    "POST /slots/preview": Try(HOST, "slots/preview", OFFER),
    "POST /slots": Try(HOST_WRITES, "slots", OFFER),
    "POST /slots/{slot_id:int}/change-preview": Try(
        HOST, "slots/{free}/change-preview", {"starts": "10:00"}
    ),
    "POST /slots/{slot_id:int}/change": Try(
        HOST_WRITES, "slots/{free}/change", {"starts": "10:00"}
    ),
    "POST /slots/{slot_id:int}/cancel-preview": Try(HOST, "slots/{slot}/cancel-preview", WHY),
    "POST /slots/{slot_id:int}/cancel": Try(HOST_WRITES, "slots/{slot}/cancel", WHY),
    "GET /programmes": Try(ANYBODY, "programmes"),
    "GET /programmes/{code:str}": Try(ANYBODY, "programmes/{programme}"),
    "POST /programmes": Try(
        A_MANAGER_WRITES, "programmes", {"code": "P2", "title": "Bureautique", "months": 3}
    ),
    "PATCH /programmes/{code:str}": Try(
        A_MANAGER_WRITES, "programmes/{programme}", {"title": "Données"}
    ),
    "GET /sponsors": Try(A_MANAGER, "sponsors"),
    "GET /sponsors/{code:str}": Try(A_MANAGER, "sponsors/{sponsor}"),
    "POST /sponsors": Try(
        A_MANAGER_WRITES, "sponsors", {"code": "etat", "name": "État", "kind": "state"}
    ),
    "PATCH /sponsors/{code:str}": Try(
        A_MANAGER_WRITES, "sponsors/{sponsor}", {"name": "Agence de l'emploi"}
    ),
    "GET /mentors": Try(MANAGERS_LIST, "mentors"),
    "GET /mentors/{code:str}": Try(MANAGER_HIDDEN, "mentors/{mentor}"),
    "POST /mentors": Try(
        MANAGER_HIDDEN_WRITES, "mentors", {"code": "SN-M9", "name": "Nina", "country": "SN"}
    ),
    "PATCH /mentors/{code:str}": Try(MANAGER_HIDDEN_WRITES, "mentors/{mentor}", {"name": "Ali"}),
    "GET /mentor-absences": Try(MANAGERS_LIST, "mentor-absences"),
    "GET /mentor-absences/{absence_id:int}": Try(MANAGER_HIDDEN, "mentor-absences/{absence}"),
    "POST /mentor-absences/preview": Try(MANAGER_HIDDEN, "mentor-absences/preview", AWAY),
    "POST /mentor-absences": Try(MANAGER_HIDDEN_WRITES, "mentor-absences", AWAY),
    "POST /mentor-absences/{absence_id:int}/lift": Try(
        MANAGER_HIDDEN_WRITES, "mentor-absences/{absence}/lift"
    ),
    "GET /cohorts": Try(MANAGERS_LIST, "cohorts"),
    "GET /cohorts/{code:str}": Try(MANAGER_HIDDEN, "cohorts/{cohort}"),
    "POST /cohorts": Try(MANAGER_HIDDEN_WRITES, "cohorts", COHORT),
    "PATCH /cohorts/{code:str}": Try(
        MANAGER_HIDDEN_WRITES, "cohorts/{cohort}", {"ends_on": "2027-12-11"}
    ),
    "POST /cohorts/{code:str}/form-groups": Try(
        MANAGER_HIDDEN_WRITES, "cohorts/{cohort}/form-groups"
    ),
    "GET /groups": Try(MENTORS_LIST, "groups?mentor={mentor}"),
    "GET /groups/{code:str}": Try(LEADER, "groups/{group}"),
    "GET /groups/{code:str}/members": Try(LEADER, "groups/{group}/members"),
    "POST /groups/{code:str}/change-centre": Try(
        MANAGER_HIDDEN_WRITES, "groups/{group}/change-centre", {"centre": "{next_door}"}
    ),
    "POST /groups/{code:str}/assign-mentor": Try(
        MANAGER_HIDDEN_WRITES, "groups/{group}/assign-mentor", {"mentor": "SN-M2"}
    ),
    "GET /learners": Try(MANAGERS_LIST, "learners"),
    "GET /learners/{code:str}": Try(MANAGER, "learners/{learner}"),
    "GET /learners/{code:str}/wishes": Try(MANAGER, "learners/{learner}/wishes"),
    "POST /learners/{code:str}/wishes": Try(
        MANAGER_WRITES, "learners/{learner}/wishes", {"reminders": True}
    ),
    "POST /learners": Try(MANAGER_HIDDEN_WRITES, "learners", {"name": "Aya", "country": "SN"}),
    "PATCH /learners/{code:str}": Try(
        MANAGER_HIDDEN_WRITES, "learners/{learner}", {"language": "en"}
    ),
    "GET /enrolments": Try(MANAGERS_LIST, "enrolments"),
    "GET /enrolments/{cohort:str}/{learner:str}": Try(MANAGER, "enrolments/{cohort}/{learner}"),
    "POST /enrolments": Try(
        MANAGER_HIDDEN_WRITES, "enrolments", {"cohort": "{cohort}", "learner": "{new}"}
    ),
    "POST /enrolments/{cohort:str}/{learner:str}/withdraw": Try(
        MANAGER_HIDDEN_WRITES, "enrolments/{cohort}/{learner}/withdraw"
    ),
    "POST /enrolments/{cohort:str}/{learner:str}/complete": Try(
        MANAGER_HIDDEN_WRITES, "enrolments/{cohort}/{learner}/complete"
    ),
    "GET /timetables": Try(MANAGERS_LIST, "timetables"),
    "GET /timetables/{timetable_id:int}": Try(MANAGER, "timetables/{timetable}"),
    "GET /timetables/{timetable_id:int}/planned": Try(MANAGER, "timetables/{timetable}/planned"),
    "POST /timetables": Try(
        MANAGER_WRITES,
        "timetables",
        {"countries": ["SN"], "first_day": "2027-02-01", "weeks": 2, "seconds": 1},
    ),
    "POST /timetables/{timetable_id:int}/publish": Try(
        MANAGER_WRITES, "timetables/{timetable}/publish"
    ),
    "POST /timetables/{timetable_id:int}/discard": Try(
        MANAGER_WRITES, "timetables/{timetable}/discard"
    ),
    "GET /timetables/weights": Try(A_MANAGER, "timetables/weights"),
    "GET /timetables/{timetable_id:int}/progress": Try(MANAGER, "timetables/{timetable}/progress"),
    "POST /timetables/{timetable_id:int}/stop": Try(MANAGER_WRITES, "timetables/{queued}/stop"),
    "GET /timetables/{timetable_id:int}/proof": Try(MANAGER, "timetables/{timetable}/proof"),
    "GET /timetables/{timetable_id:int}/explanations": Try(
        MANAGER, "timetables/{timetable}/explanations"
    ),
    "GET /timetables/{timetable_id:int}/remedies": Try(MANAGER, "timetables/{timetable}/remedies"),
    "GET /timetables/{timetable_id:int}/changes": Try(MANAGER, "timetables/{timetable}/changes"),
    "POST /timetables/{timetable_id:int}/repair": Try(
        MANAGER_WRITES, "timetables/{timetable}/repair"
    ),
    "GET /timetables/{timetable_id:int}/compare": Try(
        MANAGER, "timetables/{timetable}/compare?with={queued}"
    ),
    "GET /cost-calendars": Try(MANAGERS_LIST, "cost-calendars"),
    "GET /cost-calendars/{calendar_id:int}": Try(MANAGER_HIDDEN, "cost-calendars/{dear}"),
    "POST /cost-calendars": Try(MANAGER_HIDDEN_WRITES, "cost-calendars", DEAR),
    "PATCH /cost-calendars/{calendar_id:int}": Try(
        MANAGER_HIDDEN_WRITES, "cost-calendars/{dear}", {"points": 8}
    ),
    "POST /timetables/replan-preview": Try(
        MEETUP_MANAGER, "timetables/replan-preview", {"meetups": ["{meetup}"], **WHY}
    ),
    "POST /timetables/replan": Try(
        MEETUP_MANAGER_WRITES, "timetables/replan", {"meetups": ["{meetup}"], **WHY}
    ),
    "GET /scenarios": Try(MANAGERS_LIST, "scenarios"),
    "GET /scenarios/compare": Try(
        MANAGER, "scenarios/compare?scenario={scenario}&scenario={scenario_too}"
    ),
    "GET /scenarios/{scenario_id:int}": Try(MANAGER, "scenarios/{scenario}"),
    "POST /scenarios": Try(
        MANAGER_WRITES, "scenarios", {"name": "Cinq sites", "countries": ["SN"]}
    ),
    "POST /scenarios/{scenario_id:int}/copy": Try(
        MANAGER_WRITES, "scenarios/{scenario}/copy", {"name": "Pluies", "changes": {"seed": 2}}
    ),
    "POST /scenarios/{scenario_id:int}/stop": Try(MANAGER_WRITES, "scenarios/{scenario}/stop"),
    "POST /scenarios/{scenario_id:int}/prospects": Try(
        MANAGER_WRITES, "scenarios/{scenario}/prospects", {"site": "{candidate}"}
    ),
    "GET /scenarios/{scenario_id:int}/reality": Try(MANAGER, "scenarios/{scenario}/reality"),
    "GET /scenarios/{scenario_id:int}/export/{kind:str}": Try(
        MANAGER, "scenarios/{scenario}/export/geojson"
    ),
    "GET /candidate-sites": Try(MANAGERS_LIST, "candidate-sites"),
    "GET /candidate-sites/{code:str}": Try(MANAGER, "candidate-sites/{candidate}"),
    "POST /candidate-sites": Try(
        MANAGER_WRITES, "candidate-sites", {"name": "Lycée B", "country": "SN", **PLACE}
    ),
    "PATCH /candidate-sites/{code:str}": Try(
        MANAGER_WRITES, "candidate-sites/{candidate}", {"seats": 30}
    ),
    "GET /journeys": Try(MANAGERS_LIST, "journeys"),
    "GET /journeys/{line:int}": Try(MANAGER, "journeys/{journey}"),
    "GET /journeys/{line:int}/versions": Try(MANAGER, "journeys/{journey}/versions"),
    "POST /journeys": Try(MANAGER_WRITES, "journeys", JOURNEY),
    "POST /journeys/{line:int}/correct": Try(MANAGER_WRITES, "journeys/{journey}/correct", JOURNEY),
    "GET /applications": Try(MANAGERS_LIST, "applications"),
    "POST /applications": Try(MANAGER_WRITES, "applications", {"counts": [APPLICATION]}),
    "GET /meetups": Try(HOSTS_LIST, "meetups?centre={centre}"),
    "GET /meetups/{meetup_id:int}": Try(HOST_OR_LEADER, "meetups/{meetup}"),
    "POST /meetups/{meetup_id:int}/note": Try(
        HOST_OR_LEADER_WRITES, "meetups/{meetup}/note", {"note": "Venez tôt."}
    ),
    "POST /meetups/{meetup_id:int}/move": Try(
        MEETUP_MANAGER_WRITES, "meetups/{meetup}/move", {"slot": "{free}", **WHY}
    ),
    "POST /meetups/{meetup_id:int}/cancel": Try(
        MEETUP_MANAGER_WRITES, "meetups/{meetup}/cancel", WHY
    ),
    "GET /meetups/{meetup_id:int}/reach": Try(HOST, "meetups/{meetup}/reach"),
    "POST /meetups/{meetup_id:int}/calls": Try(
        HOST_WRITES, "meetups/{meetup}/calls", {"notice": "{notice}", "outcome": "reached"}
    ),
    "GET /meetups/{meetup_id:int}/attendance": Try(HOST_OR_LEADER, "meetups/{meetup}/attendance"),
    "GET /meetups/{meetup_id:int}/attendance/offline-key": Try(
        HOST_OR_LEADER_WRITES, "meetups/{meetup}/attendance/offline-key"
    ),
    "POST /meetups/{meetup_id:int}/attendance": Try(
        HOST_OR_LEADER_WRITES, "meetups/{meetup}/attendance", {"marks": [MARK]}
    ),
    "POST /meetups/{meetup_id:int}/pin": Try(MEETUP_MANAGER_WRITES, "meetups/{meetup}/pin", {}),
    "POST /meetups/{meetup_id:int}/unpin": Try(MEETUP_MANAGER_WRITES, "meetups/{meetup}/unpin"),
    "GET /meetups/{meetup_id:int}/bookings": Try(HOST_OR_LEADER, "meetups/{meetup}/bookings"),
    "POST /meetups/{meetup_id:int}/bookings": Try(
        MANAGER_WRITES, "meetups/{meetup}/bookings", {"learner": "{new}"}
    ),
    "POST /meetups/{meetup_id:int}/release": Try(
        MANAGER_WRITES, "meetups/{meetup}/release", {"learner": "{learner}"}
    ),
    "POST /meetups/{meetup_id:int}/move-seat": Try(
        MANAGER_WRITES,
        "meetups/{meetup}/move-seat",
        {"learner": "{learner}", "to_meetup": "{other}"},
    ),
    "GET /meetups/{meetup_id:int}/waiting": Try(HOST_OR_LEADER, "meetups/{full}/waiting"),
    "POST /meetups/{meetup_id:int}/wait": Try(
        MANAGER_WRITES, "meetups/{full}/wait", {"learner": "{new}"}
    ),
    "POST /meetups/{meetup_id:int}/leave-queue": Try(
        MANAGER_WRITES, "meetups/{full}/leave-queue", {"learner": "{waiting}"}
    ),
    "GET /bookings": Try(MANAGERS_LIST, "bookings"),
    "GET /messages": Try(MANAGERS_LIST, "messages"),
    "GET /feed-links": Try(HOST, "feed-links?scope=centre&code={centre}"),
    "POST /feed-links": Try(
        HOST_WRITES, "feed-links", {"scope": "centre", "code": "{centre}", "device": "accueil"}
    ),
    "POST /feed-links/{link_id:int}/revoke": Try(HOST_WRITES, "feed-links/{link}/revoke"),
    "GET /accounts": Try(ADMIN, "accounts"),
    "GET /accounts/{account_id:int}": Try(ADMIN, "accounts/{account}"),
    "POST /accounts": Try(
        ADMIN_WRITES,
        "accounts",
        {"email": "new@network.example", "name": "New", "password": "long enough, is it not"},
    ),
    "PATCH /accounts/{account_id:int}": Try(ADMIN_WRITES, "accounts/{account}", {"name": "Aïda"}),
    "GET /tokens": Try(SOMEBODY, "tokens"),
    "POST /tokens": Try(SOMEBODY_WRITES, "tokens", {"name": "rapport"}),
    "POST /tokens/{token_id:int}/revoke": Try(writing(OWN_TOKEN), "tokens/{token}/revoke"),
    "GET /changes": Try(MANAGERS_LIST, "changes"),
    "GET /problems": Try(ANYBODY, "problems"),
}

ACROSS_BORDERS: dict[str, dict[str, Any]] = {
    "meetups/{meetup}/move": {"slot": "{far_slot}", **WHY},
    "meetups/{far_meetup}/bookings": {"learner": "{new}"},
    "meetups/{far_full}/wait": {"learner": "{new}"},
    "meetups/{meetup}/move-seat": {"learner": "{learner}", "to_meetup": "{far_meetup}"},
    "groups/{group}/change-centre": {"centre": "{far_centre}"},
    "groups/{group}/assign-mentor": {"mentor": "{far_mentor}"},
    "closures": SHUT | {"room": "{far_room}"},
    "slots/{free}/change": {"room": "{far_room}"},
    "centres": {"host": "{far_host}", "country": "SN", "name": "A", "city": "Dakar", **PLACE},
    "scenarios": {"name": "A", "countries": ["SN", "ML"]},
    "scenarios/{scenario}/copy": {"name": "A", "changes": {"countries": ["SN", "ML"]}},
    "timetables": {"countries": ["SN", "ML"], "first_day": "2027-02-01", "weeks": 2},
    "timetables/replan": {"meetups": ["{meetup}", "{far_meetup}"], **WHY},
    "timetables/replan-preview": {"meetups": ["{meetup}", "{far_meetup}"], **WHY},
    "mentor-absences": AWAY | {"mentor": "{far_mentor}"},
    "mentor-absences/preview": AWAY | {"substitute": "{far_mentor}"},
    "cost-calendars": DEAR | {"country": "ML"},
    "meetups/{far_meetup}/pin": {},
    "feed-links": {"scope": "countries", "countries": ["SN", "ML"], "device": "bureau"},
    "enrolments": {"cohort": "{cohort}", "learner": "ML-L1"},
    "accounts": {"email": "a@b.example", "name": "A", "password": "long enough, is it not"},
}
"""What the manager of Senegal might do to Mali by way of Senegal; all of it is refused."""
