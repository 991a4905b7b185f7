-- title: Open pipeline
-- says: What the opportunities still open are worth, whenever they were created.
-- formula: sum of amounts of open opportunities
-- owner: sales
-- unit: money
-- better: up
-- order: 10
-- state: yes
-- records: deal
-- needs: opportunity
-- dims: segment region industry tier channel source persona sales_team owner
with record as (
    select * from deal where not is_closed and {filters}
)

-- answer
select {by} coalesce(sum(amount), 0) as value, count(*) as n, count(*) - count(amount) as without_amount
from record
group by all
