"""What people wrote, the digest and the pages, as readers of a part and viewers get them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import companies
import pytest
from databases import opened
from streamlit.testing.v1 import AppTest

from app.access import EVERYTHING, Scope
from app.meeting import hold, readable
from app.notes import Action, Annotation, Answer, Author, Dispute, Entry, FieldNote, JointWork, Notes, Persona
from app.serving import Scorecard, open_current
from app.views import reader

WEEK = date(2026, 11, 9)
ME = Author("Ann", "sales")
LEAD, VIEWER = Scope("lead", (("segment", "Enterprise"),)), Scope("viewer")
PAGES = ("scorecard", "marketing", "sales", "personas", "definitions", "data", "meeting", "account", "records")


@pytest.fixture(scope="module")
def mine(sample_folder: Path) -> Scorecard:
    return open_current(sample_folder / "build", LEAD)


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Notes]:
    with opened(f"sqlite:///{tmp_path}/notes.db") as empty:
        yield empty


def one(card: Scorecard, table: str, where: str) -> dict:
    return card.query(f"from {table} where {where} order by 1 limit 1", {}).to_pylist()[0]


def about(account: dict, lead: dict, segment: str, campaign: str) -> list[Entry]:
    """One entry of each kind about an account, a lead, a segment, a campaign."""
    return [
        FieldNote(text="heard", heard_on=WEEK, account_id=account["account_id"]), FieldNote(text="heard", heard_on=WEEK, account_name=account["name"]),
        FieldNote(text="heard", heard_on=WEEK, segment=segment), FieldNote(text="heard", heard_on=WEEK, campaign=campaign),
        JointWork(text="together", done_on=WEEK, kind="ride_along", account_id=account["account_id"]),
        Dispute(text="good", handoff_id=lead["handoff_id"], week=WEEK, company=lead["company"]),
        Answer(text="why", about="account", subject=account["account_id"], week=WEEK), Answer(text="why", about="campaign", subject=campaign, week=WEEK),
        Answer(text="why", about="response", subject=lead["sales_team"], week=WEEK),
    ]  # fmt: skip


def test_notes_about_what_one_may_not_see_are_not_there(lite: Notes, sample_card: Scorecard, mine: Scorecard) -> None:
    ours, theirs = (
        one(mine, "handoff", "account_id is not null and sales_team is not null and campaign is not null"),
        one(sample_card, "handoff", "segment = 'SMB' and sales_team = 'SMB sales' and account_id is not null"),
    )
    named = {row["account_id"]: row for row in sample_card.query("from account", {}).to_pylist()}
    for entry in about(named[ours["account_id"]], ours, "Enterprise", ours["campaign"]):
        entry.text += " ours"
        lite.add(entry, ME)
    for entry in about(named[theirs["account_id"]], theirs, "SMB", "a campaign of nobody here"):
        lite.add(entry, ME)
    for entry in (
        Annotation(text="holidays ours", metric="revenue", week=WEEK),
        Action(text="call ours", owner="Bob", due_on=WEEK, decided_week=WEEK),
        Persona(name="Boss", text="who ours"),
    ):
        lite.add(entry, ME)
    for dispute in lite.find(Dispute):
        lite.add(Answer(text=f"reply{' ours' if 'ours' in dispute.text else ''}", about="dispute", subject=dispute.id, week=WEEK), ME)
    kinds = (FieldNote, JointWork, Dispute, Answer, Annotation, Action, Persona)
    read = [entry.text for kind in kinds for entry in readable(lite, mine).find(kind)]
    expected = [entry.text for kind in kinds for entry in lite.find(kind) if "ours" in entry.text]
    assert (sorted(read), len(read)) == (sorted(expected), 13)


@pytest.mark.parametrize("scope, reads", [(EVERYTHING, True), (Scope("member"), True), (VIEWER, False), (Scope("viewer", LEAD.part), False)])
def test_who_reads_notes_about_the_whole_company(lite: Notes, sample_folder: Path, scope: Scope, reads: bool) -> None:
    lite.add(FieldNote(text="heard", heard_on=WEEK, account_name="Somebody"), ME)
    assert len(readable(lite, open_current(sample_folder / "build", scope)).find(FieldNote)) == reads


def test_the_meeting_of_a_part_tells_of_that_part(mine: Scorecard, sample_card: Scorecard) -> None:
    part, whole = hold(mine, None, WEEK), hold(sample_card, None, WEEK)
    assert {deal.segment for deal in part.wins.deals} == {"Enterprise"}
    assert [deal.opportunity_id for deal in part.wins.deals] == [deal.opportunity_id for deal in whole.wins.deals if deal.segment == "Enterprise"]
    assert 0 < part.leads.all.handed_over < whole.leads.all.handed_over


def test_the_digest_of_an_entry_tells_of_its_part(sample_folder: Path, sample_card: Scorecard, tmp_path: Path) -> None:
    rules = tmp_path / "access.csv"
    rules.write_text("who,role,dimension,value\nbob@example.com,lead,segment,Enterprise\n@example.com,viewer,,\n")
    said = {"scorecard": sample_folder / "build", "notes_url": f"sqlite:///{tmp_path}/none.db", "access": rules}
    done = companies.run_accord("digest", "--week", WEEK.isoformat(), "--out", str(tmp_path / "part.md"), "--reader", "Bob@example.com", **said)
    assert done.returncode == 0, done.stderr
    part = (tmp_path / "part.md").read_text()
    deals = hold(sample_card, None, WEEK).wins.deals
    assert {deal.account_name in part for deal in deals if deal.segment == "Enterprise"} == {True}
    assert {deal.account_name in part for deal in deals if deal.segment != "Enterprise"} == {False}
    for who, why in (("@example.com", "is a viewer"), ("eve@evil.example", "No entry is about")):
        refused = companies.run_accord("digest", "--out", str(tmp_path / "no.md"), "--reader", who, **said)
        assert (refused.returncode, why in refused.stderr) == (2, True)
        assert not (tmp_path / "no.md").exists()


@pytest.mark.parametrize("page", PAGES)
def test_a_viewers_page_is_sound_and_names_nobody(sample_folder: Path, sample_card: Scorecard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: str) -> None:
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    monkeypatch.setattr(reader, "_scope", lambda settings: VIEWER)
    app = AppTest.from_file(str(companies.ROOT / "streamlit_app.py"), default_timeout=120)
    app.query_params["metric"] = "lead_volume"
    if page != "scorecard":
        app.switch_page(f"pages/{page}/{page}.py")
    app.run()
    assert not app.exception and not app.error
    text = "\n".join(str(getattr(element, "proto", "")) for element in app)
    assert "could not be" not in text
    names = [row["name"] for table in ("member", "account") for row in sample_card.query(f"select distinct name from {table}", {}).to_pylist()]
    assert [name for name in names if name in text] == []
    if page in ("meeting", "account", "records"):
        assert "which your role (viewer) does not show" in app.info[0].value


def test_without_sign_in_another_address_shows_nothing(sample_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever started the server: the pages look at the address themselves."""
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    for address, is_shown in (("0.0.0.0", False), ("127.0.0.1", True)):
        monkeypatch.setattr(reader.st, "get_option", lambda name, address=address: address)
        app = AppTest.from_file(str(companies.ROOT / "streamlit_app.py"), default_timeout=120).run()
        assert any("Data as of" in one.proto.json for one in app.get("bidi_component")) == is_shown
        assert any("there is no sign-in" in line.value for line in app.markdown) != is_shown
