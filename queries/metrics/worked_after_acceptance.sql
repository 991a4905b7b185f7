-- title: Worked after acceptance
-- says: Of the accepted leads handed over in the period, the share that sales touched within {worked_window_days} days of accepting. It
--     keeps the acceptance rate honest.
-- formula: accepted handoffs with a sales touch within the window / accepted at least the window ago
-- owner: sales
-- unit: rate
-- better: up
-- order: 17
-- records: handoff
-- needs: lead_event
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
with record as (
    select * from {handoff by handed_on} where outcome = 'accepted' and {filters}
)

-- answer
select
    {by}
    count(*) filter (where is_worked_due) as n,
    count(*) filter (where is_worked_due and is_worked) as k,
    count(*) filter (where not is_worked_due) as waiting
from record
group by all
