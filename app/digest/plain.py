"""What people write, made fit for any form: no mark in it can turn the words around it, end a file early, or be a line of its own."""

import re

UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")  # controls, and what overrides the direction of text


def harmless(value: object) -> object:
    """The same data with each text in lines that end in a newline, without controls and marks that override its direction."""
    if isinstance(value, str):
        return UNSEEN.sub("", "\n".join(line.rstrip() for line in value.expandtabs(4).splitlines())).strip()
    if isinstance(value, dict):
        return {name: harmless(part) for name, part in value.items()}
    return [harmless(part) for part in value] if isinstance(value, list | tuple) else value
