-- grain: one row for each handoff: the owner at that moment if on a sales team, else the owner now
-- publish: no
with owned as (
    select
        h.handoff_id, o.owner_id,
        row_number() over (partition by h.handoff_id order by o.from_at desc, o.owner_id) as place
    from handoff_decided as h
    inner join conformed.lead_owner as o on o.lead_id = h.lead_id and o.from_at <= h.handed_at
)

select h.handoff_id, coalesce(m.member_id, l.owner_id) as owner_id
from handoff_decided as h
inner join lead as l on l.lead_id = h.lead_id
left join owned as o on o.handoff_id = h.handoff_id and o.place = 1
left join member as m on m.member_id = o.owner_id and m.sales_team is not null
