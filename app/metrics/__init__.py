"""The numbers: the catalogue of metrics, and every way to ask them."""

import pyarrow as pa

from app.metrics.accounts import account, chapters, find_accounts
from app.metrics.attribution import Reconciliation, by_model, joint_work_win_rate, reconcile, sourced, verdicts
from app.metrics.catalogue import Metric, catalogue
from app.metrics.comparison import Comparison, compare, compare_with_weeks, last_weeks, waterfall, weekly, weekly_of
from app.metrics.findings import Finding, Findings, findings
from app.metrics.intervals import holds
from app.metrics.known import known
from app.metrics.parts import parts
from app.metrics.periods import earlier, elapsed, is_in_progress, local_time, presets, today, week_start
from app.metrics.promises import Pile, answer_pile, answers_due, longest_waiting, never_worked, recycled_yield, time_with
from app.metrics.published import Restated, moved, restated
from app.metrics.questions import Answer, alike, ask, ask_beside, check_values, choices, count_records, find_metric, records, why_off
from app.metrics.ripening import Ripening, landings, landings_of, ripening, won_by_cohort
from app.metrics.signals import Level, Signal, judge, signal
from app.metrics.targets import target, target_path
from app.metrics.why import Bridge, Group, MixOrRate, bridge, mix_or_rate
from app.metrics.worth import WhatIf, Worth, what_if
from app.serving import Scorecard, latest_generation, open_current

__all__ = [
    "Answer", "Bridge", "Comparison", "Finding", "Findings", "Group", "Level", "Metric", "MixOrRate", "Pile", "Reconciliation", "Restated", "Ripening",
    "Scorecard", "Signal", "WhatIf", "Worth", "account", "alike", "answer_pile", "answers_due", "ask", "ask_beside", "bridge", "by_model", "catalogue", "chapters",
    "check_values", "choices", "compare", "compare_with_weeks", "count_records", "data_report", "earlier", "elapsed", "find_accounts", "find_metric", "findings", "holds",
    "is_in_progress", "known", "joint_work_win_rate", "judge", "landings", "landings_of", "last_weeks", "latest_generation", "local_time",
    "longest_waiting", "mix_or_rate", "moved", "never_worked", "open_current",
    "parts", "presets", "reconcile", "records", "recycled_yield", "restated", "ripening", "sentence", "signal", "sourced", "target", "target_path", "time_with",
    "today", "verdicts", "waterfall", "week_start", "weekly", "weekly_of", "why_off", "won_by_cohort", "what_if",
]  # fmt: skip


def sentence(card: Scorecard, metric: Metric) -> str:
    """A metric's sentence with this scorecard's windows filled in."""
    return metric.sentence(card.facts)


def data_report(card: Scorecard) -> dict[str, pa.Table]:
    """What the build said about its input: tables, quarantine, unmapped, broken."""
    names = {"tables": "table_report", "quarantine": "quarantine_report", "unmapped": "unmapped", "broken": "broken_reference"}
    return {key: card.unguarded.query(f"from {table}", {}) for key, table in names.items()}
