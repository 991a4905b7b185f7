"""Who sits here: what the sign-in says of him, and what he may see."""

import logging
import time
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import streamlit as st

from app.access import EVERYTHING, Rules, Scope, check_address, check_request, check_session, email, ends_at, is_on, read_rules, scope_of
from app.errors import AccessError
from app.settings import Settings, read_settings
from app.views import words

log = logging.getLogger(__name__)
FRESH_S = 1.0  # for how long a run need not look again


class Stranger(AccessError):
    """Nobody has signed in yet."""


def scope() -> Scope:
    """What this reader may see; all of it on this machine, where nobody signs in. Raises Stranger where somebody must sign in, and AccessError
    where there is nothing for him or nobody can tell.
    """
    seen = st.session_state.get("scope")
    if not seen or time.monotonic() - seen[0] > FRESH_S:
        read_at = rules_at()
        seen = st.session_state["scope"] = (time.monotonic(), _scope(_settings()), read_at)
    return seen[1]


def rules_at() -> int:
    """When the rules of who may see what were written last; 0 without sign-in."""
    return _changed_at(_settings()) if is_on(_settings()) else 0


def rules_known_at() -> int:
    """Of the rules that this run goes by."""
    return st.session_state["scope"][2]


def ends_in_s() -> float | None:
    """Seconds until this reader must sign in again; None without sign-in."""
    return ends_at(_settings(), _claims()) - time.time() if is_on(_settings()) else None


def name() -> str | None:
    """How somebody who has signed in is called: it stands beside what he writes; None without sign-in."""
    claims = _claims() if is_on(_settings()) else {}
    return next((str(claims[key])[:80] for key in ("name", "email", "sub") if claims.get(key)), None)


def line() -> None:
    """At the end of a page: who has signed in, in which role, and the way out. Nothing without sign-in."""
    if not is_on(_settings()):
        return
    known = scope()
    part = " or ".join(value for _, value in known.part) or "the whole company"
    said = {"cro": "sees everything", "lead": f"lead: {part}", "member": f"member: {part}, colleagues by team"}
    shown = said.get(known.role, f"viewer: {part}, numbers of at least 5 records")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{words.plain(name() or '')} · {words.plain(shown)}", width="content")
        st.button("Sign out", key="sign_out", type="tertiary", on_click=st.logout)


def ask_to_sign_in(refusal: AccessError) -> None:
    """The page of somebody who sees nothing: why, and the way to sign in, or out to come back as somebody else."""
    st.markdown("## Accord", anchors=False)
    st.markdown(words.plain(str(refusal)))
    if not is_on(_settings()):
        return
    if _claims():
        st.button("Sign out", key="sign_out", on_click=st.logout)
    else:
        st.button("Sign in", key="sign_in", type="primary", on_click=st.login)


def _scope(settings: Settings) -> Scope:
    if not is_on(settings):
        if not settings.serve_without_sign_in:
            check_address(st.get_option("server.address"))
            check_request(st.context.headers)
        return EVERYTHING
    claims = _claims()
    if not claims:
        raise Stranger("Sign in to see the scorecard that marketing and sales share.")
    check_session(settings, claims)
    found = scope_of(_known_rules(settings), claims)
    if found is None:
        raise AccessError(f"You are signed in as {email(claims) or name()}, and nobody has said what you may see. Ask whoever runs this site.")
    return found


def _claims() -> Mapping[str, object]:
    """What the provider says of this reader; nothing where he has not signed in."""
    return st.user.to_dict() if st.user.get("is_logged_in") else {}


@cache
def _settings() -> Settings:
    return read_settings()


def _changed_at(settings: Settings) -> int:
    try:
        return settings.access.stat().st_mtime_ns
    except OSError:
        return 0  # reading it says what is wrong


def _known_rules(settings: Settings) -> Rules:
    """What is wrong with the file is not for readers: it names others."""
    try:
        return _rules(str(settings.access), _changed_at(settings))
    except AccessError as fault:
        log.error("nobody can come in: starting `accord serve` says why", exc_info=fault)
        raise AccessError("Nobody can tell at the moment who may see what. Whoever runs this site finds the reason in its log.") from None


@lru_cache(maxsize=2)
def _rules(path: str, changed_at: int) -> Rules:
    return read_rules(Path(path))
