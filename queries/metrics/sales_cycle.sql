-- title: Sales cycle
-- says: Calendar days from creating to winning the deals won in the period; half of them took less.
-- formula: median of days from creation to close of the won
-- owner: sales
-- unit: days
-- better: down
-- order: 19
-- records: deal
-- needs: opportunity
-- dims: week month quarter segment region industry tier channel source persona sales_team owner
-- A deal closed before it was created is a fault of the data: it is left out here, and listed on the Data page.
with record as (
    select * from {deal by closed_on} where is_won and closed_on >= created_on and {filters}
)

-- answer
select {by} count(*) as n, quantile_cont(cast(closed_on - created_on as double), 0.5) as value
from record
group by all
