"""Settings: defaults that work, and values that cannot be refused with their name, the value, and what would do."""

from datetime import datetime
from pathlib import Path

import pytest

from app.errors import SettingError
from app.settings import ROOT, SECRET, Settings, read_settings

IMPOSSIBLE = {
    "engine": ("hadoop", "'duckdb' or 'spark'"),
    "timezone": ("Mars/Olympus", "no such time zone"),
    "week_starts_on": ("someday", "'monday', 'tuesday'"),
    "fiscal_year_start_month": ("13", "less than or equal to 12"),
    "as_of": ("yesterday", "datetime"),
    "currency": ("dollars", "pattern"),
    "date_order": ("ymd", "'mdy' or 'dmy'"),
    "acceptance_window_days": ("0", "greater than or equal to 1"),
    "conversion_window_days": ("-3", "greater than or equal to 1"),
    "influence_window_days": ("many", "integer"),
    "worked_window_days": ("0", "greater than or equal to 1"),
    "half_life_days": ("0", "greater than 0"),
    "response_sla_hours": ("0", "greater than 0"),
    "memory_limit": ("lots", "pattern"),
    "question_seconds": ("0", "greater than or equal to 0.1"),
    "metrics_from": ("everybody", "write networks such as 10.1.0.0/16"),
    "site_url": ("http://accord.example.com", "write https://"),
    "oidc_metadata_url": ("id.example.com", "write https://"),
    "session_hours": ("0", "greater than 0"),
}


@pytest.fixture(autouse=True)
def no_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_value_that_cannot_be_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    value, what = IMPOSSIBLE[name]
    monkeypatch.setenv(f"ACCORD_{name.upper()}", value)
    with pytest.raises(SettingError) as fault:
        read_settings()
    assert str(fault.value).startswith(f"ACCORD_{name.upper()} cannot be {value!r}: ")
    assert what in str(fault.value)
    assert "\n" not in str(fault.value)


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_CURRENCY", "dollars")
    monkeypatch.setenv("ACCORD_TIMEZONE", "Mars")
    with pytest.raises(SettingError) as fault:
        read_settings()
    assert [line.split()[0] for line in str(fault.value).splitlines()] == ["ACCORD_TIMEZONE", "ACCORD_CURRENCY"]


@pytest.mark.parametrize("name", [name for name in SECRET if name.endswith("_URL")])
def test_a_value_that_may_hold_a_password_is_refused_without_being_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "ftp://ann:sesame@host/x")
    with pytest.raises(SettingError) as fault:
        read_settings()
    assert str(fault.value).startswith(f"{name} cannot be that (not shown: it may hold a password): write ")
    assert "sesame" not in str(fault.value)


def test_every_setting_that_is_no_folder_has_a_value_that_is_refused() -> None:
    secret = {name.removeprefix("ACCORD_").lower() for name in SECRET}
    judged_elsewhere = {"digest_from", "digest_to", "oidc_client_id"}  # by the mail server, by the provider
    files = {"extracts", "maps", "scorecard", "sample", "sources", "access", *(f"{name}_file" for name in secret)}
    assert set(IMPOSSIBLE) | secret | judged_elsewhere | files >= {
        name for name, field in Settings.model_fields.items() if field.annotation is not bool
    }


def test_defaults() -> None:
    settings = read_settings()
    assert settings.extracts == ROOT / "data" / "extracts"
    assert (settings.timezone, settings.week_starts_on, settings.currency) == ("UTC", "monday", "USD")
    assert (settings.acceptance_window_days, settings.conversion_window_days, settings.influence_window_days) == (14, 180, 180)
    assert settings.response_sla_hours == 24


def test_every_setting_has_a_sentence() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description and field.description.endswith("."), name


def test_options_win_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ACCORD_EXTRACTS", "elsewhere")
    assert read_settings().extracts == ROOT / "elsewhere"
    assert read_settings(extracts=tmp_path).extracts == tmp_path
    assert read_settings(extracts=None).extracts == ROOT / "elsewhere"


def test_weekdays_are_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_WEEK_STARTS_ON", " Sunday ")
    assert read_settings().week_starts_on == "sunday"


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2026-11-20T05:12:00Z", "2026-11-20T05:12:00"), ("2026-11-20T05:12:00.9+02:00", "2026-11-20T03:12:00"), ("2026-11-20T05:12:00", "2026-11-20T05:12:00")],
)
def test_as_of_is_kept_in_utc(monkeypatch: pytest.MonkeyPatch, text: str, moment: str) -> None:
    monkeypatch.setenv("ACCORD_AS_OF", text)
    assert read_settings().as_of == datetime.fromisoformat(moment)


def test_an_unknown_setting_of_ours_is_no_fault_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_NO_SUCH_THING", "1")
    assert read_settings().currency == "USD"
