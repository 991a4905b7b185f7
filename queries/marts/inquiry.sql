-- grain: one row for each person's first inquiry, with what the lead record of that inquiry says
-- order: inquired_on, person_id
-- by: person_id
with first_inquiry as (
    select
        l.person_id, s.lead_id, s.occurred_at,
        row_number() over (partition by l.person_id order by s.occurred_at, s.lead_id) as place
    from lead_stage as s
    inner join lead as l on l.lead_id = s.lead_id
    where s.stage = 'inquiry'
)

select
    f.person_id, l.lead_id, l.account_id, f.occurred_at as inquired_at, accord_local_day(f.occurred_at) as inquired_on,
    l.name, l.title, l.company, l.segment, l.region, l.industry, l.tier, l.channel, l.source, l.persona
from first_inquiry as f
inner join lead as l on l.lead_id = f.lead_id
where f.place = 1
