"""Removal effects against chains that are solved by hand; they must be exact, so every expectation is a fraction."""

import random
from fractions import Fraction

import pytest

from app.build.markov import LOST, START, WON, removal_effects

# Four paths: A > won, A > B > won, B > lost, A > lost.
#   start: A 3/4, B 1/4.  A (3 leave it): won 1/3, B 1/3, lost 1/3.  B (2 leave it): won 1/2, lost 1/2.
#   won from B = 1/2; won from A = 1/3 + 1/3 x 1/2 = 1/2; P(won) = 3/4 x 1/2 + 1/4 x 1/2 = 1/2.
#   Without A: 1/4 x 1/2 = 1/8, RE = 1 - 1/4 = 3/4.
#   Without B: 3/4 x 1/3 = 1/4, RE = 1 - 1/2 = 1/2.
TWO_CHANNELS = [(START, "A", 3), (START, "B", 1), ("A", WON, 1), ("A", "B", 1), ("A", LOST, 1), ("B", WON, 1), ("B", LOST, 1)]

# Paths: A > B > C > won, A > C > lost, B > A > won, C > lost.
#   start: A 2/4, B 1/4, C 1/4.  A (3): B 1/3, C 1/3, won 1/3.  B (2): C 1/2, A 1/2.  C (3): won 1/3, lost 2/3.
#   c = 1/3.  a = b/3 + 1/9 + 1/3 = b/3 + 4/9.  b = 1/6 + a/2.
#   a = 1/18 + a/6 + 4/9 = 1/2 + a/6, so a = 3/5 and b = 1/6 + 3/10 = 7/15.
#   P(won) = 1/2 x 3/5 + 1/4 x 7/15 + 1/4 x 1/3 = 18/60 + 7/60 + 5/60 = 1/2.
#   Without A: b = 1/6; 1/4 x 1/6 + 1/4 x 1/3 = 1/8, RE = 3/4.
#   Without B: a = 4/9; 1/2 x 4/9 + 1/4 x 1/3 = 11/36, RE = 1 - 11/18 = 7/18.
#   Without C: a = b/3 + 1/3, b = a/2, so a = 2/5 and b = 1/5; 1/2 x 2/5 + 1/4 x 1/5 = 1/4, RE = 1/2.
WITH_A_CYCLE = [
    (START, "A", 2), (START, "B", 1), (START, "C", 1),
    ("A", "B", 1), ("A", "C", 1), ("A", WON, 1), ("B", "C", 1), ("B", "A", 1), ("C", WON, 1), ("C", LOST, 2),
]  # fmt: skip

# One path A > B > won and one path C > lost. P(won) = 1/2; without A or without B nothing is won: 1 and 1. C leads to nothing: 0.
ALL_OR_NOTHING = [(START, "A", 1), (START, "C", 1), ("A", "B", 1), ("B", WON, 1), ("C", LOST, 1)]

SOLVED = {
    "two channels": (TWO_CHANNELS, {"A": Fraction(3, 4), "B": Fraction(1, 2)}),
    "with a cycle": (WITH_A_CYCLE, {"A": Fraction(3, 4), "B": Fraction(7, 18), "C": Fraction(1, 2)}),
    "all or nothing": (ALL_OR_NOTHING, {"A": Fraction(1), "B": Fraction(1), "C": Fraction(0)}),
}


def random_steps(seed: int, channels: int) -> list[tuple[str, str, int]]:
    """Steps of paths drawn at random, as the query counts them."""
    draw = random.Random(seed)
    names = [f"channel {n:02}" for n in range(channels)]
    counts: dict[tuple[str, str], int] = {}
    for _ in range(draw.choice((3, 40, 300))):
        path = [START, *draw.choices(names, k=draw.randint(1, 6)), draw.choice((WON, LOST, LOST))]
        for pair in zip(path, path[1:], strict=False):
            counts[pair] = counts.get(pair, 0) + 1
    return [(*pair, number) for pair, number in sorted(counts.items())]


