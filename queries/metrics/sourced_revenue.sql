-- title: Sourced revenue
-- says: The part of the revenue won in the period whose deal came out of a lead that marketing handed over.
-- formula: sum of amounts of opportunities won that belong to a handoff
-- owner: marketing
-- unit: money
-- better: up
-- order: 14
-- records: deal
-- needs: opportunity, lead_event
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
with record as (
    select * from {deal by closed_on} where is_won and is_sourced and {filters}
)

-- answer
select {by} coalesce(sum(amount), 0) as value, count(*) as n, count(*) - count(amount) as without_amount
from record
group by all
