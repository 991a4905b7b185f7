"""From inquiry to decision: handoffs, what sales did with them, and the history each lead keeps."""

from __future__ import annotations

import numpy as np

from app.sample import story
from app.sample.clock import AS_OF, DAY, FAR, HOUR, TODAY, lag, midnight, office, stream
from app.sample.frame import Frame, shift_to, sigmoid, size, stack, take
from app.sample.leads import OUTBOUND
from app.sample.people import PERSONAS, share
from app.sample.staff import AUTOMATION, NUMBER, PEOPLE, desk_of, rep_for
from app.sample.story import (
    ACCEPTED,
    ENGAGED,
    MQL,
    NEW,
    NURTURE,
    QUALIFIED,
    REJECTED,
    SOURCES,
    WORKING,
)

ROUNDS = 3  # how often one lead is handed over at most
REP_TASTE = np.random.default_rng(11).normal(0, 0.16, len(PEOPLE))


def scores(seed: int, lead: Frame, offered: np.ndarray) -> np.ndarray:
    """Lead score from 0 to 100; those handed over have more."""
    rng = stream(seed, "scores")
    low, high = rng.beta(2.0, 3.6, size(lead)), rng.beta(3.4, 2.3, size(lead))
    return np.clip(np.round(100 * np.where(offered, high, low)), 0, 100).astype(np.int64)


def funnel(seed: int, lead: Frame, company: Frame, campaign: Frame) -> tuple[Frame, np.ndarray]:
    """All handoffs (one row each, implied ones too) and each lead's score."""
    rng = stream(seed, "funnel")
    handed = first_handed(rng, lead, company)
    score = scores(seed, lead, handed < FAR)
    context = Context(lead, company, campaign, score)
    rounds = [decided(rng, context, np.flatnonzero(handed <= AS_OF), handed[handed <= AS_OF], 1)]
    for number in range(2, ROUNDS + 1):
        again, when = handed_again(rng, rounds[-1], company["region"][lead["company"]])
        rounds.append(decided(rng, context, again, when, number))
    implied = picked_up(rng, context, np.flatnonzero(handed >= FAR))
    return converted(rng, context, stack(*rounds, implied)), score


class Context:
    """What is known of every lead when it is handed over."""

    def __init__(self, lead: Frame, company: Frame, campaign: Frame, score: np.ndarray) -> None:
        self.lead = lead
        self.segment = company["segment"][lead["company"]]
        self.region = company["region"][lead["company"]]
        self.major = company["major"][lead["company"]]
        self.score = score
        self.logit = self.base(campaign)

    def base(self, campaign: Frame) -> np.ndarray:
        """Log-odds that sales says yes, before the rep and the mean are known."""
        sources = np.array([values[2] for values in SOURCES.values()])
        personas = np.array([story.PERSONA_LOGIT[name] for name in PERSONAS])
        quality = np.append(campaign["quality"], 0.0)[self.lead["campaign"]]
        # The score says nothing in its lower half.
        worth = np.clip((self.score - 60) / 30, 0, 1.2) * 1.7
        return (
            sources[self.lead["source"]]
            + quality
            + personas[self.lead["persona"]]
            + worth
            + np.array(story.SEGMENT_LOGIT)[self.segment]
            + np.array(story.REGION_LOGIT)[self.region]
        )


def first_handed(rng: np.random.Generator, lead: Frame, company: Frame) -> np.ndarray:
    """When marketing says "ready" for the first time; FAR for leads that never are."""
    count = size(lead)
    region = company["region"][lead["company"]]
    chance = np.array([values[1] for values in SOURCES.values()])[lead["source"]]
    chance = chance * np.array([0.95, 1.05, 1.05])[company["segment"][lead["company"]]]
    ready = rng.random(count) < chance
    at_once = lead["created"] + lag(rng, 9 * 60, 1.0, count)
    warmed = lead["created"] + lag(rng, 9.0 * DAY, 1.15, count)
    warmed = np.where(rng.random(count) < 0.8, office(rng, warmed, region), warmed)
    handed = np.where(rng.random(count) < 0.42, at_once, np.maximum(warmed, lead["created"] + HOUR))
    return np.where(ready, handed, FAR)


