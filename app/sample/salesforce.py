"""The sample company as a warehouse holds it: Salesforce tables in snake case, one function for each."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from app.sample import words
from app.sample.clock import AS_OF, DAY, FAR, HOUR, START, TODAY, lag, midnight, stream
from app.sample.deals import ROLE_NAMES
from app.sample.frame import Frame, pick, record_ids, size
from app.sample.leads import OUTBOUND
from app.sample.people import COUNTRY_NAMES, INDUSTRY_NAMES, city_names
from app.sample.staff import AUTOMATION, IS_ACTIVE, LEFT, PEOPLE, QUEUE, ROLES, STARTED
from app.sample.story import DOMAIN, SOURCES, STATUSES
from app.sample.touches import CALL, CHORE, MACHINE, MAIL, MEETING, SOCIAL, World

NEXT_SYNC = 6 * HOUR
SYNC_SHIFT = AS_OF % NEXT_SYNC


def moment(seconds: np.ndarray) -> pa.Array:
    """Timestamps from seconds; FAR becomes null."""
    seconds = np.asarray(seconds, dtype=np.int64)
    return pa.array(np.where(seconds >= FAR // 2, 0, seconds) * 1_000_000, pa.int64(), mask=seconds >= FAR // 2).cast(
        pa.timestamp("us")
    )


def text(values: np.ndarray | list[str | None]) -> pa.Array:
    """Strings, None as null."""
    return pa.array(values, pa.string())


def flag(values: np.ndarray) -> pa.Array:
    """Booleans."""
    return pa.array(np.asarray(values, dtype=bool))


def synced(seconds: np.ndarray) -> pa.Array:
    """The sync run, one every six hours, that first saw a change."""
    after = (np.asarray(seconds) - SYNC_SHIFT) // NEXT_SYNC * NEXT_SYNC + NEXT_SYNC + SYNC_SHIFT
    return moment(np.minimum(after, AS_OF))


def deleted(seed: int, name: str, count: int, share: float, keep: np.ndarray | None = None) -> np.ndarray:
    """A few rows that somebody deleted, none of those to keep."""
    gone = stream(seed, f"deleted {name}").random(count) < share
    return gone if keep is None else gone & ~keep


def user_table(user: Frame) -> pa.Table:
    """People with a login."""
    first, last = zip(*(person[0].split(" ", 1) for person in PEOPLE), strict=True)
    mail = [f"{one.lower()}.{two.lower().replace(' ', '')}@{DOMAIN}" for one, two in zip(first, last, strict=True)]
    roles = list(ROLES)
    heads = {ROLES[PEOPLE[n][1]][0]: n for n in reversed(range(len(PEOPLE)))}
    boss = np.array([heads[ROLES[person[1]][0]] for person in PEOPLE])
    return pa.table(
        {
            "id": text(user["id"]),
            "name": text(user["name"]),
            "first_name": text(list(first)),
            "last_name": text(list(last)),
            "username": text(mail),
            "email": text(mail),
            "alias": text([one[0].lower() + two[:4].lower() for one, two in zip(first, last, strict=True)]),
            "title": text([person[1] for person in PEOPLE]),
            "department": text([ROLES[person[1]][2] for person in PEOPLE]),
            "country": text([person[2] for person in PEOPLE]),
            "user_role_id": text(record_ids("00E", len(roles))[user["role"]]),
            "manager_id": text(pick(user["id"], np.where(boss == np.arange(len(PEOPLE)), -1, boss))),
            "is_active": flag(IS_ACTIVE),
            "user_type": text(["Standard"] * len(PEOPLE)),
            "last_login_date": moment(np.minimum(np.minimum(LEFT - 9 * HOUR, AS_OF - 7 * HOUR), AS_OF)),
            "created_date": moment(STARTED + 9 * HOUR),
            "_fivetran_deleted": flag(np.zeros(len(PEOPLE))),
            "_fivetran_synced": moment(np.full(len(PEOPLE), AS_OF)),
        }
    )


def role_table() -> pa.Table:
    """Roles of users."""
    names = list(ROLES)
    return pa.table(
        {
            "id": text(record_ids("00E", len(names))),
            "name": text(names),
            "developer_name": text([name.replace(" ", "_").replace("-", "_") for name in names]),
            "_fivetran_deleted": flag(np.zeros(len(names))),
            "_fivetran_synced": moment(np.full(len(names), AS_OF)),
        }
    )


def account_table(
    seed: int, company: Frame, account: np.ndarray, owner: np.ndarray, user: Frame, customers: np.ndarray
) -> pa.Table:
    """Companies that are accounts, in the order of account (rows of company)."""
    rng, count = stream(seed, "account table"), len(account)
    city, state = city_names(company, account)
    created = START - lag(rng, 500 * DAY, 0.6, count)
    touched = np.minimum(AS_OF - lag(rng, 20 * DAY, 1.2, count), AS_OF)
    return pa.table(
        {
            "id": text(record_ids("001", count)),
            "name": text(company["name"][account]),
            "type": text(np.where(customers[account], "Customer", "Prospect").astype(object)),
            "industry": text(np.array(INDUSTRY_NAMES, dtype=object)[company["industry"][account]]),
            "number_of_employees": pa.array(company["employees"][account]),
            "annual_revenue": pa.array(np.round(company["employees"][account] * rng.lognormal(11.9, 0.35, count), -4)),
            "billing_city": text(city),
            "billing_state": text(state),
            "billing_country": text(np.array(COUNTRY_NAMES, dtype=object)[company["country"][account]]),
            "region_c": text(np.array(words.REGIONS, dtype=object)[company["region"][account]]),
            "website": text("https://www." + company["domain"][account]),
            "owner_id": text(pick(user["id"], owner[account])),
            "is_deleted": flag(np.zeros(count)),
            "created_date": moment(created),
            "last_modified_date": moment(touched),
            "_fivetran_synced": synced(touched),
        }
    )


def contact_table(
    seed: int, world: World, ids: dict[str, np.ndarray], owner: np.ndarray, user: Frame, used: np.ndarray
) -> pa.Table:
    """People at accounts; only those nobody dealt with (not used) may have been deleted."""
    contact, count = world.contact, size(world.contact)
    rng = stream(seed, "contact table")
    born = np.where(
        contact["lead"] >= 0, world.converted[np.maximum(contact["lead"], 0)], START - lag(rng, 400 * DAY, 0.7, count)
    )
    place = np.array(COUNTRY_NAMES, dtype=object)[world.company["country"][contact["company"]]]
    sources = np.array(list(SOURCES), dtype=object)[world.lead["source"]]
    return pa.table(
        {
            "id": text(ids["contact"]),
            "account_id": text(ids["account"][contact["company"]]),
            "first_name": text(contact["first_name"]),
            "last_name": text(contact["last_name"]),
            "name": text(contact["first_name"] + " " + contact["last_name"]),
            "title": text(contact["title"]),
            "email": text(contact["email"]),
            "lead_source": text(pick(sources, contact["lead"])),
            "mailing_country": text(place),
            "owner_id": text(pick(user["id"], owner[contact["company"]])),
            "is_deleted": flag(deleted(seed, "contact", count, 0.05, used | (contact["lead"] >= 0))),
            "created_date": moment(born),
            "last_modified_date": moment(born),
            "_fivetran_synced": synced(born),
        }
    )


def lead_table(seed: int, world: World, ids: dict[str, np.ndarray], known: Frame, user: Frame) -> pa.Table:
    """Leads as they stand at as-of. known has status, reason, score, owner, changed."""
    lead, company = world.lead, world.company
    rows, contact = lead["company"], world.contact_of
    done = contact >= 0
    day = np.where(done, midnight(np.where(done, world.converted, 0)), FAR)
    count = size(lead)
    city, state = city_names(company, rows)
    sparse = stream(seed, "lead table").random((2, count))
    return pa.table(
        {
            "id": text(ids["lead"]),
            "first_name": text(lead["first_name"]),
            "last_name": text(lead["last_name"]),
            "name": text(lead["first_name"] + " " + lead["last_name"]),
            "title": text(lead["title"]),
            "company": text(company["name"][rows]),
            "email": text(lead["email"]),
            "city": text(city),
            "state": text(state),
            "country": text(np.array(COUNTRY_NAMES, dtype=object)[company["country"][rows]]),
            "region_c": text(np.array(words.REGIONS, dtype=object)[company["region"][rows]]),
            "industry": text(
                np.where(sparse[0] < 0.985, np.array(INDUSTRY_NAMES, dtype=object)[company["industry"][rows]], None)
            ),
            "number_of_employees": pa.array(company["employees"][rows], mask=sparse[1] > 0.985),
            "lead_source": text(np.array(list(SOURCES), dtype=object)[lead["source"]]),
            "status": text(np.array(STATUSES, dtype=object)[known["status"]]),
            "rejection_reason_c": text(known["reason"]),
            "lead_score_c": pa.array(known["score"]),
            "owner_id": text(np.where(known["owner"] < 0, QUEUE, pick(user["id"], known["owner"]))),
            "is_converted": flag(done),
            "converted_date": moment(day),
            "converted_contact_id": text(pick(ids["contact"], contact)),
            "converted_account_id": text(pick(ids["account"], np.where(done, rows, -1))),
            "converted_opportunity_id": text(pick(ids["deal"], known["deal"])),
            "is_deleted": flag(deleted(seed, "lead", count, 0.0015, done | (known["changed"] > AS_OF - 60 * DAY))),
            "created_by_id": text(
                user["id"][np.where(lead["source"] == OUTBOUND, np.maximum(known["owner"], 0), AUTOMATION)]
            ),
            "created_date": moment(lead["created"]),
            "last_modified_date": moment(known["changed"]),
            "_fivetran_synced": synced(known["changed"]),
        }
    )


def history_table(ids: dict[str, np.ndarray], changes: Frame, owned: Frame, user: Frame) -> pa.Table:
    """Field history of leads: status changes and changes of owner."""
    names = np.array(STATUSES, dtype=object)
    by_user = lambda rows: np.where(rows < 0, QUEUE, pick(user["id"], rows))  # noqa: E731
    when = np.concatenate([changes["when"], owned["when"]])
    lead = np.concatenate([changes["lead"], owned["lead"]])
    field = np.array(["Status"] * size(changes) + ["Owner"] * size(owned), dtype=object)
    order = np.lexsort((field == "Owner", lead, when))
    old = np.concatenate([names[changes["old"]], by_user(owned["old"])])
    new = np.concatenate([names[changes["new"]], by_user(owned["new"])])
    by = np.concatenate([user["id"][changes["by"]], user["id"][owned["by"]]])
    return pa.table(
        {
            "id": text(record_ids("017", len(when))),
            "lead_id": text(ids["lead"][lead[order]]),
            "field": text(field[order]),
            "data_type": text(np.where(field[order] == "Owner", "EntityId", "Text").astype(object)),
            "old_value": text(old[order]),
            "new_value": text(new[order]),
            "created_by_id": text(by[order]),
            "created_date": moment(when[order]),
            "is_deleted": flag(np.zeros(len(when))),
            "_fivetran_synced": synced(when[order]),
        }
    )


def deal_stage(rng: np.random.Generator, deal: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Stage name and probability in percent: open deals by how much of their time has gone."""
    gone = (AS_OF - deal["created"]) / np.maximum(deal["close"] - deal["created"], DAY) + rng.normal(
        0, 0.15, size(deal)
    )
    step = np.clip((gone * 4).astype(np.int64), 0, 3)
    names = np.array(
        ["Discovery", "Solution review", "Proposal", "Negotiation", "Closed Won", "Closed Lost"], dtype=object
    )
    step = np.where(deal["closed"], np.where(deal["won"], 4, 5), step)
    return names[step], np.array([10.0, 25.0, 50.0, 75.0, 100.0, 0.0])[step]


