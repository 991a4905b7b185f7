"""The digest in its four forms and by mail: the same numbers everywhere, people's text as text, the same bytes each time."""

import email
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from companies import ROOT, environment, run_accord, settings_of
from pypdf import PdfReader

from app.digest import FORMS, render, send, write
from app.errors import DigestError
from app.filters import Period
from app.meeting import hold
from app.meeting.model import Meeting
from app.metrics import ask
from app.notes import Action, Annotation, Answer, Author, Dispute, FieldNote, JointWork, open_notes
from app.serving import Scorecard
from app.settings import Settings

WEEK, MADE = date(2026, 11, 9), datetime(2026, 11, 20, 8, 12)
ANIL, TOM = Author("Anil Mehta", "marketing"), Author("Tom Brandt", "sales")
HOSTILE = {
    "script": "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "link": "[a lead](javascript:alert(1)) ![](http://example.com/spy.png) <javascript:alert(2)>",
    "formula": "=cmd|' /C calc'!A0",
    "markdown": "# no heading\n- no list\n1. no number\n> no quote\n| a | b |\n~~~\n**plain**",
    "typst": "#import \"x.typ\": * $x^2$ *bold* @ref <label> #panic() \\ // no comment",
    "jinja": "{{ 7 * 7 }} {% raw %} {# gone #}",
    "emoji": "We won \N{PARTY POPPER}\N{ROCKET}",
    "hebrew": "\u05e9\u05dc\u05d5\u05dd and \u0645\u0631\u062d\u0628\u0627",
    "long": "x" * 10_000,
}
OVERRIDE = "bill\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe\x07"


@pytest.fixture(scope="module")
def notes_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where what people wrote about the sample company's last week is kept."""
    return f"sqlite:///{tmp_path_factory.mktemp('notes')}/notes.db"


@pytest.fixture(scope="module")
def meeting(sample_card: Scorecard, notes_url: str) -> Meeting:
    """The sample company's last week, with what people wrote about it."""
    notes = open_notes(notes_url)
    lead = hold(sample_card, None, WEEK).misses.rejected_leads[0]
    notes.add(Annotation(text="The trade fair in Lyon.", metric="lead_volume", week=WEEK), ANIL)
    for text in HOSTILE.values():
        notes.add(FieldNote(text=text, heard_on=date(2026, 11, 12), persona=text[:300], segment="Enterprise"), TOM)
    notes.add(FieldNote(text=OVERRIDE, heard_on=date(2026, 11, 12)), TOM)
    notes.add(Action(text="Call those who wait", owner="Tom Brandt", due_on=date(2026, 11, 18), metric="acceptance_rate", decided_week=WEEK), TOM)
    done = notes.add(Action(text="Stop the old list", owner="Grace Holloway", due_on=date(2026, 11, 6), metric="lead_volume", decided_week=date(2026, 10, 5)), ANIL)
    notes.change(done, ANIL, state="done", done_on=date(2026, 11, 10))
    notes.add(JointWork(text="Both in one car", kind="ride_along", done_on=date(2026, 11, 11), marketing_member="Anil Mehta", sales_member="Tom Brandt"), ANIL)
    dispute = notes.add(Dispute(text="They asked for a visit.", handoff_id=lead.handoff_id, week=WEEK, company=lead.company), ANIL)
    notes.add(Answer(text="In the wrong country.", about="dispute", subject=dispute.id, week=WEEK), TOM)
    held = hold(sample_card, notes, WEEK)
    notes.engine.dispose()
    return held


@pytest.fixture(scope="module")
def forms(meeting: Meeting) -> dict[str, bytes]:
    """The digest in every form."""
    return {form: render(meeting, form, MADE) for form in FORMS}


class Page(HTMLParser):
    """What a reader of a page sees, and what its elements ask for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.feed(page)
        self.text = "".join(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("br", "div", "tr", "td", "p"):
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _paper(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@cache
def _readable(form: str, content: bytes) -> str:
    """The words of a form, without blanks and marks of its own."""
    if form == "html":
        text = Page(content.decode()).text
    elif form == "pdf":
        text = re.sub(r"Marketing and sales, week of 9 Nov 2026\s*\d+ / \d+", "", _paper(content))  # at the foot of each page
    else:
        text = re.sub(r"\\(.)", r"\1", content.decode()).replace("\\\n", "\n").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(r"[\s\u200b]", "", text)


# --- what it says ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["html", "pdf", "md"])
def test_the_sections_stand_in_the_order_of_the_agenda(forms: dict[str, bytes], form: str) -> None:
    text = _readable(form, forms[form])
    places = [text.rindex(title) for title in ("Scorecard", "Lastweek'sleads", "Winstogether", "Notasplanned", "Fromthefield", "Decidedforthisweek")]
    assert places == sorted(places)
    assert "DataasofFri20Nov2026,05:12UTC" in text and "Made20Nov2026,08:12UTC" in text
    assert "allnamesandnumbersareinvented" in text
    assert "ThetradefairinLyon." in text and "AnilMehta(marketing),weekof9Nov2026" in text
    assert "Callthosewhowait" in text and "TomBrandt,due18Nov,overdue" in text
    assert "Ride-along,11Nov:AnilMehtaandTomBrandt" in text
    assert "Theyaskedforavisit." in text and "Inthewrongcountry." in text


@pytest.mark.parametrize("form", ["html", "pdf", "md"])
def test_its_numbers_are_those_of_the_metrics(sample_card: Scorecard, forms: dict[str, bytes], form: str) -> None:
    week = Period(WEEK, date(2026, 11, 16))
    leads, revenue = (int(ask(sample_card, name, week).row["value"]) for name in ("lead_volume", "revenue"))
    text = _readable(form, forms[form])
    assert f"{leads}leads" in text and f"{leads}leadshandedover" in text
    assert f"worth${round(revenue / 1000)}K" in text


def test_done_actions_are_crossed_off(forms: dict[str, bytes]) -> None:
    assert "- ~~Stop the old list~~\n" in forms["md"].decode()
    assert re.search(r"<s><bdi>Stop the old list</bdi></s>", forms["html"].decode())


def test_no_lead_is_named(meeting: Meeting, forms: dict[str, bytes]) -> None:
    names = {lead.name for lead in meeting.misses.rejected_leads if lead.name}
    assert len(names) > 20
    for form in ("html", "pdf", "md"):
        text = _readable(form, forms[form])
        assert [name for name in names if re.sub(r"\s", "", name) in text] == []


def test_a_page_says_its_numbers_without_its_pictures(meeting: Meeting, forms: dict[str, bytes]) -> None:
    pictures = [attrs for tag, attrs in Page(forms["html"].decode()).tags if tag == "img"]
    assert len(pictures) == len(meeting.score) + 1
    volume = next(picture["alt"] for picture in pictures if picture["alt"].startswith("Lead volume by week"))
    line = next(line for line in meeting.score if line.metric.name == "lead_volume")
    assert all(f" {week.value}" in volume for week in line.course)
    assert "Marks: week of 9 Nov 2026: The trade fair in Lyon." in volume


def test_a_week_without_anything(meeting: Meeting) -> None:
    nothing = replace(
        meeting, score=(), field=(), joint_work=(), is_sample=False, decisions=replace(meeting.decisions, decided=(), carried=(), closed=()),
        leads=replace(meeting.leads, all=replace(meeting.leads.all, handed_over=0, accepted=0, rejected=0, waiting=0), by_channel=(), reasons=()),
        wins=replace(meeting.wins, deals=(), amount=0.0), misses=replace(meeting.misses, short=(), rejected=(), rejected_leads=(), late=(), forgotten=()),
    )  # fmt: skip
    text = _readable("md", render(nothing, "md", MADE))
    for sentence in ("Nodealwaswoninthisweek", "Everythingthatwaspromisedwaskept", "Nonotesforthisweek", "Noactionsareopen"):
        assert sentence in text
    assert "invented" not in text
    assert render(nothing, "pdf", MADE).startswith(b"%PDF") and render(nothing, "html", MADE)


# --- what people write is text -----------------------------------------------------------------


@pytest.mark.parametrize("form", ["html", "pdf", "md"])
@pytest.mark.parametrize("kind", [kind for kind in HOSTILE if kind not in ("hebrew", "emoji")])
def test_what_people_write_is_there_as_they_wrote_it(forms: dict[str, bytes], form: str, kind: str) -> None:
    assert re.sub(r"\s", "", HOSTILE[kind]) in _readable(form, forms[form])


@pytest.mark.parametrize("form", ["html", "pdf", "md"])
def test_other_scripts_have_their_letters(forms: dict[str, bytes], form: str) -> None:
    text = _readable(form, forms[form])
    assert all(letter in text for letter in "\u05e9\u05dc\u05d5\u05dd\N{PARTY POPPER}\N{ROCKET}")


@pytest.mark.parametrize("form", ["html", "pdf", "md"])
def test_nothing_turns_the_words_around(forms: dict[str, bytes], form: str) -> None:
    text = _readable(form, forms[form])
    assert "billfdp.exe" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x07]", text)


def test_a_page_runs_nothing_and_asks_for_nothing(forms: dict[str, bytes]) -> None:
    page = Page(forms["html"].decode())
    assert {tag for tag, _ in page.tags} <= {
        "html", "head", "meta", "title", "body", "table", "tr", "td", "th", "div", "h1", "h2", "h3", "bdi", "br", "s", "img",
    }  # fmt: skip
    for tag, attrs in page.tags:
        assert "href" not in attrs and not any(name.startswith("on") for name in attrs)
        assert tag != "img" or attrs["src"].startswith("data:image/png;base64,")
        assert "url(" not in (attrs.get("style") or "")


def test_no_line_of_markdown_is_of_another_kind_than_meant(forms: dict[str, bytes]) -> None:
    text = forms["md"].decode()
    titles = re.findall(r"^#+ (.*)$", text, re.M)
    assert "no heading" not in titles and "Decisions" in titles
    assert not re.search(r"(?<!\\)\]\(|<(?!br>)|^\s*(?:=|~~~|1\. no)|^\s*- no list", text, re.M)
    assert not re.search(r"(?<!\\)\{\{", text)


def test_one_picture_is_as_tall_as_it_takes(forms: dict[str, bytes]) -> None:
    width, height = (int.from_bytes(forms["png"][place : place + 4]) for place in (16, 20))
    assert forms["png"].startswith(b"\x89PNG") and width == 1191 and height > 5000


# --- the same bytes ----------------------------------------------------------------------------

HELD = """
import sys, hashlib
from datetime import date, datetime
from pathlib import Path
from app.digest import FORMS, render
from app.meeting import hold
from app.notes import open_notes
from app.serving import open_current
meeting = hold(open_current(Path(sys.argv[1])), open_notes(sys.argv[2]), date(2026, 11, 9))
print([hashlib.sha256(render(meeting, form, datetime(2026, 11, 20, 8, 12))).hexdigest() for form in FORMS])
"""


def test_the_same_bytes_from_every_process(sample_folder: Path, notes_url: str, forms: dict[str, bytes]) -> None:
    """From one that orders sets in another way than this."""
    env = environment() | {"PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HELD, str(sample_folder / "build"), notes_url]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.strip() == str([sha256(forms[form]).hexdigest() for form in FORMS])


def test_two_readers_at_once_get_their_own(meeting: Meeting, forms: dict[str, bytes]) -> None:
    asked = ["pdf", "html", "pdf"]  # a picture is drawn as the PDF is
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda form: render(meeting, form, MADE) == forms[form], asked)) == [True] * 3


@pytest.mark.parametrize("form", ["html", "pdf", "md"])
def test_another_time_changes_one_line(meeting: Meeting, forms: dict[str, bytes], form: str) -> None:
    read = _paper if form == "pdf" else bytes.decode
    first, second = (read(content).splitlines() for content in (forms[form], render(meeting, form, datetime(2026, 12, 1, 17, 5))))
    changed = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    assert len(changed) == 1
    assert "Made 20 Nov 2026, 08:12 UTC" in changed[0][0] and "Made 1 Dec 2026, 17:05 UTC" in changed[0][1]


# --- files and the command ---------------------------------------------------------------------


def test_a_file_is_of_the_form_its_ending_names(meeting: Meeting, forms: dict[str, bytes], tmp_path: Path) -> None:
    write(meeting, tmp_path / "week.MD", MADE)
    assert (tmp_path / "week.MD").read_bytes() == forms["md"]
    assert [path.name for path in tmp_path.iterdir()] == ["week.MD"]


def test_other_endings_and_folders_that_are_none(meeting: Meeting, tmp_path: Path) -> None:
    with pytest.raises(DigestError, match=r"^A digest is html, pdf, png or md, not 'docx'\.$"):
        write(meeting, tmp_path / "week.docx", MADE)
    with pytest.raises(DigestError, match=r"not a file without an ending\.$"):
        write(meeting, tmp_path / "week", MADE)
    with pytest.raises(DigestError, match=r"cannot be written to .*week\.md: No such file or directory\.$"):
        write(meeting, tmp_path / "none" / "week.md", MADE)


def test_the_command_writes_the_last_week(sample_folder: Path, tmp_path: Path) -> None:
    own = {"scorecard": sample_folder / "build", "notes_url": f"sqlite:///{tmp_path}/notes.db"}
    done = run_accord("digest", "--out", "week.md", cwd=tmp_path, **own)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "week.md").read_text().startswith("# Marketing and sales, week of 9 Nov 2026\n")
    assert not (tmp_path / "notes.db").exists(), "a reader makes no database"
    assert run_accord("digest", "--week", "2026-11-08", "--out", "earlier.md", cwd=tmp_path, **own).returncode == 0
    assert (tmp_path / "earlier.md").read_text().startswith("# Marketing and sales, week of 2 Nov 2026\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say where the digest goes: --out FILE, --send, or both."),
        (("--week", "2026-11-16", "--out", "x.md"), "There is no digest of the week of 2026-11-16: the data knows whole weeks from "),
        (("--week", "1999-01-01", "--out", "x.md"), "There is no digest of the week of 1998-12-28: the data knows whole weeks from "),
        (("--out", "x.md"), "The notes at "),
        (("--send",), "ACCORD_DIGEST_TO is missing"),
    ],
)
def test_the_command_refuses_in_a_sentence(sample_folder: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = run_accord("digest", *arguments, scorecard=sample_folder / "build", notes_url="postgresql://accord:hidden@127.0.0.1:1/none")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence) and "hidden" not in done.stderr and done.stderr.count("\n") == 1


# --- by mail -----------------------------------------------------------------------------------


class Mailbox:
    """What a mail server took, and how it was asked to."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.readers: list[str] = []
        self.was_encrypted: list[bool] = []

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        """Knows nobody called gone."""
        if address.startswith("gone@"):
            return "550 no such reader"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps the letter."""
        self.letters.append(email.message_from_bytes(envelope.content, policy=policy.default))
        self.readers += envelope.rcpt_tos
        self.was_encrypted.append(session.ssl is not None)
        return "250 OK"


def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"post", b"p@ss/word"), handled=False)


Serve = Callable[..., object]


@pytest.fixture
def serve() -> Serve:
    """`with serve(**options) as (mailbox, port)`: a mail server on this machine."""

    @contextmanager
    def run(**options: object) -> Iterator[tuple[Mailbox, int]]:
        mailbox = Mailbox()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
        controller.start()
        try:
            yield mailbox, port
        finally:
            controller.stop()

    return run


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine that nobody has signed, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    try:
        subprocess.run([*command, "-keyout", "key.pem", "-out", "cert.pem"], cwd=folder, capture_output=True, check=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("no openssl on this machine")
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(scope="module")
def short(meeting: Meeting) -> Meeting:
    """A meeting with one number, quickly drawn."""
    return replace(meeting, score=meeting.score[:1], field=(), wins=replace(meeting.wins, deals=()))


def _letter_settings(url: str, to: str = "cro@example.com, vp@example.com", sender: str = "Accord <accord@example.com>") -> Settings:
    return settings_of(smtp_url=url, digest_from=sender, digest_to=to)


def test_a_letter_has_the_page_its_pictures_and_the_paper(sample_card: Scorecard, meeting: Meeting, serve: Serve) -> None:
    with serve() as (mailbox, port):
        assert send(meeting, _letter_settings(f"smtp://127.0.0.1:{port}"), MADE) == ["cro@example.com", "vp@example.com"]
    (letter,) = mailbox.letters
    assert mailbox.readers == ["cro@example.com", "vp@example.com"]
    assert (letter["Subject"], letter["From"]) == ("Marketing and sales, week of 9 Nov 2026", "Accord <accord@example.com>")
    page = Page(letter.get_body(("html",)).get_content())
    asked = {attrs["src"].removeprefix("cid:") for tag, attrs in page.tags if tag == "img"}
    pictures = {part["Content-ID"].strip("<>"): part.get_content() for part in letter.walk() if part.get_content_type() == "image/png"}
    assert asked == set(pictures) and len(asked) == len(meeting.score) + 1
    assert all(picture.startswith(b"\x89PNG") for picture in pictures.values())
    volume = int(ask(sample_card, "lead_volume", Period(WEEK, date(2026, 11, 16))).row["value"])
    plain = letter.get_body(("plain",)).get_content()
    assert f"{volume} leads handed over" in plain and f"{volume} leads handed over" in page.text
    assert HOSTILE["formula"] in plain, "plain words need no marks before them"
    (paper,) = letter.iter_attachments()
    assert paper.get_filename() == "digest-2026-11-09.pdf"
    assert f"{volume} leads handed over" in _paper(paper.get_content())


def test_a_reader_that_is_refused_is_not_among_those_that_got_it(short: Meeting, serve: Serve) -> None:
    with serve() as (mailbox, port):
        assert send(short, _letter_settings(f"smtp://127.0.0.1:{port}", "gone@example.com, vp@example.com"), MADE) == ["vp@example.com"]
        with pytest.raises(DigestError, match=r"refused every reader: gone@example\.com\.$"):
            send(short, _letter_settings(f"smtp://127.0.0.1:{port}", "gone@example.com"), MADE)
    assert mailbox.readers == ["vp@example.com"]


def test_the_command_says_who_was_refused(sample_folder: Path, tmp_path: Path, serve: Serve) -> None:
    with serve() as (mailbox, port):
        done = run_accord(
            "digest", "--send", scorecard=sample_folder / "build", notes_url=f"sqlite:///{tmp_path}/notes.db",
            smtp_url=f"smtp://127.0.0.1:{port}", digest_from="accord@example.com", digest_to="vp@example.com, gone@example.com",
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == "Sent to vp@example.com.\n"
    assert done.stderr == "The mail server refused gone@example.com; the other readers have it.\n"
    assert mailbox.readers == ["vp@example.com"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_user_and_password(short: Meeting, serve: Serve) -> None:
    with serve(authenticator=_knows, auth_required=True, auth_require_tls=False) as (mailbox, port):
        assert send(short, _letter_settings(f"smtp://post:p%40ss%2Fword@127.0.0.1:{port}"), MADE)
        with pytest.raises(DigestError, match=r"does not know this user and password\.$") as refusal:
            send(short, _letter_settings(f"smtp://post:guessed@127.0.0.1:{port}"), MADE)
        with pytest.raises(DigestError, match="refused the sender|refused the message"):
            send(short, _letter_settings(f"smtp://127.0.0.1:{port}"), MADE)
    assert "guessed" not in str(refusal.value)
    assert len(mailbox.letters) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_no_password_without_encryption_to_another_machine(short: Meeting, serve: Serve) -> None:
    """127.1 is this machine, spelled in a way that is not known to be."""
    with serve(authenticator=_knows, auth_required=True, auth_require_tls=False) as (mailbox, port):
        with pytest.raises(DigestError, match=r"127\.1 offers no encryption, and a password is not sent without"):
            send(short, _letter_settings(f"smtp://post:p%40ss%2Fword@127.1:{port}"), MADE)
    assert mailbox.letters == []


def test_starttls_is_used_where_it_is_offered(short: Meeting, serve: Serve, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with serve(tls_context=context, authenticator=_knows, auth_required=True) as (mailbox, port):
        url = f"smtp://post:p%40ss%2Fword@127.0.0.1:{port}"
        with pytest.raises(DigestError, match=r"shows a certificate that is not trusted\.$"):
            send(short, _letter_settings(url), MADE)
        assert mailbox.letters == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert len(send(short, _letter_settings(url), MADE)) == 2
    assert mailbox.was_encrypted == [True]


def test_encryption_from_the_first_byte(short: Meeting, serve: Serve, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with serve(ssl_context=context) as (mailbox, port):
        with pytest.raises(DigestError, match="certificate that is not trusted"):
            send(short, _letter_settings(f"smtps://localhost:{port}"), MADE)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert len(send(short, _letter_settings(f"smtps://127.0.0.1:{port}"), MADE)) == 2


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"digest_to": None}, "ACCORD_DIGEST_TO is missing"),
        ({"digest_to": " , "}, "ACCORD_DIGEST_TO is missing"),
        ({"digest_to": "vp@example.com\nBcc: spy@example.com"}, "ACCORD_DIGEST_TO is missing or holds no address"),
        ({"digest_to": "vp at example"}, "ACCORD_DIGEST_TO "),
        ({"digest_to": "vorst\u00e4nde@example.com"}, "ACCORD_DIGEST_TO holds an address that cannot be"),
        ({"digest_from": None}, "ACCORD_DIGEST_FROM is missing"),
        ({"digest_from": "Accord\r\nSubject: no <a@example.com>"}, "ACCORD_DIGEST_FROM "),
        ({"smtp_url": None}, "ACCORD_SMTP_URL is missing"),
        ({"smtp_url": "smtp://post:se/cret@example.com"}, "ACCORD_SMTP_URL names no host and port that can be"),
        ({"smtp_url": "smtp://127.0.0.1:1"}, "The digest was not sent: 127.0.0.1:1 takes no connections."),
    ],
)
def test_what_cannot_be_sent_is_a_sentence(short: Meeting, values: dict[str, str | None], sentence: str) -> None:
    whole = {"smtp_url": "smtp://127.0.0.1:1", "digest_from": "accord@example.com", "digest_to": "vp@example.com"} | values
    with pytest.raises(DigestError) as refusal:
        send(short, settings_of(**whole), MADE)
    assert str(refusal.value).startswith(sentence) and "cret" not in str(refusal.value)
