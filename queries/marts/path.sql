-- grain: one row for each eligible touch of an opportunity and scope, with its place on the path and the anchors it is
-- view: yes
-- Anchors (METRICS section 5): FT the first, LC the last at or before the handover, OC the last at or before the creation,
-- CW the last; ties in time by touch_id. Whether a deal is won stands beside its id everywhere, here and in credit_base, so that a
-- question of won deals works out no others.
with scoped as (
    select
        'marketing' as scope, t.opportunity_id, t.is_won, t.is_closed, t.touch_id, t.side, t.channel, t.campaign_id, t.owner_id, t.occurred_at,
        cast(row_number() over (partition by t.opportunity_id, t.is_won order by t.occurred_at, t.touch_id) as integer) as place,
        cast(count(*) over (partition by t.opportunity_id, t.is_won) as integer) as touches
    from deal_touch_base as t
    where t.side = 'marketing'
    union all
    select
        'joint' as scope, t.opportunity_id, t.is_won, t.is_closed, t.touch_id, t.side, t.channel, t.campaign_id, t.owner_id, t.occurred_at,
        t.place, t.touches
    from deal_touch_base as t
),

ended as (
    select d.opportunity_id, d.is_won, d.created_at, h.handed_at
    from deal as d
    left join handoff_base as h on h.handoff_id = d.handoff_id
),

counted as (
    select
        s.scope, s.opportunity_id, s.is_won, max(s.occurred_at) as last_at,
        count(case when s.occurred_at <= e.handed_at then 1 end) as by_handover,
        count(case when s.occurred_at <= e.created_at then 1 end) as by_creation
    from scoped as s
    inner join ended as e on e.opportunity_id = s.opportunity_id and e.is_won = s.is_won
    group by s.scope, s.opportunity_id, s.is_won
)

select
    s.scope, s.opportunity_id, s.is_won, s.is_closed, s.touch_id, s.side, s.channel as touch_channel, s.campaign_id, s.owner_id,
    coalesce(s.channel, 'no channel') as channel, s.place, s.touches,
    accord_hours(s.occurred_at, c.last_at) / 24.0 as days_before_last,
    cast(s.place = 1 as integer) as ft,
    cast(s.place = c.by_handover as integer) as lc,
    cast(s.place = c.by_creation as integer) as oc,
    cast(s.place = s.touches as integer) as cw
from scoped as s
inner join counted as c on c.scope = s.scope and c.opportunity_id = s.opportunity_id and c.is_won = s.is_won
