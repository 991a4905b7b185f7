"""Who may see what, before any number is asked: access.csv, secrets, sessions, and the addresses that are served without sign-in."""

import time
from pathlib import Path

import companies
import pytest

from app.access import EVERYTHING, Scope, check_address, check_request, check_session, is_on, read_rules, scope_of, secrets
from app.errors import AccessError, SettingError
from app.settings import SECRET, Settings, read_settings

RULES = """who,role,dimension,value
ann@example.com,cro,,
Bob@Example.com , lead , segment , Enterprise
bob@example.com,lead,sales_team,East
@example.com,viewer,,
@partner.org,member,sales_team,West
claim:groups=revops,lead,marketing_team,Content
claim:groups=field,lead,marketing_team,Field
claim:groups=interns,viewer,,
claim:department=42,member,,
"""
SIGN_IN = {
    "site_url": "https://accord.example.com/", "oidc_metadata_url": "https://id.example.com/.well-known/openid-configuration", "oidc_client_id": "accord",
    "oidc_client_secret": "a secret of the provider", "cookie_secret": "x" * 32,
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    path = tmp_path / "access.csv"
    path.write_text(RULES)
    return path


CASES = {
    "one's own line": ({"email": "ann@example.com"}, Scope("cro")),
    "several lines add up, in any spelling": ({"email": "BOB@example.com"}, Scope("lead", (("sales_team", "East"), ("segment", "Enterprise")))),
    "all others of the domain": ({"email": "zoe@example.com"}, Scope("viewer")),
    "a claim comes before the domain": ({"email": "zoe@example.com", "groups": ["revops"]}, Scope("lead", (("marketing_team", "Content"),))),
    "one's own line comes before a claim": ({"email": "ann@example.com", "groups": ["interns"]}, Scope("cro")),
    "claims of one role add up, the widest role counts": (
        {"sub": "1", "groups": ["interns", "field", "revops"]}, Scope("lead", (("marketing_team", "Content"), ("marketing_team", "Field"))),
    ),
    "a claim that is a number": ({"department": 42}, Scope("member")),
    "a stranger": ({"email": "eve@evil.example"}, None),
    "a domain within another": ({"email": "eve@sub.example.com"}, None),
    "a domain before another": ({"email": "eve@example.com.evil.org"}, None),
    "two at signs": ({"email": "ann@example.com@evil.org"}, None),
    "an address that nobody checked": ({"email": "ann@example.com", "email_verified": False}, None),
    "the same said as text": ({"email": "ann@example.com", "email_verified": "false"}, None),
    "no address at all": ({"sub": "ann@example.com"}, None),
    "a claim that holds another's line": ({"name": "ann@example.com", "email": None}, None),
    "nothing": ({}, None),
}  # fmt: skip


@pytest.mark.parametrize("claims, scope", CASES.values(), ids=CASES)
def test_the_most_specific_line_says_what_somebody_may_see(rules_file: Path, claims: dict, scope: Scope | None) -> None:
    assert scope_of(read_rules(rules_file), claims) == scope


BAD_ROWS = {
    "everybody,viewer,,": ("who", "'everybody'"),
    "@,viewer,,": ("who", "'@'"),
    "claim:groups,viewer,,": ("who", "'claim:groups'"),
    "a@b.com,boss,,": ("role", "'boss'"),
    "a@b.com,member,region,North": ("dimension", "'region'"),
    "a@b.com,member,segment,": ("value", "''"),
    "a@b.com,member,,SMB": ("value", "'SMB'"),
    "a@b.com,lead,,": ("dimension", "''"),
    "a@b.com,cro,segment,SMB": ("dimension", "'segment'"),
    "ann@example.com,viewer,,": ("role", "'viewer'"),
    "@partner.org,member,,": ("dimension", "''"),
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_row_that_cannot_be_is_refused_with_its_place(rules_file: Path, row: str) -> None:
    column, value = BAD_ROWS[row]
    rules_file.write_text(RULES + row + "\n")
    with pytest.raises(AccessError) as fault:
        read_rules(rules_file)
    assert str(fault.value).startswith(f"{rules_file}, row 11, column {column}: {value} ")


@pytest.mark.parametrize("text", ["", "who,role\n", "mail,role,dimension,value\n", "\x00\xff"])
def test_a_file_that_is_none_lets_nobody_in(rules_file: Path, text: str) -> None:
    rules_file.write_bytes(text.encode("latin-1"))
    with pytest.raises(AccessError):
        read_rules(rules_file)
    rules_file.unlink()
    with pytest.raises(AccessError, match="cannot be read"):
        read_rules(rules_file)


# --- sign-in and secrets -------------------------------------------------------------------------


def test_sign_in_is_handed_to_streamlit_from_the_settings(rules_file: Path) -> None:
    assert secrets(companies.settings_of()) == {}
    auth = secrets(companies.settings_of(access=rules_file, **SIGN_IN))["auth"]
    assert auth == {
        "redirect_uri": "https://accord.example.com/oauth2callback", "cookie_secret": "x" * 32, "client_id": "accord",
        "client_secret": "a secret of the provider", "server_metadata_url": "https://id.example.com/.well-known/openid-configuration",
    }  # fmt: skip


@pytest.mark.parametrize("missing", [*SIGN_IN, "access"])
def test_half_a_sign_in_is_refused(rules_file: Path, missing: str) -> None:
    given = SIGN_IN | {"access": rules_file}
    with pytest.raises(SettingError, match=f"ACCORD_{missing.upper()} is missing"):
        is_on(companies.settings_of(**{name: value for name, value in given.items() if name != missing}))


def test_rules_that_cannot_be_read_are_refused_before_anything_is_served(rules_file: Path) -> None:
    rules_file.write_text(RULES + "a@b.com,boss,,\n")
    with pytest.raises(AccessError, match="column role"):
        secrets(companies.settings_of(access=rules_file, **SIGN_IN))


@pytest.mark.parametrize("name", ["site_url", "oidc_metadata_url"])
def test_addresses_of_the_sign_in_are_encrypted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for good in ("https://accord.example.com", "http://localhost:8501", "http://127.0.0.1:9400/.well-known/openid-configuration"):
        monkeypatch.setenv(f"ACCORD_{name.upper()}", good)
        assert getattr(read_settings(), name) == good
    for bad in ("http://accord.example.com", "accord.example.com", "ftp://localhost", "http://localhost.evil.org"):
        monkeypatch.setenv(f"ACCORD_{name.upper()}", bad)
        with pytest.raises(SettingError, match=f"ACCORD_{name.upper()} cannot be"):
            read_settings()


@pytest.mark.parametrize("name", [name.removeprefix("ACCORD_").lower() for name in SECRET])
@pytest.mark.parametrize("mode, is_taken", [(0o600, True), (0o400, True), (0o640, False), (0o604, False), (0o620, False)])
def test_a_secret_in_a_file_needs_safe_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, mode: int, is_taken: bool) -> None:
    secret = {"notes_url": "sqlite:///word.db", "smtp_url": "smtp://word@localhost", "spark_url": "sc://localhost/;token=word"}.get(name, "word" * 8)
    path = tmp_path / "secret"
    path.write_text(f"{secret}\n")
    path.chmod(mode)
    monkeypatch.setenv(f"ACCORD_{name.upper()}_FILE", str(path))
    if is_taken:
        assert getattr(read_settings(), name) == secret
        assert "word" not in repr(read_settings())
        return
    with pytest.raises(SettingError) as fault:
        read_settings()
    assert str(fault.value) == f"ACCORD_{name.upper()}_FILE: {path} can be read by others than its owner: chmod 600 {path}."


def test_a_secret_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_COOKIE_SECRET", "y" * 40)
    monkeypatch.setenv("ACCORD_COOKIE_SECRET_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingError, match="ACCORD_COOKIE_SECRET and ACCORD_COOKIE_SECRET_FILE are both there"):
        read_settings()
    monkeypatch.delenv("ACCORD_COOKIE_SECRET")
    with pytest.raises(SettingError, match="ACCORD_COOKIE_SECRET_FILE: .* cannot be read"):
        read_settings()


def test_a_secret_that_cannot_be_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_COOKIE_SECRET", "too short to sign with")
    with pytest.raises(SettingError) as fault:
        read_settings()
    assert "too short to sign" not in str(fault.value)
    assert "at least 32" in str(fault.value)


def test_a_dotenv_file_with_a_secret_needs_safe_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".env"
    monkeypatch.setitem(Settings.model_config, "env_file", path)
    path.write_text("ACCORD_CURRENCY=EUR\n# ACCORD_COOKIE_SECRET=\n")
    path.chmod(0o644)
    assert read_settings().currency == "EUR"
    path.write_text(f"accord_cookie_secret={'z' * 32}\n")
    with pytest.raises(SettingError, match="holds ACCORD_COOKIE_SECRET and can be read by others"):
        read_settings()
    path.chmod(0o600)
    assert read_settings().cookie_secret == "z" * 32


# --- sessions ------------------------------------------------------------------------------------

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    "claims, why",
    [
        ({"iat": NOW - 12 * 3600, "aud": "accord"}, "more than 12 hours ago"),
        ({"iat": NOW + 3600, "aud": "accord"}, "does not say when"),
        ({"aud": "accord"}, "does not say when"),
        ({"iat": "1800000000", "aud": "accord"}, "does not say when"),
        ({"iat": True, "aud": "accord"}, "does not say when"),
        ({"iat": NOW, "aud": "another", "azp": "accord"}, "another site"),
        ({"iat": NOW, "aud": ["another"]}, "another site"),
        ({"iat": NOW}, "another site"),
    ],
)
def test_a_session_that_is_over_or_somebody_elses_is_none(claims: dict, why: str) -> None:
    with pytest.raises(AccessError, match=why):
        check_session(companies.settings_of(**SIGN_IN), claims, NOW)


@pytest.mark.parametrize("aud", ["accord", ["another", "accord"]])
@pytest.mark.parametrize("iat", [NOW, NOW - 12 * 3600 + 1, NOW + 120])
def test_a_session_lasts_as_long_as_the_setting_says(aud: object, iat: float) -> None:
    check_session(companies.settings_of(**SIGN_IN), {"iat": iat, "aud": aud}, NOW)
    with pytest.raises(AccessError, match="more than 0.5 hours"):
        check_session(companies.settings_of(session_hours=0.5, **SIGN_IN), {"iat": time.time() - 1801, "aud": aud})


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.1", "::1", "[::1]"])
def test_this_machine_is_served_without_sign_in(address: str) -> None:
    check_address(address)
    check_request({"Host": f"{address if ':' not in address.strip('[]') else '[::1]'}:8501"})
    check_request({})


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "10.0.0.7", "accord.example.com", "localhost.evil.org", "127.0.0.1.evil.org", "unix:///run/accord.sock"])
def test_others_are_not(address: str | None) -> None:
    with pytest.raises(AccessError, match="ACCORD_SERVE_WITHOUT_SIGN_IN=true"):
        check_address(address)


