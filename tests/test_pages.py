"""Every page through the router, without a browser: what it says loaded, empty, with filters, and without a scorecard."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import companies
import pytest
from streamlit.testing.v1 import AppTest

from app.charts import format as write
from app.metrics import Scorecard, ask, catalogue, choices, count_records, data_report, presets

SCRIPT = str(companies.ROOT / "streamlit_app.py")
DRAWN_WITHIN_S = 60
USUAL = "This quarter"
HEADS = {
    "scorecard": ["From inquiry to won", "Waiting for sales now", "Marketing teams: lead volume", "Sales teams: revenue"],
    "marketing": ["Leads and acceptance by channel", "Why leads came back", "Cost per accepted lead", "Campaigns"],
    "sales": ["Response time by team", "Reps", "Waiting for sales now", "Leads that have waited longest"],
    "personas": ["Leads and acceptance", "Revenue and win rate", "Operations leader", "No persona"],
    "meeting": [],
    "account": [],
    "definitions": [],
    "data": ["Rows read = kept + quarantined", "Quarantined rows", "Values that no map knows", "Broken references"],
    "records": [],
}
TITLES = {"account": "Accounts", "meeting": "Week of 9 – 15 Nov 2026"}
FILTERED = [name for name in HEADS if name != "meeting"]  # the meeting is about the whole company
ONE_LEAD = {
    "lead": [{"lead_id": "1", "person_id": "1", "created_at": "2026-03-01 10:00:00", "name": "Ada Lovelace"}],
    "lead_event": [{"lead_id": "1", "person_id": "1", "stage": "handed_off", "occurred_at": "2026-03-02 10:00:00"}],
}
FAULTS = ("could not be worked out", "could not be drawn")

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True, scope="module")
def notes_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What these pages read of people's words lies in a database of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ACCORD_NOTES_URL", f"sqlite:///{tmp_path_factory.mktemp('notes') / 'notes.db'}")
        yield


@pytest.fixture
def open_page(sample_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """open_page(name, **address): a page of the sample company, drawn once."""
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    return drawn


def drawn(name: str, **address: str | list[str]) -> AppTest:
    """A page as its address asks for it."""
    app = AppTest.from_file(SCRIPT, default_timeout=DRAWN_WITHIN_S)
    for key, value in address.items():
        app.query_params[key] = value
    if name != "scorecard":
        app.switch_page(f"pages/{name}/{name}.py")
    return app.run()


def test_every_page_of_the_site_is_tested_here() -> None:
    assert {path.stem for path in (companies.ROOT / "pages").glob("*/*.py")} == set(HEADS)


@pytest.mark.parametrize("name", HEADS)
def test_a_page_draws_its_cards_without_a_fault(open_page: Open, name: str) -> None:
    app = open_page(name)
    assert_sound(app)
    assert heads(app, 2)[0] == TITLES.get(name, name.capitalize())
    assert set(HEADS[name]) <= set(heads(app, 3))
    assert any("Data as of" in line and "Sample company" in line for line in captions(app))


def test_a_card_says_how_to_open_its_rows_only_where_it_has_rows(open_page: Open) -> None:
    known = {name: next(card for card in cards(open_page("sales", segment=name)) if card["title"] == "Forgotten accounts") for name in ("Enterprise", "SMB")}
    some, none = (" ".join(part.get("text", part["kind"]) for part in known[name]["parts"]) for name in known)
    assert some.endswith("Choose a row for its story. table")
    assert none == "No major account is forgotten."


def test_days_are_counted_as_other_numbers_are(open_page: Open, sample_card: Scorecard) -> None:
    """Years of them have a comma."""
    days = presets(sample_card)["All time"].days
    assert days > 1000
    app = open_page("scorecard", period="All time")
    assert f" of {days:,} " in " ".join(captions(app))
    assert not re.search(r"\d{4} days", json.dumps(tiles(app)))


@pytest.mark.parametrize("name", FILTERED)
def test_filters_in_the_address_are_chosen_on_every_page(open_page: Open, sample_card: Scorecard, name: str) -> None:
    segment = choices(sample_card, "segment")[0]
    app = open_page(name, segment=segment, period="Last quarter")
    assert_sound(app)
    assert asked(app) == ("Last quarter", (("segment", (segment,)),))
    assert not [line for line in captions(app) if "The address asks for" in line]
    assert segment in dict(head(app)[0]["filters"])["segment"]


def test_what_has_no_value_is_a_choice_and_opens_the_records_without_one(open_page: Open, sample_card: Scorecard) -> None:
    """As the row "No segment" of a chart leads there."""
    period = presets(sample_card)["All time"]
    (nameless,) = (row["value"] for row in ask(sample_card, "lead_volume", period, ("segment",)).rows if row["segment"] is None)
    app = open_page("records", metric="lead_volume", segment="(none)", period="All time")
    assert_sound(app)
    assert asked(app) == ("All time", (("segment", ("",)),))
    assert 0 < counted(app) == nameless < ask(sample_card, "lead_volume", period).row["value"]


@pytest.mark.parametrize("name", FILTERED)
def test_what_the_address_asks_for_in_vain_is_left_out_and_said(open_page: Open, name: str) -> None:
    app = open_page(name, segment="Nowhere *land*", period="Some day")
    assert_sound(app)
    (line,) = (line for line in captions(app) if "The address asks for" in line)
    assert "segment “Nowhere *land*” and period “Some day”" in line
    assert asked(app) == (USUAL, ())


@pytest.mark.parametrize(("days", "first", "last", "is_said"), [
    (["2026-11-09", "2026-11-15"], "2026-11-09", "2026-11-15", False),
    (["2026-11-15", "2026-11-09"], "2026-11-09", "2026-11-15", False),  # whichever way
    (["2026-11-16", "2026-11-22"], "2026-11-16", "2026-11-20", False),  # a week that is not over: as far as there are days
    (["2026-11-09"], "2026-10-01", "2026-11-20", True),
    (["2026-13-09", "2026-11-15"], "2026-10-01", "2026-11-20", True),
    (["2031-01-01", "2031-01-31"], "2026-10-01", "2026-11-20", True),
    ([], "2026-10-01", "2026-11-20", False),
])  # fmt: skip
def test_days_of_the_address_are_the_period_as_far_as_there_are_such_days(open_page: Open, days: list[str], first: str, last: str, is_said: bool) -> None:
    app = open_page("data", period="Custom days", **({"days": days} if days else {}))
    assert_sound(app)
    period = app.session_state["question"].period
    assert (period.start.isoformat(), (period.end - timedelta(days=1)).isoformat()) == (first, last)
    assert any("The address asks for days" in line for line in captions(app)) == is_said


def test_a_step_and_a_week_that_are_not_there_are_left_out_and_said(open_page: Open) -> None:
    app = open_page("meeting", step="*7*", week="2026-11-10")
    assert_sound(app)
    (line,) = (line for line in captions(app) if "The address asks for" in line)
    assert r"step “\*7\*” and week “2026-11-10”" in line
    assert heads(app, 2) == [TITLES["meeting"]]


@pytest.mark.parametrize("name", ["scorecard", "marketing", "sales", "records"])
def test_a_choice_without_a_row_gets_a_sentence_in_every_card(open_page: Open, sample_card: Scorecard, name: str) -> None:
    channel, region, segment = combination_without_leads(sample_card)
    app = open_page(name, channel=channel, region=region, segment=segment, period="This week")
    assert_sound(app)
    said = [*captions(app), *(tile["gap"] for tile in tiles(app))]
    assert any(re.search(r"^No lead with these channel, region and segment in this period\.$", line) for line in said), said


@pytest.mark.parametrize("name", ["scorecard", "marketing", "sales", "records"])
def test_a_period_before_the_first_lead_does_not_fail_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    company = companies.build_company(tmp_path, ONE_LEAD)
    monkeypatch.setenv("ACCORD_SCORECARD", str(company.settings.scorecard))
    assert counted(drawn("records", period="All time")) == 1
    app = drawn(name, period="Last year")
    assert not app.exception
    assert not app.error
    said = [*captions(app), *(tile["gap"] for tile in tiles(app))]
    assert "No lead in this period." in said


@pytest.mark.parametrize("name", HEADS)
def test_without_a_scorecard_a_page_says_how_to_build_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ACCORD_SCORECARD", str(tmp_path / "none"))
    app = drawn(name)
    assert not app.exception
    assert not app.error
    assert heads(app, 2) == ["No scorecard has been built yet"]
    assert [code.value for code in app.code] == ["python3 dev.py accord build", "python3 dev.py demo"]


@pytest.mark.parametrize("metric", catalogue())
def test_the_records_of_every_metric_stand_under_its_figure(open_page: Open, sample_card: Scorecard, metric: str) -> None:
    found = catalogue()[metric]
    app = open_page("records", metric=metric)
    assert_sound(app)
    assert heads(app, 3)[0] == found.title
    row = ask(sample_card, metric, presets(sample_card)[USUAL], (), {}).row
    assert heads(app, 2)[1].replace("\\", "").endswith(write.number(row["value"], found.unit))
    count = count_records(sample_card, metric, presets(sample_card)[USUAL], {})
    assert count == 0 or counted(app) == count


def test_records_of_an_unknown_number_are_those_of_leads_and_it_is_said(open_page: Open) -> None:
    app = open_page("records", metric="nonsense")
    assert_sound(app)
    assert any("There is no number called “nonsense”" in line for line in captions(app))


@pytest.mark.parametrize("where", [{}, {"segment": "SMB"}], ids=["whole", "one segment"])
def test_the_figure_on_the_pages_is_that_of_the_command_line(
    open_page: Open, sample_folder: Path, sample_card: Scorecard, where: dict[str, str]
) -> None:
    period = presets(sample_card)[USUAL]
    asked = ["--from", period.start.isoformat(), "--to", period.end.isoformat(), "--format", "json"]
    asked += [f"--where={name}={value}" for name, value in where.items()]
    done = companies.run_accord("metric", "acceptance_rate", *asked, scorecard=sample_folder / "build")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)["rows"]
    basis = f"{write.count(round(row['value'] * row['n']))} of {write.count(row['n'])} ripe"

    records = open_page("records", metric="acceptance_rate", **where)
    assert heads(records, 2)[1] == write.rate(row["value"])
    assert any(basis in line for line in captions(records))
    for name in ("scorecard", "marketing"):
        (tile,) = (tile for tile in tiles(open_page(name, **where)) if tile["title"] == "Acceptance rate")
        shown = float(tile["value"].rstrip("%").strip())
        assert shown == round(row["value"] * 100, 1 if "." in tile["value"] else 0)
        assert any(basis in part["text"] for line in tile["lines"] for part in line)


@pytest.mark.parametrize("where", [{}, {"segment": ("SMB",)}, {"channel": ("Events",)}, {"channel": ("Email", "Webinars"), "region": ("EMEA",)}], ids=str)
def test_influence_stands_beside_the_revenue_that_it_is_a_share_of(open_page: Open, sample_card: Scorecard, where: dict[str, tuple[str, ...]]) -> None:
    period, currency = presets(sample_card)["This year"], str(sample_card.facts["currency"])
    share = ask(sample_card, "revenue_influence", period, (), where).row["value"]
    part = ask(sample_card, "influenced_revenue", period, (), where).row["value"]
    whole = ask(sample_card, "revenue", period, (), {name: values for name, values in where.items() if name in ("segment", "region")}).row["value"]
    assert part / whole == pytest.approx(share)
    app = open_page("scorecard", period="This year", **{name: [*values] for name, values in where.items()})
    (tile,) = (tile for tile in tiles(app) if tile["title"] == "Revenue influence")
    assert f"{write.money(part, currency)} of {write.money(whole, currency)}" in ["".join(one["text"] for one in line) for line in tile["lines"]]


def test_words_beside_a_chart_hold_with_one_channel_and_of_a_period_that_is_over(open_page: Open, sample_card: Scorecard) -> None:
    period, currency = presets(sample_card)["Last quarter"], str(sample_card.facts["currency"])
    all_channels, one_channel = (captions(open_page("marketing", period="Last quarter", **more)) for more in ({}, {"channel": "Events"}))
    total, events = (write.money(ask(sample_card, "influenced_revenue", period, (), where).row["value"], currency) for where in ({}, {"channel": ("Events",)}))
    [said_of_all], [said_of_one] = ([line.replace("\\", "") for line in lines if line.startswith("Upper bar: influenced")] for lines in (all_channels, one_channel))
    assert said_of_all == f"Upper bar: influenced, adds up to more than the total of {total}, as several channels can touch one deal. Lower: sourced."
    assert said_of_one == f"Upper bar: influenced, {events} in all. Lower: sourced."
    leads = write.count(ask(sample_card, "lead_volume", period).row["value"])
    assert any(line.startswith(f"{leads} in all; dashed: the target, ") and "by now" not in line for line in all_channels)
    of_now = ask(sample_card, "lead_volume", presets(sample_card)["This quarter"]).row["value"]
    now = captions(open_page("marketing", period="This quarter"))
    assert any(line.startswith(f"{write.count(of_now)} so far; dashed: the target, ") and line.endswith(" by now.") for line in now)


def test_every_metric_has_its_definition_and_the_search_finds_it(open_page: Open) -> None:
    app = open_page("definitions")
    assert [head.split(" :")[0] for head in heads(app, 3)] == [metric.title for metric in catalogue().values()]
    assert [code.value for code in app.code] == [metric.sql for metric in catalogue().values()]
    asked = open_page("definitions", metric="win_rate")
    assert heads(asked, 3)[0].startswith(f"{catalogue()['win_rate'].title} :")
    found = open_page("definitions", find="win_rate")
    assert any(head.startswith(f"{catalogue()['win_rate'].title} :") for head in heads(found, 3))
    assert len(heads(found, 3)) < len(catalogue())
    none = open_page("definitions", find="zzz*")
    assert heads(none, 3) == []
    assert r"No definition mentions “zzz\*”." in captions(none)


def test_the_data_page_accounts_for_every_row_read(open_page: Open, sample_card: Scorecard) -> None:
    report = data_report(sample_card)["tables"].to_pylist()
    read, kept, aside = (sum(row[name] for row in report) for name in ("rows_read", "kept", "quarantined"))
    assert read == kept + aside > 0
    app = open_page("data")
    line = f"{read:,} rows read = {kept:,} kept + {aside:,} quarantined, :green[✓ adds up]"
    assert line in [text.value for text in app.markdown]


def test_an_account_is_found_and_its_story_told(open_page: Open, sample_card: Scorecard) -> None:
    account_id = sample_card.query("select account_id from deal where account_id is not null order by all limit 1", {})["account_id"][0].as_py()
    app = open_page("account", account=account_id)
    assert_sound(app)
    assert {"Next", "Deals", "The story so far", "People", "Leads handed over"} <= set(heads(app, 3))
    stranger = open_page("account", account="nobody")
    assert not stranger.exception
    assert not stranger.error
    assert any("There is no account" in line for line in captions(stranger))


def assert_sound(app: AppTest) -> None:
    """Nothing on the page failed."""
    assert not app.exception
    assert not app.error, [error.value for error in app.error]
    assert not [line for line in captions(app) if any(fault in line for fault in FAULTS)]
    assert not [tile["gap"] for tile in tiles(app) if any(fault in tile["gap"] for fault in FAULTS)]


def heads(app: AppTest, level: int) -> list[str]:
    """Headings of a level, as Markdown."""
    mark = "#" * level + " "
    titles = [part["text"] for part in parts(app, {2: "figure", 3: "head"}.get(level, ""))]
    titles += [card["title"] for card in cards(app) if card["title"] and level == 3]
    own = [one["title"] for one in head(app) if level == 2]
    return own + [text.value.removeprefix(mark) for text in app.markdown if text.value.startswith(mark)] + titles


def captions(app: AppTest) -> list[str]:
    """Every quiet sentence."""
    return [text.value for text in app.caption] + [part["text"] for part in parts(app, "caption")] + [one[name] for one in head(app) for name in ("line", "note")]


def asked(app: AppTest) -> tuple[str, tuple]:
    """The period by its name, and the filters, that the page is of."""
    question = app.session_state["question"]
    return question.preset, question.chosen


def head(app: AppTest) -> list[dict]:
    """What the head is made of, if the page is filtered."""
    return [one for one in data_of(app, "accord_head") if "title" in one]


def data_of(app: AppTest, component: str) -> list[dict]:
    """What is handed to the browser for elements of ours."""
    return [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.component_name == component]


def cards(app: AppTest) -> list[dict]:
    """The cards of a page's sheets, as they are handed to the browser."""
    sheets = [one.proto.bytes.decode().split("\n") for one in app.get("bidi_component") if one.proto.component_name == "accord_sheet"]
    return [json.loads(line) for _, *lines in sheets for line in lines]


def parts(app: AppTest, kind: str) -> list[dict]:
    """What the cards of a page's sheets are made of: each chart, table, caption or the like."""
    found = [part for card in cards(app) for part in card["parts"]]
    found += [part for one in found for lane in one.get("lanes", ()) for part in lane]
    return [part for part in found if part["kind"] == kind]


def counted(app: AppTest) -> int:
    """How many records the page says there are."""
    found = (re.fullmatch(r"\*\*([\d,]+) \w+\*\*", text.value) for text in app.markdown)
    return next(int(one[1].replace(",", "")) for one in found if one)


def tiles(app: AppTest) -> list[dict]:
    """The tiles of a page, as they are handed to the browser."""
    return [tile for row in data_of(app, "accord_tiles") for tile in row["tiles"]]


def combination_without_leads(card: Scorecard) -> tuple[str, str, str]:
    """A channel, a region and a segment that nobody was handed over from this week."""
    names = ("channel", "region", "segment")
    rows = ask(card, "lead_volume", presets(card)["This week"], names, {}).rows
    busy = {tuple(row[name] for name in names) for row in rows}
    return next(one for one in product(*(choices(card, name) for name in names)) if one not in busy)
