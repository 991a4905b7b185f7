-- title: Lead volume
-- says: Leads that marketing handed to sales in the period, counted once for each handoff.
-- formula: number of handoffs
-- owner: joint
-- unit: count
-- better: up
-- order: 1
-- records: handoff
-- needs: lead_event
-- dims: day week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
with record as (
    select * from {handoff by handed_on} where {filters}
)

-- answer
select {by} count(*) as value
from record
group by all
