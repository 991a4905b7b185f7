"""What can go wrong, grouped by who can mend it.

AccordError
├── CallerError            whoever runs it can mend it: exit status 2, one sentence, no traceback
│   ├── SettingError       a setting that cannot be
│   ├── QuestionError      a metric, dimension, value or period that does not exist
│   ├── NoScorecard        nothing has been built yet
│   ├── AccessError        somebody may not see this, or nobody can tell who may
│   ├── NotesError         what people write cannot be kept or read
│   │   └── Overtaken      somebody else changed it first
│   ├── DigestError        a digest cannot be written or sent
│   └── ExtractError       whoever ships the extracts or the maps can mend it
│       └── MapError
└── QueryError             whoever wrote the SQL can mend it: exit status 1
"""


class AccordError(Exception):
    """Any fault of ours with a sentence for its message."""


class CallerError(AccordError):
    """The caller can mend it."""


class SettingError(CallerError):
    """A setting has a value that cannot be."""


class QuestionError(CallerError):
    """The question names something that does not exist."""


class NoScorecard(CallerError):
    """There is no scorecard in the folder that was asked for."""


class AccessError(CallerError):
    """Somebody may not see this, or what says who may cannot be read."""


class NotesError(CallerError):
    """What people write cannot be kept or read."""


class Overtaken(NotesError):
    """Somebody changed an entry after it was read. `now` is the entry as it now is."""

    def __init__(self, now: object) -> None:
        super().__init__(f"{now.changed_by} has changed this meanwhile. Nothing of theirs was overwritten, and yours is still here: look, and save again.")
        self.now = now


class DigestError(CallerError):
    """A digest cannot be written or sent."""


class ExtractError(CallerError):
    """An extract cannot be read. Holds every fault that was found, one sentence each."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class MapError(ExtractError):
    """A map cannot be read or says something impossible."""


class QueryError(AccordError):
    """An SQL file breaks its contract."""
