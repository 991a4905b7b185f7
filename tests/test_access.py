"""Rules hold in the query: whatever is asked for a reader, no row outside his part, no name his role does not show, no group too small."""

import inspect
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import cache

import companies
import pyarrow as pa
import pytest

from app import access, meeting, metrics
from app.access import LEAST, Scope
from app.errors import QuestionError
from app.filters import DIMENSIONS, Period
from app.metrics import ask, catalogue
from app.metrics import meeting as of_meeting
from app.queries import QUERIES, tables_read
from app.serving import Scorecard, open_current
from app.serving.parts import rules
from app.views.answers import Question

YEAR, QUARTER = Period(date(2026, 1, 1), date(2027, 1, 1)), Period(date(2026, 7, 1), date(2026, 10, 1))
NAMING = ("owner", "sales_team", "marketing_team", "campaign")  # dimensions whose values are names
WEEK = Period(date(2026, 11, 9), date(2026, 11, 16))
SEGMENT, SALES, MARKETING = ("segment", "Enterprise"), ("sales_team", "EMEA sales"), ("marketing_team", "Field marketing")
PARTS = {"segment": (SEGMENT,), "sales": (SALES,), "marketing": (MARKETING,), "both": (SEGMENT, SALES)}
LEADS = {name: Scope("lead", part) for name, part in PARTS.items()}
SCOPES = (
    LEADS
    | {"member of segment": Scope("member", (SEGMENT,)), "member of both": Scope("member", PARTS["both"])}
    | {"viewer": Scope("viewer"), "viewer of a segment": Scope("viewer", (SEGMENT,))}
)
IDS = {"handoff": ("lead_id", "handoff_id", "person_id", "account_id"), "deal": ("opportunity_id", "account_id"), "account": ("account_id",), "person": ("person_id",)}
CUSTOMERS = {
    "handoff": ("name", "company", "lead_id"), "deal": ("name", "account_name", "opportunity_id"), "account": ("name", "account_id"), "person": ("name", "email"),
}  # fmt: skip
REFUSED = {
    "account", "chapters", "records", "find_accounts", "wins", "win_path", "win_thanks", "rejected_leads", "never_worked", "longest_waiting", "verdicts",
    "moved", "parts", "hold", "fates", "findings",
}  # fmt: skip
SPLITS = ("week", "segment", "campaign", "sales_team", "reason", "age", "decile", "kind", "side")
Open = Callable[[Scope], Scorecard]


@pytest.fixture(scope="module")
def opened(sample_card: Scorecard, sample_folder: object) -> Open:
    """opened(scope): the sample company as that reader sees it."""
    return lambda scope: open_current(sample_folder / "build", scope)


@pytest.fixture(scope="module")
def company(sample_card: Scorecard) -> dict[str, list[dict]]:
    """The whole company's leads, deals, accounts and colleagues, which say what is whose."""
    return {name: sample_card.query(f"from {name}", {}).to_pylist() for name in ("handoff", "deal", "account", "member", "person", "inquiry")}


# --- every question there is ---------------------------------------------------------------------

# Questions that hold no row of the company: calendars, words, and what is handed to them.
PURE = {
    "catalogue",
    "earlier",
    "elapsed",
    "find_metric",
    "holds",
    "is_in_progress",
    "judge",
    "latest_generation",
    "local_time",
    "open_current",
    "sentence",
    "today",
    "week_start",
    "why_off",
}


