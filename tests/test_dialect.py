"""Both dialects: other titles and other groups, and the same totals to the cent, whatever the period and the filters."""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path

import companies
import pytest
from streamlit.testing.v1 import AppTest
from test_pages import captions, parts

from app import metrics
from app.metrics import Scorecard, ask, presets, records
from app.views import dialect
from app.views.answers import Gap, Question
from app.views.dialect import DIALECTS, MARKETING, MOST, SALES, Dialect, Group
from app.views.scorecard import JOINT, SUPPORT

SCRIPT = str(companies.ROOT / "streamlit_app.py")
SIDES = [MARKETING, SALES]
PERIODS = ("This quarter", "Last week", "Last year", "All time")
FILTERS = ((), (("segment", ("SMB",)),), (("region", ("",)), ("segment", ("Enterprise", "Mid-market"))), (("sales_team", ("SMB sales",)),))
SAID = ("title", "alt", "unit", "says")  # what words may change of a tile
Open = Callable[..., AppTest]


@pytest.fixture
def open_scorecard(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """open_scorecard(**address): the scorecard of the sample company, drawn once."""
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    monkeypatch.setenv("ACCORD_NOTES_URL", f"sqlite:///{tmp_path / 'notes.db'}")

    def drawn(**address: str) -> AppTest:
        app = AppTest.from_file(SCRIPT, default_timeout=60)
        for key, value in address.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        assert not app.error
        return app

    return drawn


def ways(side: Dialect) -> list[tuple[str, str]]:
    """Every grouping of a side: the metric and what it is grouped by."""
    return [(metric, by) for metric, grouping in (("lead_volume", side.leads), ("revenue", side.revenue)) for by in grouping.ways.values()]


@pytest.mark.parametrize("chosen", FILTERS, ids=str)
@pytest.mark.parametrize("preset", PERIODS)
def test_groups_of_every_dialect_add_up_to_the_number_of_the_tile(sample_card: Scorecard, preset: str, chosen: tuple) -> None:
    question = Question(sample_card, preset, presets(sample_card)[preset], chosen)
    teams = [("lead_volume", "marketing_team"), ("revenue", "sales_team")]
    for metric, by in [*teams, *ways(MARKETING), *ways(SALES)]:
        row = ask(sample_card, metric, question.period, (), dict(chosen)).row
        if not row["value"]:
            with pytest.raises(Gap, match=r"^No (lead|deal) "):
                dialect.groups(question, metric, by)
            continue
        shown = dialect.groups(question, metric, by)
        assert cents(sum(group.value for group in shown)) == cents(row["value"]), (metric, by)
        assert len(shown) <= MOST
        assert len({group.name for group in shown}) == len(shown), "a chart draws a name once"


def test_what_is_grouped_is_there_and_not_all_in_the_rest(sample_card: Scorecard) -> None:
    question = Question(sample_card, "This quarter", presets(sample_card)["This quarter"], ())
    for side in SIDES:
        for metric, by in ways(side):
            shown = dialect.groups(question, metric, by)
            assert [group for group in shown if group.key and group.value > 0], (metric, by)
            named = [group.value for group in shown if group.key]
            assert named == sorted(named, reverse=True)


def test_leads_by_account_and_revenue_by_deal_are_the_records(sample_card: Scorecard) -> None:
    period = presets(sample_card)["Last week"]
    leads = records(sample_card, "lead_volume", period).to_pylist()
    by_account = {row["id"]: row["value"] for row in metrics.parts(sample_card, "account", period)}
    assert by_account == {account: sum(lead["account_id"] == account for lead in leads) for account in {lead["account_id"] for lead in leads}}
    deals = {row["opportunity_id"]: float(row["amount"] or 0) for row in records(sample_card, "revenue", period).to_pylist()}
    assert deals == pytest.approx({row["id"]: row["value"] for row in metrics.parts(sample_card, "deal", period)}, abs=0.011)


def test_a_long_list_is_its_largest_and_the_others_in_one() -> None:
    found = [Group(str(place), f"Rep {place}", 100.0 - place) for place in range(9)] + [Group(None, "Nobody", 5.0)]
    shown = dialect._fewest(found, "others")
    assert [(group.key, group.name, group.value) for group in shown] == [
        ("0", "Rep 0", 100.0), ("1", "Rep 1", 99.0), ("2", "Rep 2", 98.0), ("3", "Rep 3", 97.0), (None, "5 others", 470.0), (None, "Nobody", 5.0),
    ]  # fmt: skip
    assert [group.is_rest for group in shown] == [False] * 4 + [True, False]
    assert dialect._fewest(found[:MOST], "others") == found[:MOST]


def test_things_of_one_name_are_told_apart() -> None:
    assert dialect._told_apart(["Acme", "Bolt", "Acme", "Acme"]) == ["Acme", "Bolt", "Acme (2)", "Acme (3)"]
    assert dialect._told_apart(["Verado Biosciences – Planning 2026", "Verado Biosciences – Planning 2027"]) == ["Verado Biosciences –…", "Verado Biosciences –… (2)"]
    assert dialect._told_apart(["Twenty-two letters now"]) == ["Twenty-two letters now"]


def test_what_does_not_add_up_is_said() -> None:
    shown = [Group("a", "A", 600.25), Group(None, "2 others", 400.0)]
    assert dialect.adds_up(shown, 1000.25, "money", "lead", "USD") == ":green[✓ Adds up] to USD 1,000.25, whatever the words."
    assert dialect.adds_up(shown, 1000.26, "money", "lead", "USD") == ":red[✕ Does not add up:] USD 1,000.25 here, USD 1,000.26 in total."
    assert dialect.adds_up([Group("a", "A", 1.0)], 1.0, "count", "MQL", "USD") == ":green[✓ Adds up] to 1 MQL, whatever the words."
    assert dialect.adds_up([Group("a", "A", 1200.0)], 1201.0, "count", "MQL", "USD") == ":red[✕ Does not add up:] 1,200 MQLs here, 1,201 MQLs in total."


@pytest.mark.parametrize("address", [{}, {"period": "Last quarter", "segment": "SMB"}, {"period": "This quarter", "channel": "Webinars"}], ids=str)
def test_tiles_and_the_way_to_won_differ_in_words_alone(open_scorecard: Open, address: dict[str, str]) -> None:
    both = open_scorecard(**address)
    for side in SIDES:
        said = open_scorecard(words=side.side.capitalize(), **address)
        assert [unworded(tile) for tile in tiles(said)] == [unworded(tile) for tile in tiles(both)]
        assert {tile["title"] for tile in tiles(said)} != {tile["title"] for tile in tiles(both)}
        reworded = [(old, new) for old, new in zip(tiles(both), tiles(said), strict=True) if old["title"] != new["title"]]
        assert [new["says"] for _, new in reworded] == [f"Shared name: {old['title']}. {old['says']}" for old, _ in reworded]
        assert figures(said, 0) == figures(both, 0)
        assert figures(said, 2) == figures(both, 2)


def test_the_page_says_that_its_groups_add_up(open_scorecard: Open, sample_card: Scorecard) -> None:
    period = presets(sample_card)["This quarter"]
    leads, revenue = (ask(sample_card, metric, period).row["value"] for metric in ("lead_volume", "revenue"))
    for side, way in product(SIDES, range(2)):
        picked = {grouping.key: [*grouping.ways][way] for grouping in (side.leads, side.revenue)}
        app = open_scorecard(words=side.side.capitalize(), **picked)
        sums = [text for text in captions(app) if "dds up" in text]
        assert sums[0].startswith(f":green[✓ Adds up] to {leads:,} {side.thing}s, whatever the words.")
        assert sums[1].startswith(f":green[✓ Adds up] to USD {revenue:,.2f}, whatever the words.")
        assert {pick["key"]: pick["chosen"] for part in parts(app, "picks") for pick in part["picks"]} == picked


def test_words_that_do_not_exist_are_the_shared_ones(open_scorecard: Open) -> None:
    app = open_scorecard(words="Klingon")
    assert [tile["title"] for tile in tiles(app)][:3] == ["Lead volume", "Acceptance rate", "Revenue influence"]


def test_a_reader_who_has_said_his_side_begins_with_its_words(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    monkeypatch.setenv("ACCORD_NOTES_URL", f"sqlite:///{tmp_path / 'notes.db'}")
    app = AppTest.from_file(SCRIPT, default_timeout=60)
    app.session_state["author"] = dialect.Author("Ada", "sales")
    assert tiles(app.run())[0]["title"] == "Leads received"


def test_a_filter_that_a_sum_cannot_be_split_by_gets_its_sentence(open_scorecard: Open, sample_card: Scorecard) -> None:
    team = ask(sample_card, "lead_volume", presets(sample_card)["This quarter"], ("marketing_team",)).rows[0]["marketing_team"]
    app = open_scorecard(words="Sales", team=team)
    assert any("cannot be split by marketing team" in text for text in captions(app))


def test_every_word_is_of_a_tile_and_no_two_tiles_read_the_same() -> None:
    for side in SIDES:
        assert side.titles.keys() <= {*JOINT, *SUPPORT}
        assert side.units.keys() <= {*JOINT}
        assert len(set(side.titles.values())) == len(side.titles)
    assert len(set(dialect.KEYS)) == 5, "each in the address under a name of its own"
    assert [*DIALECTS] == ["Both", "Marketing", "Sales"]


def cents(value: object) -> int:
    """To the cent; a count in hundredths."""
    return round(float(value) * 100)


def tiles(app: AppTest) -> list[dict]:
    """The tiles of a page, as they are handed to the browser."""
    rows = [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.component_name == "accord_tiles"]
    return [tile for row in rows for tile in row["tiles"]]


def unworded(tile: dict) -> dict:
    """A tile without what words may change."""
    return {name: value for name, value in tile.items() if name not in SAID}


def figures(app: AppTest, place: int) -> list[tuple[float, str, str]]:
    """What a chart of the page draws, without names."""
    return [(row["value"], row["label"], row["note"]) for row in parts(app, "chart")[place]["rows"]]