def deal_table(seed: int, world: World, ids: dict[str, np.ndarray], user: Frame, campaign: Frame) -> pa.Table:
    """Opportunities. Of open ones the close date is the expected one."""
    rng, deal = stream(seed, "deal table"), world.deal
    stage, chance = deal_stage(rng, deal)
    won = deal["closed"] & deal["won"]
    quarter = deal["created"].astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    earlier = first_wins(deal, won)
    kind = np.where(deal["created"] > earlier[deal["company"]], "Existing Business", "New Business")
    label = [
        f"{name} – {what} {1970 + month // 12} Q{month % 12 // 3 + 1}"
        for name, what, month in zip(
            world.company["name"][deal["company"]],
            np.where(kind == "New Business", "Planning", "Expansion"),
            quarter,
            strict=True,
        )
    ]
    touched = np.where(
        deal["closed"],
        np.maximum(deal["close"] + 20 * HOUR, deal["created"]),
        np.maximum(deal["created"], AS_OF - lag(rng, 8 * DAY, 0.8, size(deal))),
    )
    return pa.table(
        {
            "id": text(ids["deal"]),
            "account_id": text(ids["account"][deal["company"]]),
            "name": text(label),
            "stage_name": text(stage),
            "type": text(kind.astype(object)),
            "amount": pa.array(deal["amount"], mask=np.isnan(deal["amount"])),
            "currency_iso_code": text(deal["currency"]),
            "probability": pa.array(chance),
            "is_closed": flag(deal["closed"]),
            "is_won": flag(won),
            "close_date": moment(expected(rng, deal)),
            "lead_source": text(deal["source"]),
            "campaign_id": text(pick(campaign["id"], deal["campaign"])),
            "owner_id": text(user["id"][deal["owner"]]),
            "forecast_category_name": text(forecast(deal, won, chance)),
            "is_deleted": flag(deleted(seed, "deal", size(deal), 0.003, won | (deal["lead"] >= 0) | ~deal["closed"])),
            "created_date": moment(deal["created"]),
            "last_modified_date": moment(touched),
            "_fivetran_synced": synced(touched),
        }
    )


