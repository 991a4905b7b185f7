-- says: weeks that were final when the build before published them, and are not what it said, the newest first
with moved as (
    {moved}
),

counted as (
    select
        metric, week, count(*) filter (where moved = 'came late') as came, count(*) filter (where moved = 'is gone') as gone,
        count(*) filter (where moved = 'counts differently') as altered
    from moved
    group by metric, week
)

select
    n.metric, n.week, s.value as said, s.as_of as said_as_of, n.value as now,
    coalesce(c.came, 0) as came, coalesce(c.gone, 0) as left, coalesce(c.altered, 0) as altered
from published as n
inner join published as s on s.metric = n.metric and s.week = n.week
left join counted as c on c.metric = n.metric and c.week = n.week
where n.generation = $now and s.generation = $said::varchar and n.is_final and s.is_final
    and (n.value is distinct from s.value or c.metric is not null)
    and n.week = coalesce($week::date, n.week)
order by n.week desc, list_position($metrics::varchar[], n.metric)
