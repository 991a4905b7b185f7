"""Charts are data: what a drawing says, without a browser."""

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.charts import (
    Bar,
    Bin,
    Limits,
    Moment,
    Pair,
    Rate,
    Rung,
    Split,
    Stack,
    Step,
    WeekPoint,
    bars,
    deadline,
    lanes,
    pace,
    pairs,
    rates,
    splits,
    stacks,
    story,
    waterfall,
    weekly,
)  # fmt: skip
from app.charts import format as write
from app.charts.theme import ROLES
from app.settings import ROOT

NOON = datetime(2026, 9, 7, 12, 0)
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
    rows = pairs([Pair("a", "A", 10, "$10", 5, "$5")], ("marketing", "marketing_soft"), "", ("won", "open")).table.to_pylist()
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


# --- weeks ---------------------------------------------------------------------------------------

FIRST = date(2026, 9, 7)
# 40, 60, no data, 90 (a signal), 70 (not over yet): the week starting 7 Sep and the four after it
VALUES = (40.0, 60.0, None, 90.0, 70.0)
WEEKS = [
    WeekPoint(FIRST + timedelta(7 * place), value, write.number(value, "count"), is_open=place == 4, is_signal=place == 3) for place, value in enumerate(VALUES)
]


def rows_of(points: list[WeekPoint], **more: object) -> list[dict]:
    """The rows of a chart of leads."""
    return weekly(points, "joint", "count", "Leads by week", **more).table.to_pylist()


def drawn_fields(spec: dict) -> set[str]:
    """Fields that stand for a height in any layer."""
    return {layer["encoding"]["y"].get("field") for layer in spec["layer"] if "y" in layer["encoding"]}


def test_a_week_answers_to_a_click_with_its_first_day() -> None:
    assert [row["key"] for row in rows_of(WEEKS)] == ["2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-05"]


def test_what_is_not_over_is_hollow_and_hangs_on_the_line_by_dashes() -> None:
    rows = rows_of(WEEKS)
    assert [row["whole"] for row in rows] == [40, 60, None, 90, None]
    assert [row["open"] for row in rows] == [None, None, None, None, 70]
    assert [row["hanging"] for row in rows] == [None, None, None, 90, 70]


def test_a_signal_differs_in_shape_and_colour_and_is_written_as_is_the_newest_finished_week() -> None:
    rows = rows_of([*WEEKS[:4], WeekPoint(date(2026, 10, 5), 50, "50"), WeekPoint(date(2026, 10, 12), 20, "20", is_open=True)])
    assert [row["shape"] for row in rows] == ["circle", "circle", "circle", "diamond", "circle", "circle"]
    assert [row["point_role"] for row in rows] == ["joint", "joint", "joint", "ink", "joint", "label"]
    assert [row["written"] for row in rows] == ["", "", "", "90", "50", ""]


def test_a_number_stands_where_the_line_does_not_run() -> None:
    dip = [WeekPoint(FIRST, 50, "50"), WeekPoint(FIRST + timedelta(7), 20, "20"), WeekPoint(FIRST + timedelta(14), 60, "60")]
    assert [row["is_above"] for row in rows_of(dip)] == [True, False, True]


def test_marks_are_numbered_where_there_are_several_and_spoken() -> None:
    one = [replace(WEEKS[0], note="Fair\nin Rome"), *WEEKS[1:]]
    assert [row["number"] for row in rows_of(one)] == [""] * 5
    two = [*one[:3], replace(WEEKS[3], note="Form was down"), WEEKS[4]]
    drawing = weekly(two, "joint", "count", "Leads by week")
    rows = drawing.table.to_pylist()
    assert [row["number"] for row in rows] == ["1", "", "", "2", ""]
    assert plain(rows[0]["tip"]) == "Week of 7 Sep 2026: 40. Fair in Rome"
    assert plain(drawing.alt) == "Leads by week Marks: week of 7 Sep 2026: Fair in Rome; week of 28 Sep 2026: Form was down."


def test_what_people_write_is_cut_and_turns_nothing_around() -> None:
    said = write.brief("\N{RIGHT-TO-LEFT OVERRIDE}" + "x" * 10_000)
    assert (said[0], said[-1]) == ("\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}")
    assert len(said) == 242 and said[-2] == "…"


def test_limits_lie_across_all_weeks_and_are_named_at_the_right() -> None:
    last = rows_of(WEEKS, limits=Limits(60, 20, 100))[-1]
    assert (last["mean"], last["upper"], last["lower"]) == (60, 100, 20)
    assert [last[f"{name}_label"].replace(write.NBSP, " ") for name in ("mean", "upper", "lower")] == ["mean 60", "upper 100", "lower 20"]


