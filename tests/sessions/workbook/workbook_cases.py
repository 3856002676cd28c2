"""Statements that each break one rule of imports."""

from tests.sessions.attendance.attendance_cases import case

WORKBOOK_WORLD = [
    "INSERT INTO workbook_import (state, file_name, content, language, scope, progress, sent_by,"
    " sent_at) VALUES ('waiting', 'a.xlsx', 'x', 'fr', '{}', 0, 'test', now())",
    "INSERT INTO workbook_change (workbook_import, ordinal, sheet, key, outcome, before, after)"
    " SELECT id, 0, 'rooms', 'R', 'new', '{}', '{}' FROM workbook_import",
]
IMPORT = "UPDATE workbook_import SET {to}"
CHANGE = (
    "INSERT INTO workbook_change (workbook_import, ordinal, sheet, key, outcome, before, after)"
    " SELECT id, {ordinal}, 'rooms', 'R', {outcome}, '{{{{}}}}', '{{{{}}}}' FROM workbook_import"
)
WORKBOOK_CASES = [
    case(
        "an import is in a state that we know",
        "workbook_import",
        "workbook_import_state_is_known",
        IMPORT.format(to="state = 'lost'"),
    ),
    case(
        "an import is stored before it is undone",
        "workbook_import",
        "workbook_import_is_stored_before_it_is_undone",
        IMPORT.format(to="state = 'undone', undone_at = now()"),
    ),
    case(
        "progress is a share",
        "workbook_import",
        "workbook_import_progress_is_a_share",
        IMPORT.format(to="progress = 2"),
    ),
    case(
        "a change of an import is of a new or a changed row",
        "workbook_change",
        "workbook_change_is_new_or_changed",
        CHANGE.format(ordinal=1, outcome="'gone'"),
    ),
    case(
        "an import stores its changes in an order",
        "workbook_change",
        "import_stores_its_changes_in_order",
        CHANGE.format(ordinal=0, outcome="'new'"),
    ),
]
