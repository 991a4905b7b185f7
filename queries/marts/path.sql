-- grain: one row for each eligible touch of an opportunity and scope, with its place on the path and the anchors it is
-- publish: no
-- Anchors (METRICS section 5): FT the first, LC the last at or before the handover, OC the last at or before the creation,
-- CW the last; ties in time by touch_id.
with scoped as (
    select 'marketing' as scope, t.opportunity_id, t.touch_id, t.channel, t.occurred_at from deal_touch as t where t.side = 'marketing'
    union all
    select 'joint' as scope, t.opportunity_id, t.touch_id, t.channel, t.occurred_at from deal_touch as t
),

placed as (
    select
        s.scope, s.opportunity_id, s.touch_id, coalesce(s.channel, 'no channel') as channel, s.occurred_at, d.is_won, d.is_closed,
        row_number() over (partition by s.scope, s.opportunity_id order by s.occurred_at, s.touch_id) as place,
        count(*) over (partition by s.scope, s.opportunity_id) as touches,
        count(*) filter (where s.occurred_at <= h.handed_at) over (partition by s.scope, s.opportunity_id) as by_handover,
        count(*) filter (where s.occurred_at <= d.created_at) over (partition by s.scope, s.opportunity_id) as by_creation,
        accord_hours(s.occurred_at, case when d.is_closed then coalesce(d.closed_at, g.as_of) else g.as_of end) / 24.0 as days_before_close
    from scoped as s
    inner join deal as d on d.opportunity_id = s.opportunity_id
    cross join setting as g
    left join handoff as h on h.handoff_id = d.handoff_id
)

select
    p.scope, p.opportunity_id, p.touch_id, p.channel, p.is_won, p.is_closed, p.place, p.touches, p.days_before_close,
    cast(p.place = 1 as integer) as ft,
    cast(p.place = p.by_handover as integer) as lc,
    cast(p.place = p.by_creation as integer) as oc,
    cast(p.place = p.touches as integer) as cw
from placed as p