def test_names_of_limits_that_would_lie_on_each_other_are_left_out() -> None:
    # 100 is the top of some 150 pixels: limits 3 leads from the mean are less than 5 pixels away, and no words fit between
    last = rows_of([*WEEKS, WeekPoint(date(2026, 10, 12), 100, "100")], limits=Limits(60, 57, 63))[-1]
    assert "mean_label" in last
    assert "upper_label" not in last and "lower_label" not in last


def test_where_the_level_moved_the_limits_are_drawn_in_two_pieces() -> None:
    before, since = Limits(50, 20, 80), Limits(80, 60, 100, since=FIRST + timedelta(14))
    rows = rows_of(WEEKS, limits=since, before=before)
    assert [(row["first"], row["mean"], row["lower"], row["upper"]) for row in (rows[1], rows[4])] == [("2026-09-07", 50, 20, 80), ("2026-09-21", 80, 60, 100)]
    assert [row["mean"] for row in (rows[0], rows[2], rows[3])] == [None] * 3
    assert (rows[1]["mean_label"], rows[4]["mean_label"]) == ("", f"mean{write.NBSP}80")
    only_mean = rows_of(WEEKS, limits=since, before=Limits(50, None, None))
    assert (only_mean[1]["mean"], only_mean[1]["upper"]) == (50, None)
    earlier = rows_of(WEEKS, limits=replace(since, since=FIRST - timedelta(7)), before=before)
    assert [row["mean"] for row in earlier] == [None] * 4 + [80], "it moved before the first week that is shown"


def test_where_a_week_will_land_is_drawn_beside_what_it_is_so_far() -> None:
    lands = [*WEEKS[:4], replace(WEEKS[4], value=0.5, lands=0.55, lands_low=0.53, lands_high=0.58)]
    drawing = weekly(lands, "joint", "rate", "")
    last = drawing.table.to_pylist()[-1]
    assert (last["open"], last["lands"], last["lands_low"], last["lands_high"]) == (0.5, 0.55, 0.53, 0.58)
    assert {"lands", "lands_low"} <= drawn_fields(drawing.spec)
    assert {"lands", "lands_low"} & drawn_fields(weekly(WEEKS, "joint", "count", "").spec) == set()


def test_only_what_the_weeks_have_is_drawn() -> None:
    bare, full = (
        weekly(points, "joint", "count", "", limits)
        for points, limits in ((WEEKS[:2], None), ([replace(WEEKS[0], target=50.0, low=30.0, high=50.0), *WEEKS[1:]], Limits(60, 20, 100)))
    )
    optional = {"mean", "upper", "lower", "target", "low", "open", "hanging"}
    assert drawn_fields(bare.spec) & optional == set()
    assert drawn_fields(full.spec) >= optional


def test_specs_of_weeks_hold_no_data_and_are_made_once() -> None:
    first, second = weekly(WEEKS, "joint", "count", "x"), weekly(WEEKS[3:], "sales", "count", "y")
    assert first.spec is second.spec
    text = json.dumps(first.spec)
    assert "2026" not in text and "datasets" not in text and "#" not in json.dumps(first.spec["layer"])


def test_no_week_at_all_is_still_a_drawing() -> None:
    assert weekly([], "joint", "count", "").table.num_rows == 1
    assert weekly([WeekPoint(FIRST, None, "no data")], "joint", "rate", "").table.num_rows == 1


def test_what_is_read_from_afar_has_larger_letters_and_rows() -> None:
    near, far = bars(TEAMS, ""), bars(TEAMS, "", large=True)
    assert far.height > 1.4 * near.height - 8
    near_fonts, far_fonts = (max(layer["mark"].get("fontSize", 0) for layer in drawing.spec["layer"]) for drawing in (near, far))
    assert (near_fonts, 16 <= far_fonts <= 18) == (12, True)
    large = weekly(WEEKS, "joint", "count", "", large=True).spec
    assert 16 <= large["layer"][0]["encoding"]["x"]["axis"]["labelFontSize"] <= 18


def test_a_day_with_a_mark_is_flagged_on_the_pace() -> None:
    days = [Step(FIRST, 10, 12, "7 Sep 2026: 10", "Fair"), Step(FIRST + timedelta(1), 20, 24, "8 Sep 2026: 20")]
    marked, unmarked = pace(days, "sales", "20 so far"), pace(days[1:], "sales", "20 so far")
    assert plain(marked.alt) == "20 so far Marks: week of 7 Sep: Fair."
    assert [plain(row["tip"]) for row in marked.table.to_pylist()] == ["7 Sep 2026: 10. Fair", "8 Sep 2026: 20"]
    shapes = [[layer["mark"].get("shape") for layer in drawing.spec["layer"]] for drawing in (marked, unmarked)]
    assert [("triangle-up" in found) for found in shapes] == [True, False]


