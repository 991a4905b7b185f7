"""What the week's meeting says: the same for the page and for the digest."""

from app.meeting.agenda import hold
from app.meeting.course import last_week, weeks
from app.meeting.readable import readable, visible
from app.meeting.results import leads, wins
from app.meeting.scoring import score
from app.meeting.shortfalls import misses
from app.meeting.written import decisions, field, joint_work

__all__ = ["decisions", "field", "hold", "joint_work", "last_week", "leads", "misses", "readable", "score", "visible", "weeks", "wins"]
