"""A build that rests on the one before gives every table of one in full, whatever came, changed or went in between."""

import random
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
import test_attribution
import test_hubspot
from companies import as_csv, settings_of, write_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from app.build import Built, build, incremental
from app.errors import ExtractError
from app.settings import Settings

START = datetime(2026, 3, 2, 9)
TABLES = (
    "user", "user_role", "account", "campaign", "lead", "lead_history", "contact", "opportunity", "opportunity_contact_role", "campaign_member", "task", "event",
)  # fmt: skip
OF_PEOPLE = TABLES[4:]
Row = dict[str, object]


@dataclass
class Company:
    """A made-up company in Salesforce's shape: its rows by table and file, and the moment up to which they are synced."""

    draw: random.Random
    now: datetime = START
    files: dict[str, dict[str, list[Row]]] = field(default_factory=lambda: {name: {} for name in TABLES})
    newest: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in TABLES})

    def put(self, table: str, row: Row, file: str | None = None) -> None:
        """Adds a row, or a newer version of one."""
        row = {"_fivetran_synced": self.now, "_fivetran_deleted": False} | row
        name = file or f"{(self.now - START).total_seconds() / 3600:06.0f}"
        self.files[table].setdefault(name, []).append(row)
        self.newest[table][str(row["id"])] = row

    def correct(self, table: str, key: str, **values: object) -> None:
        """A newer version of a row."""
        self.put(table, self.newest[table][key] | {"_fivetran_synced": self.now} | values)

    def some(self, table: str, chance: float = 0.9) -> str | None:
        """The id of any row, now and then none or one that does not exist."""
        keys = list(self.newest[table])
        if keys and self.draw.random() < chance:
            return self.draw.choice(keys)
        return self.draw.choice((None, f"{table}-nowhere"))

    def moment(self, days: float = 120, ahead: float = 0) -> datetime:
        """A moment in the past days, or ahead."""
        return self.now - timedelta(hours=round(self.draw.uniform(-ahead, days) * 24))

    def random_row(self, table: str, key: str) -> Row:
        """A row of the table with whatever may stand in it."""
        return {"id": key} | getattr(self, f"_{table}")(key)

    def _user(self, key: str) -> Row:
        return {"name": self.draw.choice(("Ann", "Bob", f"Person {key}")), "user_role_id": self.some("user_role"), "is_active": self.draw.random() < 0.9}

    def _user_role(self, key: str) -> Row:
        return {"name": self.draw.choice(("Sales East", "Sales West", "Marketing", "Janitor"))}

    def _account(self, key: str) -> Row:
        return {"name": f"Account {key}", "industry": self._label("Retail", "Software"), "billing_country": self._label("DE", "US"),
                "number_of_employees": self.draw.choice((5, 500, 5000, None)), "owner_id": self.some("user")}  # fmt: skip

    def _campaign(self, key: str) -> Row:
        name = self.draw.choice(("Spring", f"Campaign {key}", f"Campaign {key}"))
        return {"name": name, "type": self.draw.choice(("Email", "Webinar", "Unheard of")), "owner_id": self.some("user")}

    def _lead(self, key: str) -> Row:
        converted = self.draw.random() < 0.3
        return {"created_date": self.moment(), "status": self.draw.choice(("New", "Handed", "Worked", "Taken", "Refused", "Odd")), "owner_id": self.some("user"),
                "name": f"Lead {key}", "company": self.draw.choice(("ACME", self.some("account"))), "title": self.draw.choice(("CEO", "Engineer", None)),
                "email": self._email(), "lead_source": self._label("Web", "Event", "Partner"), "industry": self._label("Retail"), "country": "DE",
                "is_converted": converted, "converted_date": self.moment(30).date() if converted else None,
                "converted_account_id": self.some("account") if converted else None, "converted_contact_id": self.some("contact") if converted else None,
                "converted_opportunity_id": self.some("opportunity") if converted else None, "created_by_id": self.some("user")}  # fmt: skip

    def _lead_history(self, key: str) -> Row:
        is_status = self.draw.random() < 0.7
        value = (lambda: self.draw.choice(("New", "Handed", "Worked", "Taken", "Refused"))) if is_status else (lambda: self.some("user"))
        return {"lead_id": self.some("lead") or "lead-nowhere", "field": "Status" if is_status else "Owner", "old_value": value(), "new_value": value(),
                "created_date": self.moment(60), "created_by_id": self.some("user")}  # fmt: skip

    def _contact(self, key: str) -> Row:
        return {"account_id": self.some("account"), "name": f"Contact {key}", "title": self.draw.choice(("CEO", "Buyer", None)), "email": self._email()}

    def _opportunity(self, key: str) -> Row:
        closed = self.draw.random() < 0.6
        return {"account_id": self.some("account"), "name": f"Deal {key}", "stage_name": "Stage", "amount": self.draw.choice((100, 33.335, 0.01, "much")),
                "currency_iso_code": self.draw.choice(("USD", "USD", "EUR", "GBP")), "is_closed": closed, "is_won": closed and self.draw.random() < 0.7,
                "created_date": self.moment(), "close_date": self.moment(20, 20).date(), "owner_id": self.some("user"),
                "lead_source": self._label("Web", "Event")}  # fmt: skip

    def _opportunity_contact_role(self, key: str) -> Row:
        return {"opportunity_id": self.some("opportunity") or "O", "contact_id": self.some("contact") or "C", "is_primary": self.draw.random() < 0.5}

    def _campaign_member(self, key: str) -> Row:
        return {"campaign_id": self.some("campaign") or "K", "lead_id": self.some("lead", 0.7), "contact_id": self.some("contact", 0.3),
                "has_responded": self.draw.random() < 0.9, "created_date": self.moment(200)}  # fmt: skip

    def _task(self, key: str) -> Row:
        return {"who_id": self.some(self.draw.choice(("lead", "contact"))), "account_id": self.some("account", 0.5), "owner_id": self.some("user"), "status": "Completed",
                "type": self.draw.choice(("Call", "Email", "call")), "completed_date_time": self.moment(90, 10), "created_date": self.moment(90)}  # fmt: skip

    def _event(self, key: str) -> Row:
        return {"who_id": self.some(self.draw.choice(("lead", "contact"))), "account_id": self.some("account", 0.5), "owner_id": self.some("user"),
                "start_date_time": self.moment(60, 30), "created_date": self.moment(60)}  # fmt: skip

    def _label(self, *words: str) -> str | None:
        word = self.draw.choice((*words, None))
        return word and self.draw.choice((word, word, word.lower()))

    def _email(self) -> str | None:
        return self.draw.choice((None, f"{self.draw.randrange(40)}@x.example", f"P{self.draw.randrange(400)}@y.example"))

    def write(self, folder: Path) -> None:
        """Writes the files that changed, and takes away those that are gone."""
        home = folder / "extracts" / "salesforce"
        wanted = {home / table / f"{name}.csv": as_csv(rows) for table, files in self.files.items() for name, rows in files.items()}
        for path, content in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
        for path in home.rglob("*.csv"):
            if path not in wanted:
                path.unlink()


