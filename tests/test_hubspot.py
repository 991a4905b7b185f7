"""HubSpot as a source: contacts as leads, stages from history, merges, deals, touches; answers worked by hand."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import companies
import duckdb
import pytest

SEEDS = companies.ROOT.parent / "shared" / "data" / "fivetran_columns" / "hubspot"
SYNC = {"_fivetran_synced": "2026-06-30T00:00:00Z", "_fivetran_deleted": "false"}

LIFE, STATUS, OWNER = "lifecyclestage", "hs_lead_status", "hubspot_owner_id"
TEAMS = (
    "role,team,side\nInbound,Demand generation,marketing\nClosers,Direct sales,sales\nNew business,Inside sales,sales\n"
)


def contact(number: int, **values: object) -> dict[str, object]:
    """A contact created on 5 January 2026."""
    return {
        "id": number,
        "property_createdate": "2026-01-05T08:00:00Z",
        "property_email": f"p{number}@firm.test",
        "property_firstname": "Pat",
        "property_lastname": str(number),
        "property_jobtitle": "CFO",
        "property_associatedcompanyid": None,
        "property_lifecyclestage": "lead",
        "property_hs_lead_status": None,
        "property_hubspot_owner_id": None,
        "property_hs_analytics_source": "PAID_SEARCH",
        "property_hs_merged_object_ids": None,
        **SYNC,
        **values,
    }


def change(number: int, name: str, value: str | None, at: str, **values: object) -> dict[str, object]:
    """A row of a contact's history."""
    return {
        "contact_id": number,
        "name": name,
        "value": value,
        "timestamp": at,
        "source": "CRM_UI",
        "source_id": None,
        **values,
    }


