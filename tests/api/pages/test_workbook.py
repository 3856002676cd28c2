"""The workbook both ways: downloaded, changed, checked, stored, undone; and files that are none."""

import io
import json
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from api.workbooks.guarding import UnreadableWorkbook
from api.workbooks.reading import read_csv, read_file
from api.workbooks.rosters import read_roster, write_roster
from api.workbooks.taking import check_workbook, store_workbook
from centres.db import rows
from centres.rooms import amend_room
from tests.api.conftest import NOW
from tests.api.pages.conftest import key_in

ROOM = "SN-KLK-01-B12"


async def download(client):
    answer = await client.get("/workbook/rendezvous.xlsx")
    return load_workbook(io.BytesIO(answer.content))


def packed(book) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


async def send(client, content: bytes, name: str = "classeur.xlsx"):
    """Send a file back and return the page of its check."""
    form = key_in(await client.get("/workbook"))
    sent = await client.post("/workbook", data=form, files={"file": (name, content)})
    number = int(sent.headers["location"].rpartition("/")[2])
    await check_workbook(number)
    return number, await client.get(f"/workbook/imports/{number}")


async def act(client, number: int, what: str):
    form = key_in(await client.get(f"/workbook/imports/{number}"))
    return await client.post(f"/workbook/imports/{number}/{what}", data=form)


