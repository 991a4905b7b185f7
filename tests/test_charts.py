"""Charts are data: what a drawing says, without a browser."""

import json

import pytest

from app.charts import Bar, Pair, Rate, bars, lanes, pairs, rates
from app.charts import format as write
from app.charts.theme import ROLES

TEAMS = [
    Bar("EMEA", "EMEA", 50.0, "$50", "sales", "✓ 125 %", "good", 40.0),
    Bar("", "No team", 0.0, "$0", "sales"),
]


def test_every_row_is_drawn_in_the_order_given_with_its_key() -> None:
    rows = bars(TEAMS, "Revenue by team").table.to_pylist()
    assert [(row["key"], row["name"], row["label"]) for row in rows] == [("EMEA", "EMEA", "$50"), ("", "No team", "$0")]


def test_bars_and_targets_share_one_measure() -> None:
    first, second = bars(TEAMS, "Revenue by team").table.to_pylist()
    assert first["mark"] / first["end"] == pytest.approx(40 / 50)
    assert (second["end"], second["mark"]) == (0, None)


def test_room_is_left_for_labels_and_notes() -> None:
    assert all(row["after"] <= 0.5 for row in bars(TEAMS, "").table.to_pylist())


def test_a_rate_without_data_has_no_point() -> None:
    rows = [Rate("a", "A", 0.5, 0.4, 0.6, "50 %", "sales"), Rate("b", "B", None, None, None, "no data", "sales")]
    first, second = rates(rows, "Win rate", 0.5).table.to_pylist()
    assert first["from"] < first["at"] < first["to"] and first["at"] == pytest.approx(first["all"])
    assert second["at"] is None and second["from"] is None


def test_amount_and_rate_lie_side_by_side() -> None:
    row = lanes([Rate("a", "A", 0.0, 0.0, 0.1, "0 %", "marketing", 10, "10")], "").table.to_pylist()[0]
    assert row["end"] < row["start"] <= row["at"] <= row["finish"]


def test_a_pair_is_two_bars_of_one_row() -> None:
    rows = pairs([Pair("a", "A", 10, "$10", 5, "$5")], ("marketing", "marketing_soft"), "").table.to_pylist()
    assert [(row["name"], row["place"], row["label"]) for row in rows] == [("A", 0, "$10"), ("A", 1, "$5")]
    assert rows[0]["end"] == pytest.approx(2 * rows[1]["end"])


def test_nothing_at_all_is_still_a_drawing() -> None:
    assert bars([Bar("a", "A", 0, "0", "sales")], "").table.num_rows == 1


def test_a_spec_holds_no_data_and_is_made_once() -> None:
    first, second = bars(TEAMS, "x"), bars(TEAMS[:1], "y")
    assert first.spec is second.spec
    assert "EMEA" not in json.dumps(first.spec) and "datasets" not in first.spec


def test_colours_are_the_themes() -> None:
    assert "#" not in json.dumps(bars(TEAMS, "x").spec["layer"])
    assert {row["role"] for row in bars(TEAMS, "x").table.to_pylist()} <= set(ROLES)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "rate", "no data"),
        (0, "count", "0"),
        (1204, "count", "1,204"),
        (999_499, "count", "999,499"),
        (1_234_567, "count", "1.2M"),
        (609.07, "money", "$609"),
        (9_999.5, "money", "$10.0K"),
        (999_960, "money", "$1.0M"),
        (5_969_561.38, "money", "$6.0M"),
        (-2_400_000, "money", "−$2.4M"),
        (0.43, "rate", "43 %"),
        (0.0421, "rate", "4.2 %"),
        (0, "rate", "0 %"),
        (1, "rate", "100 %"),
        (0.5, "hours", "30 min"),
        (2.31, "hours", "2.3 h"),
        (9.96, "hours", "10 h"),
        (76.2, "hours", "76 h"),
        (1.0, "days", "1 day"),
        (62.4, "days", "62 days"),
        (2.43, "ratio", "2.4×"),
        (0.382, "ratio", "0.38×"),
    ],
)
def test_numbers_for_people(value: float | None, unit: str, text: str) -> None:
    assert write.number(value, unit).replace(write.NBSP, " ") == text


def test_a_currency_without_a_sign_is_named() -> None:
    assert write.money(1200, "CHF").replace(write.NBSP, " ") == "CHF 1,200"


def test_a_target_missed_by_a_hair_reads_as_missed() -> None:
    assert write.beside(0.258, 0.26, "rate", "USD") == (f"25.8{write.NBSP}%", f"26.0{write.NBSP}%")
    assert write.reached(424, 424.5).startswith("99.9")
    assert write.reached(424.5, 424.5).startswith("100")
