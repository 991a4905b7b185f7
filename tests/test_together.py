"""What is asked together is what is asked one by one; and what is asked ahead is asked once."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.errors import NoScorecard
from app.filters import Period
from app.metrics import Metric, ask, by_model, catalogue, count_records, records
from app.metrics.findings import CHANCE, DIMENSIONS, LEFT_OUT, judge, screen
from app.metrics.questions import alike, ask_beside, ask_each
from app.metrics.series import together, weekly
from app.queries import SLOT
from app.serving import Scorecard, side_by_side
from app.views import ahead, answers, source, tiles, words
from app.views.ahead import ONLY, asked_ahead, remembered

METRICS = list(catalogue().values())
each_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
MONDAY = date(2026, 8, 3)
WEEKS = [MONDAY + timedelta(days=7 * number) for number in range(10)]
QUARTERS = [Period(date(2026, 7, 1), date(2026, 10, 1)), Period(date(2026, 4, 1), date(2026, 7, 1))]
SPAN = Period(WEEKS[0], WEEKS[-1] + timedelta(days=7))
PERIODS = [*QUARTERS, *(Period(week, week + timedelta(days=7)) for week in WEEKS), Period(date(2020, 1, 1), date(2020, 2, 1))]


def _filters(metric: Metric) -> list[dict[str, tuple[str, ...]]]:
    return [{}, *({dim: values} for dim, values in (("channel", ("Events", "")), ("segment", ("SMB",)), ("owner", ("",))) if dim in metric.dims)]


def _told(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value is not None}


@each_metric
def test_several_periods_at_once_are_each_period_alone(metric: Metric, sample_card: Scorecard) -> None:
    for where in _filters(metric):
        [together] = ask_each(sample_card, (metric.name,), PERIODS, where)
        for period, row in zip(PERIODS, together, strict=True):
            alone = ask(sample_card, metric.name, period, (), where).row
            assert _told(row) == pytest.approx(_told(alone)), (period, where)


SERIES = [(name, {}) for name in ("lead_volume", "acceptance_rate", "revenue", "influenced_revenue", "win_rate")]


@pytest.mark.parametrize(("name", "of"), [*SERIES, ("influenced_revenue", {"channel": ("Events", "Webinars")})], ids=str)
def test_weekly_series_of_all_dimensions_are_those_of_each(name: str, of: dict[str, tuple[str, ...]], sample_card: Scorecard) -> None:
    metric, where = catalogue()[name], {"region": ("EMEA", "NA")} | of
    dims = [dim for dim in DIMENSIONS if dim in metric.dims]
    found = {by: (names, groups) for by, names, groups in weekly(sample_card, {metric: dims}, SPAN, where).series(metric, WEEKS)}
    assert list(found) == [None, *dims]
    for by, (names, groups) in found.items():
        rows = ask(sample_card, name, SPAN, (by, "week") if by else ("week",), where).rows
        assert names == list(dict.fromkeys(row[by] if by else None for row in rows))
        for row in rows:
            parts = groups[names.index(row[by] if by else None), :, WEEKS.index(row["week"])]
            records_of = row.get("n", row["value"])
            counted = round((row["value"] or 0) * records_of) if metric.unit == "rate" else row["value"] or 0
            assert (parts[0], parts[1]) == (pytest.approx(counted, abs=0.011), records_of), (by, row)


GROUPS = [group for group in together(METRICS, {}) if len(group) > 1]
each_group = pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group[0].of(()).plain.mart} by {group[0].of(()).plain.day}")


def test_what_counts_the_same_rows_is_asked_at_once() -> None:
    names = [{metric.name for metric in group} for group in GROUPS]
    assert {"lead_volume", "acceptance_rate", "qualification_rate", "response_sla", "worked_after_acceptance"} in names
    assert any({"revenue", "deals_won", "win_rate", "sourced_revenue", "influenced_revenue"} <= group for group in names)


@each_group
@pytest.mark.parametrize("where", ({}, {"segment": ("SMB", "")}, {"channel": ("Events",), "owner": ("",)}), ids=str)
def test_metrics_at_once_are_each_metric_alone(group: list[Metric], where: dict[str, tuple[str, ...]], sample_card: Scorecard) -> None:
    for name in (metric.name for metric in group):
        names = alike(sample_card, name, where)
        assert name in names
        for one, rows in zip(names, ask_each(sample_card, names, PERIODS, where), strict=True):
            for period, row in zip(PERIODS, rows, strict=True):
                assert _told(row) == pytest.approx(_told(ask(sample_card, one, period, (), where).row)), (one, period)


@pytest.mark.parametrize("by", ("owner", "campaign", "segment", "week"))
def test_metrics_beside_each_other_are_each_metric_alone(by: str, sample_card: Scorecard) -> None:
    asked = [metric.name for metric in METRICS if not metric.is_state]
    for where in ({}, {"segment": ("SMB", "")}, {"channel": ("Events",), "region": ("EMEA",)}):
        found = ask_beside(sample_card, asked, QUARTERS[0], by, where)
        assert set(found) == {metric.name for metric in METRICS if not metric.is_state and {by, *where} <= {*metric.dims}}
        for name, answer in found.items():
            assert answer.rows == ask(sample_card, name, QUARTERS[0], (by,), where).rows, name


@each_group
def test_series_of_metrics_at_once_are_those_of_each(group: list[Metric], sample_card: Scorecard) -> None:
    dims = {metric: [dim for dim in DIMENSIONS if dim in metric.dims] for metric in group if metric.name not in LEFT_OUT}
    told = weekly(sample_card, dims, SPAN, {})
    for place, metric in enumerate(dims):
        alone = weekly(sample_card, {metric: dims[metric]}, SPAN, {})
        found, own = ([_with_records(one) for one in asked.series(metric, WEEKS[place:])] for asked in (told, alone))
        assert found == own


def _with_records(one: tuple[str | None, list[str | None], np.ndarray]) -> tuple[str | None, dict[str | None, list]]:
    by, names, groups = one
    return by, {name: group.tolist() for name, group in zip(names, groups, strict=True) if group[1].any()}


@pytest.mark.parametrize("unit", ("count", "rate", "money"))
def test_a_series_that_is_passed_over_is_none_that_could_be_told(unit: str) -> None:
    draw, metric = np.random.default_rng(7), next(metric for metric in METRICS if metric.unit == unit)
    means = np.exp(draw.uniform(0, 5, 400))[:, None]
    size = draw.poisson(means, (400, 27)) * (draw.random((400, 27)) > 0.1)
    size[:, -1] = draw.poisson(means[:, 0] * draw.choice((0.5, 1, 1.6), 400))
    counted = {"count": size, "rate": draw.binomial(size, 0.6), "money": size * np.exp(draw.normal(9, 1, (400, 27)))}[unit]
    given = np.stack([counted, size], axis=1).astype(float)
    is_there, is_far = screen(unit, given)
    judged = [judge(metric, one, MONDAY) for one in given]
    assert [one is not None for one in judged] == list(is_there)
    assert all(is_far[place] for place, one in enumerate(judged) if one and one.p <= CHANCE)
    assert sum(is_there & ~is_far) > 100, "most are passed over"


def test_every_model_at_once_is_each_model_alone(sample_card: Scorecard) -> None:
    rows = by_model(sample_card, PERIODS[0], "channel", {})
    for model in ("linear", "first", "markov", "shapley"):
        alone = ask(sample_card, "attributed_revenue", PERIODS[0], ("channel",), {}, model).rows
        assert {row["channel"]: row[model] for row in rows} == pytest.approx({row["channel"]: row["value"] for row in alone})


def test_credit_by_channel_campaign_and_team_is_that_of_the_touches(sample_card: Scorecard) -> None:
    parts = sample_card.rows("select scope, opportunity_id, sum(linear) as linear, sum(markov) as markov from won_credit group by all order by all", {})
    whole = sample_card.rows(
        "select scope, opportunity_id, sum(linear) as linear, sum(markov) as markov from credit "
        "where opportunity_id in (select opportunity_id from deal where is_won) group by all order by all", {},
    )  # fmt: skip
    assert len(parts) == len(whole) > 100
    assert all(one == pytest.approx(other) for one, other in zip(parts, whole, strict=True))


@pytest.mark.parametrize("name", ("lead_volume", "revenue", "cost_of_sales", "inquiries", "forgotten_accounts"))
def test_pages_of_records_are_all_records_once(name: str, sample_card: Scorecard) -> None:
    whole = records(sample_card, name, PERIODS[0]).to_pylist()
    pages = [row for start in range(0, len(whole), 97) for row in records(sample_card, name, PERIODS[0], limit=97, start=start).to_pylist()]
    assert pages == whole and len(whole) == count_records(sample_card, name, PERIODS[0])


@dataclass(frozen=True)
class Asked:
    """A question as answers are kept by it."""

    key: tuple[str, ...]
    derived: str = ""

    def narrower(self) -> "Asked":
        """One that follows from it."""
        return replace(self, key=(*self.key, "narrower"), derived="narrower")


def test_an_answer_is_asked_once_and_kept_and_a_fault_is_not() -> None:
    times, gate = [], threading.Event()

    @remembered(2)
    def slow(question: Asked, word: str) -> str:
        times.append(word)
        gate.wait(10)
        if word == "bad":
            raise ValueError(word)
        return f"{question.key[0]} {word}"

    found: list[str] = []
    askers = [threading.Thread(target=lambda: found.append(slow(Asked(("a",)), "x"))) for _ in range(4)]
    for asker in askers:
        asker.start()
    gate.set()
    for asker in askers:
        asker.join()
    assert (found, times) == (["a x"] * 4, ["x"])
    for _ in range(2):
        with pytest.raises(ValueError, match="bad"):
            slow(Asked(("a",)), "bad")
    assert times == ["x", "bad", "bad"]
    for word in ("y", "z", "x"):
        slow(Asked(("a",)), word)
    assert times[3:] == ["y", "z", "x"], "the newest two are kept"


def test_what_is_asked_ahead_does_not_wait_for_who_asks_already() -> None:
    begun, gate = threading.Event(), threading.Event()

    @remembered(2)
    def slow(question: Asked, word: str) -> str:
        begun.set()
        gate.wait(10)
        return word

    asker = threading.Thread(target=lambda: slow(Asked(("a",)), "x"))
    asker.start()
    begun.wait(10)
    ahead._quietly(slow, Asked(("a",)), ("x",))
    assert asker.is_alive(), "it is being asked still"
    gate.set()
    asker.join()


def test_a_page_is_of_the_build_that_it_began_with(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    with source.held() as card:
        monkeypatch.setenv("ACCORD_SCORECARD", str(tmp_path))
        assert source.current() is card
    with pytest.raises(NoScorecard):
        source.current()


def test_parts_of_an_answer_are_asked_at_the_same_time_and_stay_in_their_order() -> None:
    met = threading.Barrier(2, timeout=10)
    assert side_by_side(lambda number: (met.wait() >= 0, number), range(4)) == [(True, number) for number in range(4)]
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda number: 1 / number, [1, 0, 2])


def test_a_page_asks_ahead_what_it_asked_before() -> None:
    there, asked = threading.Event(), []

    @remembered(100)
    def answer(question: Asked, word: str) -> str:
        asked.append((question.key, word, threading.current_thread() is threading.main_thread()))
        if len(asked) == 6:
            there.set()
        return word

    name = f"page {random.random()}"
    with asked_ahead(name, Asked(("first",))):
        answer(Asked(("first",)), "one")
        answer(Asked(("first",)).narrower(), "two")
        answer(Asked(("first", "own"), ONLY), "three")
    assert [one[2] for one in asked] == [True] * 3
    with asked_ahead(name, Asked(("second",))):
        there.wait(0.5)
        answer(Asked(("second",)), "one")
        answer(Asked(("second",)).narrower(), "two")
    assert sorted(one[:2] for one in asked[3:]) == [(("second",), "one"), (("second", "narrower"), "two")]
    assert not any(one[2] for one in asked[3:])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that reach the engine, in their order."""
    found: list[str] = []
    ask_it = Scorecard._asked
    monkeypatch.setattr(Scorecard, "_asked", lambda card, sql, way: (found.append(sql), ask_it(card, sql, way))[1])
    return found