def at(sheet, heading: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def row_of(sheet, key: str) -> int:
    return next(cell.row for cell in sheet["A"] if cell.value == key)


async def everything() -> dict[str, list[dict[str, object]]]:
    tables = ("centre", "room", "slot", "cohort", "learner", "enrolment", "attendance_mark")
    return {each: await rows(f"SELECT * FROM {each} ORDER BY id") for each in tables}


async def counts(number: int) -> dict[str, int]:
    found = await rows("SELECT report FROM workbook_import WHERE id = $1", number)
    sums: dict[str, int] = {}
    for sheet in json.loads(found[0]["report"])["sheets"]:
        for outcome, count in sheet["counts"].items():
            sums[outcome] = sums.get(outcome, 0) + count
    return sums


async def test_an_export_that_comes_back_changes_nothing(manager, world):
    before = await everything()
    number, shown = await send(manager, packed(await download(manager)))

    assert set(await counts(number)) == {"unchanged"}
    assert "Oui, enregistrer" not in shown.text
    assert await everything() == before


async def test_what_changed_is_shown_then_stored_and_undone_row_by_row(manager, world):
    before = await everything()
    book = await download(manager)
    rooms, people = book["Salles"], book["Élèves"]
    rooms.cell(row_of(rooms, ROOM), at(rooms, "Nom")).value = "Salle bleue"
    last = people.max_row + 1
    for heading, value in {
        "Nom": "=Fatou Sarr", "Pays": "SN", "Téléphone": 221770001122,
        "À inscrire dans la promotion": "SN-DATA-1",
    }.items():  # fmt: skip
        cell = people.cell(last, at(people, heading))
        cell.value = value
        cell.data_type = "n" if isinstance(value, int) else "s"

    number, checked = await send(manager, packed(book))
    unstored = await everything()
    await act(manager, number, "confirm")
    await store_workbook(number)
    stored = await manager.get(f"/workbook/imports/{number}")
    learner = await rows("SELECT id, name, phone FROM learner ORDER BY id DESC LIMIT 1")
    enrolled = await rows("SELECT state FROM enrolment WHERE learner = $1", learner[0]["id"])

    assert "<del>Salle B12</del> → <ins>Salle bleue</ins>" in checked.text
    assert "Oui, enregistrer 2 lignes" in checked.text
    assert unstored == before
    assert "C'est enregistré" in stored.text
    assert (learner[0]["name"], learner[0]["phone"]) == ("=Fatou Sarr", "+221770001122")
    assert enrolled == [{"state": "enrolled"}]


async def test_an_import_is_undone_whole_and_every_row_is_as_it_was(manager, world):
    before = await everything()
    book = await download(manager)
    rooms, people = book["Salles"], book["Élèves"]
    rooms.cell(row_of(rooms, ROOM), at(rooms, "Nom")).value = "Salle bleue"
    for heading, value in {"Nom": "Fatou Sarr", "Pays": "SN"}.items():
        people.cell(people.max_row + (heading == "Nom"), at(people, heading)).value = value
    number, _ = await send(manager, packed(book))
    await act(manager, number, "confirm")
    await store_workbook(number)

    done = await act(manager, number, "undo")
    after = await everything()
    again = await act(manager, number, "undo")

    assert done.status_code == 303
    assert {
        name: [{**each, "revision": None} for each in found] for name, found in after.items()
    } == {name: [{**each, "revision": None} for each in found] for name, found in before.items()}
    assert again.status_code == 409


async def test_what_somebody_changed_since_holds_on_to_the_import_and_nothing_is_undone(
    manager, world
):
    book = await download(manager)
    rooms = book["Salles"]
    rooms.cell(row_of(rooms, ROOM), at(rooms, "Nom")).value = "Salle bleue"
    number, _ = await send(manager, packed(book))
    await act(manager, number, "confirm")
    await store_workbook(number)
    await amend_room(code=ROOM, revision=None, now=NOW, name="Salle verte")

    held = await act(manager, number, "undo")

    assert held.status_code == 409
    assert "Quelqu&#39;un y a écrit « Salle verte » depuis." in held.text
    assert (await rows("SELECT name FROM room WHERE code = $1", ROOM))[0]["name"] == "Salle verte"


async def test_a_bad_cell_is_red_with_what_to_do_and_stops_no_other_row(manager, world):
    book = await download(manager)
    rooms = book["Salles"]
    line = row_of(rooms, ROOM)
    rooms.cell(line, at(rooms, "Places")).value = "beaucoup"
    number, shown = await send(manager, packed(book))
    marked = await manager.get(f"/workbook/imports/{number}/marked")
    back = load_workbook(io.BytesIO(marked.content))["Salles"]
    cell = back.cell(line, at(back, "Places"))

    assert "1 ligne est refusée" in shown.text
    assert cell.fill.start_color.rgb == "00F4B6B6"
    assert back.cell(line, at(back, "À faire")).value == "Places : Donnez un nombre, comme 14,72."


async def test_a_stale_workbook_says_what_changed_meanwhile_cell_by_cell(manager, world):
    book = await download(manager)
    rooms = book["Salles"]
    rooms.cell(row_of(rooms, ROOM), at(rooms, "Nom")).value = "Salle bleue"
    await amend_room(code=ROOM, revision=None, now=NOW, name="Salle verte")

    _, shown = await send(manager, packed(book))

    assert "Quelqu&#39;un y a écrit « Salle verte » depuis" in shown.text
    assert "Salle B12 → Salle verte" in shown.text


async def test_a_host_has_their_own_rooms_slots_and_marks_and_nobodys_contacts(host, world):
    book = await download(host)
    said = [str(cell.value) for sheet in book for line in sheet for cell in line if cell.value]

    assert book.sheetnames == ["Lisez-moi", "Salles", "Créneaux", "Présences", "_rendezvous"]
    assert [each for each in said if "@" in each or each.startswith("+2")] == []
    assert {line[3].value for line in book["Salles"].iter_rows(min_row=2)} == {"SN-KLK-01"}


async def test_no_cell_of_a_workbook_is_a_formula(manager, world):
    await amend_room(code=ROOM, revision=None, now=NOW, name="=HYPERLINK(1)")
    book = await download(manager)
    rooms = book["Salles"]
    cell = rooms.cell(row_of(rooms, ROOM), at(rooms, "Nom"))

    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)


async def test_a_csv_file_of_one_sheet_will_do(manager, world):
    text = f"Code;Nom;Places\r\n{ROOM};Salle été;25\r\n".encode("cp1252")
    before = await everything()

    number, shown = await send(manager, text, "salles.csv")

    assert await counts(number) == {"changed": 1}
    assert "<ins>Salle été</ins>" in shown.text
    assert await everything() == before


async def test_a_roster_that_comes_back_changes_nothing_and_a_new_learner_in_it_joins_their_class(
    manager, host, world
):
    roster = await manager.get("/workbook/oneroster.zip")
    before = await everything()
    number, shown = await send(manager, roster.content, "oneroster.zip")
    files = {name: list(found) for name, found in read_roster(roster.content).items()}
    new = {"sourcedId": "u-1", "givenName": "Fatou", "familyName": "Sarr", "email": "f@example.org"}
    study = {"classSourcedId": "SN-DATA-1", "userSourcedId": "u-1", "role": "student"}
    more = write_roster({**files, "users": [*files["users"], new],
                         "enrollments": [*files["enrollments"], study]})  # fmt: skip

    fresh, _ = await send(manager, more, "oneroster.zip")
    unstored = await everything()
    await act(manager, fresh, "confirm")
    await store_workbook(fresh)
    again, _ = await send(manager, more, "oneroster.zip")
    marked = await manager.get(f"/workbook/imports/{fresh}/marked")

    assert (set(await counts(number)), "Oui, enregistrer" in shown.text) == ({"unchanged"}, False)
    assert (await counts(fresh))["new"] == 1
    assert unstored == before
    assert set(await counts(again)) == {"unchanged"}
    assert load_workbook(io.BytesIO(marked.content)).sheetnames[-2:] == ["Élèves", "Inscriptions"]
    assert (await host.get("/workbook/oneroster.zip")).status_code == 403