@pytest.mark.parametrize("headers", [{"Host": "accord.example.com"}, {"Host": "10.0.0.7:8501"}, {"Host": "localhost", "X-Forwarded-For": "10.0.0.7"}])
def test_nor_is_who_comes_by_another_name_or_through_a_proxy(headers: dict[str, str]) -> None:
    with pytest.raises(AccessError, match="there is no sign-in"):
        check_request(headers)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_the_command_refuses_to_serve_others(sample_folder: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    done = companies.run_accord(command, scorecard=sample_folder / "build", sample=sample_folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("The site shows revenue, customers and people by name, and there is no sign-in: it would answer on 0.0.0.0.")
    assert "Traceback" not in done.stderr


def test_the_command_refuses_rules_that_cannot_be(sample_folder: Path, rules_file: Path) -> None:
    rules_file.write_text(RULES + "a@b.com,boss,,\n")
    done = companies.run_accord("serve", scorecard=sample_folder / "build", access=rules_file, **SIGN_IN)
    assert done.returncode == 2
    assert f"{rules_file}, row 11, column role: 'boss' is no role" in done.stderr
    assert "a secret of the provider" not in done.stderr + done.stdout


def test_nothing_is_kept_from_who_sees_everything() -> None:
    assert EVERYTHING.is_everything and EVERYTHING.is_whole and EVERYTHING.sees_records and not EVERYTHING.key
    keys = {Scope(role, part).key for role in ("lead", "member", "viewer") for part in ((), (("segment", "A"),), (("sales_team", "A"),))}
    assert len(keys) == 9
