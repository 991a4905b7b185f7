"""Reads the raw extracts and maps of one company into plain objects."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

Row = dict[str, object]

# Section 2, and the order that breaks ties of time (section 3).
STAGES = ("inquiry", "handed_off", "working", "accepted", "qualified", "rejected", "recycled")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Settings:
    """What a company may set; the defaults are those of METRICS.md. `as_of` is naive UTC."""

    timezone: str = "UTC"
    currency: str = "USD"
    week_starts_on: str = "monday"
    fiscal_year_start_month: int = 1
    as_of: datetime | None = None
    acceptance_window_days: int = 14
    conversion_window_days: int = 180
    influence_window_days: int = 180
    half_life_days: float = 7
    response_sla_hours: float = 24
    worked_window_days: int = 7


# ---------------------------------------------------------------- things


@dataclass(frozen=True)
class User:
    user_id: str
    name: str | None
    is_active: bool
    team: str | None
    side: str | None


@dataclass(frozen=True)
class Account:
    account_id: str
    name: str | None
    segment: str | None
    region: str | None
    industry: str | None
    tier: str
    owner_id: str | None


@dataclass(frozen=True)
class Campaign:
    campaign_id: str
    name: str | None
    channel: str | None
    marketing_team: str | None


@dataclass(frozen=True)
class Change:
    """One line of a lead's field history."""

    at: datetime
    change_id: str
    old: str | None
    new: str | None
    actor_id: str | None


@dataclass
class Lead:
    lead_id: str
    created_at: datetime
    created_by_id: str | None
    status: str | None
    owner_id: str | None
    source: str | None
    segment: str | None
    region: str | None
    industry: str | None
    persona: str | None
    reason: str | None
    score: float | None
    converted_on: date | None
    converted_at: datetime | None
    converted_opportunity_id: str | None
    stage_dates: dict[str, datetime]
    status_changes: list[Change] = field(default_factory=list)
    owner_changes: list[Change] = field(default_factory=list)


@dataclass
class Person:
    """One human: every lead and contact record joined into one, and the account of that human."""

    person_id: str
    account_id: str | None
    title: str | None
    lead_ids: list[str]


@dataclass(frozen=True)
class Touch:
    touch_id: str
    person_id: str
    at: datetime
    side: str
    channel: str | None
    campaign_id: str | None
    marketing_team: str | None


@dataclass(frozen=True)
class Opportunity:
    """A deal; `amount` is in the reporting currency, None where the deal has none."""

    opportunity_id: str
    account_id: str | None
    owner_id: str | None
    source: str | None
    created_at: datetime
    created_on: date
    close_on: date | None
    close_at: datetime | None
    is_closed: bool
    is_won: bool
    amount: float | None


@dataclass(frozen=True)
class Spend:
    spent_on: date
    channel: str | None
    campaign: str | None
    amount: float


@dataclass(frozen=True)
class TeamCost:
    month: date
    team: str | None
    side: str | None
    amount: float


@dataclass(frozen=True)
class Target:
    metric: str
    month: date
    team: str | None
    segment: str | None
    value: float


@dataclass(frozen=True)
class JointWork:
    done_on: date
    kind: str
    account_id: str | None
    campaign_id: str | None


@dataclass(eq=False)
class Company:
    """Everything the extracts say, mapped; quarantined and deleted rows are already out."""

    settings: Settings
    as_of: datetime
    stage_of_status: dict[str, str | None]
    users: dict[str, User]
    accounts: dict[str, Account]
    campaigns: dict[str, Campaign]
    leads: dict[str, Lead]
    people: dict[str, Person]
    person_of: dict[str, str]
    channel_of: dict[str, str]
    persona_rules: list[tuple[re.Pattern[str], str]]
    touches_of: dict[str, list[Touch]]
    opportunities: dict[str, Opportunity]
    people_of_opportunity: dict[str, set[str]]
    primary_of_opportunity: dict[str, set[str]]
    spend: list[Spend]
    team_costs: list[TeamCost]
    targets: list[Target]
    joint_work: list[JointWork]
    quarantined: Counter[str]

    def local_day(self, instant: datetime) -> date:
        return local_day(instant, self.settings)

    def channel_for(self, label: str | None) -> str | None:
        """Marketing channel of a lead source or campaign type; None where the map lacks it."""
        return self.channel_of.get(fold(label)) if label else None

    def persona_for(self, title: str | None) -> str | None:
        """First matching row of persona.csv, in file order."""
        return next((name for rule, name in self.persona_rules if title and rule.search(title)), None)

    def persona_of(self, person_id: str) -> str | None:
        """What the newest lead record that names a persona says; else what the title tells."""
        person = self.people[person_id]
        leads = sorted((self.leads[lead_id] for lead_id in person.lead_ids), key=lambda lead: lead.created_at)
        said = [lead.persona for lead in leads if lead.persona]
        return said[-1] if said else self.persona_for(person.title)

    def user_name(self, user_id: str | None) -> str | None:
        return self.users[user_id].name if user_id in self.users else None

    def team_on(self, side: str, user_id: str | None) -> str | None:
        """The user's team, if it is of that side."""
        return team_on(self.users, side, user_id)


