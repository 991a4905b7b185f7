-- title: Pipeline created
-- says: What the opportunities created in the period are worth, won, lost or open.
-- formula: sum of amounts of opportunities created
-- owner: joint
-- unit: money
-- better: up
-- order: 9
-- records: deal
-- needs: opportunity
-- dims: day week month quarter segment region industry tier channel source persona sales_team owner
with record as (
    select * from {deal by created_on} where {filters}
)

-- answer
select {by} coalesce(sum(amount), 0) as value, count(*) as n, count(*) - count(amount) as without_amount
from record
group by all
