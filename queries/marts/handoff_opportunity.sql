-- grain: one row for each handoff that an opportunity belongs to
-- publish: no
-- Every accepted handoff names one: the opportunity its lead was converted into, else the earliest of its person within the
-- window. One that several name goes to the latest of them at or before its creation, else to the earliest.
with accepted as (
    select h.handoff_id, h.handed_at, l.person_id, l.opportunity_id
    from handoff_decided as h
    inner join lead as l on l.lead_id = h.lead_id
    where h.outcome = 'accepted'
),

converted as (
    select a.handoff_id, a.handed_at, a.person_id, o.opportunity_id, o.created_at
    from accepted as a
    left join opportunity as o on o.opportunity_id = a.opportunity_id
),

of_person as (
    select
        c.handoff_id, c.handed_at, o.opportunity_id, o.created_at,
        row_number() over (partition by c.handoff_id order by o.created_at, o.opportunity_id) as place
    from converted as c
    inner join conformed.opportunity_person as p on p.person_id = c.person_id
    inner join opportunity as o on o.opportunity_id = p.opportunity_id
    cross join setting as g
    where c.opportunity_id is null and o.created_at >= c.handed_at
        and o.created_at <= c.handed_at + g.conversion_window_days * interval 1 day
),

named as (
    select c.handoff_id, c.handed_at, c.opportunity_id, c.created_at from converted as c where c.opportunity_id is not null
    union all
    select p.handoff_id, p.handed_at, p.opportunity_id, p.created_at from of_person as p where p.place = 1
),

ranked as (
    select
        n.handoff_id, n.opportunity_id,
        row_number() over (
            partition by n.opportunity_id
            order by
                case when n.handed_at <= n.created_at then 0 else 1 end,
                case when n.handed_at <= n.created_at then n.handed_at end desc,
                n.handed_at,
                n.handoff_id
        ) as place
    from named as n
)

select r.handoff_id, r.opportunity_id
from ranked as r
where r.place = 1