def questions(account_id: str) -> dict[str, Callable[[Scorecard], object]]:
    """One asking of everything that the rooms metrics and meeting answer."""
    week = WEEK.start
    named = {
        "account": lambda card: metrics.account(card, account_id),
        "alike": lambda card: [metrics.alike(card, name, {}) for name in catalogue()],
        "answer_pile": lambda card: metrics.answer_pile(card, QUARTER),
        "answers_due": lambda card: metrics.answers_due(card, QUARTER, by=("owner",)),
        "ask": lambda card: [ask(card, name, QUARTER, by).rows for name, metric in catalogue().items() for by in ((), *[(dim,) for dim in NAMING if dim in metric.dims])],
        "bridge": lambda card: metrics.bridge(card, QUARTER),
        "ask_beside": lambda card: metrics.ask_beside(card, list(catalogue()), QUARTER, "owner"),
        "by_model": lambda card: metrics.by_model(card, QUARTER, "owner", None),
        "chapters": lambda card: metrics.chapters(card, account_id),
        "check_values": lambda card: metrics.check_values(card, {}),
        "choices": lambda card: {dim: metrics.choices(card, dim) for dim in DIMENSIONS},
        "compare": lambda card: [metrics.compare(card, name, QUARTER) for name in catalogue()],
        "compare_with_weeks": lambda card: [metrics.compare_with_weeks(card, (name,), QUARTER) for name in catalogue()],
        "count_records": lambda card: [metrics.count_records(card, name, QUARTER) for name in catalogue()],
        "data_report": lambda card: metrics.data_report(card),
        "find_accounts": lambda card: metrics.find_accounts(card, "", 10_000),
        "findings": lambda card: metrics.findings(card),
        "joint_work_win_rate": lambda card: metrics.joint_work_win_rate(card, QUARTER),
        "known": lambda card: metrics.known(card, "account", [account_id]),
        "landings": lambda card: metrics.landings(card, "acceptance_rate"),
        "landings_of": lambda card: metrics.landings_of(card, ("acceptance_rate", "won_rate")),
        "longest_waiting": lambda card: metrics.longest_waiting(card),
        "mix_or_rate": lambda card: metrics.mix_or_rate(card, "acceptance_rate", WEEK, "owner"),
        "moved": lambda card: metrics.moved(card, "lead_volume", week),
        "never_worked": lambda card: metrics.never_worked(card, QUARTER),
        "parts": lambda card: [metrics.parts(card, kind, QUARTER) for kind in ("account", "deal")],
        "presets": lambda card: metrics.presets(card),
        "reconcile": lambda card: metrics.reconcile(card, QUARTER, None, {}, 0.0),
        "records": lambda card: [metrics.records(card, name, QUARTER) for name in catalogue()],
        "recycled_yield": lambda card: metrics.recycled_yield(card, QUARTER),
        "restated": lambda card: metrics.restated(card),
        "ripening": lambda card: metrics.ripening(card, "acceptance_rate"),
        "signal": lambda card: metrics.signal(card, "lead_volume", week),
        "sourced": lambda card: metrics.sourced(card, QUARTER, None),
        "target": lambda card: metrics.target(card, "revenue", QUARTER),
        "target_path": lambda card: metrics.target_path(card, "revenue", QUARTER),
        "time_with": lambda card: metrics.time_with(card, QUARTER),
        "verdicts": lambda card: metrics.verdicts(card, QUARTER, None),
        "waterfall": lambda card: metrics.waterfall(card, QUARTER),
        "last_weeks": lambda card: metrics.last_weeks(card, week, 2),
        "weekly": lambda card: metrics.weekly(card, "lead_volume", week),
        "weekly_of": lambda card: metrics.weekly_of(card, ("lead_volume", "acceptance_rate"), week),
        "what_if": lambda card: metrics.what_if(card, "acceptance_rate", QUARTER, "owner"),
        "won_by_cohort": lambda card: metrics.won_by_cohort(card, QUARTER),
    }
    week_of = {
        name: (lambda card, name=name: getattr(of_meeting, name)(card, QUARTER)) for name in ("answered", "fates", "rejected_leads", "win_path", "win_thanks", "wins")
    }
    held = {"hold": lambda card: meeting.hold(card, None, week)}
    return named | week_of | held


def test_no_question_is_forgotten_here() -> None:
    asked = {name for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))} - PURE
    asked |= {name for name, value in vars(of_meeting).items() if inspect.isfunction(value) and value.__module__ == of_meeting.__name__ and name[0] != "_"} - {"promised"}
    assert asked == set(questions("")) - {"hold"}


