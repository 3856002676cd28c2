"""Shell: what comes back from telephones: receipts of our texts, and words to stop or start them.

Receipts come in any order, twice, and for texts of which nobody knew whether they were taken: a
text once delivered stays so, and a receipt without a name we know settles the one text to that
number that is in doubt.
"""

from datetime import datetime, timedelta

from centres.db import atomic, rows
from sessions.messages.ladder import Keyword, keyword_of
from sessions.messages.people import Person
from sessions.messages.readers import load_reader
from sessions.sms.port import Receipt, ReceiptState, Reply

IN_DOUBT_FOR = timedelta(days=3)

_BY_REFERENCE = """
UPDATE message SET state = $2::text, settled_at = $3,
    failure = CASE WHEN $2::text = 'failed' THEN $4::text END
WHERE channel = 'sms' AND provider_ref = $1 AND state IN ('sending', 'sent', 'unknown', 'failed')
  AND state <> $2::text
RETURNING id
"""
_KNOWN = "SELECT id FROM message WHERE channel = 'sms' AND provider_ref = $1"
_BY_NUMBER = """
WITH doubtful AS (
    SELECT id, count(*) OVER () AS among FROM message
    WHERE channel = 'sms' AND address = $1 AND provider_ref IS NULL
      AND state IN ('sending', 'unknown') AND created_at > $5
)
UPDATE message x SET state = $2::text, settled_at = $3, provider_ref = $6,
    failure = CASE WHEN $2::text = 'failed' THEN $4::text END
FROM doubtful d WHERE d.id = x.id AND d.among = 1
RETURNING x.id
"""
_WITH_NUMBER = """
SELECT id, 'learner' AS kind FROM learner WHERE phone = $1
UNION ALL SELECT id, 'mentor' FROM mentor WHERE phone = $1 ORDER BY kind, id
"""
_SET_OPT_OUT = """
UPDATE contact_preference SET sms_opted_out_at = $3
WHERE learner IS NOT DISTINCT FROM $1 AND mentor IS NOT DISTINCT FROM $2
  AND (sms_opted_out_at IS NULL) <> ($3::timestamptz IS NULL)
RETURNING id
"""


async def take_receipt(receipt: Receipt, *, now: datetime) -> bool:
    """Settle the text that a receipt is about; False if it is about none of ours, or says nothing.

    A text that was confirmed does not fail afterwards.
    """
    if receipt.state is ReceiptState.ON_ITS_WAY:
        return False
    state, why = receipt.state.value, receipt.why
    async with atomic():
        if receipt.reference and await rows(_KNOWN, receipt.reference):
            return bool(await rows(_BY_REFERENCE, receipt.reference, state, now, why))
        if not receipt.number:
            return False
        since, name = now - IN_DOUBT_FOR, receipt.reference or None
        return bool(await rows(_BY_NUMBER, receipt.number, state, now, why, since, name))


async def take_reply(reply: Reply, *, now: datetime) -> Keyword | None:
    """Stop or start texts to everybody with this number, as its text asks; return what it asked."""
    asked = keyword_of(reply.text)
    if asked is Keyword.STOP:
        await opt_out(number=reply.number, now=now)
    elif asked is Keyword.START:
        await _set(reply.number, None)
    return asked


async def opt_out(*, number: str, now: datetime) -> int:
    """Send no more texts to a number; return how many people that is for.

    A telephone that several share stops for all of them: nobody can say who asked.
    """
    return await _set(number, now)


async def set_opt_out(*, person: Person, opted_out_at: datetime | None) -> bool:
    """Stop texts to one person from a moment on, or start them again; False if it was so before."""
    async with atomic():
        await load_reader(person)
        return bool(await rows(_SET_OPT_OUT, person.learner, person.mentor, opted_out_at))


async def _set(number: str, opted_out_at: datetime | None) -> int:
    changed = 0
    async with atomic():
        for each in await rows(_WITH_NUMBER, number):
            person = Person(each["kind"], each["id"])
            changed += await set_opt_out(person=person, opted_out_at=opted_out_at)
    return changed