def decided(rng: np.random.Generator, context: Context, rows: np.ndarray, handed: np.ndarray, number: int) -> Frame:
    """One round: who got each lead, when it was answered, what was decided and when."""
    keep = handed <= AS_OF
    rows, handed = rows[keep], handed[keep]
    segment, region, count = context.segment[rows], context.region[rows], len(rows)
    desk = desk_of(segment, region, handed)
    rep = rep_for(rng, desk, handed)
    yes = rng.random(count) < acceptance(context, rows, handed, rep, number)
    answered = answer(rng, desk, rep, handed, region)
    decision = office(
        rng, answered + np.where(yes, lag(rng, 38 * HOUR, 1.25, count), lag(rng, 66 * HOUR, 1.35, count)), region
    )
    silent = rng.random(count) < 0.07  # decided without a word to the person
    decision = np.where(
        silent, np.maximum(decision, office(rng, handed + lag(rng, 30 * HOUR, 1.0, count), region)), decision
    )
    frame = {
        "lead": rows,
        "round": np.full(count, number),
        "handed": handed,
        "implied": np.zeros(count, dtype=bool),
        "desk": desk,
        "rep": rep,
        "answered": np.where(silent, FAR, answered),
        "decision": decision,
        "status": np.where(yes, ACCEPTED, np.where(rng.random(count) < 0.56, REJECTED, NURTURE)),
        "automatic": np.zeros(count, dtype=bool),
    }
    return left_lying(rng, frame)


def acceptance(context: Context, rows: np.ndarray, handed: np.ndarray, rep: np.ndarray, number: int) -> np.ndarray:
    """The chance that sales takes each lead, with the group that the routing change hit set apart."""
    logit = context.logit[rows] + REP_TASTE[rep] - 0.35 * (number - 1)
    routed = (context.segment[rows] == story.ROUTED_SEGMENT) & (context.region[rows] == story.ROUTED_REGION)
    after = routed & (handed >= story.ROUTING_CHANGE)
    chance = np.zeros(len(rows))
    for group, goal in (
        (~routed, story.ACCEPT_OVERALL),
        (routed & ~after, story.ACCEPT_BEFORE),
        (after, story.ACCEPT_AFTER),
    ):
        if group.any():
            chance[group] = sigmoid(shift_to(logit[group], goal - 0.06 * (number - 1)))
    return chance


def answer(
    rng: np.random.Generator, desk: np.ndarray, rep: np.ndarray, handed: np.ndarray, region: np.ndarray
) -> np.ndarray:
    """First answer of the rep, in working hours."""
    hours = np.full(len(rep), story.ANSWER_HOURS) * np.exp(REP_TASTE[rep])
    hours = np.where(desk == 6, story.ANSWER_AFTER_HOURS, hours)
    hours = np.where(rep == NUMBER[story.LATE_REP], story.LATE_ANSWER_HOURS, hours)
    spread = np.where((desk == 6) | (rep == NUMBER[story.LATE_REP]), 0.7, 1.15)
    wait = hours * HOUR * np.exp(rng.normal(0, 1, len(rep)) * spread)
    return office(rng, handed + np.maximum(wait.astype(np.int64), 120), region)


def left_lying(rng: np.random.Generator, frame: Frame) -> Frame:
    """A few that nobody decides: most are sent back to nurture by the system after six weeks."""
    lying = rng.random(size(frame)) < 0.034
    swept = lying & (rng.random(size(frame)) < 0.86)
    frame["decision"] = np.where(lying, FAR, frame["decision"])
    frame["decision"] = np.where(swept, midnight(frame["handed"]) + 46 * DAY + 3 * HOUR, frame["decision"])
    frame["status"] = np.where(lying, NURTURE, frame["status"])
    frame["answered"] = np.where(lying & (rng.random(size(frame)) < 0.7), FAR, frame["answered"])
    frame["automatic"] = swept
    return frame