def told(answer: object) -> Iterator[str]:
    """Every text in an answer, however deep."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, pa.Table):
        yield from told(answer.to_pylist())
    elif isinstance(answer, dict):
        yield from told(list(answer.values()))
    elif isinstance(answer, (list, tuple, set, frozenset)):
        for one in answer:
            yield from told(one)
    elif hasattr(answer, "__dataclass_fields__") and not isinstance(answer, metrics.Metric):
        yield from told([getattr(answer, name) for name in answer.__dataclass_fields__ if name not in ("metric", "sql")])


@pytest.fixture(scope="module")
def all_told(opened: Open, company: dict[str, list[dict]]) -> Callable[[Scope], dict[str, set[str]]]:
    """all_told(scope): the texts in every answer, by question, that of an account of SMB among them; a refusal tells nothing."""
    account_id = min(row["account_id"] for row in company["account"] if row["segment"] == "SMB")

    @cache
    def found(scope: Scope) -> dict[str, set[str]]:
        return {name: _told(question, opened(scope)) for name, question in questions(account_id).items()}

    return found


def _told(question: Callable[[Scorecard], object], card: Scorecard) -> set[str]:
    try:
        return set(told(question(card)))
    except QuestionError:
        return set()


def is_in(row: dict, part: tuple[tuple[str, str], ...]) -> bool:
    return any(row.get(name) == value for name, value in part)


@pytest.fixture(scope="module")
def hidden_of(company: dict[str, list[dict]], sample_card: Scorecard) -> Callable[[tuple], set[str]]:
    """hidden_of(part): ids of leads, deals, people and accounts that are none of a part's, worked out here, row by row."""

    def found(part: tuple[tuple[str, str], ...]) -> set[str]:
        touched = {
            row["opportunity_id"]
            for row in sample_card.query("from deal_touch", {}).to_pylist()
            if row["side"] == "marketing" and is_in({"marketing_team": row["marketing_team"]}, part)
        }
        leads = [row for row in company["handoff"] if is_in(row, part)]
        deals = [row for row in company["deal"] if is_in(row, part) or is_in({"marketing_team": row["own_marketing_team"]}, part) or row["opportunity_id"] in touched]
        owners = {row["member_id"]: row for row in company["member"]}
        own = {
            row["account_id"]
            for row in company["account"]
            if is_in(row, part) or is_in({key: value for key, value in owners.get(row["owner_id"], {}).items() if key.endswith("team")}, part)
        }
        mine = {row["lead_id"] for row in leads} | {row["handoff_id"] for row in leads} | {row["opportunity_id"] for row in [*deals, *leads]} | own
        mine |= {row["account_id"] for row in [*leads, *deals]} | {row["person_id"] for row in leads}
        people = [row for row in company["inquiry"] if is_in({"segment": row["segment"]}, part) or row["lead_id"] in mine]
        mine |= {row[name] for row in people for name in ("person_id", "lead_id", "account_id")} | {
            row["person_id"] for row in company["person"] if row["account_id"] in own
        }
        everything = {row[name] for table, names in IDS.items() for row in company[table] for name in names}
        return everything - mine - {None}

    return found


@pytest.mark.parametrize("name", LEADS)
def test_no_answer_holds_a_row_outside_ones_part(all_told: Callable[[Scope], dict[str, set[str]]], hidden_of: Callable[[tuple], set[str]], name: str) -> None:
    answers, hidden = all_told(LEADS[name]), hidden_of(LEADS[name].part)
    assert len(hidden) > 1000
    assert {name: found & hidden for name, found in answers.items() if found & hidden} == {}
    silent = {name for name, found in answers.items() if not found}
    assert {"moved", "restated"} | ({"account"} if LEADS[name].part == (SEGMENT,) else set()) <= silent  # what builds published is of the whole company
    assert not silent & {"records", "find_accounts", "wins", "rejected_leads", "never_worked", "longest_waiting", "parts"}


@pytest.mark.parametrize("kind, part", [("segment", SEGMENT), ("sales_team", SALES)])
def test_a_part_is_what_the_same_filter_gives(opened: Open, sample_card: Scorecard, kind: str, part: tuple[str, str]) -> None:
    """Number by number, of the whole and by another dimension; money without a filter of its own (spend) is known of the whole alone."""
    card = opened(Scope("lead", (part,)))
    for name, metric in catalogue().items():
        if kind in metric.dims and name != "coverage":
            for by in ((), ("month",) if "month" in metric.dims else (), ("channel",) if "channel" in metric.dims else ("region",) if "region" in metric.dims else ()):
                assert ask(card, name, YEAR, by).rows == ask(sample_card, name, YEAR, by, {kind: (part[1],)}).rows, (name, by)
    assert metrics.target(card, "revenue", YEAR) == metrics.target(sample_card, "revenue", YEAR, {kind: (part[1],)})