def reached(steps: list[tuple[str, str, int]], removed: str | None) -> Fraction:
    """Chance to be won by elimination of one channel after the other, in fractions: no library, no rounding."""
    moves: dict[str, dict[str, Fraction]] = {}
    for origin, goal, number in steps:
        moves.setdefault(origin, {})[goal] = Fraction(number)
    for goals in moves.values():
        total = sum(goals.values())
        for goal in goals:
            goals[goal] /= total
    if removed is not None:
        moves.pop(removed, None)
        for goals in moves.values():
            goals.pop(removed, None)
    for gone in [state for state in moves if state != START]:
        out = moves.pop(gone)
        stays = out.pop(gone, Fraction(0))
        for goals in moves.values():
            into = goals.pop(gone, Fraction(0))
            for goal, chance in out.items():
                goals[goal] = goals.get(goal, Fraction(0)) + into * chance / (1 - stays)
    return moves[START].get(WON, Fraction(0))


@pytest.mark.parametrize("case", SOLVED)
def test_solved_by_hand(case: str) -> None:
    steps, effects = SOLVED[case]
    assert removal_effects(steps) == pytest.approx({channel: float(effect) for channel, effect in effects.items()}, abs=1e-12)


@pytest.mark.parametrize("case", SOLVED)
def test_the_order_and_the_scale_of_the_counts_change_nothing(case: str) -> None:
    steps, effects = SOLVED[case]
    expected = pytest.approx({channel: float(effect) for channel, effect in effects.items()}, abs=1e-12)
    assert removal_effects(reversed(steps)) == expected
    assert removal_effects([(origin, goal, number * 1_000_000) for origin, goal, number in steps]) == expected


def test_where_nothing_was_won_every_effect_is_0() -> None:
    assert removal_effects([(START, "A", 2), (START, "B", 1), ("A", "B", 1), ("A", LOST, 1), ("B", LOST, 2)]) == {"A": 0.0, "B": 0.0}


def test_where_everything_was_won_by_one_channel_each_has_its_share() -> None:
    # Three paths A > won, one path B > won: without A 1/4 remain, without B 3/4.
    assert removal_effects([(START, "A", 3), (START, "B", 1), ("A", WON, 3), ("B", WON, 1)]) == pytest.approx({"A": 0.75, "B": 0.25})


def test_without_steps_there_are_no_effects() -> None:
    assert removal_effects([]) == {}


def test_a_channel_on_lost_paths_alone_has_no_effect_and_changes_none_it_never_met() -> None:
    steps = [*TWO_CHANNELS, (START, "Fax", 4), ("Fax", LOST, 4)]
    assert removal_effects(steps) == pytest.approx({"A": 0.75, "B": 0.5, "Fax": 0.0})
    assert removal_effects(steps)["Fax"] == 0.0


@pytest.mark.parametrize("channel", ("A", "B", "C"))
@pytest.mark.parametrize("times", (1, 7, 100_000))
def test_self_loops_change_nothing(channel: str, times: int) -> None:
    # Of those that stay nothing is decided: x = s x + (1 - s) y has x = y. Touches of one channel in a row are such loops.
    assert removal_effects([*WITH_A_CYCLE, (channel, channel, times)]) == pytest.approx(removal_effects(WITH_A_CYCLE), abs=1e-9)


@pytest.mark.parametrize("channels", (1, 2, 5, 13, 20))
@pytest.mark.parametrize("seed", range(5))
def test_exact_for_any_number_of_channels(seed: int, channels: int) -> None:
    steps = random_steps(seed, channels)
    found = removal_effects(steps)
    assert set(found) == {state for origin, goal, _ in steps for state in (origin, goal)} - {START, WON, LOST}
    whole = reached(steps, None)
    for channel, effect in found.items():
        assert 0 <= effect <= 1
        assert effect == pytest.approx(float(1 - reached(steps, channel) / whole) if whole else 0.0, abs=1e-9), channel


def test_effects_do_not_add_up_to_1_and_need_not() -> None:
    assert sum(removal_effects(ALL_OR_NOTHING).values()) == pytest.approx(2)
