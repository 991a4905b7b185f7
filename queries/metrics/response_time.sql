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
    select * from {handoff by handed_on} where not is_implied and {filters}
),

-- answer
waited as (
    select
        {by}
        count(*) as n,
        quantile_cont(accord_wait(response_hours), [0.5, 0.9]) as hours,
        max(waited_hours) filter (where response_hours is null) as longest_wait
    from record
    group by all
)

select
    * exclude (hours, longest_wait),
    case when accord_is_open(hours[1]) then longest_wait else hours[1] end as value, accord_is_open(hours[1]) as value_over,
    case when accord_is_open(hours[2]) then longest_wait else hours[2] end as p90, accord_is_open(hours[2]) as p90_over
from waited
