-- grain: one row for each eligible touch of an opportunity (METRICS section 5)
-- order: opportunity_id, occurred_at, touch_id
-- by: opportunity_id
with people as (
    select p.opportunity_id, p.person_id from conformed.opportunity_person as p
    union
    select d.opportunity_id, h.person_id
    from handoff_opportunity as d
    inner join handoff_decided as h on h.handoff_id = d.handoff_id
),

span as (
    select
        o.opportunity_id, o.account_id,
        o.created_at - g.influence_window_days * interval 1 day as starts_at,
        case when o.is_closed then coalesce(o.closed_at, g.as_of) else g.as_of end as ends_at
    from opportunity as o
    cross join setting as g
),

of_person as (
    select s.opportunity_id, p.person_id, s.starts_at, s.ends_at
    from span as s
    inner join people as p on p.opportunity_id = s.opportunity_id
),

of_account as (
    select s.opportunity_id, s.account_id, s.starts_at, s.ends_at
    from span as s
    left join people as p on p.opportunity_id = s.opportunity_id
    where p.opportunity_id is null and s.account_id is not null
)

select
    s.opportunity_id, t.touch_id, false as is_by_account, t.person_id, t.occurred_at, t.side, t.channel, t.campaign_id, t.campaign,
    t.marketing_team
from touch as t
inner join of_person as s on s.person_id = t.person_id and t.occurred_at between s.starts_at and s.ends_at
union all
select
    s.opportunity_id, t.touch_id, true as is_by_account, t.person_id, t.occurred_at, t.side, t.channel, t.campaign_id, t.campaign,
    t.marketing_team
from touch as t
inner join of_account as s on s.account_id = t.account_id and t.occurred_at between s.starts_at and s.ends_at