MAPS = {
    "lead_status": [{"status": s, "stage": g} for s, g in (("Handed", "handed_off"), ("Worked", "working"), ("Taken", "accepted"), ("Refused", "rejected"), ("New", ""))],
    "channel": [{"source": s, "channel": c} for s, c in (("Email", "Email"), ("Webinar", "Webinar"), ("Web", "Web"), ("Event", "Events"))],
    "team": [{"role": r, "team": t, "side": s} for r, t, s in (("Sales East", "East", "sales"), ("Sales West", "West", "sales"), ("Marketing", "Demand", "marketing"))],
    "fx": [{"currency": "EUR", "from_date": "2020-01-01", "rate": "1.1"}],
}


def random_company(seed: int, leads: int = 60) -> Company:
    """A company with so many leads, and the rest in proportion."""
    company = Company(random.Random(seed))
    counts = dict.fromkeys(TABLES, leads) | {"user": 8, "user_role": 4, "account": leads // 3, "campaign": 8, "opportunity": leads // 3, "contact": leads // 2}
    for table, count in counts.items():
        for number in range(count):
            key = f"{table}-{number}"
            company.put(table, company.random_row(table, key), file="first")
    return company


@dataclass
class Pair:
    """One company's extracts, and two scorecards of them: one brought up to date again and again, and one built in full each time."""

    folder: Path
    company: Company
    chosen: dict[str, object] = field(default_factory=dict)

    def settings(self, name: str) -> Settings:
        """The settings of one of the two."""
        folders = {"extracts": self.folder / "extracts", "maps": self.folder / "maps", "scorecard": self.folder / name}
        return settings_of(**folders, **{"timezone": "America/New_York", **self.chosen})

    def begin(self) -> "Pair":
        """Writes the maps and builds for the first time, which is the same for both."""
        (self.folder / "maps").mkdir(parents=True, exist_ok=True)
        for name, rows in MAPS.items():
            (self.folder / "maps" / f"{name}.csv").write_bytes(as_csv(rows))
        self.company.write(self.folder)
        assert str(build(self.settings("grown")).facts["way"]).startswith("built in full, as there was no earlier one")
        shutil.copytree(self.folder / "grown", self.folder / "whole")
        return self

    def build_both(self) -> str:
        """Builds both, compares everything, and says which way the one went."""
        self.company.write(self.folder)
        grown, whole = build(self.settings("grown")), build(self.settings("whole"), full=True)
        assert_same(grown, whole)
        return str(grown.facts["way"])

    def build_in_full(self) -> str:
        """Builds where both are built in full, as the same; says why."""
        self.company.write(self.folder)
        way = str(build(self.settings("grown")).facts["way"])
        assert way.startswith("built in full, ")
        shutil.rmtree(self.folder / "whole")
        shutil.copytree(self.folder / "grown", self.folder / "whole")
        return way


def assert_same(one: Built, other: Built) -> None:
    """Equal in every table of the scorecard and in all that the build says."""
    found, wanted = (tables_of(built) for built in (one, other))
    assert found.keys() == wanted.keys()
    for name, rows in wanted.items():
        lost, strange = set(rows) - set(found[name]), set(found[name]) - set(rows)
        assert not lost and not strange, f"{name} lacks {sorted(lost)[:3]} and has {sorted(strange)[:3]}"
        assert found[name] == rows, name
    own = {"way", "built_at", "compared_with"}
    assert {k: v for k, v in one.facts.items() if k not in own} == {k: v for k, v in other.facts.items() if k not in own}
    assert (one.tables, one.quarantine, one.unmapped, one.broken) == (other.tables, other.quarantine, other.unmapped, other.broken)


def tables_of(built: Built) -> dict[str, list[str]]:
    """Every table and view of a scorecard with its columns and types, and its rows in order; generations by their place in time."""
    assert built.folder is not None
    with duckdb.connect(str(built.folder / "scorecard.duckdb"), read_only=True) as con:
        names = [row[0] for row in con.execute("select table_name from information_schema.tables order by all").fetchall()]
        places = {name: str(place) for place, (name,) in enumerate(con.execute("select distinct generation from published order by 1").fetchall())}
        found = {}
        for name in names:
            head = [repr(column[:2]) for column in con.execute(f"describe {name}").fetchall()]
            found[name] = head + sorted(repr([places.get(value, value) for value in row]) for row in con.execute(f"from {name}").fetchall())
        return found


OPS = ("add", "add", "grow", "correct", "correct", "delete", "drop", "wait")


def change(company: Company, op: str, table: str, count: int) -> None:
    """One of the things that happen to extracts."""
    if op in ("add", "grow"):
        files = list(company.files[table])
        for _ in range(count):
            key = f"{table}-{len(company.newest[table])}"
            company.put(table, company.random_row(table, key), file=files[-1] if op == "grow" and files else None)
    elif op in ("correct", "delete") and company.newest[table]:
        for key in company.draw.sample(sorted(company.newest[table]), min(count, len(company.newest[table]))):
            changed = {"_fivetran_deleted": True} if op == "delete" else company.random_row(table, key)
            company.correct(table, key, **changed)
    elif op == "drop" and len(company.files[table]) > 1:
        company.files[table].pop(list(company.files[table])[-1])


STEP = st.lists(st.tuples(st.sampled_from(OPS), st.sampled_from(TABLES + OF_PEOPLE * 2), st.integers(1, 4)), min_size=1, max_size=4)


def check_history(seed: int, steps: list[list[tuple[str, str, int]]], leads: int = 40) -> list[str]:
    """Builds a random company and goes through the steps; returns which way each build went."""
    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setattr(incremental, "LARGEST", 1)
        pair = Pair(Path(home), random_company(seed, leads)).begin()
        ways = []
        for step in steps:
            pair.company.now += timedelta(hours=pair.company.draw.choice((1, 24, 24, 24 * 9)))
            for op, table, count in step:
                change(pair.company, op, table, count)
            pair.company.put("user_role", pair.company.random_row("user_role", "user_role-0"), "clock")  # so that the moment moves
            ways.append(pair.build_both())
        return ways


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 1000), st.lists(STEP, min_size=2, max_size=3))
def test_random_histories(seed: int, steps: list[list[tuple[str, str, int]]]) -> None:
    check_history(seed, steps)


