-- title: Response SLA
-- says: Of the leads that sales answered, or that have waited longer than the promised {response_sla_hours} hours, the share answered
--     within them.
-- formula: answered within the SLA / (answered or older than the SLA)
-- owner: sales
-- unit: rate
-- better: up
-- order: 8
-- records: handoff
-- needs: lead_event
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
with record as (
    select * from {handoff by handed_on} where not is_implied and {filters}
)

-- answer
select
    {by}
    count(*) filter (where is_sla_due) as n,
    count(*) filter (where is_sla_due and is_within_sla) as k,
    count(*) filter (where not is_sla_due) as waiting
from record
group by all
