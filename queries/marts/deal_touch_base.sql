-- grain: one row for each eligible touch of an opportunity, with its place among those of both sides
-- order: as made
-- by: opportunity_id
-- plain: touch_id
with span as (
    select
        o.opportunity_id, o.account_id, o.is_won, o.is_closed,
        o.created_at - g.influence_window_days * interval 1 day as starts_at,
        case when o.is_closed then coalesce(o.closed_at, g.as_of) else g.as_of end as ends_at
    from opportunity as o
    cross join setting as g
),

of_person as (
    select s.opportunity_id, p.person_id, s.is_won, s.is_closed, s.starts_at, s.ends_at
    from span as s
    inner join deal_person as p on p.opportunity_id = s.opportunity_id
),

of_account as (
    select s.opportunity_id, s.account_id, s.is_won, s.is_closed, s.starts_at, s.ends_at
    from span as s
    left join deal_person as p on p.opportunity_id = s.opportunity_id
    where p.opportunity_id is null and s.account_id is not null
),

eligible as (
    select
        s.opportunity_id, s.is_won, s.is_closed, t.touch_id, false as is_by_account, t.person_id, t.occurred_at, t.side, t.channel,
        t.campaign_id, t.owner_id
    from touch_base as t
    inner join of_person as s on s.person_id = t.person_id and t.occurred_at between s.starts_at and s.ends_at
    union all
    select
        s.opportunity_id, s.is_won, s.is_closed, t.touch_id, true as is_by_account, t.person_id, t.occurred_at, t.side, t.channel,
        t.campaign_id, t.owner_id
    from touch_base as t
    inner join of_account as s on s.account_id = t.account_id and t.occurred_at between s.starts_at and s.ends_at
)

select
    e.opportunity_id, e.is_won, e.is_closed, e.touch_id, e.is_by_account, e.person_id, e.occurred_at, e.side, e.channel, e.campaign_id,
    e.owner_id,
    cast(row_number() over (partition by e.opportunity_id order by e.occurred_at, e.touch_id) as integer) as place,
    cast(count(*) over (partition by e.opportunity_id) as integer) as touches,
    lag(coalesce(e.channel, 'no channel')) over (partition by e.opportunity_id order by e.occurred_at, e.touch_id) as channel_before
from eligible as e
