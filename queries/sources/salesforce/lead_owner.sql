-- grain: one row for each time a lead got an owner
-- from: lead_history
-- Salesforce logs an owner change twice, once with ids and once with names: only ids of users and queues (00G) count.
with owner_change as (
    select h.id, h.lead_id, h.created_date, h.old_value, h.new_value
    from raw.lead_history as h
    left join member as o on o.member_id = h.old_value
    left join member as n on n.member_id = h.new_value
    where lower(h.field) in ('owner', 'ownerid')
        and (o.member_id is not null or n.member_id is not null or h.old_value like '00G%' or h.new_value like '00G%')
),

ranked as (
    select c.lead_id, c.old_value, row_number() over (partition by c.lead_id order by c.created_date, c.id) as place
    from owner_change as c
)

select l.id as lead_id, r.old_value as owner_id, l.created_date as from_at
from raw.lead as l
inner join ranked as r on r.lead_id = l.id and r.place = 1
where r.old_value is not null
union all
select c.lead_id, c.new_value as owner_id, c.created_date as from_at
from owner_change as c
where c.new_value is not null
