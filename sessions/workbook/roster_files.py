"""Pure: our sheets as the files of OneRoster 1.2 CSV (1EdTech, 2022), in bulk mode.

A country and its centres are orgs, a programme is a course, a cohort a class with a term of its
own, a learner a user. What OneRoster has no column for stands in `metadata.` columns, as its
section on extensions allows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from sessions.workbook.comparing import Values

Row = Mapping[str, str]
Files = Mapping[str, Sequence[Row]]
Sheets = Mapping[str, Mapping[str, Values]]

VERSION = "1.2"
NO_FAMILY_NAME = "-"
_ALL = ("sourcedId", "status", "dateLastModified")
EXTRAS = {
    "metadata.cadenceWeeks": "cadence_weeks",
    "metadata.meetupMinutes": "meetup_minutes",
    "metadata.sponsor": "sponsor",
    "metadata.language": "language",
}
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "academicSessions": (
        *_ALL, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear",
    ),
    "classes": (
        *_ALL, "title", "grades", "courseSourcedId", "classCode", "classType", "location",
        "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods", *EXTRAS,
    ),
    "courses": (
        *_ALL, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects",
        "subjectCodes",
    ),
    "enrollments": (
        *_ALL, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary",
        "beginDate", "endDate",
    ),
    "orgs": (*_ALL, "name", "type", "identifier", "parentSourcedId"),
    "roles": (
        *_ALL, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId",
        "userProfileSourcedId",
    ),
    "users": (
        *_ALL, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName",
        "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password",
        "userMasterIdentifier", "resourceSourcedIds", "preferredGivenName", "preferredMiddleName",
        "preferredFamilyName", "primaryOrgSourcedId", "pronouns",
    ),
}  # fmt: skip
# What the specification knows besides; a manifest says of each whether it comes.
_ABSENT = (
    "categories", "classResources", "courseResources", "demographics",
    "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "resources",
    "resultLearningObjectiveIds", "results",
    "resultScoreScales", "scoreScales", "userProfiles", "userResources",
)  # fmt: skip


def roster_files(sheets: Sheets, *, system: str) -> dict[str, list[Row]]:
    """Return the rows of each file, by name without `.csv`, in the order of our sheets.

    Withdrawn enrolments are left out, for a bulk roster holds what is. A class is of the school
    where most of its learners of the cohort's country are at home, else of the country itself.
    """
    centres, cohorts = sheets["centres"], sheets["cohorts"]
    learners = sheets["learners"]
    enrolled = [each for each in sheets["enrolments"].values() if each["state"] != "withdrawn"]
    schools = _schools(centres, cohorts, learners, enrolled)
    countries = sorted(
        {str(each["country"]) for found in (centres, cohorts, learners) for each in found.values()}
    )
    orgs: list[Row] = [
        {"sourcedId": country_org(each), "name": each, "type": "national", "identifier": each}
        for each in countries
    ]
    orgs += [
        {
            "sourcedId": code,
            "name": _said(each["name"]),
            "type": "school",
            "identifier": code,
            "parentSourcedId": country_org(str(each["country"])),
        }
        for code, each in centres.items()
    ]
    files: dict[str, list[Row]] = {
        "orgs": orgs,
        "academicSessions": [_term(code, each) for code, each in cohorts.items()],
        "courses": [
            {"sourcedId": code, "title": _said(each["title"]), "courseCode": code}
            for code, each in sheets["programmes"].items()
        ],
        "classes": [_class(code, each, schools[code]) for code, each in cohorts.items()],
        "users": [_user(code, each) for code, each in learners.items()],
        "roles": [
            {
                "sourcedId": f"role-{code}",
                "userSourcedId": code,
                "roleType": "primary",
                "role": "student",
                "orgSourcedId": _home(each),
            }
            for code, each in learners.items()
        ],
        "enrollments": [
            {
                "sourcedId": f"{each['cohort']}.{each['learner']}",
                "classSourcedId": str(each["cohort"]),
                "schoolSourcedId": schools[str(each["cohort"])],
                "userSourcedId": str(each["learner"]),
                "role": "student",
            }
            for each in enrolled
            if each["learner"] in learners
        ],
    }
    files["manifest"] = manifest(files, system=system)
    return files


def manifest(files: Files, *, system: str) -> list[Row]:
    """Return the rows of `manifest.csv`: which files come, whole, and from which system."""
    said = {"manifest.version": "1.0", "oneroster.version": VERSION}
    names = sorted({*HEADINGS, *_ABSENT}, key=str.lower)
    said |= {f"file.{name}": "bulk" if name in files else "absent" for name in names}
    said |= {"source.systemName": system, "source.systemCode": "rendezvous"}
    return [{"propertyName": name, "value": value} for name, value in said.items()]


def country_org(country: str) -> str:
    """Return the sourcedId of a country (ISO 3166)."""
    return f"country-{country}"


def _home(learner: Values) -> str:
    return str(learner["centre"] or country_org(str(learner["country"])))


def _schools(
    centres: Mapping[str, Values],
    cohorts: Mapping[str, Values],
    learners: Mapping[str, Values],
    enrolled: Sequence[Values],
) -> dict[str, str]:
    counted: dict[str, Counter[str]] = {code: Counter() for code in cohorts}
    for each in enrolled:
        cohort = str(each["cohort"])
        home = learners.get(str(each["learner"]), {}).get("centre")
        if home in centres and centres[str(home)]["country"] == cohorts[cohort]["country"]:
            counted[cohort][str(home)] += 1
    return {
        code: min(counts, key=lambda each: (-counts[each], each), default="")
        or country_org(str(cohorts[code]["country"]))
        for code, counts in counted.items()
    }


def _term(code: str, cohort: Values) -> Row:
    return {
        "sourcedId": f"term-{code}",
        "title": code,
        "type": "term",
        "startDate": str(cohort["starts_on"]),
        "endDate": str(cohort["ends_on"]),
        "schoolYear": str(cohort["ends_on"])[:4],
    }


def _class(code: str, cohort: Values, school: str) -> Row:
    return {
        "sourcedId": code,
        "title": code,
        "courseSourcedId": str(cohort["programme"]),
        "classCode": code,
        "classType": "scheduled",
        "schoolSourcedId": school,
        "termSourcedIds": f"term-{code}",
        **{heading: _said(cohort[field]) for heading, field in EXTRAS.items()},
    }


def _user(code: str, learner: Values) -> Row:
    given, _, family = " ".join(str(learner["name"]).split()).partition(" ")
    return {
        "sourcedId": code,
        "enabledUser": "true",
        "username": code,
        "givenName": given,
        "familyName": family or NO_FAMILY_NAME,
        "identifier": code,
        "email": _said(learner["email"]),
        "sms": _said(learner["phone"]),
        "phone": _said(learner["phone"]),
        "primaryOrgSourcedId": _home(learner),
    }


def _said(value: object) -> str:
    return "" if value is None else str(value)