# --- what happens on ordinary days ------------------------------------------------------------------


def _grown(c: Company) -> None:
    for table in ("campaign_member", "task", "lead", "lead_history"):
        c.put(table, c.random_row(table, f"{table}-grown"), "first")


def _late(c: Company) -> None:
    c.put("lead", c.random_row("lead", "L-late") | {"created_date": c.now - timedelta(days=300), "status": "Handed", "is_converted": False})
    for days in (250, 100, 40):
        responded = {"campaign_id": "campaign-1", "lead_id": "lead-3", "has_responded": True, "created_date": c.now - timedelta(days=days)}
        c.put("campaign_member", {"id": f"late-{days}"} | responded)


def _corrected(c: Company) -> None:
    c.correct("lead", "lead-1", status="Taken", title="CEO", lead_source="Partner")
    c.correct("opportunity", "opportunity-2", is_closed=True, is_won=True, amount=777, close_date=c.now.date())
    c.correct("account", "account-1", industry="Retail", name="Renamed")
    c.correct("campaign", "campaign-1", type="Webinar", name="Renamed")
    c.correct("user", "user-2", user_role_id="user_role-1", name="Zoe")
    c.correct("user", "user-3", is_active=False)


def _deleted(c: Company) -> None:
    for table, number in (("lead", 4), ("opportunity", 5), ("contact", 6), ("task", 7), ("campaign_member", 8), ("account", 2), ("opportunity_contact_role", 1)):
        c.correct(table, f"{table}-{number}", _fivetran_deleted=True)


