"""OneRoster files from our sheets, and their rows found again; no database."""

import csv
import io
import string
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.workbooks.guarding import UnreadableWorkbook
from api.workbooks.rosters import is_roster, read_roster, write_roster
from sessions.workbook.comparing import Incoming, Outcome, compare
from sessions.workbook.roster_files import HEADINGS, roster_files
from sessions.workbook.roster_reading import sheets_of_roster
from sessions.workbook.sheets import BY_NAME
from tests.sessions.workbook.roster_cases import learner, network, zipped

AWA, BINTA = "L-1", "L-2"
HEADS = "orgs.csv", "sourcedId,status,name,type,identifier,parentSourcedId\n"


def compared(sheets, known):
    return {
        name: compare(BY_NAME[name], rows, known[name])
        for name, rows in sheets_of_roster(sheets, known).items()
    }


names = st.text(string.ascii_letters + "éàçÉ -=+@", min_size=1, max_size=20).map(
    lambda each: " ".join(each.split())
)


@given(
    st.lists(
        st.builds(
            learner,
            name=names.filter(lambda each: each.strip(" -") != "" and "-" not in each.split()),
            email=st.none() | st.just("awa@example.org"),
            phone=st.none() | st.just("+221770001122"),
            centre=st.sampled_from([None, "SN-DKR-01", "ML-BKO-01"]),
        ),
        max_size=4,
    ),
    st.lists(st.sampled_from(["enrolled", "withdrawn", "completed"]), min_size=4, max_size=4),
)
def test_a_roster_that_comes_back_as_it_went_changes_nothing(people, states):
    known = network(people, states)

    files = read_roster(write_roster(roster_files(known, system="Réseau")))
    outcomes = {each.outcome for rows in compared(files, known).values() for each in rows}

    assert outcomes <= {Outcome.UNCHANGED}


def test_a_roster_has_the_files_and_columns_of_its_specification():
    files = roster_files(network([learner(name="Awa Sow")], ["enrolled"]), system="Réseau")
    said = {row["propertyName"]: row["value"] for row in files["manifest"]}

    assert {name: said[f"file.{name}"] for name in HEADINGS} == dict.fromkeys(HEADINGS, "bulk")
    assert (said["oneroster.version"], said["file.results"]) == ("1.2", "absent")
    assert [files["users"][0][each] for each in ("givenName", "familyName")] == ["Awa", "Sow"]
    assert files["classes"][1]["schoolSourcedId"] == "SN-DKR-01"
    assert [row["type"] for row in files["orgs"]] == ["national"] * 2 + ["school"] * 2


def test_no_cell_of_a_roster_is_a_formula_and_telephones_stay_as_they_are():
    known = network([learner(name="=cmd Sow", phone="+221770001122")], ["enrolled"])

    content = write_roster(roster_files(known, system="@Réseau"))
    cells = {cell for rows in raw(content) for cell in rows}

    assert {cell for cell in cells if cell.startswith(("=", "+", "@"))} == {"+221770001122"}


def raw(content: bytes):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            yield from csv.reader(io.StringIO(packed.read(name).decode()))


KNOWN = network([learner(name="Awa Sow", email="awa@example.org"), learner(name="Binta Ba")],
                ["enrolled", "withdrawn"])  # fmt: skip


def foreign(**row: str):
    user = {"sourcedId": "u-9", "givenName": "Awa", "familyName": "Sow", **row}
    return {
        "users": [user],
        "classes": [{"sourcedId": "c-1", "classCode": "SN-C1", "schoolSourcedId": "s"}],
        "enrollments": [{"classSourcedId": "c-1", "userSourcedId": "u-9", "role": "student"}],
    }


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"email": "AWA@example.org", "givenName": "Awa M."}, AWA),
        ({"identifier": BINTA}, BINTA),
        ({}, AWA),
        ({"givenName": "Coumba"}, None),
    ],
    ids=["by e-mail", "by our code", "by name and class", "somebody new"],
)
def test_who_is_known_already_is_found_again(row, found):
    (user,) = sheets_of_roster(foreign(**row), KNOWN)["learners"]

    assert user.key == found


def test_somebody_new_joins_their_class_on_their_own_row():
    sheets = sheets_of_roster(foreign(givenName="Coumba"), KNOWN)

    assert sheets["learners"] == [
        Incoming(2, None, {"name": "Coumba Sow", "country": "SN", "cohort": "SN-C1"})
    ]
    assert "enrolments" not in sheets


def test_an_enrolment_to_be_deleted_is_withdrawn_and_one_that_is_back_is_enrolled_again():
    gone, back = (
        {"classSourcedId": "SN-C1", "userSourcedId": who, "status": status}
        for who, status in ((AWA, "tobedeleted"), (BINTA, "active"))
    )
    rows = compared({"enrollments": [gone, back]}, KNOWN)["enrolments"]

    assert [each.values for each in rows] == [{"state": "withdrawn"}, {"state": "enrolled"}]


def test_teachers_are_passed_over_and_a_school_that_is_no_centre_is_refused():
    files = {
        "users": [{"sourcedId": "t-1", "givenName": "Moussa", "familyName": "Fall"}],
        "roles": [{"sourcedId": "r", "userSourcedId": "t-1", "role": "teacher"}],
        "orgs": [{"sourcedId": "s", "name": "Lycée", "type": "school", "parentSourcedId": "s"}],
    }
    rows = compared(files, KNOWN)

    assert list(rows) == ["centres"]
    assert [each.outcome for each in rows["centres"]] == [Outcome.REFUSED]


BAD = {
    "no sourcedId": {"users.csv": "a,b\n1,2\n"},
    "a version that we do not know": {
        "manifest.csv": "propertyName,value\noneroster.version,2.0\n", HEADS[0]: HEADS[1] + "a\n",
    },
    "nothing but headings": dict([HEADS]),
    "one file twice": dict([HEADS, ("folder/orgs.csv", HEADS[1])]),
    "an open quotation": {"orgs.csv": HEADS[1] + 'a,"b\n'},
    "a bomb": {"orgs.csv": HEADS[1] + "0" * 31_000_000},
}  # fmt: skip


@pytest.mark.parametrize("files", BAD.values(), ids=BAD)
def test_what_is_no_roster_is_refused_with_words(files):
    content = zipped(files)

    with pytest.raises(UnreadableWorkbook) as refused:
        read_roster(content)

    assert is_roster(content)
    assert refused.value.detail.endswith(".")
