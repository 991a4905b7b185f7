"""Bad input, each kind tried: it ends in a sentence that a person can act on, or in a quarantined row with its reason, and the
earlier scorecard stays served."""

import gzip
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from companies import Company, Tables, build_company, build_folder, settings_of, write_tables

from app.build import build
from app.errors import CallerError, ExtractError, MapError
from app.serving import latest_generation, open_current

HEAD = "lead_id,stage,occurred_at\n"
GOOD = "A,handed_off,2026-03-02T09:00:00Z\n"
SALESFORCE: Tables = {
    "salesforce/lead": "Id,CreatedDate,Status\nL1,2026-03-01T09:00:00Z,MQL\n",
    "salesforce/opportunity": "Id,CreatedDate\n",
}
Refused = Callable[..., str]
KEYS = ("row_no", "column_name", "value", "reason")


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company that was built before the bad extract came."""
    return build_company(tmp_path_factory.mktemp("earlier"), {"lead_event": HEAD + GOOD})


@pytest.fixture
def refused(earlier: Company, tmp_path: Path) -> Refused:
    """Builds over the earlier scorecard, expects a refusal, and returns its sentence; the earlier one must still be served."""

    def attempt(tables: Tables, maps: Tables | None = None, kind: type[CallerError] = ExtractError, **settings: object) -> str:
        with pytest.raises(kind) as fault:
            build_company(tmp_path, tables, maps, scorecard=earlier.settings.scorecard, **settings)
        _is_still_served(earlier)
        return str(fault.value)

    return attempt


def _is_still_served(earlier: Company) -> None:
    scorecard = earlier.settings.scorecard
    generation = earlier.built.folder.name
    assert latest_generation(scorecard) == generation
    assert [path.name for path in scorecard.glob("gen-*")] == [generation], "a failed build leaves nothing behind"
    assert earlier.value("lead_volume") == 1


def _quarantined(company: Company, table: str) -> list[tuple[object, ...]]:
    return [tuple(row[key] for key in KEYS) for row in company.built.quarantine if row["table_name"] == table]


def _accounted(company: Company, **read: int) -> None:
    """Every row read was kept or is in the quarantine, row by row."""
    assert {row["table_name"]: row["rows_read"] for row in company.built.tables} == read
    for row in company.built.tables:
        assert row["rows_read"] == row["kept"] + row["quarantined"]
        listed = {(q["file"], q["row_no"]) for q in company.built.quarantine if q["table_name"] == row["table_name"]}
        assert len(listed) == row["quarantined"]


# --- files that are not there ------------------------------------------------------------------


def test_no_extract_folder(earlier: Company, tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="There is no folder of extracts at .*nowhere: put one folder for each source"):
        build(settings_of(extracts=tmp_path / "nowhere", maps=tmp_path, scorecard=earlier.settings.scorecard))
    _is_still_served(earlier)


def test_empty_extract_folder(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "extracts").mkdir()
    sentence = refused({})
    assert "is empty: put a folder for each source there (ad_reporting, canonical, " in sentence and "salesforce" in sentence


def test_tables_lying_loose_are_told_where_to_go(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "extracts").mkdir()
    (tmp_path / "extracts" / "lead.csv").write_text(HEAD)
    assert "Move lead.csv into the folder of its source" in refused({})


def test_source_folder_without_tables(refused: Refused) -> None:
    assert "extracts/canonical holds no tables (.parquet, .csv or .csv.gz)" in refused({"notes.txt": "nothing"})


def test_unknown_source_folder(refused: Refused) -> None:
    sentence = refused({"pipedrive/deals": "id\n1\n"})
    assert "extracts/pipedrive is no source this program knows (ad_reporting, canonical, " in sentence
    assert "ACCORD_SOURCES" in sentence


def test_required_table_that_is_missing_is_named_with_what_for(refused: Refused) -> None:
    sentence = refused({"salesforce/lead": SALESFORCE["salesforce/lead"]})
    assert sentence == (
        "salesforce has no table opportunity (opportunity.parquet, .csv or .csv.gz): "
        "opportunities are what leads become, and what revenue is counted from."
    )


def test_every_fault_is_told_at_once(refused: Refused) -> None:
    sentence = refused({"lead_event": "lead_id,occurred_at\n", "opportunity": "", "touch": "<html>"})
    assert len(sentence.splitlines()) == 3


def test_optional_table_that_is_missing_switches_off_what_needs_it(tmp_path: Path) -> None:
    company = build_company(tmp_path, SALESFORCE)
    off = company.built.facts["off"]
    assert "salesforce has no table campaign_member: without it there are no marketing touches, so no influence." in off
    assert len(off) == 10, "one sentence for each optional table of salesforce"
    answer = company.ask("revenue_influence")
    assert answer.row["value"] is None
    assert answer.off == "The extracts hold no touch, so this is unknown."
    assert company.ask("cost_per_accepted_lead").off == "The extracts hold no spend, so this is unknown."
    assert company.ask("influenced_revenue", by="channel").rows == ()
    assert company.ask("lead_volume").off is None
    assert company.value("lead_volume") == 1


# --- files that are not what they seem ---------------------------------------------------------


def test_missing_column(refused: Refused) -> None:
    sentence = refused({"lead_event": "lead_id,occurred_at\nA,2026-01-01\n"})
    assert "canonical/lead_event.csv has no column stage" in sentence
    assert "It has: lead_id, occurred_at." in sentence


def test_web_page_under_the_name_of_a_csv(refused: Refused) -> None:
    sentence = refused({"lead_event": "\n  <!DOCTYPE html><html><body>Sign in</body></html>"})
    assert "canonical/lead_event.csv is a web page, not a CSV" in sentence


def test_empty_file(refused: Refused) -> None:
    assert "canonical/lead_event.csv is empty" in refused({"lead_event": ""})


def test_latin_1(refused: Refused) -> None:
    sentence = refused({"lead_event": (HEAD + GOOD + "B,handed_off,Zürich\n").encode("latin-1")})
    assert "near line 3 stands byte 0xFC, which is 'ü' in Latin-1" in sentence
    assert "iconv -f latin1 -t utf-8" in sentence


def test_utf_8_cut_between_two_chunks_of_reading_is_no_fault(tmp_path: Path) -> None:
    rows = "".join(f"L{number},ü{number}\n" for number in range(100_000))
    company = build_company(tmp_path, {"lead_event": HEAD + GOOD, "lead": "lead_id,name\n" + rows})
    _accounted(company, lead_event=1, lead=100_000)


def test_utf_16(refused: Refused) -> None:
    assert "is not plain text in UTF-8 (it looks like UTF-16 or a spreadsheet)" in refused({"lead_event": (HEAD + GOOD).encode("utf-16")})


def test_same_column_twice(refused: Refused) -> None:
    assert "has the same column name twice" in refused({"lead_event": "lead_id,stage,stage,occurred_at\nA,x,y,2026-01-01\n"})


def test_same_column_in_two_spellings(refused: Refused) -> None:
    sentence = refused({"lead_event": "lead_id,LeadId,stage,occurred_at\nA,A,x,2026-01-01\n"})
    assert "has two columns that read the same, 'lead_id' and 'LeadId'" in sentence


def test_gzip_cut_short(refused: Refused) -> None:
    cut = gzip.compress((HEAD + GOOD * 99).encode())[:-20]
    assert "canonical/lead_event.csv.gz cannot be read (the gzip stream is broken" in refused({"lead_event.csv.gz": cut})


def test_gzip_that_is_none(refused: Refused) -> None:
    assert "the gzip stream is broken" in refused({"lead_event.csv.gz": (HEAD + GOOD).encode()})


def test_parquet_cut_in_half(refused: Refused) -> None:
    whole = _parquet([datetime(2026, 3, 2, 9)] * 1000)
    sentence = refused({"lead_event.parquet": whole[: len(whole) // 2]})
    assert sentence == "canonical/lead_event.parquet was cut off (no Parquet mark at its end): copy or unload it again."


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<html>" + b" " * 99, "is not a Parquet file"), (b"PA", "canonical/lead_event.parquet"), (b"PAR1" + b"x" * 99 + b"PAR1", "is damaged")],
    ids=["web page", "two bytes", "marks without a middle"],
)
def test_parquet_that_is_none(refused: Refused, content: bytes, words: str) -> None:
    assert words in refused({"lead_event.parquet": content})


def test_daily_copy_of_leads_under_the_name_of_their_history(tmp_path: Path) -> None:
    company = build_company(tmp_path, {**SALESFORCE, "salesforce/lead_history": "Id,CreatedDate,Status\nL1,2026-03-01,MQL\n"})
    assert company.built.notes == [
        "salesforce/lead_history.csv has not the columns old_value, new_value, so it is something else than lead_history: left alone."
    ]
    assert company.value("lead_volume") == 1


def test_files_that_nobody_reads_are_noted(tmp_path: Path) -> None:
    company = build_company(tmp_path, {"lead_event": HEAD + GOOD, "stranger": "a\n1\n", "notes.xlsx": b"x"})
    assert company.built.notes == [
        "canonical/stranger.csv is no table that canonical reads: left alone.",
        "canonical/notes.xlsx was not read: tables are .parquet, .csv or .csv.gz.",
    ]


def test_extract_without_any_row(refused: Refused) -> None:
    assert "hold no row with a time" in refused({"lead_event": HEAD})


# --- rows that cannot be read ------------------------------------------------------------------


def test_ragged_csv(tmp_path: Path) -> None:
    rows = GOOD + "B,handed_off\n" + "C,handed_off,2026-03-02T09:00:00Z,extra,more\n" + GOOD.replace("A", "D", 1)
    company = build_company(tmp_path, {"lead_event": HEAD + rows})
    assert _quarantined(company, "lead_event") == [
        (2, None, None, "the header has 3 columns, this row 2"),
        (3, None, None, "the header has 3 columns, this row 5"),
    ]
    assert company.built.quarantine[0]["file"] == "canonical/lead_event.csv"
    assert company.value("lead_volume") == 2
    _accounted(company, lead_event=4)


def test_rows_refused_in_one_file_are_not_held_against_the_next(tmp_path: Path) -> None:
    company = build_company(
        tmp_path,
        {"lead": "lead_id,name\nA,x\nB\nC\nD,y\n", "lead_event": HEAD + GOOD, "opportunity": "opportunity_id,created_at\nO1,2026-01-01\nO2\n"},
    )
    _accounted(company, lead=4, lead_event=1, opportunity=2)
    assert _quarantined(company, "lead_event") == []
    assert [row[0] for row in _quarantined(company, "opportunity")] == [2]


def test_row_numbers_count_rows_not_lines_where_fields_hold_line_breaks(tmp_path: Path) -> None:
    text = 'lead_id,name,company\nA,"two\nlines",x\nB,bad\nC,"three\n\nlines",y\nD,ok,z,zz\nE,ok,z\n'
    company = build_company(tmp_path, {"lead": text, "lead_event": HEAD + "A,handed_off,2026-03-02\nE,handed_off,2026-03-02\n"})
    assert [row[0] for row in _quarantined(company, "lead")] == [2, 4]
    names = {row["lead_id"]: row["company"] for row in company.card.query("select lead_id, company from handoff", {}).to_pylist()}
    assert names == {"A": "x", "E": "z"}


def test_a_bad_value_after_a_refused_line_keeps_its_row_number(tmp_path: Path) -> None:
    company = build_company(tmp_path, {"lead_event": HEAD + GOOD + "B\n" + "C,handed_off,yesterday\n" + "D\n" + "E,handed_off,tomorrow\n"})
    assert [(row[0], row[2]) for row in _quarantined(company, "lead_event")] == [(2, None), (3, "yesterday"), (4, None), (5, "tomorrow")]


def test_a_quote_that_is_never_closed_is_said(tmp_path: Path) -> None:
    """What follows it cannot be told apart into rows, so nothing of the file is taken for read."""
    with pytest.raises(ExtractError, match=r"lead_event.csv: a quote opened in row 2 is never closed"):
        build_company(tmp_path, {"lead_event": HEAD + GOOD + 'B,"handed_off,2026-03-02\n' + GOOD.replace("A", "C", 1)})


@pytest.mark.parametrize(
    "encode",
    [lambda t: t.replace("\n", "\r\n"), lambda t: "\ufeff" + t, lambda t: t.replace(",", ";"), lambda t: t.replace(",", "\t")],
    ids=["CRLF", "BOM", "semicolons", "tabs"],
)
def test_csv_dialects_are_read_alike(tmp_path: Path, encode: Callable[[str], str]) -> None:
    company = build_company(tmp_path, {"lead_event": encode(HEAD + GOOD + "B,handed_off\n" + GOOD.replace("A", "C", 1)).encode()})
    assert [row[0] for row in _quarantined(company, "lead_event")] == [2]
    assert company.value("lead_volume") == 2
    _accounted(company, lead_event=3)


def test_duplicate_ids_keep_the_newest_row(tmp_path: Path) -> None:
    rows = "O1,2026-01-01,5,2026-02-01\nO1,2026-01-01,7,2026-02-02\nO1,2026-01-01,6,2026-01-02\nO1,2026-01-01,7,2026-02-02\nO2,2026-01-01,1,2026-02-02\n"
    company = build_company(tmp_path, {"opportunity": "opportunity_id,created_at,amount,_fivetran_synced\n" + rows})
    reason = "occurs more than once; the newest row was kept"
    assert _quarantined(company, "opportunity") == [(row_no, "opportunity_id", "O1", reason) for row_no in (1, 3, 4)]
    assert company.value("open_pipeline") == 8
    _accounted(company, opportunity=5)


def test_rows_without_a_needed_value(tmp_path: Path) -> None:
    company = build_company(tmp_path, {"lead_event": HEAD + ",handed_off,2026-03-02\nB,  ,2026-03-02\nC,handed_off,\n" + GOOD})
    assert _quarantined(company, "lead_event") == [
        (1, "lead_id", None, "has no value"),
        (2, "stage", "  ", "has no value"),
        (3, "occurred_at", None, "has no value"),
    ]
    _accounted(company, lead_event=4)


def test_stage_that_does_not_exist(tmp_path: Path) -> None:
    company = build_company(tmp_path, {"lead_event": HEAD + GOOD + "A,bogus,2026-03-03\nB,Handed_Off ,2026-03-03\n"})
    reason = "is none of inquiry, handed_off, working, accepted, qualified, rejected, recycled"
    assert _quarantined(company, "lead_event") == [(2, "stage", "bogus", reason)]
    assert company.value("lead_volume") == 2
    _accounted(company, lead_event=3)


def test_two_equal_rows_with_a_fault_are_both_quarantined(tmp_path: Path) -> None:
    company = build_company(tmp_path, {"lead_event": HEAD + GOOD + "A,bogus,2026-03-03\n" * 2})
    assert [row[0] for row in _quarantined(company, "lead_event")] == [2, 3]
    _accounted(company, lead_event=3)


def test_touches_of_nobody(tmp_path: Path) -> None:
    rows = "t1,P1,2026-03-01,marketing\nt2,P9,2026-03-01,marketing\nt3,,2026-03-01,sales\nt4,P1,2026-03-01,finance\n"
    company = build_company(tmp_path, {"person": "person_id\nP1\n", "touch": "touch_id,person_id,occurred_at,side\n" + rows})
    assert _quarantined(company, "touch") == [
        (2, "person", "P9", "is deleted or not in the extract"),
        (3, "person", None, "names no person"),
        (4, "side", "finance", "is neither marketing nor sales"),
    ]
    _accounted(company, person=1, touch=4)


def test_currency_without_a_rate(tmp_path: Path) -> None:
    rows = "O1,2026-03-01,2026-03-05,true,100,GBP\nO2,2026-03-01,2026-03-05,true,50,\n"
    company = build_company(tmp_path, {"opportunity": "opportunity_id,created_at,closed_at,is_won,amount,currency\n" + rows})
    assert _quarantined(company, "opportunity") == [(1, "currency", "GBP", "has no rate on 2026-03-05: add one to fx.csv")]
    _accounted(company, opportunity=2)


def test_references_that_lead_nowhere_are_counted(tmp_path: Path) -> None:
    company = build_company(
        tmp_path,
        {
            "lead_event": "lead_id,person_id,stage,occurred_at\nA,P1,handed_off,2026-03-02\n",
            "lead": "lead_id,opportunity_id,owner_id\nA,O9,M9\n",
            "member": "member_id\nM1\n",
            "person": "person_id,account_id\nP1,A9\n",
            "opportunity": "opportunity_id,account_id,created_at,closed_at,is_won\nO1,A9,2026-03-02,2026-03-01,true\n",
            "opportunity_person": "opportunity_id,person_id\nO1,P9\n",
            "touch": "touch_id,person_id,occurred_at,side,campaign_id\nt1,P1,2026-03-01,marketing,C9\n",
        },
    )
    assert {(row["what"].split(" whose ")[0], row["row_count"], row["example"]) for row in company.built.broken} == {
        ("leads converted into an opportunity that is quarantined or not in the extract", 1, "A"),
        ("leads", 1, "A"),
        ("marketing touches", 1, "t1"),
        ("opportunities closed before they were created (in revenue, left out of the sales cycle)", 1, "O1"),
        ("opportunities", 1, "O1"),
        ("people of opportunities who are not in the extract", 1, "O1"),
        ("people", 1, "P1"),
    }


def test_events_of_a_deleted_lead_count_for_nothing_in_any_source(tmp_path: Path) -> None:
    company = build_company(tmp_path, {"lead": "lead_id,is_deleted\nA,true\nB,false\n", "lead_event": HEAD + GOOD + GOOD.replace("A", "B", 1)})
    assert company.table("lead")["deleted"] == 1
    assert company.value("lead_volume") == 1


# --- values in other clothes -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00"),
        ("2026-03-02T09:00:00+05:30", "2026-03-02T03:30:00"),
        ("2026-03-02T09:00:00.000+0000", "2026-03-02T09:00:00"),
        ("2026-03-02 09:00:00.123456789", "2026-03-02T09:00:00"),
        ("2026-03-02 09:00:00 UTC", "2026-03-02T09:00:00"),
        ("03/02/2026 09:00 AM", "2026-03-02T09:00:00"),
        ("03/02/26 09:00 PM", "2026-03-02T21:00:00"),
        ("2026-03-02", "2026-03-02T00:00:00"),
        ("3/2/2026", "2026-03-02T00:00:00"),
    ],
)
def test_times_as_text(once: "Once", text: str, instant: str) -> None:
    assert once.times[text] == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("yesterday", "is not a time such as 2026-11-20T05:12:00Z"),
        ("2026-02-30", "is not a time such as 2026-11-20T05:12:00Z"),
        ("2026-03-02T25:00:00Z", "is not a time such as 2026-11-20T05:12:00Z"),
        ("1772442000", "is not a time such as 2026-11-20T05:12:00Z"),
        ("0001-01-01T00:00:00Z", "lies outside 1990 to 2099"),
        ("0001-01-01", "lies outside 1990 to 2099"),
        ("9999-12-31T00:00:00Z", "lies outside 1990 to 2099"),
        ("9999-12-31", "lies outside 1990 to 2099"),
        ("1989-12-31T23:59:59Z", "lies outside 1990 to 2099"),
        ("2100-01-01T00:00:00Z", "lies outside 1990 to 2099"),
    ],
)
def test_times_that_are_none(once: "Once", text: str, reason: str) -> None:
    assert once.faults["occurred_at", text] == reason


@pytest.mark.parametrize(("text", "amount"), [("1,234.50", 1234.5), ("1,234,567", 1234567), (" 77 ", 77), ("-5", -5), ("1e3", 1000), ("0", 0)])
def test_amounts_as_text(once: "Once", text: str, amount: float) -> None:
    assert float(once.amounts[text]) == amount


@pytest.mark.parametrize("text", ["1.234,50", "$500", "12,34", "NaN", "inf", "9" * 20, "1 234", "n/a", "1,234,5"])
def test_amounts_that_are_none(once: "Once", text: str) -> None:
    assert once.faults["amount", text] == "is not a number such as 1234.50"


def test_dates_with_the_day_first_are_a_setting(tmp_path: Path) -> None:
    company = build_company(tmp_path, {"lead_event": HEAD + "A,handed_off,02/03/2026 09:00\nB,handed_off,13/03/2026\n"}, date_order="dmy")
    assert [row["month"] for row in company.ask("lead_volume", "2026-03-01", "2026-04-01", by="month").rows] == [date(2026, 3, 1)]
    assert company.value("lead_volume", "2026-03-01", "2026-04-01") == 2


IN_PARQUET = {
    "nanoseconds": (pa.array([datetime(2026, 3, 2, 9)], pa.timestamp("ns")), datetime(2026, 3, 2, 9)),
    "nanoseconds with zone": (pa.array([datetime(2026, 3, 2, 9)], pa.timestamp("ns", tz="America/New_York")), datetime(2026, 3, 2, 9)),
    "with zone": (pa.array([datetime(2026, 3, 2, 9)], pa.timestamp("us", tz="UTC")), datetime(2026, 3, 2, 9)),
    "milliseconds": (pa.array([datetime(2026, 3, 2, 9)], pa.timestamp("ms")), datetime(2026, 3, 2, 9)),
    "seconds": (pa.array([datetime(2026, 3, 2, 9)], pa.timestamp("s")), datetime(2026, 3, 2, 9)),
    "date": (pa.array([date(2026, 3, 2)]), datetime(2026, 3, 2)),
    "text": (pa.array(["2026-03-02T09:00:00+02:00"]), datetime(2026, 3, 2, 7)),
    "dictionary": (pa.array(["2026-03-02T09:00:00Z"]).dictionary_encode(), datetime(2026, 3, 2, 9)),
}


def test_times_in_parquet_in_files_of_different_types(tmp_path: Path) -> None:
    files = {f"canonical/lead_event/{name}.parquet": _parquet(column, name) for name, (column, _) in IN_PARQUET.items()}
    company = build_company(tmp_path, {**files, "lead": "lead_id\n"})
    found = {row["lead_id"]: row["handed_at"] for row in company.card.query("select lead_id, handed_at from handoff", {}).to_pylist()}
    assert found == {name: instant for name, (_, instant) in IN_PARQUET.items()}


def test_a_number_is_no_time(refused: Refused) -> None:
    assert "hold no row with a time" in refused({"lead_event.parquet": _parquet([1772442000])})


def test_years_in_parquet_that_python_cannot_hold(tmp_path: Path) -> None:
    far = pa.array([datetime(2026, 3, 2), datetime(1, 1, 1), datetime(9999, 12, 31)], pa.timestamp("us"))
    company = build_company(tmp_path, {"lead_event.parquet": _parquet(far)})
    assert [(row[0], row[3]) for row in _quarantined(company, "lead_event")] == [(2, "lies outside 1990 to 2099"), (3, "lies outside 1990 to 2099")]
    _accounted(company, lead_event=3)


def test_a_column_that_only_later_files_have(tmp_path: Path) -> None:
    old, new = "lead_id,stage,occurred_at\nA,handed_off,2026-03-02\n", "lead_id,stage,occurred_at,reason\nA,rejected,2026-03-03,Bad fit\n"
    company = build_company(tmp_path, {"canonical/lead_event/2025.csv": old, "canonical/lead_event/2026.csv": new, "lead": "lead_id\nA\n"})
    assert company.ask("rejection_reasons", by="reason").rows == ({"reason": "Bad fit", "value": 1},)
    _accounted(company, lead=1, lead_event=2)


# --- words that no map knows -------------------------------------------------------------------


def test_unmapped_words_are_reported_with_their_rows_and_never_guessed(tmp_path: Path) -> None:
    lead = "Id,CreatedDate,Status,LeadSource\nL1,2026-03-01,MQL,Moon\nL2,2026-03-01,Weird,moon\nL3,2026-03-01,weird,Web\n"
    company = build_company(tmp_path, {**SALESFORCE, "salesforce/lead": lead})
    assert company.built.unmapped == [
        {"map": "channel", "value": "Moon", "row_count": 2},
        {"map": "lead_status", "value": "Weird", "row_count": 2},
    ]
    assert company.value("lead_volume") == 1
    assert company.ask("lead_volume", by="channel").rows == ({"channel": None, "value": 1},)


# --- maps --------------------------------------------------------------------------------------


FIELDS = "source,table,field,column\n"


@pytest.mark.parametrize(
    ("maps", "words"),
    [
        (
            {"fields": FIELDS + "salesforce,lead,handed_off_at,nope__c\n"},
            "salesforce/lead.csv has no column nope__c, which fields.csv names for lead.handed_off_at. It has: Id, CreatedDate, Status.",
        ),
        ({"fields": FIELDS + "salesforce,lead,nope,Status\n"}, "fields.csv names the field 'nope' of salesforce's lead; there are: accepted_at"),
        ({"fields": FIELDS + "salesforce,leads,score,Status\n"}, "fields.csv names the table 'leads' of salesforce; there are: lead, lead_history"),
        ({"fields": FIELDS + "hubspot9,lead,score,Status\n"}, "fields.csv names the source 'hubspot9'; there are: ad_reporting, canonical, "),
        ({"lead_status": "status,stage\nNew,inquiry\nMQL,handed\n"}, "lead_status.csv, row 2, column stage: 'handed' is none of inquiry, handed_off"),
        ({"lead_status": "status,stage\nMQL,handed_off\n mql ,inquiry\n"}, "2 times: keep one row of it"),
        ({"lead_status": "state,stage\nMQL,handed_off\n"}, "maps/lead_status.csv has no column status"),
        ({"lead_statuses": "status,stage\nMQL,handed_off\n"}, "maps/lead_statuses.csv is no map. There are: lead_status.csv"),
        ({"segment": "employees_from,segment\nmany,Big\n"}, "maps/segment.csv, row 1, column employees_from: 'many' is not a whole number"),
        ({"team": "role,team,side\nSDR,Inside,finance\n"}, "team.csv, row 1, column side: 'finance' is none of marketing, sales"),
        ({"fx": "currency,from_date,rate\nEUR,yesterday,1\n"}, "maps/fx.csv, row 1, column from_date: 'yesterday' is not a date"),
        ({"tier": "account_id,tier\nA1,giant\n"}, "tier.csv, row 1, column tier: 'giant' is none of major, standard"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_maps_that_cannot_be(refused: Refused, maps: Tables, words: str) -> None:
    assert words in refused(SALESFORCE, maps)


def test_only_the_map_at_fault_is_blamed(refused: Refused) -> None:
    sentence = refused(SALESFORCE, {"lead_status": "status,stage\nMQL,handed_off\nNew\n"}, MapError)
    assert sentence == "maps/lead_status.csv, row 2: the header has 2 columns, this row 1."


def test_a_good_map_beside_a_bad_extract_is_not_blamed(refused: Refused) -> None:
    sentence = refused({**SALESFORCE, "salesforce/opportunity": "Id\n"}, {"lead_status": "status,stage\nMQL,handed_off\n"})
    assert sentence.startswith("salesforce/opportunity.csv has no column created_date")
    assert len(sentence.splitlines()) == 1


# --- the check ---------------------------------------------------------------------------------


def test_a_check_builds_nothing(earlier: Company, tmp_path: Path) -> None:
    write_tables(tmp_path / "extracts", {"lead_event": HEAD + GOOD * 2})
    built = build(settings_of(extracts=tmp_path / "extracts", maps=tmp_path, scorecard=earlier.settings.scorecard), keep=False)
    assert built.folder is None
    assert built.tables[0]["rows_read"] == 2
    _is_still_served(earlier)


def test_a_good_build_after_a_failed_one_is_served(tmp_path: Path) -> None:
    with pytest.raises(ExtractError):
        build_company(tmp_path, {"lead_event": "<html>"})
    write_tables(tmp_path / "extracts", {"lead_event": HEAD + GOOD})
    company = build_folder(tmp_path)
    assert open_current(company.settings.scorecard).generation == company.built.folder.name


class Once:
    """Many values of one column, read in one build."""

    def __init__(self, company: Company) -> None:
        handoffs = company.card.query("select lead_id, handed_at from handoff", {}).to_pylist()
        deals = company.card.query("select opportunity_id, own_amount from deal", {}).to_pylist()
        self.times = {TIMES[int(row["lead_id"])]: row["handed_at"] for row in handoffs}
        self.amounts = {AMOUNTS[int(row["opportunity_id"])]: row["own_amount"] for row in deals}
        self.faults = {(row["column_name"], row["value"]): row["reason"] for row in company.built.quarantine}


def _marked(test: Callable[..., None]) -> list[str]:
    values = next(mark for mark in test.pytestmark if mark.name == "parametrize").args[1]
    return [value if isinstance(value, str) else value[0] for value in values]


TIMES = _marked(test_times_as_text) + _marked(test_times_that_are_none)
AMOUNTS = _marked(test_amounts_as_text) + _marked(test_amounts_that_are_none)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    events = [{"lead_id": number, "stage": "handed_off", "occurred_at": text} for number, text in enumerate(TIMES)]
    deals = [{"opportunity_id": number, "created_at": "2026-03-02", "amount": text} for number, text in enumerate(AMOUNTS)]
    company = build_company(tmp_path_factory.mktemp("values"), {"lead_event": events, "opportunity": deals})
    _accounted(company, lead_event=len(TIMES), opportunity=len(AMOUNTS))
    return Once(company)


def _parquet(times: object, lead_id: str | None = None) -> bytes:
    column = times if isinstance(times, (pa.Array, pa.DictionaryArray)) else pa.array(times)
    out = io.BytesIO()
    table = pa.table({"lead_id": [lead_id or f"L{n}" for n in range(len(column))], "stage": ["handed_off"] * len(column), "occurred_at": column})
    pq.write_table(table, out)
    return out.getvalue()
