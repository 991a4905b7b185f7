"""Small tools for tables kept as dicts of equally long numpy arrays."""

from __future__ import annotations

import numpy as np

Frame = dict[str, np.ndarray]

BASE62 = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
CHECK = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)


def take(frame: Frame, rows: np.ndarray) -> Frame:
    """The given rows (mask or positions) of every column."""
    return {name: column[rows] for name, column in frame.items()}


def stack(*frames: Frame) -> Frame:
    """Rows of several frames with the same columns, one below the other."""
    return {name: np.concatenate([frame[name] for frame in frames]) for name in frames[0]}


def size(frame: Frame) -> int:
    """How many rows a frame has."""
    return len(next(iter(frame.values())))


def record_ids(prefix: str, count: int, first: int = 0) -> np.ndarray:
    """Salesforce record ids: three letters for the object, twelve of its counter, three to check case."""
    number = np.arange(first, first + count, dtype=np.int64) * 7 + 4_114_663
    body = np.zeros((count, 15), dtype=np.uint8)
    body[:, :8] = np.frombuffer(f"{prefix}Qk000".encode(), dtype=np.uint8)
    for place in range(14, 7, -1):
        body[:, place] = BASE62[number % 62]
        number = number // 62
    upper = ((body >= 65) & (body <= 90)).reshape(count, 3, 5)
    check = CHECK[(upper * (1 << np.arange(5))).sum(axis=2)]
    return np.hstack([body, check]).view("S18").ravel().astype("U18").astype(object)


def pick(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """values[rows] as objects, with None where the row is negative."""
    padded = np.append(np.asarray(values, dtype=object), None)
    return padded[np.where(rows < 0, len(values), rows)]


def choose(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """One column for each row of a matrix of weights."""
    totals = np.cumsum(weights, axis=1)
    return (rng.random(len(weights))[:, None] * totals[:, -1:] >= totals).sum(axis=1).clip(0, weights.shape[1] - 1)


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Log-odds to chance."""
    return 1 / (1 + np.exp(-values))


def shift_to(logits: np.ndarray, goal: float) -> np.ndarray:
    """The same log-odds, moved together until their mean chance is the goal."""
    low, high = -12.0, 12.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(logits + middle).mean() < goal else (low, middle)
    return logits + (low + high) / 2


def spread(rng: np.random.Generator, counts: np.ndarray) -> np.ndarray:
    """Row numbers, each repeated as often as its count says."""
    return np.repeat(np.arange(len(counts)), counts)
