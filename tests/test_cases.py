"""Worked cases: each folder of cases/ is a few rows of input, questions, and answers worked out by hand (why.md shows how).

    extracts/<source>/<table>.csv   the rows
    maps/<map>.csv                  the company's own words, where the case is about them
    settings.csv                    name,value
    questions.csv                   metric,from,to,by,where: `by` is names with blanks between, `where` is dimension=value
                                    with semicolons between; model,scope where the case is about them
    expected.csv                    the answer; expected_1.csv, expected_2.csv, ... where there are several questions

In an answer an empty cell, or the words no data, is no data; 2/3 is two thirds, and ~0.21 is a number that rounds to 0.21. Columns that a case
does not name are not its business; rows are, all of them and in order.
"""

import csv
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from companies import Company, build_folder

from app.filters import Period
from app.metrics import ask, catalogue, check_values

CASES = Path(__file__).parent / "cases"
NOTHING = ("", "no data")
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, tmp_path: Path) -> None:
    folder = CASES / name
    company = build_folder(folder, scorecard=tmp_path, **_settings(folder))
    for question, expected in _questions(folder):
        found = _answer(company, question)
        wanted = _rows(expected)
        label = f"{name}: {question}"
        assert len(found) == len(wanted), f"{label}: {found}"
        for row, want in zip(found, wanted, strict=True):
            wrong = {key: (row.get(key), text) for key, text in want.items() if not _agree(row.get(key), text)}
            assert not wrong, f"{label}: found, expected: {wrong}; the answer: {found}"


@pytest.mark.parametrize("metric", sorted(catalogue()))
def test_every_metric_has_a_case(metric: str) -> None:
    asked = {question["metric"] for name in NAMES for question, _ in _questions(CASES / name)}
    assert metric in asked


@pytest.mark.parametrize("name", NAMES)
def test_every_case_says_why(name: str) -> None:
    assert len((CASES / name / "why.md").read_text().split()) >= 8
    assert len(name.split("_")) >= 4, "a case is named by a sentence"


def _settings(folder: Path) -> dict[str, str]:
    path = folder / "settings.csv"
    return {row["name"]: row["value"] for row in _rows(path)} if path.exists() else {}


def _questions(folder: Path) -> list[tuple[dict[str, str], Path]]:
    questions = _rows(folder / "questions.csv")
    if len(questions) == 1:
        return [(questions[0], folder / "expected.csv")]
    return [(question, folder / f"expected_{number}.csv") for number, question in enumerate(questions, 1)]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _answer(company: Company, question: Mapping[str, str]) -> list[Mapping[str, object]]:
    where: dict[str, tuple[str, ...]] = {}
    for pair in filter(None, (question["where"] or "").split(";")):
        dimension, _, value = pair.partition("=")
        where[dimension] = (*where.get(dimension, ()), value)
    check_values(company.card, where)
    period = Period(date.fromisoformat(question["from"]), date.fromisoformat(question["to"])) if question["from"] else None
    options = {name: question[name] for name in ("model", "scope") if question.get(name)}
    return list(ask(company.card, question["metric"], period, (question["by"] or "").split(), where, **options).rows)


def _agree(found: object, text: str) -> bool:
    if text in NOTHING or found is None:
        return found is None and text in NOTHING
    if isinstance(found, bool):
        return str(found).lower() == text
    if isinstance(found, (str, date)):
        return str(found) == text
    rounded = text.removeprefix("~")
    decimals = len(rounded.partition(".")[2]) if rounded != text else 9
    return abs(float(found) - float(Fraction(rounded))) <= 0.5 * 10.0**-decimals
