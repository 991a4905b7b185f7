"""All parts of the sample company, made in order and joined."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from app.sample import maps, salesforce
from app.sample.campaigns import ad_report, campaigns
from app.sample.clock import DAY, TODAY, stream
from app.sample.deals import base_contacts, deals, lead_contacts, roles
from app.sample.frame import Frame, pick, record_ids, size, stack, take
from app.sample.funnel import funnel, history, ownership, reasons, standing
from app.sample.leads import leads as make_leads
from app.sample.majors import owners, tend, waiting_people
from app.sample.people import companies
from app.sample.staff import users
from app.sample.story import LEADS
from app.sample.touches import CALL, CHORE, MAIL, MEETING, World, activities, members

PLATFORM_ACCOUNTS = {
    "google_ads": ("6028841937", "Lindenmark – Google Ads"),
    "linkedin_ads": ("509184266", "Lindenmark – LinkedIn"),
    "facebook_ads": ("act_2841190376", "Lindenmark – Meta"),
}


@dataclass
class Firm:
    """The sample company before it becomes tables."""

    world: World
    known: Frame  # what a lead's record says by now: status, reason, score, owner, deal, changed
    changes: Frame  # of lead status
    owned: Frame  # of lead owner
    owner: np.ndarray  # user of each company; -1 for nobody
    waiting: np.ndarray  # major accounts where somebody lies undecided


def build(seed: int, leads: int) -> tuple[dict[str, pa.Table], dict[str, list[tuple[object, ...]]]]:
    """Extract tables by "source/table" and map rows by name."""
    firm, scale = people_and_deals(seed, leads), leads / LEADS
    world = firm.world
    member = members(seed, world, scale)
    activity = activities(seed, world, scale)
    member, activity = tend(seed, world, firm.owner, firm.waiting, member, activity)
    ids = record_numbers(world)
    tables = crm(seed, firm, member, activity, ids)
    tables["ad_reporting/campaign_report"] = ad_table(ad_report(seed, world.campaign), world.campaign)
    return tables, all_maps(seed, world, member, ids, scale)


def people_and_deals(seed: int, leads: int) -> Firm:
    """Everything but interactions."""
    taken: set[str] = set()
    company, campaign = companies(seed, leads), campaigns()
    base = base_contacts(seed, company, taken)
    lead = make_leads(seed, leads, company, campaign, taken)
    handoff, score = funnel(seed, lead, company, campaign)
    waiting = waiting_people(lead, handoff, base, company)
    contact = stack(base, lead_contacts(lead, handoff))
    deal, own = deals(seed, lead, handoff, company, leads / LEADS)
    world = World(lead, handoff, contact, deal, roles(seed, deal, own, contact, company), company, campaign)
    changes = history(seed, lead, handoff)
    owned, owner_now = ownership(seed, lead, handoff, company)
    status, changed = standing(lead, changes, owned)
    known = {
        "score": score,
        "deal": own,
        "owner": owner_now,
        "status": status,
        "changed": changed,
        "reason": reasons(seed, lead, changes),
    }
    return Firm(world, known, changes, owned, owners(seed, deal, company), waiting)


def record_numbers(world: World) -> dict[str, np.ndarray]:
    """Record ids by table; of companies only accounts have one."""
    is_account = np.zeros(size(world.company), dtype=bool)
    is_account[world.contact["company"]] = True
    is_account[world.deal["company"]] = True
    place = np.where(is_account, np.cumsum(is_account) - 1, -1)
    return {
        "account": pick(record_ids("001", int(is_account.sum())), place),
        "lead": world.lead["id"],
        "contact": record_ids("003", size(world.contact)),
        "deal": record_ids("006", size(world.deal)),
    }


def accounts_of(ids: dict[str, np.ndarray]) -> np.ndarray:
    """Rows of the companies that are accounts."""
    return np.flatnonzero(np.not_equal(ids["account"], None))


def crm(seed: int, firm: Firm, member: Frame, activity: Frame, ids: dict[str, np.ndarray]) -> dict[str, pa.Table]:
    """The Salesforce tables."""
    world, user, campaign, account = firm.world, users(), firm.world.campaign, accounts_of(ids)
    customers = np.zeros(size(world.company), dtype=bool)
    customers[world.deal["company"][world.deal["closed"] & world.deal["won"]]] = True
    tables = {
        "user": salesforce.user_table(user),
        "user_role": salesforce.role_table(),
        "account": salesforce.account_table(seed, world.company, account, firm.owner, user, customers),
        "contact": salesforce.contact_table(seed, world, ids, firm.owner, user, dealt_with(world, member, activity)),
        "lead": salesforce.lead_table(seed, world, ids, firm.known, user),
        "lead_history": salesforce.history_table(ids, firm.changes, firm.owned, user),
        "campaign": salesforce.campaign_table(campaign, user),
        "campaign_member": salesforce.member_table(seed, member, ids, campaign),
        "opportunity": salesforce.deal_table(seed, world, ids, user, campaign),
        "opportunity_contact_role": salesforce.role_on_deal_table(world, ids),
        "task": salesforce.task_table(seed, tasks(seed, world, activity), world, ids, user),
        "event": salesforce.event_table(seed, events(seed, world, activity), world, ids, user),
    }
    return {f"salesforce/{name}": table for name, table in tables.items()}


def dealt_with(world: World, member: Frame, activity: Frame) -> np.ndarray:
    """Contacts that something hangs on."""
    used = np.zeros(size(world.contact) + 1, dtype=bool)
    for rows in (world.role["contact"], member["contact"], activity["contact"]):
        used[rows] = True
    return used[:-1]


def ahead(rng: np.random.Generator, world: World, count: int, kinds: list[int]) -> Frame:
    """Planned activities of the coming weeks on open deals."""
    deals_open = np.flatnonzero(~world.deal["closed"])
    rows = deals_open[rng.integers(0, len(deals_open), count)]
    when = TODAY + (1 + rng.integers(0, 18, count)) * DAY
    when = when + np.where((when // DAY + 3) % 7 >= 5, 2, 0) * DAY + rng.integers(28, 68, count) * 900
    frame = {
        "when": when,
        "lead": np.full(count, -1),
        "contact": world.deal_contact(rng, rows),
        "deal": rows,
        "owner": world.deal["owner"][rows],
        "kind": np.array(kinds)[rng.integers(0, len(kinds), count)],
    }
    return take(frame, frame["contact"] >= 0)


def tasks(seed: int, world: World, activity: Frame) -> Frame:
    """Everything but meetings, and what is still to do."""
    rng = stream(seed, "open tasks")
    done = take(activity, activity["kind"] != MEETING)
    ready = ahead(rng, world, max(size(activity) // 90, 5), [CALL, MAIL, CHORE])
    both = stack(done, ready)
    return both | {"open": np.arange(size(both)) >= size(done)}


def events(seed: int, world: World, activity: Frame) -> Frame:
    """Meetings held and planned, copies for colleagues, and the headers of a few series."""
    rng = stream(seed, "meetings")
    held = stack(
        take(activity, activity["kind"] == MEETING), ahead(rng, world, max(size(activity) // 900, 3), [MEETING])
    )
    copies = take(held, rng.random(size(held)) < 0.05)
    series = take(held, rng.random(size(held)) < 0.002)
    both = stack(held, copies, series)
    number = np.arange(size(both))
    both["child"] = (number >= size(held)) & (number < size(held) + size(copies))
    both["series"] = number >= size(held) + size(copies)
    return take(both, np.lexsort((number, both["when"])))


def ad_table(report: Frame, campaign: Frame) -> pa.Table:
    """The ad platforms' campaign report; a platform numbers its campaigns itself."""
    rows = report["campaign"]
    platform = campaign["platform"][rows]
    accounts = [PLATFORM_ACCOUNTS[name] for name in platform]
    return pa.table(
        {
            "source_relation": pa.array([""] * len(rows)),
            "date_day": pa.array(report["day"].astype("datetime64[s]").astype("datetime64[D]")),
            "platform": pa.array(platform, pa.string()),
            "account_id": pa.array([account[0] for account in accounts]),
            "account_name": pa.array([account[1] for account in accounts]),
            "campaign_id": pa.array([str(number) for number in 318_400_117 + rows * 1_093]),
            "campaign_name": pa.array(campaign["name"][rows], pa.string()),
            "clicks": pa.array(report["clicks"]),
            "impressions": pa.array(report["impressions"]),
            "spend": pa.array(report["spend"]),
            "conversions": pa.array(report["conversions"]),
            "conversions_value": pa.array(np.zeros(len(rows))),
        }
    )


def all_maps(
    seed: int, world: World, member: Frame, ids: dict[str, np.ndarray], scale: float
) -> dict[str, list[tuple[object, ...]]]:
    """Rows of every map, header first."""
    user, fx = users(), maps.rates(seed)
    account = accounts_of(ids)
    majors = ids["account"][account[world.company["major"][account]]]
    team = maps.team_of_handoff(world, member)
    return maps.words_of_the_company() | {
        "fx": fx,
        "tier": [("account_id", "tier"), *((account, "major") for account in majors)],
        "target": maps.targets(world, team, maps.dollars_of(world.deal, fx)),
        "team_cost": maps.team_costs(seed),
        "joint_work": maps.joint_work(seed, world, ids, user, scale),
    }
