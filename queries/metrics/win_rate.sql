-- title: Win rate
-- says: Of the opportunities closed in the period, the share that was won.
-- formula: won / closed, by count (and by amount)
-- owner: sales
-- unit: rate
-- better: up
-- order: 13
-- records: deal
-- needs: opportunity
-- dims: week month quarter segment region industry tier channel source persona sales_team owner
with record as (
    select * from {deal by closed_on} where is_closed and {filters}
)

-- answer
select
    {by}
    count(*) as n,
    count(*) filter (where is_won) as k,
    accord_share(coalesce(sum(amount) filter (where is_won), 0), sum(amount)) as value_by_amount
from record
group by all