@pytest.mark.parametrize(("days", "form"), [(365, "%-d %b"), (800, "%b %Y")])
def test_a_line_of_more_than_a_year_says_its_years(days: int, form: str) -> None:
    line = pace([Step(FIRST, 1, None, ""), Step(FIRST + timedelta(days), 2, None, "")], "sales", "")
    told = story([Moment(NOON + timedelta(after), "Sales", "sales", False, "call") for after in (days, 0)], ["Sales"], "")
    for drawing in (line, told):
        assert {layer["encoding"]["x"]["axis"]["format"] for layer in drawing.spec["layer"]} == {form}


def plain(text: str) -> str:
    """Without the marks around what people wrote."""
    return text.translate({ord("\N{FIRST STRONG ISOLATE}"): None, ord("\N{POP DIRECTIONAL ISOLATE}"): None})


# --- the site's painter ---------------------------------------------------------------------------

MARKS = {"bar", "rule", "tick", "point", "line", "text"}
CHANNELS = {"x", "x2", "y", "y2", "yOffset", "color", "size", "shape", "stroke", "text", "tooltip"}
FORMATS = {"~s", ",d", ".3~g", "~g"}


def specs() -> dict[str, dict]:
    """Every kind of spec that cards draw, with all that it may hold."""
    point = replace(WEEKS[0], note="Fair", low=30.0, high=50.0, target=45.0, is_open=True, lands=45.0, lands_low=40.0, lands_high=50.0)
    both = [point, replace(point, week=FIRST + timedelta(7)), *WEEKS[2:]]
    drawn = {f"weekly {unit}": weekly(both, "joint", unit, "", Limits(60, 20, 100)) for unit in ("count", "money", "rate", "hours", "days", "ratio")}
    drawn |= {
        "bars": bars(TEAMS, ""), "stacks": stacks([Stack("a", "A", (6, 3), ("6", "3"), "9")], ""),
        "pairs": pairs([Pair("a", "A", 1, "1", 2, "2")], ("sales", "bad"), "", ("x", "y")),
        "rates": rates([Rate("a", "A", 0.5, 0.4, 0.6, "50 %", "sales")], "", 0.5), "lanes": lanes([Rate("a", "A", 0.5, 0.4, 0.6, "50 %", "sales", 1, "1")], "", 0.5),
        "splits": splits([Split(None, "A", 1, "1", 2, "2")], ("sales", "bad"), "", ("x", "y")), "waterfall": waterfall([Rung(None, "A", 0, 1, "1", "ink")], ""),
        "deadline": deadline([Bin("a", 0, 2, 3, "sales", expected=2.0)], 24, "24 h", ""), "pace": pace([Step(FIRST, 1, 2, "x", "Fair")], "sales", ""),
        "story": story([Moment(NOON, "Sales", "sales", True, "Call")], ["Sales"], ""),
    }  # fmt: skip
    return {name: drawing.spec for name, drawing in drawn.items()}


@pytest.mark.parametrize("name", specs())
def test_the_painter_of_the_site_knows_every_word_of_a_spec(name: str) -> None:
    painter = (ROOT / "app" / "views" / "painter.js").read_text()
    known = set(re.findall(r"^  (\w+)(?=: )", painter[painter.index("const KNOWN") : painter.index("function parse")], re.M)) | {"length"}
    spec = specs()[name]
    for layer in spec["layer"]:
        assert layer["mark"]["type"] in MARKS
        assert layer["encoding"].keys() <= CHANNELS
        assert layer["mark"].get("shape", "circle") in ("circle", "triangle-up")
    for expression in re.findall(r'"(?:expr|labelExpr)": "((?:[^"\\]|\\.)*)"', json.dumps(spec, ensure_ascii=False)):
        bare = re.sub(r"'[^']*'|/[^/]*/", "", expression)
        assert set(re.findall(r"(\w+)\(", bare)) <= known, expression
        assert set(re.findall(r"(?<![.\w])([a-z]\w*)(?![\w(])", bare)) <= {"datum", "width", "height", "background"}, expression
        assert not set(re.findall(r"[^\w\s().?:,<>*+\'-]", bare)), expression
        assert set(re.findall(r"format\([^']*'([^']+)'", expression.replace("utcFormat", ""))) <= FORMATS, expression


# --- what a chart says in words --------------------------------------------------------------------

