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

-- On which side of the mean each week lies; rounded, as the mean of equal values may differ from them in its last digit.
side as (
    select week, value, sign(round((value - mean) / size, 9)) as side
    from (select week, value from baseline union all select $week::date, value from judged where is_ripe)
    cross join limits
),

-- The judged week and those before it on the same side, without a break: eight or more are a shift (rule 4 of Western Electric 1956,
-- "Statistical Quality Control Handbook"), and the level is said to have moved with the first of them.
run as (
    select s.week
    from side as s
    inner join side as j on j.week = $week::date and j.side <> 0
    where s.week > coalesce((select max(o.week) from side as o where o.side <> j.side), date '0001-01-01')
),

shift as (
    select min(run.week) as since, count(*) >= 8 as is_shift from run
),

part as (
    select s.week, s.value, s.week >= shift.since as is_after, lag(s.value) over (partition by s.week >= shift.since order by s.week) as before
    from side as s
    cross join shift
    where shift.is_shift
),

reckoned as (
    select is_after, min(week) as first, avg(value) as mean, case when count(*) >= 8 then 2.66 * avg(abs(value - before)) end as reach, count(*) as weeks
    from part
    group by is_after
),

level as (
    select
        is_after,
        {
            'first': first, 'mean': mean, 'low': greatest(mean - reach, 0 * reach),
            'high': case when $unit = 'rate' and mean + reach > 1 then 1 else mean + reach end, 'weeks': weeks
        } as level
    from reckoned
)

select
    j.value,
    case
        when not j.is_ripe then 'unripe'
        when l.mean is null then 'too_short'
        when round((j.value - l.mean - l.reach) / l.size, 9) > 0 then 'signal_high'
        when round((l.mean - l.reach - j.value) / l.size, 9) > 0 then 'signal_low'
        when s.is_shift and j.value > l.mean then 'shift_high'
        when s.is_shift then 'shift_low'
        else 'ordinary'
    end as kind,
    l.mean, l.low, l.high,
    (select count(*) from baseline) as weeks,
    (select list(level order by is_after) from level) as levels
from judged as j
cross join shift as s
left join limits as l on true
