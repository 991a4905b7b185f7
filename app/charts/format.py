"""Numbers for people: one function for each unit. None is "no data", never 0."""

from collections.abc import Iterable
from datetime import date, datetime

NO_DATA = "no data"
MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
# What the records of a metric are called: one, several.
THINGS = {
    "handoff": ("lead", "leads"), "deal": ("deal", "deals"), "person": ("person", "people"), "account": ("account", "accounts"),
    "cost": ("cost", "costs"), "joint_work": ("activity", "activities"),
}  # fmt: skip
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}


def number(value: float | None, unit: str, currency: str = "USD") -> str:
    """A value of a unit (count, money, rate, ratio, hours, days) with the unit written out."""
    if value is None:
        return NO_DATA
    return (
        money(value, currency)
        if unit == "money"
        else {"count": count, "rate": rate, "ratio": ratio, "hours": hours, "days": days}[unit](value)
    )


def count(value: float) -> str:
    """1,204 or 1.2M."""
    return _signed(value, lambda size: f"{size:,.0f}" if size < 999_500 else _short(size))


def money(value: float, currency: str) -> str:
    """$609, $12.4K, $1.2M; currencies without a sign of their own by their letters."""
    sign = SYMBOLS.get(currency, currency + NBSP)
    return _signed(value, lambda size: sign + (f"{size:,.0f}" if size < 9_999.5 else _short(size)))


def rate(value: float) -> str:
    """43 %, and 4.2 % where a whole number would say too little."""
    share = value * 100
    return _signed(share, lambda size: f"{size:.1f}{NBSP}%" if 0 < round(size, 1) < 10 else f"{size:.0f}{NBSP}%")


def beside(value: float, goal: float, unit: str, currency: str) -> tuple[str, str]:
    """A value and the goal it is held against; a share with one more digit where both would read the same and are not."""
    pair = number(value, unit, currency), number(goal, unit, currency)
    if unit == "rate" and pair[0] == pair[1] and value != goal:
        return f"{value * 100:.1f}{NBSP}%", f"{goal * 100:.1f}{NBSP}%"
    return pair


def reached(value: float, goal: float) -> str:
    """The share of a goal: 97 %, and never 100 % before it is."""
    share = value / goal * 100
    return f"{share:.1f}{NBSP}%" if 99 < share < 100 else f"{share:.0f}{NBSP}%"


def hours(value: float) -> str:
    """35 min, 2.3 h, 76 h."""
    if value < 1:
        return f"{value * 60:.0f}{NBSP}min"
    return f"{value:.1f}{NBSP}h" if value < 9.95 else f"{value:,.0f}{NBSP}h"


def ratio(value: float) -> str:
    """2.4×, and two digits below one: 0.38×."""
    return _signed(value, lambda size: f"{size:.1f}×" if size >= 0.995 else f"{size:.2f}×")


def days(value: float) -> str:
    """62 days."""
    return f"{value:,.0f}{NBSP}{'day' if round(value) == 1 else 'days'}"


def interval(low: float, high: float) -> str:
    """58-66 %."""
    return f"{low * 100:.0f}–{high * 100:.0f}{NBSP}%"


def change(value: float, unit: str) -> str:
    """+4 % of the earlier value; of a rate the difference in points."""
    if unit == "rate":
        return f"{_plus(value)}{abs(value) * 100:.1f}{NBSP}points"
    return f"{_plus(value)}{abs(value) * 100:,.0f}{NBSP}%"


def brief(text: str, most: int = 240) -> str:
    """One line of what somebody wrote, cut at `most` characters; no mark in it turns what stands around it."""
    line = " ".join(text.split())
    return f"\N{FIRST STRONG ISOLATE}{line if len(line) <= most else line[: most - 1] + '…'}\N{POP DIRECTIONAL ISOLATE}"


def listed(words: Iterable[str]) -> str:
    """a, b and c."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def sentence(text: str) -> str:
    """With a capital at its start; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def plural(number_of: int, thing: str, things: str = "") -> str:
    """1 lead, 1,204 leads."""
    return f"{count(number_of)} {thing if number_of == 1 else things or thing + 's'}"


def day(value: date) -> str:
    """9 Nov."""
    return f"{value.day} {value:%b}"


def full_day(value: date) -> str:
    """9 Nov 2026."""
    return f"{value.day} {value:%b %Y}"


def moment(value: datetime, zone: str) -> str:
    """Fri 20 Nov 2026, 05:12 UTC."""
    return f"{value:%a} {value.day} {value:%b %Y, %H:%M} {zone}"


def _plus(value: float) -> str:
    return "+" if value > 0 else MINUS if value < 0 else "±"


def _signed(value: float, write: object) -> str:
    return (MINUS if value < 0 else "") + write(abs(value))


def _short(size: float) -> str:
    for limit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if size >= limit * 0.9995:
            scaled = size / limit
            return f"{scaled:.1f}{letter}" if scaled < 99.95 else f"{scaled:.0f}{letter}"
    return f"{size:.0f}"