# 1 goes all the way and wins 5,000. 2 is handed over and sent back by clearing the stage. 3 was merged into 1 and 33
# into 3. 4 is deleted. 5 is rejected through its lead status. 6 has no history. 7 is cleared and set to an inquiry in
# one second.
TABLES: companies.Tables = {
    "hubspot/contact": [
        contact(1, property_associatedcompanyid=700, property_hs_merged_object_ids="3", property_hubspot_owner_id=52),
        contact(2, property_hubspot_owner_id=51),
        contact(3, property_email="old@firm.test"),
        contact(33, property_email="older@firm.test"),
        contact(4, _fivetran_deleted="true"),
        contact(5, property_hubspot_owner_id=51),
        contact(6, property_lifecyclestage="marketingqualifiedlead"),
        contact(7, property_lifecyclestage="lead"),
    ],
    "hubspot/contact_merge_audit": [
        {"canonical_vid": 3, "vid_to_merge": 33, "contact_id": 3, "timestamp": "2026-01-06T00:00:00Z"}
    ],
    "hubspot/contact_property_history": [
        change(1, LIFE, "lead", "2026-01-05T08:00:00Z"),
        change(1, LIFE, "marketingqualifiedlead", "2026-02-02T09:00:00Z", source_id="userId:9050"),
        change(1, LIFE, "salesqualifiedlead", "2026-02-04T09:00:00Z"),
        change(1, LIFE, "opportunity", "2026-02-10T09:00:00Z"),
        change(1, LIFE, "customer", "2026-03-20T10:00:00Z"),
        change(1, OWNER, "51", "2026-01-20T09:00:00Z"),
        change(1, OWNER, "52", "2026-02-20T09:00:00Z"),
        change(2, LIFE, "marketingqualifiedlead", "2026-02-02T09:00:00Z"),
        change(2, LIFE, None, "2026-02-05T09:00:00Z"),
        change(4, LIFE, "marketingqualifiedlead", "2026-02-02T09:00:00Z"),
        change(5, LIFE, "marketingqualifiedlead", "2026-02-03T09:00:00Z"),
        change(5, STATUS, "NEW", "2026-02-03T09:00:00Z"),
        change(5, STATUS, "ATTEMPTED_TO_CONTACT", "2026-02-03T11:00:00Z"),
        change(5, STATUS, "UNQUALIFIED", "2026-02-06T09:00:00Z"),
        change(7, LIFE, "marketingqualifiedlead", "2026-02-03T09:00:00Z"),
        change(7, LIFE, None, "2026-02-07T09:00:00.200Z"),
        change(7, LIFE, "lead", "2026-02-07T09:00:00.700Z"),
    ],
    "hubspot/company": [
        {
            "id": 700,
            "property_name": "Firm",
            "property_industry": "BANKING",
            "property_country": "Spain",
            "property_numberofemployees": 300,
            "property_hubspot_owner_id": 52,
            "is_deleted": "false",
        },
        {
            "id": 701,
            "property_name": "Gone",
            "property_industry": None,
            "property_country": None,
            "property_numberofemployees": None,
            "property_hubspot_owner_id": None,
            "is_deleted": "true",
        },
    ],
    "hubspot/deal": [
        {
            "deal_id": 900,
            "property_dealname": "Won",
            "property_amount": 5000,
            "property_createdate": "2026-02-10T09:00:00Z",
            "property_closedate": "2026-03-20T10:00:00Z",
            "deal_pipeline_stage_id": "77",
            "owner_id": 52,
            "property_hs_analytics_source": "PAID_SEARCH",
            "property_deal_currency_code": "USD",
            "is_deleted": "false",
        },
        {
            "deal_id": 901,
            "property_dealname": "Lost",
            "property_amount": 700,
            "property_createdate": "2026-02-11T09:00:00Z",
            "property_closedate": "2026-03-21T10:00:00Z",
            "deal_pipeline_stage_id": "closedlost",
            "owner_id": 51,
            "is_deleted": "false",
        },
        {
            "deal_id": 902,
            "property_dealname": "Open",
            "property_amount": 80,
            "property_createdate": "2026-05-01T09:00:00Z",
            "property_closedate": "2026-09-01T10:00:00Z",
            "deal_pipeline_stage_id": "78",
            "owner_id": 52,
            "is_deleted": "false",
        },
        {
            "deal_id": 903,
            "property_dealname": "Deleted",
            "property_amount": 9,
            "property_createdate": "2026-05-01T09:00:00Z",
            "property_closedate": "2026-05-02T10:00:00Z",
            "deal_pipeline_stage_id": "77",
            "owner_id": 52,
            "is_deleted": "true",
        },
        {
            "deal_id": 904,
            "property_dealname": "Merged",
            "property_amount": 4000,
            "property_createdate": "2026-02-10T09:00:00Z",
            "property_closedate": "2026-03-20T10:00:00Z",
            "deal_pipeline_stage_id": "77",
            "owner_id": 52,
            "is_deleted": "false",
        },
    ],
    "hubspot/merged_deal": [{"deal_id": 900, "merged_deal_id": 904}],
    "hubspot/deal_pipeline_stage": [
        {
            "stage_id": 77,
            "label": "Signed",
            "closed_won": "true",
            "is_closed": "true",
            "probability": 1.0,
            "_fivetran_deleted": "true",
        },
        {
            "stage_id": 78,
            "label": "Talking",
            "closed_won": "false",
            "is_closed": "false",
            "probability": 0.4,
            "_fivetran_deleted": "false",
        },
    ],
    "hubspot/deal_contact": [
        {"deal_id": 904, "contact_id": 33, "type_id": 3},
        {"deal_id": 902, "contact_id": 5, "type_id": 3},
    ],
    "hubspot/deal_company": [
        {"deal_id": 900, "company_id": 701, "type_id": 5},
        {"deal_id": 900, "company_id": 700, "type_id": 341},
    ],
    "hubspot/contact_form_submission": [
        {"contact_id": 33, "timestamp": "2026-01-20T09:00:00Z", "form_id": "f1", "conversion_id": "c1"},
        {"contact_id": 1, "timestamp": "2026-01-20T09:00:00Z", "form_id": "f1", "conversion_id": "c1"},
    ],
    "hubspot/form": [{"guid": "f1", "name": "Guide"}],
    "hubspot/email_event": [
        {
            "id": "e0",
            "created": "2026-01-29T09:00:00Z",
            "type": "SENT",
            "recipient": "p1@firm.test",
            "email_campaign_id": 40,
            "sent_by_id": None,
        },
        {
            "id": "e1",
            "created": "2026-01-30T09:00:00Z",
            "type": "OPEN",
            "recipient": "p1@firm.test",
            "email_campaign_id": 40,
            "sent_by_id": "e0",
        },
        {
            "id": "e2",
            "created": "2026-01-30T09:01:00Z",
            "type": "CLICK",
            "recipient": "P1@firm.test",
            "email_campaign_id": 40,
            "sent_by_id": "e0",
        },
        {
            "id": "e3",
            "created": "2026-01-30T09:02:00Z",
            "type": "CLICK",
            "recipient": "p1@firm.test",
            "email_campaign_id": 40,
            "sent_by_id": "e0",
        },
        {
            "id": "e4",
            "created": "2026-01-31T09:02:00Z",
            "type": "CLICK",
            "recipient": "p5@firm.test",
            "email_campaign_id": 40,
            "sent_by_id": "e9",
            "filtered_event": "true",
        },
    ],
    "hubspot/email_campaign": [{"id": 40, "name": "Spring", "subject": "Hello"}],
    "hubspot/engagement_contact": [
        {"engagement_id": n, "contact_id": c} for n, c in ((1, 1), (2, 2), (3, 2), (4, 5), (5, 5), (6, 6))
    ],
    "hubspot/engagement_call": [
        {"engagement_id": 1, "property_hs_timestamp": "2026-02-02T15:00:00Z", "property_hubspot_owner_id": 51}
    ],
    "hubspot/engagement_email": [
        {
            "engagement_id": 2,
            "property_hs_timestamp": "2026-02-02T10:00:00Z",
            "property_hubspot_owner_id": 51,
            "property_hs_email_direction": "INCOMING_EMAIL",
        },
        {
            "engagement_id": 3,
            "property_hs_timestamp": "2026-02-02T21:00:00Z",
            "property_hubspot_owner_id": 51,
            "property_hs_email_direction": "EMAIL",
        },
    ],
    "hubspot/engagement_task": [
        {"engagement_id": 4, "property_hs_task_status": "NOT_STARTED", "property_hs_timestamp": "2026-02-03T09:30:00Z"},
    ],
    "hubspot/engagement_meeting": [
        {"engagement_id": 5, "property_hs_meeting_start_time": "2026-02-08T09:00:00Z", "property_hubspot_owner_id": 51},
        {"engagement_id": 6, "property_hs_meeting_start_time": "2026-08-08T09:00:00Z", "property_hubspot_owner_id": 51},
    ],
    "hubspot/owner": [
        {"owner_id": 50, "first_name": "Mia", "last_name": "Mark", "email": "mia@us.test", "active_user_id": 9050},
        {"owner_id": 51, "first_name": "Sam", "last_name": "Sell", "email": "sam@us.test", "active_user_id": 9051},
        {"owner_id": 52, "first_name": "Sue", "last_name": "Sell", "email": "sue@us.test", "active_user_id": None},
    ],
    "hubspot/users": [{"id": 9050, "primary_team_id": 1}, {"id": 9051, "primary_team_id": None}],
    "hubspot/team": [{"id": 1, "name": "Inbound"}, {"id": 2, "name": "Closers"}, {"id": 3, "name": "New business"}],
    "hubspot/team_user": [
        {"team_id": 2, "user_id": 9051, "is_secondary_user": "true"},
        {"team_id": 3, "user_id": 9051, "is_secondary_user": "false"},
    ],
    "hubspot/owner_team": [{"owner_id": 52, "team_id": 2, "is_team_primary": "true"}],
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> companies.Company:
    """The company above, built."""
    return companies.build_company(tmp_path_factory.mktemp("hubspot"), TABLES, {"team": TEAMS})


def rows(company: companies.Company, question: str) -> list[tuple[object, ...]]:
    """Rows of the built scorecard."""
    with duckdb.connect(str(company.built.folder / "scorecard.duckdb"), read_only=True) as con:
        return con.execute(question).fetchall()


def handoffs(company: companies.Company) -> dict[str, tuple[object, ...]]:
    """Outcome, decision and hours to the first response of each handoff."""
    found = rows(company, "select handoff_id, outcome, decision, response_hours from handoff order by handoff_id")
    return {str(row[0]): row[1:] for row in found}


def test_every_row_is_kept_or_quarantined(shop: companies.Company) -> None:
    assert all(table["rows_read"] == table["kept"] + table["quarantined"] for table in shop.built.tables)
    assert shop.built.quarantine == []
    assert shop.built.unmapped == []
    assert shop.table("contact")["deleted"] == 1


def test_handoffs_follow_the_lifecycle_and_the_lead_status(shop: companies.Company) -> None:
    assert handoffs(shop) == {
        "1-1": ("accepted", "accepted", 6.0),  # handed over at 9, called at 15
        "2-1": (
            "rejected",
            "recycled",
            12.0,
        ),  # the mail that the contact wrote at 10 is no answer of sales; that of 21 is
        "5-1": ("rejected", "rejected", 2.0),  # attempted at 11; the task was never done
        "6-1": ("undecided", None, None),  # no history: as if it had always been what it is
        "7-1": ("rejected", "recycled", 96.0),  # cleared and set back in one second is one recycling
    }


def test_merged_and_deleted_contacts_are_no_leads(shop: companies.Company) -> None:
    assert shop.value("inquiries") == 5
    assert shop.value("lead_volume") == 5
    assert rows(shop, "select person_id from person order by person_id") == [("1",), ("2",), ("5",), ("6",), ("7",)]


def test_a_deal_is_won_by_its_stage_and_belongs_to_its_contact(shop: companies.Company) -> None:
    assert shop.value("revenue") == 5000
    assert shop.value("deals_won") == 1
    assert shop.value("open_pipeline") == 80
    assert shop.ask("win_rate").row["value"] == 0.5
    assert shop.value("sourced_revenue") == 5000  # through the contact it lives on as, two merges away
    found = rows(
        shop, "select opportunity_id, account_name, stage, segment, industry, region, owner from deal where is_won"
    )
    assert found == [("900", "Firm", "Signed", "Mid-market", "BANKING", "Spain", "Sue Sell")]


def test_a_form_and_a_click_are_touches_and_an_open_is_none(shop: companies.Company) -> None:
    found = rows(
        shop, "select touch_id, person_id, channel, campaign from touch where side = 'marketing' order by occurred_at"
    )
    assert found == [("c1", "1", "Website form", "Guide"), ("e2", "1", "Email", "Spring")]
    assert shop.value("influenced_revenue") == 5000
    credit = {row["campaign"]: row["value"] for row in shop.ask("attributed_revenue", by="campaign").rows}
    assert credit == {"Guide": 2500, "Spring": 2500}


def test_engagements_are_touches_of_sales_once_they_have_happened(shop: companies.Company) -> None:
    found = rows(shop, "select touch_id, channel from touch where side = 'sales' order by occurred_at")
    assert found == [("1-1", "call"), ("3-2", "Email"), ("5-5", "meeting")]


def test_the_owner_is_that_of_the_handover_and_the_team_that_of_the_owner(shop: companies.Company) -> None:
    found = rows(
        shop,
        "select handoff_id, owner, sales_team, marketing_team from handoff where lead_id in ('1', '2') order by 1",
    )
    # The mailing before the handover has no owner, so marketing's team is that of the user who set the stage.
    assert found == [
        ("1-1", "Sam Sell", "Inside sales", "Demand generation"),
        ("2-1", "Sam Sell", "Inside sales", None),
    ]
    assert rows(shop, "select name, is_active, sales_team from member order by name") == [
        ("Mia Mark", True, None),
        ("Sam Sell", True, "Inside sales"),
        ("Sue Sell", False, "Direct sales"),
    ]


def test_leads_carry_the_source_of_their_contact(shop: companies.Company) -> None:
    assert rows(shop, "select distinct source, channel, persona from handoff") == [
        ("PAID_SEARCH", "Paid search", "Economic buyer")
    ]


def test_what_hubspot_cannot_tell_is_said(shop: companies.Company) -> None:
    limits = [sentence for sentence in shop.built.facts["off"] if sentence.startswith("hubspot cannot tell ")]
    assert any("when sales accepted a lead" in sentence for sentence in limits)
    assert any("which leads sales sent back" in sentence for sentence in limits)
    assert not any(sentence.endswith(": .") for sentence in shop.built.facts["off"])


def changed(tables: companies.Tables, **values: companies.Rows) -> dict[str, companies.Rows]:
    """The tables with some put in their place."""
    return {**tables, **{f"hubspot/{name}": value for name, value in values.items()}}


def test_columns_of_fields_csv_win_over_history(
    tmp_path: Path, build_company: Callable[..., companies.Company]
) -> None:
    people = [
        contact(1, mql_on="2026-02-01", sal_on="2026-02-03", back_on=None, why=None, fit=70),
        contact(2, mql_on="2026-02-01", sal_on=None, back_on="2026-02-02", why="No budget", fit=20),
    ]
    history = [
        change(1, LIFE, "marketingqualifiedlead", "2026-02-20T09:00:00Z"),
        change(1, LIFE, "salesqualifiedlead", "2026-02-25T09:00:00Z"),
        change(2, LIFE, "marketingqualifiedlead", "2026-02-20T09:00:00Z"),
    ]
    fields = "source,table,field,column\n" + "".join(
        f"hubspot,contact,{field},{column}\n"
        for field, column in (
            ("handed_off_at", "mql_on"),
            ("accepted_at", "sal_on"),
            ("rejected_at", "back_on"),
            ("reason", "why"),
            ("score", "fit"),
        )
    )
    company = build_company(
        tmp_path, {"hubspot/contact": people, "hubspot/contact_property_history": history}, {"fields": fields}
    )
    found = rows(
        company,
        "select handoff_id, cast(handed_at as varchar), cast(decided_at as varchar), outcome, reason, score "
        "from handoff order by 1",
    )
    assert found == [
        ("1-1", "2026-02-01 00:00:00", "2026-02-03 23:59:59", "accepted", None, 70.0),
        ("2-1", "2026-02-01 00:00:00", "2026-02-02 23:59:59", "rejected", "No budget", 20.0),
    ]


def test_clearing_in_order_to_set_a_stage_of_sales_is_no_recycling(
    tmp_path: Path, build_company: Callable[..., companies.Company]
) -> None:
    history = [
        change(1, LIFE, "marketingqualifiedlead", "2026-02-02T09:00:00Z"),
        change(1, LIFE, None, "2026-02-03T09:00:00Z"),
        change(1, LIFE, "salesqualifiedlead", "2026-02-03T09:00:02Z"),
        change(2, LIFE, "subscriber", "2026-02-02T09:00:00Z"),
        change(2, LIFE, None, "2026-02-03T09:00:00Z"),
    ]
    company = build_company(
        tmp_path, {"hubspot/contact": [contact(1), contact(2)], "hubspot/contact_property_history": history}
    )
    assert {name: row[:2] for name, row in handoffs(company).items()} == {"1-1": ("accepted", "accepted")}


def test_superseded_rows_of_the_history_count(tmp_path: Path, build_company: Callable[..., companies.Company]) -> None:
    history = [
        change(1, LIFE, "marketingqualifiedlead", "2026-02-02T09:00:00Z", _fivetran_active="false"),
        change(1, LIFE, "salesqualifiedlead", "2026-02-03T09:00:00Z", _fivetran_active="true"),
    ]
    company = build_company(tmp_path, {"hubspot/contact": [contact(1)], "hubspot/contact_property_history": history})
    assert handoffs(company)["1-1"][:2] == ("accepted", "accepted")
    assert company.value("acceptance_rate") == 1.0


def test_a_word_can_be_mapped_for_hubspot_alone(
    tmp_path: Path, build_company: Callable[..., companies.Company]
) -> None:
    statuses = "status,stage\nhubspot:Open,working\nOpen,inquiry\nmarketingqualifiedlead,handed_off\nlead,inquiry\n"
    history = [
        change(1, LIFE, "marketingqualifiedlead", "2026-02-02T09:00:00Z"),
        change(1, STATUS, "OPEN", "2026-02-02T12:00:00Z"),
        change(1, STATUS, "987654", "2026-02-02T13:00:00Z"),
    ]
    company = build_company(
        tmp_path,
        {"hubspot/contact": [contact(1)], "hubspot/contact_property_history": history},
        {"lead_status": statuses},
    )
    assert handoffs(company) == {"1-1": ("undecided", None, 3.0)}
    assert company.built.unmapped == [{"map": "lead_status", "value": "987654", "row_count": 1}]


def test_beside_another_crm_people_are_one_by_their_email(
    tmp_path: Path, build_company: Callable[..., companies.Company]
) -> None:
    other: companies.Tables = {
        "salesforce/lead": [
            {
                "id": "L1",
                "created_date": "2026-01-05T08:00:00Z",
                "status": "New",
                "name": "Pat",
                "email": "P1@firm.test",
            }
        ],
        "salesforce/opportunity": [
            {"id": "O1", "name": "Deal", "stage_name": "Open", "amount": 50, "created_date": "2026-02-10T09:00:00Z"}
        ],
        "salesforce/user": [{"id": "U1", "name": "Una", "department": "Closers"}],
    }
    tables = {
        name: table for name, table in TABLES.items() if name != "hubspot/deal"
    }  # marketing's HubSpot: Salesforce has the deals
    company = build_company(tmp_path, {**tables, **other}, {"team": TEAMS})
    assert rows(company, "select person_id, name from person where person_id in ('1', 'L1')") == [("L1", "Pat")]
    assert rows(company, "select distinct person_id from touch where side = 'marketing'") == [("L1",)]
    assert company.built.quarantine == []  # the teams that both have are the same


def test_the_order_of_rows_changes_nothing(
    tmp_path: Path, shop: companies.Company, build_company: Callable[..., companies.Company]
) -> None:
    turned = {name: list(reversed(table)) for name, table in TABLES.items()}
    assert build_company(tmp_path, turned, {"team": TEAMS}).all_numbers() == shop.all_numbers()


@pytest.mark.skipif(not SEEDS.is_dir(), reason="Fivetran's column files are not on this machine")
def test_tables_as_fivetran_writes_them_build(tmp_path: Path) -> None:
    folder = tmp_path / "extracts" / "hubspot"
    folder.mkdir(parents=True)
    for path in SEEDS.glob("*_data.csv"):
        shutil.copy(path, folder / f"{path.name.removesuffix('_data.csv')}.csv")
    company = companies.build_folder(tmp_path)
    read = {str(table["table_name"]): table for table in company.built.tables}
    for name, table in read.items():
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert table["rows_read"] == sum(1 for _ in csv.DictReader(file)), name
        assert table["rows_read"] == table["kept"] + table["quarantined"], name
    assert {
        "contact",
        "contact_property_history",
        "company",
        "deal",
        "deal_pipeline_stage",
        "email_event",
        "engagement_call",
        "owner",
    } <= read.keys()
    assert company.value("inquiries", "2000-01-01") == read["contact"]["kept"] - 3  # merged into one contact
