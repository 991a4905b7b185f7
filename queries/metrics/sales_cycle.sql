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
    select *
    from deal
    inner join calendar on calendar.day = deal.closed_on
    where is_won and closed_on >= $from_day and closed_on < $to_day and closed_on >= created_on and {filters}
),

-- answer
counted as (
    select
        {by}
        count(*) as n,
        list(cast(closed_on - created_on as double) order by closed_on - created_on) as days
    from record
    group by all
)

select * exclude (days), accord_quantile(days, n, 0.5, null) as value
from counted