# ---------------------------------------------------------------- values


def text(value: object) -> str | None:
    """Text without outer blanks; blank is nothing."""
    found = "" if value is None else str(value).strip()
    return found or None


def fold(label: object) -> str:
    """Section 7: labels that differ only in case or outer blanks are one."""
    return str(label or "").strip().casefold()


def number(value: object) -> float | None:
    return None if text(value) is None else float(value)


def truth(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    return {"true": True, "1": True, "t": True, "false": False, "0": False, "f": False}.get(fold(value))


def instant(value: object) -> datetime | None:
    """Naive UTC, whole seconds."""
    if text(value) is None:
        return None
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    else:
        found = datetime.fromisoformat(str(value).strip())
    if found.tzinfo is not None:
        found = found.astimezone(UTC).replace(tzinfo=None)
    return found.replace(microsecond=0)


def local_day(moment: datetime, settings: Settings) -> date:
    """Section 1: stored in UTC, reported in the configured time zone."""
    if settings.timezone == "UTC":
        return moment.date()
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(settings.timezone)).date()


def day_start(day: date, settings: Settings) -> datetime:
    midnight = datetime.combine(day, time())
    if settings.timezone == "UTC":
        return midnight
    return midnight.replace(tzinfo=ZoneInfo(settings.timezone)).astimezone(UTC).replace(tzinfo=None)


def day_end(day: date, settings: Settings) -> datetime:
    """The last second of a local day."""
    return day_start(day + timedelta(days=1), settings) - timedelta(seconds=1)


def calendar_day(value: object, settings: Settings) -> date | None:
    """Section 7: midnight sharp is a date without a time, a local day that is never shifted."""
    moment = instant(value)
    if moment is None:
        return None
    return moment.date() if moment.time() == time() else local_day(moment, settings)


def start_of(value: object, settings: Settings) -> datetime | None:
    """A touch's instant from a field that may hold a bare day: the start of that local day."""
    moment = instant(value)
    if moment is None or moment.time() != time():
        return moment
    return day_start(moment.date(), settings)


def end_of(value: object, settings: Settings) -> datetime | None:
    """A close's or conversion's instant from a field that may hold a bare day: its last second."""
    moment = instant(value)
    if moment is None or moment.time() != time():
        return moment
    return day_end(moment.date(), settings)


class Labels:
    """Section 7: one spelling for labels that differ only in case or blanks: the most frequent one."""

    def __init__(self, values: Iterable[object]) -> None:
        seen = Counter(found for value in values if (found := text(value)))
        self._spelling: dict[str, str] = {}
        for spelling, _ in sorted(seen.items(), key=lambda pair: (-pair[1], pair[0])):
            self._spelling.setdefault(fold(spelling), spelling)

    def __call__(self, value: object) -> str | None:
        return self._spelling.get(fold(value))


# ---------------------------------------------------------------- files


def read_company(extracts: Path, maps: Path, settings: Settings = Settings()) -> Company:
    """The company whose extracts and maps lie in these folders."""
    tables: dict[str, list[Row]] = {}
    for source in sorted(folder for folder in Path(extracts).iterdir() if folder.is_dir()):
        for entry in sorted(source.iterdir()):
            if entry.is_dir() or _is_table(entry):
                tables.setdefault(entry.name.split(".")[0], []).extend(_rows_of(entry))
    found_maps = {path.stem: list(_csv_rows(path)) for path in sorted(Path(maps).glob("*.csv"))}
    return company_from(tables, found_maps, settings)


