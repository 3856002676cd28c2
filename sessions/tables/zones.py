"""By which zone rules the instants of what is planned were derived."""

from piccolo.columns import Date, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from centres.db import DB


class ZoneRules(Table, db=DB):
    """What a zone's clocks do from one day to another, as the plans were last brought in line."""

    id: Serial
    zone = Varchar(length=64, default=None, null=False, unique=True)
    tzdata = Varchar(length=16, default=None, null=False, help_text="version, as PyPI writes it")
    first_day = Date(default=None, null=False)
    years = Integer(default=None, null=False)
    offsets = Text(default=None, null=False, help_text="offset on the first day, then each change")
    noted_at = Timestamptz(default=None, null=False)

    zone_rules_cover_some_years = Check("years BETWEEN 1 AND 10")
