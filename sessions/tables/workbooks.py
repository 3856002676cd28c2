"""Workbooks that came back: the file, what became of its rows, and what takes it back."""

from piccolo.columns import (
    JSONB,
    Bytea,
    DoublePrecision,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from centres.db import DB


class WorkbookImport(Table, db=DB):
    """One file that somebody sent: checked first, stored when they say so, and perhaps undone."""

    id: Serial
    state = Varchar(length=10, default="waiting")
    file_name = Varchar(length=200, default=None, null=False)
    content = Bytea(default=None, null=False)
    answer = Bytea(default=None, null=True, help_text="the same file with its faults marked")
    language = Varchar(length=2, default="fr")
    scope = JSONB(default=None, null=False, help_text="what the sender could see and change")
    progress = DoublePrecision(default=0.0)
    report = JSONB(default=None, null=True, help_text="what became of the rows, by sheet")
    failure = Text(default=None, null=True)
    sent_by = Varchar(length=120, default=None, null=False, index=True)
    sent_at = Timestamptz(default=None, null=False)
    stored_at = Timestamptz(default=None, null=True)
    undone_at = Timestamptz(default=None, null=True)

    workbook_import_state_is_known = Check(
        "state IN ('waiting', 'checked', 'confirmed', 'stored', 'undone', 'failed')"
    )
    workbook_import_is_stored_before_it_is_undone = Check(
        "(state IN ('stored', 'undone')) = (stored_at IS NOT NULL)"
        " AND (state = 'undone') = (undone_at IS NOT NULL)"
    )
    workbook_import_progress_is_a_share = Check("progress BETWEEN 0 AND 1")


class WorkbookChange(Table, db=DB):
    """One row that an import stored, in the order of storing."""

    id: Serial
    workbook_import = ForeignKey(WorkbookImport, null=False, on_delete=OnDelete.cascade)
    ordinal = Integer(default=None, null=False)
    sheet = Varchar(length=20, default=None, null=False)
    key = Varchar(length=120, default=None, null=False)
    outcome = Varchar(length=8, default=None, null=False)
    before = JSONB(default=None, null=False)
    after = JSONB(default=None, null=False)

    workbook_change_is_new_or_changed = Check("outcome IN ('new', 'changed')")
    import_stores_its_changes_in_order = Unique(["workbook_import", "ordinal"])