def _is_table(path: Path) -> bool:
    return path.name.endswith((".parquet", ".csv", ".csv.gz"))


def _rows_of(entry: Path) -> Iterator[Row]:
    files = sorted(filter(_is_table, entry.rglob("*"))) if entry.is_dir() else [entry]
    for path in files:
        yield from _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)


def _parquet_rows(path: Path) -> Iterator[Row]:
    import pyarrow.parquet

    columns = pyarrow.parquet.ParquetFile(path).read().to_pydict()
    return (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))


def _csv_rows(path: Path) -> Iterator[Row]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def _squeeze(column: str) -> str:
    """INTERFACES: `created_date`, `createddate` and `CreatedDate` are one column."""
    return column.replace("_", "").lower()


class Table:
    """Live rows of one raw table, read by column name in any of its spellings."""

    def __init__(self, name: str, rows: Iterable[Row], own_columns: dict[tuple[str, str], str]) -> None:
        self.name, self.own_columns = name, own_columns
        self.rows = [{_squeeze(column): value for column, value in row.items()} for row in rows]

    def live(self) -> Iterator[Row]:
        """Section 7: deleted rows and old versions count for nothing."""
        return (row for row in self.rows if not _is_deleted(row) and not _is_old_version(row))

    def own(self, row: Row, field_name: str, *standard: str) -> object:
        """The company's own column for a field (fields.csv), else the first standard one that is there."""
        column = self.own_columns.get((self.name, field_name))
        if column:
            return row.get(_squeeze(column))
        return next((row[_squeeze(name)] for name in standard if text(row.get(_squeeze(name)))), None)


def _is_deleted(row: Row) -> bool:
    return bool(truth(row.get("isdeleted")) or truth(row.get("fivetrandeleted")))


def _is_old_version(row: Row) -> bool:
    return truth(row.get("fivetranactive")) is False


# ---------------------------------------------------------------- assembling


def company_from(raw: dict[str, list[Row]], maps: dict[str, list[Row]], settings: Settings = Settings()) -> Company:
    """The company in these raw tables (name to rows) and maps (file stem to rows)."""
    own_columns = {(fold(row["table"]), fold(row["field"])): str(row["column"]) for row in maps.get("fields", [])}
    names = {*raw, *_KNOWN_TABLES}
    tables = {name: Table(name, raw.get(name, []), own_columns) for name in names}
    return _Assembly(tables, maps, settings).company()


_KNOWN_TABLES = (
    "account",
    "contact",
    "lead",
    "lead_history",
    "opportunity",
    "opportunity_contact_role",
    "campaign",
    "campaign_member",
    "task",
    "event",
    "user",
    "user_role",
    "campaign_report",
)


