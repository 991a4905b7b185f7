-- title: Response time
-- says: Hours from handing a lead over until sales first touched, worked or decided it; half of the leads waited less. A lead
--     that nobody answered ranks above every answered one.
-- formula: median (and 90th percentile) of hours from handover to first response
-- owner: sales
-- unit: hours
-- better: down
-- order: 7
-- records: handoff
-- needs: lead_event
-- dims: week month quarter segment region industry tier channel source campaign persona marketing_team sales_team owner
with record as (
    select *
    from handoff
    inner join calendar on calendar.day = handoff.handed_on
    where handed_on >= $from_day and handed_on < $to_day and not is_implied and {filters}
),

-- answer
waited as (
    select
        {by}
        count(*) as n,
        count(response_hours) as answered,
        list(response_hours order by response_hours) filter (where response_hours is not null) as hours,
        max(waited_hours) filter (where response_hours is null) as longest_wait
    from record
    group by all
)

select
    * exclude (answered, hours, longest_wait),
    accord_quantile(hours, n, 0.5, longest_wait) as value,
    accord_quantile_is_over(answered, n, 0.5) as value_over,
    accord_quantile(hours, n, 0.9, longest_wait) as p90,
    accord_quantile_is_over(answered, n, 0.9) as p90_over
from waited