def _chosen(card: Scorecard, *segments: str) -> answers.Question:
    """A question that no other test asks, as its generation is its own."""
    return answers.Question(replace(card, generation=f"own {random.random()}"), "Last quarter", QUARTERS[0], (("segment", segments),))


def test_a_number_without_its_weeks_is_asked_alone_where_no_tile_shows_it(sample_card: Scorecard, asked: list[str]) -> None:
    first, second = _chosen(sample_card, "SMB"), _chosen(sample_card, "SMB")
    alone = answers.ask(first, "score_calibration").row
    assert len(asked) == 1
    assert SLOT not in asked[0]
    of_tile = answers.compare(second, "score_calibration").now
    assert SLOT in asked[1]
    assert _told(alone) == pytest.approx(_told(of_tile))
    answers.ask(second, "score_calibration")
    assert len(asked) == 2, "what a tile knows is not asked again"


def test_a_page_that_shows_one_forecast_asks_for_one(sample_card: Scorecard, asked: list[str]) -> None:
    page, all_three, other = f"page {random.random()}", _chosen(sample_card, "SMB"), _chosen(sample_card, "Enterprise")
    known = answers.landings(all_three, "won_rate")
    assert len(asked) == 1
    with asked_ahead(page, all_three):
        of_all = answers.landings(all_three, "acceptance_rate")
    assert len(asked) == 1, "another page asked for it with the others"
    assert answers.landings(all_three, "won_rate") is known
    with asked_ahead(page, other):
        answers.landings(other, "acceptance_rate")
    assert len(asked) == 2, "nothing but that one, though it was found with the others before"
    alone = answers.landings(_chosen(sample_card, "SMB"), "acceptance_rate")
    assert alone == of_all


def test_what_changes_are_measured_against_is_said_without_a_question(sample_card: Scorecard, asked: list[str]) -> None:
    assert tiles.earlier(_chosen(sample_card, "SMB")) == words.period(QUARTERS[1])
    assert asked == []