async def test_a_row_refused_only_after_the_yes_stores_nothing(manager, world):
    book = await download(manager)
    rooms = book["Salles"]
    rooms.cell(row_of(rooms, ROOM), at(rooms, "Nom")).value = "Salle bleue"
    number, _ = await send(manager, packed(book))
    await act(manager, number, "confirm")
    await amend_room(code=ROOM, revision=None, now=NOW, name="Salle verte")

    await store_workbook(number)
    again = await manager.get(f"/workbook/imports/{number}")

    assert (await rows("SELECT state FROM workbook_import"))[0]["state"] == "checked"
    assert "« Salle verte » depuis" in again.text


def zipped(**parts: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return kept.getvalue()


def plain(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    return packed(book)


GOOD = plain(Salles=[["Code", "Nom"], [ROOM, "Salle B12"]])
BASIS = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
BAD_WORKBOOKS = {
    "nothing but a name": zipped(**{"a.txt": b"a"}),
    "an old xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "macros": zipped(**BASIS, **{"xl/vbaProject.bin": b"x"}),
    "a macro sheet": zipped(**BASIS, **{"xl/macrosheets/sheet1.bin": b"x"}),
    "a bomb": zipped(**BASIS, **{"xl/worksheets/sheet1.xml": b"0" * 40_000_000}),
    "a document type": zipped(
        **{**BASIS, "xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'}
    ),
    "too many parts": zipped(**BASIS, **{f"xl/{i}.xml": b"<a/>" for i in range(600)}),
    "no sheet of ours": plain(Autre=[["Code", "Nom"]]),
    "headings lost": plain(Salles=[["a", "b"], ["c", "d"], [], [], [], [], []]),
    "one sheet twice": plain(Salles=[["Code", "Nom"]], Rooms=[["Code", "Name"]]),
    "broken xml": zipped(**{**BASIS, "xl/workbook.xml": b"<workbook"}),
    "an empty workbook part": zipped(**{**BASIS, "xl/workbook.xml": b""}),
    "too large": b"PK" + b"\0" * 20_000_001,
    **{f"cut off after {part} in 24": GOOD[: len(GOOD) * part // 24] for part in range(1, 24)},
}
BAD_CSV = {
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "a pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "an html page": b"<html><body>Code;Nom</body></html>",
    "no headings": b"SN-DKR-01-R1;Salle 1;20\n",
    "one heading": b"Nom\nSalle\n",
    "an open quotation": b'Code;Nom\nR1;"Salle\n',
    "letters after a quotation": b'Code;Nom\nR1;"Salle"x\n',
    "utf-16": "Code;Nom\nR1;Salle\n".encode("utf-16"),
    "too large": b"Code;Nom\n" + b"R1;Salle\n" * 2_300_000,
    "too many rows": b"Code;Nom\n" + b"R1;S\n" * 50_001,
    "a lone null": b"\0",
    "json": b'{"Code": 1}',
    "only blank lines": b"\n\n\n",
    "an e-mail": b"From: a@b.example\nSubject: x\n\nBonjour",
}


@pytest.mark.parametrize("content", BAD_WORKBOOKS.values(), ids=BAD_WORKBOOKS)
def test_what_is_no_workbook_is_refused_with_words(content):
    with pytest.raises(UnreadableWorkbook) as refused:
        read_file(content, "classeur.xlsx")

    assert refused.value.detail.endswith(".")


@pytest.mark.parametrize("content", BAD_CSV.values(), ids=BAD_CSV)
def test_what_is_no_csv_of_ours_is_refused_with_words(content):
    with pytest.raises(UnreadableWorkbook) as refused:
        read_csv(content)

    assert refused.value.detail.endswith(".")


def test_the_bad_files_are_fifty_or_more():
    assert len(BAD_WORKBOOKS) + len(BAD_CSV) >= 50
