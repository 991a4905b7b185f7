"""What people write: field notes, annotations, actions, joint work, personas, disputes and answers, kept with who and when."""

from app.notes.engine import is_there, open_notes
from app.notes.models import (
    ANSWERED,
    JOINT_WORK_KINDS,
    KINDS,
    SIDES,
    Action,
    Annotation,
    Answer,
    Change,
    Dispute,
    Entry,
    FieldNote,
    JointWork,
    Persona,
)  # fmt: skip
from app.notes.store import MOST_WORDS, Author, Notes
from app.notes.transfer import Imported, export_lines, import_lines

__all__ = [
    "ANSWERED", "JOINT_WORK_KINDS", "KINDS", "MOST_WORDS", "SIDES", "Action", "Annotation", "Answer", "Author", "Change", "Dispute", "Entry", "FieldNote", "Imported",
    "JointWork", "Notes", "Persona", "export_lines", "import_lines", "is_there", "open_notes",
]  # fmt: skip
