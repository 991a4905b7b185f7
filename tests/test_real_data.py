"""Real extracts that nobody wrote for this program. They lie outside the repository, in ../shared/data; without them these tests
are skipped. What a number must be is counted here by plain loops over the files."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from companies import ROOT, Company, build_company, run_accord

from app.errors import ExtractError

DATA = ROOT.parent / "shared" / "data"
ALWAYS = ("2000-01-01", "2050-01-01")
CREATED_IS_MODIFIED = {"fields": "source,table,field,column\nsalesforce,lead,created_at,LastModifiedDate\n"}
# By origin, leads and won, as ../shared/data/README.md lists them.
OLIST = {
    "organic search": (2296, 271), "paid search": (1586, 195), "social": (1350, 75), "unknown": (1099, 179), "direct traffic": (499, 56),
    "email": (493, 15), "referral": (284, 24), "other": (150, 4), "display": (118, 6), "other publicities": (65, 3), None: (60, 14),
}  # fmt: skip


def _data(name: str) -> Path:
    if not (DATA / name).is_dir():
        pytest.skip(f"the real data set {name} is not at ../shared/data/{name} beside the repository")
    return DATA / name


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _linked(folder: Path, links: dict[str, Path]) -> None:
    for name, target in links.items():
        place = folder / "extracts" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)


def _accounted(company: Company, folder: Path, name_of: Callable[[str], str] = str.lower) -> None:
    """Rows read are the rows of the files, each of them kept or in the quarantine."""
    lines = {name_of(path.stem): len(_rows(path)) for path in folder.glob("*.csv")}
    for row in company.built.tables:
        assert row["rows_read"] == lines[str(row["table_name"]).replace("_", "")] == row["kept"] + row["quarantined"]


# --- Olist -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def olist(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("olist")
    _linked(folder, {"olist": _data("olist")})
    return build_company(folder, {}, sources=ROOT / "tests" / "sources")


def test_olist_volume_deals_and_revenue(olist: Company) -> None:
    assert olist.value("lead_volume", *ALWAYS) == 8000
    assert olist.value("deals_won", *ALWAYS) == 842
    revenue = olist.ask("revenue", *ALWAYS).row
    assert (revenue["value"], revenue["n"], revenue["without_amount"]) == (676851.48, 842, 842 - 380)


def test_olist_by_channel(olist: Company) -> None:
    leads = {row["channel"]: row["value"] for row in olist.ask("lead_volume", *ALWAYS, by="channel").rows}
    won = {row["channel"]: row["value"] for row in olist.ask("deals_won", *ALWAYS, by="channel").rows}
    assert {name: (leads[name], won[name]) for name in leads} == OLIST


def test_olist_revenue_by_channel_is_that_of_the_items(olist: Company) -> None:
    folder = _data("olist")
    origin = {row["mql_id"]: row["origin"] or None for row in _rows(folder / "olist_marketing_qualified_leads_dataset.csv")}
    channel_of = {row["seller_id"]: origin[row["mql_id"]] for row in _rows(folder / "olist_closed_deals_dataset.csv")}
    cents: Counter[str | None] = Counter(dict.fromkeys(OLIST, 0))
    for row in _rows(folder / "closed_seller_order_items.csv"):
        cents[channel_of[row["seller_id"]]] += round(float(row["price"]) * 100)
    found = {row["channel"]: round(row["value"] * 100) for row in olist.ask("revenue", *ALWAYS, by="channel").rows}
    assert found == cents


def test_olist_every_deal_came_out_of_its_lead(olist: Company) -> None:
    assert olist.value("sourced_revenue", *ALWAYS) == 676851.48
    assert olist.ask("sourced_revenue", *ALWAYS).row["n"] == 842
    assert olist.value("undecided") == 8000 - 842


def test_olist_rows_are_accounted_for(olist: Company) -> None:
    _accounted(olist, _data("olist"), lambda name: name.replace("_", ""))
    assert olist.built.quarantine == []
    assert "The extracts hold no touch, so this is unknown." == olist.ask("revenue_influence", *ALWAYS).off


def test_olist_on_the_command_line(tmp_path: Path) -> None:
    _linked(tmp_path, {"olist": _data("olist")})
    folders = {"extracts": tmp_path / "extracts", "scorecard": tmp_path / "build", "sources": ROOT / "tests" / "sources"}
    done = run_accord("build", **folders)
    assert (done.returncode, done.stderr) == (0, "")
    asked = run_accord("metric", "revenue", "--from", ALWAYS[0], "--to", ALWAYS[1], "--format", "csv", **folders)
    assert asked.stdout.splitlines()[1].startswith("676851.48,842")


# --- a Salesforce developer org ----------------------------------------------------------------


def test_devorg_without_a_creation_date_is_refused_with_what_would_do(tmp_path: Path) -> None:
    _linked(tmp_path, {"salesforce": _data("salesforce_devorg")})
    with pytest.raises(ExtractError) as fault:
        build_company(tmp_path, {})
    assert "salesforce/Lead.csv has no column created_date" in str(fault.value)
    assert "can be given in fields.csv as lead,created_at" in str(fault.value)
    assert "LastModifiedDate" in str(fault.value), "the columns there are"


@pytest.fixture(scope="module")
def devorg(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("devorg")
    _linked(folder, {"salesforce": _data("salesforce_devorg")})
    return build_company(folder, {}, CREATED_IS_MODIFIED)


def test_devorg_leads(devorg: Company) -> None:
    leads = _rows(_data("salesforce_devorg") / "Lead.csv")
    converted = [row for row in leads if row["IsConverted"] == "TRUE"]
    offered = [row for row in leads if row["Status"] == "Open - Not Contacted" and row not in converted]
    assert len(converted) == 5 and sum(row["Status"] == "Closed - Converted" for row in leads) == 8
    assert devorg.value("lead_volume", *ALWAYS) == len(converted) + len(offered)
    assert devorg.value("undecided") == len(offered)
    assert devorg.value("inquiries", *ALWAYS) == len({row["Email"].lower() or row["Id"] for row in leads})


def test_devorg_deals(devorg: Company) -> None:
    deals = _rows(_data("salesforce_devorg") / "Opportunity.csv")
    won, is_open = [row for row in deals if row["IsWon"] == "TRUE"], [row for row in deals if row["IsClosed"] == "FALSE"]
    assert devorg.value("deals_won", *ALWAYS) == len(won)
    assert devorg.value("revenue", *ALWAYS) == sum(float(row["Amount"] or 0) for row in won)
    assert devorg.value("open_pipeline") == sum(float(row["Amount"] or 0) for row in is_open)
    assert devorg.ask("open_pipeline").row["without_amount"] == sum(not row["Amount"] for row in is_open)
    assert devorg.ask("win_rate", *ALWAYS).row["n"] == len(deals) - len(is_open)


def test_devorg_two_digit_dates_with_the_month_first(devorg: Company) -> None:
    deals = _rows(_data("salesforce_devorg") / "Opportunity.csv")
    months = Counter(f"20{row['CloseDate'][6:8]}-{row['CloseDate'][:2]}-01" for row in deals if row["IsWon"] == "TRUE")
    found = {str(row["month"]): row["value"] for row in devorg.ask("deals_won", *ALWAYS, by="month").rows if row["value"]}
    assert found == months


def test_devorg_rows_are_accounted_for(devorg: Company) -> None:
    _accounted(devorg, _data("salesforce_devorg"))
    assert "salesforce/OpportunityHistory.csv is no table that salesforce reads: left alone." in devorg.built.notes


# --- a second org, from a workshop -------------------------------------------------------------


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("workshop")
    _linked(folder, {"salesforce": _data("salesforce_workshop")})
    return build_company(folder, {})


def test_workshop_deals(workshop: Company) -> None:
    deals = _rows(_data("salesforce_workshop") / "Opportunity.csv")
    won = [row for row in deals if row["IsWon"] == "1"]
    assert workshop.value("deals_won", *ALWAYS) == len(won)
    assert workshop.value("revenue", *ALWAYS) == pytest.approx(sum(float(row["Amount"] or 0) for row in won))
    assert workshop.ask("open_pipeline").row["n"] == sum(row["IsClosed"] != "1" for row in deals)
    assert workshop.ask("pipeline_created", *ALWAYS).row["n"] == len(deals)


def test_workshop_leads(workshop: Company) -> None:
    leads = _rows(_data("salesforce_workshop") / "Lead.csv")
    implied = [row for row in leads if row["IsConverted"] == "1" or row["Status"] == "Qualified"]
    offered = [row for row in leads if row["Status"] in ("MQL", "Open - Not Contacted")]
    assert workshop.value("lead_volume", *ALWAYS) == len(implied) + len(offered)
    assert workshop.value("inquiries", *ALWAYS) == len({row["Email"].lower() or row["Id"] for row in leads})


def test_workshop_words_that_no_map_knows_and_columns_of_its_own(workshop: Company) -> None:
    campaigns = _rows(_data("salesforce_workshop") / "Campaign.csv")
    unknown = sum(row["Type"].lower() == "web marketing" for row in campaigns)
    assert workshop.built.unmapped == [{"map": "channel", "value": "web marketing", "row_count": unknown}]
    companies = workshop.card.query("select distinct company from handoff", {})["company"].to_pylist()
    assert not any(str(name).startswith("001") for name in companies), "a Company that holds an account id shows the account's name"


def test_workshop_rows_are_accounted_for(workshop: Company) -> None:
    _accounted(workshop, _data("salesforce_workshop"))


# --- columns as a warehouse has them -----------------------------------------------------------


def test_seeds_of_a_warehouse_package_build_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    folder = _data("fivetran_columns") / "salesforce"
    _linked(tmp_path, {f"salesforce/{path.stem.removeprefix('sf_').removesuffix('_data')}.csv": path for path in folder.glob("*.csv")})
    company = build_company(tmp_path, {})
    _accounted(company, folder, lambda name: name.removeprefix("sf_").removesuffix("_data").replace("_", ""))
    assert {row["reason"] for row in company.built.quarantine} == {"is deleted or not in the extract"}, "each table was sampled alone"
    deals = _rows(folder / "sf_opportunity_data.csv")
    assert company.table("opportunity")["deleted"] == sum(row["is_deleted"] == "true" for row in deals)
    synced = max(row["_fivetran_synced"] for path in folder.glob("*.csv") for row in _rows(path) if _is_read(path, company))
    assert str(company.built.facts["as_of"]) == synced[:19]


def _is_read(path: Path, company: Company) -> bool:
    return any(path.stem == f"sf_{row['table_name']}_data" for row in company.built.tables)
