-- title: Revenue
-- says: What the deals won in the period are worth, by the day they were closed.
-- formula: sum of amounts of opportunities won
-- owner: joint
-- unit: money
-- better: up
-- order: 11
-- records: deal
-- needs: opportunity
-- dims: day week month quarter segment region industry tier channel source persona sales_team owner
with record as (
    select * from {deal by closed_on} where is_won and {filters}
)

-- answer
select {by} coalesce(sum(amount), 0) as value, count(*) as n, count(*) - count(amount) as without_amount
from record
group by all
