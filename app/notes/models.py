"""The tables of what people write. A new field or table also needs a step in migrations/versions (a test compares the two)."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, Date, DateTime, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SIDES = ("marketing", "sales")
JOINT_WORK_KINDS = ("ride_along", "joint_content", "joint_meeting", "persona_workshop")
ACTION_STATES = ("open", "done", "dropped")
DISPUTE_STATES = ("open", "good_lead", "rejection_stands")
ANSWERED = ("metric", "campaign", "response", "account", "dispute")  # what an answer can answer
NAME, DAY_TEXT = 200, 400
WORDS = Text()


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=f"{column}_is_known")


class Base(DeclarativeBase):
    """All tables: fields that may not be empty, and those with a closed list of values."""

    required: ClassVar[tuple[str, ...]] = ()
    closed: ClassVar[dict[str, tuple[str, ...]]] = {}


class Entry(Base):
    """Something written: its text, who wrote it and when, who changed it last and when. Times are UTC without zone.

    `version` counts from 1; a change names the version it was made to, so that nobody overwrites what he has not seen.
    Removed entries stay, marked.
    """

    __abstract__ = True
    required = ("text",)
    closed = {"created_side": SIDES}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    created_by: Mapped[str] = mapped_column(String(NAME))
    created_side: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime] = mapped_column(DateTime)
    changed_by: Mapped[str] = mapped_column(String(NAME))
    is_removed: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(WORDS, default="")


class FieldNote(Entry):
    """What was heard in the field: `created_side` sales from a sales call, marketing from a campaign."""

    __tablename__ = "field_note"
    heard_on: Mapped[date] = mapped_column(Date, index=True)
    persona: Mapped[str | None] = mapped_column(String(DAY_TEXT))
    segment: Mapped[str | None] = mapped_column(String(DAY_TEXT))
    account_id: Mapped[str | None] = mapped_column(String(NAME))
    account_name: Mapped[str | None] = mapped_column(String(DAY_TEXT))
    campaign: Mapped[str | None] = mapped_column(String(DAY_TEXT))


class Annotation(Entry):
    """What explains a metric in a week (its first day)."""

    __tablename__ = "annotation"
    metric: Mapped[str] = mapped_column(String(NAME))
    week: Mapped[date] = mapped_column(Date)
    __table_args__ = (Index("annotation_of", "metric", "week"),)


class Action(Entry):
    """Who does what by when, decided in the meeting about a week (its first day), and the metric it should move."""

    __tablename__ = "action"
    required = ("text", "owner")
    closed = {"state": ACTION_STATES, "created_side": SIDES}
    owner: Mapped[str] = mapped_column(String(NAME))
    due_on: Mapped[date] = mapped_column(Date)
    metric: Mapped[str | None] = mapped_column(String(NAME))
    decided_week: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(20), default="open")
    done_on: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (_one_of("state", ACTION_STATES),)


class JointWork(Entry):
    """What marketing and sales did together (kinds of METRICS.md section 2); counted from the next build on. The text may be empty."""

    __tablename__ = "joint_work"
    required = ("kind",)
    closed = {"kind": JOINT_WORK_KINDS, "created_side": SIDES}
    done_on: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(30))
    marketing_member: Mapped[str | None] = mapped_column(String(NAME))
    sales_member: Mapped[str | None] = mapped_column(String(NAME))
    account_id: Mapped[str | None] = mapped_column(String(NAME))
    account_name: Mapped[str | None] = mapped_column(String(DAY_TEXT))
    campaign: Mapped[str | None] = mapped_column(String(DAY_TEXT))
    __table_args__ = (_one_of("kind", JOINT_WORK_KINDS),)


class Persona(Entry):
    """Who a persona is, in the words both teams agreed on. One for each name, case aside: its id comes from the name."""

    __tablename__ = "persona"
    required = ("name",)
    name: Mapped[str] = mapped_column(String(DAY_TEXT))


class Dispute(Entry):
    """A rejection that marketing does not agree with: "this was a good lead". The other side's replies are answers to it."""

    __tablename__ = "dispute"
    required = ("text", "handoff_id")
    closed = {"state": DISPUTE_STATES, "created_side": SIDES}
    handoff_id: Mapped[str] = mapped_column(String(NAME), index=True)
    week: Mapped[date] = mapped_column(Date)
    company: Mapped[str | None] = mapped_column(String(DAY_TEXT))
    state: Mapped[str] = mapped_column(String(20), default="open")
    resolution: Mapped[str | None] = mapped_column(WORDS)
    __table_args__ = (_one_of("state", DISPUTE_STATES),)


class Answer(Entry):
    """The other side's answer to something: a kind of ANSWERED, which one (a metric, a campaign, an account, a dispute's id), in which week."""

    __tablename__ = "answer"
    closed = {"about": ANSWERED, "created_side": SIDES}
    about: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(DAY_TEXT))
    week: Mapped[date] = mapped_column(Date)
    __table_args__ = (_one_of("about", ANSWERED), Index("answer_to", "about", "subject"))


class Change(Base):
    """One change: what became of which entry, by whom and when. Written in the same transaction; never changed itself."""

    __tablename__ = "change"
    closed = {"side": SIDES}
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    entry_id: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column()
    what: Mapped[str] = mapped_column(String(20))  # added, changed, removed, restored
    at: Mapped[datetime] = mapped_column(DateTime)
    by: Mapped[str] = mapped_column(String(NAME))
    side: Mapped[str] = mapped_column(String(20))
    entry: Mapped[dict] = mapped_column(JSON)  # the whole entry after it
    __table_args__ = (Index("change_of", "kind", "entry_id"),)


KINDS: dict[str, type[Entry]] = {kind.__tablename__: kind for kind in (FieldNote, Annotation, Action, JointWork, Persona, Dispute, Answer)}