def _converted(c: Company) -> None:
    c.put("contact", {"id": "C-new", "account_id": "account-3", "name": "Converted", "email": "new@z.example"})
    c.put("opportunity", c.random_row("opportunity", "O-new") | {"account_id": "account-3", "created_date": c.now, "amount": 100, "currency_iso_code": "USD"})
    c.put("opportunity_contact_role", {"id": "R-new", "opportunity_id": "O-new", "contact_id": "C-new", "is_primary": True})
    into = {"converted_account_id": "account-3", "converted_contact_id": "C-new", "converted_opportunity_id": "O-new"}
    c.correct("lead", "lead-9", is_converted=True, converted_date=c.now.date(), **into)


def _merged(c: Company) -> None:
    c.correct("contact", "contact-10", email="One@Person.example")
    c.correct("lead", "lead-11", email="one@person.example")
    c.correct("lead", "lead-12", email="one@person.example ")


def _parted(c: Company) -> None:
    c.correct("lead", "lead-12", email="another@person.example")


def _new_things(c: Company) -> None:
    c.put("user", {"id": "U-new", "name": "Ann", "user_role_id": "user_role-0", "is_active": True})
    c.put("account", {"id": "A-new", "name": "New", "industry": "Aviation", "number_of_employees": 50})
    c.put("campaign", {"id": "K-new", "name": "Renamed", "type": "Email", "owner_id": "U-new"})  # another campaign has that name
    c.put("contact", {"id": "C-newer", "account_id": "A-new", "name": "Newer", "email": None})
    c.put("campaign_member", {"id": "M-new", "campaign_id": "K-new", "contact_id": "C-newer", "has_responded": True, "created_date": c.now})
    c.put("lead", c.random_row("lead", "L-podcast") | {"lead_source": "Podcast", "owner_id": "U-new", "is_converted": False})
    c.put("campaign", {"id": "campaign-nowhere", "name": "Was missing", "type": "Email"})  # rows named it before it came
    c.put("lead", c.random_row("lead", "lead-nowhere"))


