-- grain: one row for each local day: when work starts and ends, and the seconds worked on all days before
-- Without business hours in the maps every hour counts, so that working time is time.
with open_day as (
    select
        c.day,
        case
            when not n.is_configured then accord_day_start(c.day)
            when h.day is null and b.opens is not null then timezone('UTC', timezone($timezone, c.day + b.opens))
        end as opens_at,
        case
            when not n.is_configured then accord_day_start(c.day + 1)
            when h.day is null and b.opens is not null then timezone('UTC', timezone($timezone, c.day + b.closes))
        end as closes_at
    from calendar as c
    cross join (select count(*) > 0 as is_configured from map.business_hours) as n
    left join map.business_hours as b on b.weekday = lower(dayname(c.day))
    left join map.holiday as h on h.day = c.day
),

measured as (
    select
        o.day,
        coalesce(o.opens_at, accord_day_start(o.day)) as opens_at,
        cast(coalesce(epoch(o.closes_at) - epoch(o.opens_at), 0) as bigint) as seconds
    from open_day as o
)

select
    m.day, m.opens_at, m.seconds,
    cast(sum(m.seconds) over (order by m.day) - m.seconds as bigint) as seconds_before
from measured as m
order by m.day
