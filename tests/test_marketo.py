"""Marketo beside a CRM: people are the CRM's where e-mails agree, and answers are touches; worked by hand."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import companies
import duckdb
import pytest

SEEDS = companies.ROOT.parent / "shared" / "data" / "fivetran_columns" / "marketo"
FORM, CLICK = "marketo/activity_fill_out_form", "marketo/activity_click_email"
SUCCESS, MOMENT = "marketo/activity_change_status_in_progression", "marketo/activity_interesting_moment"

Build = Callable[..., companies.Company]


def lead(number: int, email: str | None, **values: object) -> dict[str, object]:
    """A Marketo lead."""
    return {
        "id": number,
        "created_at": "2026-01-02T08:00:00Z",
        "email": email,
        "first_name": "Ann",
        "last_name": str(number),
        **values,
    }


def activity(number: int, person: int, at: str, **values: object) -> dict[str, object]:
    """An activity of a Marketo lead."""
    return {
        "id": number,
        "lead_id": person,
        "activity_date": at,
        "campaign_id": None,
        "_fivetran_synced": "2026-06-30T00:00:00Z",
        **values,
    }


# A Salesforce company: Ann is a contact of a deal won for 5,000, and a lead of sales who was never handed over is Bob.
CRM: companies.Tables = {
    "salesforce/account": [{"id": "A1", "name": "Firm", "owner_id": "U1"}],
    "salesforce/contact": [
        {"id": "C1", "account_id": "A1", "name": "Ann Lee", "title": None, "email": "Ann@Firm.test"}
    ],
    "salesforce/lead": [
        {
            "id": "L2",
            "created_date": "2026-01-05T08:00:00Z",
            "status": "New",
            "name": "Bob",
            "email": "bob@firm.test",
            "is_converted": "false",
        },
    ],
    "salesforce/opportunity": [
        {
            "id": "O1",
            "account_id": "A1",
            "name": "Deal",
            "stage_name": "Won",
            "amount": 5000,
            "is_closed": "true",
            "is_won": "true",
            "created_date": "2026-02-10T09:00:00Z",
            "close_date": "2026-03-20",
        },
    ],
    "salesforce/opportunity_contact_role": [
        {"id": "R1", "opportunity_id": "O1", "contact_id": "C1", "is_primary": "true"}
    ],
}
PROGRAMS: companies.Tables = {
    "marketo/program": [
        {"id": 10, "name": "Guide 1.0", "channel": "Content", "sfdc_id": None},
        {"id": 11, "name": "Talk", "channel": "Webinar", "sfdc_id": "K1"},
    ],
    "marketo/campaign": [{"id": 20, "program_id": 10}, {"id": 21, "program_id": 11}],
}


def rows(company: companies.Company, question: str) -> list[tuple[object, ...]]:
    """Rows of the built scorecard."""
    with duckdb.connect(str(company.built.folder / "scorecard.duckdb"), read_only=True) as con:
        return con.execute(question).fetchall()


def touches(company: companies.Company) -> list[tuple[object, ...]]:
    """Touches in time order."""
    return rows(
        company, "select touch_id, person_id, channel, kind, campaign from touch order by occurred_at, touch_id"
    )


def test_a_form_filled_in_influences_the_deal_of_the_same_person(tmp_path: Path, build_company: Build) -> None:
    leads = [lead(1, " ann@firm.TEST ", title="CFO"), lead(2, "bob@firm.test"), lead(3, "new@else.test")]
    forms = [
        activity(901, 1, "2026-01-20T09:00:00Z", primary_attribute_value="Guide 1.0.Download"),
        activity(902, 3, "2026-01-21T09:00:00Z", primary_attribute_value="Contact us"),
    ]
    company = build_company(tmp_path, {**CRM, **PROGRAMS, "marketo/lead": leads, FORM: forms})
    assert touches(company) == [
        ("901", "C1", "Content", "form", "Guide 1.0"),
        ("902", "marketo-3", "Website form", "form", None),
    ]
    assert company.value("influenced_revenue") == 5000
    assert company.value("revenue_influence") == 1.0
    people = rows(company, "select person_id, name, title, persona, account_id from person order by person_id")
    assert people == [
        ("C1", "Ann Lee", "CFO", "Economic buyer", "A1"),  # Marketo fills what the CRM leaves blank
        ("L2", "Bob", None, None, None),
        ("marketo-3", "Ann 3", None, None, None),
    ]
    assert company.value("inquiries") == 1  # who is in Marketo alone is a person and no lead
    assert company.built.quarantine == []


def test_answers_are_touches_and_the_rest_is_not(tmp_path: Path, build_company: Build) -> None:
    def click(number: int, at: str, mail: int, run: int) -> dict[str, object]:
        return activity(
            number,
            1,
            at,
            campaign_id=20,
            primary_attribute_value="Guide 1.0.Mail",
            primary_attribute_value_id=mail,
            campaign_run_id=run,
        )

    tables: companies.Tables = {
        "marketo/lead": [lead(1, "ann@firm.test")],
        CLICK: [
            click(1, "2026-01-10T09:00:00Z", 5, 1),
            click(2, "2026-01-10T09:00:08Z", 5, 1),
            click(3, "2026-01-12T09:00:00Z", 5, 2),
        ],
        SUCCESS: [
            activity(4, 1, "2026-01-14T09:00:00Z", primary_attribute_value_id=11, success="true"),
            activity(5, 1, "2026-01-15T09:00:00Z", primary_attribute_value_id=11, success="false"),
            activity(
                6, 1, "2026-01-12T12:00:00Z", primary_attribute_value_id=10, success="true"
            ),  # of the click of that day
        ],
        MOMENT: [
            activity(7, 1, "2026-01-14T10:00:00Z", campaign_id=21),
            activity(8, 1, "2026-01-16T10:00:00Z", campaign_id=21),
        ],
        "marketo/activity_open_email": [activity(9, 1, "2026-01-10T08:59:00Z", campaign_id=20)],
    }
    company = build_company(tmp_path, {**CRM, **PROGRAMS, **tables})
    assert touches(company) == [
        ("1", "C1", "Content", "click", "Guide 1.0"),
        ("3", "C1", "Content", "click", "Guide 1.0"),
        ("4", "C1", "Webinar", "program success", "K1"),
        ("8", "C1", "Webinar", "interesting moment", "K1"),
    ]


def test_one_answer_that_both_systems_log_is_one_touch(tmp_path: Path, build_company: Build) -> None:
    crm: companies.Tables = {
        "salesforce/campaign": [{"id": "K1", "name": "Talk", "type": "Webinar"}],
        "salesforce/campaign_member": [
            {
                "id": "M1",
                "campaign_id": "K1",
                "contact_id": "C1",
                "has_responded": "true",
                "first_responded_date": "2026-01-14",
                "created_date": "2026-01-14T09:00:03Z",
            },
        ],
    }
    successes = [
        activity(4, 1, "2026-01-14T09:00:00Z", primary_attribute_value_id=11, success="true"),
        activity(5, 1, "2026-01-20T09:00:00Z", primary_attribute_value_id=11, success="true"),
    ]
    company = build_company(
        tmp_path, {**CRM, **crm, **PROGRAMS, "marketo/lead": [lead(1, "ann@firm.test")], SUCCESS: successes}
    )
    assert [row[:2] for row in touches(company)] == [("M1", "C1"), ("5", "C1")]
    assert {row[4] for row in touches(company)} == {"Talk"}
    assert [(row["table_name"], row["value"]) for row in company.built.quarantine] == [
        ("activity_change_status_in_progression", "4")
    ]
    assert company.table("activity_change_status_in_progression")["kept"] == 1
    assert company.built.broken == []


def test_merged_leads_are_one_and_deleted_ones_none(tmp_path: Path, build_company: Build) -> None:
    tables: companies.Tables = {
        "marketo/lead": [lead(1, "ann@firm.test"), lead(2, "old@firm.test"), lead(4, "gone@firm.test")],
        "marketo/activity_merge_leads": [
            activity(80, 2, "2026-01-03T00:00:00Z", merge_ids="[3]"),
            activity(81, 1, "2026-01-04T00:00:00Z", merge_ids="[2, 77]"),
        ],
        "marketo/activity_delete_lead": [activity(82, 4, "2026-01-05T00:00:00Z")],
        FORM: [
            activity(901, 3, "2026-01-20T09:00:00Z"),
            activity(902, 2, "2026-01-21T09:00:00Z"),
            activity(903, 4, "2026-01-22T09:00:00Z"),
        ],
    }
    company = build_company(tmp_path, {**CRM, **tables})
    assert [row[:2] for row in touches(company)] == [("901", "C1"), ("902", "C1")]
    assert [row["reason"] for row in company.built.quarantine] == ["is deleted or not in the extract"]
    assert rows(company, "select person_id from person order by 1") == [("C1",), ("L2",)]


def test_leads_that_share_an_email_are_one_person(tmp_path: Path, build_company: Build) -> None:
    leads = [lead(5, "x@else.test"), lead(6, "X@else.test"), lead(7, None), lead(8, None)]
    company = build_company(tmp_path, {**CRM, "marketo/lead": leads, FORM: [activity(901, 6, "2026-01-20T09:00:00Z")]})
    assert [row[:2] for row in touches(company)] == [("901", "marketo-5")]
    assert len(rows(company, "select person_id from person where person_id like 'marketo-%'")) == 3


def test_mapped_dates_are_events_of_the_lead_in_the_crm(tmp_path: Path, build_company: Build) -> None:
    leads = [
        lead(2, "bob@firm.test", sfdc_lead_id="L2", mql_at="2026-01-10T09:00:00Z"),
        lead(3, "new@else.test", sfdc_lead_id=None, mql_at=None),
    ]
    fields = "source,table,field,column\nmarketo,lead,handed_off_at,mql_at\n"
    company = build_company(tmp_path, {**CRM, "marketo/lead": leads}, {"fields": fields})
    assert rows(company, "select handoff_id, person_id, cast(handed_at as varchar), outcome from handoff") == [
        ("L2-1", "L2", "2026-01-10 09:00:00", "undecided")
    ]


def test_equal_numbers_in_hubspot_and_marketo_are_two_people(tmp_path: Path, build_company: Build) -> None:
    contacts = [
        {
            "id": n,
            "property_createdate": "2026-01-05T08:00:00Z",
            "property_email": f"p{n}@firm.test",
            "property_lifecyclestage": "lead",
        }
        for n in (1, 2)
    ]
    tables: companies.Tables = {
        "hubspot/contact": contacts,
        "marketo/lead": [lead(1, "p2@firm.test"), lead(2, "else@firm.test")],
        FORM: [activity(901, 1, "2026-01-20T09:00:00Z"), activity(902, 2, "2026-01-21T09:00:00Z")],
    }
    company = build_company(tmp_path, tables)
    assert [row[:2] for row in touches(company)] == [("901", "2"), ("902", "marketo-2")]
    assert company.built.quarantine == []


def test_people_of_one_source_stay_as_it_tells_them_apart(tmp_path: Path, build_company: Build) -> None:
    tables: companies.Tables = {
        "person": [{"person_id": "p1", "email": "a@firm.test"}, {"person_id": "p2", "email": "a@firm.test"}],
        "opportunity": [{"opportunity_id": "o", "created_at": "2026-02-10T09:00:00Z"}],
        "marketo/lead": [lead(1, "a@firm.test")],
        FORM: [activity(901, 1, "2026-01-20T09:00:00Z")],
    }
    company = build_company(tmp_path, tables)
    assert rows(company, "select person_id from person order by 1") == [("p1",), ("p2",)]
    assert [row[:2] for row in touches(company)] == [("901", "p1")]


def test_the_order_of_rows_changes_nothing(tmp_path: Path, build_company: Build) -> None:
    tables: companies.Tables = {
        **CRM,
        **PROGRAMS,
        "marketo/lead": [
            lead(1, "ann@firm.test"),
            lead(2, "bob@firm.test"),
            lead(5, "x@else.test"),
            lead(6, "x@else.test"),
        ],
        FORM: [activity(901, 1, "2026-01-20T09:00:00Z"), activity(902, 6, "2026-01-20T09:00:00Z")],
        MOMENT: [
            activity(7, 1, "2026-01-14T10:00:00Z", campaign_id=21),
            activity(8, 2, "2026-01-16T10:00:00Z", campaign_id=21),
        ],
    }
    turned = {name: list(reversed(table)) for name, table in tables.items()}
    one, other = build_company(tmp_path / "one", tables), build_company(tmp_path / "other", turned)
    assert one.all_numbers() == other.all_numbers()
    assert touches(one) == touches(other)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="Fivetran's column files are not on this machine")
def test_tables_as_fivetran_writes_them_build(tmp_path: Path) -> None:
    folder = tmp_path / "extracts" / "marketo"
    folder.mkdir(parents=True)
    for path in SEEDS.glob("*_data.csv"):
        shutil.copy(path, folder / f"{path.name.removeprefix('marketo_').removesuffix('_data.csv')}.csv")
    company = companies.build_folder(tmp_path)
    read = {str(table["table_name"]): table for table in company.built.tables}
    assert read.keys() == {
        "lead",
        "program",
        "campaign",
        "activity_click_email",
        "activity_merge_leads",
        "activity_delete_lead",
    }
    for name, table in read.items():
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert table["rows_read"] == sum(1 for _ in csv.DictReader(file)), name
        assert table["rows_read"] == table["kept"] + table["quarantined"], name
    assert {row["reason"] for row in company.built.quarantine} == {"is deleted or not in the extract"}
    assert company.built.unmapped == []
