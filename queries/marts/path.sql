-- grain: one row for each eligible touch of an opportunity and scope, with its place on the path and the anchors it is
-- publish: no
-- Anchors (METRICS section 5): FT the first, LC the last at or before the handover, OC the last at or before the creation,
-- CW the last; ties in time by touch_id.
with scoped as (
    select 'marketing' as scope, t.opportunity_id, t.touch_id, t.channel, t.occurred_at from deal_touch as t where t.side = 'marketing'
    union all
    select 'joint' as scope, t.opportunity_id, t.touch_id, t.channel, t.occurred_at from deal_touch as t
),

ended as (
    select d.opportunity_id, d.is_won, d.is_closed, d.created_at, h.handed_at
    from deal as d
    left join handoff_base as h on h.handoff_id = d.handoff_id
),

counted as (
    select
        s.scope, s.opportunity_id, e.is_won, e.is_closed, count(*) as touches,
        count(*) filter (where s.occurred_at <= e.handed_at) as by_handover,
        count(*) filter (where s.occurred_at <= e.created_at) as by_creation,
        max(s.occurred_at) as last_at
    from scoped as s
    inner join ended as e on e.opportunity_id = s.opportunity_id
    group by s.scope, s.opportunity_id, e.is_won, e.is_closed
),

placed as (
    select
        s.scope, s.opportunity_id, s.touch_id, coalesce(s.channel, 'no channel') as channel, s.occurred_at,
        row_number() over (partition by s.scope, s.opportunity_id order by s.occurred_at, s.touch_id) as place
    from scoped as s
)

select
    p.scope, p.opportunity_id, p.touch_id, p.channel, c.is_won, c.is_closed, p.place, c.touches,
    accord_hours(p.occurred_at, c.last_at) / 24.0 as days_before_last,
    cast(p.place = 1 as integer) as ft,
    cast(p.place = c.by_handover as integer) as lc,
    cast(p.place = c.by_creation as integer) as oc,
    cast(p.place = c.touches as integer) as cw
from placed as p
inner join counted as c on c.scope = p.scope and c.opportunity_id = p.opportunity_id
