-- grain: one row for each lead record
-- from: lead
with band as (
    select
        s.segment, s.employees_from,
        lead(s.employees_from) over (order by s.employees_from) as employees_to
    from map.segment as s
)

select
    l.id as lead_id, coalesce(j.person_id, l.id) as person_id, l.created_date as created_at, l.name, l.company,
    l.lead_source as source, c.channel, l.score,
    case when l.owner_id not like '00G%' then l.owner_id end as owner_id,  -- a queue (00G) is nobody
    l.converted_opportunity_id as opportunity_id,
    coalesce(l.segment, b.segment) as segment, coalesce(l.region, l.country) as region, l.industry, l.persona
from raw.lead as l
left join joined as j on j.record_id = l.id
left join map.channel as c on lower(c.source) = lower(l.lead_source)
left join band as b
    on l.number_of_employees >= b.employees_from and (b.employees_to is null or l.number_of_employees < b.employees_to)
