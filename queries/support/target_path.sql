-- says: what was promised up to and with each day of a period: a month's value by its working days
with monthly as (
    select t.month, sum(t.value) as value
    from target as t
    where t.metric = $metric
        and list_contains($teams::varchar[], lower(coalesce(t.team, '')))
        and list_contains($segments::varchar[], lower(coalesce(t.segment, '')))
    group by t.month
),

workdays as (
    select c.month, count(*) filter (where c.is_workday) as days from calendar as c group by c.month
)

select
    c.day,
    sum(case when c.is_workday then cast(m.value as double) / w.days else 0 end) over (order by c.day) as value
from calendar as c
inner join monthly as m on m.month = c.month
inner join workdays as w on w.month = c.month
where c.day >= $from_day and c.day < $to_day
order by c.day
