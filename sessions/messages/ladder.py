"""On which channels a person is told of a notice. Pure.

Mail at once where there is an address that works. SMS besides when the meetup begins within 48
hours, and instead when mail cannot arrive; whoever opted out gets none.
"""

from datetime import datetime, timedelta

from sessions.messages.people import Channel, Reader

SMS_WITHIN = timedelta(hours=48)


def channels(
    reader: Reader, *, starts_at: datetime, now: datetime, mail_works: bool
) -> frozenset[Channel]:
    """Return the channels on which a notice about a meetup that begins at `starts_at` is told.

    `mail_works` says that a mail server is configured. A meetup that has begun is not told of:
    nobody could act on it any more.
    """
    if starts_at <= now:
        return frozenset()
    by_mail = mail_works and reader.mail is not None
    found = {Channel.MAIL} if by_mail else set()
    by_sms = reader.phone is not None and reader.sms_opted_out_at is None
    if by_sms and (not by_mail or starts_at - now <= SMS_WITHIN):
        found.add(Channel.SMS)
    return frozenset(found)
