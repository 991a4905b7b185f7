"""The header of each metric is a contract: what it declares is what its query uses and returns."""

import re
from datetime import date

import pytest

from app.errors import QuestionError
from app.filters import DIMENSIONS, TIME_DIMENSIONS, Period
from app.metrics import Metric, ask, catalogue, check_values, choices, find_metric, sentence
from app.metrics.questions import FIELDS, NO_TOUCH
from app.queries import QUERIES, fill, read_file, read_folder
from app.serving import Scorecard

METRICS = list(catalogue().values())
FILES = read_folder(QUERIES / "metrics")
PERIOD = Period(date(2026, 7, 1), date(2026, 10, 1))
RIPE = Period(date(2026, 1, 1), date(2026, 4, 1))  # old enough for what takes 180 days
NOW = Period(date(2026, 10, 1), date(2027, 1, 1))  # holds `as_of`
PERIODS = {"qualification_rate": RIPE, "coverage": NOW}
RETURNS = {
    "count": {"value"},
    "money": {"value", "n", "without_amount"},
    "rate": {"value", "n", "low", "high", "waiting", "value_by_amount", "handoffs", "won_rate"},
    "ratio": {"value"},
    "hours": {"value", "n", "value_over", "p90", "p90_over"},
    "days": {"value", "n"},
}
each_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)


@each_metric
def test_parameters_declared_are_parameters_used(metric: Metric) -> None:
    named = set(re.findall(r"\$([a-z_]+)", fill(metric.sql, metric.dims_part, (), {})))
    period = set() if metric.is_state else {"from_day", "to_day"}
    assert named == period
    marks = set(re.findall(r"{[a-z._]+}", metric.sql))
    assert "{filters}" in marks or {"{filters.whole}", "{filters.part}"} <= marks, "every filter is heeded"
    assert bool(metric.dims_part) == ("{filters.whole}" in marks)


@each_metric
def test_columns_returned_are_columns_documented(metric: Metric, sample_card: Scorecard) -> None:
    row = ask(sample_card, metric.name, PERIOD).row
    assert set(row) <= RETURNS[metric.unit]
    assert "value" in row
    assert set(row) <= set(FIELDS)
    assert metric.unit in ("count", "ratio") or "n" in row, "a rate, a sum or a median says how many it rests on"


@each_metric
def test_the_sample_company_has_an_answer(metric: Metric, sample_card: Scorecard) -> None:
    answer = ask(sample_card, metric.name, PERIODS.get(metric.name, PERIOD))
    assert answer.off is None
    assert answer.row["value"] is not None and answer.row["value"] > 0


@each_metric
def test_every_dimension_can_be_asked_by_and_filtered_on(metric: Metric, sample_card: Scorecard) -> None:
    for dim in metric.dims:
        rows = ask(sample_card, metric.name, PERIOD, (dim,)).rows
        assert rows and all(next(iter(row)) == dim for row in rows), dim
        found = [str(row[dim]) for row in rows if row[dim] is not None]
        assert len(set(found)) == len(found), f"{dim}: one row for each value"
        if dim not in TIME_DIMENSIONS:
            assert set(found) - {NO_TOUCH} <= set(choices(sample_card, dim)), f"{dim}: what a split shows can be chosen"
            check_values(sample_card, {dim: (*found[:1], "")})
            assert len(ask(sample_card, metric.name, PERIOD, (), {dim: (*found[:1], "")}).rows) == 1


@each_metric
def test_headers_are_whole(metric: Metric) -> None:
    header = FILES[metric.name].header
    assert metric.says.endswith(".")
    assert metric.title and metric.formula
    assert set(metric.dims) <= set(DIMENSIONS) and len(set(metric.dims)) == len(metric.dims)
    assert set(metric.dims_part) <= set(metric.dims)
    assert (QUERIES / "lists" / f"{metric.records}.sql").exists()
    conformed = read_file(QUERIES / "sources" / "canonical" / "schema.sql").body
    assert all(f"create table {table} (" in conformed for table in metric.needs)
    assert header["order"].isdigit()


def test_metrics_are_shown_in_an_order_without_ties() -> None:
    orders = [file.header["order"] for file in FILES.values()]
    assert len(set(orders)) == len(orders)


@each_metric
def test_sentences_have_their_windows_filled_in(metric: Metric, sample_card: Scorecard) -> None:
    assert "{" not in sentence(sample_card, metric)


def test_what_does_not_exist_is_an_error_that_lists_what_there_is(sample_card: Scorecard) -> None:
    with pytest.raises(QuestionError, match="There is no metric 'leads'. There are: lead_volume, acceptance_rate"):
        find_metric("leads")
    with pytest.raises(QuestionError, match="lead_volume has no dimension 'colour'. It has: day, week, month"):
        ask(sample_card, "lead_volume", PERIOD, ("colour",))
    with pytest.raises(QuestionError, match="revenue has no dimension 'campaign'"):
        ask(sample_card, "revenue", PERIOD, (), {"campaign": ("Spring fair",)})
    with pytest.raises(QuestionError, match="No segment is 'Tiny'. There are: Enterprise, Mid-market, SMB"):
        check_values(sample_card, {"segment": ("Tiny",)})
    with pytest.raises(QuestionError, match="has no day: its end is the first day after it"):
        ask(sample_card, "revenue", Period(date(2026, 7, 1), date(2026, 7, 1)))
    with pytest.raises(QuestionError, match="needs a period"):
        ask(sample_card, "revenue", None)


def test_what_readers_write_is_bound_and_never_run(sample_card: Scorecard) -> None:
    nasty = "'; drop table handoff; --"
    assert ask(sample_card, "lead_volume", PERIOD, (), {"segment": (nasty,)}).row["value"] == 0
    with pytest.raises(QuestionError):
        ask(sample_card, "lead_volume", PERIOD, ("segment, 1",))
    assert ask(sample_card, "lead_volume", PERIOD).row["value"] > 0


def test_an_age_that_does_not_exist_is_refused(sample_card: Scorecard) -> None:
    with pytest.raises(QuestionError, match="No age is '9-9'"):
        check_values(sample_card, {"age": ("9-9",)})
