"""Links that people hold, and the version of what each of them shows."""

from piccolo.columns import (
    Array,
    BigInt,
    Bytea,
    Integer,
    Serial,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from centres.db import DB


class FeedLink(Table, db=DB):
    """One secret link of one device: a calendar feed, or a learner's own page."""

    id: Serial
    purpose = Varchar(length=4, default="feed")
    scope = Varchar(length=10, default=None, null=False)
    subject = Integer(default=None, null=True, help_text="id of the learner, mentor, cohort, ...")
    countries = Array(base_column=Varchar(length=2), default=list, help_text="scope countries")
    device = Varchar(length=80, default=None, null=False)
    number = Integer(default=None, null=True, help_text="n-th feed derived from the page link")
    language = Varchar(length=2, default="fr")
    token_hash = Bytea(default=None, null=False, unique=True)
    created_at = Timestamptz(default=None, null=False)
    last_fetched_at = Timestamptz(default=None, null=True)
    client_family = Varchar(length=40, default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)

    feed_purpose_is_known = Check("purpose IN ('feed', 'page')")
    feed_scope_is_known = Check(
        "scope IN ('learner', 'mentor', 'cohort', 'room', 'centre', 'countries')"
    )
    feed_has_a_subject = Check("(subject IS NULL) = (scope = 'countries')")
    feed_page_belongs_to_a_learner = Check("purpose = 'feed' OR scope = 'learner'")
    feed_language_is_known = Check("language IN ('fr', 'en', 'pt')")
    feed_token_is_stored_as_a_hash = Check("octet_length(token_hash) = 32")


class FeedVersion(Table, db=DB):
    """How often the calendar of one subject has changed, and when it last did."""

    id: Serial
    scope = Varchar(length=10, default=None, null=False)
    subject = Integer(default=None, null=False)
    version = BigInt(default=1)
    changed_at = Timestamptz(default=None, null=False)

    feed_version_is_kept_once = Unique(["scope", "subject"])
