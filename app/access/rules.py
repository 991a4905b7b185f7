"""Who has which role: the lines of access.csv (who,role,dimension,value), read again when the file changes."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.access.scope import PARTS, ROLES, Scope
from app.errors import AccessError

COLUMNS = ("who", "role", "dimension", "value")
CLAIM = "claim:"


@dataclass
class Entry:
    """The role of one `who`, and the values of its part; none are the whole company."""

    role: str
    part: list[tuple[str, str]] = field(default_factory=list)


Rules = Mapping[str, Entry]


def read_rules(path: Path) -> Rules:
    """The entries of a file, by who in small letters. Raises AccessError naming every row that cannot be: file, row, column, value."""
    rules: dict[str, Entry] = {}
    faults: list[str] = []
    for number, row in _rows(path):
        fault = _add(rules, row)
        if fault:
            column, why = fault
            faults.append(f"{path}, row {number}, column {column}: {row[column]!r} {why}")
    if faults:
        raise AccessError("\n".join(faults))
    return rules


def scope_of(rules: Rules, claims: Mapping[str, object]) -> Scope | None:
    """What a signed-in person may see; None where no entry is about him. The most specific entry counts: the address, then claims, then
    the domain; of several claims the widest role with all of its parts.
    """
    address = email(claims)
    claimed = [rules[name] for name in _claims(claims) if name in rules]
    for found in ([rules.get(address or "")], claimed, [rules.get("@" + address.rpartition("@")[2])] if address else []):
        if kept := [entry for entry in found if entry]:
            return _together(kept)
    return None


def scope_of_entry(rules: Rules, who: str) -> Scope:
    """What one entry may see. Raises AccessError where there is none of that name."""
    entry = rules.get(who.strip().lower())
    if entry is None:
        raise AccessError(f"No entry is about {who!r}. There are: {', '.join(rules) or 'none'}.")
    return _together([entry])


def email(claims: Mapping[str, object]) -> str | None:
    """The address of a signed-in person in small letters, unless the provider says that nobody has checked it."""
    address = claims.get("email")
    if not isinstance(address, str) or "@" not in address or str(claims.get("email_verified", True)).lower() == "false":
        return None
    return address.strip().lower()


def _claims(claims: Mapping[str, object]) -> list[str]:
    """Every claim as an entry would name it; a list says each of its values."""
    values = [(name, one) for name, value in claims.items() for one in (value if isinstance(value, (list, tuple)) else [value])]
    return [f"{CLAIM}{name}={value}".lower() for name, value in values if isinstance(value, (str, int))]


def _together(entries: list[Entry]) -> Scope:
    role = min((entry.role for entry in entries), key=ROLES.index)
    widest = [entry.part for entry in entries if entry.role == role]
    return Scope(role, () if not all(widest) else tuple(sorted({one for part in widest for one in part})))


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows with the number of the line that each ends in."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, skipinitialspace=True)
            if [name.strip().lower() for name in reader.fieldnames or ()] != [*COLUMNS]:
                raise AccessError(f"{path}: its first line must be {','.join(COLUMNS)}.")
            return [(reader.line_num, {name: (row[one] or "").strip() for one, name in zip(reader.fieldnames, COLUMNS, strict=True)}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise AccessError(f"{path} cannot be read: {getattr(fault, 'strerror', None) or fault}. It says who may see what, so nobody can come in.") from None


def _add(rules: dict[str, Entry], row: dict[str, str]) -> tuple[str, str] | None:
    """Takes a row in; else the column that is at fault, and why."""
    who, role, dimension, value = row["who"].lower(), row["role"].lower(), row["dimension"].lower(), row["value"]
    fault = _fault(rules, who, role, dimension, value)
    if fault:
        return fault
    entry = rules.setdefault(who, Entry(role))
    if dimension:
        entry.part.append((dimension, value))
    return None


def _fault(rules: Rules, who: str, role: str, dimension: str, value: str) -> tuple[str, str] | None:
    if not _is_somebody(who):
        return "who", f"is nobody: write name@example.com, @example.com, or {CLAIM}name=value."
    if role not in ROLES:
        return "role", f"is no role: write {', '.join(ROLES)}."
    if dimension and dimension not in PARTS:
        return "dimension", f"divides no company: write {', '.join(PARTS)}, or nothing for the whole company."
    if bool(value) != bool(dimension):
        return "value", "and its dimension go together."
    return _fault_of_role(rules.get(who), role, dimension)


def _fault_of_role(earlier: Entry | None, role: str, dimension: str) -> tuple[str, str] | None:
    if role == "cro" and dimension:
        return "dimension", "narrows a role that sees everything: leave it out, or write lead."
    if role == "lead" and not dimension:
        return "dimension", f"is missing: a lead leads a part of the company ({', '.join(PARTS)})."
    if earlier and earlier.role != role:
        return "role", f"is a second role beside {earlier.role}: one has one."
    if earlier and bool(earlier.part) != bool(dimension):
        return "dimension", "mixes the whole company with a part of it."
    return None


def _is_somebody(who: str) -> bool:
    if who.startswith(CLAIM):
        name, mark, value = who.removeprefix(CLAIM).partition("=")
        return bool(name and mark and value)
    return who.count("@") == 1 and "." in who.rpartition("@")[2] and " " not in who
