"""Every setting, with its default, its meaning and its check. One field here is all that a new setting takes."""

import os
import re
import stat
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingError

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Days = Annotated[int, Field(ge=1, le=3650)]
SECRETS = ("notes_url", "smtp_url", "spark_url", "oidc_client_secret", "cookie_secret")  # are or hold passwords: never printed, and each may lie in a file of its own
SECRET = tuple(f"ACCORD_{name.upper()}" for name in SECRETS)
SIGN_IN = (
    "access", "site_url", "oidc_metadata_url", "oidc_client_id", "oidc_client_secret", "cookie_secret", "session_hours", "serve_without_sign_in",
    *(f"{name}_file" for name in SECRETS),
)  # fmt: skip
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
    notes_url: str = Field(
        "sqlite:///data/notes/notes.db", repr=False, description="Database of what people write: a file of SQLite, or postgresql://USER:PASSWORD@HOST/DATABASE."
    )
    smtp_url: str | None = Field(None, repr=False, description="Mail server for the digest: smtp://USER:PASSWORD@HOST:587 (STARTTLS where offered) or smtps://...:465.")
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
    engine: Literal["duckdb", "spark"] = Field("duckdb", description="What a build computes on: this machine's DuckDB, or Apache Spark.")
    spark_url: str | None = Field(
        None, repr=False, description="Spark Connect address of a cluster, such as sc://HOST:15002; without it `spark` is a session on this machine."
    )
    question_seconds: Annotated[float, Field(ge=0.1, le=3600)] = Field(30, description="Seconds one question of the site may take before it is stopped.")
    metrics_from: str | None = Field(None, description="Networks besides this machine that may read /metrics, with commas between, such as 10.1.0.0/16.")
    memory_limit: Annotated[str, Field(pattern=r"^[0-9]{1,6}(\.[0-9]+)?(MB|GB|MiB|GiB)$")] = Field(
        "4GiB", description="Memory a build or the site's questions may take, such as 4GiB."
    )

    access: Folder | None = Field(None, description="File that says who may see what (access.csv); with sign-in.")
    site_url: str | None = Field(None, description="Address of the site as readers know it, such as https://accord.example.com; with sign-in.")
    oidc_metadata_url: str | None = Field(None, description="Sign-in: the provider's address that ends in /.well-known/openid-configuration.")
    oidc_client_id: str | None = Field(None, description="Sign-in: the name the provider knows this site by.")
    oidc_client_secret: str | None = Field(None, repr=False, description="Sign-in: the secret the provider gave for it.")
    cookie_secret: str | None = Field(None, repr=False, min_length=32, description="Sign-in: 32 random characters or more that sign cookies, the same in all processes.")
    session_hours: Annotated[float, Field(gt=0, le=720)] = Field(12, description="Hours after which a reader signs in again.")
    serve_without_sign_in: bool = Field(False, description="Serve others than this machine without sign-in: whoever reaches the site sees everything.")
    notes_url_file: Folder | None = Field(None, description="File that holds ACCORD_NOTES_URL, readable by its owner alone.")
    smtp_url_file: Folder | None = Field(None, description="File that holds ACCORD_SMTP_URL, readable by its owner alone.")
    spark_url_file: Folder | None = Field(None, description="File that holds ACCORD_SPARK_URL, readable by its owner alone.")
    oidc_client_secret_file: Folder | None = Field(None, description="File that holds ACCORD_OIDC_CLIENT_SECRET, readable by its owner alone.")
    cookie_secret_file: Folder | None = Field(None, description="File that holds ACCORD_COOKIE_SECRET, readable by its owner alone.")

    @model_validator(mode="before")
    @classmethod
    def _with_files(cls, values: dict[str, object]) -> dict[str, object]:
        """Secrets that lie in files of their own."""
        for name in SECRETS:
            if path := values.get(f"{name}_file"):
                if values.get(name):
                    raise ValueError(f"ACCORD_{name.upper()} and ACCORD_{name.upper()}_FILE are both there: leave one out")
                try:
                    values = values | {name: read_secret(_from_root(Path(str(path))))}
                except ValueError as fault:
                    raise ValueError(f"ACCORD_{name.upper()}_FILE: {fault}") from None
        return values

    @field_validator("site_url", "oidc_metadata_url")
    @classmethod
    def _is_encrypted(cls, value: str | None) -> str | None:
        address = urlsplit(value or "https://this.site")
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in ("localhost", "127.0.0.1", "::1")) or not address.netloc:
            raise ValueError("write https://...; http:// does for this machine alone, as whoever listens on the way could sign in as anybody")
        return value.rstrip("/") if value else None

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

    @field_validator("metrics_from")
    @classmethod
    def _known_networks(cls, value: str | None) -> str | None:
        try:
            for network in value.split(",") if value else ():
                ip_network(network.strip())
        except ValueError as fault:
            raise ValueError(f"{fault}; write networks such as 10.1.0.0/16 or fd00::/8, with commas between") from None
        return value

    @field_validator("spark_url")
    @classmethod
    def _known_cluster(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("sc://"):
            raise ValueError("write sc://HOST:15002, with /;token=... or /;use_ssl=true behind it where the server asks for that")
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
        if not 1990 < value.year < 2099:
            raise ValueError("write a moment of 1991 to 2098, such as 2026-11-20T05:12:00Z")
        zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).replace(tzinfo=None, microsecond=0)

    @property
    def zone(self) -> ZoneInfo:
        """The reporting time zone."""
        return ZoneInfo(self.timezone)


def read_secret(path: Path) -> str:
    """What a file holds that only its owner may read, without blanks around it. Raises ValueError where others may, or nobody can."""
    try:
        if is_open_to_others(path):
            raise ValueError(f"{path} can be read by others than its owner: chmod 600 {path}")
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise ValueError(f"{path} cannot be read: {getattr(fault, 'strerror', None) or 'it is no text'}") from None
    if not text:
        raise ValueError(f"{path} is empty")
    return text


def is_open_to_others(path: Path) -> bool:
    """Whether others than a file's owner may read or write it (not known of Windows)."""
    return os.name != "nt" and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _check_env_file() -> None:
    """A secret in .env is one in a file."""
    path = Settings.model_config.get("env_file")
    if not path or not Path(path).exists():
        return
    lines = Path(path).read_text(encoding="utf-8", errors="replace").upper()
    held = [name for name in SECRET if re.search(rf"^\s*(EXPORT\s+)?{name}\s*=\s*\S", lines, re.M)]
    if held and is_open_to_others(Path(path)):
        raise SettingError(f"{path} holds {' and '.join(held)} and can be read by others than its owner: chmod 600 {path}")


def read_settings(**overrides: object) -> Settings:
    """Settings of this process; `overrides` come from command-line options and win.

    Raises SettingError naming each setting that cannot be, its value, and what would do.
    """
    try:
        _check_env_file()
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as fault:
        raise SettingError("\n".join(_sentence(error) for error in fault.errors())) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingError(f"{Settings.model_config['env_file']} cannot be read: {getattr(fault, 'strerror', None) or 'it is no text in UTF-8'}.") from None


def _sentence(error: dict) -> str:
    why = " ".join(error["msg"].removeprefix("Value error, ").split())
    if not error["loc"]:
        return f"{why}."
    name = "ACCORD_" + str(error["loc"][0]).upper()
    value = "that (not shown: it may hold a password)" if name in SECRET else repr(error["input"])
    return f"{name} cannot be {value}: {why}."