def test_what_belongs_to_no_part_is_said_to_be_unknown(opened: Open) -> None:
    for name in ("cost_per_accepted_lead", "cost_of_sales"):
        answer = ask(opened(LEADS["marketing"]), name, YEAR)
        assert answer.row == {"value": None}
        assert "known of the whole company alone" in answer.off


def test_a_value_in_any_spelling_is_the_same_part(opened: Open) -> None:
    assert ask(opened(Scope("lead", (("segment", " enterprise"),))), "lead_volume", YEAR).row == ask(opened(LEADS["segment"]), "lead_volume", YEAR).row
    assert ask(opened(Scope("lead", (("segment", "' or true --"),))), "lead_volume", YEAR).row == {"value": 0}
    assert metrics.find_accounts(opened(Scope("lead", (("segment", "Enterprise' or '1'='1"),)))) == []


# --- roles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, scope in SCOPES.items() if scope.role != "lead"])
def test_no_colleague_is_named_but_to_leads(all_told: Callable[[Scope], dict[str, set[str]]], company: dict[str, list[dict]], name: str) -> None:
    namesakes = {row["name"] for row in [*company["person"], *company["handoff"]]}  # customers who are called like a colleague
    colleagues = {row[key] for row in company["member"] for key in ("name", "member_id")} - namesakes
    assert len(colleagues) > 50
    everything = "\n".join({text for texts in all_told(SCOPES[name]).values() for text in texts})
    assert [one for one in colleagues if re.search(rf"\b{re.escape(one)}\b", everything)] == []


def test_leads_do_see_them(opened: Open, company: dict[str, list[dict]]) -> None:
    owners = {row["owner"] for row in ask(opened(LEADS["segment"]), "lead_volume", YEAR, ("owner",)).rows} - {None}
    assert owners and owners <= {row["name"] for row in company["member"]}


def test_how_one_colleague_does_is_told_by_team(opened: Open) -> None:
    card = opened(SCOPES["member of segment"])
    by_owner = {row["owner"]: row["value"] for row in ask(card, "lead_volume", YEAR, ("owner",)).rows}
    assert by_owner == {row["sales_team"]: row["value"] for row in ask(card, "lead_volume", YEAR, ("sales_team",)).rows}
    assert set(metrics.choices(card, "owner")) <= set(metrics.choices(card, "sales_team")) | set(metrics.choices(card, "marketing_team"))


@pytest.mark.parametrize("name", ["viewer", "viewer of a segment"])
def test_a_viewer_reads_no_name_and_no_record(all_told: Callable[[Scope], dict[str, set[str]]], company: dict[str, list[dict]], name: str) -> None:
    answers = all_told(SCOPES[name])
    people = {str(row[key]) for table, keys in CUSTOMERS.items() for row in company[table] for key in keys if row[key]}
    assert {name: sorted(found & people)[:3] for name, found in answers.items() if found & people} == {}
    assert {name for name in REFUSED if answers[name]} == set()
    assert answers["ask"] and answers["choices"]


def test_the_data_page_shows_raw_rows_to_nobody_but_the_cro(opened: Open, sample_card: Scorecard) -> None:
    assert metrics.data_report(sample_card)["quarantine"].num_rows
    for scope in SCOPES.values():
        report = metrics.data_report(opened(scope))
        assert [report[name].num_rows for name in ("quarantine", "unmapped", "broken")] == [0, 0, 0]


# --- every table has a rule ----------------------------------------------------------------------


def test_every_table_of_a_generation_has_a_rule(sample_card: Scorecard) -> None:
    published = set(sample_card.columns)
    assert published <= set(rules())
    assert all(file.header.get("rule") for file in rules().values())


def test_a_rule_reads_its_own_table_and_views_that_are_ruled(sample_card: Scorecard) -> None:
    raw = {"member", "account", "deal_touch"}  # who is in which team, and whose account or touch it is
    for name, file in rules().items():
        read = {table.removeprefix("scorecard.") for table in tables_read(file.body) if table.startswith("scorecard.")}
        assert read <= {name} | raw, name