def handed_again(rng: np.random.Generator, before: Frame, regions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Leads back from nurture that marketing hands over once more, and when."""
    back = (before["status"] == NURTURE) & (before["decision"] < FAR) & (rng.random(size(before)) < 0.3)
    rows = before["lead"][back]
    when = before["decision"][back] + lag(rng, 70 * DAY, 0.5, len(rows))
    return rows, office(rng, when, regions[rows])


def picked_up(rng: np.random.Generator, context: Context, rows: np.ndarray) -> Frame:
    """Leads sales took without an offer: its own prospects, and a few of marketing's."""
    outbound = context.lead["source"][rows] == OUTBOUND
    rows = rows[rng.random(len(rows)) < np.where(outbound, 0.38, 0.018)]
    count, region = len(rows), context.region[rows]
    begun = office(rng, context.lead["created"][rows] + lag(rng, 1.5 * DAY, 0.8, count), region)
    taken = office(rng, begun + lag(rng, 6 * DAY, 0.9, count), region)
    desk = desk_of(context.segment[rows], region, begun)
    return {
        "lead": rows,
        "round": np.ones(count, dtype=np.int64),
        "handed": taken,
        "implied": np.ones(count, dtype=bool),
        "desk": desk,
        "rep": rep_for(rng, desk, begun),
        "answered": begun,
        "decision": taken,
        "status": np.full(count, ACCEPTED),
        "automatic": np.zeros(count, dtype=bool),
    }


def converted(rng: np.random.Generator, context: Context, frame: Frame) -> Frame:
    """Adds what came of accepted handoffs: conversion (with a deal or without), or a later no."""
    count, rows = size(frame), frame["lead"]
    win = np.array([values[3] for values in SOURCES.values()])[context.lead["source"][rows]]
    chance = sigmoid(-0.06 + 0.5 * win + np.array([-0.1, 0.05, 0.2])[context.segment[rows]])
    yes = (frame["status"] == ACCEPTED) & (frame["decision"] < FAR)
    when = office(rng, frame["decision"] + lag(rng, 7 * DAY, 0.9, count), context.region[rows])
    happens = yes & only_last(frame) & (rng.random(count) < chance) & (when < TODAY)
    frame["converted"] = np.where(happens, when, FAR)
    frame["with_deal"] = happens & (rng.random(count) < 0.94)
    dropped = office(rng, frame["decision"] + lag(rng, 38 * DAY, 0.6, count), context.region[rows])
    frame["dropped"] = np.where(yes & ~happens & only_last(frame) & (rng.random(count) < 0.5), dropped, FAR)
    frame["dropped_to"] = np.where(rng.random(count) < 0.7, REJECTED, NURTURE)
    return frame


def only_last(frame: Frame) -> np.ndarray:
    """Rows that are their lead's last handoff: nothing of the lead comes after them."""
    last = np.zeros(frame["lead"].max() + 1, dtype=np.int64)
    np.maximum.at(last, frame["lead"], frame["round"])
    return frame["round"] == last[frame["lead"]]


def history(seed: int, lead: Frame, handoff: Frame) -> Frame:
    """Status changes of every lead up to as-of, in order: lead, when, old, new, by (a user's number)."""
    rng = stream(seed, "history")
    engaged = np.flatnonzero(rng.random(size(lead)) < 0.34)
    begun = np.where(rng.random(size(handoff)) < 0.68, handoff["answered"], FAR)
    begun = np.where(begun <= handoff["decision"], begun, FAR)
    offered = ~handoff["implied"]
    machine = np.full(size(handoff), AUTOMATION)
    rep = handoff["rep"]
    changes = stack(
        change(engaged, engaged_at(rng, lead, handoff, engaged), ENGAGED, np.full(len(engaged), AUTOMATION)),
        change(handoff["lead"][offered], handoff["handed"][offered], MQL, machine[offered]),
        change(handoff["lead"], begun, WORKING, rep),
        change(
            handoff["lead"], handoff["decision"], handoff["status"], np.where(handoff["automatic"], AUTOMATION, rep)
        ),
        change(handoff["lead"], handoff["converted"], QUALIFIED, rep),
        change(handoff["lead"], handoff["dropped"], handoff["dropped_to"], rep),
    )
    changes = take(changes, changes["when"] <= AS_OF)
    changes = take(changes, np.lexsort((changes["new"], changes["when"], changes["lead"])))
    first = np.append(True, changes["lead"][1:] != changes["lead"][:-1])
    changes["old"] = np.where(first, NEW, np.roll(changes["new"], 1))
    return take(changes, changes["old"] != changes["new"])


def engaged_at(rng: np.random.Generator, lead: Frame, handoff: Frame, rows: np.ndarray) -> np.ndarray:
    """Some time between creation and the first handoff, or within weeks if there is none."""
    first = np.full(size(lead), FAR)
    np.minimum.at(first, handoff["lead"], np.minimum(handoff["handed"], handoff["answered"]))
    room = np.minimum(first[rows] - lead["created"][rows] - 60, 40 * DAY)
    when = lead["created"][rows] + 30 + (np.maximum(room, 0) * rng.random(len(rows))).astype(np.int64)
    return np.where(room > 10 * 60, when, FAR)


def change(lead: np.ndarray, when: np.ndarray, new: np.ndarray | int, by: np.ndarray) -> Frame:
    """Status changes of one kind."""
    return {"lead": lead, "when": when, "new": np.broadcast_to(new, lead.shape).astype(np.int64), "by": by}


def reasons(seed: int, lead: Frame, changes: Frame) -> np.ndarray:
    """Why each lead was last rejected or sent back, None where nobody said or it never was."""
    rng = stream(seed, "reasons")
    refused = np.unique(changes["lead"][np.isin(changes["new"], (REJECTED, NURTURE))])
    out = np.full(size(lead), None, dtype=object)
    names = list(SOURCES)
    for source in range(len(names)):
        rows = refused[lead["source"][refused] == source]
        weights = story.REASON_WEIGHTS.get(names[source], story.REASON_WEIGHTS[""])
        out[rows] = np.array(story.REASONS, dtype=object)[rng.choice(len(weights), len(rows), p=share(weights))]
    return out


def ownership(seed: int, lead: Frame, handoff: Frame, company: Frame) -> tuple[Frame, np.ndarray]:
    """Changes of owner up to as-of (lead, when, old, new, by; -1 is the queue), and who owns each lead now."""
    rng = stream(seed, "ownership")
    desk = desk_of(company["segment"][lead["company"]], company["region"][lead["company"]], lead["created"])
    first = np.where(lead["source"] == OUTBOUND, rep_for(rng, desk, lead["created"]), -1)
    when = np.where(handoff["implied"], handoff["answered"], handoff["handed"])
    by = np.where(handoff["implied"], handoff["rep"], AUTOMATION)
    frame = {"lead": handoff["lead"], "when": when, "new": handoff["rep"], "by": by}
    frame = take(frame, when <= AS_OF)
    frame = take(frame, np.lexsort((frame["when"], frame["lead"])))
    start = np.append(True, frame["lead"][1:] != frame["lead"][:-1])
    frame["old"] = np.where(start, first[frame["lead"]], np.roll(frame["new"], 1))
    now = first.copy()
    now[frame["lead"]] = frame["new"]  # rows are in time order, so the last one stays
    return take(frame, frame["old"] != frame["new"]), now


def standing(lead: Frame, changes: Frame, owned: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Status of each lead at as-of, and when it was last changed."""
    status, changed = np.zeros(size(lead), dtype=np.int64), lead["created"].copy()
    status[changes["lead"]] = changes["new"]  # in time order again
    np.maximum.at(changed, changes["lead"], changes["when"])
    np.maximum.at(changed, owned["lead"], owned["when"])
    return status, changed