HAND_CASES = {
    "bars": (bars(TEAMS, "Revenue by team"), "Revenue by team. EMEA: $50, on target, 125 %; No team: $0."),
    "bars that say what was aimed at": (
        bars([Bar("a", "A", 3, "3", "bad", "✕ 75 %", "bad", 4, "A: 3, target 4")], "Leads"), "Leads. A: 3, target 4, off target, 75 %.",
    ),
    "stacks": (
        stacks([Stack("a", "A", (6, 3), ("6", "3"), "9 in all", "A: 6 taken, 3 left")], "Leads"), "Leads. A: 6 taken, 3 left, 9 in all.",
    ),
    "pairs": (pairs([Pair("a", "A", 10, "$10", 5, "$5")], ("marketing", "marketing_soft"), "Revenue", ("won", "open")), "Revenue. A: $10 won, $5 open."),
    "rates": (rates([Rate("a", "A", 0.5, 0.4, 0.6, "50 %", "sales", tip="A: 5 of 10")], "Rate"), "Rate. A: 5 of 10, 50 %."),
    "lanes": (lanes([Rate("a", "A", 0.5, 0.4, 0.6, "50 %", "sales", 20, "20 leads")], "Both"), "Both. A, 20 leads, 50 %."),
    "splits": (
        splits([Split(None, "All", -3, "mix −3.0", 1, "rate +1.0"), Split("a", "A", 0, "", 1, "+1.0")], ("track", "label"), "Why", ("mix", "rate")),
        "Why. All (mix −3.0, rate +1.0); A (rate +1.0).",
    ),
    "waterfall": (waterfall([Rung(None, "Before", 0, 5, "$5", "label"), Rung("b", "Size", 5, 8, "+$3", "sales", "1 → 2")], "Way"), "Way. Before: $5; Size: +$3, 1 → 2."),
    "deadline": (
        deadline([Bin("a", 0, 2, 3, "sales", "0 to 2 hours: 3", 2.0)], 24, "24 h promised", "Answers"),
        "Answers. 0 to 2 hours: 3, 2 expected. Deadline: 24 h promised.",
    ),
    "pace": (pace([Step(NOON.date(), 10, 12, "7 Sep: 10"), Step(NOON.date(), None, 24, "8 Sep")], "sales", "10 so far"), "10 so far. 7 Sep: 10."),
    "story": (story([Moment(NOON, "Sales", "sales", True, "Call")], ["Sales"], "One moment"), "One moment. Sales, 7 Sep 2026, 12:00: Call."),
    "a few weeks": (
        weekly([WeekPoint(date(2026, 9, 7), 4, "4"), WeekPoint(date(2026, 9, 14), 2, "2", is_open=True)], "sales", "count", "Leads", Limits(3, 1, 5)),
        "Leads. Week of 7 Sep 2026: 4; Week of 14 Sep 2026: 2, not final yet. Mean 3, upper 5, lower 1.",
    ),
    "many weeks": (
        weekly([WeekPoint(date(2026, 1, 5) + timedelta(7 * n), n % 7, str(n % 7), is_signal=n == 10) for n in range(15)], "sales", "count", "Leads"),
        "Leads. 15 values, the first: Week of 5 Jan 2026: 0; the last: Week of 13 Apr 2026: 0; the least: Week of 5 Jan 2026: 0; "
        "the most: Week of 16 Feb 2026: 6; standing out: Week of 16 Mar 2026: 3.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HAND_CASES)
def test_a_chart_says_its_numbers_in_words(name: str) -> None:
    drawing, words = HAND_CASES[name]
    assert drawing.spoken.replace(write.NBSP, " ") == words


def test_pale_bars_have_an_edge_and_so_are_told_from_full_ones_without_colours() -> None:
    """Accepted, rejected and waiting; influenced and sourced; mix and rate: a pale part is always an outlined one."""
    for name, spec in specs().items():
        filled = [one for one in spec["layer"] if one["mark"]["type"] == "bar" and "field" in one["encoding"].get("color", {})]
        assert all("stroke" in one["encoding"] for one in filled), name


# --- stacks --------------------------------------------------------------------------------------


def test_parts_of_a_stack_follow_each_other_on_one_measure() -> None:
    rows = stacks([Stack("a", "A", (6, 3, 1), ("6", "3", "1"), "10"), Stack("", "B", (0, 2, 3), ("0", "2", "3"), "5")], "Leads").table.to_pylist()
    assert [(row["key"], row["role"], row["label"], row["total"]) for row in rows] == [
        ("a", "sales", "6", "10"), ("a", "bad", "3", ""), ("a", "track", "1", ""), ("", "sales", "", "5"), ("", "bad", "2", ""), ("", "track", "3", ""),
    ]  # fmt: skip
    # 10 leads take 82 % of the room, so that one takes 8.2 %
    assert [(round(row["start"], 3), round(row["end"], 3)) for row in rows] == [
        (0, 0.492), (0.492, 0.738), (0.738, 0.82), (0, 0), (0, 0.164), (0.164, 0.41),
    ]  # fmt: skip
    assert [row["whole"] for row in rows] == pytest.approx([0.82] * 3 + [0.41] * 3)


# --- numbers -------------------------------------------------------------------------------------


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
