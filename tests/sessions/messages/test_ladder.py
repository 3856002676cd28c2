"""Which steps a notice climbs, when a telephone may ring, and who has to be called."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.zones import to_wall
from sessions.messages.ladder import (
    CALL_AT_THE_LATEST,
    Heard,
    Keyword,
    MailState,
    Reach,
    SmsState,
    Standing,
    Step,
    is_quiet,
    keyword_of,
    reminder_moment,
    sms_moment,
    standing,
    steps,
)

NOW = datetime(2027, 1, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOTH = Reach(email=True, phone=True, consents=True)
MAIL_ONLY = Reach(email=True, phone=False, consents=True)
PHONE_ONLY = Reach(email=False, phone=True, consents=True)
ZONES = ("Africa/Dakar", "Africa/Lagos", "Africa/Casablanca", "Africa/Cairo", "Indian/Antananarivo")

reaches = st.builds(
    Reach,
    email=st.booleans(),
    phone=st.booleans(),
    consents=st.booleans(),
    mail_stopped=st.booleans(),
    sms_stopped=st.booleans(),
)
moments = st.datetimes(
    datetime(2026, 1, 1),
    datetime(2028, 1, 1),
    timezones=st.just(UTC),
).map(lambda at: at.replace(second=0, microsecond=0))
ahead = st.integers(-600, 20_000).map(lambda minutes: timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("reach", "hours", "mail_failed", "climbed"),
    [
        (BOTH, 120, False, [Step.FEED, Step.MAIL]),
        (BOTH, 48, False, [Step.FEED, Step.MAIL, Step.SMS]),
        (BOTH, 120, True, [Step.FEED, Step.MAIL, Step.SMS]),
        (PHONE_ONLY, 120, False, [Step.FEED, Step.SMS]),
        (MAIL_ONLY, 2, True, [Step.FEED, Step.MAIL]),
        (replace(BOTH, mail_stopped=True), 120, False, [Step.FEED, Step.SMS]),
        (replace(BOTH, sms_stopped=True), 2, False, [Step.FEED, Step.MAIL]),
        (replace(BOTH, consents=False), 2, True, [Step.FEED]),
        (BOTH, -1, True, [Step.FEED]),
    ],
)
def test_a_notice_climbs_feed_then_mail_then_text(reach, hours, mail_failed, climbed):
    found = steps(reach, starts_at=NOW + hours * HOUR, now=NOW, mail_failed=mail_failed)

    assert list(found) == climbed


@given(reaches, moments, ahead, st.booleans())
def test_nobody_is_written_to_against_their_will_or_on_a_channel_they_lack(
    reach, now, lead, mail_failed
):
    found = steps(reach, starts_at=now + lead, now=now, mail_failed=mail_failed)

    assert found[0] is Step.FEED
    assert len(set(found)) == len(found)
    if Step.MAIL in found:
        assert reach.email
        assert reach.consents
        assert not reach.mail_stopped
    if Step.SMS in found:
        assert reach.phone
        assert reach.consents
        assert not reach.sms_stopped


@given(reaches, moments, ahead, ahead)
def test_a_nearer_meetup_never_takes_a_step_away_before_it_begins(reach, now, one, other):
    near, far = sorted((one, other))
    if near > timedelta(0):
        nearer = steps(reach, starts_at=now + near, now=now)
        assert set(nearer) >= set(steps(reach, starts_at=now + far, now=now))


@pytest.mark.parametrize(
    ("now", "starts", "rings"),
    [
        ("2027-01-06T22:00", "2027-01-07T09:00", "2027-01-06T22:00"),
        ("2027-01-06T22:00", "2027-01-07T14:00", "2027-01-07T02:00"),
        ("2027-01-06T22:00", "2027-01-09T09:00", "2027-01-07T07:00"),
        ("2027-01-07T03:00", "2027-01-09T09:00", "2027-01-07T07:00"),
        ("2027-01-06T20:59", "2027-01-09T09:00", "2027-01-06T20:59"),
        ("2027-01-07T07:00", "2027-01-09T09:00", "2027-01-07T07:00"),
    ],
)
def test_no_telephone_rings_at_night_unless_the_meetup_is_within_twelve_hours(now, starts, rings):
    at = {name: datetime.fromisoformat(f"{text}+00:00") for name, text in locals().items()}

    found = sms_moment(now=at["now"], starts_at=at["starts"], zone="Africa/Dakar")

    assert found == at["rings"]


@given(moments, ahead, st.sampled_from(ZONES))
def test_a_text_leaves_at_the_first_minute_that_is_allowed(now, lead, zone):
    starts_at = now + lead

    def allowed(at: datetime) -> bool:
        return not is_quiet(at, zone) or starts_at - at <= timedelta(hours=12)

    found = sms_moment(now=now, starts_at=starts_at, zone=zone)

    minutes = int((found - now) / timedelta(minutes=1))
    assert 0 <= minutes <= 11 * 60  # a night in which the clock goes back is an hour longer
    assert allowed(found)
    assert not any(allowed(now + timedelta(minutes=each)) for each in range(0, minutes, 7))


def test_a_reminder_leaves_at_18_h_the_day_before_where_the_meetup_is():
    saturday = datetime(2027, 1, 9, 8, tzinfo=UTC)

    assert reminder_moment(starts_at=saturday, zone="Africa/Lagos") == datetime(
        2027, 1, 8, 17, tzinfo=UTC
    )


@given(moments, st.sampled_from(ZONES))
def test_a_reminder_is_never_later_than_the_meetup_and_never_two_days_early(starts_at, zone):
    found = reminder_moment(starts_at=starts_at, zone=zone)

    assert to_wall(found, zone).hour == 18
    assert timedelta(hours=5) <= starts_at - found <= timedelta(hours=31)


TOLD = Heard(told_at=NOW, starts_at=NOW + 100 * HOUR)
SOON = Heard(told_at=NOW, starts_at=NOW + 40 * HOUR)


@pytest.mark.parametrize(
    ("heard", "hours_later", "where"),
    [
        (TOLD, 0, Standing.CALL),
        (replace(TOLD, feed_fetched=True), 0, Standing.REACHED),
        (replace(TOLD, answered=True), 0, Standing.REACHED),
        (replace(TOLD, called=True), 0, Standing.REACHED),
        (replace(TOLD, mail=MailState.UNDER_WAY), 0, Standing.UNDER_WAY),
        (replace(TOLD, mail=MailState.ACCEPTED), 0, Standing.REACHED),
        (replace(TOLD, mail=MailState.FAILED), 0, Standing.CALL),
        (replace(SOON, mail=MailState.ACCEPTED), 0, Standing.CALL),
        (replace(SOON, sms=SmsState.UNDER_WAY), 0, Standing.UNDER_WAY),
        (replace(SOON, sms=SmsState.UNDER_WAY), 37, Standing.CALL),
        (replace(SOON, sms=SmsState.ACCEPTED, sms_at=NOW), 1, Standing.UNDER_WAY),
        (replace(SOON, sms=SmsState.ACCEPTED, sms_at=NOW), 2, Standing.CALL),
        (replace(SOON, sms=SmsState.DELIVERED, sms_at=NOW), 2, Standing.REACHED),
        (replace(SOON, sms=SmsState.FAILED, sms_at=NOW), 0, Standing.CALL),
        (replace(SOON, sms=SmsState.UNKNOWN, sms_at=NOW), 0, Standing.CALL),
    ],
)
def test_who_has_no_proof_of_hearing_must_be_called(heard, hours_later, where):
    assert standing(heard, now=NOW + hours_later * HOUR) is where


everything = st.builds(
    Heard,
    told_at=st.just(NOW),
    starts_at=ahead.map(lambda lead: NOW + lead),
    feed_fetched=st.booleans(),
    answered=st.booleans(),
    called=st.booleans(),
    mail=st.sampled_from(MailState),
    sms=st.sampled_from(SmsState),
    sms_at=st.one_of(st.none(), st.just(NOW)),
)


@given(everything, ahead)
def test_just_before_the_meetup_everybody_is_reached_or_called(heard, lead):
    now = heard.starts_at - CALL_AT_THE_LATEST

    assert standing(heard, now=now) is not Standing.UNDER_WAY


@given(everything, st.sampled_from(["feed_fetched", "answered", "called"]))
def test_any_proof_takes_somebody_off_the_list(heard, proof):
    assert standing(replace(heard, **{proof: True}), now=NOW) is Standing.REACHED


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("STOP", Keyword.STOP),
        ("stop!", Keyword.STOP),
        ("Arrêt svp", Keyword.STOP),
        (" parar", Keyword.STOP),
        ("Start", Keyword.START),
        ("reprendre", Keyword.START),
        ("Je ne peux pas m'arrêter", None),
        ("", None),
        ("123", None),
    ],
)
def test_the_first_word_of_a_reply_stops_or_starts_texts(text, keyword):
    assert keyword_of(text) is keyword
