"""Removal effects of channels: a first-order absorbing Markov chain, solved exactly as linear equations.

Source: Anderl, Becker, von Wangenheim, Schumann (2016), "Mapping the customer journey: Lessons learned from graph-based online
attribution modeling", International Journal of Research in Marketing 33(3).
"""

from collections.abc import Iterable

import numpy as np

START, WON, LOST = "(start)", "(won)", "(lost)"
NOTHING = 1e-12  # below this an effect is rounding
DIGITS = 15  # kept of an effect: sums of effects are decimals of as many, so that a part of a sum is never more than the sum


def removal_effects(steps: Iterable[tuple[str, str, int]]) -> dict[str, float]:
    """Effect of taking each channel away, from counts of steps (from state, to state, how often).

    RE = 1 - P(won without the channel) / P(won); steps into a removed channel are lost. All 0 where nothing was won.
    """
    counts = {(origin, goal): number for origin, goal, number in steps}
    states = sorted({state for pair in counts for state in pair} - {WON, LOST})
    channels = [state for state in states if state != START]
    if not channels:
        return {}
    moves = _probabilities(states, counts)
    whole = _chance(states, moves, None)
    effects = {channel: 1 - _chance(states, moves, channel) / whole if whole > NOTHING else 0.0 for channel in channels}
    return {channel: round(effect, DIGITS) if effect > NOTHING else 0.0 for channel, effect in effects.items()}


def _probabilities(states: list[str], counts: dict[tuple[str, str], int]) -> dict[tuple[str, str], float]:
    total = {state: sum(number for (origin, _), number in counts.items() if origin == state) for state in states}
    return {pair: number / total[pair[0]] for pair, number in counts.items()}


def _chance(states: list[str], moves: dict[tuple[str, str], float], removed: str | None) -> float:
    """Chance to be won from the start: x = Qx + r, where r is the chance to be won at the next step."""
    place = {state: index for index, state in enumerate(states)}
    inner = np.zeros((len(states), len(states)))
    won = np.zeros(len(states))
    for (origin, goal), chance in moves.items():
        if removed in (origin, goal):
            continue
        if goal == WON:
            won[place[origin]] = chance
        elif goal != LOST:
            inner[place[origin], place[goal]] = chance
    return float(np.linalg.solve(np.eye(len(states)) - inner, won)[place[START]])
