"""The same file handed back: red cells, and beside each row what to do."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from api.workbooks.reading import HEAD_WITHIN, columns_of, csv_lines, named
from centres.language import Language, phrase, translator
from sessions.workbook.comparing import Compared, Incoming, Outcome
from sessions.workbook.sheets import BY_NAME, Sheet

RED = PatternFill("solid", start_color="F4B6B6")
GREEN = PatternFill("solid", start_color="CDE8D0")
AMBER = PatternFill("solid", start_color="FBE3B3")
TO_DO = phrase("À faire")


def marked(
    content: bytes,
    found: Mapping[str, Sequence[Compared]],
    language: Language,
    roster: Mapping[str, Sequence[Incoming]] | None = None,
) -> bytes:
    """Return the workbook as it came, CSV as a workbook: refused cells red, changed ones green,
    what somebody else changed meanwhile amber; each row says in a last column what to do.

    Of a `roster` the sheets are those that its files became, each row where its file had it.
    """
    book = _book(content, found) if roster is None else _book_of_roster(roster, language)
    for sheet in book.worksheets:
        about = named(sheet.title, book)
        if about is not None and about.name in found:
            _mark(sheet, about, found[about.name], language)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _book(content: bytes, found: Mapping[str, Sequence[Compared]]) -> Workbook:
    if content[:2] == b"PK":
        return load_workbook(io.BytesIO(content), keep_links=False)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = next(iter(found))
    for number, line in enumerate(csv_lines(content), start=1):
        for at, text in enumerate(line, start=1):
            cell = sheet.cell(number, at, text)
            cell.data_type = "s"
    return book


def _book_of_roster(roster: Mapping[str, Sequence[Incoming]], language: Language) -> Workbook:
    spoken = translator(language).gettext
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in roster.items():
        sheet = book.create_sheet(spoken(BY_NAME[name].title))
        for at, column in enumerate(BY_NAME[name].columns, start=1):
            sheet.cell(1, at, spoken(column.heading)).font = Font(bold=True)
            for row in rows:
                if row.cells.get(column.field) is not None:
                    cell = sheet.cell(row.number, at, str(row.cells[column.field]))
                    cell.data_type = "s"
    return book


def _mark(sheet: Worksheet, about: Sheet, rows: Sequence[Compared], language: Language) -> None:
    spoken = translator(language).gettext
    head, columns = 1, {}
    for number in range(1, HEAD_WITHIN + 1):
        found = columns_of(about, [each.value for each in sheet[number]])
        if len(found) >= 2:
            head, columns = number, {name: at + 1 for at, name in found.items()}
            break
    headings = {column.field: spoken(column.heading) for column in about.columns}
    last = max(columns.values(), default=0) + 1
    title = sheet.cell(head, last, spoken(TO_DO))
    title.font = Font(bold=True)
    sheet.column_dimensions[title.column_letter].width = 70
    for row in rows:
        if row.outcome is Outcome.UNCHANGED and not row.meanwhile:
            continue
        for each in row.meanwhile:
            if each.field in columns:
                cell = sheet.cell(row.number, columns[each.field])
                cell.fill = AMBER
                cell.comment = Comment(f"{each.was} → {each.now}", "Rendezvous")
        for name in row.values:
            if name in columns:
                sheet.cell(row.number, columns[name]).fill = GREEN
        said = []
        for fault in row.faults:
            what = fault.what.in_language(language)
            if fault.field in columns:
                sheet.cell(row.number, columns[fault.field]).fill = RED
                said.append(f"{headings[fault.field]} : {what}")
            else:
                said.append(what)
        if said:
            cell = sheet.cell(row.number, last, "\n".join(said))
            cell.fill, cell.alignment = RED, Alignment(wrap_text=True, vertical="top")
