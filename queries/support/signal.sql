-- says: whether a week is a signal: process-behaviour (XmR) limits from the ripe weeks among the 26 before it (METRICS section 6)
with point as (
    select unnest($weeks::date[]) as week, unnest($values::double[]) as value, unnest($ripe::boolean[]) as is_ripe
),

judged as (
    select min(value) as value, coalesce(bool_and(is_ripe and value is not null), false) as is_ripe from point where week = $week::date
),

-- Weeks before the first in which anything was there say nothing of how the number runs.
baseline as (
    select week, value, abs(value - lag(value) over (order by week)) as moving_range
    from point
    where is_ripe and value is not null and week < $week::date and week >= $week::date - 7 * 26
        and week >= (select min(week) from point where value <> 0 or $unit not in ('count', 'money'))
),

-- Shown limits end where the number itself does.
limits as (
    select
        mean, reach, greatest(mean, 1) as size, greatest(mean - reach, 0) as low,
        case when $unit = 'rate' then least(mean + reach, 1) else mean + reach end as high
    from (select avg(value) as mean, 2.66 * avg(moving_range) as reach from baseline having count(*) >= 8)
),

-- Seven weeks and the judged one; rounded, as the mean of equal values may differ from them in its last digit.
side as (
    select sign(round((b.value - l.mean) / l.size, 9)) as side
    from (select value from baseline order by week desc limit 7) as b
    cross join limits as l
    union all
    select sign(round((j.value - l.mean) / l.size, 9)) as side from judged as j cross join limits as l
),

run as (
    select case when count(*) = 8 then sum(side) end as side from side
)

select
    j.value,
    case
        when not j.is_ripe then 'unripe'
        when l.mean is null then 'too_short'
        when round((j.value - l.mean - l.reach) / l.size, 9) > 0 then 'signal_high'
        when round((l.mean - l.reach - j.value) / l.size, 9) > 0 then 'signal_low'
        when r.side = 8 then 'shift_high'
        when r.side = -8 then 'shift_low'
        else 'ordinary'
    end as kind,
    l.mean, l.low, l.high,
    (select count(*) from baseline) as weeks
from judged as j
cross join run as r
left join limits as l on true
