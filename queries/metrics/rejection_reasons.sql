-- title: Rejected leads
-- says: Leads handed over in the period that sales rejected or sent back to nurture, by the reason sales gave.
-- formula: number of rejected handoffs; a missing reason is a row of its own
-- owner: joint
-- unit: count
-- better: down
-- order: 5
-- records: handoff
-- needs: lead_event
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner reason
with record as (
    select *
    from (select * replace (coalesce(reason, 'no reason given') as reason) from {handoff by handed_on} where outcome = 'rejected')
    where {filters}
)

-- answer
select {by} count(*) as value
from record
group by all
