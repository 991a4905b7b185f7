-- says: of the leads handed over in each week, the share whose deal was won within the conversion window, for weeks in which each had its
--     window; Wilson's interval as for every rate
with record as (
    select * from {handoff by handed_on} where {filters}
)

select
    r.week, count(*) as n, bool_and(r.is_conversion_mature) as ripe,
    count(*) filter (where r.is_deal_won and r.deal_closed_at <= r.handed_at + g.conversion_window_days * interval 1 day) as k
from record as r
cross join setting as g
group by r.week
order by r.week
