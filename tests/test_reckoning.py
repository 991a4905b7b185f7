"""The product agrees with an independent reckoning in plain Python on every metric, for several companies, periods and filters."""

import math
from datetime import date
from pathlib import Path

import pytest
from reckoning.company import Company, Settings, read_company
from reckoning.metrics import reckon

from app.build import build
from app.filters import MODELS, SCOPES, Period
from app.metrics import ask, catalogue
from app.sample import make_company
from app.serving import Scorecard, open_current
from app.settings import read_settings

SEEDS = (3, 11, 29)
# Whole months, since a target is spread over working days by the product, over all days by the reckoning.
PERIODS = ((date(2026, 7, 1), date(2026, 10, 1)), (date(2024, 1, 1), date(2026, 12, 1)), (date(2026, 11, 1), date(2026, 12, 1)))
FILTERS = ({}, {"segment": ("Mid-market", "SMB", "")}, {"region": ("EMEA",), "channel": ("Webinars", "")}, {"sales_team": ("",)})
# The reckoning words these in its own way.
OWN_WORDS = {("forgotten_accounts", "reason"), ("coverage", "week")}


@pytest.fixture(scope="module", params=SEEDS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Scorecard, Company]:
    """One generated company as the product and as the reckoning see it."""
    folder: Path = tmp_path_factory.mktemp(f"company{request.param}")
    make_company(folder, seed=request.param, leads=1_500)
    build(read_settings(extracts=folder / "extracts", maps=folder / "maps", scorecard=folder / "build"))
    return open_current(folder / "build"), read_company(folder / "extracts", folder / "maps", Settings())


@pytest.mark.parametrize("name", catalogue())
def test_every_metric_agrees(both: tuple[Scorecard, Company], name: str) -> None:
    card, company = both
    metric = catalogue()[name]
    every_dimension = [((dimension,), FILTERS[1]) for dimension in metric.dims if dimension != "day"]
    usual = [(by, where) for by in ((), ("segment",), ("month", "segment")) for where in FILTERS]
    questions = [
        (period, by, where)
        for period, asked in zip(PERIODS, (usual, every_dimension, usual), strict=True)
        for by, where in asked
        if {*where, *by} <= {*metric.dims} and not {(name, dimension) for dimension in by} & OWN_WORDS
    ]
    assert questions
    for (start, end), by, where in questions:
        mine = _keyed(ask(card, name, Period(start, end), by, where).rows, by)
        theirs = _keyed(reckon(company, name, start, end, by, where), by)
        _assert_same(mine, theirs, metric.unit, f"{name} {start} {by} {where}")


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("model", MODELS)
def test_attribution_agrees(both: tuple[Scorecard, Company], model: str, scope: str) -> None:
    card, company = both
    for start, end in PERIODS[:2]:
        for by in ((), ("channel",), ("campaign",), ("segment", "marketing_team")):
            for where in ({}, {"region": ("EMEA",), "channel": ("Webinars",)}):
                mine = _keyed(ask(card, "attributed_revenue", Period(start, end), by, where, model, scope).rows, by)
                theirs = _keyed(reckon(company, "attributed_revenue", start, end, by, where, model=model, scope=scope), by)
                _assert_same(mine, theirs, "split", f"{model} {scope} {start} {by} {where}")


def _keyed(rows: object, by: tuple[str, ...]) -> dict[tuple, dict[str, object]]:
    return {tuple(None if row[name] is None else str(row[name]) for name in by): row for row in rows}


def _assert_same(mine: dict, theirs: dict, unit: str, question: str) -> None:
    assert mine.keys() == theirs.keys(), question
    # The largest of the rows that split a sum takes the odd cents of all the others.
    tolerance = 0.0051 * (len(mine) + 1) if unit in ("split", "money") else 1e-9
    for key, row in theirs.items():
        for field in row.keys() & mine[key].keys():
            ours, other = mine[key][field], row[field]
            if isinstance(other, (int, float)) and not isinstance(other, bool) and ours is not None:
                assert math.isclose(float(ours), other, rel_tol=1e-9, abs_tol=tolerance), f"{question} {key} {field}: {ours} and {other}"
            else:
                assert str(ours) == str(other), f"{question} {key} {field}: {ours} and {other}"
