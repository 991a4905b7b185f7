-- says: what was promised for a period: a month's value spread over its working days; of a rate, the mean over them
-- A promise for a team or segment is used for that team or segment alone; one for all, where neither is chosen. Where only
-- teams were promised something, all is their sum (of a count or of money).
with chosen as (
    select t.month, t.team, t.segment, t.value
    from target as t
    where t.metric = $metric
        and list_contains($teams::varchar[], lower(coalesce(t.team, '')))
        and list_contains($segments::varchar[], lower(coalesce(t.segment, '')))
),

monthly as (
    select c.month, sum(c.value) as total, avg(c.value) as mean from chosen as c group by c.month
),

working as (
    select
        m.month, m.total, m.mean,
        count(*) filter (where k.is_workday) as days_of_month,
        count(*) filter (where k.is_workday and k.day >= $from_day and k.day < $to_day) as days_of_period
    from monthly as m
    inner join calendar as k on k.month = m.month
    group by m.month, m.total, m.mean
),

needed as (
    select count(distinct k.month) as months from calendar as k where k.day >= $from_day and k.day < $to_day
)

select
    sum(cast(w.total as double) * w.days_of_period / w.days_of_month) as total,
    sum(w.mean * w.days_of_period) / nullif(sum(w.days_of_period), 0) as mean,
    any_value(n.months) = count(*) filter (where w.days_of_period > 0 or w.month >= date_trunc('month', $from_day::date)) as is_whole
from working as w
cross join needed as n
where w.month >= date_trunc('month', $from_day::date) and w.month < $to_day