def expected(rng: np.random.Generator, deal: Frame) -> np.ndarray:
    """Close day: what happened, or for open deals what the rep expects, at times a month out."""
    guess = deal["close"] + rng.choice([-28, -14, 0, 0, 0, 14, 30], size(deal)) * DAY
    guess = np.maximum(guess, TODAY + rng.integers(4, 30, size(deal)) * DAY)
    guess = guess - np.maximum((guess // DAY + 3) % 7 - 4, 0) * DAY
    return np.where(deal["closed"], deal["close"], guess)


def first_wins(deal: Frame, won: np.ndarray) -> np.ndarray:
    """When each company first bought; FAR if it has not."""
    first = np.full(deal["company"].max() + 1, FAR)
    np.minimum.at(first, deal["company"][won], deal["close"][won])
    return first


def forecast(deal: Frame, won: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Forecast category of each deal."""
    open_name = np.where(chance >= 75, "Commit", np.where(chance >= 50, "Best Case", "Pipeline"))
    return np.where(~deal["closed"], open_name, np.where(won, "Closed", "Omitted")).astype(object)


def role_on_deal_table(world: World, ids: dict[str, np.ndarray]) -> pa.Table:
    """Contact roles of opportunities."""
    role = world.role
    born = world.deal["created"][role["deal"]]
    return pa.table(
        {
            "id": text(record_ids("00K", size(role))),
            "opportunity_id": text(ids["deal"][role["deal"]]),
            "contact_id": text(ids["contact"][role["contact"]]),
            "role": text(np.array(ROLE_NAMES, dtype=object)[role["role"]]),
            "is_primary": flag(role["primary"]),
            "is_deleted": flag(np.zeros(size(role))),
            "created_date": moment(born),
            "last_modified_date": moment(born),
            "_fivetran_synced": synced(born),
        }
    )


def campaign_table(campaign: Frame, user: Frame) -> pa.Table:
    """Campaigns. What was spent is in the ad report, not here."""
    count = size(campaign)
    running = campaign["end"] >= AS_OF
    begun = np.minimum(campaign["start"] - 18 * DAY + 10 * HOUR, AS_OF)
    return pa.table(
        {
            "id": text(campaign["id"]),
            "name": text(campaign["name"]),
            "type": text(campaign["type"]),
            "status": text(np.where(running, "In Progress", "Completed").astype(object)),
            "is_active": flag(running),
            "start_date": moment(campaign["start"]),
            "end_date": moment(campaign["end"]),
            "budgeted_cost": pa.array(np.round(campaign["spend"] * 1.05, -3), mask=campaign["spend"] == 0),
            "actual_cost": pa.nulls(count, pa.float64()),
            "owner_id": text(user["id"][campaign["owner"]]),
            "is_deleted": flag(np.zeros(count)),
            "created_date": moment(begun),
            "last_modified_date": moment(begun),
            "_fivetran_synced": synced(begun),
        }
    )


ANSWERS = {
    "Webinar": "Attended",
    "Trade Show": "Visited booth",
    "Field Event": "Attended",
    "Email": "Clicked",
    "Website": "Submitted form",
    "Content Syndication": "Downloaded",
    "Partner": "Responded",
}


def member_table(seed: int, member: Frame, ids: dict[str, np.ndarray], campaign: Frame) -> pa.Table:
    """Campaign members, those who answered and those who did not."""
    count = size(member)
    kinds = [ANSWERS.get(kind, "Responded") for kind in campaign["type"]]
    answered = member["responded"] < FAR
    changed = np.minimum(np.maximum(np.where(answered, member["responded"] + 20 * HOUR, 0), member["created"]), AS_OF)
    return pa.table(
        {
            "id": text(record_ids("00v", count)),
            "campaign_id": text(campaign["id"][member["campaign"]]),
            "lead_id": text(pick(ids["lead"], member["lead"])),
            "contact_id": text(pick(ids["contact"], member["contact"])),
            "status": text(np.where(answered, np.array(kinds, dtype=object)[member["campaign"]], "Sent")),
            "has_responded": flag(answered),
            "first_responded_date": moment(member["responded"]),
            "is_deleted": flag(deleted(seed, "member", count, 0.002)),
            "created_date": moment(member["created"]),
            "last_modified_date": moment(changed),
            "_fivetran_synced": synced(changed),
        }
    )


def subject(rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
    """A subject line for each activity."""
    lists = {
        CALL: words.CALLS,
        MAIL: words.MAILS,
        SOCIAL: words.SOCIALS,
        CHORE: words.CHORES,
        MEETING: words.MEETINGS,
        MACHINE: words.NURTURE,
    }
    out = np.empty(len(kind), dtype=object)
    for number, lines in lists.items():
        rows = np.flatnonzero(kind == number)
        out[rows] = np.array(lines, dtype=object)[rng.integers(0, len(lines), len(rows))]
    return out


def people_of(frame: Frame, world: World, ids: dict[str, np.ndarray]) -> dict[str, pa.Array]:
    """Whom an activity is with and what it is about."""
    contact = frame["contact"]
    who = np.where(contact >= 0, pick(ids["contact"], contact), pick(ids["lead"], frame["lead"]))
    company = np.where(contact >= 0, world.contact["company"][contact], -1)
    return {
        "who_id": text(who),
        "what_id": text(pick(ids["deal"], frame["deal"])),
        "account_id": text(pick(ids["account"], company)),
    }


def task_table(seed: int, frame: Frame, world: World, ids: dict[str, np.ndarray], user: Frame) -> pa.Table:
    """Tasks, done and (with a due day ahead) still to do. frame has a column open."""
    rng, kind, count = stream(seed, "tasks"), frame["kind"], size(frame)
    names = np.array(["Call", "Email", "LinkedIn", "Task", "", "Email"], dtype=object)[kind]
    born = np.minimum(frame["when"] - np.where(rng.random(count) < 0.35, lag(rng, 6 * HOUR, 1.0, count), 0), AS_OF)
    born = np.where(frame["open"], AS_OF - lag(rng, 4 * DAY, 0.7, count), born)
    changed = np.where(frame["open"], born, frame["when"])
    return pa.table(
        {
            "id": text(record_ids("00T", count)),
            **people_of(frame, world, ids),
            "owner_id": text(user["id"][frame["owner"]]),
            "subject": text(subject(rng, kind)),
            "type": text(names),
            "task_subtype": text(names),
            "status": text(np.where(frame["open"], "Open", "Completed").astype(object)),
            "is_closed": flag(~frame["open"]),
            "activity_date": moment(midnight(frame["when"])),
            "completed_date_time": moment(np.where(frame["open"], FAR, frame["when"])),
            "call_disposition": text(
                np.where(
                    kind == CALL,
                    np.array(["Connected", "No answer", "Left voicemail"], dtype=object)[
                        rng.choice(3, count, p=[0.42, 0.35, 0.23])
                    ],
                    None,
                )
            ),
            "priority": text(["Normal"] * count),
            "is_deleted": flag(deleted(seed, "task", count, 0.002, frame["when"] > AS_OF - 40 * DAY)),
            "created_by_id": text(user["id"][frame["owner"]]),
            "created_date": moment(born),
            "last_modified_date": moment(changed),
            "_fivetran_synced": synced(changed),
        }
    )


def event_table(seed: int, frame: Frame, world: World, ids: dict[str, np.ndarray], user: Frame) -> pa.Table:
    """Meetings, held and planned. frame has columns child and series."""
    rng, count = stream(seed, "events"), size(frame)
    length = rng.choice([30, 45, 60], count, p=[0.45, 0.2, 0.35]) * 60
    start = frame["when"] // 900 * 900
    born = np.minimum(start, AS_OF) - lag(rng, 3 * DAY, 0.8, count)
    return pa.table(
        {
            "id": text(record_ids("00U", count)),
            **people_of(frame, world, ids),
            "owner_id": text(user["id"][frame["owner"]]),
            "subject": text(subject(rng, frame["kind"])),
            "type": text(["Meeting"] * count),
            "event_subtype": text(["Event"] * count),
            "activity_date": moment(midnight(start)),
            "activity_date_time": moment(start),
            "start_date_time": moment(start),
            "end_date_time": moment(start + length),
            "is_child": flag(frame["child"]),
            "is_group_event": flag(frame["child"]),
            "is_recurrence": flag(frame["series"]),
            "is_deleted": flag(deleted(seed, "event", count, 0.003, frame["when"] > AS_OF - 40 * DAY)),
            "created_by_id": text(user["id"][frame["owner"]]),
            "created_date": moment(born),
            "last_modified_date": moment(born),
            "_fivetran_synced": synced(born),
        }
    )
