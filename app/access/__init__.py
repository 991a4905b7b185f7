"""Who may see what: sign-in, roles, and the part of the company that each reader sees."""

from app.access.address import check_address, check_request, is_loopback
from app.access.rules import Rules, email, read_rules, scope_of, scope_of_entry
from app.access.scope import EVERYTHING, LEAST, PARTS, ROLES, Scope
from app.access.sign_in import check_session, ends_at, is_on, secrets

__all__ = [
    "EVERYTHING", "LEAST", "PARTS", "ROLES", "Rules", "Scope", "check_address", "check_request", "check_session", "email", "ends_at", "is_loopback", "is_on",
    "read_rules", "scope_of", "scope_of_entry", "secrets",
]  # fmt: skip
