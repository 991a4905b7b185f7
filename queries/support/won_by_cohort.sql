-- says: of the leads handed over in each week, the share whose deal was won within the conversion window, for weeks in which each had its
--     window; Wilson's interval as for every rate
with record as (
    select *
    from handoff
    inner join calendar on calendar.day = handoff.handed_on
    where handed_on >= $from_day and handed_on < $to_day and {filters}
),

counted as (
    select
        r.week, count(*) as n, bool_and(r.is_conversion_mature) as ripe,
        count(*) filter (where d.is_won and d.closed_at <= r.handed_at + g.conversion_window_days * interval 1 day) as k
    from record as r
    cross join setting as g
    left join deal as d on d.opportunity_id = r.opportunity_id
    group by r.week
)

select
    week, n, ripe,
    case when ripe then accord_share(k, n) end as value,
    case when ripe then accord_wilson_low(k, n) end as low,
    case when ripe then accord_wilson_high(k, n) end as high
from counted
order by week
