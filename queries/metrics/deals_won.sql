-- title: Deals won
-- says: Opportunities won with their close in the period.
-- formula: number of opportunities won
-- owner: sales
-- unit: count
-- better: up
-- order: 12
-- records: deal
-- needs: opportunity
-- dims: week month quarter segment region industry tier channel source persona sales_team owner
with record as (
    select * from {deal by closed_on} where is_won and {filters}
)

-- answer
select {by} count(*) as value
from record
group by all