def test_no_question_reaches_past_the_rules() -> None:
    """A table that is named with its database is the whole company's."""
    for path in QUERIES.rglob("*.sql"):
        if "access" not in path.parts:
            assert not re.search(r"\b(scorecard|main|memory)\.\w", re.sub(r"--[^\n]*", "", path.read_text())), path.name


@pytest.mark.parametrize("name", SCOPES)
def test_a_table_without_a_rule_is_not_there(opened: Open, name: str) -> None:
    card = opened(SCOPES[name]).unguarded
    card.query("from handoff limit 1", {})
    for table in ("main.handoff", "handoff_of_tomorrow"):
        with pytest.raises(Exception, match="does not exist"):
            card.query(f"from {table}", {})


def test_readers_side_by_side_do_not_see_each_others_rows(opened: Open) -> None:
    cards = [opened(scope) for scope in LEADS.values()] * 10
    alone = [ask(card, "lead_volume", YEAR).row for card in cards]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda card: ask(card, "lead_volume", YEAR).row, cards))
    assert together == alone
    assert len({str(row) for row in alone}) == len(LEADS)


def test_what_is_remembered_is_remembered_for_one_part_alone(opened: Open, sample_card: Scorecard) -> None:
    keys = [opened(scope).generation for scope in SCOPES.values()]
    assert keys == [Question(opened(scope), "", YEAR, ()).key[0] for scope in SCOPES.values()]
    assert len({*keys, sample_card.generation}) == len(SCOPES) + 1
    assert {opened(scope).build for scope in SCOPES.values()} == {sample_card.generation} == {sample_card.build}
    for path in (companies.ROOT / "app" / "views").rglob("*.py"):
        for call in re.findall(r"cache_(?:resource|data)\([^)]*\)\s*def (\w+)\(([^)]*)\)", path.read_text()):
            assert "card" not in call[1].lower() or call[1].startswith("generation: str"), f"{path.name}: {call[0]} is remembered for everybody"


# --- small groups --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Scope], Scorecard]:
    """A company of few leads: 12 by Web, 6 by Event, 3 by Mail, 1 by Fax; 2 of Web of the persona Boss."""
    channels = ["Web"] * 12 + ["Event"] * 6 + ["Mail"] * 3 + ["Fax"]
    leads = [
        {"lead_id": f"L{n}", "person_id": f"P{n}", "channel": channel, "persona": "Boss" if n < 2 else "Clerk", "name": f"Lead {n}"} for n, channel in enumerate(channels)
    ]
    events = [{"lead_id": f"L{n}", "person_id": f"P{n}", "stage": "handed_off", "occurred_at": f"2026-03-{2 + n % 4 * 7:02} 10:00:00"} for n in range(len(leads))]
    events += [{"lead_id": f"L{n}", "person_id": f"P{n}", "stage": "accepted", "occurred_at": "2026-03-28 10:00:00"} for n in (0, 3, 6)]
    built = companies.build_company(tmp_path_factory.mktemp("small"), {"lead": leads, "lead_event": events}, as_of="2026-06-01T00:00:00Z")
    return lambda scope: open_current(built.settings.scorecard, scope)


def by(card: Scorecard, metric: str, *dims: str, **where: tuple[str, ...]) -> dict[object, object]:
    return {tuple(row[dim] for dim in dims): row["value"] for row in ask(card, metric, YEAR, dims, where).rows}


def test_a_group_of_fewer_than_five_is_not_shown(small: Callable[[Scope], Scorecard]) -> None:
    assert by(small(Scope()), "lead_volume", "channel") == {("Event",): 6, ("Fax",): 1, ("Mail",): 3, ("Web",): 12}
    # Fax and Mail are too small, and the total of 22 less what is shown would tell of 4: so Event is not shown either.
    assert by(small(Scope("viewer")), "lead_volume", "channel") == {("Web",): 12}
    assert by(small(Scope("viewer")), "lead_volume") == {(): 22}


