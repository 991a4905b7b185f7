-- title: Qualification rate
-- says: Of the accepted leads handed over in the period at least {conversion_window_days} days ago, the share that became or joined an
--     opportunity.
-- formula: accepted handoffs with an opportunity / accepted handoffs old enough
-- owner: sales
-- unit: rate
-- better: up
-- order: 18
-- records: handoff
-- needs: lead_event, opportunity
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
with record as (
    select * from {handoff by handed_on} where outcome = 'accepted' and {filters}
)

-- answer
select
    {by}
    count(*) filter (where is_conversion_mature) as n,
    count(*) filter (where is_conversion_mature and opportunity_id is not null) as k,
    count(*) filter (where not is_conversion_mature) as waiting
from record
group by all