def _ahead(c: Company) -> None:
    for days in (1, 3):
        c.put("event", {"id": f"E-{days}", "who_id": "lead-13", "owner_id": "user-1", "start_date_time": c.now + timedelta(days=days), "created_date": c.now})
        done = {"who_id": "contact-3", "owner_id": "user-1", "status": "Completed", "completed_date_time": c.now + timedelta(days=days), "created_date": c.now}
        c.put("task", {"id": f"T-{days}"} | done)


def _lonely(c: Company) -> None:
    open_deal = {"account_id": "account-4", "created_date": c.now - timedelta(days=9), "is_closed": False, "is_won": False}
    c.put("opportunity", c.random_row("opportunity", "O-lonely") | open_deal)
    c.correct("contact", "contact-14", account_id="account-4")


def _touched(c: Company) -> None:
    c.put("task", {"id": "T-lonely", "who_id": "contact-14", "owner_id": "user-1", "status": "Completed", "completed_date_time": c.now, "created_date": c.now})


def _gone(c: Company) -> None:
    for table in ("task", "lead_history"):
        del c.files[table][list(c.files[table])[-1]]
    c.files["campaign_member"]["first"] = c.files["campaign_member"]["first"][:-5]


def _nothing(c: Company) -> None:
    """Only time passes."""


DAYS: dict[str, Callable[[Company], None]] = {
    "files that grew": _grown, "late rows": _late, "corrected rows": _corrected, "deleted rows": _deleted, "a converted lead": _converted,
    "people who turn out to be one": _merged, "and to be two after all": _parted, "new users, accounts, campaigns and labels": _new_things,
    "what lies ahead": _ahead, "what lay ahead and is past": _nothing, "a deal that nobody belongs to": _lonely, "a touch at its account": _touched,
    "files and rows that are gone": _gone,
}  # fmt: skip


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A company that is built day after day, as the tests below follow one another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incremental, "LARGEST", 1)  # it is small, and its people know one another
        yield Pair(tmp_path_factory.mktemp("year"), random_company(3)).begin()


def another_day(pair: Pair, change: Callable[[Company], None] = _nothing, in_full: bool = False) -> str:
    """Lets time pass, changes something, and builds both; says which way the one went, and compares them unless it is `in_full` for both."""
    pair.company.now += timedelta(days=2)
    pair.company.put("user_role", pair.company.random_row("user_role", "user_role-unused"), "clock")  # so that the moment moves
    change(pair.company)
    return pair.build_in_full() if in_full else pair.build_both()


@pytest.mark.parametrize("day", DAYS)
def test_only_what_changed_is_built_again(year: Pair, day: str) -> None:
    assert another_day(year, DAYS[day]).startswith("brought up to date: ")


# --- other sources ------------------------------------------------------------------------------------

REFERRED = ("account", "campaign", "member", "team", "spend", "company", "owner", "users", "team_user", "owner_team", "form", "email_campaign", "deal_pipeline_stage")


@pytest.mark.parametrize("source", ["hubspot", "canonical"])
def test_extracts_of_other_sources_grow_likewise(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incremental, "LARGEST", 1)
    tables, maps = (test_hubspot.TABLES, {"team": test_hubspot.TEAMS}) if source == "hubspot" else test_attribution.random_company(2)
    draw = random.Random(5)
    days = [{name: [] for name in tables} for _ in range(4)]
    for name, rows in tables.items():
        for row in rows:
            days[0 if name.rpartition("/")[2] in REFERRED else draw.choice((0, 0, 1, 2, 3))][name].append(row)
    for name, rows in (MAPS | maps).items():
        (tmp_path / "maps").mkdir(exist_ok=True)
        (tmp_path / "maps" / f"{name}.csv").write_bytes(as_csv(rows))
    ways = []
    for number, day in enumerate(days):
        for name, rows in day.items():
            if rows:
                write_tables(tmp_path / "extracts", {f"{source}/{name.rpartition('/')[2]}/{number}": rows})
        chosen = {"extracts": tmp_path / "extracts", "maps": tmp_path / "maps"}
        grown = build(settings_of(scorecard=tmp_path / "grown", **chosen))
        ways.append(str(grown.facts["way"]))
        if number == 0:
            shutil.copytree(tmp_path / "grown", tmp_path / "whole")
        else:
            assert_same(grown, build(settings_of(scorecard=tmp_path / "whole", **chosen), full=True))
    assert all(way.startswith("brought up to date: ") for way in ways[1:]), ways