def test_one_small_group_is_hidden_with_another(small: Callable[[Scope], Scorecard]) -> None:
    assert by(small(Scope()), "lead_volume", "persona") == {("Boss",): 2, ("Clerk",): 20}
    assert by(small(Scope("viewer")), "lead_volume", "persona") == {}


def test_a_small_whole_is_not_shown_and_says_why(small: Callable[[Scope], Scorecard]) -> None:
    answer = ask(small(Scope("viewer")), "lead_volume", YEAR, (), {"channel": ("Mail",)})
    assert (answer.row["value"], f"Fewer than {LEAST} records" in answer.off) == (None, True)
    assert ask(small(Scope("viewer")), "lead_volume", YEAR, (), {"channel": ("Fax", "Mail", "Event")}).row == {"value": 10}


def test_a_week_keeps_its_place_without_its_number(small: Callable[[Scope], Scorecard]) -> None:
    weeks = by(small(Scope("viewer")), "lead_volume", "week", channel=("Event",))
    assert len(weeks) > 40
    assert {value for value in weeks.values()} == {0, None}
    rates = metrics.weekly(small(Scope("viewer")), "acceptance_rate", date(2026, 4, 1), {"channel": ("Event",)})
    assert [(row["value"], row["n"]) for row in rates if row["n"] != 0] == [(None, None)] * 4


def test_no_line_of_a_split_by_two_tells_of_few(small: Callable[[Scope], Scorecard]) -> None:
    """Each hidden set of a row or a column of the cross table holds five records or more, or all of its line."""
    everything, shown = (by(small(scope), "lead_volume", "channel", "persona") for scope in (Scope(), Scope("viewer")))
    assert {key: value for key, value in shown.items() if value is not None}.items() <= everything.items()
    for place in (0, 1):
        for line in {key[place] for key in everything}:
            keys = [key for key in everything if key[place] == line]
            hidden = [everything[key] for key in keys if key not in shown]
            assert not hidden or sum(hidden) >= LEAST or len(hidden) == len(keys)


@pytest.mark.parametrize("metric", catalogue())
def test_a_viewers_numbers_are_the_whole_companys_or_none(opened: Open, sample_card: Scorecard, metric: str) -> None:
    """What is shown is true, what is left out is small or keeps something small; in every split by one dimension."""
    viewer = opened(Scope("viewer"))
    for dim in [dim for dim in catalogue()[metric].dims if dim in SPLITS]:
        for period in (QUARTER, Period(WEEK.start, WEEK.start + timedelta(days=1))):
            whole = {row[dim]: row for row in ask(sample_card, metric, period, (dim,)).rows}
            for row in ask(viewer, metric, period, (dim,)).rows:
                if row["value"] is not None or row.get("n"):
                    assert row == whole[row[dim]]
                    assert (row["value"] if catalogue()[metric].unit == "count" else row.get("n", row.get("handoffs"))) not in range(1, LEAST)


def test_a_number_that_does_not_count_its_records_is_shown_whole_alone(opened: Open) -> None:
    viewer = opened(Scope("viewer"))
    assert ask(viewer, "coverage", YEAR, ("sales_team",)).rows == ()
    assert "shows the whole alone" in ask(viewer, "coverage", YEAR, ("sales_team",)).off
    assert ask(viewer, "coverage", YEAR).row["value"] is not None


def test_nothing_is_a_rule_without_its_file() -> None:
    assert {path.stem for path in (QUERIES / "access" / "roles").glob("*.sql")} == set(access.ROLES) - {"cro"}


def test_what_a_viewer_is_not_told_is_not_in_his_tables_either(opened: Open) -> None:
    card = opened(Scope("viewer")).unguarded
    kept_back = {
        "handoff": ("name", "title", "company"),
        "deal": ("name", "account_name"),
        "inquiry": ("name", "title", "company"),
        "forgotten_account": ("account_name",),
        "joint_work": ("account_id", "account_name", "note"),
    }
    for table, names in kept_back.items():
        rows = card.query(f"from {table}", {})
        assert rows.num_rows and [rows[name].null_count for name in names] == [rows.num_rows] * len(names), table
    assert [card.query(f"from {table}", {}).num_rows for table in ("account", "person", "touch", "published_record")] == [0] * 4
