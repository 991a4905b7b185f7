-- grain: one row for each promise: a metric's value in a month, for a team or segment or for all
-- order: metric, month
select
    lower(t.metric) as metric, cast(date_trunc('month', t.month) as date) as month, t.team, l.label as segment, t.value
from map.target as t
left join label as l on l.kind = 'segment' and l.key = lower(trim(t.segment))