class _Assembly:
    """Builds the company step by step; each step reads what the steps before it left."""

    def __init__(self, tables: dict[str, Table], maps: dict[str, list[Row]], settings: Settings) -> None:
        self.tables, self.maps, self.settings = tables, maps, settings
        self.quarantined: Counter[str] = Counter()
        self._one_spelling()

    def company(self) -> Company:
        self.as_of = self._as_of()
        self.users = self._users()
        self.accounts = self._accounts()
        self.campaigns = self._campaigns()
        self.leads = self._leads()
        self.people, self.person_of = self._people()
        self.opportunities = self._opportunities()
        return Company(
            settings=self.settings,
            as_of=self.as_of,
            users=self.users,
            accounts=self.accounts,
            campaigns=self.campaigns,
            leads=self.leads,
            people=self.people,
            person_of=self.person_of,
            stage_of_status={fold(row["status"]): text(row["stage"]) for row in self.maps.get("lead_status", [])},
            channel_of=self.channel_of,
            persona_rules=self._persona_rules(),
            touches_of=self._touches(),
            opportunities=self.opportunities,
            people_of_opportunity=self._people_of_opportunity(lambda row: True),
            primary_of_opportunity=self._people_of_opportunity(lambda row: truth(row.get("isprimary"))),
            spend=self._spend(),
            team_costs=self._team_costs(),
            targets=self._targets(),
            joint_work=self._joint_work(),
            quarantined=self.quarantined,
        )

    def _live(self, name: str) -> Iterator[Row]:
        return self.tables[name].live()

    def _column(self, name: str, field_name: str, *standard: str) -> list[object]:
        table = self.tables[name]
        return [table.own(row, field_name, *standard) for row in table.live()]

    def _one_spelling(self) -> None:
        """One spelling per label, over every table that carries it."""
        self.source = Labels(
            [
                *self._column("lead", "source", "lead_source"),
                *self._column("opportunity", "source", "lead_source"),
            ]
        )
        self.industry = Labels(
            [
                *self._column("account", "industry", "industry"),
                *self._column("lead", "industry", "industry"),
            ]
        )
        self.region = Labels(
            [
                *self._column("account", "region", "billing_country"),
                *self._column("lead", "region", "country"),
            ]
        )
        self.reason = Labels(self._column("lead", "reason"))
        self.segment = Labels(
            [
                *(row["segment"] for row in self.maps.get("segment", [])),
                *self._column("account", "segment"),
                *self._column("lead", "segment"),
            ]
        )
        self.team = Labels(row["team"] for row in self.maps.get("team", []))
        self.channel = Labels(row["channel"] for row in self.maps.get("channel", []))
        self.channel_of = {
            fold(row["source"]): found
            for row in self.maps.get("channel", [])
            if (found := self.channel(row["channel"]))
        }

    # ---- section 1 and 7, time

    def _as_of(self) -> datetime:
        """The newest sync over all rows of all tables, deleted ones too; else the newest creation."""
        if self.settings.as_of:
            return self.settings.as_of
        rows = [row for table in self.tables.values() for row in table.rows]
        synced = [found for row in rows if (found := instant(row.get("fivetransynced")) or _loaded_at(row))]
        return max(synced or [found for row in rows if (found := instant(row.get("createddate")))])

    # ---- who works where

    def _users(self) -> dict[str, User]:
        """Users keep their team and past after they leave: deleted and inactive ones stay."""
        roles = {row["id"]: text(row.get("name")) for row in self.tables["user_role"].rows if not _is_old_version(row)}
        teams = {
            fold(row["role"]): (self.team(row["team"]), fold(row["side"]) or None) for row in self.maps.get("team", [])
        }
        users = {}
        for row in self.tables["user"].rows:
            if _is_old_version(row):
                continue
            role, department = fold(roles.get(row.get("userroleid"))), fold(row.get("department"))
            team, side = teams.get(role) or teams.get(department) or (None, None)
            active = truth(row.get("isactive")) is not False and not _is_deleted(row)
            users[str(row["id"])] = User(str(row["id"]), text(row.get("name")), active, team, side)
        return users

    # ---- accounts and campaigns

    def _segment(self, size: float | None) -> str | None:
        """A size on a bound belongs to the upper band; no size, no segment."""
        reached = [band for band in self._bands() if size is not None and band[0] <= size]
        return reached[-1][1] if reached else None

    def _bands(self) -> list[tuple[float, str | None]]:
        rows = self.maps.get("segment", [])
        return sorted((float(row["employees_from"]), self.segment(row["segment"])) for row in rows)

    def _segment_of(self, table: Table, row: Row) -> str | None:
        return self.segment(table.own(row, "segment")) or self._segment(number(row.get("numberofemployees")))

    def _accounts(self) -> dict[str, Account]:
        table = self.tables["account"]
        tiers = {fold(row["account_id"]): fold(row["tier"]) for row in self.maps.get("tier", [])}
        largest = self._bands()[-1][1] if self._bands() else None
        accounts = {}
        for row in table.live():
            account_id, segment = str(row["id"]), self._segment_of(table, row)
            # INTERFACES: by tier.csv; without it, major is the largest segment.
            tier = tiers.get(fold(account_id)) if tiers else ("major" if segment and segment == largest else None)
            accounts[account_id] = Account(
                account_id=account_id,
                name=text(row.get("name")),
                segment=segment,
                region=self.region(table.own(row, "region", "billing_country")),
                industry=self.industry(table.own(row, "industry", "industry")),
                tier=fold(table.own(row, "tier")) or tier or "standard",
                owner_id=text(row.get("ownerid")),
            )
        return accounts

    def _campaigns(self) -> dict[str, Campaign]:
        return {
            str(row["id"]): Campaign(
                str(row["id"]),
                text(row.get("name")),
                self.channel_of.get(fold(row.get("type"))),
                team_on(self.users, "marketing", text(row.get("ownerid"))),
            )
            for row in self._live("campaign")
        }

    # ---- leads and people

    def _leads(self) -> dict[str, Lead]:
        leads = {str(row["id"]): self._lead(row) for row in self._live("lead")}
        # Section 7: what hangs on a deleted lead counts for nothing, so its history finds no lead here.
        for row in self._live("lead_history"):
            lead = leads.get(str(row["leadid"]))
            if lead is None:
                continue
            change = Change(
                instant(row["createddate"]),
                str(row["id"]),
                text(row.get("oldvalue")),
                text(row.get("newvalue")),
                text(row.get("createdbyid")),
            )
            if fold(row["field"]) == "status":
                lead.status_changes.append(change)
            elif fold(row["field"]) in ("owner", "ownerid"):
                lead.owner_changes.append(change)
        for lead in leads.values():
            lead.status_changes.sort(key=lambda change: (change.at, change.change_id))
            lead.owner_changes.sort(key=lambda change: (change.at, change.change_id))
        return leads

    def _lead(self, row: Row) -> Lead:
        table, settings = self.tables["lead"], self.settings
        converted = truth(row.get("isconverted")) is not False
        dates = {stage: start_of(table.own(row, f"{stage}_at"), settings) for stage in STAGES}
        return Lead(
            lead_id=str(row["id"]),
            created_at=instant(row["createddate"]),
            created_by_id=text(row.get("createdbyid")),
            status=text(table.own(row, "status", "status")),
            owner_id=text(row.get("ownerid")),
            source=self.source(table.own(row, "source", "lead_source")),
            segment=self._segment_of(table, row),
            region=self.region(table.own(row, "region", "country")),
            industry=self.industry(table.own(row, "industry", "industry")),
            persona=text(table.own(row, "persona")),
            reason=self.reason(table.own(row, "reason")),
            score=number(table.own(row, "score")),
            converted_on=calendar_day(row.get("converteddate"), settings) if converted else None,
            converted_at=end_of(row.get("converteddate"), settings) if converted else None,
            converted_opportunity_id=text(row.get("convertedopportunityid")) if converted else None,
            stage_dates={stage: at for stage, at in dates.items() if at},
        )

    def _people(self) -> tuple[dict[str, Person], dict[str, str]]:
        """One person: records converted into one another, or whose e-mails agree (a blank one joins nobody)."""
        contacts, leads = list(self._live("contact")), list(self._live("lead"))
        # Contacts speak first for their person, then leads; each in the order of their creation.
        records = [*sorted(contacts, key=_by_creation), *sorted(leads, key=_by_creation)]
        parent = {str(row["id"]): str(row["id"]) for row in records}

        def root(record: str) -> str:
            while parent[record] != record:
                parent[record] = record = parent[parent[record]]
            return record

        def join(one: str, other: str) -> None:
            parent[root(other)] = root(one)

        by_mail: dict[str, str] = {}
        for row in records:
            record, mail = str(row["id"]), "".join(str(row.get("email") or "").split()).casefold()
            if mail:
                join(by_mail.setdefault(mail, record), record)
            if row.get("convertedcontactid") in parent:
                join(str(row["convertedcontactid"]), record)

        members: dict[str, list[Row]] = defaultdict(list)
        for row in records:
            members[root(str(row["id"]))].append(row)
        people = {person_id: self._person(person_id, rows) for person_id, rows in members.items()}
        return people, {record: root(record) for record in parent}

    def _person(self, person_id: str, rows: list[Row]) -> Person:
        """The account and title are the first that a record of the person says."""
        said = [text(row.get("accountid")) or text(row.get("convertedaccountid")) for row in rows]
        return Person(
            person_id=person_id,
            account_id=next((account for account in said if account in self.accounts), None),
            title=next((title for row in rows if (title := text(row.get("title")))), None),
            lead_ids=[str(row["id"]) for row in rows if str(row["id"]) in self.leads],
        )

    def _persona_rules(self) -> list[tuple[re.Pattern[str], str]]:
        """Whole words, any case, first matching row in file order."""
        rows = [(text(row["title_contains"]), text(row["persona"])) for row in self.maps.get("persona", [])]
        return [
            (re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE), name)
            for words, name in rows
            if words and name
        ]

    # ---- section 7, touches

    def _touches(self) -> dict[str, list[Touch]]:
        """Touches by person, in time order; of two in one second the smaller id is the earlier."""
        touches: dict[str, list[Touch]] = defaultdict(list)
        for record, touch in [*self._campaign_touches(), *self._task_touches(), *self._event_touches()]:
            person_id = self.person_of.get(record)
            if person_id is None:
                self.quarantined["touch whose person is not in the data"] += 1
                continue
            touches[person_id].append(Touch(person_id=person_id, **touch))
        for found in touches.values():
            found.sort(key=lambda touch: (touch.at, touch.touch_id))
        return touches

    def _campaign_touches(self) -> Iterator[tuple[str, Row]]:
        """A campaign member that responded, at its first response, else its creation."""
        for row in self._live("campaign_member"):
            record = text(row.get("contactid")) or text(row.get("leadid"))
            if not truth(row.get("hasresponded")) or record is None:
                continue
            campaign = self.campaigns.get(str(row.get("campaignid")))
            yield (
                record,
                {
                    "touch_id": str(row["id"]),
                    "side": "marketing",
                    "at": start_of(row.get("firstrespondeddate"), self.settings) or instant(row["createddate"]),
                    "channel": campaign and campaign.channel,
                    "campaign_id": campaign and campaign.campaign_id,
                    "marketing_team": campaign and campaign.marketing_team,
                },
            )

    def _task_touches(self) -> Iterator[tuple[str, Row]]:
        """A closed task at its completion, else its activity date, else its creation, with a who_id."""
        for row in self._live("task"):
            record = text(row.get("whoid"))
            if record is None or not truth(row.get("isclosed")) or truth(row.get("isrecurrence")):
                continue
            at = (
                instant(row.get("completeddatetime"))
                or start_of(row.get("activitydate"), self.settings)
                or instant(row["createddate"])
            )
            yield record, self._activity(row, at, _kind(row.get("tasksubtype"), row.get("type"), otherwise="other"))

    def _event_touches(self) -> Iterator[tuple[str, Row]]:
        """An event that has begun by as_of, with a who_id; copies and series headers are none."""
        for row in self._live("event"):
            record = text(row.get("whoid"))
            if record is None or truth(row.get("ischild")) or truth(row.get("isrecurrence")):
                continue
            at = (
                instant(row.get("startdatetime"))
                or instant(row.get("activitydatetime"))
                or start_of(row.get("activitydate"), self.settings)
            )
            if at is not None and at <= self.as_of:
                yield record, self._activity(row, at, _kind(row.get("type"), otherwise="meeting"))

    def _activity(self, row: Row, at: datetime | None, kind: str) -> Row:
        """The side of a task or event is that of its owner's team, sales if unknown."""
        owner = self.users.get(str(row.get("ownerid")))
        side = (owner and owner.side) or "sales"
        team = owner.team if owner and side == "marketing" else None
        # A kind and a mapped channel that differ only in case ("email", "Email") are one label.
        channel = self.channel(kind) or kind
        return {
            "touch_id": str(row["id"]),
            "side": side,
            "at": at,
            "channel": channel,
            "campaign_id": None,
            "marketing_team": team,
        }

    # ---- opportunities

    def _opportunities(self) -> dict[str, Opportunity]:
        table, settings, found = self.tables["opportunity"], self.settings, {}
        for row in table.live():
            is_closed, created_at = bool(truth(row.get("isclosed"))), instant(row["createddate"])
            assert created_at is not None
            created_on = local_day(created_at, settings)
            # Section 7, deals: the close date of an open opportunity is its expected close.
            close = row.get("closedate") if is_closed else table.own(row, "expected_close", "close_date")
            close_on = calendar_day(close, settings)
            # Section 4: converted at the close date, or the creation date while open.
            currency = fold(table.own(row, "currency", "currency_iso_code"))
            rate = self._rate(currency, close_on if is_closed else created_on)
            if rate is None:
                self.quarantined["opportunity without a rate"] += 1
                continue
            amount = number(row.get("amount"))
            found[str(row["id"])] = Opportunity(
                opportunity_id=str(row["id"]),
                account_id=text(row.get("accountid")),
                owner_id=text(row.get("ownerid")),
                source=self.source(table.own(row, "source", "lead_source")),
                created_at=created_at,
                created_on=created_on,
                close_on=close_on,
                close_at=end_of(close, settings),
                is_closed=is_closed,
                is_won=is_closed and bool(truth(row.get("iswon"))),
                amount=None if amount is None else amount * rate,
            )
        return found

    def _rate(self, currency: str, day: date | None) -> float | None:
        """A rate holds from its from_date until the next; before the first there is none."""
        if currency in ("", fold(self.settings.currency)):
            return 1.0
        rates = [
            (date.fromisoformat(str(row["from_date"]).strip()[:10]), float(row["rate"]))
            for row in self.maps.get("fx", [])
            if fold(row["currency"]) == currency
        ]
        held = [rate for from_date, rate in sorted(rates) if day is not None and from_date <= day]
        return held[-1] if held else None

    def _people_of_opportunity(self, takes: Callable[[Row], bool | None]) -> dict[str, set[str]]:
        people: dict[str, set[str]] = defaultdict(set)
        for row in self._live("opportunity_contact_role"):
            person_id = self.person_of.get(str(row.get("contactid")))
            if person_id and takes(row):
                people[str(row["opportunityid"])].add(person_id)
        return people

    # ---- money and promises

    def _spend(self) -> list[Spend]:
        """Section 7, deals: spend is the ad report's, on date_day. It meets the CRM by the campaign's name."""
        by_name = {fold(campaign.name): campaign for _, campaign in sorted(self.campaigns.items(), reverse=True)}
        spend = []
        for row in self._live("campaign_report"):
            campaign = by_name.get(fold(row.get("campaignname")))
            spend.append(
                Spend(
                    spent_on=calendar_day(row["dateday"], self.settings),
                    channel=campaign.channel if campaign else self.channel_of.get(fold(row.get("platform"))),
                    campaign=campaign.name if campaign else text(row.get("campaignname")),
                    amount=number(row.get("spend")) or 0.0,
                )
            )
        return spend

    def _team_costs(self) -> list[TeamCost]:
        sides = {self.team(row["team"]): fold(row["side"]) for row in self.maps.get("team", [])}
        return [
            TeamCost(
                month=_month(row["month"]),
                team=self.team(row["team"]) or text(row["team"]),
                side=sides.get(self.team(row["team"])),
                amount=number(row["amount"]) or 0.0,
            )
            for row in self.maps.get("team_cost", [])
        ]

    def _targets(self) -> list[Target]:
        return [
            Target(
                metric=fold(row["metric"]),
                month=_month(row["month"]),
                team=self.team(row["team"]),
                segment=self.segment(row["segment"]),
                value=number(row["value"]) or 0.0,
            )
            for row in self.maps.get("target", [])
        ]

    def _joint_work(self) -> list[JointWork]:
        return [
            JointWork(
                done_on=date.fromisoformat(str(row["done_on"]).strip()[:10]),
                kind=fold(row["kind"]),
                account_id=text(row.get("account_id")),
                campaign_id=text(row.get("campaign_id")),
            )
            for row in self.maps.get("joint_work", [])
        ]


def team_on(users: dict[str, User], side: str, user_id: str | None) -> str | None:
    """The user's team, if it is of that side."""
    user = users.get(user_id or "")
    return user.team if user and user.side == side else None


def _month(value: object) -> date:
    """First day of a month written 2026-11 or 2026-11-01."""
    return date.fromisoformat(str(value).strip()[:7] + "-01")


def _loaded_at(row: Row) -> datetime | None:
    """A dlt load id is the Unix time of the load."""
    loaded = number(row.get("dltloadid"))
    return None if loaded is None else datetime.fromtimestamp(int(loaded), UTC).replace(tzinfo=None)


def _by_creation(row: Row) -> tuple[datetime, str]:
    return instant(row.get("createddate")) or datetime.max, str(row["id"])


def _kind(*labels: object, otherwise: str) -> str:
    """Section 7: the channel of a task or event is its kind: call, email, meeting, other."""
    return next((kind for kind in map(fold, labels) if kind in ("call", "email", "meeting")), otherwise)
