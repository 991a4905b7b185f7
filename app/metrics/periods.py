"""Periods people ask for, and the fair earlier one to compare with."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.filters import WEEKDAYS, Period
from app.queries import QUERIES, read_file
from app.serving import Scorecard


def today(card: Scorecard) -> date:
    """The local day of `as_of`."""
    return local_time(card, card.as_of).date()


def local_time(card: Scorecard, at: datetime) -> datetime:
    """What the clocks of the reporting time zone show at an instant (UTC, without zone)."""
    return at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(card.facts["timezone"])).replace(tzinfo=None)


def local_midnight(card: Scorecard, day: date) -> datetime:
    """The instant (UTC, without zone) at which a local day starts."""
    local = datetime.combine(day, datetime.min.time(), ZoneInfo(card.facts["timezone"]))
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def week_start(card: Scorecard, day: date) -> date:
    """First day of the week that a day is in."""
    return day - timedelta(days=(day.weekday() - WEEKDAYS.index(card.facts["week_starts_on"])) % 7)


def months_later(first: date, months: int) -> date:
    """First day of a month so many months after the month of `first`."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def quarter_start(card: Scorecard, day: date) -> date:
    """First day of the fiscal quarter that a day is in."""
    return months_later(day, -((day.month - int(card.facts["fiscal_year_start_month"])) % 3))


def year_start(card: Scorecard, day: date) -> date:
    """First day of the fiscal year that a day is in."""
    return months_later(day, -((day.month - int(card.facts["fiscal_year_start_month"])) % 12))


def presets(card: Scorecard) -> dict[str, Period]:
    """Periods by the name people call them, most used first. Those that contain `as_of` are whole: in progress."""
    day = today(card)
    week, month, quarter, year = week_start(card, day), months_later(day, 0), quarter_start(card, day), year_start(card, day)
    return {
        "This quarter": Period(quarter, months_later(quarter, 3)),
        "Last quarter": Period(months_later(quarter, -3), quarter),
        "This month": Period(month, months_later(month, 1)),
        "Last month": Period(months_later(month, -1), month),
        "This week": Period(week, week + timedelta(days=7)),
        "Last week": Period(week - timedelta(days=7), week),
        "Last 4 weeks": Period(week - timedelta(days=28), week),
        "Last 13 weeks": Period(week - timedelta(days=91), week),
        "This year": Period(year, months_later(year, 12)),
        "Last year": Period(months_later(year, -12), year),
        "All time": Period(_first_day(card), day + timedelta(days=1)),
    }


def is_in_progress(card: Scorecard, period: Period) -> bool:
    """Whether `as_of` lies inside the period."""
    return local_midnight(card, period.start) <= card.as_of < local_midnight(card, period.end)


def elapsed(card: Scorecard, period: Period) -> Period:
    """The part of a period up to and with the day of `as_of`; the period itself if it is over."""
    return Period(period.start, min(period.end, today(card) + timedelta(days=1))) if is_in_progress(card, period) else period


def earlier(card: Scorecard, period: Period) -> Period:
    """The period before, of the same kind: the same number of months where it is whole months, else of days. Of a period in
    progress, only as many days as have elapsed.
    """
    start, end = _before(period)
    return Period(start, min(end, start + timedelta(days=elapsed(card, period).days))) if is_in_progress(card, period) else Period(start, end)


def _before(period: Period) -> tuple[date, date]:
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    if period.start.day == 1 and period.end.day == 1 and months:
        return months_later(period.start, -months), period.start
    return period.start - timedelta(days=period.days), period.start


def _first_day(card: Scorecard) -> date:
    row = card.unguarded.rows(read_file(QUERIES / "support" / "earliest.sql").body, {})[0]
    return row["day"] or today(card)
