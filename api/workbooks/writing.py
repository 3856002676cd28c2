"""The workbook as an Excel file: one sheet a kind, lists to choose from, ids out of sight."""

import io
import json
from collections.abc import Mapping
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from centres.language import Language, Sentence, phrase, translator
from sessions.workbook.cells import NO, YES, shown
from sessions.workbook.comparing import Values
from sessions.workbook.sheets import BY_NAME, Column, Edit, Kind, Sheet

FORMAT = "rendezvous-workbook-1"
HIDDEN = "_rendezvous"
ID, BASE = "id", "base"
SPARE_ROWS = 2000  # below the last one, for which lists to choose from still open
_HEAD = PatternFill("solid", start_color="1F4E5F")
_FIXED = PatternFill("solid", start_color="EFEFEF")
_INSTRUCTIONS = (
    phrase("Changez, complétez, ajoutez des lignes ; puis renvoyez ce fichier à la même page."),
    phrase("Rien n'est enregistré avant que vous ayez vu ce qui changera et dit oui."),
    phrase("Les colonnes grises se lisent seulement. Une ligne effacée ici n'efface rien."),
    phrase("Dates : 31/01/2027. Heures : 14:30. Choix : la liste de la cellule."),
    phrase("Pour ajouter une ligne, écrivez sous la dernière, sans code : il sera donné."),
    phrase("Pour corriger une présence, donnez la raison : l'ancienne marque est gardée."),
)
README = phrase("Lisez-moi")


def write_workbook(
    found: Mapping[str, Mapping[str, Values]], *, language: Language, now: datetime, network: str
) -> bytes:
    """Return the workbook of these rows, by sheet and hidden id, in this language.

    Whatever a text begins with, it stays a text: no cell is a formula.
    """
    spoken = translator(language).gettext
    book = Workbook(write_only=True)
    _read_me(book, language, now, network)
    for name, members in found.items():
        _sheet(book.create_sheet(spoken(BY_NAME[name].title)), BY_NAME[name], members, language)
    hidden = book.create_sheet(HIDDEN)
    hidden.sheet_state = "hidden"
    hidden.append([FORMAT, language.value, now.isoformat()])
    for name in found:
        hidden.append([name, spoken(BY_NAME[name].title)])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _read_me(book: Workbook, language: Language, now: datetime, network: str) -> None:
    spoken = translator(language).gettext
    sheet = book.create_sheet(spoken(README))
    sheet.column_dimensions["A"].width = 100
    title = WriteOnlyCell(sheet, network)
    title.font = Font(bold=True, size=14)
    sheet.append([title])
    when = Sentence("Téléchargé le {day}.", day=now.date())
    sheet.append([when.in_language(language)])
    sheet.append([])
    for each in _INSTRUCTIONS:
        cell = WriteOnlyCell(sheet, spoken(each))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([cell])


def _sheet(
    sheet: WriteOnlyWorksheet, about: Sheet, members: Mapping[str, Values], language: Language
) -> None:
    spoken = translator(language).gettext
    for letter in ("A", "B"):
        sheet.column_dimensions[letter].hidden = True
    for at, column in enumerate(about.columns, start=3):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    sheet.freeze_panes = "D2"
    last = len(members) + 1 + SPARE_ROWS
    for at, column in enumerate(about.columns, start=3):
        words = _choices(column, language)
        if words and column.edit is not Edit.NEVER:
            rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            rule.add(f"{get_column_letter(at)}2:{get_column_letter(at)}{last}")
            sheet.data_validations.append(rule)
    head = [WriteOnlyCell(sheet, ID), WriteOnlyCell(sheet, BASE)]
    for column in about.columns:
        cell = WriteOnlyCell(sheet, spoken(column.heading))
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        head.append(cell)
    sheet.append(head)
    for key, values in members.items():
        base = json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))
        line = [_cell(sheet, key), _cell(sheet, base)]
        for column in about.columns:
            cell = _cell(sheet, shown(column, values.get(column.field), language))
            if column.kind is Kind.DAY:
                cell.number_format = "dd/mm/yyyy"
            if column.edit is Edit.NEVER:
                cell.fill = _FIXED
            line.append(cell)
        sheet.append(line)


def _choices(column: Column, language: Language) -> list[str]:
    spoken = translator(language).gettext
    if column.kind is Kind.YES_NO:
        return [spoken(YES), spoken(NO)]
    return [spoken(words) for words in column.choices.values()]


def _cell(
    sheet: WriteOnlyWorksheet, value: str | int | float | bool | date | None
) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str) and value:
        cell.data_type = "s"
        if value[0] in "=+-@\t\r":
            cell.quotePrefix = True
    return cell
