"""Sign-in by OpenID Connect, as far as it is ours: its settings for Streamlit, how long a session lives, and whose token it was."""

import time
from collections.abc import Mapping

from app.access.rules import read_rules
from app.errors import AccessError, SettingError
from app.settings import Settings

NEEDED = ("oidc_metadata_url", "oidc_client_id", "oidc_client_secret", "cookie_secret", "site_url", "access")
SKEW_S = 300  # by which the provider's clock may be ahead of ours
HOUR_S = 3600


def is_on(settings: Settings) -> bool:
    """Whether readers sign in: one of its settings is there. Raises SettingError where others are missing."""
    there = [name for name in NEEDED if getattr(settings, name) is not None]
    missing = [f"ACCORD_{name.upper()}" for name in NEEDED if name not in there]
    if there and missing:
        raise SettingError(f"Sign-in is half set up: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.")
    return bool(there)


def secrets(settings: Settings) -> dict[str, dict[str, str]]:
    """What Streamlit's sign-in needs to know, for `st.App(secrets=...)`; nothing without sign-in. Raises SettingError and AccessError where it
    cannot be: nothing is served on rules that nobody can read.
    """
    if not is_on(settings):
        return {}
    read_rules(settings.access)
    return {
        "auth": {
            "redirect_uri": f"{settings.site_url}/oauth2callback",
            "cookie_secret": settings.cookie_secret,
            "client_id": settings.oidc_client_id,
            "client_secret": settings.oidc_client_secret,
            "server_metadata_url": settings.oidc_metadata_url,
        }
    }


def ends_at(settings: Settings, claims: Mapping[str, object]) -> float:
    """When a session is over, in seconds since 1970: so many hours after its token was issued as the setting says."""
    return claims["iat"] + settings.session_hours * HOUR_S


def check_session(settings: Settings, claims: Mapping[str, object], now: float | None = None) -> None:
    """Raises AccessError where a session is over, or its token was meant for
    another site: Authlib takes one for somebody else if it names us as the party that asked for it.
    """
    issued, now = claims.get("iat"), time.time() if now is None else now
    if isinstance(issued, bool) or not isinstance(issued, (int, float)) or issued > now + SKEW_S:
        raise AccessError("Your sign-in does not say when it was, so it cannot be taken. Sign in again.")
    if now >= ends_at(settings, claims):
        raise AccessError(f"You signed in more than {settings.session_hours:g} hours ago. Sign in again.")
    meant_for = claims.get("aud")
    if settings.oidc_client_id not in (meant_for if isinstance(meant_for, list) else [meant_for]):
        raise AccessError("Your sign-in was meant for another site. Sign in again.")
