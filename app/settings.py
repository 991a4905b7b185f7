"""Every setting, with its default, its meaning and its check. One field here is all that a new setting takes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingError

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Days = Annotated[int, Field(ge=1, le=3650)]
SECRET = ("ACCORD_NOTES_URL", "ACCORD_SMTP_URL")  # may hold passwords, so they are never printed
ROOT = Path(__file__).resolve().parent.parent


def _from_root(path: Path) -> Path:
    """Relative folders are relative to the project, so that every working directory sees the same scorecard."""
    return path if path.is_absolute() else ROOT / path


Folder = Annotated[Path, AfterValidator(_from_root)]


class Settings(BaseSettings):
    """Settings from environment variables with the prefix ACCORD_ or from a file `.env`."""

    model_config = SettingsConfigDict(env_prefix="ACCORD_", env_file=ROOT / ".env", extra="ignore", validate_default=True)

    extracts: Folder = Field(Path("data/extracts"), description="Folder of the extracts: one folder for each source.")
    maps: Folder = Field(Path("data/maps"), description="Folder of this company's own maps; the defaults stand in for missing ones.")
    scorecard: Folder = Field(Path("data/build"), description="Folder that builds are written to and served from.")
    sample: Folder = Field(Path("data/sample"), description="Folder of the sample company that `accord demo` makes.")
    sources: Folder | None = Field(None, description="Folder with further sources, each a folder of SQL, besides those that ship.")
    notes_url: str = Field("sqlite:///data/notes/notes.db", description="Database of what people write: a file of SQLite, or postgresql://USER:PASSWORD@HOST/DATABASE.")
    smtp_url: str | None = Field(None, description="Mail server for the digest: smtp://USER:PASSWORD@HOST:587 (STARTTLS where offered) or smtps://...:465.")
    digest_from: str | None = Field(None, description="Sender of the digest.")
    digest_to: str | None = Field(None, description="Readers of the digest, addresses with commas between.")
    timezone: str = Field("UTC", description="Time zone in which days, weeks and months are reported, such as Europe/Berlin.")
    week_starts_on: Weekday = Field("monday", description="First day of a week.")
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = Field(1, description="Month (1 to 12) in which the fiscal year starts.")
    as_of: datetime | None = Field(None, description="Moment the extracts are true at, if not their newest sync, such as 2026-11-20T05:12:00Z.")
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = Field("USD", description="Reporting currency, three letters.")
    date_order: Literal["mdy", "dmy"] = Field("mdy", description="How to read dates written with slashes: month first (mdy) or day first (dmy).")
    acceptance_window_days: Days = Field(14, description="Days that sales has to accept a lead; younger leads are not judged.")
    conversion_window_days: Days = Field(180, description="Days after the handoff in which an opportunity counts as its result.")
    influence_window_days: Days = Field(180, description="Days before an opportunity is created in which a touch can have influenced it.")
    response_sla_hours: Annotated[float, Field(gt=0, le=8760)] = Field(24, description="Hours in which sales promised to respond to a lead.")
    worked_window_days: Days = Field(7, description="Days after accepting a lead in which sales should have touched it.")
    half_life_days: Annotated[float, Field(gt=0, le=3650)] = Field(7, description="Days in which a touch loses half its credit in the model time_decay.")
    memory_limit: Annotated[str, Field(pattern=r"^\d+(\.\d+)?(MB|GB|MiB|GiB)$")] = Field("4GiB", description="Memory a build or the site's questions may take, such as 4GiB.")

    @field_validator("week_starts_on", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("notes_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")):
            raise ValueError("write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("smtp://", "smtps://")):
            raise ValueError("write smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("no such time zone; write one like Europe/Berlin or America/New_York")
        return value

    @field_validator("as_of")
    @classmethod
    def _to_utc(cls, value: datetime | None) -> datetime | None:
        """Seconds in UTC without zone, as all instants of a scorecard are."""
        if value is None:
            return None
        zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).replace(tzinfo=None, microsecond=0)

    @property
    def zone(self) -> ZoneInfo:
        """The reporting time zone."""
        return ZoneInfo(self.timezone)


def read_settings(**overrides: object) -> Settings:
    """Settings of this process; `overrides` come from command-line options and win.

    Raises SettingError naming each setting that cannot be, its value, and what would do.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as fault:
        raise SettingError("\n".join(_sentence(error) for error in fault.errors())) from None


def _sentence(error: dict) -> str:
    name = "ACCORD_" + str(error["loc"][0]).upper() if error["loc"] else "a setting"
    value = "that (not shown: it may hold a password)" if name in SECRET else repr(error["input"])
    return f"{name} cannot be {value}: {error['msg'].removeprefix('Value error, ')}."
