"""Pure: the files of a OneRoster roster (1.1 or 1.2) as rows of our sheets, known ones found again.

Whoever is here already is found by our code, else by e-mail, else by telephone, else by the same
name in the same class; what fits two people fits none. A row's number is its line in its file.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sessions.workbook.cells import folded
from sessions.workbook.comparing import Incoming
from sessions.workbook.roster_files import EXTRAS, NO_FAMILY_NAME, Files, Row, Sheets

_COUNTRY = re.compile(r"(?:country-)?([A-Z]{2})")
GONE = "tobedeleted"
Found = dict[str, list[Incoming]]


def sheets_of_roster(files: Files, known: Sheets) -> Found:
    """Return the rows of our sheets, by name. `known` are the rows of each sheet as they are.

    Nothing is deleted: an org, class or user marked so is passed over, an enrolment withdrawn.
    An empty cell says nothing, and a school is known or refused: a roster cannot open a centre.
    """
    return _Reading(files, known).sheets()


class _Reading:
    """One roster being read."""

    def __init__(self, files: Files, known: Sheets) -> None:
        self._files, self._known = files, known
        self._orgs = _by_id(files.get("orgs", ()))
        self._courses = _by_id(files.get("courses", ()))
        self._terms = _by_id(files.get("academicSessions", ()))
        self._classes = _by_id(files.get("classes", ()))
        self._users = _by_id(files.get("users", ()))
        self._studies = [
            (number, row)
            for number, row in _numbered(files.get("enrollments", ()))
            if row.get("role", "student").lower() in ("student", "")
        ]
        self._cohorts_of: dict[str, list[str]] = defaultdict(list)
        for _, row in self._studies:
            if not _gone(row):
                self._cohorts_of[row.get("userSourcedId", "")].append(self._cohort(row))
        self._roles: dict[str, set[str]] = defaultdict(set)
        for row in files.get("roles", ()):
            if not _gone(row):
                self._roles[row.get("userSourcedId", "")].add(row.get("role", "").lower())
        self._people = _People(known)
        self._learners = {
            user: self._people.found(row, self._cohorts_of[user])
            for user, row in self._users.items()
        }

    def sheets(self) -> Found:
        found = {
            "centres": list(self._centres()),
            "cohorts": list(self._cohorts()),
            "learners": list(self._new_and_known_learners()),
            "enrolments": list(self._enrolments()),
        }
        return {name: rows for name, rows in found.items() if rows}

    def _centres(self) -> Iterable[Incoming]:
        for number, row in _numbered(self._files.get("orgs", ())):
            if row.get("type", "").lower() != "school" or _gone(row):
                continue
            code = self._centre(row)
            named = code or row.get("identifier") or row.get("sourcedId")
            yield Incoming(number, code, _said({"code": named, "name": row.get("name")}))

    def _cohorts(self) -> Iterable[Incoming]:
        for number, row in _numbered(self._files.get("classes", ())):
            if _gone(row):
                continue
            code = self._code_of_class(row)
            course = self._courses.get(row.get("courseSourcedId", ""), {})
            programmes = (course.get("courseCode"), row.get("courseSourcedId"))
            terms = [
                self._terms[each.strip()]
                for each in row.get("termSourcedIds", "").split(",")
                if each.strip() in self._terms
            ]
            cells = {
                "code": code,
                "programme": next(
                    (each for each in programmes if each in self._known["programmes"]),
                    next((each for each in programmes if each), None),
                ),
                "country": self._country(row.get("schoolSourcedId", "")),
                "starts_on": min((each.get("startDate", "") for each in terms), default=None),
                "ends_on": max((each.get("endDate", "") for each in terms), default=None),
                **{field: row.get(heading) for heading, field in EXTRAS.items()},
            }
            yield Incoming(number, code if code in self._known["cohorts"] else None, _said(cells))

    def _new_and_known_learners(self) -> Iterable[Incoming]:
        for number, row in _numbered(self._files.get("users", ())):
            user = row.get("sourcedId", "")
            if _gone(row) or not self._is_student(user, row):
                continue
            home = self._orgs.get(row.get("primaryOrgSourcedId") or _org(row), {})
            cells = {
                "name": _name(row),
                "email": row.get("email"),
                "phone": row.get("sms") or row.get("phone"),
                "centre": self._centre(home) if home else None,
            }
            code = self._learners[user]
            if code is None:
                joins = next(iter(self._cohorts_of[user]), None)
                cells |= {"country": self._home_country(home, joins), "cohort": joins}
            yield Incoming(number, code, _said(cells))

    def _enrolments(self) -> Iterable[Incoming]:
        joined: set[str] = set()
        for number, row in self._studies:
            user, cohort = row.get("userSourcedId", ""), self._cohort(row)
            learner = self._learners.get(user) or (
                user if user in self._known["learners"] else None
            )
            if learner is None:
                newcomer = user in self._users and not _gone(self._users[user])
                if _gone(row) or (newcomer and user not in joined):
                    # Whoever is new joins their first class on their own row, having no code yet.
                    joined |= set() if _gone(row) else {user}
                    continue
                yield Incoming(number, None, _said({"cohort": cohort, "learner": user}))
                continue
            key = f"{cohort}/{learner}"
            now = self._known["enrolments"].get(key)
            if now is None and _gone(row):
                continue
            cells: dict[str, str | None] = {"cohort": cohort, "learner": learner}
            if now is not None and _gone(row):
                cells["state"] = "withdrawn"
            elif now is not None and now["state"] == "withdrawn":
                cells["state"] = "enrolled"
            yield Incoming(number, key if now is not None else None, _said(cells))

    def _is_student(self, user: str, row: Row) -> bool:
        roles = self._roles[user]
        if row.get("role"):
            roles = roles | {row["role"].lower()}
        return not roles or "student" in roles or bool(self._cohorts_of[user])

    def _cohort(self, enrolment: Row) -> str:
        named = enrolment.get("classSourcedId", "")
        return self._code_of_class(self._classes.get(named, {"sourcedId": named}))

    def _code_of_class(self, row: Row) -> str:
        named = [each for each in (row.get("sourcedId"), row.get("classCode")) if each]
        known = [each for each in named if each in self._known["cohorts"]]
        return (known or named[::-1] or [""])[0]

    def _centre(self, org: Row) -> str | None:
        named = (org.get("sourcedId"), org.get("identifier"))
        return next((each for each in named if each in self._known["centres"]), None)

    def _country(self, org: str) -> str | None:
        for _ in range(len(self._orgs) + 1):  # parents may go round in a circle
            row = self._orgs.get(org, {"sourcedId": org})
            centre = self._centre(row)
            if centre is not None:
                return str(self._known["centres"][centre]["country"])
            for named in (row.get("sourcedId"), row.get("identifier")):
                match = _COUNTRY.fullmatch(named or "")
                if match:
                    return match[1]
            org = row.get("parentSourcedId", "")
            if not org:
                break
        return None

    def _home_country(self, home: Row, cohort: str | None) -> str | None:
        if home:
            country = self._country(home.get("sourcedId", ""))
            if country is not None:
                return country
        if cohort in self._known["cohorts"]:
            return str(self._known["cohorts"][str(cohort)]["country"])
        return None


class _People:
    """Learners as they are, by whatever they may be found again by."""

    def __init__(self, known: Sheets) -> None:
        self._codes = known["learners"]
        self._ways: dict[tuple[str, str], set[str]] = defaultdict(set)
        for code, each in known["learners"].items():
            if each.get("email"):
                self._ways["email", str(each["email"]).casefold()].add(code)
            if each.get("phone"):
                self._ways["phone", _digits(str(each["phone"]))].add(code)
        for enrolment in known["enrolments"].values():
            way = f"{enrolment['cohort']}/{folded(str(enrolment['name']))}"
            self._ways["class", way].add(str(enrolment["learner"]))

    def found(self, user: Row, cohorts: Iterable[str]) -> str | None:
        """Return the code of the learner that a user is, None for nobody or more than one."""
        for named in (user.get("sourcedId"), user.get("identifier"), user.get("username")):
            if named and named in self._codes:
                return named
        ways = [("email", user.get("email", "").casefold())]
        ways += [("phone", _digits(user.get(each, ""))) for each in ("sms", "phone")]
        ways += [("class", f"{each}/{folded(_name(user))}") for each in cohorts]
        for way in ways:
            fitting = self._ways.get(way, set()) if way[1] else set()
            if len(fitting) == 1:
                return next(iter(fitting))
        return None


def _by_id(rows: Iterable[Row]) -> dict[str, Row]:
    return {row["sourcedId"]: row for row in rows if row.get("sourcedId")}


def _numbered(rows: Iterable[Row]) -> Iterable[tuple[int, Row]]:
    """Return rows with the numbers of their lines, below that of the headings."""
    return enumerate(rows, start=2)


def _gone(row: Row) -> bool:
    return row.get("status", "").lower() == GONE


def _name(user: Row) -> str:
    parts = (user.get("givenName"), user.get("middleName"), user.get("familyName"))
    return " ".join(each for each in parts if each and each != NO_FAMILY_NAME)


def _org(user: Row) -> str:
    """Return the first school of a user of OneRoster 1.1, which knew no primary one."""
    return user.get("orgSourcedIds", "").partition(",")[0].strip()


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _said(cells: Mapping[str, str | None]) -> dict[str, object]:
    return {name: value for name, value in cells.items() if value}
