-- title: Cost per accepted lead
-- says: What marketing spent on media in the period for each of the leads handed over in it that sales has accepted.
-- formula: spend / accepted handoffs
-- owner: marketing
-- unit: money
-- better: down
-- order: 16
-- total: no
-- records: handoff
-- needs: spend, lead_event
-- dims: week month quarter channel campaign
-- Spend knows no segment, region or team, so the cost cannot be asked for by one.
with record as (
    select * from {handoff by handed_on} where outcome = 'accepted' and {filters}
),

paid as (
    select * from {spend by spent_on} where {filters}
),

-- answer
side_by_side as (
    select {by} count(*) as accepted, cast(0 as decimal(38, 10)) as amount from record group by all
    union all by name
    select {by} 0 as accepted, sum(amount) as amount from paid group by all
),

summed as (
    select {by} cast(sum(accepted) as bigint) as n, coalesce(sum(amount), 0) as amount from side_by_side group by all
)

select * exclude (amount), accord_share(amount, n) as value
from summed
