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
    select *
    from deal
    inner join calendar on calendar.day = deal.closed_on
    where is_closed and closed_on >= $from_day and closed_on < $to_day and {filters}
),

-- answer
counted as (
    select
        {by}
        count(*) as n,
        count(*) filter (where is_won) as k,
        sum(amount) filter (where is_won) as amount_won,
        sum(amount) as amount_closed
    from record
    group by all
)

select
    * exclude (k, amount_won, amount_closed),
    accord_share(k, n) as value, accord_wilson_low(k, n) as low, accord_wilson_high(k, n) as high,
    accord_share(coalesce(amount_won, 0), amount_closed) as value_by_amount
from counted
