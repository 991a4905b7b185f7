"""What the fuzz tests share: how many cases each runs, and text as hostile as it gets."""

import os
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# `FUZZ_TIMES=20 pytest tests/fuzz --hypothesis-profile=default` tries twenty times as many, drawn anew.
TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
CASES: dict[str, int] = {}

HOSTILE = (
    "", " ", "\t", "\u00a0", "null", "NULL", "None", "nan", "-", "--", "'", '"', '""', "''", "\\", "\\N", "a,b", "a;b", "a|b", "a\nb", "a\r\nb", "a\rb", "=1+1",
        "@x", "#",
    "'; drop table lead; --", "<script>alert(1)</script>", "{{7*7}}", "${x}", "$a", "?", "*", "%", "[x](javascript:alert(1))", ":red[x]", "`x`", "../../etc/passwd",
    "\u202eabc", "\ufeffx", "Zoë", "İ", "ẞ", "\U0001f600", "e\u0301", "x" * 300, "0", "-0", "1e9", "true", "2026-03-02", "_", "\x1f", "\x7f", "\u2028", "\x85",
        "\x0b", "\x0c",
)  # fmt: skip


def runs(count: int, times: int = 1) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Lets a test of hypothesis run so many cases, and counts them; `times` is how often pytest runs it with other parameters."""

    def on(test: Callable[..., None]) -> Callable[..., None]:
        CASES[test.__name__] = count * times
        unlimited = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
        return settings(max_examples=count * TIMES, deadline=None, suppress_health_check=unlimited)(test)

    return on


def words(most: int = 30) -> st.SearchStrategy[str]:
    """Text without halves of characters, which no file in UTF-8 can hold."""
    return st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=most)