# --- what a build cannot rest on ----------------------------------------------------------------------


def _more_often_spelled(c: Company) -> None:
    for number in range(200):
        c.put("lead", c.random_row("lead", f"L-spelled-{number}") | {"lead_source": "WEB", "email": None, "is_converted": False})


def test_another_spelling_that_is_now_the_commonest_changes_rows_everywhere(year: Pair) -> None:
    assert another_day(year, _more_often_spelled) == "built in full, as the source 'Web' is mostly spelled 'WEB' by now"
    assert another_day(year, _grown).startswith("brought up to date: ")


def test_other_settings_maps_and_states_are_built_in_full(year: Pair) -> None:
    year.chosen["acceptance_window_days"] = 3
    changed = "built in full, as settings, maps, queries or the program have changed"
    assert another_day(year) == changed
    path = year.folder / "maps" / "channel.csv"
    path.write_bytes(path.read_bytes() + b"Podcast,Audio\n")
    assert another_day(year, in_full=True) == changed
    state = next((year.folder / "grown").glob("state-*"))
    state.write_bytes(b"no database" * 1000)
    assert another_day(year, in_full=True) == "built in full, as what the earlier one left cannot be read"
    next((year.folder / "grown").glob("state-*")).unlink()
    assert another_day(year, in_full=True) == "built in full, as the earlier one left nothing to go on from"
    assert len(list((year.folder / "grown").glob("state-*"))) == 1, "one state is kept"


def test_a_second_source_of_people_is_built_in_full(year: Pair) -> None:
    home = year.folder / "extracts" / "canonical"
    home.mkdir()
    (home / "team.csv").write_text("team_id,name,side\nT1,Elsewhere,sales\n")
    assert another_day(year, in_full=True) == "built in full, as sources have come or gone: canonical"
    assert another_day(year).startswith("brought up to date: ")
    (home / "person.csv").write_text("person_id,email\nP1,one@person.example\n")
    assert another_day(year, in_full=True) == "built in full, as more than one source tells of people"
    (home / "person.csv").unlink()
    (home / "team.csv").unlink()
    home.rmdir()
    assert another_day(year, in_full=True) == "built in full, as sources have come or gone: canonical"


def test_a_large_change_is_built_in_full(year: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incremental, "LARGEST", 0.001)
    assert "% of all rows belong together with what has changed" in another_day(year, _merged)


# --- faults in between ------------------------------------------------------------------------------------


def test_a_build_that_fails_and_a_check_leave_the_state(year: Pair) -> None:
    broken = year.folder / "extracts" / "salesforce" / "lead" / "broken.csv"
    broken.write_text("neither,of,these\n1,2,3\n")
    with pytest.raises(ExtractError):
        build(year.settings("grown"))
    broken.unlink()
    year.company.put("task", year.company.random_row("task", "task-between"))
    year.company.write(year.folder)
    assert build(year.settings("grown"), keep=False).folder is None
    assert another_day(year, _late).startswith("brought up to date: ")


if __name__ == "__main__":
    counts: dict[str, int] = {}
    for seed in range(int(sys.argv[1]), int(sys.argv[2])):
        draw = random.Random(seed)
        steps = [[(draw.choice(OPS), draw.choice(TABLES + OF_PEOPLE * 2), draw.randint(1, 4)) for _ in range(draw.randint(1, 4))] for _ in range(3)]
        try:
            for way in check_history(seed, steps):
                key = way[:60].split(":")[0]
                counts[key] = counts.get(key, 0) + 1
        except AssertionError as fault:
            print(seed, steps, str(fault)[:600])
    print(counts)
